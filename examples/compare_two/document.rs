//! Everything the program found, as one document (docs/json.md).

use std::path::PathBuf;

use risk_sd::{
    Direction, DominanceReport, Interval, L1Ratio, MeanRisk, Outcome, Samples, Sampling, Verdict,
    l1_order1, l1_order2_ll, l1_order2_ths, mean_risk, verdict,
};
use serde::Serialize;

use crate::support::Failure;

#[derive(Serialize)]
pub struct Document {
    pub a: Candidate,
    pub b: Candidate,
    pub verdict: VerdictOf,
    pub first: OfOrder,
    pub second: OfOrder,
    pub area_ratios: AreaRatios,
    pub settings: Settings,
    pub pictures: Vec<PathBuf>,
    /// First and second order.
    #[serde(skip)]
    pub reports: [DominanceReport; 2],
}

#[derive(Serialize)]
pub struct Candidate {
    pub name: String,
    pub n: usize,
    pub minimum: f64,
    pub median: f64,
    pub maximum: f64,
    #[serde(flatten)]
    pub risk: MeanRisk,
}

#[derive(Serialize)]
pub struct VerdictOf {
    pub relation: Verdict,
    pub in_words: String,
}

/// The case for "A over B" at one order; `b_over_a` has the other direction.
#[derive(Serialize)]
pub struct OfOrder {
    pub violation_ratio: Option<f64>,
    pub squared_distance: f64,
    pub standard_error: Option<f64>,
    pub upper_bound: Option<f64>,
    pub interval: Option<Interval>,
    pub bound_p_value: Option<f64>,
    pub guard_p_value: Option<f64>,
    pub p_value: Option<f64>,
    pub smallest_threshold: Option<f64>,
    pub outcome: Outcome,
    pub in_words: String,
    pub b_over_a: Option<Direction>,
}

/// The ratios of almost dominance by areas between distribution functions.
#[derive(Serialize)]
pub struct AreaRatios {
    pub leshno_levy_first: L1Ratio,
    pub tzeng_huang_shih_second: L1Ratio,
    pub leshno_levy_second: L1Ratio,
}

/// Everything needed to run again.
#[derive(Serialize)]
pub struct Settings {
    pub sampling: Sampling,
    pub threshold: f64,
    pub level: f64,
    pub tail: f64,
    pub replicates: usize,
    pub guard_replicates: usize,
    pub seed: u64,
    /// Rows left out because a value was missing.
    pub dropped: usize,
}

impl Document {
    pub fn new(
        samples: &Samples,
        [a, b]: [&str; 2],
        tail: f64,
        dropped: usize,
        reports: [DominanceReport; 2],
        pictures: Vec<PathBuf>,
    ) -> Result<Document, Failure> {
        let (x, y) = (samples.get(a)?, samples.get(b)?);
        let candidate = |name: &str| -> Result<Candidate, Failure> {
            let sample = samples.get(name)?;
            Ok(Candidate {
                name: name.to_owned(),
                n: sample.len(),
                minimum: sample.min(),
                median: sample.quantile(0.5)?,
                maximum: sample.max(),
                risk: mean_risk(sample, tail)?,
            })
        };
        let relation = verdict(x, y);
        let report = &reports[0];
        Ok(Document {
            a: candidate(a)?,
            b: candidate(b)?,
            verdict: VerdictOf { relation, in_words: relation.describe(a, b) },
            first: OfOrder::new(&reports[0]),
            second: OfOrder::new(&reports[1]),
            area_ratios: AreaRatios {
                leshno_levy_first: l1_order1(x, y),
                tzeng_huang_shih_second: l1_order2_ths(x, y),
                leshno_levy_second: l1_order2_ll(x, y),
            },
            settings: Settings {
                sampling: report.sampling,
                threshold: report.threshold,
                level: report.level,
                tail,
                replicates: report.replicates,
                guard_replicates: report.guard_replicates,
                seed: report.seed,
                dropped,
            },
            pictures,
            reports,
        })
    }
}

impl OfOrder {
    fn new(report: &DominanceReport) -> OfOrder {
        let of = |field: fn(&Direction) -> f64| report.a_over_b.as_ref().map(field);
        OfOrder {
            violation_ratio: of(|d| d.violation_ratio),
            squared_distance: report.squared_distance,
            standard_error: of(|d| d.standard_error),
            upper_bound: of(|d| d.upper_bound),
            interval: report.a_over_b.map(|d| d.interval),
            bound_p_value: of(|d| d.bound_p_value),
            guard_p_value: report.a_over_b.and_then(|d| d.guard_p_value),
            p_value: of(|d| d.p_value),
            smallest_threshold: of(|d| d.smallest_threshold),
            outcome: report.outcome,
            in_words: report.outcome_in_words(),
            b_over_a: report.b_over_a,
        }
    }
}
