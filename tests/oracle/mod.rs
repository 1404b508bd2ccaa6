//! Random inputs whose statistics are known exactly, and the errors of the library's answers on them.
//!
//! Every f64 is a whole number times a power of two, so a statistic that is a rational function of the data comes
//! out of whole numbers without rounding; roots are taken to 320 bits. The definitions are written out as they stand in
//! textbooks, by search and by summing over all rows, and share nothing with the library's kernels.
//!
//! `classes` draws the inputs; `risk`, `dominance`, `transport` and `copula` have the truths, by family. The test
//! `accuracy` asserts bounds on them; the example of the same name makes the tables of `docs/accuracy.md`.

#![allow(dead_code)] // the test and the example use different parts

pub mod classes;
pub mod copula;
pub mod dominance;
#[path = "../draws/mod.rs"]
pub mod draws;
pub mod risk;
pub mod rows;
pub mod transport;
pub mod truth;

use truth::Truth;

/// One answer of the library beside the truth.
pub struct Measured {
    pub routine: Routine,
    pub found: f64,
    pub truth: Truth,
    /// What the error is relative to: the truth itself, or larger where the problem is ill-conditioned.
    scale: Truth,
}

/// What was asked of the library, and how good the answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routine {
    pub name: &'static str,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A distance or a measure of risk: the error is relative to the truth.
    Relative,
    /// A ratio in [0, 1], relative to itself.
    Ratio,
    /// Relative to what is named, because parts of the answer cancel.
    Of(&'static str),
}

impl Kind {
    /// The largest error allowed.
    pub fn bound(self) -> f64 {
        match self {
            Kind::Relative | Kind::Of(_) => 1e-14,
            Kind::Ratio => 1e-12,
        }
    }
}

impl Measured {
    pub fn relative(name: &'static str, found: f64, truth: Truth) -> Measured {
        let routine = Routine { name, kind: Kind::Relative };
        Measured { routine, found, scale: truth.abs(), truth }
    }

    pub fn ratio(name: &'static str, found: f64, truth: Truth) -> Measured {
        let routine = Routine { name, kind: Kind::Ratio };
        Measured { routine, found, scale: truth.abs(), truth }
    }

    pub fn of(
        name: &'static str,
        what: &'static str,
        scale: Truth,
        found: f64,
        truth: Truth,
    ) -> Measured {
        let routine = Routine { name, kind: Kind::Of(what) };
        Measured { routine, found, truth, scale }
    }

    /// The error relative to the scale. Infinite for anything but 0 where the truth is 0; 0 for what is within a unit
    /// of the last place of a truth below the normal range of f64.
    pub fn error(&self) -> f64 {
        if self.truth.is_below_range() && !self.truth.is_zero() && self.truth.ulps(self.found) <= 1.0 {
            return 0.0;
        }
        self.truth.error(self.found, &self.scale)
    }

    /// The error in units of 2^-52 of the scale; of the last place of the truth, where that is the scale.
    pub fn ulps(&self) -> f64 {
        match self.routine.kind {
            _ if self.truth.is_zero() => self.error(),
            Kind::Of(_) => self.error() / f64::EPSILON,
            _ => self.truth.ulps(self.found),
        }
    }
}
