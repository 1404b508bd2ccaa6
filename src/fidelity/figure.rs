//! A number with its error.

use std::fmt;

use crate::error::Error;
use crate::kernels::scale::Differences;
use crate::kernels::sum::sum;

/// A number, and its standard error where replicates were drawn.
///
/// Distances are not negative: between two samples of the same law they are positive by chance, and in replicates
/// they are larger still. So the error says how much the figure varies, not how much of it is chance. What chance
/// makes is the figure of held-out real rows in place of the synthetic ones.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Figure {
    /// The number for the tables as they are.
    pub value: f64,
    /// The standard deviation of the replicates in which the number is defined; `None` without a bootstrap, or with
    /// fewer than two such replicates.
    pub standard_error: Option<f64>,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.standard_error {
            None => format!("{}", Short(self.value)),
            // As many decimals as two digits of the error have, but no more than six.
            Some(error) if error > 1e-6 && error < 1e4 && self.value.abs() < 1e9 => {
                let digits = (1.0 - libm::floor(libm::log10(error))).clamp(0.0, 6.0) as usize;
                format!("{:.digits$} ± {error:.digits$}", self.value)
            }
            Some(error) => format!("{} ± {}", Short(self.value), Short(error)),
        };
        f.pad(&text)
    }
}

/// Four significant digits, in powers of ten where that is shorter.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scientific = format!("{:.3e}", self.0);
        let exponent = scientific.split_once('e').and_then(|(_, e)| e.parse::<i32>().ok());
        match exponent {
            _ if self.0 == 0.0 => write!(f, "0"),
            Some(exponent @ -4..=6) => write!(f, "{:.*}", (3 - exponent).max(0) as usize, self.0),
            _ => write!(f, "{scientific}"),
        }
    }
}

/// The standard deviation of some values; `None` for fewer than two.
pub(super) fn spread(values: &[f64]) -> Result<Option<f64>, Error> {
    if values.len() < 2 {
        return Ok(None);
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let unit = Differences::within(low, high);
    let from_first = |value: &f64| unit.between(*value, values[0]);
    let mean = sum(values.iter().map(from_first)) / values.len() as f64;
    let squares = sum(values.iter().map(|value| (from_first(value) - mean).powi(2)));
    let spread = unit.restore((squares / (values.len() - 1) as f64).sqrt());
    if spread.is_finite() { Ok(Some(spread)) } else { Err(Error::VarianceOverflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_many_digits_as_the_error_allows() {
        let text = |value, standard_error| Figure { value, standard_error }.to_string();
        assert_eq!(text(12.34567, Some(0.0123)), "12.346 ± 0.012");
        assert_eq!(text(0.1, Some(0.25)), "0.10 ± 0.25");
        assert_eq!(text(123.4, Some(56.7)), "123 ± 57");
        assert_eq!(text(0.5, Some(0.0)), "0.5000 ± 0");
        assert_eq!(text(0.0, None), "0");
        assert_eq!(text(1.25e-9, None), "1.250e-9");
    }

    #[test]
    fn spread_is_the_standard_deviation() {
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0]), Ok(Some((5.0f64 / 3.0).sqrt())));
        assert_eq!(spread(&[1e300, 3e300]), Ok(Some(2f64.sqrt() * 1e300)));
        assert_eq!(spread(&[7.0, 7.0, 7.0]), Ok(Some(0.0)));
        assert_eq!(spread(&[7.0]), Ok(None));
    }
}
