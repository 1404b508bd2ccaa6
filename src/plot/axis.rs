//! The vertical axis: a range that covers the data, round ticks, short labels.

/// Values that differ by less than this share of their size are drawn as equal: ticks between them
/// would need more digits than f64 has.
const SMALLEST_SHARE: f64 = 1e-12;

/// White above and below the data, as a share of their range.
const PADDING: f64 = 0.04;

/// Longest label written without an exponent.
const LONGEST_PLAIN: usize = 7;

/// Most digits in a label before all labels are given relative to one tick.
const MOST_DIGITS: usize = 6;

/// A linear axis from `low` to `high`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    low: f64,
    high: f64,
}

/// Round values with their labels.
#[derive(Debug)]
pub(super) struct Ticks {
    pub(super) at: Vec<f64>,
    pub(super) labels: Vec<String>,
    /// What has to be added to every label, if anything.
    pub(super) offset: Option<String>,
}

impl Axis {
    /// The axis that covers `low..=high` and a little more. A range of zero is widened around its value.
    pub(super) fn covering(low: f64, high: f64) -> Axis {
        let size = low.abs().max(high.abs());
        let range = high / 2.0 - low / 2.0;
        let padding = if size == 0.0 {
            1.0
        } else if range < size * SMALLEST_SHARE / 2.0 {
            (size * 0.05).max(f64::MIN_POSITIVE)
        } else {
            (range * (2.0 * PADDING)).max(f64::MIN_POSITIVE)
        };
        Axis { low: (low - padding).max(f64::MIN), high: (high + padding).min(f64::MAX) }
    }

    /// Where a value stands between the low end (0) and the high end (1). Halves cannot overflow.
    pub(super) fn position(self, value: f64) -> f64 {
        (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
    }

    /// About `count` ticks, at multiples of 1, 2 or 5 times a power of ten.
    pub(super) fn ticks(self, count: usize) -> Ticks {
        let step = Decimal::step_of(self.high / count as f64 - self.low / count as f64);
        let size = step.value();
        let (first, last) = ((self.low / size).ceil() as i64, (self.high / size).floor() as i64);
        let ticks: Vec<Decimal> =
            (first..=last).map(|i| Decimal { digits: i * step.digits, ..step }).collect();
        let longest = ticks.iter().map(|t| t.digits.unsigned_abs().to_string().len()).max();
        let at = ticks.iter().map(|t| t.value()).collect();
        if longest.unwrap_or(0) <= MOST_DIGITS {
            return Ticks { at, labels: labels(&ticks), offset: None };
        }
        let base = roundest(&ticks);
        let relative: Vec<Decimal> =
            ticks.iter().map(|t| Decimal { digits: t.digits - base.digits, ..step }).collect();
        let plus = |t: &Decimal| if t.digits > 0 { "+" } else { "" };
        let signed = relative.iter().zip(labels(&relative));
        let labels = signed.map(|(t, label)| plus(t).to_owned() + &label).collect();
        Ticks { at, labels, offset: Some(base.stripped().shortest()) }
    }
}

/// The number digits * 10^exponent: ticks and their labels agree to the last digit.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i64,
    exponent: i32,
}

impl Decimal {
    /// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
    fn step_of(raw: f64) -> Decimal {
        let exponent = raw.log10().floor() as i32;
        let steps = [1, 2, 5].map(|digits| Decimal { digits, exponent });
        let next = Decimal { digits: 1, exponent: exponent + 1 };
        steps.into_iter().find(|step| step.value() >= raw * (1.0 - 1e-9)).unwrap_or(next)
    }

    /// Parsing rounds correctly for every exponent, also where a power of ten is subnormal.
    fn value(self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(0.0)
    }

    /// With all decimals of the exponent, never with one.
    fn plain(self) -> String {
        let digits = self.digits.unsigned_abs().to_string();
        let text = if self.digits == 0 && self.exponent >= 0 {
            digits
        } else if self.exponent >= 0 {
            digits + &"0".repeat(self.exponent as usize)
        } else {
            let decimals = self.exponent.unsigned_abs() as usize;
            let digits = format!("{digits:0>width$}", width = decimals + 1);
            let (whole, part) = digits.split_at(digits.len() - decimals);
            format!("{whole}.{part}")
        };
        self.sign().to_owned() + &text
    }

    /// One digit before the point, no zeros at the end: 1.5e300.
    fn scientific(self) -> String {
        if self.digits == 0 {
            return "0".to_owned();
        }
        let all = self.digits.unsigned_abs().to_string();
        let exponent = self.exponent + all.len() as i32 - 1;
        let (whole, part) = all.trim_end_matches('0').split_at(1);
        let point = if part.is_empty() { "" } else { "." };
        let exponent = exponent.to_string().replace('-', "−");
        format!("{}{whole}{point}{part}e{exponent}", self.sign())
    }

    fn shortest(self) -> String {
        let scientific = self.scientific();
        // Comparing exponents first keeps 10^300 from being written out.
        if self.exponent.abs() > 20 || self.plain().len() > 2 * scientific.len() {
            return scientific;
        }
        self.plain()
    }

    /// The same number without zeros at the end of its digits.
    fn stripped(mut self) -> Decimal {
        while self.digits != 0 && self.digits % 10 == 0 {
            self = Decimal { digits: self.digits / 10, exponent: self.exponent + 1 };
        }
        self
    }

    fn sign(self) -> &'static str {
        if self.digits < 0 { "−" } else { "" }
    }
}

/// The tick with the most zeros at its end.
fn roundest(ticks: &[Decimal]) -> Decimal {
    let zeros = |t: &&Decimal| t.stripped().exponent;
    *ticks.iter().max_by_key(zeros).unwrap_or(&ticks[0])
}

/// Labels in one style: all plain where all are short, else all scientific.
fn labels(ticks: &[Decimal]) -> Vec<String> {
    let fits = |t: &Decimal| t.exponent.abs() < 10 && t.plain().chars().count() <= LONGEST_PLAIN;
    if ticks.iter().all(fits) {
        return ticks.iter().map(|t| t.plain()).collect();
    }
    ticks.iter().map(|t| t.scientific()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_are_round_and_short() {
        let labels = |low, high| Axis { low, high }.ticks(5).labels;
        assert_eq!(labels(-0.1, 1.04), ["0.0", "0.5", "1.0"]);
        assert_eq!(labels(-3.0, 3.0), ["−2", "0", "2"]);
        assert_eq!(labels(0.0, 40_000.0), ["0", "10000", "20000", "30000", "40000"]);
        assert_eq!(labels(0.0, 2.1e300), ["0", "5e299", "1e300", "1.5e300", "2e300"]);
        assert_eq!(labels(0.0, 2.1e-300), ["0", "5e−301", "1e−300", "1.5e−300", "2e−300"]);
    }

    #[test]
    fn digits_that_all_ticks_share_are_given_once() {
        let ticks = Axis { low: 1e9 - 0.001, high: 1e9 + 0.002 }.ticks(3);
        assert_eq!(ticks.labels, ["−0.001", "0.000", "+0.001", "+0.002"]);
        assert_eq!(ticks.offset.as_deref(), Some("1e9"));
    }

    #[test]
    fn a_range_of_zero_is_widened() {
        for value in [0.0, 1.0, -1e300, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e9] {
            let axis = Axis::covering(value, value);
            assert!((0.0..=1.0).contains(&axis.position(value)), "{value}");
            assert!(axis.ticks(5).at.len() >= 2, "{value}");
        }
    }

    proptest! {
        #[test]
        fn the_axis_covers_any_range(a in any::<f64>(), b in any::<f64>(), count in 3usize..9) {
            prop_assume!(a.is_finite() && b.is_finite());
            let axis = Axis::covering(a.min(b), a.max(b));
            for value in [a, b] {
                prop_assert!((0.0..=1.0).contains(&axis.position(value)));
            }
            let ticks = axis.ticks(count);
            prop_assert!((1..=count + 1).contains(&ticks.at.len()), "{ticks:?}");
            prop_assert!(ticks.at.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
            for (at, label) in ticks.at.iter().zip(&ticks.labels) {
                prop_assert!((0.0..=1.0).contains(&axis.position(*at)), "{ticks:?}");
                prop_assert!(label.chars().count() <= 14, "{ticks:?}");
            }
        }
    }
}
