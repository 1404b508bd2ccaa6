//! Who wins under which trade-off of three dimensions: the ternary map.

use super::canvas::{self, Anchor, Canvas, Font};
use super::heading::{Heading, MARGIN};
use super::path::Point;
use super::picture::Picture;
use super::stroke::{FRAME, GREY, INK, Stroke, WHITE, tint};
use super::ternary::{self, Area, RATIO, Triangle, Winner};
use super::text::{shortened, width, wrapped};
use crate::audit::SweepReport;
use crate::error::Error;
use plotters::style::RGBColor;

const CORNER: f64 = 13.5;
const TICK: f64 = 11.0;
const LEGEND: f64 = 12.5;
const LINE: f64 = 21.0;
const SWATCH: f64 = 16.0;
/// Share of the picture's width that the legend takes.
const LEGEND_WIDTH: f64 = 0.3;
const LARGEST_SIDE: f64 = 600.0;
const LEAST_SIDE: f64 = 120.0;
/// Room for labels left and right of the triangle, and below it.
const AROUND: f64 = 44.0;
const BELOW: f64 = 56.0;
/// Share of the colour in an area: names and lines on it stay readable.
const SHADE: f64 = 0.5;
/// A winner that stays in fewer draws is marked as unsure.
const SURE: f64 = 0.9;
/// Pixels between two marks.
const MARKS: f64 = 9.0;
/// Candidates beyond this number would share colours with others.
const MOST_WINNERS: usize = 8;

/// Which candidate wins under which trade-off of three dimensions? Draws the simplex of weights as a triangle: in a
/// corner one dimension has all the weight, on the opposite side none. Areas have the colour of who wins there;
/// small dots mark weights under which the winner stays in fewer than nine of ten draws of the folds; the large
/// one is the profile from which the sweep started. The legend has the shares of the area.
///
/// Between points of the lattice scores are taken as linear, which is exact for a single fold. The area of
/// candidates that tie is drawn for the first of them.
///
/// ```
/// use risk_sd::plot::{Picture, trade_off_map};
/// use risk_sd::{Dimension, IncompleteRows, Metric, Profile, TableBuilder, TradeOffSweep, TrustIndex};
///
/// let metrics = ["fidelity", "privacy", "utility"];
/// let mut audit = TableBuilder::new();
/// for (candidate, values) in [("memoriser", [3.0, 1.0, 2.0]), ("copula", [2.0, 2.0, 1.0]), ("noise", [1.0, 3.0, 3.0])] {
///     for (metric, value) in metrics.iter().zip(values) {
///         audit.push(candidate, "all rows", metric, value)?;
///     }
/// }
/// let index = TrustIndex::new(metrics.map(|m| Dimension::new(m, [Metric::new(m)])))?;
/// let report = index.run(&audit.paired(IncompleteRows::Refuse)?, &[Profile::uniform("uniform")])?;
/// let svg = trade_off_map(&TradeOffSweep::new().run(&report, "uniform")?, &Picture::default())?;
/// assert!(svg.contains("memoriser"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnequalDimensions`] for a sweep over another number of dimensions; [`Error::Plot`] where more than
/// eight candidates win somewhere, and for a size without room.
#[doc(alias = "ternary plot")]
pub fn trade_off_map(sweep: &SweepReport, picture: &Picture) -> Result<String, Error> {
    let found = sweep.dimensions.len();
    if found != 3 {
        return Err(Error::UnequalDimensions { what: "a ternary map", expected: 3, found });
    }
    let areas = ternary::areas(sweep);
    let plan = Plan::new(sweep, &areas, picture)?;
    canvas::document(picture.width, plan.height, |canvas| {
        plan.heading.draw(canvas)?;
        areas.iter().try_for_each(|area| plan.draw_area(canvas, area))?;
        plan.draw_grid(canvas)?;
        plan.draw_marks(canvas)?;
        plan.draw_names(canvas, &areas)?;
        plan.draw_profile(canvas)?;
        plan.draw_legend(canvas)
    })
}

/// Where everything goes; pixels.
struct Plan<'a> {
    sweep: &'a SweepReport,
    height: u32,
    heading: Heading,
    triangle: Triangle,
    legend_left: f64,
    picture_width: f64,
    /// Candidates that win somewhere, by decreasing area.
    winners: Vec<Winner>,
}

impl<'a> Plan<'a> {
    fn new(sweep: &'a SweepReport, areas: &[Area], picture: &Picture) -> Result<Plan<'a>, Error> {
        let title = picture.title.as_deref().unwrap_or("Which candidate wins under which trade-off?");
        let heading = Heading::new(title, &reading(sweep), picture.width);
        let picture_width = f64::from(picture.width);
        let top = heading.bottom() + 38.0;
        let room = picture_width * (1.0 - LEGEND_WIDTH) - MARGIN - 2.0 * AROUND;
        let tall = picture.height.map_or(f64::INFINITY, |h| (f64::from(h) - top - BELOW) / RATIO);
        let side = room.min(LARGEST_SIDE).min(tall);
        let needed_width = (MARGIN + 2.0 * AROUND + LEAST_SIDE) / (1.0 - LEGEND_WIDTH);
        let legend = (sweep.candidates.len() + 6) as f64 * LINE;
        let needed = (needed_width, top + (LEAST_SIDE * RATIO).max(legend) + BELOW);
        let height = picture.checked_height(top + (side * RATIO).max(legend) + BELOW, needed)?;
        let triangle = Triangle::new(Point { x: MARGIN + AROUND, y: top + side * RATIO }, side);
        let legend_left = MARGIN + side + 2.0 * AROUND;
        let winners = ternary::winners(&triangle, areas, sweep.candidates.len());
        let found = winners.len();
        if found > MOST_WINNERS {
            let reason = format!("{found} candidates win somewhere: a map tells {MOST_WINNERS} apart");
            return Err(Error::Plot { reason });
        }
        Ok(Plan { sweep, height, heading, triangle, legend_left, picture_width, winners })
    }

    /// Colours go by the order in which candidates were audited, as far as they win.
    fn colour(&self, candidate: usize) -> RGBColor {
        Stroke::colour_of_area(self.winners.iter().filter(|w| w.candidate < candidate).count())
    }

    fn draw_area(&self, canvas: &mut Canvas<'_>, area: &Area) -> Result<(), Error> {
        let outline: Vec<Point> = area.outline.iter().map(|w| self.triangle.place(w)).collect();
        let colour = tint(self.colour(area.winner), SHADE);
        canvas.polygon(&outline, colour)?;
        // Neighbours of one colour would show a seam.
        let closed: Vec<Point> = outline.iter().copied().chain(outline.first().copied()).collect();
        canvas.line(&closed, Stroke::solid(colour, 0.8))
    }

    fn draw_grid(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        for k in 0..3 {
            let (next, last) = ((k + 1) % 3, (k + 2) % 3);
            for quarter in 1..4 {
                let share = f64::from(quarter) / 4.0;
                let ends = [next, last].map(|other| {
                    let mut weights = [0.0; 3];
                    weights[k] = share;
                    weights[other] = 1.0 - share;
                    self.triangle.place(&weights)
                });
                canvas.line(&ends, Stroke::solid(WHITE, 0.8))?;
                self.draw_tick(canvas, k, share, ends[1])?;
            }
            let edge = [self.triangle.corners[k], self.triangle.corners[next]];
            canvas.line(&edge, Stroke::solid(FRAME, 1.2))?;
        }
        let [top, left, right] = self.triangle.corners;
        let named = |k: usize| shortened(&self.sweep.dimensions[k], CORNER, self.triangle.side / 2.0);
        let font = Font::bold(CORNER, INK);
        canvas.text(&named(0), Point { x: top.x, y: top.y - 16.0 }, Anchor::Middle, font)?;
        let below = left.y + 30.0;
        canvas.text(&named(1), Point { x: left.x - AROUND, y: below }, Anchor::Start, font)?;
        canvas.text(&named(2), Point { x: right.x + AROUND, y: below }, Anchor::End, font)
    }

    /// The share of a dimension, outside the edge at which its line ends.
    fn draw_tick(&self, canvas: &mut Canvas<'_>, k: usize, share: f64, at: Point) -> Result<(), Error> {
        let label = format!("{share}");
        let (at, anchor) = match k {
            0 => (Point { x: at.x + 7.0, y: at.y }, Anchor::Start),
            1 => (Point { x: at.x - 7.0, y: at.y }, Anchor::End),
            _ => (Point { x: at.x, y: at.y + 12.0 }, Anchor::Middle),
        };
        canvas.text(&label, at, anchor, Font::regular(TICK, GREY))
    }

    /// Where the winner is unsure.
    fn draw_marks(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        if !self.sweep.tells_kept() {
            return Ok(());
        }
        let r = self.sweep.resolution;
        let step = (MARKS * r as f64 / self.triangle.side).ceil() as usize;
        for i in (0..=r).step_by(step) {
            for j in (0..=r - i).step_by(step) {
                let point = &self.sweep.points[self.sweep.position(i, j)];
                if point.kept.is_some_and(|kept| kept < SURE) {
                    canvas.dot(self.triangle.place(&point.weights), 1.3, INK)?;
                }
            }
        }
        Ok(())
    }

    /// Names in areas that have room for them.
    fn draw_names(&self, canvas: &mut Canvas<'_>, areas: &[Area]) -> Result<(), Error> {
        for winner in &self.winners {
            let name = &self.sweep.candidates[winner.candidate];
            // Bold letters are a tenth wider.
            let half = (0.55 * width(name, LEGEND) + 4.0, 10.0);
            if let Some(at) = ternary::free_place(&self.triangle, areas, winner, half) {
                let ground = [at.x - half.0, at.y - half.1, at.x + half.0, at.y + half.1];
                canvas.rectangle(ground, tint(self.colour(winner.candidate), SHADE))?;
                canvas.text(name, at, Anchor::Middle, Font::bold(LEGEND, INK))?;
            }
        }
        Ok(())
    }

    fn draw_profile(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let at = self.triangle.place(&self.sweep.profile_weights);
        canvas.dot(at, 5.5, WHITE)?;
        canvas.dot(at, 4.0, INK)
    }

    fn draw_legend(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let room = self.picture_width - MARGIN - self.legend_left - SWATCH - 8.0;
        let mut lines: Vec<(String, Mark)> = Vec::new();
        for Winner { candidate, share, .. } in &self.winners {
            let share = format!(" {:.0} %", 100.0 * share);
            let name =
                shortened(&self.sweep.candidates[*candidate], LEGEND, room - width(&share, LEGEND));
            lines.push((name + &share, Mark::Swatch(tint(self.colour(*candidate), SHADE))));
        }
        let profile = format!("profile: {}", self.sweep.profile.name);
        lines.push((shortened(&profile, LEGEND, room), Mark::Dot(4.0)));
        if self.sweep.tells_kept() {
            lines.push(("winner unsure".to_owned(), Mark::Dot(1.3)));
        }
        let drawn = |g: usize| self.winners.iter().any(|winner| winner.candidate == g);
        for (head, tied) in [("level with another: ", true), ("nowhere first: ", false)] {
            let others = (0..self.sweep.candidates.len()).filter(|&g| !drawn(g));
            let others = others.filter(|&g| (self.sweep.shares[g].share > 0.0) == tied);
            let others = others.map(|g| shortened(&self.sweep.candidates[g], LEGEND, room));
            let others: Vec<String> = others.collect();
            if !others.is_empty() {
                let text = wrapped(&(head.to_owned() + &others.join(", ")), LEGEND, room);
                lines.extend(text.into_iter().map(|line| (line, Mark::Nothing)));
            }
        }
        for (i, (text, mark)) in lines.iter().enumerate() {
            let y = self.triangle.corners[0].y + i as f64 * LINE;
            self.draw_mark(canvas, *mark, y)?;
            let at = Point { x: self.legend_left + SWATCH + 8.0, y };
            canvas.text(text, at, Anchor::Start, Font::regular(LEGEND, INK))?;
        }
        Ok(())
    }

    fn draw_mark(&self, canvas: &mut Canvas<'_>, mark: Mark, y: f64) -> Result<(), Error> {
        let left = self.legend_left;
        match mark {
            Mark::Swatch(colour) => canvas.rectangle([left, y - 7.0, left + SWATCH, y + 7.0], colour),
            Mark::Dot(radius) => canvas.dot(Point { x: left + SWATCH / 2.0, y }, radius, INK),
            Mark::Nothing => Ok(()),
        }
    }
}

/// How to read the map.
fn reading(sweep: &SweepReport) -> String {
    let [a, b, c] = [0, 1, 2].map(|k| &sweep.dimensions[k]);
    let unsure = match sweep.tells_kept() {
        true => " Dots: in more than a tenth of the draws of the folds another one wins.",
        false => "",
    };
    format!("Corners: all weight on {a}, {b} or {c}; on the opposite side it has none.{unsure}")
}

/// What stands before a line of the legend.
#[derive(Clone, Copy)]
enum Mark {
    Swatch(RGBColor),
    Dot(f64),
    Nothing,
}
