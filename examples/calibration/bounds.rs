//! All rules on one data set. Upper bounds do not depend on the threshold: a rule declares dominance at
//! every threshold at or above its bound, so one run answers for all of them.

use risk_sd::{Bootstrap, DominanceTest, Guard, Order, Rule, Samples};

/// Bootstrap and guard replicates per data set. Fewer than a user would take: they add noise to a single
/// answer, but hardly change how often answers are wrong (the guard is exact for any number that makes
/// level times (number + 1) an integer).
pub const REPLICATES: usize = 199;
pub const LEVEL: f64 = 0.05;

/// Upper bounds for the ratio of "column 0 over column 1"; 1 where nothing could be bounded.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Linear scale, analytic spread.
    pub linear: f64,
    /// Root scale, bootstrap spread.
    pub root: f64,
    /// Root scale, analytic spread.
    pub root_analytic: f64,
    pub guard_p_value: f64,
}

impl Bounds {
    /// The default rule: its bound counts only where the guard passes.
    pub fn default_rule(self) -> f64 {
        self.guarded(self.root)
    }

    pub fn guarded(self, bound: f64) -> f64 {
        if self.guard_p_value <= LEVEL { bound } else { 1.0 }
    }
}

/// The default test with few replicates.
pub fn test(order: Order, seed: u64) -> DominanceTest {
    DominanceTest::new(order)
        .level(LEVEL)
        .bootstrap(Bootstrap::new().replicates(REPLICATES).seed(seed))
        .guard(Guard::Replicates(REPLICATES))
}

/// The bounds in both directions: 0 over 1, and 1 over 0.
pub fn bounds(order: Order, seed: u64, samples: &Samples) -> [Bounds; 2] {
    let run = |test: DominanceTest| {
        let report = test.run(samples, "0", "1").expect("a valid test");
        [report.a_over_b, report.b_over_a]
    };
    let default = run(test(order, seed));
    let analytic = test(order, seed).guard(Guard::Off).analytic();
    let (root_analytic, linear) = (run(analytic), run(analytic.rule(Rule::Linear)));
    [0, 1].map(|way| Bounds {
        linear: linear[way].map_or(1.0, |d| d.upper_bound),
        root: default[way].map_or(1.0, |d| d.upper_bound),
        root_analytic: root_analytic[way].map_or(1.0, |d| d.upper_bound),
        guard_p_value: default[way].and_then(|d| d.guard_p_value).unwrap_or(1.0),
    })
}

/// The upper bound for "column 0 over column 1" without a guard.
pub fn unguarded(test: DominanceTest, samples: &Samples) -> f64 {
    let report = test.guard(Guard::Off).run(samples, "0", "1").expect("a valid test");
    report.a_over_b.map_or(1.0, |d| d.upper_bound)
}
