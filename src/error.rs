//! The one error type of the crate.

mod sentences;

/// What was wrong with the input, and where.
///
/// Rows are counted from 0. Errors that concern one column of several come wrapped in
/// [`Error::InColumn`], which names it; those that concern one of two tables in [`Error::InTable`], one instance
/// of a batch in [`Error::InInstance`] or [`Error::InPrediction`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // fields: each variant's sentence says what they hold
pub enum Error {
    /// A sample without rows, or without a row of positive weight.
    Empty,
    /// NaN or an infinity.
    NotFinite { row: usize, value: f64 },
    /// `Sample::from_sorted` was given a value smaller than the one before it.
    NotAscending { row: usize },
    /// Two columns that must have the same length do not.
    UnequalLengths { what: &'static str, expected: usize, found: usize },
    /// A negative, NaN or infinite weight.
    InvalidWeight { row: usize, weight: f64 },
    /// All weights are zero.
    ZeroWeights,
    /// More than 2^31 - 1 rows.
    TooManyRows { found: usize },
    /// The error `source` concerns this column.
    InColumn { column: String, source: Box<Error> },

    /// Fewer models than the question needs.
    TooFewModels { found: usize, needed: usize },
    /// Two columns of the same name.
    DuplicateName { name: String },
    /// No column of this name.
    UnknownName { name: String },
    /// A model was to be compared with itself.
    SameName { name: String },
    /// A variance needs at least two rows.
    TooFewRows { found: usize, needed: usize },
    /// A variance needs at least two clusters.
    TooFewClusters { found: usize },
    /// Resampled clusters keep leaving this column without rows: it has rows in too few of them.
    SparseClusters { column: String },
    /// A stratum of one row (cluster), at this row, has no spread to estimate.
    LonelyStratum { row: usize },
    /// A cluster lies in two strata; this is the first row that shows it.
    SplitCluster { row: usize },
    /// A time series shorter than two blocks.
    BlockTooLong { length: usize, rows: usize },
    /// Blocks of no row.
    BlockOfNothing,
    /// Two facts about the rows that do not go together.
    DesignConflict { first: &'static str, second: &'static str, reason: &'static str },
    /// A bootstrap method that is not valid for the sampling design.
    WrongMethod { method: &'static str, sampling: &'static str, reason: &'static str },
    /// The operation is defined for another sampling design only.
    WrongSampling { needed: &'static str },

    /// A cell of a table is missing (`missing` in all; this is the first).
    MissingCell { model: String, sample: String, metric: String, missing: usize },
    /// The same cell of a table was given twice.
    DuplicateCell { model: String, sample: String, metric: String },
    /// No row of a table is complete.
    NoCompleteRows,
    /// NaN or an infinity in a cell of a table.
    CellNotFinite { model: String, sample: String, metric: String, value: f64 },

    /// A portfolio without metrics.
    NoMetrics,
    /// A negative, NaN or infinite weight of a metric.
    InvalidMetricWeight { metric: String, weight: f64 },

    /// A trust index without dimensions.
    NoDimensions,
    /// The error `source` concerns this dimension of a trust index.
    InDimension { dimension: String, source: Box<Error> },
    /// A dimension of a trust index without metrics.
    EmptyDimension { dimension: String },
    /// A profile weighs a dimension that the index does not have.
    UnknownDimension { profile: String, dimension: String },
    /// A negative, NaN or infinite trade-off weight.
    InvalidTradeOff { profile: String, dimension: String, weight: f64 },
    /// A profile whose trade-off weights are all zero.
    ZeroTradeOffs { profile: String },
    /// No profile of trade-off weights was given.
    NoProfiles,
    /// A sweep over no weights, or over more than `most`.
    InvalidResolution { resolution: usize, dimensions: usize, most: usize },
    /// A candidate was audited on another number of folds than the first one.
    UnequalFolds { candidate: String, expected: usize, found: usize },
    /// No fold was named to choose on, or to report on.
    NoFolds { purpose: &'static str },
    /// A table without this fold.
    UnknownFold { fold: String },
    /// A fold to choose on and to report on.
    SharedFold { fold: String },

    /// A level outside (0, 1/2).
    InvalidLevel { level: f64 },
    /// A threshold of the violation ratio outside (0, 1/2].
    InvalidThreshold { threshold: f64 },
    /// A power outside [1/2, 1).
    InvalidPower { power: f64 },
    /// A simulation of no data set.
    NoDataSets,
    /// A simulation of data sets with more rows than this crate draws.
    SimulationTooLarge { size: usize, most: usize },
    /// A probability outside (0, 1].
    InvalidProbability { probability: f64 },
    /// NaN where a number was asked for.
    NotANumber { what: &'static str },
    /// A p-value outside [0, 1].
    InvalidPValue { row: usize, p_value: f64 },
    /// A tolerance that is negative or not finite.
    InvalidTolerance { tolerance: f64 },
    /// Too few replicates for the question asked.
    TooFewReplicates { what: &'static str, found: usize, needed: usize },
    /// More replicates than this crate runs.
    TooManyReplicates { what: &'static str, found: usize, most: usize },
    /// An order of dominance outside 1..=`most`.
    InvalidOrder { order: u32, most: u32 },
    /// No order of dominance was asked for.
    NoOrders,
    /// The law under the hypothesis cannot be found this way, for this test or these samples.
    WrongNullLaw { law: &'static str, reason: &'static str },
    /// The test is defined for another functional.
    WrongFunctional { method: &'static str, functional: &'static str },
    /// A subsample of one row, or of all rows.
    InvalidSubsample { found: usize, rows: usize },
    /// A subsample of a time series that is shorter than its blocks.
    SubsampleBelowBlock { found: usize, block_length: usize },
    /// Two rows have the same value where the law is that of continuous distributions.
    Tied { value: f64 },
    /// A grid of fewer than two points, or of more than are summed.
    InvalidGrid { points: usize, most: usize },
    /// A trimmed fraction outside [0, 1/2).
    InvalidTrim { trim: f64 },
    /// Trimming leaves no value to compare.
    NothingLeft { values: usize, trim: f64 },
    /// The paper's literal rule is defined for samples of equal size.
    LiteralNeedsEqualSizes { n: usize, m: usize },
    /// A rank correlation with a ranking that puts all models level.
    ConstantRanking { which: usize },
    /// An exponent of a Wasserstein distance that is NaN or below 1, or infinite where powers are averaged.
    InvalidExponent { p: f64 },
    /// A transport cost that is NaN or infinite at a difference of two rows.
    CostNotFinite { difference: f64, cost: f64 },
    /// A transport cost whose values are not those of a convex function.
    CostNotConvex { difference: f64 },
    /// A derivative of a transport cost that is NaN or infinite at a difference of two rows.
    DerivativeNotFinite { difference: f64, derivative: f64 },
    /// The gradient of a distance that is 0.
    ZeroDistance,
    /// A matrix without rows or without columns.
    EmptyMatrix { matrix: &'static str },
    /// NaN or an infinity in an entry of a matrix.
    EntryNotFinite { matrix: &'static str, row: usize, column: usize, value: f64 },
    /// Points, or directions, of different dimensions.
    UnequalDimensions { what: &'static str, expected: usize, found: usize },
    /// Fewer directions than the question needs: an average needs two, for its standard error.
    TooFewDirections { found: usize, needed: usize },
    /// More directions than are projected on.
    TooManyDirections { found: usize, most: usize },
    /// A direction without length.
    ZeroDirection { row: usize },
    /// A result that is finite, but beyond the range of f64.
    OutOfRange { what: &'static str },
    /// The spread of the replicates is beyond the range of f64.
    VarianceOverflow,
    /// The progress callback asked to stop.
    Cancelled { done: usize, total: usize },

    /// A setting that must be a finite number above 0.
    NotPositive { what: &'static str, value: f64 },
    /// A setting that must be a finite number, 0 or more.
    Negative { what: &'static str, value: f64 },
    /// A label smoothing outside [0, 1/2).
    InvalidLabelSmoothing { smoothing: f64 },
    /// A soft sort of rows that do not all weigh the same.
    SoftSortOfWeights,
    /// A policy's probability outside [0, 1], or 0 where the sampling policy needs it positive.
    InvalidPolicy { row: usize, probability: f64 },
    /// A policy whose probabilities do not sum to 1.
    PolicyNotOne { total: f64 },
    /// A reward outside [0, 1].
    InvalidReward { row: usize, reward: f64 },
    /// Rows that cannot be cut into groups of this size.
    GroupSize { rows: usize, size: usize },
    /// A ratio of two probabilities, its product with the advantage, or the mean or its penalty up to this row, beyond
    /// the range of f64.
    RatioOverflow { row: usize },
    /// A picture could not be written.
    Plot { reason: String },

    /// A matrix or a vector over no labels.
    NoLabels,
    /// A matrix whose rows are not as long as there are rows.
    NotSquare { what: &'static str, row: usize, expected: usize, found: usize },
    /// An entry of a matrix that is NaN, infinite, or negative where it may not be.
    InvalidEntry { what: &'static str, row: usize, column: usize, value: f64 },
    /// A matrix that is not equal to its transpose.
    Asymmetric { what: &'static str, row: usize, column: usize, value: f64, mirrored: f64 },
    /// Different embeddings, of which this is the first pair, all so close that the squares of their distances
    /// underflow.
    EmbeddingsTooClose { row: usize, other: usize },
    /// A row of a matrix that is all zeros.
    ZeroRow { what: &'static str, row: usize },
    /// A batch of no instances.
    EmptyBatch,
    /// The error `source` concerns this instance of a batch.
    InInstance { instance: usize, source: Box<Error> },
    /// The error `source` concerns what this model says of this instance.
    InPrediction { instance: usize, model: usize, source: Box<Error> },
    /// A negative, NaN or infinite value of a label.
    InvalidMass { label: usize, value: f64 },
    /// A vector over labels whose sum is zero or infinite.
    InvalidTotal { total: f64 },
    /// The models share no label of positive probability.
    NoCommonLabel,
    /// An epsilon that is not positive and finite.
    InvalidEpsilon { epsilon: f64 },
    /// A marginal penalty that is not positive.
    InvalidMarginalPenalty { penalty: f64 },
    /// An epsilon more than 1e12 times smaller than the largest cost.
    EpsilonTooSmall { largest: f64, epsilon: f64 },
    /// No iteration was allowed.
    NoIterations,

    /// A table without columns.
    NoColumns,
    /// The error `source` concerns this one of two tables.
    InTable { table: &'static str, source: Box<Error> },
    /// A column that only this one of two tables has.
    UnmatchedColumn { column: String, only_in: &'static str },
    /// A column that holds numbers in one table and levels in the other.
    DifferentKinds { column: String, first: &'static str, second: &'static str },
    /// Entities in one of two tables only; this one has none.
    NoEntities { table: &'static str },
    /// Fewer than two bins, or more than 2^20.
    InvalidBins { bins: usize },
    /// Autocorrelation up to lag 0.
    NoLags,
    /// Autocorrelation up to a lag beyond all use.
    TooManyLags { found: usize, most: usize },
    /// No entity has as many rows as a lag needs.
    SeriesTooShort { longest: usize, lag: usize },
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::InColumn { source, .. }
            | Error::InDimension { source, .. }
            | Error::InInstance { source, .. }
            | Error::InTable { source, .. }
            | Error::InPrediction { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Error {
    /// Names the column that this error concerns.
    pub(crate) fn in_column(self, column: &str) -> Error {
        Error::InColumn { column: column.to_owned(), source: Box::new(self) }
    }

    /// Names the one of two tables that this error concerns.
    pub(crate) fn in_table(self, table: &'static str) -> Error {
        Error::InTable { table, source: Box::new(self) }
    }

    /// Names the instance of a batch that this error concerns.
    pub(crate) fn in_instance(self, instance: usize) -> Error {
        Error::InInstance { instance, source: Box::new(self) }
    }

    /// Names the vector of a batch that this error concerns.
    pub(crate) fn in_prediction(self, instance: usize, model: usize) -> Error {
        Error::InPrediction { instance, model, source: Box::new(self) }
    }
}
