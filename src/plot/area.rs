//! One pair: where A is above B, and where it violates dominance.

use super::canvas;
use super::chart::{Chart, Words};
use super::curves::{SHARES, covering};
use super::end_labels::{self, NamedCurve};
use super::knots::Curve;
use super::notes::{self, Note};
use super::path::{Point, thinned};
use super::picture::Picture;
use super::regions::{Higher, Region, hatching, regions};
use super::stroke::{BLUE, GREY, Stroke, VERMILLION, tint};
use crate::dominance::Order;
use crate::error::Error;
use crate::sample::Sample;

/// From one line of the hatching to the next.
const HATCHING: f64 = 7.0;

/// Does A dominate B, and where not? Draws both quantile functions (first order) or both integrated
/// quantile functions (second order), and shades what lies between them: hatched where A is below B and
/// so violates dominance, lightly tinted where it is above.
///
/// "No visible violation" means that A is nowhere a pixel below B, not that it dominates: the picture shows
/// sizes, a verdict decides signs.
///
/// Violation ratios compare the integrals of the *squared* distances of the curves over these two
/// regions, not their areas: deep violations weigh more than they show. Cost: O(n + m).
///
/// ```
/// use risk_sd::plot::{Picture, violation_area};
/// use risk_sd::{Order, Sample};
///
/// let tuned = Sample::new([0.9, 0.1, 0.7])?;
/// let base = Sample::new([0.8, 0.5, 0.2])?;
/// let svg = violation_area(Order::First, "tuned", &tuned, "base", &base, &Picture::default())?;
/// assert!(svg.contains("Does tuned dominate base in the first order?"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::SameName`]; else as [`quantile_curves`](super::quantile_curves).
pub fn violation_area(
    order: Order,
    name_a: &str,
    a: &Sample,
    name_b: &str,
    b: &Sample,
    picture: &Picture,
) -> Result<String, Error> {
    if name_a == name_b {
        return Err(Error::SameName { name: name_a.to_owned() });
    }
    let curve = match order {
        Order::First => Curve::Quantile,
        Order::Second => Curve::Lorenz,
    };
    let (names, room) = end_labels::fitted(&[name_a.to_owned(), name_b.to_owned()], picture.width);
    let axis = covering(curve, [a, b].into_iter());
    let chart = Chart::new(picture, words(order, curve, name_a, name_b), axis, room)?;
    let place = |sample: &Sample| -> Vec<Point> {
        curve.knots(sample).into_iter().map(|knot| chart.place(knot)).collect()
    };
    let (path_a, path_b) = (place(a), place(b));
    let regions = regions(&path_a, &path_b);
    let [name_a, name_b] = [0, 1].map(|i| names[i].clone());
    // A is the wider line and lies below B: where they coincide, both are seen.
    let curves = [
        NamedCurve { name: name_a, path: thinned(&path_a), stroke: Stroke::solid(BLUE, 3.0) },
        NamedCurve { name: name_b, path: thinned(&path_b), stroke: Stroke::solid(VERMILLION, 1.4) },
    ];

    canvas::document(chart.size.0, chart.size.1, |canvas| {
        chart.draw(canvas)?;
        regions.iter().try_for_each(|region| shade(canvas, region))?;
        curves.iter().try_for_each(|curve| canvas.line(&curve.path, curve.stroke))?;
        let notes = notes_on(&regions, &names[0], &names[1]);
        notes::draw(canvas, &chart, &notes, [&curves[0].path, &curves[1].path])?;
        end_labels::draw(canvas, &chart, &curves)
    })
}

fn words(order: Order, curve: Curve, name_a: &str, name_b: &str) -> Words {
    let functions = match curve {
        Curve::Quantile => "Quantile functions",
        Curve::Lorenz => "Integrated quantile functions (absolute Lorenz curves)",
    };
    Words {
        title: format!("Does {name_a} dominate {name_b} in the {order} order?"),
        reading: format!("{functions}. Where {name_a} is below (hatched), it does not."),
        x_label: SHARES.to_owned(),
        y_label: curve.y_label(),
    }
}

fn shade(canvas: &mut canvas::Canvas<'_>, region: &Region) -> Result<(), Error> {
    match region.higher {
        Higher::A => canvas.polygon(&region.outline, tint(BLUE, 0.16)),
        Higher::B => {
            canvas.polygon(&region.outline, tint(VERMILLION, 0.3))?;
            let stroke = Stroke::solid(tint(VERMILLION, 0.75), 1.0);
            hatching(&region.outline, HATCHING).iter().try_for_each(|line| canvas.line(line, stroke))
        }
    }
}

/// A note on the largest visible region of either kind, and on violations also if there is none.
fn notes_on(regions: &[Region], name_a: &str, name_b: &str) -> Vec<Note> {
    let largest = |side| {
        let seen = regions.iter().filter(|r| r.higher == side && r.visible.is_some());
        seen.max_by(|r, s| r.area.total_cmp(&s.area)).and_then(|r| r.visible)
    };
    let note = |text: String, about, colour| Note { text, about, colour };
    let (below, above) = (largest(Higher::B), largest(Higher::A));
    let nothing = if above.is_some() { "no visible violation" } else { "no visible difference" };
    let first = match below {
        Some(_) => note(format!("{name_a} below {name_b}: violation"), below, VERMILLION),
        None => note(nothing.to_owned(), None, GREY),
    };
    let mut notes = vec![first];
    if above.is_some() {
        notes.push(note(format!("{name_a} above {name_b}"), above, BLUE));
    }
    notes
}
