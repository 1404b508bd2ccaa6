//! Who wins under which trade-offs: the sweep over the simplex of weights.

use super::assess::{Indices, assess};
use super::regions::{regions_of_cell, regions_of_segment};
use super::report::TrustReport;
use super::sweep_report::{CandidateShare, ShareKind, SweepPoint, SweepReport, WinnerChange};
use super::{DimensionWeight, Profile, Replication};
use crate::error::Error;
use crate::inference::guard::at_most_maximum;
use crate::inference::warning;
use crate::kernels::in_order::in_order;
use crate::kernels::sum::{Sum, sum};
use crate::ranking::{difference_up_to_rounding, ranks_up_to_rounding};
use crate::resampling::Bootstrap;
use crate::rng::{Purpose, Stream};
use crate::sample::Sampling;

/// The most weights that are tried: four seconds and 80 MB for ten candidates in ten folds (15 microseconds each,
/// which 200 draws make 700). Three dimensions reach resolution 722, five 47.
const MOST_POINTS: usize = 1 << 18;

/// Which candidate wins under which trade-off weights, and how stable is that?
///
/// ```text
/// omega = (i_1, ..., i_T) / R,  i_1 + ... + i_T = R         all C(R + T - 1, T - 1) weights of resolution R
/// winner(omega) = argmax over g of mean_f tau - alpha * risk_f tau
/// ```
///
/// Stability is told in three ways: the margin at each point; the share of bootstrap draws of the folds in which
/// the winner stays (folds that are draws already are counted as they are); and for the weights of a profile, the
/// smallest shift of weight that makes another candidate win.
///
/// With a single fold `ln tau` is linear in the weights: each candidate wins a convex polytope, and with two or
/// three dimensions the shares of the simplex are exact at any resolution. With few folds the draws repeat folds,
/// and know no spread but that of these.
///
/// ```
/// use risk_sd::{Dimension, IncompleteRows, Metric, Profile, TableBuilder, TradeOffSweep, TrustIndex};
///
/// let mut audit = TableBuilder::new();
/// for (candidate, fidelity, privacy) in [("memoriser", 3.0, 1.0), ("copula", 2.0, 2.0), ("noise", 1.0, 3.0)] {
///     audit.push(candidate, "all rows", "fidelity score", fidelity)?;
///     audit.push(candidate, "all rows", "privacy score", privacy)?;
/// }
/// let index = TrustIndex::new([
///     Dimension::new("fidelity", [Metric::new("fidelity score")]),
///     Dimension::new("privacy", [Metric::new("privacy score")]),
/// ])?;
/// let report = index.run(&audit.paired(IncompleteRows::Refuse)?, &[Profile::uniform("uniform")])?;
/// let sweep = TradeOffSweep::new().resolution(10).run(&report, "uniform")?;
/// // u = (1, 1/3), (2/3, 2/3), (1/3, 1): the middle one wins where the weights are even.
/// assert_eq!(sweep.winner, "copula");
/// // It loses the lead where (1 - w) ln 3 = ln 3/2, that is w = 0.63.
/// let change = sweep.change.as_ref().expect("others win elsewhere");
/// assert!((change.shift - 0.1309).abs() < 1e-4);
/// assert!((sweep.share("copula")? - 2.0 * change.shift).abs() < 1e-12);
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// Cost: O(points * candidates * folds * (T + draws)), points spread over threads.
#[doc(alias = "ternary")]
#[doc(alias = "weight sensitivity")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TradeOffSweep {
    resolution: usize,
    bootstrap: Option<Bootstrap>,
}

impl Default for TradeOffSweep {
    fn default() -> Self {
        TradeOffSweep::new()
    }
}

impl TradeOffSweep {
    /// Weights in steps of 1/20; winners not tested.
    pub const fn new() -> TradeOffSweep {
        TradeOffSweep { resolution: 20, bootstrap: None }
    }

    /// R, at least 1: weights are multiples of 1/R.
    #[must_use]
    pub const fn resolution(mut self, resolution: usize) -> TradeOffSweep {
        self.resolution = resolution;
        self
    }

    /// Tests winners on these bootstrap draws of the folds: the same folds for all candidates where they are
    /// paired. Only replicates and seed are used. A single fold cannot be drawn again: nothing is tested then.
    #[must_use]
    pub const fn bootstrap(mut self, bootstrap: Bootstrap) -> TradeOffSweep {
        self.bootstrap = Some(bootstrap);
        self
    }

    /// Sweeps over all weights of the dimensions of an audit, with the risk aversion and the risk of one of its
    /// profiles.
    ///
    /// # Errors
    /// [`Error::UnknownName`] of a profile; [`Error::InvalidResolution`] for 0, or more than 2^18 weights;
    /// [`Error::TooFewReplicates`] for no bootstrap draw, [`Error::TooManyReplicates`] above 10 million.
    pub fn run(&self, report: &TrustReport, profile: &str) -> Result<SweepReport, Error> {
        let start = report.profile(profile)?;
        let (resolution, dimensions) = (self.resolution, report.dimensions.len());
        if resolution == 0 || points(dimensions, resolution) > MOST_POINTS {
            return Err(Error::InvalidResolution { resolution, dimensions, most: MOST_POINTS });
        }
        if let Some(Bootstrap { replicates: 0, .. }) = self.bootstrap {
            return Err(Error::TooFewReplicates { what: "bootstrap", found: 0, needed: 1 });
        }
        if let Some(Bootstrap { replicates, .. }) = self.bootstrap {
            at_most_maximum("bootstrap", replicates)?;
        }
        let indices = Indices::new(&report.dimensions, report.sampling);
        let draws = self.draws(report, &indices);
        let scored = Scored { indices: &indices, profile: &start.profile, draws: &draws };
        let points = lattice(report.dimensions.len(), self.resolution);
        let points = in_order(points.len(), || (), |(), i| scored.point(&points[i]));
        let points = points.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut sweep = SweepReport {
            dimensions: report.dimensions.iter().map(|d| d.name.clone()).collect(),
            candidates: report.candidates.clone(),
            folds: indices.folds(),
            profile: start.profile.clone(),
            profile_weights: start.omega(),
            resolution: self.resolution,
            bootstrap: self.bootstrap.filter(|_| matches!(draws, Draws::OfFolds(_))),
            points,
            shares: Vec::new(),
            shares_by: ShareKind::LatticePoints,
            winner: start.best().candidate.clone(),
            change: None,
            warnings: match draws {
                Draws::OfFolds(_) => {
                    warning::few_folds(indices.folds(), warning::FEW_DRAWN_FOLDS).into_iter().collect()
                }
                _ => Vec::new(),
            },
        };
        (sweep.shares, sweep.shares_by) = shares(&sweep);
        sweep.change = scored.change(&sweep)?;
        Ok(sweep)
    }

    fn draws(&self, report: &TrustReport, indices: &Indices) -> Draws {
        match (report.replication, self.bootstrap) {
            (_, None) => Draws::None,
            _ if indices.folds() < 2 => Draws::None,
            (Replication::BootstrapDraws, _) => Draws::AsTheyAre,
            (Replication::Folds, Some(bootstrap)) => {
                Draws::OfFolds(draw_folds(bootstrap, indices, report.candidates.len()))
            }
        }
    }
}

/// How winners are tested.
enum Draws {
    None,
    /// The folds are draws.
    AsTheyAre,
    /// By replicate and candidate, the folds drawn.
    OfFolds(Vec<Vec<Vec<u32>>>),
}

/// Folds drawn with replacement: once for all candidates where they are paired.
fn draw_folds(bootstrap: Bootstrap, indices: &Indices, candidates: usize) -> Vec<Vec<Vec<u32>>> {
    let folds = indices.folds() as u32;
    let draw = |replicate: usize, column: usize| {
        let mut stream =
            Stream::new(bootstrap.seed, Purpose::Bootstrap, replicate as u64, column as u64);
        (0..folds).map(|_| stream.below(folds)).collect::<Vec<u32>>()
    };
    let replicate = |b: usize| match indices.sampling {
        Sampling::Paired => vec![draw(b, 0); candidates],
        _ => (0..candidates).map(|g| draw(b, g)).collect(),
    };
    (0..bootstrap.replicates).map(replicate).collect()
}

/// C(R + T - 1, T - 1), or `usize::MAX` beyond it.
fn points(dimensions: usize, resolution: usize) -> usize {
    let mut count = 1_u128;
    for i in 1..dimensions as u128 {
        count = count * (resolution as u128 + i) / i;
        if count > MOST_POINTS as u128 {
            return usize::MAX;
        }
    }
    count as usize
}

/// All weights in multiples of 1/R that sum to one, ascending.
fn lattice(dimensions: usize, resolution: usize) -> Vec<Vec<f64>> {
    fn extend(left: usize, dimensions: usize, head: &mut Vec<usize>, into: &mut Vec<Vec<usize>>) {
        if dimensions == 1 {
            into.push(head.iter().copied().chain([left]).collect());
            return;
        }
        for i in 0..=left {
            head.push(i);
            extend(left - i, dimensions - 1, head, into);
            head.pop();
        }
    }
    let mut all = Vec::new();
    extend(resolution, dimensions, &mut Vec::new(), &mut all);
    let weights = |steps: Vec<usize>| steps.iter().map(|&i| i as f64 / resolution as f64).collect();
    all.into_iter().map(weights).collect()
}

/// The candidates of rank 1, up to rounding.
fn winners(scores: &[f64]) -> Vec<usize> {
    let ranks = ranks_up_to_rounding(scores.iter().map(|s| 0.0 - s).collect());
    let best = ranks.iter().copied().fold(f64::INFINITY, f64::min);
    (0..scores.len()).filter(|&g| ranks[g] == best).collect()
}

/// What scores candidates at given weights.
struct Scored<'a> {
    indices: &'a Indices,
    profile: &'a Profile,
    draws: &'a Draws,
}

impl Scored<'_> {
    fn point(&self, weights: &[f64]) -> Result<SweepPoint, Error> {
        let values = self.values(weights);
        let scores = self.scores(&values)?;
        let winners = winners(&scores);
        let others = (0..scores.len()).filter(|&g| g != winners[0]).map(|g| scores[g]);
        let margin = match winners.len() {
            1 => others.reduce(f64::max).map(|next| scores[winners[0]] - next),
            _ => Some(0.0),
        };
        let kept = self.kept(&values, winners[0])?;
        Ok(SweepPoint { weights: weights.to_vec(), scores, winners, margin, kept })
    }

    /// tau by candidate and fold.
    fn values(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        (0..self.indices.logarithms.len()).map(|g| self.indices.of(g, weights)).collect()
    }

    fn scores(&self, values: &[Vec<f64>]) -> Result<Vec<f64>, Error> {
        values.iter().map(|v| Ok(assess(v, self.profile)?.score)).collect()
    }

    /// Share of draws in which a candidate wins, alone or level with others.
    fn kept(&self, values: &[Vec<f64>], winner: usize) -> Result<Option<f64>, Error> {
        let (kept, draws) = match self.draws {
            Draws::None => return Ok(None),
            Draws::AsTheyAre => {
                let of_fold = |f: usize| values.iter().map(|v| v[f]).collect::<Vec<_>>();
                let folds = self.indices.folds();
                ((0..folds).filter(|&f| winners(&of_fold(f)).contains(&winner)).count(), folds)
            }
            Draws::OfFolds(draws) => {
                let mut kept = 0;
                for draw in draws {
                    let drawn = |(v, folds): (&Vec<f64>, &Vec<u32>)| {
                        folds.iter().map(|&f| v[f as usize]).collect()
                    };
                    let drawn: Vec<Vec<f64>> = values.iter().zip(draw).map(drawn).collect();
                    kept += usize::from(winners(&self.scores(&drawn)?).contains(&winner));
                }
                (kept, draws.len())
            }
        };
        Ok(Some(kept as f64 / draws as f64))
    }

    fn change(&self, sweep: &SweepReport) -> Result<Option<WinnerChange>, Error> {
        let from = &sweep.profile_weights[..];
        let winner = sweep.candidates.iter().position(|name| *name == sweep.winner);
        let winner = winner.expect("the winner is a candidate");
        let found = match sweep.folds {
            1 => self.nearest_half_space(from, winner),
            _ => self.nearest_point(sweep, from, winner)?,
        };
        Ok(found.map(|(other, weights)| WinnerChange {
            winner: sweep.candidates[other].clone(),
            shift: shift(from, &weights),
            weights: named(&sweep.dimensions, &weights),
        }))
    }

    /// One fold: h overtakes where `sum_T omega_T d_T <= 0`, d = ln pi_T(winner) - ln pi_T(h). Weight that moves to
    /// the dimension of the smallest d lowers the sum fastest, taken from the largest d first.
    fn nearest_half_space(&self, from: &[f64], winner: usize) -> Option<(usize, Vec<f64>)> {
        let logarithms = |g: usize| &self.indices.logarithms[g][0];
        let reach = |h: usize| {
            let d = logarithms(winner).iter().zip(logarithms(h));
            let d = d.map(|(a, b)| difference_up_to_rounding(*a, *b));
            lowered_to_zero(from, &d.collect::<Vec<_>>()).map(|weights| (h, weights))
        };
        let others = (0..self.indices.logarithms.len()).filter(|&h| h != winner);
        others.filter_map(reach).min_by(|a, b| shift(from, &a.1).total_cmp(&shift(from, &b.1)))
    }

    /// Several folds: the nearest point of the lattice at which the winner does not win, then the place on the
    /// way where it stops to, by bisection.
    fn nearest_point(
        &self,
        sweep: &SweepReport,
        from: &[f64],
        winner: usize,
    ) -> Result<Option<(usize, Vec<f64>)>, Error> {
        let lost = sweep.points.iter().filter(|p| !p.winners.contains(&winner));
        let nearest = lost.min_by(|p, q| shift(from, &p.weights).total_cmp(&shift(from, &q.weights)));
        let Some(nearest) = nearest else { return Ok(None) };
        let at = |t: f64| -> Vec<f64> {
            from.iter().zip(&nearest.weights).map(|(a, b)| a + t * (b - a)).collect()
        };
        let (mut kept, mut lost, mut other) = (0.0, 1.0, nearest.winners[0]);
        for _ in 0..BISECTIONS {
            let middle = 0.5 * (kept + lost);
            let found = winners(&self.scores(&self.values(&at(middle)))?);
            match found.contains(&winner) {
                true => kept = middle,
                false => (lost, other) = (middle, found[0]),
            }
        }
        Ok(Some((other, at(lost))))
    }
}

/// Halvings of a way of length at most 1: to 1e-9.
const BISECTIONS: usize = 30;

/// The weights nearest to these at which `sum omega d` is 0; `None` where it is positive everywhere, and where no
/// weight of d < 0 could bring it down from a positive sum.
fn lowered_to_zero(from: &[f64], d: &[f64]) -> Option<Vec<f64>> {
    let target = (0..d.len()).min_by(|&s, &t| d[s].total_cmp(&d[t]))?;
    if d[target] >= 0.0 {
        return None;
    }
    let mut weights = from.to_vec();
    // A tie up to rounding is at 0 already.
    let lead = sum(from.iter().zip(d).map(|(w, d)| w * d));
    let mut excess = difference_up_to_rounding(lead, 0.0).max(0.0);
    let mut order: Vec<usize> = (0..d.len()).filter(|&t| d[t] > d[target]).collect();
    order.sort_by(|&s, &t| d[t].total_cmp(&d[s]));
    for t in order {
        let moved = weights[t].min(excess / (d[t] - d[target]));
        weights[t] -= moved;
        weights[target] += moved;
        excess = (excess - moved * (d[t] - d[target])).max(0.0);
    }
    Some(weights)
}

/// How much weight moves: half the sum of absolute differences.
fn shift(from: &[f64], to: &[f64]) -> f64 {
    0.5 * sum(from.iter().zip(to).map(|(a, b)| (a - b).abs()))
}

fn named(dimensions: &[String], weights: &[f64]) -> Vec<DimensionWeight> {
    let weight = |(d, w): (&String, &f64)| DimensionWeight { dimension: d.clone(), weight: *w };
    dimensions.iter().zip(weights).map(weight).collect()
}

/// How much of the simplex each candidate wins.
fn shares(sweep: &SweepReport) -> (Vec<CandidateShare>, ShareKind) {
    let mut sums = vec![Sum::default(); sweep.candidates.len()];
    let mut add = |winners: &[usize], share: f64| {
        winners.iter().for_each(|&g| sums[g].add(share / winners.len() as f64));
    };
    let scores: Vec<Vec<f64>> = (0..sweep.points.len()).map(|p| sweep.linear_scores(p)).collect();
    let linear = if sweep.folds == 1 { ShareKind::Exact } else { ShareKind::Interpolated };
    let kind = match sweep.dimensions.len() {
        2 => {
            for pair in scores.windows(2) {
                let regions = regions_of_segment([&pair[0], &pair[1]]);
                regions.iter().for_each(|(winners, length)| add(winners, *length));
            }
            linear
        }
        3 => {
            for cell in sweep.rows_of_cells().flatten() {
                let regions = regions_of_cell(cell.map(|p| &scores[p][..]));
                regions.iter().for_each(|region| add(&region.winners, region.share()));
            }
            linear
        }
        _ => {
            sweep.points.iter().for_each(|point| add(&point.winners, 1.0));
            ShareKind::LatticePoints
        }
    };
    let totals: Vec<f64> = sums.into_iter().map(Sum::value).collect();
    let all = sum(totals.iter().copied());
    let share =
        |(name, total): (&String, f64)| CandidateShare { candidate: name.clone(), share: total / all };
    (sweep.candidates.iter().zip(totals).map(share).collect(), kind)
}
