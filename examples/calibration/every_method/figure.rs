//! How often one method was wrong, and how often it said that it might be.

use super::LEVEL;

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// False claims: at most as often as the level says.
    Size,
    /// Intervals, sets: hold at least as often as they say.
    Coverage,
    /// Estimates within 1.96 standard errors of their mean over data sets.
    StandardError,
    /// Claims that are true: there is no nominal rate.
    Power,
}

/// A method and what it promises.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    pub method: String,
    pub kind: Kind,
    /// The rate of wrong results it promises at most.
    pub level: f64,
}

impl Spec {
    pub fn new(method: impl Into<String>, kind: Kind) -> Spec {
        Spec { method: method.into(), kind, level: LEVEL }
    }

    /// Tests at another level.
    pub fn at(self, level: f64) -> Spec {
        Spec { level, ..self }
    }
}

/// What a method said of one data set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// `hit`: a claim; an interval that misses.
    Said { hit: bool, warned: bool },
    /// For standard errors.
    Estimated { value: f64, error: f64, warned: bool },
    /// Not defined for this data set (two samples that are equal).
    Nothing,
}

impl Answer {
    pub fn said(hit: bool, warnings: &[risk_sd::Warning]) -> Answer {
        Answer::Said { hit, warned: !warnings.is_empty() }
    }
}

/// The counts of a method over data sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub spec: Spec,
    pub data_sets: usize,
    /// Claims; misses.
    pub hits: usize,
    pub warned: usize,
    /// Claims and misses without a warning.
    pub unwarned_hits: usize,
}

/// 1 - 2 (1 - Phi(1.96)) = .95.
const TWO_SIDED: f64 = 1.959_963_984_540_054;

impl Figure {
    pub fn of(spec: Spec, answers: impl Iterator<Item = Answer> + Clone) -> Figure {
        let values = answers.clone().filter_map(|answer| match answer {
            Answer::Estimated { value, .. } => Some(value),
            _ => None,
        });
        let (count, sum) = values.fold((0, 0.0), |(count, sum), value| (count + 1, sum + value));
        let mean = sum / f64::from(count.max(1));
        let mut figure = Figure { spec, data_sets: 0, hits: 0, warned: 0, unwarned_hits: 0 };
        for answer in answers {
            let (hit, warned) = match answer {
                Answer::Nothing => continue,
                Answer::Said { hit, warned } => (hit, warned),
                Answer::Estimated { value, error, warned } => {
                    ((value - mean).abs() > TWO_SIDED * error, warned)
                }
            };
            figure.data_sets += 1;
            figure.hits += usize::from(hit);
            figure.warned += usize::from(warned);
            figure.unwarned_hits += usize::from(hit && !warned);
        }
        figure
    }

    pub fn rate(&self) -> f64 {
        self.hits as f64 / self.data_sets as f64
    }

    pub fn warned_share(&self) -> f64 {
        self.warned as f64 / self.data_sets as f64
    }

    /// Wrong more often than promised, by more than two Monte Carlo errors.
    pub fn liberal(&self) -> bool {
        self.spec.kind != Kind::Power && self.exceeds(self.hits, self.data_sets, 2.0)
    }

    /// Liberal, while results without a warning are liberal too, and are more than one in twenty.
    pub fn liberal_without_warning(&self) -> bool {
        let unwarned = self.data_sets - self.warned;
        self.liberal()
            && 20 * unwarned > self.data_sets
            && self.exceeds(self.unwarned_hits, unwarned, 2.0)
    }

    /// Whether so many hits are more than the level allows, by so many Monte Carlo errors.
    pub fn exceeds(&self, hits: usize, of: usize, errors: f64) -> bool {
        let (of, level) = (of as f64, self.spec.level);
        hits as f64 > of * level + errors * (of * level * (1.0 - level)).sqrt()
    }

    /// One Monte Carlo error of the rate: at the promised rate, of power at the rate found.
    pub fn monte_carlo_error(&self) -> f64 {
        let rate = if self.spec.kind == Kind::Power { self.rate() } else { self.spec.level };
        (rate * (1.0 - rate) / self.data_sets as f64).sqrt()
    }
}
