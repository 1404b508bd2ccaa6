//! Planned sizes against simulated power; efficient sets against what they claim.

mod draws;
#[allow(dead_code)] // each test file uses a part
#[path = "../examples/calibration/laws.rs"]
mod laws;

use draws::ORDERS;
use laws::{Dependence, Population, STANDARD, WIDE, WIDE_OVER_STANDARD};
use risk_sd::{Bootstrap, Error, Guard, Order, PowerAnalysis, RankingTest, Sample, Samples};
use statrs::distribution::{ContinuousCDF, Normal};

/// N(.5, 2^2) and N(0, 1), given by their quantile functions.
fn laws() -> Samples {
    let normal = |mean, sd| {
        let law = Normal::new(mean, sd).unwrap();
        Sample::from_quantiles(4000, |p| law.inverse_cdf(p)).unwrap()
    };
    Samples::independent([("wide", normal(0.5, 2.0)), ("standard", normal(0.0, 1.0))]).unwrap()
}

fn analysis(order: Order) -> PowerAnalysis {
    // Above the ratios .168 and .445.
    PowerAnalysis::new(order).threshold(if order == Order::First { 0.3 } else { 0.5 })
}

/// The formula against its own definition: the smallest size with the power, and the threshold that it claims.
#[test]
fn needed_sizes_are_the_smallest() {
    // At second order a difference of .055 in the ratio needs some 10^5 rows.
    for order in ORDERS {
        for power in [0.5, 0.8, 0.95] {
            let analysis = analysis(order).power(power);
            let plan = analysis.plan(&laws(), "wide", "standard").unwrap();
            let size = plan.needed.unwrap().size();
            assert!(plan.power_at(size) >= power - 1e-12 && plan.power_at(size - 1) < power);
            let threshold = if order == Order::First { 0.3 } else { 0.5 };
            assert!(plan.smallest_threshold_at(size) <= threshold + 1e-9);
            assert!(plan.smallest_threshold_at(size - 1) > threshold);
            assert!(plan.smallest_threshold_at(4 * size) < plan.smallest_threshold_at(size));
        }
        // The reverse ratio is above the threshold: no number is enough.
        let plan = analysis(order).plan(&laws(), "standard", "wide").unwrap();
        assert_eq!(plan.needed, None);
        assert!(plan.power_at(1000) < 0.05);
        assert_eq!(plan.smallest_threshold_at(1000), 1.0);
        assert!(plan.to_string().contains("no number is enough"));
    }
}

/// Just above the ratio, the formula asks for more rows than there are numbers for.
#[test]
fn a_threshold_next_to_the_ratio_needs_more_rows_than_can_be_counted() {
    for order in ORDERS {
        let ratio = analysis(order).plan(&laws(), "wide", "standard").unwrap().violation_ratio;
        for ulps in [1, 2, 8, 1 << 20] {
            let threshold = f64::from_bits(ratio.to_bits() + ulps);
            let plan = analysis(order).threshold(threshold).plan(&laws(), "wide", "standard").unwrap();
            assert_eq!(plan.needed, None, "{ulps} ulps");
            assert!(plan.to_string().contains("no number is enough"));
        }
        let near = analysis(order).threshold(ratio + 1e-6);
        let plan = near.plan(&laws(), "wide", "standard").unwrap();
        assert!(plan.needed.unwrap().size() > 1 << 36 && plan.to_string().lines().count() > 8);
    }
}

/// sqrt(nm / (n + m)) times the error of the ratio tends to sqrt(.719478). On the linear scale 80 % power at level
/// 5 % needs n = 2 * .719478 * ((1.645 + .842) / (threshold - ratio))^2 rows; so does the root scale, near the ratio.
#[test]
fn planned_size_tends_to_the_linear_one() {
    for (threshold, tolerance) in [(0.169, 0.01), (0.18, 0.05)] {
        let analysis = PowerAnalysis::new(Order::First).threshold(threshold);
        let plan = analysis.plan(&laws(), "wide", "standard").unwrap();
        // The ratio of the two samples, not .167711: they are cut off at the ends.
        let linear = 2.0 * 0.719478 * (2.486475 / (threshold - plan.violation_ratio)).powi(2);
        let size = plan.needed.unwrap().size() as f64;
        assert!((size / linear - 1.0).abs() < tolerance, "{threshold}: {size} {linear}");
    }
    assert!(
        (analysis(Order::First).plan(&laws(), "wide", "standard").unwrap().violation_ratio
            - WIDE_OVER_STANDARD[0])
            .abs()
            < 1e-3
    );
}

/// 400 data sets know a power of .8 to .02; the formula is right to some .05 there.
#[test]
fn predicted_power_is_that_of_simulated_tests() {
    for power in [0.5, 0.8, 0.95] {
        let analysis = analysis(Order::First).power(power).data_sets(400).seed(5);
        let plan = analysis.plan(&laws(), "wide", "standard").unwrap();
        let found = analysis.simulate(&laws(), "wide", "standard", plan.needed.unwrap().size()).unwrap();
        assert_eq!(found.claims as f64 / 400.0, found.power);
        let variance = found.power * (1.0 - found.power) / 400.0;
        assert!((found.standard_error / variance.sqrt() - 1.0).abs() < 1e-14);
        assert!((found.power - power).abs() < 0.05 + 4.0 * found.standard_error, "{power}: {found}");
    }
}

/// Strata, series and surveys: more rows as the pilot's came.
#[test]
fn predicted_power_is_that_of_simulated_tests_in_every_design() {
    let dependences = [
        Dependence::Stratified { strata: 4, share: 0.5 },
        Dependence::Serial { memory: 0.5 },
        Dependence::Surveys { size: 4, correlation: 0.3 },
    ];
    for dependence in dependences {
        let pilot = Population { columns: vec![(WIDE, 800), (STANDARD, 800)], dependence }.draw(4);
        let analysis = analysis(Order::First).data_sets(100).seed(2);
        let plan = analysis.plan(&pilot, "0", "1").unwrap();
        for size in [plan.needed.unwrap().size() / 2, plan.needed.unwrap().size()] {
            let (predicted, found) =
                (plan.power_at(size), analysis.simulate(&pilot, "0", "1", size).unwrap());
            assert_eq!(found.size, size);
            assert!(
                (found.power - predicted).abs() < 0.08 + 3.0 * found.standard_error,
                "{dependence:?}: {predicted} {found}"
            );
        }
    }
}

/// Weighted pairs keep their weights.
#[test]
fn weighted_pairs_are_drawn_with_their_weights() {
    let values = |lift: f64| (0..60).map(|row| lift + f64::from(row % 10)).collect::<Vec<_>>();
    let pairs = Samples::paired([("a", values(0.5)), ("b", values(0.0))]).unwrap();
    let weights: Vec<f64> = (0..60).map(|row| f64::from(1 + row % 3)).collect();
    let pilot = pairs.weighted(&weights).unwrap();
    // Strata of 18 and of 42 rows: draws of either weigh a little more than they are.
    let strata: Vec<bool> = (0..60).map(|row| row % 10 < 3).collect();
    for pilot in [pilot.clone(), pilot.stratified(&strata).unwrap()] {
        let found = analysis(Order::First).data_sets(20).simulate(&pilot, "a", "b", 60).unwrap();
        assert_eq!(found.claims, 20);
    }
}

/// Paired and clustered pilots: more units of the same kind.
#[test]
fn plans_count_pairs_and_clusters() {
    for dependence in
        [Dependence::Paired { correlation: 0.5 }, Dependence::Clustered { size: 4, correlation: 0.5 }]
    {
        let pilot = Population { columns: vec![(WIDE, 800), (STANDARD, 800)], dependence }.draw(3);
        let analysis = analysis(Order::First).data_sets(300).seed(2);
        let plan = analysis.plan(&pilot, "0", "1").unwrap();
        let needed = plan.needed.unwrap();
        assert_eq!(plan.pilot.units, pilot.units());
        assert!(
            (needed.rows_a as f64 / needed.size() as f64 * pilot.units().unwrap() as f64 - 800.0).abs()
                < 40.0
        );
        let found = analysis.simulate(&pilot, "0", "1", needed.size()).unwrap();
        assert!(
            (found.power - 0.8).abs() < 0.07 + 4.0 * found.standard_error,
            "{dependence:?}: {found}"
        );
    }
}

#[test]
fn scale_changes_no_plan_and_the_same_seed_gives_the_same_power() {
    let pilot = |scale: f64| {
        let column = |law: laws::Law, n| {
            let of = Population { columns: vec![(law, n)], dependence: Dependence::Independent };
            let values = of.values(n as u64).remove(0).1;
            Sample::new(values.into_iter().map(|v| scale * v).collect::<Vec<_>>()).unwrap()
        };
        Samples::independent([("a", column(WIDE, 70)), ("b", column(STANDARD, 50))]).unwrap()
    };
    let analysis = analysis(Order::First).data_sets(40);
    let plan = |scale| analysis.plan(&pilot(scale), "a", "b").unwrap().needed;
    assert!(plan(1.0).is_some());
    assert_eq!((plan(1.0), plan(1.0)), (plan(1024.0), plan(2f64.powi(-900))));
    let power = || analysis.simulate(&pilot(1.0), "a", "b", 100).unwrap();
    assert_eq!(power(), power());
}

/// Columns without spread: any number of rows shows what they show, and no rows show nothing.
#[test]
fn plans_without_spread_or_without_rows() {
    let constant = |value: f64| Sample::new([value; 3]).unwrap();
    let samples = Samples::independent([("a", constant(2.0)), ("b", constant(1.0))]).unwrap();
    let plan = PowerAnalysis::new(Order::First).plan(&samples, "a", "b").unwrap();
    assert_eq!((plan.needed.unwrap().size(), plan.power_at(2)), (2, 1.0));
    assert_eq!((plan.smallest_threshold_at(2), plan.smallest_threshold_at(0)), (0.0, 1.0));
    assert!((plan.power_at(0) - 0.05).abs() < 1e-12);
}

#[test]
fn plans_that_make_no_sense() {
    let plan = |analysis: PowerAnalysis| analysis.plan(&laws(), "wide", "standard").unwrap_err();
    let analysis = PowerAnalysis::new(Order::First);
    for power in [0.0, 0.49, 1.0, f64::NAN] {
        assert!(matches!(plan(analysis.power(power)), Error::InvalidPower { .. }), "{power}");
    }
    assert_eq!(plan(analysis.threshold(0.6)), Error::InvalidThreshold { threshold: 0.6 });
    assert_eq!(plan(analysis.level(0.5)), Error::InvalidLevel { level: 0.5 });
    let same = analysis.plan(&laws(), "wide", "wide");
    assert_eq!(same, Err(Error::SameName { name: "wide".into() }));
    let one = Samples::independent([
        ("a", Sample::new([1.0]).unwrap()),
        ("b", Sample::new([1.0, 2.0]).unwrap()),
    ]);
    assert!(matches!(analysis.plan(&one.unwrap(), "a", "b"), Err(Error::InColumn { .. })));
    let size = analysis.simulate(&laws(), "wide", "standard", 1);
    assert_eq!(size, Err(Error::TooFewRows { found: 1, needed: 2 }));
    assert!(analysis.data_sets(2).simulate(&laws(), "wide", "standard", 2).is_ok());
    let none = analysis.data_sets(0).simulate(&laws(), "wide", "standard", 10);
    assert_eq!(none, Err(Error::NoDataSets));
    // Two strata of two rows: two rows of each are worth one draw.
    let strata = Samples::paired([("a", [1., 2., 3., 5.]), ("b", [1., 0., 2., 3.])]).unwrap();
    let strata = strata.stratified(&[0, 0, 1, 1]).unwrap();
    assert_eq!(analysis.simulate(&strata, "a", "b", 4), Err(Error::TooFewRows { found: 1, needed: 2 }));
    let size = 10_000_000_000_000_000_000;
    for pilot in [&laws(), &strata] {
        let [a, b] = [0, 1].map(|at| pilot.names().nth(at).unwrap());
        let error = analysis.simulate(pilot, a, b, size).unwrap_err();
        assert_eq!(error, Error::SimulationTooLarge { size, most: 100_000_000 });
    }
    // Equal columns have no ratio: no number is enough.
    let equal = Samples::paired([("a", [1., 2., 3.]), ("b", [3., 1., 2.])]).unwrap();
    assert_eq!(analysis.plan(&equal, "a", "b").unwrap().needed, None);
}

/// Four laws of which none almost dominates another at the threshold; one pair is at the boundary. Holm keeps the
/// chance of any false exclusion at the level, and maximality is not claimed more often than that either.
#[test]
fn efficient_sets_exclude_nobody_who_is_undominated() {
    // WIDE over STANDARD has the ratio .1677 at first order: at that threshold it is just not excluded.
    let columns = vec![(WIDE, 150), (STANDARD, 150), (WIDE, 150), (STANDARD, 150)];
    let population = Population { columns, dependence: Dependence::Paired { correlation: 0.3 } };
    let test = RankingTest::new().order(Order::First).threshold(WIDE_OVER_STANDARD[0]);
    let data_sets = 200;
    let (mut excluded, mut maximal) = (0, 0);
    for seed in 0..data_sets {
        let bootstrap = Bootstrap::new().replicates(99).seed(seed);
        let test = test.bootstrap(bootstrap).guard(Guard::Replicates(479));
        let set = test.run(&population.draw(seed)).unwrap().efficient_set(Order::First).unwrap();
        assert_eq!(
            set.members().count() + set.candidates.iter().filter(|c| !c.dominators.is_empty()).count(),
            4
        );
        excluded += usize::from(set.members().count() < 4);
        maximal += usize::from(set.is_maximal());
    }
    let most = |level: f64| level + 4.0 * (level * (1.0 - level) / data_sets as f64).sqrt();
    assert!((excluded as f64) <= most(0.06) * data_sets as f64, "{excluded}");
    assert!((maximal as f64) <= most(0.05) * data_sets as f64, "{maximal}");
}

/// Two laws that cross in the middle: with enough rows there is evidence that neither almost dominates.
#[test]
fn maximality_is_found_where_it_holds() {
    let apart = Dependence::Independent;
    let narrow = laws::Law::Normal { mean: 0.0, sd: 1.0 };
    let wide = laws::Law::Normal { mean: 0.05, sd: 2.0 };
    let population = Population { columns: vec![(narrow, 2000), (wide, 2000)], dependence: apart };
    let report = RankingTest::new().threshold(0.25).seed(1).run(&population.draw(1)).unwrap();
    let set = report.efficient_set(Order::First).unwrap();
    assert!(set.is_maximal(), "{set}");
    assert_eq!(set.members().count(), 2);
    // At second order the narrow law dominates.
    let set = report.efficient_set(Order::Second).unwrap();
    assert!(!set.is_maximal(), "{set}");
    assert_eq!(set.members().collect::<Vec<_>>(), ["0"]);
    assert!(set.to_string().contains("Excluded: 1  by 0"), "{set}");
}
