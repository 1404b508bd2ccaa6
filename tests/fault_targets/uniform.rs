//! The classical tests of dominance and of non-dominance, on columns of any design.

use risk_sd::{
    Functional, NonDominanceTest, NullLaw, Sample, Samples, SubsampleSize, UniformMethod, UniformTest,
};

use super::input::{Input, NAMES, cancelled, listener};
use super::results::{passed, printed};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    // Replicates take longer than all else.
    let resamples = input.rarely(32);
    let cheap = input.rarely(2);
    let samples = if cheap && input.rarely(2) { of_equal_size(&mut input) } else { input.samples() };
    let Some(samples) = samples else { return };
    match resamples || cheap {
        true => dominates(&samples, resamples, &mut input),
        false => does_not_dominate(&samples, &mut input),
    }
}

/// What the exact law asks for.
fn of_equal_size(input: &mut Input) -> Option<Samples> {
    let rows = input.rows();
    let columns: [Option<Sample>; 2] = std::array::from_fn(|_| passed(Sample::new(input.column(rows))));
    let [Some(a), Some(b)] = columns else { return None };
    passed(Samples::independent([(NAMES[0], a), (NAMES[1], b)]))
}

fn dominates(samples: &Samples, resamples: bool, input: &mut Input) {
    let (a, b) = input.two_names();
    let test = if resamples { replicated(input) } else { cheap(input) };
    let stopped = input.thorough.then(|| test.run_with_progress(samples, a, b, listener(true)));
    match printed(test.run(samples, a, b), input) {
        Some(report) => {
            if let Some(stopped) = stopped {
                assert!(cancelled(&stopped) || stopped.as_ref() == Ok(&report), "{stopped:?}");
            }
            assert!(!report.outcome_in_words().is_empty());
        }
        None => assert!(stopped.is_none_or(|stopped| stopped.is_err())),
    }
}

fn does_not_dominate(samples: &Samples, input: &mut Input) {
    let (a, b) = input.two_names();
    let mut test = NonDominanceTest::new(order(input));
    if input.rarely(3) {
        test = test.level(input.share()).trim(input.share());
    }
    if let Some(report) = printed(test.run(samples, a, b), input) {
        assert!(!report.outcome_in_words().is_empty());
    }
}

/// A law in closed form, or of a few subsamples.
fn cheap(input: &mut Input) -> UniformTest {
    let test = UniformTest::new().replicates(input.few_replicates()).seed(input.seed());
    let test = if input.rarely(3) { test.level(input.share()) } else { test.level(0.25) };
    match input.below(3) {
        0 => test.orders([1]).null_law(NullLaw::Asymptotic),
        1 => test.orders([1]).null_law(NullLaw::Exact),
        _ => {
            let test = test.method(UniformMethod::LintonMaasoumiWhang).orders([order(input)]);
            test.null_law(NullLaw::OverlappingBlocks(subsample(input)))
        }
    }
}

fn order(input: &mut Input) -> u32 {
    match input.byte() {
        0..=191 => 1 + input.below(4) as u32,
        // The most is 32.
        _ => input.pick(&[0, 5, 8, 16, 31, 32, 33, u32::MAX]),
    }
}

fn replicated(input: &mut Input) -> UniformTest {
    use UniformMethod::{
        BarrettDonald, DonaldHsu, LintonMaasoumiWhang, LintonSongWhang, NumericalDelta,
    };
    let mut test = UniformTest::new().replicates(input.replicates()).seed(input.seed());
    test = test.method(input.pick(&[
        BarrettDonald,
        BarrettDonald,
        LintonMaasoumiWhang,
        LintonSongWhang,
        DonaldHsu,
        NumericalDelta,
    ]));
    let orders: Vec<u32> = (0..input.below(4)).map(|_| order(input)).collect();
    if !orders.is_empty() || input.rarely(16) {
        test = test.orders(orders);
    }
    if input.rarely(2) {
        test = test.functional(input.pick(&[Functional::Supremum, Functional::L1, Functional::L2]));
    }
    if input.rarely(2) {
        test = test.null_law(null_law(input));
    }
    if input.rarely(3) {
        test = test.level(input.share());
    }
    if input.rarely(3) {
        test = test.adjustment(input.adjustment());
    }
    if input.rarely(3) {
        test = test.published_grid(input.pick(&[0, 1, 2, 3, 100, usize::MAX, 1_000_001]));
    }
    test
}

fn subsample(input: &mut Input) -> SubsampleSize {
    match input.below(5) {
        0 | 1 => SubsampleSize::Automatic,
        2 => SubsampleSize::Rows(input.below(12)),
        3 => SubsampleSize::RowsOfEach { a: input.below(12), b: input.pick(&[1, 5, 9, usize::MAX]) },
        _ => SubsampleSize::Rows(input.pick(&[0, 1, usize::MAX, u32::MAX as usize])),
    }
}

fn null_law(input: &mut Input) -> NullLaw {
    let size = subsample(input);
    input.pick(&[
        NullLaw::Recentred,
        NullLaw::Bayesian,
        NullLaw::Multiplier,
        NullLaw::Pooled,
        NullLaw::Permutation,
        NullLaw::RandomSubsets(size),
        NullLaw::OverlappingBlocks(size),
        NullLaw::Asymptotic,
        NullLaw::Exact,
    ])
}
