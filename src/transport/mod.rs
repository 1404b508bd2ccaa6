//! Optimal transport on the line: how far apart are two distributions, and what carries one to the other?
//!
//! For every convex cost h of the difference x - y the monotone coupling is optimal: the smallest of one goes to
//! the smallest of the other. So the cost is the integral of h over the difference of the quantile functions, a
//! finite sum over the cells of both samples; nothing here is entropic, gridded or iterated.

mod cdf_distance;
mod cost;
mod integrated;
mod split;
mod wasserstein;

pub use cdf_distance::{cramer_distance, energy_distance, kolmogorov_smirnov_distance};
pub use cost::transport_cost;
pub use integrated::{integrated_quantile_distance, integrated_quantile_shortfall};
pub use split::{WassersteinSplit, wasserstein_split};
pub use wasserstein::wasserstein;
