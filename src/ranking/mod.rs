//! Which of k models is best, and how sure is that: relative dominance, multiplicity, rank sets, agreement
//! of rankings.

mod aggregate;
mod agreement;
mod compare;
mod efficient;
mod rank_set;
mod ranking_test;
mod ranks;
mod relative;
mod report;

pub use aggregate::aggregate_rankings;
pub use agreement::kendall_tau;
pub use efficient::{Candidate, Dominator, EfficientSet};
pub use ranking_test::RankingTest;
pub use ranks::{average_ranks, borda};
pub(crate) use ranks::{difference_up_to_rounding, ranks_up_to_rounding};
pub use report::{
    BothWays, PairComparison, RankSet, RankedModel, Ranking, RankingReport, RelativeOutcome,
};
