//! Audits of synthetic tables: figures against the functions they are made of, errors against closed forms, bad
//! input.

use std::ops::ControlFlow;

use proptest::prelude::*;
use risk_sd::{
    Bootstrap, BootstrapMethod, ClosestRecords, ColumnFigures, Course, Dependence, Error,
    FidelityReport, MixedTable, Order, PrivacyFinding, Progress, ResampledUnit, Sample, Stage,
    TableFidelity, autocorrelation, categorical_fidelity, closest_record_distances, gap,
    lag_differences, novelty, numeric_fidelity, rank_correlations, row_key, wasserstein,
};

/// Deterministic, scattered values in [0, 1).
fn scattered(rows: usize, salt: u64) -> Vec<f64> {
    let value = |row: usize| {
        let mut z =
            (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xbf58_476d);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..rows).map(value).collect()
}

struct Data {
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
    kind: Vec<&'static str>,
    entity: Vec<usize>,
}

/// z follows x; rows of 7 entities, interleaved.
fn data(rows: usize, salt: u64) -> Data {
    let (x, y, noise) = (scattered(rows, salt), scattered(rows, salt + 1), scattered(rows, salt + 2));
    let kinds = ["a", "b", "c"];
    Data {
        z: x.iter().zip(&noise).map(|(x, e)| (10.0 * (x + 0.3 * e)).round()).collect(),
        kind: noise.iter().map(|e| kinds[(3.0 * e) as usize]).collect(),
        entity: y.iter().map(|y| (7.0 * y * y) as usize).collect(),
        x,
        y,
    }
}

impl Data {
    fn rows(&self) -> MixedTable<'_> {
        let table = MixedTable::new().numeric("x", &self.x).numeric("y", &self.y);
        table.numeric("z", &self.z).categorical("kind", &self.kind)
    }

    fn series(&self) -> MixedTable<'_> {
        self.rows().entities(&self.entity)
    }
}

/// Every figure of the audit is that of the function that bears its name.
#[test]
fn figures_are_those_of_the_functions() -> Result<(), Error> {
    let (real, synthetic) = (data(300, 1), data(211, 9));
    let report = TableFidelity::new().bins(6).lags(3).run(&real.series(), &synthetic.series())?;
    assert_eq!((report.rows_real, report.rows_synthetic), (300, 211));
    let columns = [(&real.x, &synthetic.x), (&real.y, &synthetic.y), (&real.z, &synthetic.z)];
    let temporal = report.temporal.as_ref().unwrap();
    let mut chi_squares = 0.0;
    for (place, (a, b)) in columns.into_iter().enumerate() {
        let (x, y) = (Sample::new(a)?, Sample::new(b)?);
        let expected = numeric_fidelity(&x, &y, 6)?;
        let ColumnFigures::Numeric(found) = &report.columns[place].figures else { panic!("numbers") };
        assert_eq!(*found, expected);
        assert_eq!(found.wasserstein_1.value, wasserstein(1.0, &x, &y)?);
        chi_squares += expected.chi_square.value;
        let Course::Numeric(course) = &temporal.columns[place].course else { panic!("numbers") };
        let steps =
            [(a, &real.entity), (b, &synthetic.entity)].map(|(v, e)| lag_differences(v, e, 1).unwrap());
        assert_eq!(course.difference.value, wasserstein(1.0, &steps[0], &steps[1])?);
        assert_eq!(course.autocorrelation_real, autocorrelation(a, &real.entity, 3)?);
        assert_eq!(course.autocorrelation_synthetic, autocorrelation(b, &synthetic.entity, 3)?);
        let both = course.autocorrelation_real.iter().zip(&course.autocorrelation_synthetic);
        let largest = both.map(|(a, b)| (a.unwrap() - b.unwrap()).abs()).fold(0.0, f64::max);
        assert_eq!(course.autocorrelation.unwrap().value, largest);
    }
    let ColumnFigures::Categorical(found) = &report.columns[3].figures else { panic!("levels") };
    let expected = categorical_fidelity(&real.kind, &synthetic.kind)?;
    assert_eq!(*found, expected);
    chi_squares += expected.chi_square.value;
    assert!((report.mean_chi_square.value - chi_squares / 4.0).abs() < 1e-15);

    let dependence = report.dependence.as_ref().unwrap();
    assert_eq!(dependence.real, rank_correlations(&real.rows())?);
    assert_eq!(dependence.synthetic, rank_correlations(&synthetic.rows())?);
    let apart = |i: usize, j: usize| {
        let [a, b] = [&dependence.real, &dependence.synthetic].map(|m| m.kendall[i][j].unwrap());
        (a - b).abs()
    };
    let all = [apart(0, 1), apart(0, 2), apart(1, 2)];
    let kendall = dependence.kendall.as_ref().unwrap();
    assert!((kendall.mean.unwrap().value - all.iter().sum::<f64>() / 3.0).abs() < 1e-15);
    assert_eq!(kendall.largest.unwrap().value, all.into_iter().fold(0.0, f64::max));
    Ok(())
}

/// Series of levels u u v | v u against u v v | u: transitions (uu, uv, vu) = (1, 1, 1)/3 against (uv, vv) = (1, 1)/2.
/// Total variation (1/2)(1/3 + 1/6 + 1/3 + 1/2) = 2/3. Rows per entity 3, 2 against 3, 1: W_1 = 1/2.
#[test]
fn transitions_by_hand() -> Result<(), Error> {
    let real = MixedTable::new().categorical("k", ["u", "v", "u", "u", "v"]).entities([1, 2, 1, 2, 1]);
    let synthetic = MixedTable::new().categorical("k", ["u", "v", "v", "u"]).entities([1, 1, 1, 2]);
    let report = TableFidelity::new().run(&real, &synthetic)?;
    let temporal = report.temporal.as_ref().unwrap();
    let Course::Categorical(course) = &temporal.columns[0].course else { panic!("levels") };
    assert!((course.transitions.value - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(temporal.length.value, 0.5);
    assert!(report.dependence.is_none());
    Ok(())
}

#[test]
fn a_copy_is_perfect_and_not_new() -> Result<(), Error> {
    let real = data(200, 4);
    let report = TableFidelity::new().run(&real.series(), &real.series())?;
    assert_eq!(report.mean_chi_square.value, 0.0);
    let dependence = report.dependence.as_ref().unwrap();
    assert_eq!(dependence.spearman.largest.unwrap().value, 0.0);
    assert_eq!((report.novelty.novelty_rate, report.novelty.copies), (0.0, 200));
    let text = report.to_string();
    assert!(text.contains("novelty 0.0000"), "{text}");
    Ok(())
}

/// Two levels with shares p and q: total variation |p - q|, standard error sqrt(p (1 - p)/n + q (1 - q)/m). With
/// every row repeated ten times within its entity, n and m are the numbers of entities.
#[test]
fn errors_have_their_closed_form() -> Result<(), Error> {
    let levels =
        |rows: usize, ones: usize| (0..rows).map(move |row| if row < ones { "one" } else { "two" });
    let bootstrap = Bootstrap::new().replicates(2000).seed(5);
    let audit = TableFidelity::new().bootstrap(bootstrap);
    let expected = (0.3f64 * 0.7 / 200.0 + 0.6 * 0.4 / 100.0).sqrt();
    let error = |report: &FidelityReport| {
        let ColumnFigures::Categorical(figures) = &report.columns[0].figures else { panic!("levels") };
        assert!((figures.total_variation.value - 0.3).abs() < 1e-15);
        figures.total_variation.standard_error.unwrap()
    };
    let table = |rows, ones| MixedTable::new().categorical("k", levels(rows, ones));
    let of_rows = audit.run(&table(200, 60), &table(100, 60))?;
    assert_eq!(of_rows.resampled, ResampledUnit::Rows);
    // The standard deviation of 2000 replicates varies by 1.6%.
    assert!((error(&of_rows) / expected - 1.0).abs() < 0.06, "{} {expected}", error(&of_rows));
    let of_ten = |rows: usize, ones: usize| {
        let repeated = levels(rows, ones).flat_map(|level| [level; 10]);
        MixedTable::new().categorical("k", repeated).entities((0..10 * rows).map(|row| row / 10))
    };
    let of_entities = audit.run(&of_ten(200, 60), &of_ten(100, 60))?;
    assert_eq!(of_entities.resampled, ResampledUnit::Entities);
    assert!((error(&of_entities) / expected - 1.0).abs() < 0.06);
    Ok(())
}

/// Real columns independent, synthetic ones equal: rho is 0 (standard error 1/sqrt(n - 1)) against exactly 1. The
/// mean of x moves with sd/sqrt(n); far from the synthetic column W_1 is the difference of means.
#[test]
fn errors_of_correlations_and_distances_are_those_of_normal_theory() -> Result<(), Error> {
    let (x, y) = (scattered(400, 3), scattered(400, 77));
    let far: Vec<f64> = x.iter().map(|x| x + 50.0).collect();
    let real = MixedTable::new().numeric("x", &x).numeric("y", &y);
    let synthetic = MixedTable::new().numeric("x", &far).numeric("y", &x);
    let bootstrap = Bootstrap::new().replicates(1000).seed(2);
    let report = TableFidelity::new().bootstrap(bootstrap).run(&real, &synthetic)?;
    let rho = report.dependence.as_ref().unwrap().spearman.mean.unwrap();
    let ratio = rho.standard_error.unwrap() * 399f64.sqrt();
    assert!((ratio - 1.0).abs() < 0.15, "{ratio}");
    let ColumnFigures::Numeric(figures) = &report.columns[0].figures else { panic!("numbers") };
    let mean = x.iter().sum::<f64>() / 400.0;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 400.0;
    let expected = (2.0 * variance / 400.0).sqrt();
    let error = figures.wasserstein_1.standard_error.unwrap();
    assert!((error / expected - 1.0).abs() < 0.1, "{error} {expected}");
    assert_eq!(figures.kolmogorov_smirnov.standard_error, Some(0.0));
    Ok(())
}

#[test]
fn bad_input_is_named() {
    let data = data(40, 2);
    let audit = TableFidelity::new();
    let message = |audit: TableFidelity, real: &MixedTable, synthetic: &MixedTable| {
        audit.run(real, synthetic).unwrap_err().to_string()
    };
    let (rows, series) = (data.rows(), data.series());
    assert_eq!(message(audit.bins(1), &rows, &rows), "1 bin(s): from 2 to 1048576 are possible");
    assert_eq!(message(audit.lags(0), &rows, &rows), "at least one lag is needed");
    let one = audit.bootstrap(Bootstrap::new().replicates(1));
    assert_eq!(message(one, &rows, &rows), "1 bootstrap replicates are too few: at least 2 needed");
    let many = audit.bootstrap(Bootstrap::new().replicates(usize::MAX)).run(&rows, &rows);
    assert!(matches!(many, Err(Error::TooManyReplicates { what: "bootstrap", .. })));
    let far = message(audit.lags(10_000_001), &rows, &rows);
    assert_eq!(far, "10000001 lags: at most 1048576 are possible");
    let weights = audit.bootstrap(Bootstrap::new().method(BootstrapMethod::BayesianWeights));
    assert!(matches!(weights.run(&rows, &rows), Err(Error::WrongMethod { .. })));
    assert_eq!(
        message(audit, &series, &rows),
        "the synthetic table says of no row to which entity it belongs, the other does"
    );
    let alone = data.rows().entities(0..40);
    assert_eq!(
        message(audit, &series, &alone),
        "synthetic table: no entity has a row 1 step(s) after another: the longest has 1 row(s)"
    );
    let mut bad = data.y.clone();
    bad[17] = f64::NAN;
    let nan = MixedTable::new().numeric("y", &bad);
    let good = MixedTable::new().numeric("y", &data.y);
    assert_eq!(
        message(audit, &good, &nan),
        "synthetic table: column 'y': row 17 is NaN, not a finite number"
    );
    assert_eq!(message(audit, &good, &rows), "column 'x' is in the synthetic table only");
    let levels = MixedTable::new().categorical("y", &data.kind);
    assert_eq!(
        message(audit, &good, &levels),
        "column 'y' is numeric in one table and categorical in the other"
    );
    let ends = MixedTable::new().numeric("y", &[f64::MIN]);
    let other = MixedTable::new().numeric("y", &[f64::MAX]);
    assert_eq!(message(audit, &ends, &other), "column 'y': the distance is beyond the range of f64");
}

#[test]
fn one_row_and_constant_columns_are_no_errors() -> Result<(), Error> {
    let one = MixedTable::new().numeric("x", &[1.0]).numeric("y", &[2.0]);
    let report = TableFidelity::new().run(&one, &one)?;
    let spearman = &report.dependence.as_ref().unwrap().spearman;
    assert_eq!((spearman.mean, spearman.pairs, spearman.undefined.len()), (None, 0, 1));
    assert!(report.to_string().contains("no pair of columns that vary"));
    let off = TableFidelity::new().dependence(Dependence::Off).run(&one, &one)?;
    assert!(off.dependence.is_none());
    let spearman = TableFidelity::new().dependence(Dependence::Spearman).run(&one, &one)?;
    assert!(spearman.dependence.unwrap().kendall.is_none());
    Ok(())
}

#[test]
fn progress_is_told_and_can_stop() {
    let data = data(60, 8);
    let audit = TableFidelity::new().bootstrap(Bootstrap::new().replicates(200));
    let mut heard = Vec::new();
    let listen = |progress: Progress| {
        heard.push((progress.stage, progress.done, progress.total));
        ControlFlow::Continue(())
    };
    let told = audit.run_with_progress(&data.series(), &data.series(), listen).unwrap();
    assert_eq!(told, audit.run(&data.series(), &data.series()).unwrap());
    let expected = [
        (Stage::Columns, 4, 4),
        (Stage::ColumnPairs, 6, 6),
        (Stage::Bootstrap, 128, 200),
        (Stage::Bootstrap, 200, 200),
    ];
    assert_eq!(heard, expected);
    let stop = |_| ControlFlow::Break(());
    let stopped = audit.run_with_progress(&data.rows(), &data.rows(), stop);
    assert_eq!(stopped, Err(Error::Cancelled { done: 4, total: 4 }));
}

#[cfg(feature = "rayon")]
#[test]
fn threads_change_no_bit() {
    let (real, synthetic) = (data(500, 1), data(400, 2));
    let audit = TableFidelity::new().bootstrap(Bootstrap::new().replicates(64).seed(3));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let table = audit.run(&real.series(), &synthetic.series()).unwrap();
            let records = closest_record_distances(&real.rows(), &synthetic.rows()).unwrap();
            (table, records)
        })
    };
    assert_eq!(with(1), with(3));
}

/// Numbers that no change of code may move.
#[test]
fn values_are_pinned() {
    let (real, synthetic) = (data(120, 5), data(90, 6));
    let bootstrap = Bootstrap::new().replicates(50).seed(11);
    let report =
        TableFidelity::new().bootstrap(bootstrap).run(&real.series(), &synthetic.series()).unwrap();
    let found = report.mean_chi_square;
    assert_eq!((found.value, found.standard_error), PINNED);
}

const PINNED: (f64, Option<f64>) = (0.049_920_803_631_238_81, Some(0.043_345_898_215_564_9));

mod privacy {
    use super::*;

    fn table<'a>(x: &'a [f64], y: &'a [f64], kind: &[&str]) -> MixedTable<'a> {
        MixedTable::new().numeric("x", x).numeric("y", y).categorical("kind", kind)
    }

    proptest! {
        /// Against all pairs of rows, columns divided by their interquartile ranges.
        #[test]
        fn distances_agree_with_all_pairs(
            training in prop::collection::vec((-5.0..5.0f64, -4i32..4, 0usize..3), 4..60),
            rows in prop::collection::vec((-6.0..6.0f64, -5i32..5, 0usize..4), 1..30),
        ) {
            type Row = (f64, i32, usize);
            let split = |rows: &[Row]| -> (Vec<f64>, Vec<f64>, Vec<&'static str>) {
                let names = ["a", "b", "c", "d"];
                (rows.iter().map(|r| r.0).collect(), rows.iter().map(|r| r.1.into()).collect(),
                 rows.iter().map(|r| names[r.2]).collect())
            };
            let ((x, y, k), (u, v, l)) = (split(&training), split(&rows));
            let range = |v: &[f64]| {
                let sample = Sample::new(v).unwrap();
                sample.quantile(0.75).unwrap() - sample.quantile(0.25).unwrap()
            };
            prop_assume!(range(&x) > 0.0 && range(&y) > 0.0);
            let found = closest_record_distances(&table(&x, &y, &k), &table(&u, &v, &l)).unwrap();
            for (row, distance) in found.iter().enumerate() {
                let square = |i: usize| {
                    ((u[row] - x[i]) / range(&x)).powi(2) + ((v[row] - y[i]) / range(&y)).powi(2)
                        + f64::from(u8::from(l[row] != k[i]))
                };
                let naive = (0..x.len()).map(square).fold(f64::INFINITY, f64::min).sqrt();
                prop_assert!((distance - naive).abs() < 1e-12 * (1.0 + naive));
            }
        }
    }

    #[test]
    fn units_and_offsets_change_nothing() -> Result<(), Error> {
        let (x, y) = (scattered(50, 1), scattered(30, 2));
        let distances = |factor: f64, offset: f64| {
            let moved = |v: &[f64]| v.iter().map(|v| (v + offset) * factor).collect::<Vec<f64>>();
            let (x, y) = (moved(&x), moved(&y));
            closest_record_distances(
                &MixedTable::new().numeric("x", &x),
                &MixedTable::new().numeric("x", &y),
            )
        };
        let plain = distances(1.0, 0.0)?;
        assert_eq!(distances(2f64.powi(900), 0.0)?, plain);
        assert_eq!(distances(2f64.powi(-900), 0.0)?, plain);
        assert!(distances(1.0, 1e6)?.iter().zip(&plain).all(|(a, b)| (a - b).abs() < 1e-8));
        Ok(())
    }

    #[test]
    fn scales_are_robust() -> Result<(), Error> {
        // Interquartile range 0: the mean absolute deviation from the median 0 is 10/5; constant columns are nominal.
        let (tied, constant) = ([0.0, 0.0, 0.0, 0.0, 10.0], [7.0; 5]);
        let training = MixedTable::new().numeric("tied", &tied).numeric("constant", &constant);
        let row = |tied: &'static [f64], constant: &'static [f64]| {
            MixedTable::new().numeric("tied", tied).numeric("constant", constant)
        };
        assert_eq!(closest_record_distances(&training, &row(&[1.0], &[7.0]))?, [0.5]);
        assert_eq!(closest_record_distances(&training, &row(&[0.0], &[8.0]))?, [1.0]);
        let far = closest_record_distances(&training, &row(&[1e300], &[7.0]));
        assert_eq!(far, Err(Error::OutOfRange { what: "a distance to the closest record" }));
        let wide = [f64::MIN, f64::MIN, f64::MAX, f64::MAX];
        let error = closest_record_distances(
            &MixedTable::new().numeric("wide", &wide),
            &MixedTable::new().numeric("wide", &[0.0]),
        );
        let message = error.unwrap_err().to_string();
        assert_eq!(message, "column 'wide': the scale of a column is beyond the range of f64");
        Ok(())
    }

    #[test]
    fn copies_are_closer_and_noise_is_not() -> Result<(), Error> {
        let [a, b, c, d] = [1, 2, 3, 4].map(|salt| scattered(300, salt));
        let kind = vec!["same"; 300];
        let training = table(&a, &b, &kind);
        let held_out = table(&c, &d, &kind);
        let near: Vec<f64> = a.iter().map(|v| v + 1e-4).collect();
        let copied = ClosestRecords::new().run(&training, &held_out, &table(&near, &b, &kind))?;
        assert_eq!(copied.finding, PrivacyFinding::Closer);
        assert_eq!((copied.synthetic_copies, copied.held_out_copies), (0, 0));
        let exact = ClosestRecords::new().run(&training, &held_out, &training)?;
        assert_eq!((exact.synthetic_copies, exact.finding), (300, PrivacyFinding::Closer));
        let far: Vec<f64> = c.iter().map(|v| v + 9.0).collect();
        let noise = ClosestRecords::new().run(&training, &held_out, &table(&far, &d, &kind))?;
        assert_eq!(noise.finding, PrivacyFinding::NotCloser);
        let same = ClosestRecords::new().run(&training, &held_out, &held_out)?;
        assert_eq!(same.finding, PrivacyFinding::Equal);
        let capped = |sample: &Sample| Sample::new(sample.values().iter().map(|v| v.min(copied.cap)));
        let (near, fresh) = (capped(&copied.synthetic)?, capped(&copied.held_out)?);
        let ratio = gap(Order::Second, &near, &fresh).violation_ratio();
        assert_eq!(copied.dominance.a_over_b.unwrap().violation_ratio, ratio);
        let text = copied.to_string();
        assert!(text.contains("almost closer to the training data") && text.contains("violation ratio"));
        Ok(())
    }

    /// A share of the training rows given out, verbatim or with a little noise, and the rest 1.5 times as far as fresh rows.
    #[test]
    fn far_rows_do_not_make_up_for_copies() -> Result<(), Error> {
        let rows = 1000;
        let training: Vec<f64> = (0..rows).map(|i| 100.0 * i as f64).collect();
        let at = |factor: f64, salt: u64| -> Vec<f64> {
            let away = scattered(rows, salt);
            training.iter().zip(away).map(|(x, d)| x + factor * 20.0 * d).collect()
        };
        let held_out = at(1.0, 71);
        for (share, noise) in [(10, 0.0), (5, 0.0), (10, 1e-6), (5, 1e-6)] {
            let mut synthetic = at(1.5, 72);
            for row in (0..rows).step_by(share) {
                synthetic[row] = training[row] + noise;
            }
            let [a, b, c] =
                [&training, &held_out, &synthetic].map(|x| MixedTable::new().numeric("x", x));
            let found = ClosestRecords::new().run(&a, &b, &c)?;
            let allowed = match noise > 0.0 {
                true => [PrivacyFinding::NotDistinguished, PrivacyFinding::Closer],
                false => [PrivacyFinding::SomeCopied, PrivacyFinding::Closer],
            };
            assert!(allowed.contains(&found.finding), "{share} {noise}: {found}");
        }
        Ok(())
    }

    /// Rows repeated ten times within their entities are no more evidence than the rows.
    #[test]
    fn entities_are_clusters() -> Result<(), Error> {
        let training: Vec<f64> = (0..400).map(f64::from).collect();
        let repeat = |x: &[f64]| -> Vec<f64> { x.iter().flat_map(|v| [*v; 10]).collect() };
        let (fresh, new) = (scattered(40, 81), scattered(40, 82));
        let place = |x: &[f64]| -> Vec<f64> { x.iter().map(|v| v * 399.0).collect() };
        let (fresh, new) = (repeat(&place(&fresh)), repeat(&place(&new)));
        let labels = || (0..400).map(|row| row / 10);
        let plain = |x| MixedTable::new().numeric("x", x);
        let of = |x| plain(x).entities(labels());
        let a = plain(&training);
        let clustered = ClosestRecords::new().run(&a, &of(&fresh), &of(&new))?.dominance;
        let rows = ClosestRecords::new().run(&a, &plain(&fresh), &plain(&new))?.dominance;
        assert_eq!((clustered.units, rows.units), (Some(80), None));
        let error = |report: &risk_sd::DominanceReport| report.a_over_b.as_ref().unwrap().standard_error;
        assert!(error(&clustered) > 2.0 * error(&rows));
        let refused = ClosestRecords::new().run(&a, &plain(&fresh), &of(&new));
        assert_eq!(refused, Err(Error::NoEntities { table: "held-out" }));
        let refused = ClosestRecords::new().run(&a, &of(&fresh), &plain(&new));
        assert_eq!(refused, Err(Error::NoEntities { table: "synthetic" }));
        Ok(())
    }
}

proptest! {
    /// Rows as keys of a set.
    #[test]
    fn copied_rows_agree_with_a_set(
        real in prop::collection::vec((-1i32..2, 0usize..2), 1..30),
        synthetic in prop::collection::vec((-1i32..2, 0usize..3), 1..30),
    ) {
        let names = ["a", "b", "c"];
        type Row = (i32, usize);
        let split = |rows: &[Row]| -> (Vec<f64>, Vec<&'static str>) {
            // Zeros of either sign.
            (rows.iter().map(|r| 0.5 * f64::from(r.0) * f64::from(r.1 as u8)).collect(), rows.iter().map(|r| names[r.1]).collect())
        };
        let ((x, k), (u, l)) = (split(&real), split(&synthetic));
        let report = TableFidelity::new().run(
            &MixedTable::new().numeric("x", &x).categorical("k", &k),
            &MixedTable::new().numeric("x", &u).categorical("k", &l),
        ).unwrap();
        let keys = |x: &[f64], k: &[&'static str]| -> Vec<(Vec<u64>, &'static str)> {
            x.iter().zip(k).map(|(x, k)| (row_key(&[*x]), *k)).collect()
        };
        prop_assert_eq!(report.novelty, novelty(keys(&x, &k), keys(&u, &l)).unwrap());
    }
}

/// Every figure is a number in JSON; only what the report itself lacks is null, as errors without a bootstrap.
#[test]
fn reports_are_json_without_lost_numbers() -> Result<(), Error> {
    let (real, synthetic) = (data(60, 1), data(47, 9));
    let audit = TableFidelity::new().lags(2);
    for audit in [audit, audit.bootstrap(Bootstrap::new().replicates(20).seed(3))] {
        let report = audit.run(&real.series(), &synthetic.series())?;
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json.to_string()).unwrap(), json);
        let (text, debug) = (json.to_string(), format!("{report:?}"));
        assert_eq!(text.matches("null").count(), debug.matches("None").count(), "{text}");
        assert!(!debug.contains("NaN") && !debug.contains("inf"), "{debug}");
        let chi_square = &json["columns"][0]["figures"]["numeric"]["chi_square"]["value"];
        let expected = report.columns[0].figures.numeric().unwrap().chi_square.value;
        assert_eq!(chi_square.as_f64(), Some(expected), "{text}");
        assert_eq!(json["mean_chi_square"]["value"].as_f64(), Some(report.mean_chi_square.value));
    }
    Ok(())
}
