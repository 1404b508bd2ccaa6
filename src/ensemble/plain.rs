//! The iteration on the vectors themselves: two matrix products a step over a block of instances.

use std::ops::Range;

use super::scaling::{Iterate, Scaling};
use crate::kernels::product::Panels;
use crate::kernels::tier::Tier;

/// Entries of K x outside of this range end the iteration in the plain domain; so does one below it times the
/// largest entry of x (if above 1) and of K (if above 1). Why that is enough: underflow leaves an entry of K, an
/// entry of x or a term of the sum off by less than 2^-1022, so a sum of d terms that passes is off by less than
/// d 1e-27 of itself.
const SMALLEST: f64 = 1e-280;
const LARGEST: f64 = 1e280;

/// Rows of all instances that still iterate, k rows of d labels each.
struct Block<'a> {
    scaling: &'a Scaling,
    /// Which instance of the block has the place.
    places: Vec<usize>,
    mu: Vec<f64>,
    /// Used by the unbalanced iteration only.
    log_mu: Vec<f64>,
    v: Vec<f64>,
    /// K v, to be compared with that of the next step.
    kv: Vec<f64>,
    /// u, then log b.
    u: Vec<f64>,
    /// K v first, then b = K u.
    product: Vec<f64>,
    log_p: Vec<f64>,
    residuals: Vec<f64>,
}

/// The barycenters of a block of instances, k rows each in `mu`; `None` where underflow threatens.
pub(super) fn solve(scaling: &Scaling, kernel: &Panels, mu: Vec<f64>) -> Vec<Option<Iterate>> {
    let mut block = Block::new(scaling, mu);
    let mut results: Vec<Option<Iterate>> = block.places.iter().map(|_| None).collect();
    let (tier, least) = (Tier::detected(), SMALLEST * kernel.largest().max(1.0));
    for iterations in 1.. {
        kernel.multiply(tier, &block.v, &mut block.product);
        block.retain(|block, place| block.is_safe(place, &block.v, least));
        block.compare_rows();
        block.scale_rows();
        kernel.multiply(tier, &block.u, &mut block.product);
        block.retain(|block, place| block.is_safe(place, &block.u, least));
        block.pool();
        block.retain(|block, place| {
            let Some(convergence) = scaling.state(iterations, block.residuals[place]) else {
                return true;
            };
            let log_p = block.log_p[block.labels_of(place)].to_vec();
            results[block.places[place]] = Some(Iterate { log_p, convergence });
            false
        });
        if block.places.is_empty() {
            break;
        }
        block.scale_columns();
    }
    results
}

impl<'a> Block<'a> {
    fn new(scaling: &'a Scaling, mu: Vec<f64>) -> Block<'a> {
        let rows = mu.len();
        let instances = rows / (scaling.models() * scaling.labels);
        let log_mu = match scaling.is_balanced() {
            true => vec![],
            false => mu.iter().copied().map(libm::log).collect(),
        };
        Block {
            scaling,
            places: (0..instances).collect(),
            log_mu,
            mu,
            v: vec![1.0; rows],
            kv: vec![f64::NAN; rows],
            u: vec![0.0; rows],
            product: vec![0.0; rows],
            log_p: vec![f64::NAN; instances * scaling.labels],
            residuals: vec![0.0; instances],
        }
    }

    fn labels_of(&self, place: usize) -> Range<usize> {
        let d = self.scaling.labels;
        place * d..(place + 1) * d
    }

    fn rows_of(&self, place: usize) -> Range<usize> {
        let size = self.scaling.models() * self.scaling.labels;
        place * size..(place + 1) * size
    }

    /// Keeps the instances that satisfy a condition.
    fn retain(&mut self, mut condition: impl FnMut(&Block, usize) -> bool) {
        // From the last place to the first: a removed instance is replaced by one that was kept.
        for place in (0..self.places.len()).rev() {
            if !condition(self, place) {
                self.remove(place);
            }
        }
    }

    /// Removes an instance; the last one takes its place.
    fn remove(&mut self, place: usize) {
        let last = self.places.len() - 1;
        let (from, to) = (self.rows_of(last), self.rows_of(place).start);
        let Block { mu, log_mu, v, kv, u, product, .. } = self;
        for rows in [mu, log_mu, v, kv, u, product] {
            if !rows.is_empty() {
                rows.copy_within(from.clone(), to);
                rows.truncate(from.start);
            }
        }
        let (from, to) = (self.labels_of(last), self.labels_of(place).start);
        self.log_p.copy_within(from.clone(), to);
        self.log_p.truncate(from.start);
        self.places.swap_remove(place);
        self.residuals.swap_remove(place);
    }

    /// Whether no entry of `product` = K x, x = `factor`, has lost digits to underflow; see [`SMALLEST`]. NaN and
    /// infinity are not safe.
    fn is_safe(&self, place: usize, factor: &[f64], least: f64) -> bool {
        let (rows, d) = (self.rows_of(place), self.scaling.labels);
        let mut vectors = factor[rows.clone()].chunks_exact(d).zip(self.product[rows].chunks_exact(d));
        vectors.all(|(x, product)| {
            let least = least * x.iter().copied().fold(1.0, f64::max);
            // Without a way out of the loop, so that it runs on lanes.
            product.iter().fold(true, |safe, entry| safe & (*entry >= least) & (*entry <= LARGEST))
        })
    }

    /// Starts the residuals with the largest change of log K v, and keeps K v.
    fn compare_rows(&mut self) {
        if self.scaling.compares_marginals {
            for place in 0..self.places.len() {
                let rows = self.rows_of(place);
                let ratios =
                    self.product[rows.clone()].iter().zip(&self.kv[rows]).map(|(new, old)| new / old);
                // NaN, in the first step, is left out: the change of log p is infinite then.
                let (low, high) = ratios.fold((1.0_f64, 1.0_f64), |(l, h), r| (l.min(r), h.max(r)));
                self.residuals[place] = libm::log(high).max(-libm::log(low));
            }
        } else {
            self.residuals.fill(0.0);
        }
        std::mem::swap(&mut self.kv, &mut self.product);
    }

    /// u = (mu / K v)^g.
    fn scale_rows(&mut self) {
        let entries = self.u.iter_mut().zip(&self.kv);
        if self.scaling.is_balanced() {
            for ((u, kv), mu) in entries.zip(&self.mu) {
                *u = mu / kv;
            }
        } else {
            for ((u, kv), log_mu) in entries.zip(&self.log_mu) {
                *u = libm::exp(self.scaling.exponent * (log_mu - libm::log(*kv)));
            }
        }
    }

    /// log b and log p, and the largest change of log p.
    fn pool(&mut self) {
        for (log_b, b) in self.u.iter_mut().zip(&self.product) {
            *log_b = libm::log(*b);
        }
        let (d, size) = (self.scaling.labels, self.scaling.models() * self.scaling.labels);
        let instances = self.u.chunks_exact(size).zip(self.log_p.chunks_exact_mut(d));
        for ((log_b, log_p), residual) in instances.zip(&mut self.residuals) {
            *residual = residual.max(self.scaling.pool(log_b, log_p));
        }
    }

    /// v = (p / b)^g.
    fn scale_columns(&mut self) {
        let (d, g) = (self.scaling.labels, self.scaling.exponent);
        let size = self.scaling.models() * d;
        for (instance, log_p) in self.log_p.chunks_exact(d).enumerate() {
            let p: Vec<f64> = log_p.iter().copied().map(libm::exp).collect();
            for row in (instance * size..(instance + 1) * size).step_by(d) {
                let v = &mut self.v[row..row + d];
                if self.scaling.is_balanced() {
                    let quotients = p.iter().zip(&self.product[row..]).map(|(p, b)| p / b);
                    v.iter_mut().zip(quotients).for_each(|(v, quotient)| *v = quotient);
                } else {
                    let logs = log_p.iter().zip(&self.u[row..]).map(|(p, b)| g * (p - b));
                    v.iter_mut().zip(logs).for_each(|(v, log)| *v = libm::exp(log));
                }
            }
        }
    }
}
