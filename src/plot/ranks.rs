//! Ranks of models with their confidence sets.

use super::canvas::{self, Anchor, Canvas, Font};
use super::heading::{Heading, MARGIN};
use super::path::Point;
use super::picture::Picture;
use super::stroke::{BLUE, GREY, GRID, INK, Stroke, tint};
use super::text::{shortened, shortened_names, width};
use crate::error::Error;
use plotters::style::RGBColor;

const NAME: f64 = 12.5;
const TICK: f64 = 12.0;
const AXIS_LABEL: f64 = 13.0;
/// Share of the picture's width beyond which names are shortened.
const WIDEST: f64 = 0.35;
const ROW: f64 = 26.0;
const LEAST_ROW: f64 = 13.0;
const FOOT: f64 = 58.0;
const LEAST_WIDTH: f64 = 160.0;
/// Pixels of width per rank that gets a label.
const TICK_DISTANCE: f64 = 34.0;
const OTHERS: RGBColor = RGBColor(110, 110, 110);

/// The rank of one model, 1 being the best, and its confidence set.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RankInterval {
    /// Name of the model.
    pub name: String,
    /// Estimated rank; may lie between two ranks, as mean ranks and tied ranks do.
    pub rank: f64,
    /// Best rank in the confidence set.
    pub best: usize,
    /// Worst rank in the confidence set.
    pub worst: usize,
}

/// Which models may be the best? Draws one row per model, the best on top: a dot at its estimated rank,
/// a bar over its confidence set of ranks, in blue where rank 1 is in the set. Rows of equal rank stand
/// in the order of their sets, then in the order given.
///
/// ```
/// use risk_sd::plot::{Picture, RankInterval, rank_sets};
///
/// let ranks = [("base", 2.0, 2, 2), ("tuned", 1.0, 1, 1)];
/// let ranks = ranks.map(|(name, rank, best, worst)| RankInterval { name: name.into(), rank, best, worst });
/// let svg = rank_sets(&ranks, &Picture::default())?;
/// assert!(svg.find("tuned") < svg.find("base"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::TooFewModels`] for no row; [`Error::DuplicateName`]; [`Error::Plot`] for a rank that is not
/// a number >= 1, for a set without 1 <= best <= worst, and for a size without room.
pub fn rank_sets(ranks: &[RankInterval], picture: &Picture) -> Result<String, Error> {
    check(ranks)?;
    let mut rows: Vec<&RankInterval> = ranks.iter().collect();
    rows.sort_by(|r, s| r.rank.total_cmp(&s.rank).then(r.best.cmp(&s.best)).then(r.worst.cmp(&s.worst)));
    let plan = Plan::new(&rows, picture)?;
    canvas::document(picture.width, plan.height, |canvas| {
        plan.draw_ground(canvas)?;
        rows.iter().enumerate().try_for_each(|(i, row)| plan.draw_row(canvas, i, row))
    })
}

fn check(ranks: &[RankInterval]) -> Result<(), Error> {
    if ranks.is_empty() {
        return Err(Error::TooFewModels { found: 0, needed: 1 });
    }
    let mut names: Vec<&str> = ranks.iter().map(|r| r.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::DuplicateName { name: pair[0].to_owned() });
    }
    for RankInterval { name, rank, best, worst } in ranks {
        if !(rank.is_finite() && *rank >= 1.0) {
            let reason = format!("the rank of '{name}' is {rank}, not a number >= 1");
            return Err(Error::Plot { reason });
        }
        if !(1 <= *best && best <= worst) {
            let reason = format!("the ranks of '{name}' go from {best} to {worst}");
            return Err(Error::Plot { reason });
        }
    }
    Ok(())
}

/// Where everything goes; pixels.
struct Plan {
    height: u32,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    row: f64,
    /// The worst rank on the axis.
    last: f64,
    heading: Heading,
    names: Vec<String>,
    x_label: String,
    y_label: String,
}

impl Plan {
    fn new(rows: &[&RankInterval], picture: &Picture) -> Result<Plan, Error> {
        let title = picture.title.as_deref().unwrap_or("Which models may be the best?");
        let reading =
            "Dot: estimated rank. Bar: confidence set of ranks, blue where it contains rank 1.";
        let heading = Heading::new(title, reading, picture.width);
        let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        let names = shortened_names(&names, NAME, WIDEST * f64::from(picture.width));
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let name_width = widest(&mut names.iter().map(|name| width(name, NAME)));
        let figure_width = widest(&mut rows.iter().map(|row| width(&figures(row), TICK)));
        let label = picture.y_label.clone().unwrap_or_default();

        let top = heading.bottom() + 14.0;
        let label_width = if label.is_empty() { 0.0 } else { AXIS_LABEL + 10.0 };
        let left = MARGIN + label_width + name_width + 12.0;
        let count = rows.len() as f64;
        let needed = (left + LEAST_WIDTH + figure_width + MARGIN, top + count * LEAST_ROW + FOOT);
        let height = picture.checked_height(top + count * ROW + FOOT, needed)?;
        let bottom = f64::from(height) - FOOT;
        let worst = rows.iter().map(|r| r.rank.max(r.worst as f64)).fold(count, f64::max);
        Ok(Plan {
            height,
            left,
            right: f64::from(picture.width) - MARGIN - figure_width - 16.0,
            top,
            bottom,
            row: (bottom - top) / count,
            last: worst.max(2.0),
            heading,
            names,
            x_label: picture.x_label.clone().unwrap_or_else(|| "rank (1 = best)".to_owned()),
            y_label: label,
        })
    }

    /// Ranks 1 to the last, with half a rank of white on both sides.
    fn x(&self, rank: f64) -> f64 {
        let side = (self.right - self.left).min(30.0) / 2.0;
        let share = (rank - 1.0) / (self.last - 1.0);
        self.left + side + share * (self.right - self.left - 2.0 * side)
    }

    /// 1, and the multiples of the smallest 1, 2 or 5 times a power of ten that leaves room for labels.
    fn ticks(&self) -> Vec<f64> {
        let room = ((self.right - self.left) / TICK_DISTANCE).max(1.0);
        let least = (self.last - 1.0) / room;
        let power = 10f64.powi(least.max(1.0).log10().floor() as i32);
        let step = [1.0, 2.0, 5.0].map(|m| m * power).into_iter().find(|s| *s >= least);
        let step = step.unwrap_or(10.0 * power);
        let multiples = (1..).map(|i| f64::from(i) * step).take_while(|rank| *rank <= self.last);
        std::iter::once(1.0).chain(multiples.filter(|rank| *rank > 1.0)).collect()
    }

    fn draw_ground(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        self.heading.draw(canvas)?;
        for rank in self.ticks() {
            let x = self.x(rank);
            let line = [Point { x, y: self.top }, Point { x, y: self.bottom }];
            canvas.line(&line, Stroke::solid(GRID, 1.0))?;
            let label = if rank < 1e6 { rank.to_string() } else { format!("{rank:e}") };
            let at = Point { x, y: self.bottom + 14.0 };
            canvas.text(&label, at, Anchor::Middle, Font::regular(TICK, GREY))?;
        }
        let label = shortened(&self.x_label, AXIS_LABEL, self.right - self.left);
        let at = Point { x: (self.left + self.right) / 2.0, y: self.bottom + 38.0 };
        canvas.text(&label, at, Anchor::Middle, Font::regular(AXIS_LABEL, GREY))?;
        if self.y_label.is_empty() {
            return Ok(());
        }
        let label = shortened(&self.y_label, AXIS_LABEL, self.bottom - self.top);
        let at = Point { x: MARGIN + AXIS_LABEL / 2.0, y: (self.top + self.bottom) / 2.0 };
        canvas.text(&label, at, Anchor::Upwards, Font::regular(AXIS_LABEL, GREY))
    }

    fn draw_row(&self, canvas: &mut Canvas<'_>, i: usize, row: &RankInterval) -> Result<(), Error> {
        let y = self.top + (i as f64 + 0.5) * self.row;
        let colour = if row.best == 1 { BLUE } else { OTHERS };
        let (from, to) = (self.x(row.best as f64), self.x(row.worst as f64));
        let half = (self.row * 0.22).min(6.0);
        let bar = tint(colour, 0.35);
        canvas
            .line(&[Point { x: self.left, y }, Point { x: self.right, y }], Stroke::solid(GRID, 1.0))?;
        canvas.rectangle([from, y - half, to, y + half], bar)?;
        canvas.dot(Point { x: from, y }, half, bar)?;
        canvas.dot(Point { x: to, y }, half, bar)?;
        canvas.dot(Point { x: self.x(row.rank), y }, half * 0.75, colour)?;

        let size = NAME.min(self.row * 0.8);
        let name = Point { x: self.left - 10.0, y };
        canvas.text(&self.names[i], name, Anchor::End, Font::regular(size, INK))?;
        let numbers = Point { x: self.right + 12.0, y };
        canvas.text(&figures(row), numbers, Anchor::Start, Font::regular(TICK.min(size), GREY))
    }
}

/// The numbers of a row: 2.4 [1, 4].
fn figures(row: &RankInterval) -> String {
    let rank = match row.rank {
        rank if rank >= 1e6 => format!("{rank:.2e}"),
        rank if rank.fract() == 0.0 => format!("{rank}"),
        rank => format!("{rank:.1}"),
    };
    format!("{rank} [{}, {}]", row.best, row.worst)
}
