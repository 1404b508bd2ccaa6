//! Sliced distances: seeds, threads, a known value.

use ndarray::{Array2, array};
use risk_sd::{Directions, max_sliced_wasserstein, sliced_wasserstein, wasserstein_rows};

fn cloud(points: usize, step: usize) -> Array2<f64> {
    Array2::from_shape_fn((points, 3), |(i, k)| ((i * step + k * 29) % 97) as f64 / 9.0 - 5.0)
}

#[test]
fn seeded_values_are_pinned() {
    let (a, b) = (cloud(70, 31), cloud(45, 17));
    let found =
        sliced_wasserstein(2.0, a.view(), b.view(), &Directions::new().count(64).seed(7)).unwrap();
    assert_eq!((found.distance, found.standard_error), (PINNED.0, PINNED.1));
    assert_eq!((found.seed, found.directions, found.dimensions), (Some(7), 64, 3));
    let most = max_sliced_wasserstein(2.0, a.view(), b.view(), &Directions::new().count(64).seed(7));
    assert_eq!(most.unwrap().distance, PINNED.2);
}

/// Distance, standard error, largest distance.
const PINNED: (f64, f64, f64) = (0.4306887032110546, 0.031066961380900177, 0.9589932199303879);

#[test]
fn threads_change_no_bit() {
    let (a, b) = (cloud(500, 31), cloud(300, 17));
    let run = || {
        let sliced = sliced_wasserstein(1.5, a.view(), b.view(), &Directions::new().count(37)).unwrap();
        (sliced, wasserstein_rows(2.0, a.view(), a.view()).unwrap())
    };
    let expected = run();
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(run), expected);
    }
}

/// SW_2 of two point masses v apart is |v| / sqrt(d); its standard error must cover the truth at the nominal rate.
#[test]
fn the_standard_error_is_honest() {
    let (a, b) = (array![[0.0, 0.0, 0.0]], array![[1.0, 2.0, 2.0]]);
    let exact = 3.0 / 3.0_f64.sqrt();
    let covered = (0..400).filter(|&seed| {
        let directions = Directions::new().count(200).seed(seed);
        let found = sliced_wasserstein(2.0, a.view(), b.view(), &directions).unwrap();
        (found.distance - exact).abs() < 1.96 * found.standard_error
    });
    // 95 % of 400, within three standard deviations of a binomial count.
    let covered = covered.count();
    assert!((367..=393).contains(&covered), "{covered} of 400 intervals cover");
}
