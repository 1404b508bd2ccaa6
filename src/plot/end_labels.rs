//! Names at the right ends of curves, pushed apart so that none covers another.

use super::canvas::{Anchor, Canvas, Font};
use super::chart::Chart;
use super::path::{Point, area_above};
use super::stroke::{INK, Stroke, tint};
use super::text::{shortened_names, width};
use crate::error::Error;

/// Size of the letters where there is room.
const SIZE: f64 = 12.0;
/// Height of a line of text, as a multiple of the size of its letters.
const LINE: f64 = 1.25;
/// Smallest letters that can be read.
const SMALLEST: f64 = 7.5;
/// From the end of a curve to the sample of its line.
const LEADER: f64 = 24.0;
const SAMPLE: f64 = 26.0;
const GAP: f64 = 6.0;
/// Share of the picture's width beyond which names are shortened.
const WIDEST: f64 = 0.33;

/// A curve on the picture.
pub(super) struct NamedCurve {
    pub(super) name: String,
    pub(super) path: Vec<Point>,
    pub(super) stroke: Stroke,
}

/// The room that the names of a picture take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) width: f64,
    pub(super) natural_height: f64,
    pub(super) least_height: f64,
}

/// The names as they will be written, and the room they take.
pub(super) fn fitted(names: &[String], picture_width: u32) -> (Vec<String>, Room) {
    let names = shortened_names(names, SIZE, WIDEST * f64::from(picture_width));
    let widest = names.iter().map(|name| width(name, SIZE)).fold(0.0, f64::max);
    let lines = names.len() as f64 * LINE;
    let room = Room {
        width: LEADER + SAMPLE + GAP + widest,
        natural_height: lines * SIZE,
        least_height: lines * SMALLEST,
    };
    (names, room)
}

/// Writes every name behind a sample of its line, which a thin leader joins to the end of the curve.
/// Curves that end at the same height are named in the order of the areas under them.
pub(super) fn draw(canvas: &mut Canvas<'_>, chart: &Chart, curves: &[NamedCurve]) -> Result<(), Error> {
    let end = |i: usize| curves[i].path.last().map_or(chart.bottom, |p| p.y);
    let areas: Vec<f64> = curves.iter().map(|curve| area_above(&curve.path)).collect();
    let mut order: Vec<usize> = (0..curves.len()).collect();
    order.sort_by(|&i, &j| end(i).total_cmp(&end(j)).then(areas[i].total_cmp(&areas[j])));

    let size = SIZE.min((chart.bottom - chart.top) / (curves.len() as f64 * LINE));
    let half_line = size * LINE / 2.0;
    let wanted: Vec<f64> = order.iter().map(|&i| end(i)).collect();
    let heights = spread(&wanted, size * LINE, chart.top + half_line, chart.bottom - half_line);
    for (&i, y) in order.iter().zip(heights) {
        let NamedCurve { name, stroke, .. } = &curves[i];
        let points = |from: Point, to: f64| [from, Point { x: to, y }];
        let leader = points(Point { x: chart.right + 2.0, y: end(i) }, chart.right + LEADER);
        canvas.line(&leader, Stroke::solid(tint(stroke.colour, 0.6), 0.8))?;
        let start = chart.right + LEADER;
        canvas.line(&points(Point { x: start, y }, start + SAMPLE), *stroke)?;
        let at = Point { x: start + SAMPLE + GAP, y };
        canvas.text(name, at, Anchor::Start, Font::regular(size, INK))?;
    }
    Ok(())
}

/// The positions nearest to those wanted (ascending), in least squares, that are `gap` apart and between
/// `low` and `high`. With z_i = y_i - i gap the constraint is that z ascends: pool adjacent violators,
/// then clamp.
fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (i, y) in wanted.iter().enumerate() {
        let mut pool = (y - i as f64 * gap, 1);
        while let Some((total, count)) = pools.pop_if(|p| p.0 / p.1 as f64 > pool.0 / pool.1 as f64) {
            pool = (pool.0 + total, pool.1 + count);
        }
        pools.push(pool);
    }
    let highest = high - wanted.len().saturating_sub(1) as f64 * gap;
    let means =
        pools.iter().flat_map(|&(total, count)| std::iter::repeat_n(total / count as f64, count));
    means.enumerate().map(|(i, z)| z.min(highest).max(low) + i as f64 * gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn crowded_labels_are_centred_and_kept_inside() {
        assert_eq!(spread(&[10.0, 50.0], 15.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0), [40.0, 50.0, 60.0]);
        assert_eq!(spread(&[0.0, 0.0], 10.0, 5.0, 100.0), [5.0, 15.0]);
        assert_eq!(spread(&[99.0, 99.0], 10.0, 0.0, 100.0), [90.0, 100.0]);
    }

    proptest! {
        #[test]
        fn labels_never_overlap(mut wanted in prop::collection::vec(0.0..400.0f64, 1..25)) {
            wanted.sort_by(f64::total_cmp);
            let heights = spread(&wanted, 15.0, 10.0, 390.0);
            prop_assert!(heights.windows(2).all(|pair| pair[1] - pair[0] > 15.0 - 1e-9));
            prop_assert!(heights.iter().all(|y| (10.0 - 1e-9..=390.0 + 1e-9).contains(y)));
        }
    }
}
