//! Bytes as data and settings. When they run out, zeros follow.

use risk_sd::{
    Adjustment, BlockLength, Bootstrap, BootstrapMethod, Error, Guard, Order, Rule, Sample, Samples,
    Survey,
};

use super::results::passed;

/// Names of columns: short ones, one that is no word, one used twice by accident.
pub const NAMES: [&str; 5] = ["a", "b", "c", "\u{00e9}\u{4e2d}", "<d & \"e\">"];

/// Squares of smaller numbers, and sums of some hundred of them, are within the range of f64.
const TAME: f64 = 1e145;

pub struct Input<'a> {
    bytes: &'a [u8],
    /// No number so far was so large that its square might be beyond f64.
    pub tame: bool,
    /// One input in sixteen takes the slow looks as well: results as JSON text, runs that are stopped.
    pub thorough: bool,
}

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        let mut input = Input { bytes, tame: true, thorough: false };
        input.thorough = input.rarely(16);
        input
    }

    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    pub fn word(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// What has not been read.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.bytes)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.byte() as usize % bound
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True once in `often` times.
    pub fn rarely(&mut self, often: usize) -> bool {
        self.below(often) == often - 1
    }

    /// From none to some dozen rows, mostly few: kernels change with blocks of 8, 16, 32 and 64.
    pub fn rows(&mut self) -> usize {
        match self.byte() {
            0 => 0,
            byte @ 1..=246 => 1 + byte as usize % 12,
            byte => 8 * (byte as usize - 246) - 1 + self.below(3),
        }
    }

    /// Any f64 at all, special ones among them.
    pub fn any(&mut self) -> f64 {
        const SPECIAL: [f64; 16] = [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
            -0.0,
            0.0,
            1.0,
            0.5,
            1.0 + f64::EPSILON,
            1e308,
            -1e-308,
            0.49999999999999994,
        ];
        let number = match self.byte() {
            0..=99 => f64::from(self.byte() as i8) / 8.0,
            100..=149 => f64::from_bits(self.word()),
            150..=199 => f64::from(self.byte()) / 256.0,
            _ => self.pick(&SPECIAL),
        };
        self.seen(number)
    }

    /// A number of a column, by the kind of column.
    fn of_kind(&mut self, kind: u8) -> f64 {
        let small = f64::from(self.byte() as i8) / 4.0;
        let number = match kind {
            0..=5 => small.trunc(),
            6 => 1e9 + small / 256.0,
            7 => small * 1e300,
            8 => small * 1e-300,
            9 => small * 5e-324,
            10 => small * 1e150,
            11 => 1.0,
            12 => small * 2f64.powi(i32::from(self.byte()) - 128),
            13 => f64::MAX / (1.0 + small.abs()) * small.signum(),
            14 => small + f64::from(self.byte()) / 7.0,
            // Differences in the last bits of large numbers, of numbers around 1, and of the smallest.
            15 => 1e300 * (1.0 + small.trunc() * f64::EPSILON),
            16 => 1.0 + small.trunc() * f64::EPSILON,
            17 => f64::MIN_POSITIVE + small.trunc() * 5e-324,
            18 => 2f64.powi(53) + small.trunc(),
            _ => return self.any(),
        };
        self.seen(number)
    }

    fn seen(&mut self, number: f64) -> f64 {
        if number.abs() > TAME {
            self.tame = false;
        }
        number
    }

    /// Numbers of one kind: ties, offsets, extremes, or anything.
    pub fn column(&mut self, rows: usize) -> Vec<f64> {
        let kind = self.below(20) as u8;
        let mut column: Vec<f64> = (0..rows).map(|_| self.of_kind(kind)).collect();
        // One row of another kind.
        if rows > 0 && self.rarely(8) {
            let row = self.below(rows);
            column[row] = self.any();
        }
        column
    }

    /// Mostly valid weights: small counts, zeros, wide ranges.
    pub fn weights(&mut self, rows: usize) -> Vec<f64> {
        let rows = if self.rarely(32) { rows + 1 } else { rows };
        match self.below(9) {
            0..=3 => (0..rows).map(|_| f64::from(self.byte() % 8)).collect(),
            // Whole numbers as large as f64 counts them.
            8 => (0..rows).map(|_| 2f64.powi(53) - f64::from(self.byte() % 8)).collect(),
            4 => (0..rows).map(|_| f64::from(self.byte()) * 1e-320).collect(),
            5 => (0..rows).map(|_| f64::from(self.byte()) * 1e305).collect(),
            6 => (0..rows).map(|_| 10f64.powi(i32::from(self.byte() as i8) / 16)).collect(),
            _ => (0..rows).map(|_| self.any()).collect(),
        }
    }

    pub fn labels(&mut self, rows: usize) -> Vec<u8> {
        let rows = if self.rarely(32) { rows + 1 } else { rows };
        let groups = self.pick(&[1, 2, 2, 3, 3, 6]);
        (0..rows).map(|_| self.below(groups) as u8).collect()
    }

    pub fn sample(&mut self) -> Option<Sample> {
        let rows = self.rows();
        let values = self.column(rows);
        match self.below(4) {
            0 => {
                let weights = self.weights(rows);
                passed(Sample::weighted(values, weights))
            }
            1 => {
                let mut values = values;
                if !self.rarely(4) {
                    values.sort_unstable_by(f64::total_cmp);
                }
                passed(Sample::from_sorted(values))
            }
            _ => passed(Sample::new(values)),
        }
    }

    /// Columns of one of the sampling designs.
    pub fn samples(&mut self) -> Option<Samples> {
        let columns = self.pick(&[1, 2, 2, 2, 2, 3, 3, 4]);
        let rows = self.rows();
        let name = |index: usize, input: &mut Input| match input.rarely(64) {
            true => NAMES[0],
            false => NAMES[index],
        };
        match self.below(8) {
            0 | 1 => {
                let own = |index| Some((name(index, self), self.sample()?));
                passed(Samples::independent((0..columns).map(own).collect::<Option<Vec<_>>>()?))
            }
            2 => {
                let own = |index| {
                    let rows = self.rows();
                    let (values, labels) = (self.column(rows), self.labels(rows));
                    (name(index, self), values, labels)
                };
                passed(Samples::in_clusters((0..columns).map(own).collect::<Vec<_>>()))
            }
            3 => {
                let own = |index| (name(index, self), self.survey());
                passed(Samples::surveys((0..columns).map(own).collect::<Vec<_>>()))
            }
            4 => {
                let own = |index| {
                    let rows = self.rows();
                    (name(index, self), self.column(rows))
                };
                let series: Vec<_> = (0..columns).map(own).collect();
                passed(Samples::independent_series(series, self.block_length()))
            }
            _ => {
                let paired = (0..columns).map(|index| (name(index, self), self.column(rows)));
                let paired = passed(Samples::paired(paired.collect::<Vec<_>>()))?;
                self.designed(paired, rows)
            }
        }
    }

    fn survey(&mut self) -> Survey {
        let rows = self.rows();
        let mut survey = Survey::new(self.column(rows));
        let parts = self.byte();
        if parts & 1 == 1 {
            survey = survey.weights(self.weights(rows));
        }
        if parts & 2 == 2 {
            survey = survey.clusters(&self.labels(rows));
        }
        if parts & 12 == 12 {
            survey = survey.strata(&self.labels(rows));
        }
        survey
    }

    /// Weights, clusters, strata or blocks on top of pairs, also where they do not go together.
    fn designed(&mut self, paired: Samples, rows: usize) -> Option<Samples> {
        let steps: &[u8] =
            self.pick(&[&[][..], &[0], &[1], &[2], &[3], &[0, 1], &[1, 2], &[0, 1, 2], &[2, 3]]);
        // Strata of whole clusters, mostly: others are refused.
        let mut clusters = None;
        steps.iter().try_fold(paired, |samples, step| {
            passed(match step {
                0 => samples.weighted(&self.weights(rows)),
                1 => samples.clustered(clusters.insert(self.labels(rows))),
                2 => match clusters.take() {
                    Some(clusters) if !self.rarely(4) => {
                        samples.stratified(&clusters.iter().map(|label| label / 2).collect::<Vec<u8>>())
                    }
                    _ => samples.stratified(&self.labels(rows)),
                },
                _ => samples.time_series(self.block_length()),
            })
        })
    }

    pub fn block_length(&mut self) -> BlockLength {
        match self.below(8) {
            0..=2 => BlockLength::Automatic,
            7 => {
                BlockLength::Rows(self.pick(&[0, usize::MAX, usize::MAX / 2 + 1, u32::MAX as usize + 2]))
            }
            rows => BlockLength::Rows(rows - 2),
        }
    }

    pub fn order(&mut self) -> Order {
        self.pick(&[Order::First, Order::Second])
    }

    /// A level or another share: mostly .05 to .25.
    pub fn share(&mut self) -> f64 {
        match self.byte() {
            0..=99 => 0.05,
            100..=199 => 0.25,
            200..=229 => f64::from(self.byte()) / 256.0,
            _ => self.any(),
        }
    }

    /// As few as tests allow, fewer, or absurdly many.
    pub fn replicates(&mut self) -> usize {
        match self.byte() {
            0..=239 => 99 + self.below(16),
            240..=247 => self.below(99),
            _ => self.absurd_replicates(),
        }
    }

    fn absurd_replicates(&mut self) -> usize {
        self.pick(&[0, 1, usize::MAX, usize::MAX / 2, 10_000_001, u32::MAX as usize])
    }

    /// From 1 to 20 replicates, or absurdly many.
    pub fn few_replicates(&mut self) -> usize {
        match self.byte() {
            byte @ 0..=247 => 1 + byte as usize % 20,
            _ => self.absurd_replicates(),
        }
    }

    pub fn seed(&mut self) -> u64 {
        self.pick(&[0, 1, 7, u64::MAX, 1 << 63])
    }

    pub fn bootstrap(&mut self) -> Bootstrap {
        let replicates = self.replicates();
        self.bootstrap_of(replicates)
    }

    /// Where a test of level is not at stake.
    pub fn small_bootstrap(&mut self) -> Bootstrap {
        let replicates = self.few_replicates();
        self.bootstrap_of(replicates)
    }

    fn bootstrap_of(&mut self, replicates: usize) -> Bootstrap {
        use BootstrapMethod::{BayesianWeights, ByDesign, MovingBlocks};
        let method = self.pick(&[ByDesign, ByDesign, MovingBlocks, BayesianWeights]);
        Bootstrap::new().replicates(replicates).seed(self.seed()).method(method)
    }

    /// Mostly none: the fewest replicates that are allowed take longer than all else.
    pub fn guard(&mut self) -> Guard {
        match self.rarely(8) {
            true => Guard::Replicates(self.replicates()),
            false => Guard::Off,
        }
    }

    /// Whether standard errors come from a bootstrap: now and then, for the same reason.
    pub fn resamples(&mut self) -> bool {
        self.rarely(8)
    }

    pub fn rule(&mut self) -> Rule {
        self.pick(&[Rule::Root, Rule::Linear, Rule::PaperLiteral])
    }

    pub fn adjustment(&mut self) -> Adjustment {
        self.pick(&[Adjustment::Holm, Adjustment::Bonferroni, Adjustment::PaperSquare, Adjustment::None])
    }

    /// Any valid text: what is not UTF-8 is replaced.
    pub fn text(&mut self, longest: usize) -> String {
        let length = self.below(longest + 1);
        let bytes: Vec<u8> = (0..length).map(|_| self.byte()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The first two names, or another one that may be missing.
    pub fn two_names(&mut self) -> (&'static str, &'static str) {
        match self.below(16) {
            0 => (NAMES[1], NAMES[2]),
            1 => (NAMES[0], NAMES[0]),
            _ => (NAMES[0], NAMES[1]),
        }
    }
}

/// A listener that stops at its first call or never.
pub fn listener(stop: bool) -> impl FnMut(risk_sd::Progress) -> std::ops::ControlFlow<()> {
    move |_| if stop { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
}

/// Whether the error is one that a listener asked for.
pub fn cancelled<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Cancelled { .. }))
}
