//! Where the mass of one distribution goes in another.

use super::axis::Axis;
use super::canvas::{self, Anchor, Canvas, Font};
use super::heading::{Heading, MARGIN};
use super::path::Point;
use super::picture::Picture;
use super::stroke::{BLUE, FRAME, GREY, GRID, INK, Stroke, VERMILLION, tint};
use super::text::{shortened, width};
use crate::error::Error;
use crate::sample::Sample;

/// Lines of the coupling: each stands for the same share of the mass.
const LINES: usize = 80;
/// Bars of a histogram.
const BARS: usize = 48;
/// Length of the longest bar.
const LONGEST_BAR: f64 = 110.0;
const TICK: f64 = 12.0;
const LABEL: f64 = 13.0;
/// Height of the names above the histograms.
const NAMES: f64 = 32.0;
const FOOT: f64 = 40.0;
const NATURAL_HEIGHT: f64 = 480.0;
/// Room on the right of the longest bar and of the name above it: fonts may be wider than the one estimated.
const RIGHT_MARGIN: f64 = 2.0 * MARGIN;
const SMALLEST_FIELD: (f64, f64) = (120.0, 160.0);

/// How must the mass of `a` move to become `b`? Draws the monotone coupling.
///
/// On the left a histogram of `a`, on the right one of `b`, values upwards. Each of 80 lines carries the same share
/// of the mass from where it is in `a` to where it must be in `b`: from Q_a(t) to Q_b(t), t = 1/160, 3/160, ...
/// Mass that moves up is blue, mass that moves down vermillion, mass that stays grey. Lines never cross. Where the
/// lines meet an upright at a share s of the way, there the Wasserstein barycenter with weights (1 - s, s) is; dots
/// mark it half way.
///
/// Cost: O(n + m).
///
/// ```
/// use risk_sd::Sample;
/// use risk_sd::plot::{Picture, transport_map};
///
/// let before = Sample::new([1.0, 2.0, 2.5, 7.0])?;
/// let after = Sample::new([2.0, 3.0, 4.5])?;
/// let svg = transport_map("before", &before, "after", &after, &Picture::default().y_label("seconds"))?;
/// assert!(svg.contains("How must before move to become after?"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::SameName`]; [`Error::Plot`] for a size without room, with the size needed.
#[doc(alias = "coupling")]
pub fn transport_map(
    name_a: &str,
    a: &Sample,
    name_b: &str,
    b: &Sample,
    picture: &Picture,
) -> Result<String, Error> {
    if name_a == name_b {
        return Err(Error::SameName { name: name_a.to_owned() });
    }
    let field = Field::new(name_a, a, name_b, b, picture)?;
    canvas::document(picture.width, field.height, |canvas| {
        field.heading.draw(canvas)?;
        field.draw_values(canvas)?;
        field.draw_coupling(canvas, a, b)?;
        field.draw_histogram(canvas, a, field.left, -1.0)?;
        field.draw_histogram(canvas, b, field.right, 1.0)?;
        field.draw_names(canvas, name_a, name_b)
    })
}

/// Where everything goes; pixels. The coupling fills the field between `left` and `right`.
struct Field {
    height: u32,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    axis: Axis,
    heading: Heading,
    x_label: String,
    y_label: String,
}

impl Field {
    fn new(
        name_a: &str,
        a: &Sample,
        name_b: &str,
        b: &Sample,
        picture: &Picture,
    ) -> Result<Field, Error> {
        let title = format!("How must {name_a} move to become {name_b}?");
        let reading = "Histograms, and the optimal coupling between them: every line carries the same share of \
                       the mass, up (blue) or down (vermillion). Dots: the barycenter, half way.";
        let heading = Heading::new(picture.title.as_ref().unwrap_or(&title), reading, picture.width);
        let axis = Axis::covering(a.min().min(b.min()), a.max().max(b.max()));
        let top = heading.bottom() + NAMES;
        let tick_width = axis.ticks(8).labels.iter().map(|t| width(t, TICK)).fold(0.0, f64::max);
        let left = MARGIN + LABEL + 12.0 + tick_width + 8.0 + LONGEST_BAR;
        let right = f64::from(picture.width) - RIGHT_MARGIN - LONGEST_BAR;
        let needed =
            (left + SMALLEST_FIELD.0 + LONGEST_BAR + RIGHT_MARGIN, top + SMALLEST_FIELD.1 + FOOT);
        let height = picture.checked_height(top + NATURAL_HEIGHT + FOOT, needed)?;
        Ok(Field {
            height,
            left,
            right,
            top,
            bottom: f64::from(height) - FOOT,
            axis,
            heading,
            x_label: picture.x_label.clone().unwrap_or("barycenter".to_owned()),
            y_label: picture.y_label.clone().unwrap_or("value".to_owned()),
        })
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.axis.position(value) * (self.bottom - self.top)
    }

    fn draw_values(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let ticks = self.axis.ticks(8);
        let (from, to) = (self.left - LONGEST_BAR, self.right + LONGEST_BAR);
        for (value, label) in ticks.at.iter().zip(&ticks.labels) {
            let y = self.y(*value);
            canvas.line(&[Point { x: from, y }, Point { x: to, y }], Stroke::solid(GRID, 1.0))?;
            let at = Point { x: from - 8.0, y };
            canvas.text(label, at, Anchor::End, Font::regular(TICK, GREY))?;
        }
        if let Some(offset) = &ticks.offset {
            let at = Point { x: from, y: self.bottom + 14.0 };
            let text = format!("labels are relative to {offset}");
            canvas.text(&text, at, Anchor::Start, Font::regular(TICK, GREY))?;
        }
        let label = shortened(&self.y_label, LABEL, self.bottom - self.top);
        let at = Point { x: MARGIN + LABEL / 2.0, y: (self.top + self.bottom) / 2.0 };
        canvas.text(&label, at, Anchor::Upwards, Font::regular(LABEL, GREY))
    }

    fn draw_coupling(&self, canvas: &mut Canvas<'_>, a: &Sample, b: &Sample) -> Result<(), Error> {
        let middle = (self.left + self.right) / 2.0;
        for k in 0..LINES {
            let level = (k as f64 + 0.5) / LINES as f64;
            let (from, to) = (a.quantile(level)?, b.quantile(level)?);
            let colour = match to.total_cmp(&from) {
                std::cmp::Ordering::Greater => BLUE,
                std::cmp::Ordering::Less => VERMILLION,
                std::cmp::Ordering::Equal => GREY,
            };
            let ends = [Point { x: self.left, y: self.y(from) }, Point { x: self.right, y: self.y(to) }];
            canvas.line(&ends, Stroke::solid(tint(colour, 0.55), 1.0))?;
            canvas.dot(Point { x: middle, y: (ends[0].y + ends[1].y) / 2.0 }, 1.6, INK)?;
        }
        Ok(())
    }

    /// Bars from the upright at `x` outwards, the longest of full length.
    fn draw_histogram(
        &self,
        canvas: &mut Canvas<'_>,
        sample: &Sample,
        x: f64,
        outwards: f64,
    ) -> Result<(), Error> {
        let masses = self.masses(sample);
        let largest = masses.iter().copied().fold(0.0, f64::max);
        let bar = (self.bottom - self.top) / BARS as f64;
        for (k, mass) in masses.iter().enumerate().filter(|(_, mass)| **mass > 0.0) {
            let low = self.bottom - k as f64 * bar;
            let end = x + outwards * LONGEST_BAR * (mass / largest);
            canvas.rectangle([x.min(end), low - bar + 0.5, x.max(end), low - 0.5], tint(GREY, 0.55))?;
        }
        let ends = [Point { x, y: self.top }, Point { x, y: self.bottom }];
        canvas.line(&ends, Stroke::solid(FRAME, 1.0))
    }

    /// The mass of each bar, the lowest first.
    fn masses(&self, sample: &Sample) -> Vec<f64> {
        let mut masses = vec![0.0; BARS];
        for (position, value) in sample.values().iter().enumerate() {
            let bar = (self.axis.position(*value) * BARS as f64) as usize;
            masses[bar.min(BARS - 1)] += sample.mass(position);
        }
        masses
    }

    fn draw_names(&self, canvas: &mut Canvas<'_>, name_a: &str, name_b: &str) -> Result<(), Error> {
        let room = LONGEST_BAR + (self.right - self.left) / 2.0 - 8.0;
        let (font, y) = (Font::bold(LABEL, INK), self.top - NAMES / 2.0);
        let name = |name: &str| shortened(name, LABEL * 1.1, room);
        let (from, to) = (self.left - LONGEST_BAR, self.right + LONGEST_BAR);
        canvas.text(&name(name_a), Point { x: from, y }, Anchor::Start, font)?;
        canvas.text(&name(name_b), Point { x: to, y }, Anchor::End, font)?;
        let label = shortened(&self.x_label, LABEL, self.right - self.left);
        let at = Point { x: (self.left + self.right) / 2.0, y: self.bottom + 20.0 };
        canvas.text(&label, at, Anchor::Middle, Font::regular(LABEL, GREY))
    }
}
