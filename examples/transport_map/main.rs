//! How far apart are four distributions, how does one have to move to become another, and what lies between?
//!
//! Simulates waiting times of one population under four laws (samples of different sizes), prints the distances
//! between them, and draws the optimal coupling and the barycenters of two: the first has two bumps, the second a
//! long tail. Barycenters move the bumps; they do not mix them.

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, LogNormal, Normal};
use risk_sd::plot::{self, Picture};
use risk_sd::{
    IndexedSample, Sample, Samples, barycenter, coupling, cramer_distance, energy_distance,
    integrated_quantile_distance, kolmogorov_smirnov_distance, potentials, wasserstein,
    wasserstein_matrix, wasserstein_split,
};
use support::Failure;
use support::output::{print_table, short, write};

/// Distances, a coupling and barycenters of simulated waiting times.
#[derive(Parser)]
struct Arguments {
    /// Seed of the simulated samples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write the pictures.
    #[arg(long, value_name = "DIR", default_value = "out/transport_map")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    support::run(|| transport_map(&arguments))
}

fn transport_map(arguments: &Arguments) -> Result<(), Failure> {
    let columns = simulated(arguments.seed)?;
    let named = columns.iter().map(|(name, values)| Ok((*name, Sample::new(values)?)));
    let samples = Samples::independent(named.collect::<Result<Vec<_>, risk_sd::Error>>()?)?;
    println!("{}\n", wasserstein_matrix(1.0, &samples)?);
    println!("{}\n", wasserstein_matrix(2.0, &samples)?);
    let [(name_a, a), (name_b, b), ..] = &columns[..] else {
        return Err("two columns are needed".into());
    };
    let (a, b) = (IndexedSample::new(a)?, IndexedSample::new(b)?);
    println!("{name_a} (n = {}) against {name_b} (n = {})", a.data_rows(), b.data_rows());
    print_distances(a.sample(), b.sample())?;
    check_optimality(&a, &b)?;
    let between = barycenters(name_a, a.sample(), name_b, b.sample())?;
    for picture in draw(&arguments.out, name_a, a.sample(), name_b, b.sample(), &between)? {
        println!("wrote {}", picture.display());
    }
    Ok(())
}

/// Waiting times in minutes under four laws.
fn simulated(seed: u64) -> Result<Vec<(&'static str, Vec<f64>)>, Failure> {
    let mut rng = StdRng::seed_from_u64(seed);
    let (quick, slow) = (Normal::new(4.0, 0.7)?, Normal::new(9.0, 1.2)?);
    let two_bumps = (0..900)
        .map(|_| if rng.random_bool(0.6) { quick.sample(&mut rng) } else { slow.sample(&mut rng) })
        .collect();
    let long_tail = LogNormal::new(1.2, 0.6)?.sample_iter(&mut rng).take(700).collect();
    let memoryless = Exp::new(1.0 / 5.0)?.sample_iter(&mut rng).take(800).collect();
    let regular = Normal::new(6.0, 1.0)?.sample_iter(&mut rng).take(500).collect();
    Ok(vec![
        ("two bumps", two_bumps),
        ("long tail", long_tail),
        ("memoryless", memoryless),
        ("regular", regular),
    ])
}

fn print_distances(a: &Sample, b: &Sample) -> Result<(), Failure> {
    let split = wasserstein_split(a, b)?;
    let rows = [
        ("W_1", wasserstein(1.0, a, b)?, "minutes"),
        ("W_2", split.distance, "minutes"),
        ("  location (difference of means)", split.location, "minutes"),
        ("  size (difference of deviations)", split.size, "minutes"),
        ("  shape", split.shape, "minutes"),
        ("W_infinity", wasserstein(f64::INFINITY, a, b)?, "minutes"),
        ("integrated quantiles (d_IQ)", integrated_quantile_distance(a, b)?, "minutes"),
        ("energy", energy_distance(a, b)?, "root minutes"),
        ("Cramer", cramer_distance(a, b)?, "root minutes"),
        ("Kolmogorov-Smirnov", kolmogorov_smirnov_distance(a, b), "none"),
    ];
    let cells = |(name, value, unit): &(&str, f64, &str)| {
        vec![(*name).to_owned(), short(*value), (*unit).to_owned()]
    };
    print_table(&["distance", "value", "unit"], &rows.iter().map(cells).collect::<Vec<_>>());
    let squares = [split.location, split.size, split.shape].map(|part| part * part);
    assert!((squares.iter().sum::<f64>() - split.distance.powi(2)).abs() < 1e-12);
    Ok(())
}

/// The coupling costs W_2^2, and prices prove that nothing is cheaper.
fn check_optimality(a: &IndexedSample, b: &IndexedSample) -> Result<(), Failure> {
    let squared = wasserstein(2.0, a.sample(), b.sample())?.powi(2);
    let plan = coupling(a, b);
    let masses: f64 = plan.atoms.iter().map(|atom| atom.mass).sum();
    assert_eq!(masses, plan.total);
    let prices = potentials(a, b, |d| d * d)?;
    let mean = |prices: &[f64]| prices.iter().sum::<f64>() / prices.len() as f64;
    assert!((mean(&prices.a) + mean(&prices.b) - squared).abs() < 1e-12 * squared);
    let values = |data: &IndexedSample| {
        let mut of_row = vec![0.0; data.data_rows()];
        for (&row, value) in data.rows().iter().zip(data.sample().values()) {
            of_row[row as usize] = *value;
        }
        of_row
    };
    let (x, y) = (values(a), values(b));
    let carried: f64 = plan.atoms.iter().map(|t| t.mass * (x[t.row_a] - y[t.row_b]).powi(2)).sum();
    assert!((carried / plan.total - squared).abs() < 1e-12 * squared);
    println!(
        "The coupling has {} atoms and costs {}, as much as the dual prices earn.",
        plan.atoms.len(),
        short(squared)
    );
    Ok(())
}

/// A quarter, half and three quarters of the way, with both ends.
fn barycenters(name_a: &str, a: &Sample, name_b: &str, b: &Sample) -> Result<Samples, Failure> {
    let whole = wasserstein(2.0, a, b)?;
    let mut columns = vec![(name_a.to_owned(), a.clone())];
    let mut rows = Vec::new();
    for share in [0.25, 0.5, 0.75] {
        let between = barycenter([a, b], &[1.0 - share, share])?;
        let (from, to) = (wasserstein(2.0, a, &between)?, wasserstein(2.0, &between, b)?);
        // Barycenters lie on the straight line between the ends.
        assert!((from - share * whole).abs() < 1e-12 && (to - (1.0 - share) * whole).abs() < 1e-12);
        rows.push(vec![format!("{share}"), between.len().to_string(), short(from), short(to)]);
        columns.push((format!("{share} of the way"), between));
    }
    print_table(&["barycenter at", "rows", "W_2 from here", "W_2 to the end"], &rows);
    columns.push((name_b.to_owned(), b.clone()));
    Ok(Samples::independent(columns)?)
}

fn draw(
    out: &Path,
    name_a: &str,
    a: &Sample,
    name_b: &str,
    b: &Sample,
    between: &Samples,
) -> Result<Vec<PathBuf>, Failure> {
    let picture = Picture::default().y_label("minutes");
    let map = plot::transport_map(name_a, a, name_b, b, &picture)?;
    let title = format!("What lies between {name_a} and {name_b}?");
    let picture = picture.title(title).x_label("share of people p, shortest waits first");
    let curves = plot::quantile_curves(between, &picture)?;
    Ok(vec![write(out, "coupling.svg", &map)?, write(out, "barycenters.svg", &curves)?])
}
