//! The nearest of many rows, by a k-d tree.
//!
//! ```text
//! distance^2 = sum over axes:  numeric ((x - y) / scale)^2,  nominal 1[x != y]
//! tree       leaves of LEAF rows; a node splits its rows in half along the axis on which its box is widest
//! search     nearer child first; a box farther than the nearest row so far is not entered
//! ```
//!
//! Exact, to the last bit: a box's distance sums the same axes in the same order as a row's, each rounded the same
//! way, so that it is never above the distance of a row inside. Rows of a leaf lie column by column, so that
//! compilers make vectors of them.

/// Rows per leaf: their squared distances fill two registers of AVX-512, or four of AVX2.
const LEAF: usize = 16;

/// What a column adds to a squared distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Axis {
    /// The square of the difference times this, one over the column's scale.
    Numeric(f64),
    /// 1 for different values.
    Nominal,
}

impl Axis {
    #[inline(always)]
    fn square(self, x: f64, y: f64) -> f64 {
        match self {
            Axis::Numeric(factor) => {
                let d = (x - y) * factor;
                d * d
            }
            Axis::Nominal => f64::from(u8::from(x != y)),
        }
    }

    /// Of the nearest point of an interval.
    #[inline(always)]
    fn square_to_interval(self, x: f64, [low, high]: [f64; 2]) -> f64 {
        match self {
            Axis::Numeric(_) if x < low => self.square(x, low),
            Axis::Numeric(_) if x > high => self.square(x, high),
            Axis::Nominal if x < low || x > high => 1.0,
            _ => 0.0,
        }
    }

    fn width(self, [low, high]: [f64; 2]) -> f64 {
        match self {
            Axis::Numeric(factor) => (high - low) * factor,
            Axis::Nominal => f64::from(u8::from(low != high)),
        }
    }
}

/// Rows that can be searched for the nearest.
pub(super) struct Tree {
    axes: Vec<Axis>,
    /// Leaf after leaf, axis after axis; the last leaf is filled up with its last row.
    rows: Vec<f64>,
    /// The lowest and the highest value, node after node in preorder, axis after axis.
    boxes: Vec<[f64; 2]>,
    leaves: usize,
}

impl Tree {
    /// Of columns of equal lengths, at least one row.
    pub(super) fn new(axes: Vec<Axis>, columns: &[&[f64]]) -> Tree {
        let n = columns[0].len();
        let leaves = n.div_ceil(LEAF);
        let mut order: Vec<u32> = (0..n as u32).collect();
        let mut tree = Tree {
            rows: Vec::with_capacity(leaves * LEAF * axes.len()),
            boxes: Vec::with_capacity((2 * leaves - 1) * axes.len()),
            axes,
            leaves,
        };
        tree.split(columns, &mut order);
        tree
    }

    fn split(&mut self, columns: &[&[f64]], rows: &mut [u32]) {
        let start = self.boxes.len();
        self.boxes.extend(columns.iter().map(|column| {
            let values = rows.iter().map(|row| column[*row as usize]);
            values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)])
        }));
        if rows.len() <= LEAF {
            self.push_leaf(columns, rows);
            return;
        }
        let width = |axis: usize| self.axes[axis].width(self.boxes[start + axis]);
        let widest = (1..self.axes.len()).fold(0, |a, b| if width(b) > width(a) { b } else { a });
        // Whole leaves to the left, so that all leaves but the last are full.
        let middle = rows.len().div_ceil(LEAF) / 2 * LEAF;
        let column = columns[widest];
        let value = |row: &u32| column[*row as usize];
        rows.select_nth_unstable_by(middle, |a, b| value(a).total_cmp(&value(b)).then(a.cmp(b)));
        let (left, right) = rows.split_at_mut(middle);
        self.split(columns, left);
        self.split(columns, right);
    }

    fn push_leaf(&mut self, columns: &[&[f64]], rows: &[u32]) {
        for column in columns {
            let row = |place: usize| rows[place.min(rows.len() - 1)] as usize;
            self.rows.extend((0..LEAF).map(|place| column[row(place)]));
        }
    }

    /// The squared distance of the nearest row.
    pub(super) fn nearest(&self, point: &[f64]) -> f64 {
        let mut nearest = f64::INFINITY;
        self.search(0, 0..self.leaves, point, &mut nearest);
        nearest
    }

    fn search(&self, node: usize, leaves: std::ops::Range<usize>, point: &[f64], nearest: &mut f64) {
        if leaves.len() == 1 {
            *nearest = nearest.min(self.nearest_in_leaf(leaves.start, point));
            return;
        }
        let middle = leaves.start + leaves.len() / 2;
        // A subtree of l leaves has 2 l - 1 nodes.
        let halves =
            [(node + 1, leaves.start..middle), (node + leaves.len() / 2 * 2, middle..leaves.end)];
        let distances = [self.to_box(halves[0].0, point), self.to_box(halves[1].0, point)];
        let first = usize::from(distances[1] < distances[0]);
        for half in [first, 1 - first] {
            if distances[half] < *nearest {
                self.search(halves[half].0, halves[half].1.clone(), point, nearest);
            }
        }
    }

    fn to_box(&self, node: usize, point: &[f64]) -> f64 {
        let boxes = &self.boxes[node * self.axes.len()..];
        let axes = self.axes.iter().zip(point).zip(boxes);
        axes.fold(0.0, |sum, ((axis, &x), &interval)| sum + axis.square_to_interval(x, interval))
    }

    fn nearest_in_leaf(&self, leaf: usize, point: &[f64]) -> f64 {
        let rows = &self.rows[leaf * LEAF * self.axes.len()..];
        let mut squares = [0.0; LEAF];
        let (columns, _) = rows.as_chunks::<LEAF>();
        for ((axis, &x), column) in self.axes.iter().zip(point).zip(columns) {
            for (square, &y) in squares.iter_mut().zip(column) {
                *square += axis.square(x, y);
            }
        }
        squares.into_iter().fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Over all rows.
    fn naive(axes: &[Axis], columns: &[&[f64]], point: &[f64]) -> f64 {
        let rows = 0..columns[0].len();
        let square = |row: usize| {
            let axes = axes.iter().zip(columns).zip(point);
            axes.fold(0.0, |sum, ((axis, column), &x)| sum + axis.square(x, column[row]))
        };
        rows.map(square).fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn agrees_with_looking_at_every_row_bit_for_bit(
            rows in prop::collection::vec((-1.0..1.0f64, -3i32..3, -1e9..1e9f64, 0u8..4), 1..200),
            points in prop::collection::vec((-1.5..1.5f64, -3i32..3, -2e9..2e9f64, 0u8..5), 1..20),
        ) {
            let columns: [Vec<f64>; 4] = [
                rows.iter().map(|r| r.0).collect(),
                rows.iter().map(|r| r.1.into()).collect(),
                rows.iter().map(|r| r.2).collect(),
                rows.iter().map(|r| r.3.into()).collect(),
            ];
            let columns = columns.each_ref().map(Vec::as_slice);
            let axes = [Axis::Numeric(1.7), Axis::Numeric(0.3), Axis::Numeric(1e-9), Axis::Nominal];
            let tree = Tree::new(axes.to_vec(), &columns);
            for point in points {
                let point = [point.0, point.1.into(), point.2, point.3.into()];
                prop_assert_eq!(tree.nearest(&point), naive(&axes, &columns, &point));
            }
            for row in 0..columns[0].len() {
                prop_assert_eq!(tree.nearest(&columns.map(|column| column[row])), 0.0);
            }
        }
    }
}
