//! The indices of all candidates in all dimensions.

use super::canvas::{self, Anchor, Canvas, Font};
use super::heading::{Heading, MARGIN};
use super::path::Point;
use super::picture::Picture;
use super::stroke::{BLUE, GREY, GRID, INK, Stroke, tint};
use super::text::{shortened, shortened_names, width};
use crate::audit::{CandidateIndex, TrustReport};
use crate::error::Error;
use plotters::style::RGBColor;

const NAME: f64 = 12.5;
const FIGURE: f64 = 12.0;
const HEAD: f64 = 13.0;
const ROW: f64 = 28.0;
const LEAST_ROW: f64 = 16.0;
const FOOT: f64 = 26.0;
/// Share of the picture's width beyond which names are shortened.
const WIDEST: f64 = 0.3;
/// Between two columns.
const GAP: f64 = 16.0;
const LEAST_BAR: f64 = 36.0;
const OTHERS: RGBColor = RGBColor(110, 110, 110);

/// Where is each candidate strong, and where weak? Draws a row for each candidate, the best under the profile on
/// top, and a column for each dimension: a bar to the mean of its index (0 to 1), a line over the folds, blue where
/// no other candidate is higher. The last column is the trust index under the profile.
///
/// ```
/// use risk_sd::plot::{Picture, dimension_indices};
/// use risk_sd::{Dimension, IncompleteRows, Metric, Profile, TableBuilder, TrustIndex};
///
/// let mut audit = TableBuilder::new();
/// for (candidate, value) in [("copula", 2.0), ("noise", 1.0)] {
///     audit.push(candidate, "all rows", "privacy", value)?;
/// }
/// let index = TrustIndex::new([Dimension::new("privacy", [Metric::new("privacy")])])?;
/// let report = index.run(&audit.paired(IncompleteRows::Refuse)?, &[Profile::uniform("uniform")])?;
/// let svg = dimension_indices(&report, "uniform", &Picture::default())?;
/// assert!(svg.find("copula") < svg.find("noise"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`] of a profile; [`Error::Plot`] for a size without room.
pub fn dimension_indices(
    report: &TrustReport,
    profile: &str,
    picture: &Picture,
) -> Result<String, Error> {
    let ranked = &report.profile(profile)?.candidates;
    let columns = columns(report, ranked)?;
    let plan = Plan::new(profile, ranked, &columns, picture)?;
    canvas::document(picture.width, plan.height, |canvas| {
        plan.heading.draw(canvas)?;
        columns.iter().enumerate().try_for_each(|(i, column)| plan.draw_column(canvas, i, column))?;
        plan.draw_names(canvas)
    })
}

/// One index of all candidates in the order of the rows.
struct Column {
    head: String,
    bars: Vec<Bar>,
}

struct Bar {
    mean: f64,
    /// Lowest and highest fold.
    folds: [f64; 2],
}

impl Bar {
    fn new(mean: f64, folds: &[f64]) -> Bar {
        let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
        Bar {
            mean,
            folds: [
                folds.iter().copied().fold(low, f64::min),
                folds.iter().copied().fold(high, f64::max),
            ],
        }
    }
}

fn columns(report: &TrustReport, ranked: &[CandidateIndex]) -> Result<Vec<Column>, Error> {
    let position = |c: &CandidateIndex| report.candidates.iter().position(|name| *name == c.candidate);
    let rows: Vec<usize> = ranked.iter().filter_map(position).collect();
    let of_dimension = |d: &crate::audit::DimensionReport| {
        let bars = rows.iter().map(|&g| Ok(Bar::new(d.mean(g)?, &d.index[g])));
        Ok(Column { head: d.name.clone(), bars: bars.collect::<Result<_, Error>>()? })
    };
    let mut columns = report.dimensions.iter().map(of_dimension).collect::<Result<Vec<_>, Error>>()?;
    let bars = ranked.iter().map(|c| Bar::new(c.mean, &c.index)).collect();
    columns.push(Column { head: "trust index".to_owned(), bars });
    Ok(columns)
}

/// Where everything goes; pixels.
struct Plan {
    height: u32,
    heading: Heading,
    names: Vec<String>,
    left: f64,
    top: f64,
    row: f64,
    /// Width of a column, its gap included.
    column: f64,
    figure: f64,
    /// The foot of the bars.
    note: String,
}

impl Plan {
    fn new(
        profile: &str,
        ranked: &[CandidateIndex],
        columns: &[Column],
        picture: &Picture,
    ) -> Result<Plan, Error> {
        let title =
            picture.title.as_deref().unwrap_or("Where is each candidate strong, and where weak?");
        let folds = ranked[0].index.len();
        let line = if folds > 1 { " Line: lowest to highest fold." } else { "" };
        let reading = format!(
            "Bar: mean index of the dimension, from 0 to 1, blue for the best.{line} Trust index and order of the \
             rows: profile '{profile}'."
        );
        let heading = Heading::new(title, &reading, picture.width);
        let names: Vec<String> = ranked.iter().map(|c| c.candidate.clone()).collect();
        let picture_width = f64::from(picture.width);
        let names = shortened_names(&names, NAME, WIDEST * picture_width);
        let name_width = names.iter().map(|name| width(name, NAME)).fold(0.0, f64::max);
        let figure = width("0.00", FIGURE) + 6.0;
        let left = MARGIN + name_width + 14.0;
        let count = columns.len() as f64;
        let top = heading.bottom() + 36.0;
        let rows = ranked.len() as f64;
        let needed = (left + count * (LEAST_BAR + figure + GAP) + MARGIN, top + rows * LEAST_ROW + FOOT);
        let height = picture.checked_height(top + rows * ROW + FOOT, needed)?;
        Ok(Plan {
            height,
            heading,
            names,
            left,
            top,
            row: (f64::from(height) - FOOT - top) / rows,
            column: (picture_width - MARGIN - left + GAP) / count,
            figure,
            note: picture.x_label.clone().unwrap_or_default(),
        })
    }

    fn draw_names(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        for (i, name) in self.names.iter().enumerate() {
            let at = Point { x: self.left - 14.0, y: self.y(i) };
            canvas.text(name, at, Anchor::End, Font::regular(NAME.min(self.row * 0.8), INK))?;
        }
        let at = Point { x: self.left, y: f64::from(self.height) - FOOT / 2.0 };
        canvas.text(&self.note, at, Anchor::Start, Font::regular(FIGURE, GREY))
    }

    fn y(&self, row: usize) -> f64 {
        self.top + (row as f64 + 0.5) * self.row
    }

    fn draw_column(&self, canvas: &mut Canvas<'_>, i: usize, column: &Column) -> Result<(), Error> {
        let left = self.left + i as f64 * self.column;
        let length = self.column - GAP - self.figure;
        let head = shortened(&column.head, HEAD * 1.1, self.column - GAP);
        let at = Point { x: left, y: self.top - 16.0 };
        canvas.text(&head, at, Anchor::Start, Font::bold(HEAD, INK))?;
        let best = column.bars.iter().map(|bar| bar.mean).fold(0.0, f64::max);
        let half = (self.row * 0.32).min(8.0);
        for (row, bar) in column.bars.iter().enumerate() {
            let y = self.y(row);
            let colour = if bar.mean == best { BLUE } else { OTHERS };
            let x = |value: f64| left + value * length;
            canvas.rectangle([left, y - half, x(1.0), y + half], GRID)?;
            canvas.rectangle([left, y - half, x(bar.mean), y + half], tint(colour, 0.6))?;
            if bar.folds[1] > bar.folds[0] {
                let ends = bar.folds.map(|value| Point { x: x(value), y });
                canvas.line(&ends, Stroke::solid(INK, 1.4))?;
            }
            let at = Point { x: x(1.0) + 6.0, y };
            let size = FIGURE.min(self.row * 0.8);
            canvas.text(&format!("{:.2}", bar.mean), at, Anchor::Start, Font::regular(size, colour))?;
        }
        Ok(())
    }
}
