//! What a sweep over trade-offs found.

use super::DimensionWeight;
use super::profile::Profile;
use crate::error::Error;
use crate::inference::Warning;
use crate::resampling::Bootstrap;

/// Who wins under which trade-off weights, by how much, and how surely.
///
/// Prints as a table; with three dimensions, `plot::trade_off_map` draws it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SweepReport {
    /// The dimensions: the order of all weights.
    pub dimensions: Vec<String>,
    /// The candidates, in the order of the audit: of all scores.
    pub candidates: Vec<String>,
    /// Number of folds.
    pub folds: usize,
    /// The profile from which the sweep starts: its risk aversion and risk hold everywhere.
    pub profile: Profile,
    /// R: weights are multiples of 1/R.
    pub resolution: usize,
    /// How the folds were drawn again; `None` where winners were not tested.
    pub bootstrap: Option<Bootstrap>,
    /// All weights of the lattice, ascending from (0, ..., 0, 1) to (1, 0, ..., 0).
    pub points: Vec<SweepPoint>,
    /// How much of the simplex each candidate wins, in the order of `candidates`.
    pub shares: Vec<CandidateShare>,
    /// How the shares were found.
    pub shares_by: ShareKind,
    /// The weights of the profile, summing to one.
    pub profile_weights: Vec<f64>,
    /// Who wins under them; of those that tie, the first.
    pub winner: String,
    /// The smallest shift of weight that makes another candidate win; `None` where none does: with several folds, at
    /// no point of the lattice (between them another may win).
    pub change: Option<WinnerChange>,
    /// What to keep in mind when reading [`SweepPoint::kept`].
    pub warnings: Vec<Warning>,
}

/// One vector of trade-off weights, and who wins under it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SweepPoint {
    /// The weights of the dimensions, summing to one.
    pub weights: Vec<f64>,
    /// The score of every candidate.
    pub scores: Vec<f64>,
    /// The candidates of the highest score, up to rounding.
    pub winners: Vec<usize>,
    /// Score of the winner minus that of the next: 0 for a tie, `None` for a single candidate.
    pub margin: Option<f64>,
    /// Share of the bootstrap draws of the folds in which the (first) winner wins too, alone or level with
    /// others; `None` where none were drawn.
    ///
    /// It is no confidence: of two equal candidates one is kept in 95 % of draws in .20 of audits of 5 folds, .14 of
    /// 10, .12 of 20, .11 of 50, where two tests of 5 % would say so in .10; below 50 folds the report
    /// [warns](crate::Warning).
    ///
    /// With few folds the draws understate the risk, and favour candidates of large spread: they repeat folds (of two
    /// folds, half of the draws have the spread 0). Below five folds, with a risk aversion above 0, the printed
    /// report and the picture do not speak of it. Where the folds are bootstrap draws already, tau of each single
    /// draw is compared: the risk aversion has no part in it.
    pub kept: Option<f64>,
}

/// How much of the simplex a candidate wins.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CandidateShare {
    /// Its name.
    pub candidate: String,
    /// Share of the weights under which it wins; who tie share them.
    pub share: f64,
}

/// How shares of the simplex were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ShareKind {
    /// Two or three dimensions, one fold: lengths of intervals, areas of polygons; exact.
    Exact,
    /// Two or three dimensions, several folds: lengths and areas with scores linear between points of the lattice; their error falls
    /// with the square of the resolution (measured: 0.1/R^2).
    Interpolated,
    /// Shares of the points of the lattice, its edges included.
    LatticePoints,
}

/// The smallest shift of weight after which another candidate wins.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WinnerChange {
    /// Who wins then.
    pub winner: String,
    /// The weights at which the lead changes.
    pub weights: Vec<DimensionWeight>,
    /// How much of the total weight moves from some dimensions to others: half the sum of the absolute
    /// differences, in [0, 1]. Exact for a single fold. For several an upper bound: the nearest point of the
    /// lattice with another winner, and the place on the way to it where the winner changes.
    pub shift: f64,
}

impl SweepReport {
    /// The share of this candidate.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn share(&self, candidate: &str) -> Result<f64, Error> {
        let found = self.shares.iter().find(|s| s.candidate == candidate);
        found.map(|s| s.share).ok_or_else(|| Error::UnknownName { name: candidate.to_owned() })
    }

    /// Whether the shares of draws in which winners stay are fit to be spoken of. Few folds, drawn again, understate
    /// the risk in the score.
    pub(crate) fn tells_kept(&self) -> bool {
        let drawn = self.points.iter().any(|point| point.kept.is_some());
        drawn && (self.folds >= 5 || self.profile.risk_aversion == 0.0)
    }

    /// Position of the point `(i, j, R - i - j) / R` of a lattice over three dimensions.
    pub(crate) fn position(&self, i: usize, j: usize) -> usize {
        // Before row i lie rows of R + 1, R, ..., R + 2 - i points.
        i * (self.resolution + 1) - i * i.saturating_sub(1) / 2 + j
    }

    /// The scores at a point, in a scale in which they are as nearly linear in the weights as can be: logarithms
    /// for a single fold, where they are linear.
    pub(crate) fn linear_scores(&self, position: usize) -> Vec<f64> {
        let scores = &self.points[position].scores;
        match self.folds {
            1 => scores.iter().map(|&score| libm::log(score)).collect(),
            _ => scores.clone(),
        }
    }

    /// The small triangles of a lattice over three dimensions, as positions of their corners: row by row, from one
    /// end of a row to the other.
    pub(crate) fn rows_of_cells(&self) -> impl Iterator<Item = Vec<[usize; 3]>> + '_ {
        let at = |i: usize, j: usize| self.position(i, j);
        let upright = move |i, j| [at(i, j), at(i + 1, j), at(i, j + 1)];
        let inverted = move |i, j| [at(i + 1, j + 1), at(i, j + 1), at(i + 1, j)];
        let row = move |i: usize| {
            let last = self.resolution - i - 1;
            let both = (0..last).flat_map(move |j| [upright(i, j), inverted(i, j)]);
            both.chain([upright(i, last)]).collect()
        };
        (0..self.resolution).map(row)
    }
}
