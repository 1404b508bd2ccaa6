//! The one error type of the crate.

use std::fmt;

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
    /// A ratio of two probabilities, its product with the advantage, or the mean up to this row, beyond the range of
    /// f64.
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Error::*;
        match self {
            Empty => write!(f, "the sample is empty"),
            NotFinite { row, value } => write!(f, "row {row} is {value}, not a finite number"),
            NotAscending { row } => {
                write!(f, "row {row} is smaller than the row before it: not sorted ascending")
            }
            UnequalLengths { what, expected, found } => {
                write!(f, "{what}: expected {expected} rows, found {found}")
            }
            InvalidWeight { row, weight } => {
                write!(f, "the weight of row {row} is {weight}: weights are finite and not negative")
            }
            ZeroWeights => write!(f, "all weights are zero"),
            TooManyRows { found } => write!(f, "{found} rows are more than 2^31 - 1"),
            InColumn { column, source } => write!(f, "column '{column}': {source}"),
            TooFewModels { found, needed } => {
                write!(f, "{found} model(s) given, at least {needed} needed")
            }
            DuplicateName { name } => write!(f, "the name '{name}' is used twice"),
            UnknownName { name } => write!(f, "there is no column named '{name}'"),
            SameName { name } => write!(f, "'{name}' cannot be compared with itself"),
            TooFewRows { found, needed } => {
                write!(f, "{found} row(s) given: a variance needs at least {needed}")
            }
            TooFewClusters { found } => {
                write!(f, "{found} cluster(s) given: a variance needs at least 2")
            }
            SparseClusters { column } => write!(
                f,
                "column '{column}' has rows in so few clusters that resampled clusters leave it empty"
            ),
            LonelyStratum { row } => {
                write!(
                    f,
                    "row {row} is alone in its stratum: a stratum needs at least 2 rows (clusters)"
                )
            }
            SplitCluster { row } => {
                write!(f, "row {row} is in another stratum than the rest of its cluster")
            }
            BlockTooLong { length, rows } => write!(
                f,
                "blocks of {length} rows are too long for a series of {rows} rows: at least two must fit"
            ),
            BlockOfNothing => write!(f, "a block of 0 rows"),
            DesignConflict { first, second, reason } => {
                write!(f, "{first} does not go with {second}: {reason}")
            }
            WrongMethod { method, sampling, reason } => {
                write!(f, "{method} are not valid for {sampling}: {reason}")
            }
            WrongSampling { needed } => write!(f, "this needs {needed}"),
            MissingCell { model, sample, metric, missing } => write!(
                f,
                "no value of metric '{metric}' for model '{model}', sample '{sample}' ({missing} cell(s) missing in all)"
            ),
            DuplicateCell { model, sample, metric } => {
                write!(f, "metric '{metric}' of model '{model}', sample '{sample}' is given twice")
            }
            NoCompleteRows => write!(f, "no row of the table is complete"),
            CellNotFinite { model, sample, metric, value } => write!(
                f,
                "metric '{metric}' of model '{model}', sample '{sample}' is {value}, not a finite number"
            ),
            NoMetrics => write!(f, "the portfolio has no metric"),
            InvalidMetricWeight { metric, weight } => write!(
                f,
                "the weight of metric '{metric}' is {weight}: weights are finite and not negative"
            ),
            NoDimensions => write!(f, "the trust index has no dimension"),
            InDimension { dimension, source } => write!(f, "dimension '{dimension}': {source}"),
            EmptyDimension { dimension } => write!(f, "dimension '{dimension}' has no metric"),
            UnknownDimension { profile, dimension } => {
                write!(f, "profile '{profile}' weighs '{dimension}', which is no dimension of the index")
            }
            InvalidTradeOff { profile, dimension, weight } => write!(
                f,
                "profile '{profile}' gives '{dimension}' the weight {weight}: weights are finite and not negative"
            ),
            ZeroTradeOffs { profile } => {
                write!(f, "profile '{profile}' gives every dimension the weight 0")
            }
            NoProfiles => write!(f, "no profile of trade-off weights was given"),
            InvalidResolution { resolution, dimensions, most } => write!(
                f,
                "resolution {resolution} over {dimensions} dimension(s): it is at least 1, for at most {most} weights"
            ),
            UnequalFolds { candidate, expected, found } => write!(
                f,
                "candidate '{candidate}' has {found} fold(s), the first candidate has {expected}"
            ),
            NoFolds { purpose } => write!(f, "no fold was named to {purpose} on"),
            UnknownFold { fold } => write!(f, "the table has no fold named '{fold}'"),
            SharedFold { fold } => write!(
                f,
                "fold '{fold}' cannot be used to choose and to report: the reported value would be optimistic"
            ),
            InvalidLevel { level } => write!(f, "the level {level} is outside (0, 1/2)"),
            InvalidThreshold { threshold } => {
                write!(f, "the threshold {threshold} is outside (0, 1/2]")
            }
            InvalidPower { power } => write!(f, "the power {power} is outside [1/2, 1)"),
            NoDataSets => write!(f, "a simulation needs at least one data set"),
            SimulationTooLarge { size, most } => write!(
                f,
                "data sets of size {size} are too large to be simulated: columns of at most {most} rows are"
            ),
            InvalidProbability { probability } => {
                write!(f, "the probability {probability} is outside (0, 1]")
            }
            NotANumber { what } => write!(f, "{what} is NaN"),
            InvalidPValue { row, p_value } => {
                write!(f, "the p-value of row {row} is {p_value}, outside [0, 1]")
            }
            InvalidTolerance { tolerance } => {
                write!(f, "the tolerance {tolerance} is not a finite number >= 0")
            }
            TooFewReplicates { what, found, needed } => {
                write!(f, "{found} {what} replicates are too few: at least {needed} needed")
            }
            TooManyReplicates { what, found, most } => {
                write!(f, "{found} {what} replicates: at most {most} are run")
            }
            InvalidOrder { order, most } => {
                write!(f, "order {order} of dominance: orders from 1 to {most} are computed")
            }
            NoOrders => write!(f, "no order of dominance was asked for"),
            WrongNullLaw { law, reason } => {
                write!(f, "the law under the hypothesis cannot come from '{law}' here: {reason}")
            }
            WrongFunctional { method, functional } => {
                write!(f, "{method} is not defined for {functional}")
            }
            InvalidSubsample { found, rows } => write!(
                f,
                "a subsample of {found} of {rows} rows or units: it needs more than 1 and fewer than all of them"
            ),
            SubsampleBelowBlock { found, block_length } => write!(
                f,
                "a subsample of {found} consecutive rows is shorter than the blocks of the series, of {block_length} rows"
            ),
            Tied { value } => write!(
                f,
                "two rows have the value {value}: the closed form is that of continuous distributions"
            ),
            InvalidGrid { points, most } => {
                write!(f, "a grid of {points} point(s): it needs from 2 to {most}")
            }
            InvalidTrim { trim } => write!(f, "the trimmed fraction {trim} is outside [0, 1/2)"),
            NothingLeft { values, trim } => write!(
                f,
                "of {values} distinct values none is left between the trimmed ends (fraction {trim})"
            ),
            LiteralNeedsEqualSizes { n, m } => write!(
                f,
                "the paper's literal rule is defined for equal sample sizes, not for {n} and {m} rows"
            ),
            ConstantRanking { which } => {
                write!(f, "ranking {which} puts all models level: its rank correlation is not defined")
            }
            InvalidExponent { p } => {
                write!(
                    f,
                    "the exponent {p} is not allowed: at least 1, and finite where projections are averaged"
                )
            }
            CostNotFinite { difference, cost } => {
                write!(f, "the cost of the difference {difference} is {cost}, not a finite number")
            }
            CostNotConvex { difference } => {
                write!(f, "the cost is not convex: at the difference {difference} it is above its chord")
            }
            DerivativeNotFinite { difference, derivative } => write!(
                f,
                "the derivative of the cost at the difference {difference} is {derivative}, not a finite number"
            ),
            ZeroDistance => write!(f, "the distance is 0: it has no gradient there"),
            EmptyMatrix { matrix } => write!(f, "the {matrix} has no entries"),
            EntryNotFinite { matrix, row, column, value } => {
                write!(f, "row {row}, column {column} of the {matrix} is {value}, not a finite number")
            }
            UnequalDimensions { what, expected, found } => {
                write!(f, "{what}: expected {expected} dimensions, found {found}")
            }
            TooFewDirections { found, needed } => {
                write!(f, "{found} direction(s) to project on, at least {needed} needed")
            }
            TooManyDirections { found, most } => {
                write!(f, "{found} directions to project on: at most {most} are drawn")
            }
            ZeroDirection { row } => write!(f, "direction {row} is zero: it has no length"),
            OutOfRange { what } => write!(f, "{what} is beyond the range of f64"),
            VarianceOverflow => write!(f, "the spread of the replicates is beyond the range of f64"),
            Cancelled { done, total } => write!(f, "stopped after {done} of {total} steps"),
            NotPositive { what, value } => write!(f, "{what} is {value}, not a finite number above 0"),
            Negative { what, value } => write!(f, "{what} is {value}, not a finite number >= 0"),
            InvalidLabelSmoothing { smoothing } => {
                write!(f, "the label smoothing {smoothing} is outside [0, 1/2)")
            }
            SoftSortOfWeights => write!(f, "a soft sort needs rows that all weigh the same"),
            InvalidPolicy { row, probability } => {
                write!(
                    f,
                    "the probability of row {row} is {probability}: outside (0, 1], or [0, 1] where 0 may be"
                )
            }
            PolicyNotOne { total } => write!(f, "the probabilities sum to {total}, not to 1"),
            InvalidReward { row, reward } => {
                write!(f, "the reward of row {row} is {reward}, outside [0, 1]")
            }
            GroupSize { rows, size } => {
                write!(f, "{rows} rows cannot be cut into groups of {size}")
            }
            RatioOverflow { row } => write!(
                f,
                "the log-probabilities of row {row} are so far apart, or the advantages so large, that a number is \
                 beyond the range of f64"
            ),
            Plot { reason } => write!(f, "the picture could not be written: {reason}"),
            NoLabels => write!(f, "there is no label"),
            NotSquare { what, row, expected, found } => {
                write!(
                    f,
                    "row {row} of the {what} matrix has {found} entries, not {expected}: not square"
                )
            }
            InvalidEntry { what, row, column, value } => write!(
                f,
                "{what} [{row}][{column}] is {value}: entries are finite, and not negative but in embeddings"
            ),
            Asymmetric { what, row, column, value, mirrored } => write!(
                f,
                "{what} [{row}][{column}] is {value}, but [{column}][{row}] is {mirrored}: the matrix has to be symmetric"
            ),
            EmbeddingsTooClose { row, other } => write!(
                f,
                "embeddings {row} and {other} differ, but all squared distances are too small for f64: multiply \
                 the coordinates by a constant"
            ),
            ZeroRow { what, row } => write!(f, "row {row} of the {what} matrix is all zeros"),
            EmptyBatch => write!(f, "the batch has no instance"),
            InInstance { instance, source } => write!(f, "instance {instance}: {source}"),
            InPrediction { instance, model, source } => {
                write!(f, "instance {instance}, model {model}: {source}")
            }
            InvalidMass { label, value } => {
                write!(f, "label {label} has {value}: probabilities are finite and not negative")
            }
            InvalidTotal { total } => {
                write!(f, "the probabilities sum to {total}, not to a positive finite number")
            }
            NoCommonLabel => write!(f, "no label has a positive probability from every model"),
            InvalidEpsilon { epsilon } => {
                write!(f, "the epsilon {epsilon} is not a positive finite number")
            }
            InvalidMarginalPenalty { penalty } => {
                write!(f, "the marginal penalty {penalty} is not positive (infinite: balanced)")
            }
            EpsilonTooSmall { largest, epsilon } => write!(
                f,
                "epsilon {epsilon} is too small beside the largest cost {largest}: more than 1e12 times smaller"
            ),
            NoIterations => write!(f, "at least one iteration is needed"),
            NoColumns => write!(f, "the table has no column"),
            InTable { table, source } => write!(f, "{table} table: {source}"),
            UnmatchedColumn { column, only_in } => {
                write!(f, "column '{column}' is in the {only_in} table only")
            }
            DifferentKinds { column, first, second } => {
                write!(f, "column '{column}' is {first} in one table and {second} in the other")
            }
            NoEntities { table } => {
                write!(f, "the {table} table says of no row to which entity it belongs, the other does")
            }
            InvalidBins { bins } => write!(f, "{bins} bin(s): from 2 to 1048576 are possible"),
            NoLags => write!(f, "at least one lag is needed"),
            TooManyLags { found, most } => write!(f, "{found} lags: at most {most} are possible"),
            SeriesTooShort { longest, lag } => write!(
                f,
                "no entity has a row {lag} step(s) after another: the longest has {longest} row(s)"
            ),
        }
    }
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
