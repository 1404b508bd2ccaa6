//! From what the replicates say to a report: adjusted p-values and verdicts.

use super::grid::on_grid;
use super::method::Plan;
use super::null::{Null, Observed};
use super::report::{UniformConclusion, UniformDirection, UniformReport, UniformResult, UniformVerdict};
use super::settings::UniformTest;
use crate::error::Error;
use crate::inference::warning;
use crate::kernels::process::Sides;
use crate::sample::{Column, Samples};

/// What the null law says about one direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) p_value: f64,
    pub(super) critical_value: f64,
}

pub(super) struct Found {
    pub(super) above: Tail,
    pub(super) below: Tail,
}

impl UniformTest {
    pub(super) fn report(
        &self,
        samples: &Samples,
        columns: [&Column; 2],
        plan: &Plan,
        observed: &Observed,
        nulls: &[Null],
        found: Vec<Found>,
    ) -> Result<UniformReport, Error> {
        let adjusted = self.adjusted(&found)?;
        let [x, y] = columns.map(|column| &column.sample);
        let mut orders = Vec::with_capacity(nulls.len());
        for (index, (null, found)) in nulls.iter().zip(&found).enumerate() {
            let order = self.orders[index];
            let grid = self.published_grid.map(|points| {
                let scale = plan.root.powi(plan.functional.power());
                on_grid(plan.functional, order as usize, points, x, y).map(|value| scale * value)
            });
            let direction = |of: fn(Sides) -> f64, tail: Tail, adjusted_p_value: f64| UniformDirection {
                statistic: observed.pair.restore(of(null.statistic), null.dimension()),
                critical_value: observed.pair.restore(tail.critical_value, null.dimension()),
                p_value: tail.p_value,
                adjusted_p_value,
                grid_statistic: grid.map(of),
            };
            let [over, under] = adjusted[index];
            orders.push(UniformResult {
                order,
                a_over_b: direction(|sides| sides.above, found.above, over),
                b_over_a: direction(|sides| sides.below, found.below, under),
                verdict: verdict(over <= self.level, under <= self.level),
            });
        }
        let open = orders.iter().find(|result| result.verdict != UniformVerdict::Crossing);
        let decisive = open.unwrap_or(&orders[orders.len() - 1]);
        let conclusion = UniformConclusion { verdict: decisive.verdict, order: decisive.order };
        Ok(UniformReport {
            a: columns[0].name.clone(),
            b: columns[1].name.clone(),
            n: x.len(),
            m: y.len(),
            sampling: samples.sampling(),
            units: samples.units(),
            strata: samples.strata(),
            block_length: samples.block_length(),
            method: self.method,
            functional: plan.functional,
            null_law: plan.law,
            subsample: plan.subsample,
            threshold: self.method.threshold(columns),
            level: self.level,
            adjustment: self.adjustment,
            replicates: if plan.draw.is_some() { plan.replicates } else { 0 },
            seed: self.seed,
            published_grid: self.published_grid,
            orders,
            conclusion,
            warnings: warning::of_uniform(
                samples,
                [samples.position(&columns[0].name)?, samples.position(&columns[1].name)?],
                (self.method, plan.functional, plan.law),
            ),
        })
    }

    /// Adjusted p-values of both directions per order. Dominance at an order implies it at all higher ones, so what
    /// is rejected at a higher order is rejected below; that adds no false rejection where there was none.
    fn adjusted(&self, found: &[Found]) -> Result<Vec<[f64; 2]>, Error> {
        let p_values: Vec<f64> =
            found.iter().flat_map(|found| [found.above.p_value, found.below.p_value]).collect();
        let adjusted = self.adjustment.adjust(&p_values, 2)?;
        let mut adjusted: Vec<[f64; 2]> =
            adjusted.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
        for order in (1..adjusted.len()).rev() {
            let higher = adjusted[order];
            for (p, higher) in adjusted[order - 1].iter_mut().zip(higher) {
                *p = p.min(higher);
            }
        }
        Ok(adjusted)
    }
}

fn verdict(a_over_b_rejected: bool, b_over_a_rejected: bool) -> UniformVerdict {
    match (a_over_b_rejected, b_over_a_rejected) {
        (false, false) => UniformVerdict::NotDistinguished,
        (false, true) => UniformVerdict::CompatibleWithAOverB,
        (true, false) => UniformVerdict::CompatibleWithBOverA,
        (true, true) => UniformVerdict::Crossing,
    }
}
