//! The audit of a large table: time and memory.

use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr::{Distribution, StandardNormal};
use risk_sd::{FidelityReport, MixedTable, TableFidelity};

use crate::support::Failure;
use crate::support::progress::Bar;

const COLUMNS: usize = 12;

/// Audits a table of dependent columns against another of the same law, and says what that took.
pub fn audit(rows: usize, seed: u64) -> Result<FidelityReport, Failure> {
    let [real, synthetic] = [0, 1].map(|table| columns(rows, seed.wrapping_mul(2) + table));
    let data = 2.0 * (COLUMNS * rows * size_of::<f64>()) as f64 / f64::from(1 << 20);
    let names: Vec<String> = (1..=COLUMNS).map(|column| format!("x{column}")).collect();
    let (real, synthetic) = (table(&names, &real), table(&names, &synthetic));
    let mut bar = Bar::new();
    let start = Instant::now();
    let audit = TableFidelity::new();
    let report = audit.run_with_progress(&real, &synthetic, |p| bar.show(p))?;
    let seconds = start.elapsed().as_secs_f64();
    drop(bar);
    println!("{report}\n");
    println!("two tables of {rows} rows x {COLUMNS} columns ({data:.0} MiB): {seconds:.1} s");
    if let Some(peak) = peak_memory() {
        println!("peak memory {peak:.0} MiB, {:.2} times the data", peak / data);
    }
    Ok(report)
}

fn table<'a>(names: &[String], columns: &'a [Vec<f64>]) -> MixedTable<'a> {
    let with = |table: MixedTable<'a>, (name, column): (&String, &'a Vec<f64>)| {
        table.numeric(name.clone(), column)
    };
    names.iter().zip(columns).fold(MixedTable::new(), with)
}

/// One common factor; every fourth column is rounded, so that it has ties.
fn columns(rows: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let common: Vec<f64> = (0..rows).map(|_| normal()).collect();
    let mut column = |number: usize| {
        let mut value = |factor: &f64| {
            let value = 10.0 * (factor + normal());
            if number % 4 == 3 { value.round() } else { value }
        };
        common.iter().map(&mut value).collect()
    };
    (0..COLUMNS).map(&mut column).collect()
}

/// The most memory this process has held so far, in MiB, where the system says so.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024.0)
}
