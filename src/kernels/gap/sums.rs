//! Eight sums side by side, each with its rounding errors beside it: [`Sum`](crate::kernels::sum::Sum) in vectors.

use crate::kernels::lanes::Lanes;

/// Eight sums in registers.
#[derive(Clone, Copy)]
pub(super) struct Sums<L: Lanes> {
    total: L::V,
    lost: L::V,
}

impl<L: Lanes> Sums<L> {
    #[inline(always)]
    pub(super) fn new(lanes: L) -> Sums<L> {
        Sums { total: lanes.splat(0.0), lost: lanes.splat(0.0) }
    }

    /// Adds a number to each.
    #[inline(always)]
    pub(super) fn add(&mut self, lanes: L, values: L::V) {
        let old = self.total;
        let new = lanes.add(old, values);
        let t = lanes.sub(new, old);
        let error = lanes.add(lanes.sub(old, lanes.sub(new, t)), lanes.sub(values, t));
        self.total = new;
        self.lost = lanes.add(self.lost, error);
    }

    /// The sums so far.
    #[inline(always)]
    pub(super) fn value(&self, lanes: L) -> L::V {
        lanes.add(self.total, self.lost)
    }

    #[inline(always)]
    pub(super) fn load(lanes: L, from: &Stored) -> Sums<L> {
        Sums { total: lanes.load(&from.total), lost: lanes.load(&from.lost) }
    }

    #[inline(always)]
    pub(super) fn store(&self, lanes: L, to: &mut Stored) {
        lanes.store(self.total, &mut to.total);
        lanes.store(self.lost, &mut to.lost);
    }
}

/// Eight sums in memory, on their own cache lines.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Stored {
    total: [f64; 8],
    lost: [f64; 8],
}

impl Stored {
    /// Adds a number to each.
    #[inline(always)]
    pub(super) fn add<L: Lanes>(&mut self, lanes: L, values: L::V) {
        let mut sums = Sums::load(lanes, self);
        sums.add(lanes, values);
        sums.store(lanes, self);
    }

    /// One of the sums.
    pub(super) fn value(&self, lane: usize) -> f64 {
        self.total[lane] + self.lost[lane]
    }
}
