//! Rankings of k models.

mod adjust;
mod aggregate;
mod agreement;
mod ranks;

pub use adjust::Adjustment;
pub use aggregate::aggregate_rankings;
pub use agreement::kendall_tau;
pub use ranks::{average_ranks, borda};
