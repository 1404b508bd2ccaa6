//! Planned and simulated power.

use risk_sd::{Bootstrap, DominanceTest, Guard, Order, PowerAnalysis};

use super::designs::{CLUSTERED, INDEPENDENT, ORDERS, PAIRED, SHAPES, SIZES, Shape, draw};
use super::{Answer, Kind, LEVEL, REPLICATES, Spec, Study};
use crate::laws::Dependence;

/// Rows of the pilot: its own error is small beside that of the formula.
const PILOT: usize = 20_000;
const POWER: f64 = 0.8;

pub fn studies() -> Vec<Study> {
    let mut all = Vec::new();
    for rows in SIZES {
        for shape in SHAPES {
            all.extend(planned(shape, INDEPENDENT, rows));
        }
        all.extend([PAIRED, CLUSTERED].into_iter().flat_map(|how| planned(Shape::Normal, how, rows)));
    }
    all.push(simulated());
    all
}

/// The smallest threshold that is claimed with power .8 by so many rows, according to a plan: how often is it
/// claimed? A miss is a data set without a claim. Orders at which no threshold up to 1/2 is claimed are left
/// out.
fn planned(shape: Shape, (name, dependence): (&str, Dependence), rows: usize) -> Option<Study> {
    let laws = [shape.law(1.0, 1.5), shape.standard()];
    let pilot = draw(&laws, PILOT, dependence, 1);
    let plan = |order: Order| {
        let analysis = PowerAnalysis::new(order).power(POWER);
        let plan = analysis.plan(&pilot, "0", "1").expect("a valid plan");
        let size = match plan.pilot.units {
            Some(units) => rows * units / PILOT,
            None => rows,
        };
        let threshold = plan.smallest_threshold_at(size);
        let at = |threshold| analysis.threshold(threshold).plan(&pilot, "0", "1").expect("a valid plan");
        (threshold > 0.0 && threshold <= 0.5).then(|| (order, threshold, at(threshold).warnings))
    };
    let plans: Vec<_> = ORDERS.into_iter().filter_map(plan).collect();
    let spec = |(order, ..): &(Order, _, _)| {
        Spec::new(format!("SamplePlan: planned power, {order} order"), Kind::Coverage).at(1.0 - POWER)
    };
    let specs: Vec<Spec> = plans.iter().map(spec).collect();
    let answer = move |seed| {
        let samples = draw(&laws, rows, dependence, seed);
        let of_plan = |(order, threshold, warnings): &(Order, f64, Vec<risk_sd::Warning>)| {
            let test = DominanceTest::new(*order).threshold(*threshold);
            let test = test.bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed));
            let report = test.guard(Guard::Replicates(REPLICATES)).run(&samples, "0", "1");
            let direction = report.expect("a valid test").a_over_b;
            Answer::said(direction.is_none_or(|d| d.p_value > LEVEL), warnings)
        };
        plans.iter().map(of_plan).collect()
    };
    let design = format!("higher and wider, {}, {name}", shape.name());
    (!specs.is_empty()).then(|| Study { design, rows, specs, answer: Box::new(answer) })
}

/// The standard error of simulated power is that of a share.
fn simulated() -> Study {
    let laws = [Shape::Normal.law(1.0, 1.5), Shape::Normal.standard()];
    let pilot = draw(&laws, 2000, INDEPENDENT.1, 1);
    let answer = move |seed| {
        let analysis = PowerAnalysis::new(Order::First).data_sets(100).seed(seed);
        let found = analysis.simulate(&pilot, "0", "1", 20).expect("a valid simulation");
        vec![Answer::Estimated { value: found.power, error: found.standard_error, warned: false }]
    };
    let specs = vec![Spec::new("SimulatedPower: standard error", Kind::StandardError)];
    let design = "higher and wider, normal, independent, 100 data sets".to_owned();
    Study { design, rows: 20, specs, answer: Box::new(answer) }
}
