//! Which of k models is best, and how sure is that: relative dominance, multiplicity, rank sets, agreement
//! of rankings.

mod adjust;
mod aggregate;
mod agreement;
mod compare;
mod rank_set;
mod ranks;
mod relative;
mod report;
mod test;

pub use adjust::Adjustment;
pub use aggregate::aggregate_rankings;
pub use agreement::kendall_tau;
pub use ranks::{average_ranks, borda};
pub use report::{
    BothWays, PairComparison, RankSet, RankedModel, Ranking, RankingReport, RelativeOutcome,
};
pub use test::RankingTest;
