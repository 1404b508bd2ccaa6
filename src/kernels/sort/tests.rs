//! Every tier, and the generic algorithms on the twin of a register, against the standard library's sort, on the
//! patterns of the literature on sorting.

use super::lanes::Register;
use super::partition::{FEW, MANY};
use super::quicksort::{self, Engine};
use super::{Arrangement, argsort, network, partition, portable, sort_arranged, survey};
use crate::kernels::tier::Tier;
use proptest::prelude::*;

/// The kernels on registers of arrays: no instruction set, so that Miri can run them.
#[derive(Clone, Copy)]
struct Twin<const LANES: usize>;

macro_rules! twin {
    ($lanes:literal, $small:literal) => {
        impl Engine for Twin<$lanes> {
            const SMALL: usize = $small;

            #[allow(unsafe_code)]
            fn sort_small(self, values: &mut [f64]) {
                // SAFETY: arrays need no instructions.
                unsafe {
                    match values.len() {
                        0..=16 => network::sort::<[f64; 4], 4>(values),
                        17..=32 => network::sort::<[f64; 4], 8>(values),
                        33..=64 => network::sort::<[f64; 4], 16>(values),
                        _ => network::sort::<[f64; $lanes], 16>(values),
                    }
                }
            }

            #[allow(unsafe_code)]
            fn partition(self, values: &mut [f64], pivot: f64) -> usize {
                // SAFETY: arrays need no instructions.
                unsafe {
                    partition::partition::<[f64; $lanes], { $lanes * FEW }, { $lanes * MANY }>(
                        values, pivot,
                    )
                }
            }
        }
    };
}

twin!(4, 64);
twin!(8, 128);

fn naive_sort(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn naive_argsort(values: &[f64]) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..values.len() as u32).collect();
    rows.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
    rows
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

fn check(what: &str, values: &[f64]) {
    let (sorted, order) = (bits(&naive_sort(values)), naive_argsort(values));
    let same = |by: &str, sort: &dyn Fn(&mut [f64])| {
        let mut own = values.to_vec();
        sort(&mut own);
        assert!(bits(&own) == sorted, "{by}: {what}, {} values", values.len());
    };
    same("twin of 4", &|v| quicksort::sort(Twin::<4>, v));
    same("twin of 8", &|v| quicksort::sort(Twin::<8>, v));
    for tier in Tier::available() {
        same(&format!("{tier:?}"), &|v| sort_arranged(tier, v, Arrangement::Mixed));
        same(&format!("{tier:?} surveyed"), &|v| {
            let arrangement = survey::survey(tier, v).expect("finite values");
            sort_arranged(tier, v, arrangement);
        });
        assert!(argsort::argsort(tier, values) == order, "{tier:?}: {what}, {} rows", values.len());
    }
}

/// A number in 0..2^32 that depends on i in no simple way.
fn scrambled(i: usize) -> u64 {
    (i as u64 + 1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(31)
        .wrapping_mul(0xBF58_476D_1CE4_E5B9)
        >> 32
}

type Pattern = (&'static str, fn(usize, usize) -> f64);

/// Value i of n.
const PATTERNS: [Pattern; 16] = [
    ("random", |i, _| scrambled(i) as f64 / 1e9 - 2.0),
    ("ascending", |i, _| i as f64),
    ("descending", |i, _| -(i as f64) + 0.0),
    ("descending with ties", |i, _| -((i / 3) as f64) + 0.0),
    ("all equal", |_, _| -7.25),
    ("two values", |i, _| (scrambled(i) % 2) as f64),
    ("ties", |i, _| (scrambled(i) % 10) as f64 - 5.0),
    ("few large among equals", |i, _| if scrambled(i).is_multiple_of(100) { i as f64 } else { 0.0 }),
    ("saw", |i, _| (i % 37) as f64),
    ("organ pipe", |i, n| i.min(n - i) as f64),
    ("Zipf", |i, _| (1e4 / (1 + scrambled(i) % 10_000) as f64).floor()),
    (
        "one per cent out of place",
        |i, _| if i % 100 == 50 { scrambled(i) as f64 } else { i as f64 * 1e7 },
    ),
    ("denormals", |i, _| f64::from_bits(scrambled(i) | (scrambled(i + 1) << 63)) + 0.0),
    ("all magnitudes", |i, _| {
        let value = f64::from_bits((scrambled(i) << 32) | scrambled(i + 7));
        if value.is_finite() { value + 0.0 } else { f64::MAX.copysign(value) }
    }),
    // Equal but for the last bits, and one far value, so that packed rows lose those bits.
    ("close to each other", |i, _| {
        if i == 5 { -1e300 } else { 1.0 + (scrambled(i) % 64) as f64 * f64::EPSILON }
    }),
    ("largest", |i, _| [f64::MAX, f64::MIN, 0.0, 5e-324, -5e-324][(scrambled(i) % 5) as usize]),
];

#[test]
fn every_pattern_of_every_short_length() {
    let longest = if cfg!(miri) { 20 } else { 300 };
    for (what, value) in PATTERNS {
        for n in 0..=longest {
            check(what, &(0..n).map(|i| value(i, n)).collect::<Vec<_>>());
        }
    }
}

#[test]
fn every_pattern_around_blocks_and_samples() {
    let around: &[usize] = if cfg!(miri) { &[150] } else { &[512, 1024, 2048, 4099, 16_384] };
    for (what, value) in PATTERNS {
        for &n in around {
            for n in n - 1..=n + 1 {
                check(what, &(0..n).map(|i| value(i, n)).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn ranges_long_enough_for_threads() {
    for (what, value) in PATTERNS.into_iter().step_by(3) {
        let n = 120_001;
        check(what, &(0..n).map(|i| value(i, n)).collect::<Vec<_>>());
    }
}

/// All of 2^16 patterns of zeros and ones: a network that sorts them sorts everything (Knuth).
#[test]
#[cfg_attr(miri, ignore = "long")]
#[allow(unsafe_code)]
fn networks_sort_all_zeros_and_ones() {
    fn rows_sort<const ROWS: usize>() {
        for pattern in 0..1u32 << ROWS {
            let mut column: [[f64; 1]; ROWS] = std::array::from_fn(|i| [f64::from(pattern >> i & 1)]);
            network::sort_columns(&mut column);
            assert!(column.is_sorted(), "{ROWS} rows, pattern {pattern:b}");
        }
    }
    rows_sort::<4>();
    rows_sort::<8>();
    rows_sort::<16>();
}

#[test]
fn registers_agree_with_their_twins() {
    assert_eq!([1.0, 2.0, 3.0, 4.0].split([3.0; 4]), ([1.0, 2.0, 3.0, 4.0], 2));
    assert_eq!([4.0, 1.0, 3.0, 2.0].split([3.0; 4]), ([1.0, 2.0, 4.0, 3.0], 2));
    assert_eq!([1.0, 2.0, 3.0, 4.0].exchanged::<3>(), [4.0, 3.0, 2.0, 1.0]);
    assert_eq!([1.0, 2.0, 3.0, 4.0].with_lanes_of::<2>([5.0, 6.0, 7.0, 8.0]), [1.0, 2.0, 7.0, 8.0]);
}

/// A partition keeps the values, and puts those below the pivot first.
#[test]
fn partitions_by_definition() {
    fn holds<E: Engine>(engine: E, values: &[f64], pivot: f64) {
        if values.len() <= E::SMALL {
            return;
        }
        let mut own = values.to_vec();
        let below = engine.partition(&mut own, pivot);
        assert_eq!(below, values.iter().filter(|&&v| v < pivot).count());
        assert!(own[..below].iter().all(|&v| v < pivot) && own[below..].iter().all(|&v| v >= pivot));
        assert!(bits(&naive_sort(&own)) == bits(&naive_sort(values)));
    }
    for n in (65..270).chain([1000, 1777]) {
        let values: Vec<f64> = (0..n).map(|i| (scrambled(i) % 100) as f64).collect();
        for pivot in [-1.0, 0.0, 1.0, 50.0, 99.0, 100.0] {
            holds(Twin::<4>, &values, pivot);
            holds(Twin::<8>, &values, pivot);
            for tier in Tier::available() {
                match tier {
                    Tier::Portable => {}
                    #[cfg(target_arch = "x86_64")]
                    Tier::Avx2(proof) => holds(proof, &values, pivot),
                    #[cfg(target_arch = "x86_64")]
                    Tier::Avx512(proof) => holds(proof, &values, pivot),
                }
            }
        }
    }
}

/// Data made against the sample: whatever is picked as the pivot becomes the smallest value left.
#[test]
#[cfg_attr(miri, ignore = "long")]
fn no_data_makes_it_quadratic() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    /// Partitions off a single value, the worst that a pivot can do, and counts the values it was given.
    #[derive(Clone, Copy)]
    struct Worst<'a>(&'a AtomicUsize);
    impl Engine for Worst<'_> {
        const SMALL: usize = 128;

        fn sort_small(self, values: &mut [f64]) {
            portable::sort(values);
        }

        fn partition(self, values: &mut [f64], _: f64) -> usize {
            self.0.fetch_add(values.len(), Ordering::Relaxed);
            let smallest = (0..values.len()).min_by(|&a, &b| values[a].total_cmp(&values[b]));
            values.swap(0, smallest.expect("values"));
            1
        }
    }
    let values: Vec<f64> = (0..50_000).map(|i| scrambled(i) as f64).collect();
    let (mut own, seen) = (values.clone(), AtomicUsize::new(0));
    quicksort::sort(Worst(&seen), &mut own);
    assert_eq!(own, naive_sort(&values));
    let seen = seen.into_inner();
    assert!(seen <= 2 * 16 * values.len(), "{seen} values partitioned");
}

#[test]
fn the_first_row_that_is_not_finite_is_found() {
    for tier in Tier::available() {
        for n in [1, 7, 511, 512, 513, 1300] {
            let values: Vec<f64> = (0..n).map(|i| i as f64).collect();
            assert_eq!(survey::survey(tier, &values), Ok(Arrangement::Ascending));
            for (row, bad) in [(0, f64::NAN), (n / 2, f64::INFINITY), (n - 1, f64::NEG_INFINITY)] {
                let mut values = values.clone();
                values[row] = bad;
                values[n - 1] = if row == n - 1 { bad } else { f64::NAN };
                assert_eq!(survey::survey(tier, &values), Err(row));
            }
        }
    }
}

#[test]
fn arrangements_by_definition() {
    for tier in Tier::available() {
        for n in [0, 1, 2, 3, 511, 512, 513, 514, 1025] {
            for step in 0..n.max(1) {
                let mut values: Vec<f64> = (0..n).map(|i| i as f64).collect();
                if step + 1 < n {
                    values.swap(step, step + 1);
                    let expected = if n == 2 { Arrangement::Descending } else { Arrangement::Mixed };
                    assert_eq!(survey::survey(tier, &values), Ok(expected), "{n} values, {step}");
                }
            }
        }
        let survey = |values: &[f64]| survey::survey(tier, values);
        assert_eq!(survey(&[3.0, 2.0, 2.0]), Ok(Arrangement::Mixed), "a tie must keep its rows");
        assert_eq!(survey(&[3.0, 2.0, 1.0]), Ok(Arrangement::Descending));
        assert_eq!(survey(&[2.0, 2.0, 3.0]), Ok(Arrangement::Ascending));
    }
}

#[test]
fn any_values_can_be_sorted() {
    let mut values = [f64::INFINITY, 1.0, -0.0, f64::NEG_INFINITY, 0.0, f64::NAN];
    super::sort(&mut values);
    // On which side NaN comes to lie depends on its sign, which arithmetic leaves open.
    let numbers: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    assert_eq!(numbers, [f64::NEG_INFINITY, 0.0, 0.0, 1.0, f64::INFINITY]);
    let mut zeros = [1.0, -0.0, 0.0, -0.0, 0.0];
    super::sort(&mut zeros);
    assert!(zeros.iter().all(|v| v.is_sign_positive()));
}

#[test]
fn a_minus_zero_ties_with_zero() {
    for tier in Tier::available() {
        assert_eq!(argsort::argsort(tier, &[1.0, 0.0, -0.0, 0.0, -1.0]), [4, 1, 2, 3, 0]);
    }
}

proptest! {
    #[test]
    fn agrees_with_the_naive_twin(values in prop::collection::vec(-1e300..1e300f64, 0..400), tie in 1usize..50) {
        let tied: Vec<f64> = (0..values.len()).map(|i| values[i * tie % values.len()] + 0.0).collect();
        check("proptest", &tied);
    }
}
