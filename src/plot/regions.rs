//! The areas between two curves.

use super::path::{Point, thinned};

/// Square pixels below which an area is not seen.
const INVISIBLE: f64 = 0.02;

/// Pixels between the curves, and square pixels in all, from which on a region is seen beside them.
const VISIBLE: f64 = 1.0;

/// Pixels below which a gap is rounding.
const ROUNDING: f64 = 1e-9;

/// Which curve is the higher one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Higher {
    A,
    B,
}

/// An area in which one curve is higher throughout.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) higher: Higher,
    pub(super) outline: Vec<Point>,
    /// In square pixels.
    pub(super) area: f64,
    /// A point between the curves where readers see the region; none if it is thinner than a line.
    pub(super) visible: Option<Point>,
}

/// Both curves on an interval where both are straight.
#[derive(Clone, Copy)]
struct Cell {
    left: f64,
    right: f64,
    /// At the left and the right end.
    a: [f64; 2],
    b: [f64; 2],
}

/// The areas between two paths that run over the same width; y downwards. Areas too small to be seen are
/// left out: curves of many rows may cross many times within a pixel, but both ascend, so their gaps
/// within it add up to no more than the ink of the curves.
pub(super) fn regions(a: &[Point], b: &[Point]) -> Vec<Region> {
    let mut regions = Vec::new();
    let mut run: Vec<Cell> = Vec::new();
    let mut side = None;
    for cell in cells(a, b).into_iter().flat_map(Cell::without_crossing) {
        let here = cell.higher();
        if here != side {
            regions.extend(side.map(|higher| region(&run, higher)));
            run.clear();
            side = here;
        }
        run.push(cell);
    }
    regions.extend(side.map(|higher| region(&run, higher)));
    regions.retain(|region| region.area >= INVISIBLE);
    regions
}

/// Cuts the width at the knots of both paths.
fn cells(a: &[Point], b: &[Point]) -> Vec<Cell> {
    let pieces = |path: &[Point]| -> Vec<[Point; 2]> {
        path.windows(2).filter(|w| w[0].x < w[1].x).map(|w| [w[0], w[1]]).collect()
    };
    let (a, b) = (pieces(a), pieces(b));
    let (mut i, mut j) = (0, 0);
    let mut left = a.first().map_or(0.0, |piece| piece[0].x);
    let mut cells = Vec::with_capacity(a.len() + b.len());
    while i < a.len() && j < b.len() {
        let right = a[i][1].x.min(b[j][1].x);
        let both = |piece: [Point; 2]| [height(piece, left), height(piece, right)];
        cells.push(Cell { left, right, a: both(a[i]), b: both(b[j]) });
        let (a_ends, b_ends) = (a[i][1].x <= right, b[j][1].x <= right);
        i += usize::from(a_ends);
        j += usize::from(b_ends);
        left = right;
    }
    cells
}

fn height([from, to]: [Point; 2], x: f64) -> f64 {
    let t = (x - from.x) / (to.x - from.x);
    from.y + t * (to.y - from.y)
}

impl Cell {
    /// b - a at both ends; positive where A is higher.
    fn gaps(&self) -> [f64; 2] {
        [self.b[0] - self.a[0], self.b[1] - self.a[1]]
    }

    fn higher(&self) -> Option<Higher> {
        match self.gaps().iter().sum::<f64>() {
            gap if gap > ROUNDING => Some(Higher::A),
            gap if gap < -ROUNDING => Some(Higher::B),
            _ => None,
        }
    }

    /// Two cells where the curves cross inside this one.
    fn without_crossing(self) -> Vec<Cell> {
        let [g, h] = self.gaps();
        if g.min(h) >= -ROUNDING || g.max(h) <= ROUNDING {
            return vec![self];
        }
        let t = g / (g - h);
        let x = self.left + t * (self.right - self.left);
        let y = self.a[0] + t * (self.a[1] - self.a[0]);
        let before = Cell { right: x, a: [self.a[0], y], b: [self.b[0], y], ..self };
        let after = Cell { left: x, a: [y, self.a[1]], b: [y, self.b[1]], ..self };
        vec![before, after]
    }

    fn area(&self) -> f64 {
        (self.right - self.left) * self.gap()
    }

    /// The mean distance of the curves.
    fn gap(&self) -> f64 {
        self.gaps().iter().sum::<f64>().abs() / 2.0
    }
}

/// Along A to the right, back along B.
fn region(run: &[Cell], higher: Higher) -> Region {
    let along = |ends: fn(&Cell) -> [f64; 2]| -> Vec<Point> {
        let points = |cell: &Cell| {
            let [from, to] = ends(cell);
            [Point { x: cell.left, y: from }, Point { x: cell.right, y: to }]
        };
        thinned(&run.iter().flat_map(points).collect::<Vec<_>>())
    };
    let mut outline = along(|cell| cell.a);
    outline.extend(along(|cell| cell.b).into_iter().rev());

    let area = run.iter().map(Cell::area).sum();
    Region { higher, outline, area, visible: visible_middle(run) }
}

/// The middle of the cells whose curves are at least a pixel apart: half of their area on either side.
fn visible_middle(run: &[Cell]) -> Option<Point> {
    let open = || run.iter().filter(|cell| cell.gap() >= VISIBLE);
    let area: f64 = open().map(Cell::area).sum();
    let mut before = 0.0;
    let reaches_half = |cell: &&Cell| {
        before += cell.area();
        before >= area / 2.0
    };
    let cell = open().find(reaches_half).filter(|_| area >= VISIBLE)?;
    let y = (cell.a[0] + cell.a[1] + cell.b[0] + cell.b[1]) / 4.0;
    Some(Point { x: (cell.left + cell.right) / 2.0, y })
}

/// Rising lines, `distance` apart horizontally, within an outline: its edges cross the lines x + y = c in
/// pairs.
pub(super) fn hatching(outline: &[Point], distance: f64) -> Vec<[Point; 2]> {
    let mut crossings: std::collections::BTreeMap<i64, Vec<f64>> = Default::default();
    let next = outline.iter().cycle().skip(1);
    for (from, to) in outline.iter().zip(next) {
        let (s, t) = ((from.x + from.y) / distance, (to.x + to.y) / distance);
        let (first, last) = (s.min(t).ceil() as i64, s.max(t).ceil() as i64);
        for line in first..last {
            let share = (line as f64 - s) / (t - s);
            crossings.entry(line).or_default().push(from.x + share * (to.x - from.x));
        }
    }
    let mut lines = Vec::new();
    for (line, mut at) in crossings {
        at.sort_by(f64::total_cmp);
        let point = |x: f64| Point { x, y: line as f64 * distance - x };
        lines.extend(at.chunks_exact(2).map(|ends| [point(ends[0]), point(ends[1])]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn crossing_lines_make_two_triangles() {
        let found = regions(&path(&[(0.0, 0.0), (10.0, 10.0)]), &path(&[(0.0, 6.0), (10.0, 6.0)]));
        let areas: Vec<(Higher, f64)> = found.iter().map(|r| (r.higher, r.area)).collect();
        assert_eq!(areas, [(Higher::A, 18.0), (Higher::B, 8.0)]);
        assert_eq!(found[0].outline, path(&[(0.0, 0.0), (6.0, 6.0), (6.0, 6.0), (0.0, 6.0)]));
    }

    #[test]
    fn steps_make_rectangles_and_equal_pieces_none() {
        let a = path(&[(0.0, 9.0), (4.0, 9.0), (4.0, 5.0), (8.0, 5.0), (8.0, 1.0), (12.0, 1.0)]);
        let b = path(&[(0.0, 9.0), (4.0, 9.0), (4.0, 8.0), (6.0, 8.0), (6.0, 2.0), (12.0, 2.0)]);
        let found = regions(&a, &b);
        let areas: Vec<(Higher, f64)> = found.iter().map(|r| (r.higher, r.area)).collect();
        assert_eq!(areas, [(Higher::A, 6.0), (Higher::B, 6.0), (Higher::A, 4.0)]);
        assert_eq!(found[0].visible, Some(Point { x: 5.0, y: 6.5 }));
        assert!(regions(&a, &a).is_empty());
    }

    #[test]
    fn a_thin_region_is_seen_where_it_is_thick() {
        let floor = path(&[(0.0, 10.0), (100.0, 10.0)]);
        let thin = path(&[(0.0, 9.5), (100.0, 9.5)]);
        assert_eq!(regions(&thin, &floor)[0].visible, None);
        let thick_end = path(&[(0.0, 9.5), (96.0, 9.5), (96.0, 4.0), (100.0, 4.0)]);
        assert_eq!(regions(&thick_end, &floor)[0].visible, Some(Point { x: 98.0, y: 7.0 }));
    }

    #[test]
    fn hatching_stays_inside() {
        let square = path(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        let lines = hatching(&square, 4.0);
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[1], [Point { x: 0.0, y: 4.0 }, Point { x: 4.0, y: 0.0 }]);
        let inside = |p: &Point| (0.0..=10.0).contains(&p.x) && (0.0..=10.0).contains(&p.y);
        assert!(lines.iter().flatten().all(inside));
    }
}
