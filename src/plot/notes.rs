//! Notes inside the plot area: what a region means, beside it, covering no curve.

use super::canvas::{Anchor, Canvas, Font};
use super::chart::Chart;
use super::path::Point;
use super::stroke::{INK, Stroke, WHITE};
use super::text::{width, wrapped};
use crate::error::Error;
use plotters::style::RGBColor;

const SIZE: f64 = 12.0;
const LINE: f64 = 16.0;
const PADDING: f64 = 6.0;
/// From a note to curves, edges and other notes.
const DISTANCE: f64 = 8.0;
/// Places tried in each direction.
const PLACES: usize = 24;
/// Share of the plot area's width that a note takes at most.
const WIDEST: f64 = 0.42;

/// A text, and the point it speaks of, if it is about one.
pub(super) struct Note {
    pub(super) text: String,
    pub(super) about: Option<Point>,
    pub(super) colour: RGBColor,
}

/// The sides of a rectangle.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Frame {
    fn nearest(&self, p: Point) -> Point {
        Point { x: p.x.clamp(self.left, self.right), y: p.y.clamp(self.top, self.bottom) }
    }

    /// Whether both rectangles are at least `DISTANCE` apart.
    fn is_clear_of(&self, other: &Frame) -> bool {
        self.right + DISTANCE < other.left
            || other.right + DISTANCE < self.left
            || self.bottom + DISTANCE < other.top
            || other.bottom + DISTANCE < self.top
    }
}

/// Draws notes at the free places nearest to what they are about, joined to it by a thin line.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    chart: &Chart,
    notes: &[Note],
    curves: [&[Point]; 2],
) -> Result<(), Error> {
    let mut taken: Vec<Frame> = Vec::new();
    for note in notes {
        let lines = wrapped(&note.text, SIZE, WIDEST * (chart.right - chart.left));
        let widest = lines.iter().map(|line| width(line, SIZE)).fold(0.0, f64::max);
        let size = (widest + 2.0 * PADDING, lines.len() as f64 * LINE + 2.0 * PADDING - 2.0);
        let frame = free_place(chart, size, note.about, curves, &taken);
        taken.push(frame);
        draw_note(canvas, note, &lines, frame)?;
    }
    Ok(())
}

/// The free place nearest to the point in question, else the place nearest to it.
fn free_place(
    chart: &Chart,
    (width, height): (f64, f64),
    about: Option<Point>,
    curves: [&[Point]; 2],
    taken: &[Frame],
) -> Frame {
    let about = about.unwrap_or(Point { x: chart.left, y: chart.top });
    let room = (chart.right - chart.left - width - 2.0 * DISTANCE).max(0.0);
    let drop = (chart.bottom - chart.top - height - 2.0 * DISTANCE).max(0.0);
    let step = |i: usize| i as f64 / (PLACES - 1) as f64;
    let place = |k: usize| {
        let left = chart.left + DISTANCE + room * step(k % PLACES);
        let top = chart.top + DISTANCE + drop * step(k / PLACES);
        Frame { left, top, right: left + width, bottom: top + height }
    };
    let distance = |frame: &Frame| {
        let near = frame.nearest(about);
        (near.x - about.x).hypot(near.y - about.y)
    };
    let nearer = |f: &Frame, g: &Frame| distance(f).total_cmp(&distance(g));
    let places = || (0..PLACES * PLACES).map(place);
    let free = |frame: &Frame| {
        taken.iter().all(|other| frame.is_clear_of(other))
            && curves.iter().all(|curve| avoids(frame, curve))
    };
    places().filter(free).min_by(nearer).or_else(|| places().min_by(nearer)).unwrap_or(place(0))
}

/// Whether a path stays above or below the frame throughout its width.
fn avoids(frame: &Frame, path: &[Point]) -> bool {
    let (left, right) = (frame.left - DISTANCE, frame.right + DISTANCE);
    let (mut highest, mut lowest) = (f64::INFINITY, f64::NEG_INFINITY);
    for ends in path.windows(2).filter(|w| w[1].x >= left && w[0].x <= right) {
        for x in [ends[0].x.max(left), ends[1].x.min(right)] {
            let rise = ends[1].y - ends[0].y;
            let run = ends[1].x - ends[0].x;
            let heights = if run > 0.0 {
                [ends[0].y + rise * (x - ends[0].x) / run; 2]
            } else {
                [ends[0].y, ends[1].y]
            };
            highest = heights.iter().copied().fold(highest, f64::min);
            lowest = heights.iter().copied().fold(lowest, f64::max);
        }
    }
    lowest < frame.top - DISTANCE || highest > frame.bottom + DISTANCE
}

fn draw_note(canvas: &mut Canvas<'_>, note: &Note, lines: &[String], frame: Frame) -> Result<(), Error> {
    let Frame { left, top, right, bottom } = frame;
    if let Some(about) = note.about {
        canvas.line(&[frame.nearest(about), about], Stroke::solid(note.colour, 1.0))?;
        canvas.dot(about, 2.5, note.colour)?;
    }
    canvas.rectangle([left, top, right, bottom], WHITE)?;
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    canvas.line(&corners.map(|(x, y)| Point { x, y }), Stroke::solid(note.colour, 1.0))?;
    for (i, line) in lines.iter().enumerate() {
        let at = Point { x: left + PADDING, y: top + PADDING - 1.0 + LINE * (i as f64 + 0.5) };
        canvas.text(line, at, Anchor::Start, Font::regular(SIZE, INK))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_through_the_frame_is_seen() {
        let frame = Frame { left: 100.0, top: 100.0, right: 200.0, bottom: 120.0 };
        let path = |points: [(f64, f64); 2]| points.map(|(x, y)| Point { x, y });
        assert!(!avoids(&frame, &path([(0.0, 0.0), (300.0, 220.0)])));
        assert!(!avoids(&frame, &path([(150.0, 0.0), (150.0, 300.0)])));
        assert!(avoids(&frame, &path([(0.0, 50.0), (300.0, 50.0)])));
        assert!(avoids(&frame, &path([(0.0, 150.0), (300.0, 150.0)])));
        assert!(avoids(&frame, &path([(250.0, 0.0), (250.0, 300.0)])));
    }
}
