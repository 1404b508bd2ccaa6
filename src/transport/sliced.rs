//! Sliced distances: clouds of points compared through their projections on lines.

use std::fmt;

use ndarray::ArrayView2;

use super::directions::Directions;
use super::wasserstein::{exponent, in_range};
use crate::error::Error;
use crate::kernels::cells::Law;
use crate::kernels::in_order::in_order;
use crate::kernels::power_sum::{self, Exponent};
use crate::kernels::project::{LANES, project, tiles};
use crate::kernels::scale::power_of_two_below;
use crate::kernels::sort;
use crate::kernels::sum::sum;
use crate::kernels::tier::Tier;
use crate::sample::Number;

/// A sliced Wasserstein distance and how sure it is. Made by [`sliced_wasserstein`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SlicedDistance {
    /// The exponent p.
    pub p: f64,
    /// The root of the mean p-th power over the directions.
    pub distance: f64,
    /// Monte Carlo standard error of `distance` for the sphere of all directions (delta method). 0 in one
    /// dimension, where every direction gives the same; meaningless for directions chosen by design.
    pub standard_error: f64,
    /// Number of directions.
    pub directions: usize,
    /// The seed of drawn directions.
    pub seed: Option<u64>,
    /// Points of `a`.
    pub n: usize,
    /// Points of `b`.
    pub m: usize,
    /// Dimensions of the points.
    pub dimensions: usize,
}

impl fmt::Display for SlicedDistance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SlicedDistance { p, distance, standard_error, directions, .. } = self;
        write!(
            f,
            "SW_{p} = {distance:.4e} (standard error {standard_error:.1e}, {directions} directions"
        )?;
        match self.seed {
            Some(seed) => write!(f, ", seed {seed})"),
            None => write!(f, ")"),
        }
    }
}

/// The direction, of those tried, in which two clouds are furthest apart. Made by [`max_sliced_wasserstein`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MaxSlicedDistance {
    /// The exponent p.
    pub p: f64,
    /// The distance of the projections on `direction`: a lower bound of the supremum over all directions.
    pub distance: f64,
    /// Of length 1.
    pub direction: Vec<f64>,
    /// Number of directions tried.
    pub directions: usize,
    /// The seed of drawn directions.
    pub seed: Option<u64>,
}

/// How far apart are two clouds of points? The sliced p-Wasserstein distance.
///
/// ```text
/// SW_p = (mean over directions theta of W_p(<theta, a>, <theta, b>)^p)^(1/p)
/// ```
///
/// One point in each row, one coordinate in each column; the clouds may differ in size. Points are projected on
/// each direction, sorted, and compared exactly by [`wasserstein`](crate::wasserstein); only the directions are
/// random, and [`SlicedDistance::standard_error`] says what that costs. In one dimension it is W_p exactly. Adding
/// v to one of two equal clouds gives SW_2^2 near |v|^2 / d.
///
/// Coordinates should have comparable scales: directions weigh them alike. Directions are spread over threads
/// under the feature `rayon`, which changes no bit. Cost O(L (n + m) (d + log n)) for L directions.
///
/// # Errors
/// [`Error::InvalidExponent`] where `p` is NaN, below 1 or infinite; [`Error::EmptyMatrix`] for a cloud without
/// points or coordinates; [`Error::UnequalDimensions`]; [`Error::EntryNotFinite`] with point and coordinate;
/// [`Error::TooFewDirections`] for fewer than two; [`Error::TooManyDirections`]; [`Error::ZeroDirection`]; [`Error::OutOfRange`].
///
/// Reference: Rabin, Peyré, Delon, Bernot 2012; Bonneel, Rabin, Peyré, Pfister 2015.
///
/// ```
/// use ndarray::array;
/// use risk_sd::{Directions, sliced_wasserstein};
///
/// let a = array![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
/// let b = &a + &array![[3.0, 4.0]];
/// let found = sliced_wasserstein(2.0, a.view(), b.view(), &Directions::new().seed(7))?;
/// let exact = (25.0_f64 / 2.0).sqrt();
/// assert!((found.distance - exact).abs() < 3.0 * found.standard_error);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn sliced_wasserstein<T>(
    p: f64,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    directions: &Directions,
) -> Result<SlicedDistance, Error>
where
    for<'v> &'v T: Number,
{
    if p == f64::INFINITY {
        return Err(Error::InvalidExponent { p });
    }
    let slices = Slices::of(p, &a, &b, directions, 2)?;
    let (distance, standard_error) = slices.mean(p);
    Ok(SlicedDistance {
        p,
        distance: in_range("the distance", distance)?,
        standard_error: in_range("the standard error", standard_error)?,
        directions: slices.distances.len(),
        seed: directions.drawn_with(),
        n: a.nrows(),
        m: b.nrows(),
        dimensions: a.ncols(),
    })
}

/// In which direction are two clouds of points furthest apart? The largest p-Wasserstein distance of their
/// projections, over the directions tried.
///
/// ```text
/// max over directions theta of W_p(<theta, a>, <theta, b>)
/// ```
///
/// A lower bound of the supremum over the whole sphere, which is nearer the more directions are tried and the
/// fewer dimensions there are. Of equal distances the first direction counts. p may be infinite. Otherwise as
/// [`sliced_wasserstein`].
///
/// # Errors
/// As [`sliced_wasserstein`]; a single direction is enough.
///
/// Reference: Deshpande et al. 2019.
///
/// ```
/// use ndarray::array;
/// use risk_sd::{Directions, max_sliced_wasserstein};
///
/// let a = array![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
/// let b = &a + &array![[3.0, 4.0]];
/// let found = max_sliced_wasserstein(2.0, a.view(), b.view(), &Directions::new().seed(7))?;
/// assert!(found.distance <= 5.0 && found.distance > 4.999);
/// # Ok::<(), risk_sd::Error>(())
/// ```
pub fn max_sliced_wasserstein<T>(
    p: f64,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    directions: &Directions,
) -> Result<MaxSlicedDistance, Error>
where
    for<'v> &'v T: Number,
{
    let mut slices = Slices::of(p, &a, &b, directions, 1)?;
    let mut best = 0;
    for (l, distance) in slices.distances.iter().enumerate() {
        if *distance > slices.distances[best] {
            best = l;
        }
    }
    Ok(MaxSlicedDistance {
        p,
        distance: in_range("the distance", slices.distances[best] * slices.unit)?,
        direction: slices.vectors.swap_remove(best),
        directions: slices.distances.len(),
        seed: directions.drawn_with(),
    })
}

/// Directions projected in one pass over the points: their projections of both clouds (n = 10,000) stay in the
/// second cache until they are compared.
const PASS: usize = 4;

/// Coordinates inside this range are projected as they are: neither their sums nor their products leave f64.
const SAFE: std::ops::Range<f64> =
    f64::from_bits((1023 - 500) << 52)..f64::from_bits((1023 + 500) << 52);

/// The distances of the projections on each direction.
struct Slices {
    vectors: Vec<Vec<f64>>,
    /// In units of `unit`.
    distances: Vec<f64>,
    /// A power of two.
    unit: f64,
}

impl Slices {
    fn of<T>(
        p: f64,
        a: &ArrayView2<'_, T>,
        b: &ArrayView2<'_, T>,
        directions: &Directions,
        needed: usize,
    ) -> Result<Slices, Error>
    where
        for<'v> &'v T: Number,
    {
        let exponent = exponent(p)?;
        let largest = checked("first cloud", a)?.max(checked("second cloud", b)?);
        if a.ncols() != b.ncols() {
            let (expected, found) = (a.ncols(), b.ncols());
            return Err(Error::UnequalDimensions {
                what: "points of the second cloud",
                expected,
                found,
            });
        }
        let vectors = directions.unit_vectors(a.ncols(), needed)?;
        let unit = if SAFE.contains(&largest) { 1.0 } else { power_of_two_below(largest) };
        let clouds = [a, b].map(|cloud| Cloud {
            points: cloud.nrows(),
            tiles: tiles(cloud.nrows(), cloud.ncols(), |i, k| cloud[[i, k]].to_f64() / unit),
        });
        let distances = projected(exponent, &clouds, &vectors, a.ncols());
        Ok(Slices { vectors, distances, unit })
    }

    /// The root of the mean p-th power, and its standard error: sd(v) / sqrt(L) for the mean of v = W_p^p, times
    /// the derivative of the root, `SW_p / (p mean v)`.
    fn mean(&self, p: f64) -> (f64, f64) {
        let largest = self.distances.iter().fold(0.0_f64, |m, d| m.max(*d));
        let count = self.distances.len() as f64;
        if largest == 0.0 {
            return (0.0, 0.0);
        }
        let power = |d: f64| if p == 1.0 { d } else { libm::pow(d, p) };
        let powers: Vec<f64> = self.distances.iter().map(|d| power(d / largest)).collect();
        let mean = sum(powers.iter().copied()) / count;
        let root = if p == 2.0 { mean.sqrt() } else { libm::pow(mean, 1.0 / p) };
        let squares = sum(powers.iter().map(|v| (v - mean) * (v - mean)));
        let error = (squares / (count - 1.0) / count).sqrt();
        let distance = largest * root;
        (distance * self.unit, distance * (error / (p * mean)) * self.unit)
    }
}

struct Cloud {
    points: usize,
    tiles: Vec<[f64; LANES]>,
}

impl Cloud {
    /// The projections on direction l of those in `out`.
    fn projection<'a>(&self, dimensions: usize, l: usize, out: &'a mut [[f64; LANES]]) -> &'a mut [f64] {
        let count = self.tiles.len() / dimensions;
        &mut out[l * count..(l + 1) * count].as_flattened_mut()[..self.points]
    }
}

/// The largest coordinate of a cloud that has points of finite coordinates.
fn checked<T>(matrix: &'static str, cloud: &ArrayView2<'_, T>) -> Result<f64, Error>
where
    for<'v> &'v T: Number,
{
    if cloud.is_empty() {
        return Err(Error::EmptyMatrix { matrix });
    }
    let mut largest: f64 = 0.0;
    for ((row, column), value) in cloud.indexed_iter() {
        let value = value.to_f64();
        if !value.is_finite() {
            return Err(Error::EntryNotFinite { matrix, row, column, value });
        }
        largest = largest.max(value.abs());
    }
    Ok(largest)
}

/// W_p of the projections, direction by direction.
fn projected(
    exponent: Exponent,
    clouds: &[Cloud; 2],
    vectors: &[Vec<f64>],
    dimensions: usize,
) -> Vec<f64> {
    let passes = vectors.len().div_ceil(PASS);
    let scratch = || [Vec::new(), Vec::new()];
    let found = in_order(passes, scratch, |scratch: &mut [Vec<[f64; LANES]>; 2], pass| {
        let vectors = &vectors[pass * PASS..vectors.len().min((pass + 1) * PASS)];
        let directions = vectors.concat();
        for (cloud, out) in clouds.iter().zip(scratch.iter_mut()) {
            out.resize(cloud.tiles.len() / dimensions * vectors.len(), [0.0; LANES]);
            project(Tier::detected(), &cloud.tiles, dimensions, &directions, out);
        }
        let [xs, ys] = scratch;
        (0..vectors.len())
            .map(|l| {
                let x = clouds[0].projection(dimensions, l, xs);
                let y = clouds[1].projection(dimensions, l, ys);
                sort::sort(x);
                sort::sort(y);
                power_sum::distance(exponent, Law::Uniform(x), Law::Uniform(y))
            })
            .collect::<Vec<f64>>()
    });
    found.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;
    use crate::transport::wasserstein;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};

    fn cloud(points: usize, dimensions: usize, step: usize) -> Array2<f64> {
        Array2::from_shape_fn((points, dimensions), |(i, k)| {
            ((i * step + k * 29) % 97) as f64 / 9.0 - 5.0
        })
    }

    #[test]
    fn agrees_with_projections_one_by_one() {
        let (a, b) = (cloud(70, 4, 31), cloud(45, 4, 17));
        let vectors = Directions::new().count(11).seed(5).unit_vectors(4, 1).unwrap();
        let rows = Array2::from_shape_fn((11, 4), |(l, k)| vectors[l][k]);
        for p in [1.0, 2.0, 3.5] {
            let projection =
                |cloud: &Array2<f64>, l: usize| Sample::new(cloud.dot(&rows.row(l))).unwrap();
            let distances: Vec<f64> = (0..11)
                .map(|l| wasserstein(p, &projection(&a, l), &projection(&b, l)).unwrap())
                .collect();
            let powers: Vec<f64> = distances.iter().map(|d| d.powf(p)).collect();
            let mean = powers.iter().sum::<f64>() / 11.0;
            let variance = powers.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 10.0;
            for directions in [Directions::new().count(11).seed(5), Directions::given(rows.view())] {
                let found = sliced_wasserstein(p, a.view(), b.view(), &directions).unwrap();
                assert_relative_eq!(found.distance, mean.powf(1.0 / p), max_relative = 1e-13);
                let error = (variance / 11.0).sqrt() * mean.powf(1.0 / p - 1.0) / p;
                assert_relative_eq!(found.standard_error, error, max_relative = 1e-12);
            }
            let most = max_sliced_wasserstein(p, a.view(), b.view(), &Directions::given(rows.view()));
            let largest = distances.iter().fold(0.0_f64, |m, d| m.max(*d));
            assert_relative_eq!(most.unwrap().distance, largest, max_relative = 1e-13);
        }
    }

    #[test]
    fn one_dimension_is_exact_and_equal_clouds_are_at_zero() {
        let (a, b) = (cloud(30, 1, 31), cloud(20, 1, 17));
        let exact =
            wasserstein(2.0, &Sample::new(a.column(0)).unwrap(), &Sample::new(b.column(0)).unwrap());
        let found = sliced_wasserstein(2.0, a.view(), b.view(), &Directions::new().count(7)).unwrap();
        assert_relative_eq!(found.distance, exact.unwrap(), max_relative = 1e-14);
        assert!(found.standard_error < 1e-15);
        let same = sliced_wasserstein(2.0, a.view(), a.view(), &Directions::new()).unwrap();
        assert_eq!((same.distance, same.standard_error), (0.0, 0.0));
        let text = same.to_string();
        assert_eq!(text, "SW_2 = 0.0000e0 (standard error 0.0e0, 1000 directions, seed 0)");
    }

    #[test]
    fn every_scale_works() {
        let (a, b) = (cloud(30, 3, 31), cloud(30, 3, 17));
        let directions = Directions::new().count(20);
        let plain = sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
        let largest = max_sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
        for factor in [2f64.powi(1020), 2f64.powi(-900)] {
            let (a, b) = (&a * factor, &b * factor);
            let scaled = sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
            assert_relative_eq!(scaled.distance / factor, plain.distance, max_relative = 1e-14);
            let error = scaled.standard_error / factor;
            assert_relative_eq!(error, plain.standard_error, max_relative = 1e-13);
            let most = max_sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
            assert_relative_eq!(most.distance / factor, largest.distance, max_relative = 1e-14);
            assert_eq!(most.direction, largest.direction);
        }
    }

    #[test]
    fn bad_clouds_are_named() {
        let (a, empty) = (array![[1.0, 2.0]], Array2::<f64>::zeros((0, 2)));
        let run = |a: &Array2<f64>, b: &Array2<f64>| {
            sliced_wasserstein(2.0, a.view(), b.view(), &Directions::new()).unwrap_err()
        };
        assert_eq!(run(&a, &empty), Error::EmptyMatrix { matrix: "second cloud" });
        let dimensions = run(&a, &array![[1.0]]);
        assert!(matches!(dimensions, Error::UnequalDimensions { expected: 2, found: 1, .. }));
        let nan = run(&array![[1.0, 2.0], [f64::INFINITY, 0.0]], &a);
        assert!(matches!(nan, Error::EntryNotFinite { matrix: "first cloud", row: 1, column: 0, .. }));
        let infinite = sliced_wasserstein(f64::INFINITY, a.view(), a.view(), &Directions::new());
        assert_eq!(infinite, Err(Error::InvalidExponent { p: f64::INFINITY }));
    }
}
