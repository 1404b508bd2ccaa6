//! What is drawn: five shapes of laws, moved and spread, in six sampling designs.

use risk_sd::{Order, Sample, Samples, gap};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::laws::{Dependence, Population, STANDARD};

pub const SIZES: [usize; 4] = [20, 50, 200, 1000];
pub const ORDERS: [Order; 2] = [Order::First, Order::Second];

/// Functions of a standard normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    Normal,
    LogNormal,
    /// A normal rounded to 1, ..., 5.
    FiveLevels,
    /// A normal cut off at 0 and 1, where a tenth of the mass lies each.
    Bounded,
    /// Student's t with 3 degrees of freedom: no fourth moment, not even a third.
    T3,
}

pub const SHAPES: [Shape; 5] =
    [Shape::Normal, Shape::LogNormal, Shape::FiveLevels, Shape::Bounded, Shape::T3];

/// A law: a shape moved and spread, after its normal was bent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    pub shape: Shape,
    pub location: f64,
    pub spread: f64,
    /// The normal is multiplied by these below and above 0.
    pub bend: [f64; 2],
}

impl Shape {
    pub fn name(self) -> &'static str {
        match self {
            Shape::Normal => "normal",
            Shape::LogNormal => "lognormal",
            Shape::FiveLevels => "5 levels",
            Shape::Bounded => "bounded",
            Shape::T3 => "t(3)",
        }
    }

    pub fn law(self, location: f64, spread: f64) -> Law {
        Law { shape: self, location, spread, bend: [1.0; 2] }
    }

    /// The law that others are compared with.
    pub fn standard(self) -> Law {
        self.law(0.0, 1.0)
    }

    /// Half a standard deviation better everywhere, or as much better as levels and bounds allow.
    pub fn better(self) -> Law {
        self.law(0.5, 1.0)
    }

    /// At least as high as the standard law everywhere, and equal at its median: the curves touch in one point.
    pub fn touching(self) -> Law {
        Law { bend: [0.7, 1.3], ..self.standard() }
    }

    /// A law whose curves cross those of the standard law, with violation ratios well inside of (0, 1/2): at
    /// both orders, lognormal at first order.
    pub fn crossing(self) -> Law {
        match self {
            Shape::Normal | Shape::T3 => self.law(0.5, 2.0),
            Shape::LogNormal => self.law(0.42, 0.8),
            Shape::FiveLevels => self.law(0.4, 1.6),
            Shape::Bounded => self.law(0.15, 1.6),
        }
    }

    /// The same with a ratio near 0 at one order at least.
    pub fn nearly_dominating(self) -> Law {
        match self {
            Shape::Normal | Shape::T3 => self.law(1.0, 1.5),
            Shape::LogNormal => self.law(-0.08, 1.25),
            Shape::FiveLevels | Shape::Bounded => self.law(0.5, 1.6),
        }
    }
}

impl Law {
    pub fn at(self, z: f64) -> f64 {
        let z = z * self.bend[usize::from(z > 0.0)];
        let moved = self.location + self.spread * z;
        match self.shape {
            Shape::Normal => moved,
            Shape::LogNormal => moved.exp(),
            Shape::FiveLevels => (3.5 + 1.1 * moved).round().clamp(1.0, 5.0),
            Shape::Bounded => (0.5 + 0.4 * moved).clamp(0.0, 1.0),
            Shape::T3 => self.location + self.spread * t3(z),
        }
    }

    /// The law as a sample: its values at the middles of 40,000 cells of the normal law, weighted by their masses.
    fn as_sample(self) -> Sample {
        const CELLS: i32 = 40_000;
        let width = 20.0 / f64::from(CELLS);
        let z = (0..CELLS).map(|cell| -10.0 + (f64::from(cell) + 0.5) * width);
        let masses = z.clone().map(|z| (-z * z / 2.0).exp());
        Sample::weighted(z.map(|z| self.at(z)).collect::<Vec<_>>(), masses.collect::<Vec<_>>())
            .expect("finite values and weights")
    }
}

/// The quantile of Student's law of 3 degrees of freedom where the normal law has z: with t = sqrt 3 tan x,
/// F(t) = 1/2 + (x + sin x cos x) / pi.
fn t3(z: f64) -> f64 {
    // The tail below, where u - sin u cos u = pi F(t), u = x + pi / 2.
    let target = std::f64::consts::PI * Normal::standard().cdf(-z.abs());
    let area = |u: f64| match u < 0.1 {
        // The difference would cancel.
        true => u * u * u * (2.0 / 3.0 - u * u * (2.0 / 15.0 - u * u * 4.0 / 315.0)),
        false => u - u.sin() * u.cos(),
    };
    let mut u = (1.5 * target).cbrt();
    for _ in 0..30 {
        let step = (area(u) - target) / (2.0 * u.sin().powi(2));
        u -= step;
        if step.abs() <= 1e-15 * u {
            break;
        }
    }
    3.0_f64.sqrt() / u.tan() * z.signum()
}

/// The violation ratios of X over Y, first and second order.
pub fn true_ratios(x: Law, y: Law) -> [f64; 2] {
    let (x, y) = (x.as_sample(), y.as_sample());
    ORDERS.map(|order| gap(order, &x, &y).violation_ratio())
}

/// The sampling designs.
pub const INDEPENDENT: (&str, Dependence) = ("independent", Dependence::Independent);
pub const PAIRED: (&str, Dependence) = ("paired .8", Dependence::Paired { correlation: 0.8 });
pub const CLUSTERED: (&str, Dependence) =
    ("clusters of 5", Dependence::Clustered { size: 5, correlation: 0.5 });
pub const STRATIFIED: (&str, Dependence) =
    ("4 strata", Dependence::Stratified { strata: 4, share: 0.5 });
pub const SERIAL: (&str, Dependence) = ("AR(1) .5", Dependence::Serial { memory: 0.5 });
pub const SURVEYS: (&str, Dependence) =
    ("surveys of clusters", Dependence::Surveys { size: 5, correlation: 0.5 });

/// All shapes in the first three designs, normal laws in the others.
pub fn all_designs() -> impl Iterator<Item = (Shape, (&'static str, Dependence))> {
    let everywhere =
        SHAPES.into_iter().flat_map(|shape| [INDEPENDENT, PAIRED, CLUSTERED].map(|how| (shape, how)));
    everywhere.chain([STRATIFIED, SERIAL, SURVEYS].map(|how| (Shape::Normal, how)))
}

/// Columns "0", "1", ... of these laws with as many rows each, in the order of the rows.
pub fn columns(
    laws: &[Law],
    rows: usize,
    dependence: Dependence,
    seed: u64,
) -> (Population, Vec<(String, Vec<f64>)>) {
    let population = Population { columns: vec![(STANDARD, rows); laws.len()], dependence };
    let mut columns = population.values(seed);
    for (law, (_, values)) in laws.iter().zip(&mut columns) {
        values.iter_mut().for_each(|z| *z = law.at(*z));
    }
    (population, columns)
}

/// These columns as samples of the design.
pub fn draw(laws: &[Law], rows: usize, dependence: Dependence, seed: u64) -> Samples {
    let (population, columns) = columns(laws, rows, dependence, seed);
    population.tied_together(columns).expect("valid columns")
}
