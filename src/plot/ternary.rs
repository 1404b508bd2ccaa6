//! The simplex of three weights as a triangle, in pieces that one candidate wins.

use super::path::Point;
use crate::audit::{SweepReport, regions_of_cell};

/// Height of an equilateral triangle of side 1: sqrt(3) / 2.
pub(super) const RATIO: f64 = 0.866_025_403_784_438_6;

/// Places tried for a name in each direction.
const PLACES: usize = 32;

/// The triangle on the picture; pixels.
pub(super) struct Triangle {
    /// Where the first, the second, the third dimension has all the weight: above, left, right.
    pub(super) corners: [Point; 3],
    pub(super) side: f64,
}

impl Triangle {
    /// The triangle of this side whose left corner lies here.
    pub(super) fn new(left: Point, side: f64) -> Triangle {
        let above = Point { x: left.x + side / 2.0, y: left.y - side * RATIO };
        Triangle { corners: [above, left, Point { x: left.x + side, y: left.y }], side }
    }

    pub(super) fn place(&self, weights: &[f64]) -> Point {
        let total = |f: fn(&Point) -> f64| (0..3).map(|k| weights[k] * f(&self.corners[k])).sum();
        Point { x: total(|p| p.x), y: total(|p| p.y) }
    }

    fn outline(&self, area: &Area) -> Vec<Point> {
        area.outline.iter().map(|weights| self.place(weights)).collect()
    }
}

/// A convex piece of the simplex that one candidate wins, its corners as weights.
pub(super) struct Area {
    pub(super) winner: usize,
    pub(super) outline: Vec<[f64; 3]>,
}

/// The simplex in pieces: runs of cells with one winner are joined, others cut.
pub(super) fn areas(sweep: &SweepReport) -> Vec<Area> {
    let weights = |p: usize| -> [f64; 3] { std::array::from_fn(|k| sweep.points[p].weights[k]) };
    let scores: Vec<Vec<f64>> = (0..sweep.points.len()).map(|p| sweep.linear_scores(p)).collect();
    let mut areas = Vec::new();
    for row in sweep.rows_of_cells() {
        let mut run: Option<(usize, Vec<[f64; 3]>)> = None;
        for cell in row {
            let regions = regions_of_cell(cell.map(|p| &scores[p][..]));
            let corners = cell.map(weights);
            if let [only] = &regions[..] {
                match &mut run {
                    Some((winner, points)) if *winner == only.winners[0] => points.extend(corners),
                    _ => {
                        areas.extend(run.take().map(joined));
                        run = Some((only.winners[0], corners.to_vec()));
                    }
                }
                continue;
            }
            areas.extend(run.take().map(joined));
            for region in regions {
                let at = |shares: &[f64; 3]| -> [f64; 3] {
                    std::array::from_fn(|k| (0..3).map(|c| shares[c] * corners[c][k]).sum())
                };
                let outline = region.outline.iter().map(at).collect();
                areas.push(Area { winner: region.winners[0], outline });
            }
        }
        areas.extend(run.take().map(joined));
    }
    areas
}

/// The trapezoid around neighbouring cells of a row: the ends of its two levels of the first weight.
fn joined((winner, points): (usize, Vec<[f64; 3]>)) -> Area {
    let by_level = |p: &&[f64; 3], q: &&[f64; 3]| p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1]));
    let low = points.iter().min_by(by_level).copied().unwrap_or_default();
    let high = points.iter().max_by(by_level).copied().unwrap_or_default();
    let on = |level: f64| points.iter().filter(move |p| p[0] == level);
    let low_end = on(low[0]).max_by(by_level).copied().unwrap_or_default();
    let high_start = on(high[0]).min_by(by_level).copied().unwrap_or_default();
    Area { winner, outline: vec![low, low_end, high, high_start] }
}

/// Who wins somewhere, how much of the triangle, and the middle of that.
pub(super) struct Winner {
    pub(super) candidate: usize,
    pub(super) share: f64,
    middle: Point,
}

/// All winners by decreasing area.
pub(super) fn winners(triangle: &Triangle, areas: &[Area], candidates: usize) -> Vec<Winner> {
    let winner = |candidate: usize| {
        let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
        for area in areas.iter().filter(|area| area.winner == candidate) {
            let points = triangle.outline(area);
            for pair in points[1..].windows(2) {
                let [p, q, r] = [points[0], pair[0], pair[1]];
                let size = cross(p, q, r).abs() / 2.0;
                x += size * (p.x + q.x + r.x) / 3.0;
                y += size * (p.y + q.y + r.y) / 3.0;
                total += size;
            }
        }
        let share = total / (triangle.side * triangle.side * RATIO / 2.0);
        (total > 0.0).then(|| Winner { candidate, share, middle: Point { x: x / total, y: y / total } })
    };
    let mut winners: Vec<Winner> = (0..candidates).filter_map(winner).collect();
    winners.sort_by(|a, b| b.share.total_cmp(&a.share));
    winners
}

/// Twice the signed area of a triangle.
fn cross(p: Point, q: Point, r: Point) -> f64 {
    (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)
}

/// The place nearest to the middle of a winner's areas at which a rectangle of these half sides lies inside them.
pub(super) fn free_place(
    triangle: &Triangle,
    areas: &[Area],
    winner: &Winner,
    half: (f64, f64),
) -> Option<Point> {
    let own = areas.iter().filter(|area| area.winner == winner.candidate);
    let own: Vec<Vec<Point>> = own.map(|area| triangle.outline(area)).collect();
    let inside = |p: Point| own.iter().any(|outline| holds(outline, p));
    let fits = |at: &Point| {
        let across = (-2..=2).map(|i| at.x + half.0 * f64::from(i) / 2.0);
        let points = across.flat_map(|x| [-1.0, 1.0].map(|up| Point { x, y: at.y + up * half.1 }));
        points.into_iter().all(inside)
    };
    let [above, left, right] = triangle.corners;
    let step = |i: usize| i as f64 / (PLACES - 1) as f64;
    let place = |i: usize| Point {
        x: left.x + step(i % PLACES) * (right.x - left.x),
        y: above.y + step(i / PLACES) * (left.y - above.y),
    };
    let distance = |p: &Point| (p.x - winner.middle.x).hypot(p.y - winner.middle.y);
    let places = std::iter::once(winner.middle).chain((0..PLACES * PLACES).map(place));
    let mut places: Vec<Point> = places.collect();
    places.sort_by(|p, q| distance(p).total_cmp(&distance(q)));
    places.into_iter().find(fits)
}

/// Whether a convex polygon holds a point.
fn holds(outline: &[Point], p: Point) -> bool {
    let sides = (0..outline.len()).map(|i| cross(outline[i], outline[(i + 1) % outline.len()], p));
    let (low, high) = sides.fold((0.0_f64, 0.0_f64), |(low, high), s| (low.min(s), high.max(s)));
    low >= 0.0 || high <= 0.0
}
