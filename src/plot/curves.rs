//! Quantile functions and integrated quantile functions of k samples.

use super::axis::Axis;
use super::canvas;
use super::chart::{Chart, Words};
use super::end_labels::{self, NamedCurve};
use super::knots::Curve;
use super::path::{Point, thinned};
use super::picture::Picture;
use super::stroke::Stroke;
use crate::error::Error;
use crate::sample::{Sample, Samples};

/// Whose scores are higher at every share of the rows? Draws the quantile functions of all samples.
///
/// Q(p), the smallest value that at least a share p of the rows does not exceed, is a step function; all
/// its steps are drawn. A curve that is nowhere below another dominates it in the first order. Cost:
/// O(n) per sample.
///
/// ```
/// use risk_sd::Samples;
/// use risk_sd::plot::{Picture, quantile_curves};
///
/// let scores = Samples::paired([("tuned", [0.9, 0.4, 0.7]), ("base", [0.8, 0.5, 0.2])])?;
/// let svg = quantile_curves(&scores, &Picture::default().y_label("accuracy"))?;
/// assert!(svg.starts_with("<svg") && svg.contains("tuned"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// [`Error::Plot`] for a size without room for the curves and their names, with the size needed.
#[doc(alias = "inverse CDF")]
pub fn quantile_curves(samples: &Samples, picture: &Picture) -> Result<String, Error> {
    curves(samples, picture, Curve::Quantile)
}

/// Who is better for every risk-averse chooser? Draws the integrated quantile functions of all samples.
///
/// G(p), the integral of Q from 0 to p, is p times the mean of the lowest share p of the rows; it is
/// piecewise linear, convex, and ends at the mean. A curve that is nowhere below another dominates it in
/// the second order. Cost: O(n) per sample.
///
/// ```
/// use risk_sd::Samples;
/// use risk_sd::plot::{Picture, lorenz_curves};
///
/// let scores = Samples::paired([("tuned", [0.9, 0.4, 0.7]), ("base", [0.8, 0.5, 0.2])])?;
/// let svg = lorenz_curves(&scores, &Picture::default())?;
/// assert!(svg.contains("base"));
/// # Ok::<(), risk_sd::Error>(())
/// ```
///
/// # Errors
/// As [`quantile_curves`].
#[doc(alias = "absolute Lorenz curve")]
#[doc(alias = "generalized Lorenz curve")]
pub fn lorenz_curves(samples: &Samples, picture: &Picture) -> Result<String, Error> {
    curves(samples, picture, Curve::Lorenz)
}

impl Curve {
    /// The label of the vertical axis.
    pub(super) fn y_label(self) -> String {
        match self {
            Curve::Quantile => "score Q(p)".to_owned(),
            Curve::Lorenz => "integrated score G(p)".to_owned(),
        }
    }

    fn words(self) -> Words {
        let (title, reading) = match self {
            Curve::Quantile => (
                "Whose scores are higher at every share of the rows?",
                "Quantile functions. A curve nowhere below another dominates it in the first order.",
            ),
            Curve::Lorenz => (
                "Who is better for every risk-averse chooser?",
                "Integrated quantile functions (absolute Lorenz curves). A curve nowhere below another \
                 dominates it in the second order.",
            ),
        };
        Words {
            title: title.to_owned(),
            reading: reading.to_owned(),
            x_label: SHARES.to_owned(),
            y_label: self.y_label(),
        }
    }
}

/// The label of the horizontal axis.
pub(super) const SHARES: &str = "share of rows p, lowest scores first";

/// The axis that covers the curves of all samples.
pub(super) fn covering<'a>(curve: Curve, samples: impl Iterator<Item = &'a Sample>) -> Axis {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for sample in samples {
        for knot in curve.knots(sample) {
            (low, high) = (low.min(knot.y), high.max(knot.y));
        }
    }
    Axis::covering(low, high)
}

fn curves(samples: &Samples, picture: &Picture, curve: Curve) -> Result<String, Error> {
    let names: Vec<String> = samples.iter().map(|(name, _)| name.to_owned()).collect();
    let (names, room) = end_labels::fitted(&names, picture.width);
    let axis = covering(curve, samples.iter().map(|(_, sample)| sample));
    let chart = Chart::new(picture, curve.words(), axis, room)?;
    // One curve at a time: all knots of many long samples would fill the memory.
    let path = |sample: &Sample| -> Vec<Point> {
        let placed: Vec<Point> = curve.knots(sample).into_iter().map(|knot| chart.place(knot)).collect();
        thinned(&placed)
    };
    let named = samples.iter().zip(names).enumerate();
    let curves: Vec<NamedCurve> = named
        .map(|(i, ((_, sample), name))| NamedCurve {
            name,
            path: path(sample),
            stroke: Stroke::of_curve(i),
        })
        .collect();

    canvas::document(chart.size.0, chart.size.1, |canvas| {
        chart.draw(canvas)?;
        curves.iter().try_for_each(|curve| canvas.line(&curve.path, curve.stroke))?;
        end_labels::draw(canvas, &chart, &curves)
    })
}
