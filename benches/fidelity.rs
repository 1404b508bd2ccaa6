//! Audits of synthetic tables of 12 columns. Each benchmark asserts its answer once.
//!
//! ```text
//! cargo bench --bench fidelity                            all
//! RAYON_NUM_THREADS=1 cargo bench --bench fidelity        one thread
//! ```

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use risk_sd::{MixedTable, TableFidelity, closest_record_distances, rank_correlations};
use support::normal;

mod support;

const COLUMNS: usize = 12;
const ROWS: usize = 20_000;
const QUERIES: usize = 1000;

/// Normal columns, `common` parts of each shared by all.
fn columns(seed: u64, rows: usize, common: f64) -> Vec<Vec<f64>> {
    let shared = normal(seed, rows, 0.0, 1.0);
    let column = |number: u64| {
        let own = normal(seed + 100 + number, rows, 0.0, 1.0);
        own.iter().zip(&shared).map(|(own, shared)| common * shared + (1.0 - common) * own).collect()
    };
    (0..COLUMNS as u64).map(column).collect()
}

fn table(columns: &[Vec<f64>]) -> MixedTable<'_> {
    columns
        .iter()
        .enumerate()
        .fold(MixedTable::new(), |table, (number, column)| table.numeric(format!("x{number}"), column))
}

/// Over all rows, as it is written down; columns have unit scales.
fn all_rows(training: &[Vec<f64>], rows: &[Vec<f64>], scales: &[f64]) -> Vec<f64> {
    let n = training[0].len();
    let by_row: Vec<f64> =
        (0..n).flat_map(|row| training.iter().map(move |column| column[row])).collect();
    let nearest = |query: usize| {
        let point: Vec<f64> = rows.iter().map(|column| column[query]).collect();
        let square = |row: &[f64]| {
            let axes = row.iter().zip(&point).zip(scales);
            axes.map(|((y, x), scale)| ((x - y) / scale) * ((x - y) / scale)).sum::<f64>()
        };
        by_row.chunks_exact(COLUMNS).map(square).fold(f64::INFINITY, f64::min).sqrt()
    };
    (0..rows[0].len()).map(nearest).collect()
}

fn scales(columns: &[Vec<f64>]) -> Vec<f64> {
    let range = |column: &Vec<f64>| {
        let sample = risk_sd::Sample::new(column).expect("finite");
        sample.quantile(0.75).expect("a level") - sample.quantile(0.25).expect("a level")
    };
    columns.iter().map(range).collect()
}

fn closest(c: &mut Criterion) {
    let mut group = c.benchmark_group("closest_record");
    group.throughput(Throughput::Elements(QUERIES as u64)).sample_size(10);
    for (name, common) in [("independent", 0.0), ("dependent", 0.7), ("near_a_line", 0.95)] {
        let (training, rows) = (columns(1, ROWS, common), columns(2, QUERIES, common));
        let of_training = scales(&training);
        let found = closest_record_distances(&table(&training), &table(&rows)).expect("tables");
        let expected = all_rows(&training, &rows, &of_training);
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
        group.bench_function(format!("{name}/tree"), |b| {
            b.iter(|| closest_record_distances(black_box(&table(&training)), &table(&rows)));
        });
        group.bench_function(format!("{name}/all_rows"), |b| {
            b.iter(|| all_rows(black_box(&training), &rows, &of_training));
        });
    }
    group.finish();
}

fn audit(c: &mut Criterion) {
    let mut group = c.benchmark_group("audit");
    group.throughput(Throughput::Elements((2 * COLUMNS * ROWS) as u64)).sample_size(10);
    let (real, synthetic) = (columns(1, ROWS, 0.5), columns(2, ROWS, 0.5));
    let report = TableFidelity::new().run(&table(&real), &table(&synthetic)).expect("tables");
    assert!(report.mean_chi_square.value < 0.001);
    group.bench_function("table", |b| {
        b.iter(|| TableFidelity::new().run(black_box(&table(&real)), &table(&synthetic)));
    });
    group
        .bench_function("rank_correlations", |b| b.iter(|| rank_correlations(black_box(&table(&real)))));
    group.finish();
}

criterion_group!(benches, closest, audit);
criterion_main!(benches);
