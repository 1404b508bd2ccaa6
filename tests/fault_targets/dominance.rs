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
        .bootstrap(input.bootstrap())
        .guard(input.guard());
    if input.rarely(3) {
        test = test.analytic();
    }
    if input.rarely(4) {
        test = test.threshold(input.share()).level(input.share());
    }
    let stopped = test.run_with_progress(&samples, a, b, listener(true));
    let report = printed(test.run(&samples, a, b), &input);
    match report {
        Some(report) => {
            assert!(cancelled(&stopped) || stopped.as_ref() == Ok(&report), "{stopped:?}");
            assert_eq!(test.run_with_progress(&samples, a, b, listener(false)), Ok(report));
        }
        None => assert!(stopped.is_err()),
    }
    checked(Ok(samples), &input);
}
