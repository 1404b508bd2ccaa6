//! Partition in place: values below the pivot to the front, the others to the back.
//!
//! ```text
//! set a block aside from either end: that leaves a gap of one block at both
//! while a whole block is unread between the gaps:
//!     read a block at the side of the smaller gap             (now both gaps are at least a block wide)
//!     for each register of it: lanes below the pivot first, then the others (`Register::split`)
//!         store it whole at the front of the left gap, and whole at the end of the right gap;
//!         the left gap loses the lanes below, the right gap the others: what was stored too much lies in a gap
//! set the rest aside too: now there is one gap, exactly as wide as what is set aside
//! place that: first the values that fill no register, then register by register
//! ```
//!
//! One permutation and two full stores per register. A compressing store would be one instruction for a side, but
//! is microcode on Zen 4: with it NumPy takes 53 ns per value at a million, 9 without.
//!
//! Partitions into a second buffer have no gaps to compare and were 5 % faster below ten thousand values, but from
//! 100,000 on the memory they touch costs more than that: in place 5.8 against 6.0 ns, at a million 6.7 against
//! 7.6, at ten million 8.7 against 15.
#![allow(unsafe_code)]

use std::hint::select_unpredictable;

use super::lanes::Register;

/// Registers of a block where there are not values enough for two of [`MANY`].
pub(super) const FEW: usize = 8;

/// Registers of a block. Which side is read next depends on the counts of this block, some 25 cycles; eight registers
/// take about 50, which hides that: with four AVX2 was 20 % slower at a million values. Twelve are 4 to 8 % faster than
/// eight under AVX2, and leave it four registers to work with, 1 to 4 % under AVX-512, where sixteen cost a quarter.
pub(super) const MANY: usize = 12;

/// Values between a read and its prefetch, on the same side: 2 KiB. The processor cannot foresee the sides and does
/// not run ahead: without prefetch a million values took 9.4 ns instead of 6.7 under AVX-512, ten million 15 instead
/// of 8.7. At half the distance they took 10 % more, at twice no less.
const AHEAD: usize = 256;

/// Positions: `left..unread` is the left gap, `read..right` the right one; between them is what is unread.
struct Gaps {
    left: usize,
    unread: usize,
    read: usize,
    right: usize,
}

impl Gaps {
    /// Claims a block at the side of the smaller gap: where it is, and where to prefetch.
    #[inline(always)]
    fn claim(&mut self, block: usize) -> (usize, usize) {
        let from_left = self.unread - self.left <= self.right - self.read;
        let at = select_unpredictable(from_left, self.unread, self.read - block);
        let ahead = select_unpredictable(from_left, at.wrapping_add(AHEAD), at.wrapping_sub(AHEAD));
        self.unread += select_unpredictable(from_left, block, 0);
        self.read -= select_unpredictable(from_left, 0, block);
        (at, ahead)
    }

    /// Stores one register in both gaps.
    ///
    /// # Safety
    /// The gaps lie in `start..`, each at least `COUNT` wide. Where they are one and the same gap, its width is a
    /// multiple of `COUNT`: then the two stores coincide or do not touch.
    #[inline(always)]
    unsafe fn place<V: Register>(&mut self, start: *mut f64, register: V, pivots: V) {
        let (split, below) = register.split(pivots);
        // SAFETY: the caller's.
        unsafe {
            split.store(start.add(self.left));
            split.store(start.add(self.right - V::COUNT));
        }
        self.left += below;
        self.right -= V::COUNT - below;
    }
}

/// The registers of a block.
///
/// # Safety
/// As [`Register::load`], for all of the block.
#[inline(always)]
unsafe fn load_block<V: Register, const COUNT: usize>(from: *const f64) -> [V; COUNT] {
    // SAFETY: the caller's. (A loop, not `array::from_fn`: closures do not inherit the instruction set.)
    unsafe {
        let mut block = [V::load(from); COUNT];
        for (i, register) in block.iter_mut().enumerate().skip(1) {
            *register = V::load(from.add(i * V::COUNT));
        }
        block
    }
}

/// Partitions at least `2 * SHORT` values, and returns how many are below the pivot. `SHORT` is `FEW * COUNT` and
/// `LONG` is `MANY * COUNT`.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn partition<V: Register, const SHORT: usize, const LONG: usize>(
    values: &mut [f64],
    pivot: f64,
) -> usize {
    // SAFETY: the caller's.
    unsafe {
        if values.len() >= 2 * LONG {
            by_blocks::<V, MANY, LONG>(values, pivot)
        } else {
            by_blocks::<V, FEW, SHORT>(values, pivot)
        }
    }
}

/// The partition with blocks of `UNROLL` registers, `BLOCK` values.
///
/// # Safety
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn by_blocks<V: Register, const UNROLL: usize, const BLOCK: usize>(
    values: &mut [f64],
    pivot: f64,
) -> usize {
    const { assert!(BLOCK == UNROLL * V::COUNT) };
    let len = values.len();
    assert!(len >= 2 * BLOCK);
    let start = values.as_mut_ptr();
    let mut gaps = Gaps { left: 0, unread: BLOCK, read: len - BLOCK, right: len };
    let mut rest = [0.0; BLOCK];
    // SAFETY: the caller answers for the processor. All positions stay within `len`; a claimed block is unread
    // and is claimed once. Both gaps together are two blocks wide, so the larger is at least one block wide, and
    // the smaller after the claim; placing a block register by register leaves each gap at least one register
    // wide until the last is placed. Once the rest is set aside there is one gap, as wide as what remains to be
    // placed, and a multiple of a register after the odd values.
    unsafe {
        let pivots = V::splat(pivot);
        let ends: [[V; UNROLL]; 2] = [load_block(start), load_block(start.add(len - BLOCK))];
        while gaps.read - gaps.unread >= BLOCK {
            let (at, ahead) = gaps.claim(BLOCK);
            for line in 0..BLOCK / 8 {
                V::prefetch(start.wrapping_add(ahead.wrapping_add(8 * line)));
            }
            for register in load_block::<V, UNROLL>(start.add(at)) {
                gaps.place(start, register, pivots);
            }
        }
        let (width, whole) = (gaps.read - gaps.unread, (gaps.read - gaps.unread) / V::COUNT);
        rest[..width].copy_from_slice(std::slice::from_raw_parts(start.add(gaps.unread), width));
        for &value in &rest[whole * V::COUNT..width] {
            start.add(gaps.left).write(value);
            start.add(gaps.right - 1).write(value);
            gaps.left += usize::from(value < pivot);
            gaps.right -= usize::from(value >= pivot);
        }
        for register in 0..whole {
            gaps.place(start, V::load(rest.as_ptr().add(register * V::COUNT)), pivots);
        }
        for &register in ends.as_flattened() {
            gaps.place(start, register, pivots);
        }
    }
    gaps.left
}
