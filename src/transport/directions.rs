//! Directions on which point clouds are projected.

use ndarray::ArrayView2;

use crate::error::Error;
use crate::rng::{Purpose, Stream};
use crate::sample::Number;

/// The directions of a sliced distance: drawn uniformly on the sphere from a seed, or given.
///
/// Drawn directions are independent normal vectors divided by their length. Direction l depends on the seed and
/// on l alone, with the same bits everywhere. 1000 directions and seed 0 by default.
///
/// ```
/// use risk_sd::Directions;
///
/// let directions = Directions::new().count(200).seed(7);
/// assert_eq!(directions, Directions::default().seed(7).count(200));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Directions {
    count: usize,
    seed: u64,
    given: Option<Vec<Vec<f64>>>,
}

impl Default for Directions {
    fn default() -> Directions {
        Directions { count: 1000, seed: 0, given: None }
    }
}

impl Directions {
    /// 1000 directions drawn with seed 0.
    pub fn new() -> Directions {
        Directions::default()
    }

    /// Sets how many directions are drawn. The standard error falls with the root of the number.
    #[must_use]
    pub fn count(self, count: usize) -> Directions {
        Directions { count, given: None, ..self }
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Directions {
        Directions { seed, given: None, ..self }
    }

    /// These directions, one in each row, of any length but 0; nothing is drawn. They are checked where they are
    /// used.
    #[must_use]
    pub fn given<T>(rows: ArrayView2<'_, T>) -> Directions
    where
        for<'v> &'v T: Number,
    {
        let row = |row: ndarray::ArrayView1<'_, T>| row.iter().map(|v| v.to_f64()).collect::<Vec<f64>>();
        let given: Vec<Vec<f64>> = rows.rows().into_iter().map(row).collect();
        Directions { count: given.len(), seed: 0, given: Some(given) }
    }

    /// The seed, where directions are drawn.
    pub(super) fn drawn_with(&self) -> Option<u64> {
        self.given.is_none().then_some(self.seed)
    }

    /// The unit vectors, at least as many as are needed.
    pub(super) fn unit_vectors(&self, dimensions: usize, needed: usize) -> Result<Vec<Vec<f64>>, Error> {
        if self.count < needed {
            return Err(Error::TooFewDirections { found: self.count, needed });
        }
        if self.count > MOST {
            return Err(Error::TooManyDirections { found: self.count, most: MOST });
        }
        let Some(given) = &self.given else {
            return Ok((0..self.count as u64).map(|l| drawn(self.seed, l, dimensions)).collect());
        };
        given.iter().enumerate().map(|(row, direction)| checked(row, direction, dimensions)).collect()
    }
}

/// More directions than this are refused: the standard error at 1e7 is 1/3000 of the spread of the slices.
const MOST: usize = 10_000_000;

fn checked(row: usize, direction: &[f64], dimensions: usize) -> Result<Vec<f64>, Error> {
    if direction.len() != dimensions {
        let found = direction.len();
        return Err(Error::UnequalDimensions { what: "directions", expected: dimensions, found });
    }
    if let Some(column) = direction.iter().position(|v| !v.is_finite()) {
        let value = direction[column];
        return Err(Error::EntryNotFinite { matrix: "matrix of directions", row, column, value });
    }
    of_unit_length(direction).ok_or(Error::ZeroDirection { row })
}

/// Direction l of a seed. A vector without length is drawn again; that has never been seen.
fn drawn(seed: u64, l: u64, dimensions: usize) -> Vec<f64> {
    let mut stream = Stream::new(seed, Purpose::Direction, l, 0);
    loop {
        let mut normals: Vec<f64> =
            (0..dimensions.div_ceil(2)).flat_map(|_| two_normals(&mut stream)).collect();
        normals.truncate(dimensions);
        if let Some(unit) = of_unit_length(&normals) {
            return unit;
        }
    }
}

/// Two independent standard normals from two words (Box, Muller 1958): r = sqrt(-2 ln u), angle 2 pi v.
fn two_normals(stream: &mut Stream) -> [f64; 2] {
    const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
    let mut uniform = || (stream.next_u64() >> 11) as f64 * SCALE;
    let (u, v) = (1.0 - uniform(), uniform()); // u in (0, 1]
    let radius = (-2.0 * libm::log(u)).sqrt();
    let angle = 2.0 * std::f64::consts::PI * v;
    [radius * libm::cos(angle), radius * libm::sin(angle)]
}

/// The direction divided by its length; `None` where it has none.
fn of_unit_length(direction: &[f64]) -> Option<Vec<f64>> {
    let largest = direction.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    if largest == 0.0 {
        return None;
    }
    let length = direction.iter().fold(0.0, |s, v| s + (v / largest) * (v / largest)).sqrt();
    Some(direction.iter().map(|v| v / largest / length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn drawn_directions_are_uniform_on_the_sphere() {
        let vectors = Directions::new().count(20_000).seed(3).unit_vectors(3, 2).unwrap();
        for k in 0..3 {
            // A coordinate of a uniform direction in space is uniform on [-1, 1].
            let below = |z: f64| vectors.iter().filter(|v| v[k] <= z).count() as f64 / 20_000.0;
            for z in [-0.8, -0.3, 0.0, 0.4, 0.9] {
                assert!((below(z) - (z + 1.0) / 2.0).abs() < 4.0 * 0.5 / 20_000_f64.sqrt());
            }
        }
        assert!(
            vectors.iter().all(|v| (v.iter().map(|c| c * c).sum::<f64>() - 1.0).abs() < 1e-15 * 4.0)
        );
    }

    #[test]
    fn a_direction_depends_on_the_seed_and_its_number_alone() {
        let few = Directions::new().count(3).seed(9).unit_vectors(5, 1).unwrap();
        let many = Directions::new().count(30).seed(9).unit_vectors(5, 1).unwrap();
        assert_eq!(few, many[..3]);
        assert_ne!(few, Directions::new().count(3).seed(10).unit_vectors(5, 1).unwrap());
        let line = Directions::new().count(50).unit_vectors(1, 1).unwrap();
        assert!(line.iter().all(|v| v[0].abs() == 1.0));
    }

    #[test]
    fn what_is_set_last_decides_whether_directions_are_drawn() {
        let given = Directions::given(array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].view());
        assert_eq!(given.drawn_with(), None);
        let drawn = given.clone().seed(7);
        assert_eq!(drawn.drawn_with(), Some(7));
        let expected = Directions::new().count(3).seed(7).unit_vectors(2, 1);
        assert_eq!(drawn.unit_vectors(2, 1), expected);
        let counted = given.count(3);
        assert_eq!(counted.drawn_with(), Some(0));
        assert_eq!(counted.seed(7).unit_vectors(2, 1), expected);
    }

    #[test]
    fn bad_directions_are_named() {
        assert_eq!(
            Directions::new().count(0).unit_vectors(2, 1),
            Err(Error::TooFewDirections { found: 0, needed: 1 })
        );
        let zero = Directions::given(array![[1.0, 0.0], [0.0, 0.0]].view());
        assert_eq!(zero.unit_vectors(2, 1), Err(Error::ZeroDirection { row: 1 }));
        let dimensions = Error::UnequalDimensions { what: "directions", expected: 3, found: 2 };
        assert_eq!(zero.unit_vectors(3, 1), Err(dimensions));
        let nan = Directions::given(array![[1.0, f64::NAN]].view()).unit_vectors(2, 1).unwrap_err();
        assert!(matches!(nan, Error::EntryNotFinite { row: 0, column: 1, .. }));
        let long = Directions::given(array![[3e300, -4e300]].view());
        assert_eq!(long.unit_vectors(2, 1).unwrap(), [[0.6, -0.8]]);
    }
}
