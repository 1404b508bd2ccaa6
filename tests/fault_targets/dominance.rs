//! The test of almost dominance, on columns of any design.

use risk_sd::{DominanceTest, Order};

use super::input::{Input, cancelled, listener};
use super::results::{checked, printed};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let Some(samples) = input.samples() else { return };
    let (a, b) = input.two_names();
    let mut test = DominanceTest::new(if input.rarely(2) { Order::First } else { Order::Second })
        .rule(input.rule())
        .guard(input.guard());
    test = if input.resamples() { test.bootstrap(input.bootstrap()) } else { test.analytic() };
    if input.rarely(4) {
        test = test.threshold(input.share()).level(input.share());
    }
    if input.rarely(64) {
        checked(Ok(samples.clone()), &input);
    }
    if !input.thorough {
        printed(test.run(&samples, a, b), &input);
        return;
    }
    let stopped = test.run_with_progress(&samples, a, b, listener(true));
    match printed(test.run(&samples, a, b), &input) {
        Some(report) => {
            assert!(cancelled(&stopped) || stopped.as_ref() == Ok(&report), "{stopped:?}");
            assert_eq!(test.run_with_progress(&samples, a, b, listener(false)), Ok(report));
        }
        None => assert!(stopped.is_err()),
    }
}
