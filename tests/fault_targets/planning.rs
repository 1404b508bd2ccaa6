//! Sample sizes from pilots of any design.

use risk_sd::{PowerAnalysis, Samples};

use super::input::Input;
use super::results::{printed, sound};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let Some(pilot) = input.samples() else { return };
    let (a, b) = input.two_names();
    let mut analysis = PowerAnalysis::new(input.order()).seed(input.seed());
    if input.rarely(3) {
        analysis = analysis.threshold(input.share()).level(input.share());
    }
    if input.rarely(3) {
        analysis = analysis.power(input.share());
    }
    match input.rarely(8) {
        true => simulated(&analysis, &pilot, (a, b), &mut input),
        false => planned(&analysis, &pilot, (a, b), &mut input),
    }
}

fn planned(analysis: &PowerAnalysis, pilot: &Samples, (a, b): (&str, &str), input: &mut Input) {
    if let Some(plan) = printed(analysis.plan(pilot, a, b), input) {
        let size = input.pick(&[0, 1, 2, 10, 1000, u32::MAX as usize, usize::MAX]);
        for share in [plan.power_at(size), plan.smallest_threshold_at(size)] {
            assert!((0.0..=1.0).contains(&share), "{share} at {size}: {plan:?}");
            sound(&share, input);
        }
    }
}

fn simulated(analysis: &PowerAnalysis, pilot: &Samples, (a, b): (&str, &str), input: &mut Input) {
    let data_sets = input.pick(&[0, 1, 1, 1, 1, 2, 2, usize::MAX]);
    let size = input.pick(&[0, 1, 2, 3, 8, 12, usize::MAX, u32::MAX as usize]);
    // Either of the two absurd numbers has to be refused.
    let data_sets = if size > 12 { data_sets.min(1) } else { data_sets };
    let simulated = analysis.data_sets(data_sets).simulate(pilot, a, b, size);
    assert!(data_sets < 3 || simulated.is_err(), "{data_sets} data sets");
    printed(simulated, input);
}
