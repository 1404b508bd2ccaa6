//! The ground on which curves are drawn: heading, axes, grid; shares 0 to 1 against values.

use super::axis::{Axis, Ticks};
use super::canvas::{Anchor, Canvas, Font};
use super::end_labels::Room;
use super::heading::{Heading, MARGIN};
use super::path::Point;
use super::picture::{LARGEST_SIDE, Picture};
use super::stroke::{FRAME, GREY, GRID, Stroke};
use super::text::{shortened, width};
use crate::error::Error;

const TICK: f64 = 12.0;
const AXIS_LABEL: f64 = 13.0;
/// Pixels of height per horizontal grid line.
const TICK_DISTANCE: f64 = 48.0;
/// Height of the plot area where the names do not need more.
const NATURAL_HEIGHT: f64 = 440.0;
const SMALLEST_AREA: (f64, f64) = (160.0, 120.0);
/// Below the plot area: tick labels and the label of the axis.
const FOOT: f64 = 56.0;

/// The words of a picture where its caller did not choose them.
pub(super) struct Words {
    pub(super) title: String,
    /// One sentence on how to read the picture.
    pub(super) reading: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
}

/// Where everything goes; pixels.
pub(super) struct Chart {
    pub(super) size: (u32, u32),
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    axis: Axis,
    ticks: Ticks,
    heading: Heading,
    x_label: String,
    y_label: String,
}

impl Chart {
    /// Lays a picture out so that the labels at the ends of the curves have room.
    pub(super) fn new(picture: &Picture, words: Words, axis: Axis, names: Room) -> Result<Chart, Error> {
        let title = picture.title.as_ref().unwrap_or(&words.title);
        let heading = Heading::new(title, &words.reading, picture.width);
        let top = heading.bottom() + 26.0;
        let natural = top + NATURAL_HEIGHT.max(names.natural_height) + FOOT;
        let needed = top + SMALLEST_AREA.1.max(names.least_height) + FOOT;

        let area_height =
            picture.height.map_or(natural, |height| f64::from(height.min(LARGEST_SIDE))) - top - FOOT;
        let ticks = axis.ticks(((area_height / TICK_DISTANCE) as usize).max(3));
        let tick_width = ticks.labels.iter().map(|label| width(label, TICK)).fold(0.0, f64::max);
        let left = MARGIN + AXIS_LABEL + 12.0 + tick_width + 8.0;
        let needed_width = left + SMALLEST_AREA.0 + names.width + MARGIN;

        let height = picture.checked_height(natural, (needed_width, needed))?;
        Ok(Chart {
            size: (picture.width, height),
            left,
            right: f64::from(picture.width) - MARGIN - names.width,
            top,
            bottom: f64::from(height) - FOOT,
            axis,
            ticks,
            heading,
            x_label: picture.x_label.clone().unwrap_or(words.x_label),
            y_label: picture.y_label.clone().unwrap_or(words.y_label),
        })
    }

    /// Where the point of a curve lies on the picture.
    pub(super) fn place(&self, knot: Point) -> Point {
        Point { x: self.x(knot.x), y: self.y(knot.y) }
    }

    fn x(&self, share: f64) -> f64 {
        self.left + share * (self.right - self.left)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.axis.position(value) * (self.bottom - self.top)
    }

    /// Heading, grid, axes with their labels.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        self.heading.draw(canvas)?;
        self.draw_values(canvas)?;
        self.draw_shares(canvas)?;
        let corners = [(self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)];
        canvas.line(&corners.map(|(x, y)| Point { x, y }), Stroke::solid(FRAME, 1.0))
    }

    fn draw_values(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        for (value, label) in self.ticks.at.iter().zip(&self.ticks.labels) {
            let y = self.y(*value);
            let line = [Point { x: self.left, y }, Point { x: self.right, y }];
            canvas.line(&line, Stroke::solid(GRID, 1.0))?;
            let at = Point { x: self.left - 8.0, y };
            canvas.text(label, at, Anchor::End, Font::regular(TICK, GREY))?;
        }
        if let Some(offset) = &self.ticks.offset {
            let at = Point { x: self.left, y: self.top - 10.0 };
            let text = format!("labels are relative to {offset}");
            canvas.text(&text, at, Anchor::Start, Font::regular(TICK, GREY))?;
        }
        let label = shortened(&self.y_label, AXIS_LABEL, self.bottom - self.top);
        let at = Point { x: MARGIN + AXIS_LABEL / 2.0, y: (self.top + self.bottom) / 2.0 };
        canvas.text(&label, at, Anchor::Upwards, Font::regular(AXIS_LABEL, GREY))
    }

    fn draw_shares(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        for label in ["0", "0.2", "0.4", "0.6", "0.8", "1"] {
            let x = self.x(label.parse().unwrap_or(0.0));
            let line = [Point { x, y: self.top }, Point { x, y: self.bottom }];
            canvas.line(&line, Stroke::solid(GRID, 1.0))?;
            let at = Point { x, y: self.bottom + 14.0 };
            canvas.text(label, at, Anchor::Middle, Font::regular(TICK, GREY))?;
        }
        let label = shortened(&self.x_label, AXIS_LABEL, self.right - self.left);
        let at = Point { x: (self.left + self.right) / 2.0, y: self.bottom + 37.0 };
        canvas.text(&label, at, Anchor::Middle, Font::regular(AXIS_LABEL, GREY))
    }
}
