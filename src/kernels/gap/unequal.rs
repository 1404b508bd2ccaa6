//! First order, unequal sizes: a loop over the larger sample.
//!
//! ```text
//! n x m = the larger x the smaller size; x_i covers the levels (i m, (i + 1) m], y_j the levels (j n, (j + 1) n],
//! in units of 1/(n m). As m < n, x_i meets y_j, j = floor(i m / n), and at most y_(j+1):
//!     mass with y_j      min(m, n - r),   r = i m mod n
//!     mass with y_(j+1)  the rest of m
//! above = 1/(n m) sum over i of both masses times (x_i - y)^2 where positive
//! ```
//!
//! Departures from that: j and r advance by addition and one conditional subtraction, so no product is formed and
//! nothing can exceed 2 n, whatever the sizes; masses are integers below 2^53, exact in f64. A block of 512 rows
//! first fetches its two y per row and the mass of the first, then runs through the accumulators of
//! [`first`](super::first) for both.

#![allow(unsafe_code)] // vector loads at checked positions

use super::first::{BLOCK, LANES};
use crate::kernels::lanes::{Lanes, fold};
use crate::kernels::sum::Sum;
use crate::kernels::tier::{Tier, per_tier};

/// Where the walk stands: row i of the larger sample begins `r` units after level j of the smaller.
#[derive(Clone, Copy)]
struct Position {
    n: usize,
    m: usize,
    j: usize,
    r: usize,
}

impl Position {
    /// The place of the next row.
    #[inline(always)]
    fn next(self) -> Position {
        let r = self.r + self.m;
        match r >= self.n {
            true => Position { j: self.j + 1, r: r - self.n, ..self },
            false => Position { r, ..self },
        }
    }
}

/// What the rows of a block meet.
#[repr(align(64))]
struct Met {
    /// y_j.
    near: [f64; BLOCK],
    /// y_(j+1), or y_j again where its mass is 0: no row meets it, and its square might overflow.
    far: [f64; BLOCK],
    /// The mass with y_j.
    mass: [f64; BLOCK],
}

/// Sums over the cells of two columns, the first of which is longer: (above, below), not yet divided by n m.
pub(super) fn sums(tier: Tier, x: &[f64], y: &[f64]) -> (f64, f64) {
    debug_assert!(x.len() > y.len());
    let (mut above, mut below) = (Sum::default(), Sum::default());
    let mut met = Met { near: [0.0; BLOCK], far: [0.0; BLOCK], mass: [0.0; BLOCK] };
    let mut at = Position { n: x.len(), m: y.len(), j: 0, r: 0 };
    for x in x.chunks(BLOCK) {
        at = meet(tier, at, x.len(), y, &mut met);
        let (up, down) = block(tier, x, y.len() as f64, &met);
        above.add(up);
        below.add(down);
    }
    (above.value(), below.value())
}

/// Fills in what the next `rows` rows meet, and returns where the row after them begins.
fn meet(tier: Tier, at: Position, rows: usize, y: &[f64], met: &mut Met) -> Position {
    // Lanes after the last row have no mass, and no difference that might overflow.
    met.near[rows..rows.next_multiple_of(8)].fill(0.0);
    met.far[rows..rows.next_multiple_of(8)].fill(0.0);
    match tier {
        // SAFETY: the tier is the proof that the processor has its instructions.
        #[cfg(target_arch = "x86_64")]
        Tier::Avx512(_) => unsafe { meet_by_eight(at, rows, y, met) },
        _ => meet_one_by_one(at, 0..rows, y, met),
    }
}

/// The meaning of the walk.
#[inline(always)]
fn meet_one_by_one(
    mut at: Position,
    rows: std::ops::Range<usize>,
    y: &[f64],
    met: &mut Met,
) -> Position {
    for row in rows {
        let met_mass = at.m.min(at.n - at.r);
        met.near[row] = y[at.j];
        met.far[row] = if met_mass < at.m { y[at.j + 1] } else { y[at.j] };
        met.mass[row] = met_mass as f64;
        at = at.next();
    }
    at
}

/// The same for eight rows at a time: these meet nine neighbouring y, which two loads and a permutation fetch.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx2")]
fn meet_by_eight(mut at: Position, rows: usize, y: &[f64], met: &mut Met) -> Position {
    use std::arch::x86_64::*;
    assert!(rows <= BLOCK);
    let Position { n, m, .. } = at;
    let mut places = [at; 9];
    for lane in 1..9 {
        places[lane] = places[lane - 1].next();
    }
    let of = |f: fn(&Position) -> usize| -> [u64; 8] { std::array::from_fn(|l| f(&places[l]) as u64) };
    let (js, rs) = (of(|p| p.j), of(|p| p.r));
    // Eight rows further: 8 m = step_j n + step_r.
    let (step_j, step_r) = (8 * m / n, 8 * m % n);
    let vector = |v: usize| _mm512_set1_epi64(v as i64);
    // SAFETY: eight u64 each.
    let (mut j, mut r) =
        unsafe { (_mm512_loadu_epi64(js.as_ptr().cast()), _mm512_loadu_epi64(rs.as_ptr().cast())) };
    let mut row = 0;
    while row + 8 <= rows && at.j + 16 <= y.len() {
        let index = _mm512_sub_epi64(j, vector(at.j));
        let mass = _mm512_min_epu64(vector(m), _mm512_sub_epi64(vector(n), r));
        // SAFETY: at.j + 16 <= y.len(), and row + 8 <= rows <= BLOCK.
        unsafe {
            let low = _mm512_loadu_pd(y.as_ptr().add(at.j));
            let high = _mm512_loadu_pd(y.as_ptr().add(at.j + 8));
            let near = _mm512_permutex2var_pd(low, index, high);
            let next = _mm512_permutex2var_pd(low, _mm512_add_epi64(index, vector(1)), high);
            let far = _mm512_mask_mov_pd(near, _mm512_cmplt_epu64_mask(mass, vector(m)), next);
            _mm512_storeu_pd(met.near.as_mut_ptr().add(row), near);
            _mm512_storeu_pd(met.far.as_mut_ptr().add(row), far);
            _mm512_storeu_pd(met.mass.as_mut_ptr().add(row), _mm512_cvtepu64_pd(mass));
        }
        r = _mm512_add_epi64(r, vector(step_r));
        let over = _mm512_cmpge_epu64_mask(r, vector(n));
        r = _mm512_mask_sub_epi64(r, over, r, vector(n));
        j = _mm512_add_epi64(j, vector(step_j));
        j = _mm512_mask_add_epi64(j, over, j, vector(1));
        let ahead = at.r + step_r;
        let carry = usize::from(ahead >= n);
        at = Position { j: at.j + step_j + carry, r: ahead - carry * n, ..at };
        row += 8;
    }
    meet_one_by_one(at, row..rows, y, met)
}

per_tier! {
    fn block(x: &[f64], m: f64, met: &Met) -> (f64, f64) = block_body
}

#[inline(always)]
fn block_body<L: Lanes>(lanes: L, x: &[f64], m: f64, met: &Met) -> (f64, f64) {
    let mut sums = [[lanes.splat(0.0); 4]; 2];
    let (eights, rest) = x.as_chunks::<8>();
    let (fours, more) = eights.as_chunks::<4>();
    for (place, four) in fours.iter().enumerate() {
        for (group, x) in four.iter().enumerate() {
            add_cells(lanes, &mut sums, met, 4 * place + group, x, lanes.splat(m));
        }
    }
    for (group, x) in more.iter().enumerate() {
        add_cells(lanes, &mut sums, met, 4 * fours.len() + group, x, lanes.splat(m));
    }
    if !rest.is_empty() {
        // Lanes after the last row have no mass at all.
        let (mut last, mut masses) = ([0.0; 8], [0.0; 8]);
        last[..rest.len()].copy_from_slice(rest);
        masses[..rest.len()].fill(m);
        add_cells(lanes, &mut sums, met, eights.len(), &last, lanes.load(&masses));
    }
    (fold(lanes, sums[0]), fold(lanes, sums[1]))
}

/// Adds the cells of eight rows, of mass `m` each.
#[inline(always)]
fn add_cells<L: Lanes>(
    lanes: L,
    [up, down]: &mut [[L::V; 4]; 2],
    met: &Met,
    place: usize,
    x: &[f64; 8],
    m: L::V,
) {
    let (up, down) = (&mut up[place % (LANES / 8)], &mut down[place % (LANES / 8)]);
    let x = lanes.load(x);
    let mass = lanes.min(lanes.load(&met.mass.as_chunks().0[place]), m);
    let d = lanes.sub(x, lanes.load(&met.near.as_chunks().0[place]));
    lanes.add_by_sign(d, lanes.mul(mass, lanes.mul(d, d)), up, down);
    let d = lanes.sub(x, lanes.load(&met.far.as_chunks().0[place]));
    lanes.add_by_sign(d, lanes.mul(lanes.sub(m, mass), lanes.mul(d, d)), up, down);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(sizes: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(-3.0..3.0f64, sizes).prop_map(|mut v| {
            v.sort_by(f64::total_cmp);
            v
        })
    }

    /// Squares of differences that no cell has would overflow.
    #[test]
    fn what_does_not_meet_does_not_count() {
        let (x, y) = ([-1e200, -1e200, 0.0, 1.0], [-1e200, 0.0]);
        for tier in Tier::available() {
            assert_eq!(sums(tier, &x, &y), (2.0, 0.0));
        }
        // A block of large values, then a last one with lanes left over.
        let column = [-1e200; BLOCK + 3];
        for tier in Tier::available() {
            assert_eq!(sums(tier, &column, &column[1..]), (0.0, 0.0));
        }
    }

    /// The formula, in plain sums.
    fn naive(x: &[f64], y: &[f64]) -> (f64, f64) {
        let (n, m) = (x.len(), y.len());
        let (mut above, mut below) = (0.0, 0.0);
        for (i, x) in x.iter().enumerate() {
            let (j, r) = (i * m / n, i * m % n);
            let first = m.min(n - r);
            for (y, mass) in [(y[j], first), (y[(j + 1).min(m - 1)], m - first)] {
                above += mass as f64 * (x - y).max(0.0).powi(2);
                below += mass as f64 * (x - y).min(0.0).powi(2);
            }
        }
        (above, below)
    }

    proptest! {
        #[test]
        fn every_tier_gives_the_same_bits_and_the_formula(x in column(2..1300), y in column(1..1299)) {
            prop_assume!(x.len() != y.len());
            let (x, y) = if x.len() > y.len() { (x, y) } else { (y, x) };
            let (above, below) = naive(&x, &y);
            let found = sums(Tier::Portable, &x, &y);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (above + below);
            prop_assert!(close(found.0, above) && close(found.1, below), "{:?} {} {}", found, above, below);
            for tier in Tier::available() {
                prop_assert_eq!(sums(tier, &x, &y), found, "{:?}", tier);
            }
        }
    }

    /// Products beyond 2^53 never form: positions of sizes no sample will reach.
    #[test]
    fn positions_are_exact_for_huge_sizes() {
        let (n, m) = (3_000_000_019usize, 2_999_999_929usize);
        let mut at = Position { n, m, j: 0, r: 0 };
        for i in 0..10_000u128 {
            let product = i * m as u128;
            assert_eq!((at.j as u128, at.r as u128), (product / n as u128, product % n as u128));
            at = at.next();
        }
    }
}
