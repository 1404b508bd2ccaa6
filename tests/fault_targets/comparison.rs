//! Samples of anything: measures of one, comparisons of two, curves.

use risk_sd::{
    Curve, IndexedSample, RiskMeasure, Sample, Verdict, gap, l1_order1, l1_order2_ll, l1_order2_ths,
    mean_risk, optimal_block_length, pair_curve, verdict, verdict_within,
};

use super::input::Input;
use super::results::{checked, passed, printed, sound};

const CURVES: [Curve; 4] =
    [Curve::Quantile, Curve::IntegratedQuantile, Curve::Cdf, Curve::IntegratedCdf];

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.below(8) {
        0 | 1 => doors(&mut input),
        2 => checked_block_length(&mut input),
        3 | 4 => {
            let Some(a) = input.sample() else { return };
            measures(&a, &mut input);
        }
        door => {
            let (Some(a), Some(b)) = (input.sample(), input.sample()) else { return };
            if door == 5 { drawn_together(&a, &b, &input) } else { compare(&a, &b, &mut input) }
        }
    }
}

fn doors(input: &mut Input) {
    let rows = input.rows();
    let (values, weights) = (input.column(rows), input.weights(rows));
    if let Some(indexed) = passed(IndexedSample::weighted(&values, &weights)) {
        assert_eq!(indexed.data_rows(), rows);
        assert_eq!(indexed.sample(), &Sample::weighted(&values, &weights).expect("the same data"));
    }
    if let Some(sample) = checked(Sample::new(&values), input) {
        assert!(sample.values().is_sorted() && sample.len() == rows);
        let again = Sample::from_sorted(sample.values());
        assert_eq!(again, Ok(sample));
    }
    let (count, scale) = (input.pick(&[0, 1, 5, usize::MAX, 1 << 31]), input.any());
    let few = count.min(if input.rarely(2) { usize::MAX } else { 5 });
    passed(Sample::from_quantiles(few, |p| scale * p));
}

fn checked_block_length(input: &mut Input) {
    let rows = input.rows();
    checked(optimal_block_length(input.column(rows)), input);
}

fn measures(a: &Sample, input: &mut Input) {
    let (p, x) = (input.share(), input.any());
    for number in [
        Ok(a.mean()),
        Ok(a.min()),
        Ok(a.max()),
        Ok(a.standard_deviation()),
        a.sample_standard_deviation(),
        Ok(a.absolute_semideviation()),
        Ok(a.standard_semideviation()),
        Ok(a.gini_tail()),
        a.quantile_deviation(p),
        a.quantile(p),
        a.value_at_risk(p),
        a.integrated_quantile(p),
        a.tail_value_at_risk(p),
        a.cdf(x),
    ] {
        checked(number, input);
    }
    if x.is_finite() {
        checked(a.integrated_cdf(x), input);
    }
    let Some(all) = checked(mean_risk(a, p), input) else { return };
    for measure in [RiskMeasure::GiniTail, RiskMeasure::TailValueAtRisk, RiskMeasure::StandardDeviation]
    {
        sound(&all.by(measure), input);
    }
}

fn compare(a: &Sample, b: &Sample, input: &mut Input) {
    let found = verdict(a, b);
    assert_eq!(found == Verdict::Equal, verdict(b, a) == Verdict::Equal);
    assert!(!found.describe("a", "b").is_empty());
    let tolerance = input.any();
    checked(verdict_within(a, b, tolerance), input);
    for order in [risk_sd::Order::First, risk_sd::Order::Second] {
        let (there, back) = (gap(order, a, b), gap(order, b, a));
        printed(Ok(there), input);
        assert_eq!(there.is_zero(), back.is_zero());
        assert_eq!(there.violation_ratio() + back.violation_ratio(), 1.0, "{there:?} {back:?}");
        for number in [there.distance(), there.squared_distance(), there.above(), there.below()] {
            sound(&number, input);
        }
    }
    for ratio in [l1_order1(a, b), l1_order2_ths(a, b), l1_order2_ll(a, b)] {
        sound(&ratio, input);
    }
}

fn drawn_together(a: &Sample, b: &Sample, input: &Input) {
    for curve in CURVES {
        sound(&a.curve(curve), input);
        sound(&pair_curve(curve, a, b), input);
    }
}
