//! Who wins under which trade-off of three dimensions: the ternary map.

use super::canvas::{self, Anchor, Canvas, Font};
use super::heading::{Heading, MARGIN};
use super::path::Point;
use super::picture::Picture;
use super::stroke::{FRAME, GREY, INK, Stroke, WHITE, tint};
use super::text::{shortened, width, wrapped};
use crate::audit::{SweepReport, regions_of_cell};
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
    let areas = areas(sweep);
    let plan = Plan::new(sweep, &areas, picture)?;
    canvas::document(picture.width, plan.height, |canvas| {
        plan.heading.draw(canvas)?;
        areas.iter().try_for_each(|area| plan.draw_area(canvas, area))?;
        plan.draw_grid(canvas)?;
        plan.draw_marks(canvas)?;
        plan.draw_profile(canvas)?;
        plan.draw_legend(canvas)
    })
}

/// A convex piece of the simplex that one candidate wins, its corners as weights.
struct Area {
    winner: usize,
    outline: Vec<[f64; 3]>,
}

/// The simplex in pieces: runs of cells with one winner are joined, others cut.
fn areas(sweep: &SweepReport) -> Vec<Area> {
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

/// Where everything goes; pixels.
struct Plan<'a> {
    sweep: &'a SweepReport,
    height: u32,
    heading: Heading,
    /// The corners of the three dimensions.
    corners: [Point; 3],
    side: f64,
    legend_left: f64,
    picture_width: f64,
    /// Candidates that win somewhere, by decreasing share, with the middles of their areas.
    winners: Vec<(usize, Point)>,
}

impl<'a> Plan<'a> {
    fn new(sweep: &'a SweepReport, areas: &[Area], picture: &Picture) -> Result<Plan<'a>, Error> {
        let title = picture.title.as_deref().unwrap_or("Which candidate wins under which trade-off?");
        let [a, b, c] = [0, 1, 2].map(|k| sweep.dimensions[k].as_str());
        let unsure = match sweep.points[0].kept {
            Some(_) => " Dots: in more than a tenth of the draws of the folds another one wins.",
            None => "",
        };
        let reading =
            format!("Corners: all weight on {a}, {b} or {c}; on the opposite side it has none.{unsure}");
        let heading = Heading::new(title, &reading, picture.width);
        let picture_width = f64::from(picture.width);
        let top = heading.bottom() + 38.0;
        let room = picture_width * (1.0 - LEGEND_WIDTH) - MARGIN - 2.0 * AROUND;
        let tall = picture.height.map_or(f64::INFINITY, |h| (f64::from(h) - top - BELOW) / RATIO);
        let side = room.min(LARGEST_SIDE).min(tall);
        let needed_width = (MARGIN + 2.0 * AROUND + LEAST_SIDE) / (1.0 - LEGEND_WIDTH);
        let legend = sweep.candidates.len() as f64 * LINE + 5.0 * LINE;
        let natural = top + (side * RATIO).max(legend) + BELOW;
        let needed = (needed_width, top + (LEAST_SIDE * RATIO).max(legend) + BELOW);
        let height = picture.checked_height(natural, needed)?;
        let (left, bottom) = (MARGIN + AROUND, top + side * RATIO);
        let corners = [
            Point { x: left + side / 2.0, y: top },
            Point { x: left, y: bottom },
            Point { x: left + side, y: bottom },
        ];
        let legend_left = left + side + AROUND;
        let mut plan = Plan {
            sweep,
            height,
            heading,
            corners,
            side,
            legend_left,
            picture_width,
            winners: Vec::new(),
        };
        plan.winners = plan.middles(areas);
        if plan.winners.len() > MOST_WINNERS {
            let reason = format!(
                "{} candidates win somewhere: a map tells {MOST_WINNERS} apart",
                plan.winners.len()
            );
            return Err(Error::Plot { reason });
        }
        Ok(plan)
    }

    fn place(&self, weights: &[f64]) -> Point {
        let total = |f: fn(&Point) -> f64| (0..3).map(|k| weights[k] * f(&self.corners[k])).sum();
        Point { x: total(|p| p.x), y: total(|p| p.y) }
    }

    /// Who wins somewhere, by decreasing share, and the mean of the points won.
    fn middles(&self, areas: &[Area]) -> Vec<(usize, Point)> {
        let middle = |g: usize| {
            let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
            for area in areas.iter().filter(|area| area.winner == g) {
                let points: Vec<Point> = area.outline.iter().map(|w| self.place(w)).collect();
                for triangle in 1..points.len() - 1 {
                    let [p, q, r] = [points[0], points[triangle], points[triangle + 1]];
                    let size = ((q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)).abs();
                    x += size * (p.x + q.x + r.x) / 3.0;
                    y += size * (p.y + q.y + r.y) / 3.0;
                    total += size;
                }
            }
            (total > 0.0).then(|| (g, Point { x: x / total, y: y / total }))
        };
        let mut winners: Vec<_> = (0..self.sweep.candidates.len()).filter_map(middle).collect();
        let share = |g: usize| self.sweep.shares[g].share;
        winners.sort_by(|a, b| share(b.0).total_cmp(&share(a.0)));
        winners
    }

    /// Colours go by the order in which candidates were audited, as far as they win.
    fn colour(&self, candidate: usize) -> RGBColor {
        Stroke::colour_of_area(self.winners.iter().filter(|(g, _)| *g < candidate).count())
    }

    fn draw_area(&self, canvas: &mut Canvas<'_>, area: &Area) -> Result<(), Error> {
        let outline: Vec<Point> = area.outline.iter().map(|w| self.place(w)).collect();
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
                    self.place(&weights)
                });
                canvas.line(&ends, Stroke::solid(WHITE, 0.8))?;
                self.draw_tick(canvas, k, share, ends[1])?;
            }
            let edge = [self.corners[k], self.corners[next]];
            canvas.line(&edge, Stroke::solid(FRAME, 1.2))?;
        }
        let [top, left, right] = self.corners;
        let named = |k: usize| shortened(&self.sweep.dimensions[k], CORNER, self.side / 2.0);
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

    /// Where the winner is unsure; and the names in areas that have room for them.
    fn draw_marks(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let r = self.sweep.resolution;
        let step = (MARKS * r as f64 / self.side).ceil() as usize;
        for i in (0..=r).step_by(step) {
            for j in (0..=r - i).step_by(step) {
                let point = &self.sweep.points[self.sweep.position(i, j)];
                if point.kept.is_some_and(|kept| kept < SURE) {
                    canvas.dot(self.place(&point.weights), 1.3, INK)?;
                }
            }
        }
        for (g, middle) in &self.winners {
            let name = &self.sweep.candidates[*g];
            let room = self.side * self.sweep.shares[*g].share.sqrt();
            if width(name, LEGEND) < 0.9 * room {
                let half = 0.55 * width(name, LEGEND) + 3.0; // bold letters are wider
                let ground = [middle.x - half, middle.y - 9.0, middle.x + half, middle.y + 9.0];
                canvas.rectangle(ground, tint(self.colour(*g), SHADE))?;
                canvas.text(name, *middle, Anchor::Middle, Font::bold(LEGEND, INK))?;
            }
        }
        Ok(())
    }

    fn draw_profile(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let at = self.place(&self.sweep.profile_weights);
        canvas.dot(at, 5.5, WHITE)?;
        canvas.dot(at, 4.0, INK)
    }

    fn draw_legend(&self, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        let room = self.picture_width - MARGIN - self.legend_left - SWATCH - 8.0;
        let mut y = self.corners[0].y;
        let left = self.legend_left;
        let mut line = |canvas: &mut Canvas<'_>, text: &str, mark: Mark| -> Result<(), Error> {
            match mark {
                Mark::Swatch(colour) => {
                    canvas.rectangle([left, y - 7.0, left + SWATCH, y + 7.0], colour)?;
                }
                Mark::Dot(radius) => canvas.dot(Point { x: left + SWATCH / 2.0, y }, radius, INK)?,
                Mark::Nothing => {}
            }
            let at = Point { x: left + SWATCH + 8.0, y };
            canvas.text(text, at, Anchor::Start, Font::regular(LEGEND, INK))?;
            y += LINE;
            Ok(())
        };
        for (g, _) in &self.winners {
            let share = format!(" {:.0} %", 100.0 * self.sweep.shares[*g].share);
            let name = shortened(&self.sweep.candidates[*g], LEGEND, room - width(&share, LEGEND));
            line(canvas, &(name + &share), Mark::Swatch(tint(self.colour(*g), SHADE)))?;
        }
        line(
            canvas,
            &shortened(&format!("profile: {}", self.sweep.profile.name), LEGEND, room),
            Mark::Dot(4.0),
        )?;
        if self.sweep.points[0].kept.is_some() {
            line(canvas, "winner unsure", Mark::Dot(1.3))?;
        }
        let wins = |g: &usize| self.winners.iter().any(|(w, _)| w == g);
        let others = (0..self.sweep.candidates.len()).filter(|g| !wins(g));
        let others: Vec<&str> = others.map(|g| self.sweep.candidates[g].as_str()).collect();
        if !others.is_empty() {
            let text = format!("nowhere first: {}", others.join(", "));
            wrapped(&text, LEGEND, room)
                .iter()
                .try_for_each(|text| line(canvas, text, Mark::Nothing))?;
        }
        Ok(())
    }
}

/// Height of an equilateral triangle of side 1: sqrt(3) / 2.
const RATIO: f64 = 0.866_025_403_784_438_6;

/// What stands before a line of the legend.
enum Mark {
    Swatch(RGBColor),
    Dot(f64),
    Nothing,
}
