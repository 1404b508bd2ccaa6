//! Label distributions of several models into one.

use risk_sd::{CostMatrix, Kernel, LabelBarycenter, Predictions, arithmetic_mean, geometric_mean};

use super::input::Input;
use super::results::{checked, passed, sound};

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let labels = input.below(5);
    let Some(predictions) = predictions(labels, &mut input) else { return };
    match input.below(8) {
        0 => return sound(&arithmetic_mean(&predictions), &input),
        1 => return drop(checked(geometric_mean(&predictions), &input)),
        _ => {}
    }
    let Some(solver) = solver(labels, &mut input) else { return };
    let penalty = input.any();
    let solver = if input.rarely(3) { solver.marginal_penalty(penalty) } else { solver };
    let tolerance = input.any();
    let solver = if input.rarely(3) { solver.tolerance(tolerance) } else { solver };
    let solver = if input.rarely(2) { solver.log_domain() } else { solver };
    let solver = solver.max_iterations(if input.rarely(16) { 200 } else { input.below(12) });
    let Some(report) = checked(solver.run(&predictions), &input) else { return };
    for instance in &report.instances {
        checked(instance.normalised(), &input);
    }
    assert!(report.not_converged().count() <= predictions.instances());
}

fn predictions(labels: usize, input: &mut Input) -> Option<Predictions> {
    let (instances, models) = (input.below(4), input.below(4));
    let vector = |input: &mut Input| {
        let labels = labels + usize::from(input.rarely(64));
        input.weights(labels)
    };
    let instance = |input: &mut Input| (0..models).map(|_| vector(input)).collect::<Vec<_>>();
    let predictions =
        passed(Predictions::new((0..instances).map(|_| instance(input)).collect::<Vec<_>>()))?;
    match input.rarely(3) {
        true => passed(predictions.weighted(input.weights(models))),
        false => Some(predictions),
    }
}

fn solver(labels: usize, input: &mut Input) -> Option<LabelBarycenter> {
    let square = |input: &mut Input| (0..labels).map(|_| input.weights(labels)).collect::<Vec<_>>();
    let embeddings = |input: &mut Input| (0..labels).map(|_| input.column(2)).collect::<Vec<_>>();
    let cost = match input.below(6) {
        0 => CostMatrix::new(symmetric(&square(input))),
        1 => CostMatrix::squared_euclidean(embeddings(input)),
        2 => CostMatrix::cosine(embeddings(input)),
        3 => CostMatrix::from_confusion(square(input)),
        4 => return passed(Kernel::new(symmetric(&square(input)))).map(LabelBarycenter::with_kernel),
        _ => {
            let labels = if input.rarely(16) { usize::MAX } else { labels };
            return passed(Kernel::identity(labels)).map(LabelBarycenter::with_kernel);
        }
    };
    let cost = passed(cost)?;
    let cost = if input.rarely(2) { cost.divided_by_largest() } else { cost };
    assert!((0..labels).all(|i| (0..labels).all(|j| cost.at(i, j).is_finite())));
    let epsilon = if input.rarely(3) { input.any() } else { input.share() };
    Some(LabelBarycenter::new(cost, epsilon))
}

/// The upper triangle, mirrored.
fn symmetric(square: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let entry = |i: usize, j: usize| {
        if i == j { 0.0 } else { square[i.min(j)].get(i.max(j)).copied().unwrap_or(0.0) }
    };
    (0..square.len()).map(|i| (0..square.len()).map(|j| entry(i, j)).collect()).collect()
}
