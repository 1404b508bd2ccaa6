//! What the sort asks of a vector register of f64, and its portable twin.
#![allow(unsafe_code)]

/// A register of [`Register::COUNT`] finite f64 (or +inf where a row was filled up).
///
/// The algorithms ([`network`](super::network), [`partition`](super::partition)) are written once over this
/// trait. Each instruction set implements it; `[f64; N]` in the tests is the twin that says what every
/// operation means.
///
/// A register is made by `load`, `load_first` or `splat` alone, whose callers answer for the processor. Whoever
/// holds one may therefore use its other operations.
pub(super) trait Register: Copy {
    /// Lanes of a register.
    const COUNT: usize;

    /// # Safety
    /// `from` is valid for reads of `COUNT` values, and the processor has the instructions.
    unsafe fn load(from: *const f64) -> Self;

    /// The first `count` values (all, if there are more than lanes), then +inf.
    ///
    /// # Safety
    /// `from` is valid for reads of `min(count, COUNT)` values, and the processor has the instructions.
    unsafe fn load_first(from: *const f64, count: usize) -> Self;

    /// # Safety
    /// The processor has the instructions.
    unsafe fn splat(value: f64) -> Self;

    /// # Safety
    /// `to` is valid for writes of `COUNT` values.
    unsafe fn store(self, to: *mut f64);

    /// Stores the first `count` lanes.
    ///
    /// # Safety
    /// `to` is valid for writes of `count` values, fewer than `COUNT`.
    unsafe fn store_first(self, to: *mut f64, count: usize);

    /// Asks for the cache line of an address that may lie anywhere.
    fn prefetch(address: *const f64);

    fn min(self, other: Self) -> Self;

    fn max(self, other: Self) -> Self;

    /// Lane i is lane `i ^ X`.
    fn exchanged<const X: usize>(self) -> Self;

    /// Lanes whose number contains the bit `BIT` from `other`, the rest from `self`.
    fn with_lanes_of<const BIT: usize>(self, other: Self) -> Self;

    /// The lanes below the pivot first, then the others; and how many there are below.
    fn split(self, pivot: Self) -> (Self, usize);

    /// `block` holds `COUNT` registers: lane j of register i becomes lane i of register j.
    fn transpose(block: &mut [Self]);
}

/// The lanes of a register of `LANES` in the order of [`Register::split`], for every set of lanes that are below the
/// pivot (bit i: lane i).
pub(super) const fn split_orders<const LANES: usize, const SETS: usize>() -> [[u8; LANES]; SETS] {
    assert!(SETS == 1 << LANES);
    let mut orders = [[0; LANES]; SETS];
    let mut set: usize = 0;
    while set < SETS {
        let (mut below, mut above, mut lane) = (0, set.count_ones() as usize, 0);
        while lane < LANES {
            let to = if set >> lane & 1 == 1 { &mut below } else { &mut above };
            orders[set][*to] = lane as u8;
            *to += 1;
            lane += 1;
        }
        set += 1;
    }
    orders
}

#[cfg(test)]
impl<const N: usize> Register for [f64; N] {
    const COUNT: usize = N;

    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller's.
        unsafe { from.cast::<[f64; N]>().read() }
    }

    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        // SAFETY: the caller's; no i from `count` on is read.
        std::array::from_fn(|i| if i < count { unsafe { from.add(i).read() } } else { f64::INFINITY })
    }

    unsafe fn splat(value: f64) -> Self {
        [value; N]
    }

    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's.
        unsafe { to.cast::<[f64; N]>().write(self) }
    }

    unsafe fn store_first(self, to: *mut f64, count: usize) {
        for (i, value) in self.into_iter().take(count).enumerate() {
            // SAFETY: the caller's.
            unsafe { to.add(i).write(value) }
        }
    }

    fn prefetch(_: *const f64) {}

    fn min(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i].min(other[i]))
    }

    fn max(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i].max(other[i]))
    }

    fn exchanged<const X: usize>(self) -> Self {
        std::array::from_fn(|i| self[i ^ X])
    }

    fn with_lanes_of<const BIT: usize>(self, other: Self) -> Self {
        std::array::from_fn(|i| if i & BIT == 0 { self[i] } else { other[i] })
    }

    fn split(self, pivot: Self) -> (Self, usize) {
        let below = self.into_iter().filter(|&v| v < pivot[0]);
        let above = self.into_iter().filter(|&v| v >= pivot[0]);
        let mut lanes = below.clone().chain(above);
        (std::array::from_fn(|_| lanes.next().expect("N lanes")), below.count())
    }

    fn transpose(block: &mut [Self]) {
        let rows = block.to_vec();
        for (i, row) in block.iter_mut().enumerate() {
            *row = std::array::from_fn(|j| rows[j][i]);
        }
    }
}
