//! How readily probability moves between labels, where it does not come from a cost.

use super::square::Square;
use crate::error::Error;
use crate::sample::Number;

/// A kernel between d labels, in place of `exp(-C / epsilon)`: square, symmetric, finite, not negative, no row
/// of zeros.
///
/// An entry of 0 forbids to move mass between two labels. If that leaves mass of a model without any label
/// that all models can reach, this mass is dropped, and [`EnsembledInstance::mass`] is below 1. With the
/// identity the balanced barycenter is the weighted geometric mean. Marginals that are out of reach never settle,
/// so with zeros in the kernel only the change of p is compared with the tolerance.
///
/// ```
/// use risk_sd::Kernel;
///
/// let kernel = Kernel::new([[1.0, 0.5], [0.5, 1.0]])?;
/// assert_eq!(kernel.labels(), Kernel::identity(2)?.labels());
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// [`EnsembledInstance::mass`]: crate::EnsembledInstance::mass
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Kernel(Square);

impl Kernel {
    /// From the rows of the matrix. K_ij and K_ji may differ by 1e-12 of the largest entry; then both become
    /// their mean.
    ///
    /// # Errors
    /// [`Error::NoLabels`]; [`Error::NotSquare`]; [`Error::InvalidEntry`] for a negative, NaN or infinite
    /// entry; [`Error::Asymmetric`]; [`Error::ZeroRow`] for a label that reaches no label.
    pub fn new<R: IntoIterator<Item = impl Number>>(
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Kernel, Error> {
        let square = Square::new("kernel", rows)?;
        let zero = |row: &usize| square.row(*row).iter().all(|entry| *entry == 0.0);
        match (0..square.order()).find(zero) {
            Some(row) => Err(Error::ZeroRow { what: "kernel", row }),
            None => Ok(Kernel(square)),
        }
    }

    /// No label is near any other.
    ///
    /// # Errors
    /// [`Error::NoLabels`] for d = 0; [`Error::TooManyRows`].
    pub fn identity(labels: usize) -> Result<Kernel, Error> {
        if labels > i32::MAX as usize {
            return Err(Error::TooManyRows { found: labels });
        }
        let row = |i| (0..labels).map(move |j| f64::from(u8::from(i == j)));
        Kernel::new((0..labels).map(row))
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.0.order()
    }

    /// log K, -infinity for 0.
    pub(super) fn logarithms(&self) -> Square {
        self.0.clone().map(libm::log)
    }

    pub(super) fn entries(&self) -> &[f64] {
        self.0.entries()
    }
}
