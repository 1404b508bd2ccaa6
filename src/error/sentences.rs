//! Every error as a sentence.

use std::fmt;

use super::Error;

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
                "the log-probabilities of row {row} are so far apart, or the advantages or the penalty so large, that a \
                 number is beyond the range of f64"
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
