//! A number with its error.

use std::fmt;

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
            // As many decimals as two digits of the error have.
            Some(error) if error > 0.0 && error < 1e4 && self.value.abs() < 1e9 => {
                let digits = (1.0 - libm::floor(libm::log10(error))).max(0.0) as usize;
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
