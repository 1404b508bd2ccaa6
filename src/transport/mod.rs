//! Optimal transport on the line: how far apart are two distributions, and what carries one to the other?
//!
//! For every convex cost h of the difference x - y the monotone coupling is optimal: the smallest of one goes to
//! the smallest of the other. So the cost is the integral of h over the difference of the quantile functions, a
//! finite sum over the cells of both samples; nothing here is entropic, gridded or iterated.

mod barycenter;
mod cdf_distance;
mod cost;
mod coupling;
#[cfg(feature = "ndarray")]
mod directions;
mod gradient;
mod integrated;
mod matrix;
mod potentials;
#[cfg(feature = "ndarray")]
mod rows;
#[cfg(feature = "ndarray")]
mod sliced;
mod split;
mod wasserstein;

pub use barycenter::barycenter;
pub use cdf_distance::{cramer_distance, energy_distance, kolmogorov_smirnov_distance};
pub use cost::transport_cost;
pub use coupling::{Atom, Coupling, coupling};
#[cfg(feature = "ndarray")]
pub use directions::Directions;
pub use gradient::{TransportGradient, location_gradient, wasserstein_gradient};
pub use integrated::{integrated_quantile_distance, integrated_quantile_shortfall};
pub use matrix::{DistanceMatrix, wasserstein_matrix};
pub use potentials::{Potentials, potentials, weight_gradient};
#[cfg(feature = "ndarray")]
pub use rows::wasserstein_rows;
#[cfg(feature = "ndarray")]
pub use sliced::{MaxSlicedDistance, SlicedDistance, max_sliced_wasserstein, sliced_wasserstein};
pub use split::{WassersteinSplit, wasserstein_split};
pub use wasserstein::wasserstein;
