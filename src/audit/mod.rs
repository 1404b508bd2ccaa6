//! Audits of candidates (generators, data sets, checkpoints) in several dimensions at once: the trust index, its
//! ranking under trade-off profiles, the sweep over all trade-offs, and selection with an honest report.

mod assess;
mod dimension;
mod optimism;
mod profile;
mod reference;
mod regions;
mod report;
mod selection;
mod sweep;
mod sweep_report;
mod trust_index;

pub use dimension::Dimension;
pub use optimism::Optimism;
pub use profile::{DimensionWeight, FoldRisk, Profile, TradeOffs};
pub use reference::ReferenceSet;
#[cfg(feature = "plot")]
pub(crate) use regions::regions_of_cell;
pub use report::{CandidateIndex, DimensionReport, MetricReport, ProfileReport, TrustReport};
pub use selection::{Lead, Reported, Selection, SelectionReport};
pub use sweep::TradeOffSweep;
pub use sweep_report::{CandidateShare, ShareKind, SweepPoint, SweepReport, WinnerChange};
pub use trust_index::{Replication, TrustIndex};
