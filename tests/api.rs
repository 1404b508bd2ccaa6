//! The public interface as a whole, read from the source: what may grow is `#[non_exhaustive]`, and everything may be
//! handed to other threads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of_entry = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => Some(path).filter(|p| p.extension().is_some_and(|e| e == "rs")).into_iter().collect(),
    };
    entries.flat_map(of_entry).collect()
}

/// Types that a caller may build by a literal or match without a wildcard.
const CLOSED: [(&str, &[&str]); 4] = [
    (
        "inputs, written as a literal with all fields named",
        &["DimensionWeight", "KlPenalty", "PairedLogProbabilities", "PolicyBatch", "RankInterval"],
    ),
    (
        "points, pairs and named numbers, which hold all there is",
        &[
            "BothWays",
            "ColumnPair",
            "ColumnScale",
            "Figure",
            "Interval",
            "Knot",
            "LevelCount",
            "PairKnot",
            "Progress",
            "RankSet",
        ],
    ),
    (
        "answers, whose cases are all there are: a caller has to decide on each",
        &[
            "Consistency",
            "Convergence",
            "Domain",
            "NonDominanceOutcome",
            "Outcome",
            "PrivacyFinding",
            "RelativeOutcome",
            "UniformVerdict",
            "Verdict",
        ],
    ),
    (
        "choices that exclude each other by their definition",
        &[
            "BoundConstant",
            "Divisor",
            "EqualRewards",
            "Functional",
            "IncompleteRows",
            "Order",
            "Polarity",
        ],
    ),
];

/// The public types of a file that are open to literals and matches, though they may grow.
fn open_types(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((kind, rest)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        let above = lines[..at].iter().rev().take_while(|l| l.starts_with("#[") || l.starts_with("///"));
        let grows = above.into_iter().any(|line| *line == "#[non_exhaustive]");
        // From the name to the end of the type. Fields in parentheses end with a semicolon, others with a brace of its own
        // line, after a `where` that may have lines too.
        let last = |line: &str| {
            line == "}" || line.ends_with(';') && !line.starts_with(' ') || line.ends_with("{}")
        };
        let end = lines[at..].iter().position(|line| last(line)).map_or(lines.len(), |more| at + more);
        let mut fields = lines[(at + 1).min(end)..end].iter();
        let open = match kind {
            "enum" => true,
            "struct" => {
                let in_one_line = line.split_once('(').is_some_and(|(_, fields)| {
                    fields.split(',').any(|field| field.trim_start().starts_with("pub "))
                });
                in_one_line || fields.any(|field| field.starts_with("    pub "))
            }
            _ => false,
        };
        if open && !grows {
            let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap();
            found.push(name.to_owned());
        }
    }
    found
}

#[test]
fn what_may_grow_is_non_exhaustive() {
    let found: BTreeSet<String> = files(&source())
        .iter()
        .flat_map(|file| open_types(&std::fs::read_to_string(file).unwrap()))
        .collect();
    let closed: BTreeSet<String> =
        CLOSED.iter().flat_map(|(_, names)| *names).map(|name| (*name).to_owned()).collect();
    let open: Vec<_> = found.difference(&closed).collect();
    assert!(open.is_empty(), "add #[non_exhaustive], or a reason against it to CLOSED: {open:?}");
    let gone: Vec<_> = closed.difference(&found).collect();
    assert!(gone.is_empty(), "no longer open types: {gone:?}");
}

#[test]
fn open_types_are_recognised() {
    let text = "#[derive(Debug)]\npub struct Open {\n    pub x: f64,\n}\n\
                #[non_exhaustive]\n#[derive(Debug)]\npub struct Grows {\n    pub x: f64,\n}\n\
                pub struct Closed {\n    x: f64,\n}\n\
                pub enum Choice {\n    A,\n}\n/// Text.\n#[non_exhaustive]\npub enum More {\n    A,\n}\n";
    assert_eq!(open_types(text), ["Open", "Choice"]);
    let tuples = "pub struct A(pub f64);\npub struct B(f64);\npub struct C<T>(f64, pub T);\n#[non_exhaustive]\npub struct D(pub f64);\n\
                  pub struct E(\n    f64,\n    pub f64,\n);\npub struct F(pub(crate) f64);\n";
    assert_eq!(open_types(tuples), ["A", "C", "E"]);
    let bounds = "pub struct Bound<T>\nwhere\n    T: Copy,\n{\n    pub x: T,\n}\n\
                  pub struct Shut<T>\nwhere\n    T: Copy,\n{\n    x: T,\n}\npub struct Unit;\npub struct After {\n    pub x: f64,\n}\n";
    assert_eq!(open_types(bounds), ["Bound", "After"]);
}

/// The type names after `pub use` in a file: those that begin with a capital letter.
fn exported(text: &str) -> BTreeSet<String> {
    let uses = text.split("pub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
    let words = uses.flat_map(|names| names.split(|c: char| !(c.is_alphanumeric() || c == '_')));
    words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

/// Asserts that the types may be sent to other threads and shared with them, and lists their names.
macro_rules! crosses_threads {
    ($($type:ty),* $(,)?) => {{
        fn crosses<T: Send + Sync + 'static>() {}
        $(crosses::<$type>();)*
        [$(stringify!($type)),*].map(|name| {
            let last = name.split('<').next().unwrap().rsplit("::").next().unwrap();
            last.trim().to_owned()
        })
    }};
}

#[test]
fn everything_crosses_threads() {
    use risk_sd::portfolio::{MetricSamples, MetricWinRates, WinRate, WinRates, WinRule};
    use risk_sd::{plot::*, *};

    let checked = crosses_threads![
        Adjustment,
        Advantages,
        Aot,
        AotLoss,
        AotObjective,
        Atom,
        BlockLength,
        Bootstrap,
        BootstrapMethod,
        BothWays,
        BoundConstant,
        Candidate,
        CandidateIndex,
        CandidateShare,
        CategoricalCourse,
        CategoricalFidelity,
        ClippedSurrogate,
        ClosestRecords,
        ClosestRecordsReport,
        ColumnFidelity,
        ColumnFigures,
        ColumnPair,
        ColumnScale,
        Consistency,
        Convergence,
        Copula,
        CorrelationDifference,
        CostMatrix,
        Coupling,
        Course,
        Curve,
        Dependence,
        DependenceFidelity,
        Dimension,
        DimensionReport,
        DimensionWeight,
        Direction,
        DistanceMatrix,
        Divisor,
        Domain,
        DominanceReport,
        DominanceTest,
        Dominator,
        EfficientSet,
        EnsembledInstance,
        EqualRewards,
        Error,
        FidelityReport,
        Figure,
        FoldRisk,
        Functional,
        Gap,
        GroupAdvantage,
        GroupRewards,
        Guard,
        IncompleteRows,
        IndexedSample,
        Interval,
        Kernel,
        KlEstimator,
        KlPenalty<'static>,
        Knot,
        L1Ratio,
        LabelBarycenter,
        LabelBarycenterReport,
        Lead,
        LevelCount,
        LogRatios<'static>,
        MeanRisk,
        Metric,
        MetricReport,
        MetricSamples,
        MetricWinRates,
        MixedTable,
        NonDominanceDirection,
        NonDominanceOutcome,
        NonDominanceReport,
        NonDominanceTest,
        Novelty,
        NullLaw,
        NumericCourse,
        NumericFidelity,
        OptimalBlockLength,
        Optimism,
        Order,
        Outcome,
        PairComparison,
        PairKnot,
        PairedLogProbabilities<'static>,
        Picture,
        PlanSize,
        Polarity,
        PolicyBatch<'static>,
        PolicyTask,
        Portfolio,
        Potentials,
        PowerAnalysis,
        Predictions,
        PrivacyFinding,
        Profile,
        ProfileReport,
        Progress,
        QuantileBins,
        RankCorrelations,
        RankInterval,
        RankSet,
        RankedModel,
        Ranking,
        RankingReport,
        RankingTest,
        ReferenceSet,
        RelativeOutcome,
        Replication,
        Reported,
        ResampledUnit,
        RiskMeasure,
        RiskScore,
        Rule,
        Sample,
        SamplePlan,
        Samples,
        Sampling,
        Scores,
        Selection,
        SelectionReport,
        ShareKind,
        SimulatedPower,
        SoftSort,
        Stage,
        StandardError,
        SubsampleSize,
        SurrogateObjective,
        Survey,
        SweepPoint,
        SweepReport,
        Table,
        TableBuilder,
        TableFidelity,
        TemporalColumn,
        TemporalFidelity,
        TradeOffSweep,
        TradeOffs,
        TransportGradient,
        TrustIndex,
        TrustReport,
        UniformConclusion,
        UniformDirection,
        UniformMethod,
        UniformReport,
        UniformResult,
        UniformTest,
        UniformVerdict,
        Verdict,
        Warning,
        WassersteinSplit,
        WinRate,
        WinRates,
        WinRule,
        WinnerChange,
    ];
    let mut checked: BTreeSet<String> = checked.into();
    #[cfg(feature = "ndarray")]
    checked.extend(crosses_threads![Directions, SlicedDistance, MaxSlicedDistance]);
    #[cfg(not(feature = "ndarray"))]
    checked.extend(["Directions", "SlicedDistance", "MaxSlicedDistance"].map(str::to_owned));
    // A trait, of f64 and f32 and references to them.
    checked.insert("Number".to_owned());

    let read = |file: &str| exported(&std::fs::read_to_string(source().join(file)).unwrap());
    let public: BTreeSet<String> =
        ["lib.rs", "portfolio/mod.rs", "plot/mod.rs"].into_iter().flat_map(read).collect();
    assert_eq!(public.difference(&checked).collect::<Vec<_>>(), Vec::<&String>::new(), "not checked");
    assert_eq!(checked.difference(&public).collect::<Vec<_>>(), Vec::<&String>::new(), "not public");
}
