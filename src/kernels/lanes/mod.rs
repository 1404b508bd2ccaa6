//! Eight f64 side by side: the vector operations the sums are written in, once for all tiers.
//!
//! A kernel is one body, generic over [`Lanes`]; [`per_tier!`](super::tier) compiles it for each tier. [`Portable`] says what
//! every operation means. Each is rounded on its own as IEEE 754 asks (the only fused multiply-adds
//! are by 1, which round as an addition does), so a body gives the same bits whichever instructions carry it.
//!
//! The compiler's own vectoriser was tried first: the same loops over arrays reached these speeds for some
//! shapes and lost a factor of four on others, with every change of the compiler's mind.

/// Operations on eight f64. A value of the type proves that the processor has the instructions.
pub(crate) trait Lanes: Copy {
    /// Eight f64.
    type V: Copy;
    /// How many vectors a loop may keep as accumulators of one kind without spilling any.
    const GROUPS: usize;

    fn splat(self, value: f64) -> Self::V;
    fn load(self, from: &[f64; 8]) -> Self::V;
    fn store(self, v: Self::V, to: &mut [f64; 8]);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a + b` and `a - b` with the same bits, given a vector of ones of which the compiler knows nothing: `a 1 + b` on
    /// the units that multiply, where these do it in one instruction and the adders are what a loop waits for.
    fn add_beside(self, ones: Self::V, a: Self::V, b: Self::V) -> Self::V;
    fn sub_beside(self, ones: Self::V, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller; `b` where they compare equal.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger; `b` where they compare equal.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// Adds `v` to `up` where `d > 0`, and to `down` where not. No sum and no `v` is negative.
    fn add_by_sign(self, d: Self::V, v: Self::V, up: &mut Self::V, down: &mut Self::V);
    /// A vector whose sign is minus where any of two (in [`Lanes::both_negative`]: both) have a minus sign.
    fn either_negative(self, a: Self::V, b: Self::V) -> Self::V;
    fn both_negative(self, a: Self::V, b: Self::V) -> Self::V;
    /// A vector whose sign is minus where the signs of two differ.
    fn signs_differ(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a` where `by` has a minus sign, and `b` where not.
    fn choose(self, by: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// Whether a lane has a minus sign.
    fn any_negative(self, v: Self::V) -> bool;
    /// Whether all lanes have one.
    fn all_negative(self, v: Self::V) -> bool;
    /// The sum of the lanes: halves are added until one is left.
    fn sum(self, v: Self::V) -> f64;
    /// Each lane becomes the sum of those before it, and the sum of all is returned too.
    ///
    /// In three steps: first each lane takes its neighbour, then the one two before, then the one four before.
    fn prefix(self, v: Self::V) -> (Self::V, f64);
    /// Column c of eight rows becomes row c.
    fn transpose(self, rows: [Self::V; 8]) -> [Self::V; 8];
}

/// Adds four vectors, then their lanes, pairwise: always in the same order.
#[inline(always)]
pub(crate) fn fold<L: Lanes>(lanes: L, [a, b, c, d]: [L::V; 4]) -> f64 {
    lanes.sum(fold_to_eight(lanes, [a, b, c, d]))
}

/// The first half of [`fold`].
#[inline(always)]
pub(crate) fn fold_to_eight<L: Lanes>(lanes: L, [a, b, c, d]: [L::V; 4]) -> L::V {
    lanes.add(lanes.add(a, c), lanes.add(b, d))
}

/// The sums of the lanes of eight vectors, each with the additions of [`Lanes::sum`], all at once.
#[inline(always)]
pub(crate) fn sum_each<L: Lanes>(lanes: L, rows: [L::V; 8]) -> L::V {
    sum_rows(lanes, lanes.transpose(rows))
}

/// The sum of eight vectors, with the additions of [`Lanes::sum`].
#[inline(always)]
pub(crate) fn sum_rows<L: Lanes>(lanes: L, [a, b, c, d, e, f, g, h]: [L::V; 8]) -> L::V {
    let (ae, cg, bf, dh) = (lanes.add(a, e), lanes.add(c, g), lanes.add(b, f), lanes.add(d, h));
    lanes.add(lanes.add(ae, cg), lanes.add(bf, dh))
}

/// Each of eight vectors becomes the sum of those before it, and the sum of all is returned too, with the additions of
/// [`Lanes::prefix`].
#[inline(always)]
pub(crate) fn prefix_each<L: Lanes>(lanes: L, mut rows: [L::V; 8]) -> ([L::V; 8], L::V) {
    for by in [1, 2, 4] {
        for row in (by..8).rev() {
            rows[row] = lanes.add(rows[row], rows[row - by]);
        }
    }
    let [a, b, c, d, e, f, g, all] = rows;
    ([lanes.splat(0.0), a, b, c, d, e, f, g], all)
}

/// [`fold`] of 32 numbers.
#[inline(always)]
pub(crate) fn fold_array(lanes: &[f64; 32]) -> f64 {
    let [a, b, c, d] = std::array::from_fn(|group| std::array::from_fn(|lane| lanes[8 * group + lane]));
    fold(Portable, [a, b, c, d])
}

/// The meaning of the operations, in plain Rust.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[inline(always)]
fn zip(a: [f64; 8], b: [f64; 8], f: impl Fn(f64, f64) -> f64) -> [f64; 8] {
    std::array::from_fn(|l| f(a[l], b[l]))
}

impl Lanes for Portable {
    type V = [f64; 8];
    // Eight lanes are four of the sixteen baseline registers.
    const GROUPS: usize = 1;

    #[inline(always)]
    fn splat(self, value: f64) -> [f64; 8] {
        [value; 8]
    }
    #[inline(always)]
    fn load(self, from: &[f64; 8]) -> [f64; 8] {
        *from
    }
    #[inline(always)]
    fn store(self, v: [f64; 8], to: &mut [f64; 8]) {
        *to = v;
    }
    #[inline(always)]
    fn add(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn add_beside(self, _: [f64; 8], a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        self.add(a, b)
    }
    #[inline(always)]
    fn sub_beside(self, _: [f64; 8], a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        self.sub(a, b)
    }
    #[inline(always)]
    fn mul(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn min(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn max(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn add_by_sign(self, d: [f64; 8], v: [f64; 8], up: &mut [f64; 8], down: &mut [f64; 8]) {
        *up = self.add(*up, zip(d, v, |d, v| if d > 0.0 { v } else { 0.0 }));
        *down = self.add(*down, zip(d, v, |d, v| if d > 0.0 { 0.0 } else { v }));
    }
    #[inline(always)]
    fn either_negative(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| f64::from_bits(a.to_bits() | b.to_bits()))
    }
    #[inline(always)]
    fn both_negative(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| f64::from_bits(a.to_bits() & b.to_bits()))
    }
    #[inline(always)]
    fn signs_differ(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        zip(a, b, |a, b| f64::from_bits(a.to_bits() ^ b.to_bits()))
    }
    #[inline(always)]
    fn choose(self, by: [f64; 8], a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        std::array::from_fn(|l| if by[l].is_sign_negative() { a[l] } else { b[l] })
    }
    #[inline(always)]
    fn any_negative(self, v: [f64; 8]) -> bool {
        v.iter().fold(false, |any, v| any | v.is_sign_negative())
    }
    #[inline(always)]
    fn all_negative(self, v: [f64; 8]) -> bool {
        v.iter().fold(true, |all, v| all & v.is_sign_negative())
    }
    #[inline(always)]
    fn sum(self, v: [f64; 8]) -> f64 {
        ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
    }
    #[inline(always)]
    fn prefix(self, v: [f64; 8]) -> ([f64; 8], f64) {
        let shifted = |v: [f64; 8], by: usize| -> [f64; 8] {
            std::array::from_fn(|l| if l < by { 0.0 } else { v[l - by] })
        };
        let sums = [1, 2, 4].into_iter().fold(v, |v, by| zip(v, shifted(v, by), |a, b| a + b));
        (shifted(sums, 1), sums[7])
    }
    #[inline(always)]
    fn transpose(self, rows: [[f64; 8]; 8]) -> [[f64; 8]; 8] {
        std::array::from_fn(|c| std::array::from_fn(|r| rows[r][c]))
    }
}

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tier::{Tier, per_tier};
    use proptest::prelude::*;

    const SIGNS: [f64; 8] = [-0.0, 0.0, -1.0, 1.0, f64::NEG_INFINITY, f64::INFINITY, -1e-320, 1e-320];

    /// The results of every operation on 64 numbers, eight to a row.
    #[inline(always)]
    fn all_operations<L: Lanes>(lanes: L, input: &[[f64; 8]; 8], out: &mut Vec<[f64; 8]>) {
        let v = input.each_ref().map(|row| lanes.load(row));
        let (mut up, mut down) = (lanes.mul(v[2], v[2]), lanes.mul(v[3], v[3]));
        lanes.add_by_sign(v[0], lanes.mul(v[1], v[1]), &mut up, &mut down);
        let (before, total) = lanes.prefix(v[4]);
        let ones = lanes.splat(std::hint::black_box(1.0));
        let (before_each, totals) = prefix_each(lanes, v);
        let results = [
            lanes.add(v[0], v[1]),
            lanes.sub(v[0], v[1]),
            lanes.mul(v[0], v[1]),
            lanes.div(v[0], v[1]),
            lanes.min(v[0], v[1]),
            lanes.max(v[0], v[1]),
            up,
            down,
            before,
            lanes.splat(total),
            lanes.add_beside(ones, v[4], v[5]),
            lanes.sub_beside(ones, v[4], v[5]),
            totals,
            lanes.splat(lanes.sum(v[6])),
            sum_each(lanes, v),
            lanes.choose(v[1], v[2], v[3]),
            lanes.choose(lanes.load(&SIGNS), v[2], v[3]),
            lanes.splat(if lanes.any_negative(lanes.either_negative(v[1], v[2])) { 1.0 } else { 0.0 }),
            lanes.splat(if lanes.any_negative(lanes.signs_differ(v[1], v[2])) { 1.0 } else { 0.0 }),
            lanes.splat(if lanes.all_negative(lanes.both_negative(v[1], v[2])) { 1.0 } else { 0.0 }),
        ];
        for v in results.into_iter().chain(lanes.transpose(v)).chain(before_each) {
            let mut row = [0.0; 8];
            lanes.store(v, &mut row);
            out.push(row);
        }
    }

    per_tier! {
        fn run(input: &[[f64; 8]; 8], out: &mut Vec<[f64; 8]>) = all_operations
    }

    proptest! {
        #[test]
        fn every_tier_means_the_same(values in prop::collection::vec(-4.0..4.0f64, 64), small in any::<bool>()) {
            // Few distinct values, for ties and zeros.
            let round = |v: f64| if small { v.round() } else { v };
            let input: [[f64; 8]; 8] = std::array::from_fn(|r| std::array::from_fn(|c| round(values[8 * r + c])));
            let bits = |tier| {
                let mut out = Vec::new();
                run(tier, &input, &mut out);
                // Adding 0 makes the two zeros one; what 0/0 is called does not matter.
                out.into_iter().map(|row| row.map(|v| if v.is_nan() { 1 } else { (v + 0.0).to_bits() })).collect::<Vec<_>>()
            };
            for tier in Tier::available() {
                prop_assert_eq!(bits(tier), bits(Tier::Portable), "{:?}", tier);
            }
        }
    }

    #[test]
    fn prefix_and_transpose_are_what_they_are_called() {
        let v = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
        assert_eq!(Portable.prefix(v), ([0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0], 255.0));
        let rows = std::array::from_fn(|r| std::array::from_fn(|c| (10 * r + c) as f64));
        assert_eq!(Portable.transpose(rows)[3][5], 53.0);
        assert_eq!(Portable.choose(SIGNS, [1.0; 8], [2.0; 8]), [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
    }
}
