//! Pictures of distributions, of violated dominance, of couplings, of rank sets and of audits, as SVG documents.
//!
//! Every function returns the text of one SVG document and touches no file. The same input gives the
//! same bytes. Colours are those of Okabe and Ito, which colour-blind readers can tell apart; from nine
//! curves on, dash patterns join them. Names stand at the ends of their curves.
//!
//! Curves are drawn with all their knots as long as at most four fall on half a pixel of the horizontal
//! axis; where more do, the first, the last, the lowest and the highest of them are kept, which paint
//! the same pixels.
//!
//! The vertical axis always covers all of the data. Values that differ by less than 1e-12 of their size
//! are drawn as equal.

mod area;
mod axis;
mod canvas;
mod chart;
mod curves;
mod dimensions;
mod end_labels;
mod heading;
mod knots;
mod notes;
mod path;
mod picture;
mod ranks;
mod regions;
mod stroke;
mod ternary;
#[cfg(test)]
mod tests;
mod text;
mod trade_off;
mod transport;

pub use area::violation_area;
pub use curves::{lorenz_curves, quantile_curves};
pub use dimensions::dimension_indices;
pub use picture::Picture;
pub use ranks::{RankInterval, rank_sets};
pub use trade_off::trade_off_map;
pub use transport::transport_map;
