//! Objectives that move one distribution above another, soft sorts, policy optimisation on groups.

use risk_sd::{
    Aot, AotLoss, BoundConstant, ClippedSurrogate, Divisor, EqualRewards, GroupAdvantage, KlEstimator,
    KlPenalty, LogRatios, PairedLogProbabilities, PolicyBatch, PolicyTask, soft_sort,
};

use super::input::Input;
use super::results::{checked, passed, sound};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.below(8) {
        0 | 1 => unpaired(&mut input),
        2 => paired(&mut input),
        3 | 4 => sorted_softly(&mut input),
        5 => groups(&mut input),
        6 => surrogate(&mut input),
        _ => task(&mut input),
    }
}

fn loss(input: &mut Input) -> AotLoss {
    let (beta, label_smoothing) = (input.share(), input.pick(&[0.0, 0.1, 0.5, f64::NAN]));
    let margin = input.any();
    match input.below(5) {
        0 | 1 => AotLoss::Logistic { beta, label_smoothing },
        2 => AotLoss::SquaredHinge { margin },
        3 => AotLoss::LeastSquares { margin },
        _ => AotLoss::Hinge { margin },
    }
}

fn objective(input: &mut Input) -> Aot {
    let loss = loss(input);
    let aot = Aot::new(loss).order(input.order());
    if input.rarely(3) { aot.soft_sort(input.share()) } else { aot }
}

fn unpaired(input: &mut Input) {
    let aot = objective(input);
    let (n, m) = (input.rows(), input.rows());
    let (chosen, rejected, weights) = (input.column(n), input.column(m), input.weights(n));
    let objective = match input.rarely(3) {
        true => aot.unpaired(LogRatios::weighted(&chosen, &weights), &rejected),
        false => aot.unpaired(&chosen, &rejected),
    };
    if let Some(objective) = checked(objective, input) {
        assert_eq!((objective.gradient_chosen.len(), objective.gradient_rejected.len()), (n, m));
    }
}

fn paired(input: &mut Input) {
    let aot = objective(input);
    let n = input.rows();
    let columns: [Vec<f64>; 4] = std::array::from_fn(|_| input.column(n));
    let weights = input.weights(n);
    let batch = PairedLogProbabilities {
        policy_chosen: &columns[0],
        policy_rejected: &columns[1],
        reference_chosen: &columns[2],
        reference_rejected: &columns[3],
        weights: input.rarely(3).then_some(&weights),
    };
    checked(aot.paired(&batch), input);
}

fn sorted_softly(input: &mut Input) {
    let rows = input.rows();
    let values = input.column(rows);
    let strength = if input.rarely(4) { input.any() } else { f64::from(input.byte()) / 16.0 };
    let Some(soft) = passed(soft_sort(&values, strength)) else { return };
    sound(&soft.values(), input);
    assert_eq!(soft.rows().len(), rows);
    let cotangent = input.column(rows);
    checked(soft.vjp(&cotangent), input);
}

fn groups(input: &mut Input) {
    let size = 1 + input.below(4);
    let rows = size * (1 + size) + usize::from(input.rarely(16));
    let rewards = input.column(rows);
    let mut advantage = GroupAdvantage::new()
        .divisor(input.pick(&[Divisor::Rows, Divisor::RowsMinusOne]))
        .equal_rewards(input.pick(&[EqualRewards::Keep, EqualRewards::Mask]));
    if input.rarely(2) {
        advantage = advantage.epsilon(input.any());
    }
    let size = if input.rarely(16) { input.pick(&[0, 1, usize::MAX]) } else { size };
    checked(advantage.run(&rewards, size), input);
}

fn surrogate(input: &mut Input) {
    let rows = input.rows();
    let (policy, sampling, advantages) = (input.column(rows), input.column(rows), input.column(rows));
    let (previous, weights) = (input.column(rows), input.weights(rows));
    let estimators = [KlEstimator::LogRatio, KlEstimator::HalfSquare, KlEstimator::Bregman];
    let kl = KlPenalty {
        weight: input.share(),
        estimator: input.pick(&estimators),
        log_probabilities: &previous,
    };
    let batch = PolicyBatch {
        policy: &policy,
        sampling: &sampling,
        advantages: &advantages,
        previous: input.rarely(3).then_some(&previous),
        weights: input.rarely(3).then_some(&weights),
        kl: input.rarely(3).then_some(kl),
    };
    checked(ClippedSurrogate::new(input.share()).run(&batch), input);
}

fn task(input: &mut Input) {
    let count = 1 + input.below(4);
    let rewards: Vec<f64> = (0..count).map(|_| input.share()).collect();
    let law = |input: &mut Input| -> Vec<f64> {
        let counts: Vec<f64> = (0..count).map(|_| f64::from(1 + input.byte() % 15)).collect();
        let total: f64 = counts.iter().sum();
        counts.into_iter().map(|count| count / total).collect()
    };
    let (policy, sampling, previous) = (law(input), law(input), law(input));
    let epsilon = if input.rarely(4) { input.any() } else { 1e-6 };
    let Some(task) = passed(PolicyTask::new(&rewards, &sampling, epsilon)) else { return };
    let constant = input.pick(&[BoundConstant::One, BoundConstant::Two]);
    for number in [
        Ok(task.mean()),
        Ok(task.variance()),
        Ok(task.scale()),
        task.surrogate(&policy),
        task.improvement(&policy),
        task.lower_bound(&policy, &previous, constant),
    ] {
        checked(number, input);
    }
    sound(&task.advantages(), input);
}
