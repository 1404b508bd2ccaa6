//! The example programs from outside: the keys of their JSON (docs/json.md), and what they do with files
//! as people have them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// The folder of the built examples. `cargo test` has built them before, unless it was asked for this test
/// alone; with the same features, building again costs a look at the fingerprints.
fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let built = test.ancestors().nth(2).unwrap(); // target/PROFILE/deps/TEST
        let profile = match built.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let features = [("rayon", cfg!(feature = "rayon")), ("ndarray", cfg!(feature = "ndarray"))];
        let features: Vec<&str> = features.iter().filter(|f| f.1).map(|f| f.0).collect();
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--example", "rank_models", "--example", "compare_two"])
            .args(["--profile", profile, "--no-default-features"])
            .args(["--features", &features.join(",")])
            .arg("--target-dir")
            .arg(built.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(status.unwrap().success(), "the examples build");
        built.join("examples")
    })
}

/// A folder of its own for a test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("risk_sd-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    /// Runs a program in this folder. Words of `line` are its arguments.
    fn run(&self, line: &str) -> Output {
        let (program, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let mut command = Command::new(programs().join(program));
        command.args(arguments.split_whitespace()).args(["--out", "pictures"]);
        command.current_dir(&self.0).output().unwrap()
    }

    /// The document that a program prints.
    fn json(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} --json"));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && error.is_empty(), "{line}: {error}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// 40 rows (id, good, poor); the first column is the better one by about 0.3.
fn rows() -> impl Iterator<Item = (String, f64, f64)> {
    (0..40).map(|i| (format!("q{i}"), 0.3 + f64::from(i * 7 % 40) / 40.0, f64::from(i * 11 % 40) / 40.0))
}

/// A file of these rows under a header.
fn file(header: &str, row: impl Fn(&str, f64, f64) -> String) -> String {
    rows().fold(format!("{header}\n"), |text, (id, good, poor)| text + &row(&id, good, poor) + "\n")
}

fn wide() -> String {
    file("sample,good,poor", |id, good, poor| format!("{id},{good},{poor}"))
}

fn is_number(value: &Value) -> bool {
    value.is_number()
}

fn is_probability(value: &Value) -> bool {
    value.as_f64().is_some_and(|p| (0.0..=1.0).contains(&p))
}

/// Looks every path up and asks whether what is there is right.
fn check(document: &Value, at: &str, keys: &[&str], right: fn(&Value) -> bool) {
    for key in keys {
        let value = document.pointer(&format!("{at}/{key}"));
        assert!(value.is_some_and(right), "{at}/{key}: {value:?}");
    }
}

const RISKS: [&str; 7] = [
    "standard_deviation",
    "absolute_semideviation",
    "standard_semideviation",
    "gini_tail",
    "tail_value_at_risk",
    "quantile_deviation",
    "value_at_risk",
];
const P_VALUES: [&str; 3] = ["bound_p_value", "guard_p_value", "p_value"];

#[test]
fn compare_two_prints_the_documented_keys() {
    let found = Folder::new("two").json("compare_two");
    for side in ["/a", "/b"] {
        check(&found, side, &["name"], Value::is_string);
        check(&found, side, &["n"], Value::is_u64);
        check(&found, side, &["minimum", "median", "maximum", "tail", "mean"], is_number);
        for risk in RISKS {
            check(&found, &format!("{side}/{risk}"), &["risk", "score"], is_number);
        }
    }
    assert_eq!((&found["a"]["name"], &found["a"]["n"]), (&"extra_trees".into(), &899.into()));
    check(&found, "/verdict", &["relation", "in_words"], Value::is_string);
    for order in ["first", "second"] {
        for of in [format!("/{order}"), format!("/{order}/b_over_a")] {
            check(
                &found,
                &of,
                &["violation_ratio", "upper_bound", "smallest_threshold"],
                is_probability,
            );
            check(&found, &of, &P_VALUES, is_probability);
            check(&found, &of, &["standard_error"], is_number);
            check(&found, &format!("{of}/interval"), &["lower", "upper"], is_probability);
        }
        check(&found, &format!("/{order}"), &["squared_distance"], is_number);
        check(&found, &format!("/{order}"), &["outcome", "in_words"], Value::is_string);
    }
    for ratio in ["leshno_levy_first", "tzeng_huang_shih_second", "leshno_levy_second"] {
        let at = format!("/area_ratios/{ratio}");
        check(&found, &at, &["ratio"], is_probability);
        check(&found, &at, &["mean_difference", "wasserstein_1"], is_number);
    }
    check(&found, "/settings", &["sampling"], Value::is_string);
    check(&found, "/settings", &["threshold", "level", "tail"], is_number);
    check(&found, "/settings", &["replicates", "guard_replicates", "seed", "dropped"], Value::is_u64);
    assert_eq!(found["pictures"].as_array().unwrap().len(), 2);
    assert_eq!(found.as_object().unwrap().len(), 8, "no key that docs/json.md does not have");
}

#[test]
fn rank_models_prints_the_documented_keys() {
    let folder = Folder::new("rank");
    let found = folder.json("rank_models");
    check(&found, "/data", &["source"], Value::is_string);
    check(&found, "/data", &["models", "metrics", "rows"], Value::is_array);
    check(&found, "/data/metrics/1", &["name", "polarity"], Value::is_string);
    check(
        &found,
        "/settings",
        &["sampling", "adjustment", "rule", "standard_error_by"],
        Value::is_string,
    );
    check(&found, "/settings", &["threshold", "level"], is_probability);
    let counts = ["units", "replicates", "guard_replicates", "seed"];
    check(&found, "/settings", &counts, Value::is_u64);
    check(&found, "/settings", &["warnings"], Value::is_array);
    for order in ["first", "second"] {
        let length = |key: &str| found[order][key].as_array().unwrap().len();
        let lengths =
            [length("models"), length("pairs"), length("relative_wins"), length("absolute_wins")];
        assert_eq!(lengths, [11, 55, 11, 11]);
        for model in 0..11 {
            let at = format!("/{order}/models/{model}");
            check(&found, &at, &["name"], Value::is_string);
            check(&found, &at, &["relative_ratio"], is_probability);
            check(
                &found,
                &at,
                &["standard_error", "rank", "borda_rank", "absolute_borda_rank"],
                is_number,
            );
            check(&found, &at, &["rows", "wins", "absolute_wins"], Value::is_u64);
            check(&found, &format!("{at}/rank_set"), &["best", "worst"], Value::is_u64);
            check(&found, &at, &["rank_frequencies"], |v| v.as_array().is_some_and(|v| v.len() == 11));
        }
        for pair in 0..55 {
            let at = format!("/{order}/pairs/{pair}");
            check(&found, &at, &["a", "b", "outcome", "relative_outcome"], Value::is_string);
            check(&found, &at, &["violation_ratio"], is_probability);
            let numbers = ["standard_error", "difference", "difference_standard_error"];
            check(&found, &at, &numbers, is_number);
            let both = ["upper_bound", "p_value", "adjusted_p_value", "relative_p_value"];
            for key in both.into_iter().chain(["relative_adjusted_p_value", "guard_p_value"]) {
                check(&found, &format!("{at}/{key}"), &["a_over_b", "b_over_a"], is_probability);
            }
        }
    }
    assert_eq!(found["mean_risk"].as_array().unwrap().len(), 11);
    check(&found, "/mean_risk/3/gini_tail", &["risk", "score"], is_number);
    check(&found, "/routes/routes/0", &["ranks"], |v| v.as_array().is_some_and(|v| v.len() == 11));
    check(&found, "/routes/agreement/0", &["kendall_tau"], is_number);
    let words = ["other_route", "ahead_by_dominance", "ahead_by_other_route"];
    check(&found, "/routes/disagreements/0", &words, Value::is_string);
    let numbers = ["share_of_rows_better", "mean_difference", "worst_tenth_difference"];
    check(&found, "/routes/disagreements/0", &numbers, is_number);
    assert!(
        found["pictures"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| folder.0.join(p.as_str().unwrap()).exists())
    );
    assert_eq!(found.as_object().unwrap().len(), 7, "no key that docs/json.md does not have");
    let only = folder.json("rank_models --order first --models knn,svm --replicates 99");
    assert!(only.get("second").is_none(), "an order that was not asked for has no key");
}

#[test]
fn numbers_that_do_not_exist_are_null() {
    let folder = Folder::new("null");
    folder.write("equal.csv", "x,y\n1,2\n2,1\n");
    let equal = folder.json("compare_two equal.csv --a x --b y");
    assert_eq!(equal["verdict"]["relation"], "equal");
    assert_eq!(
        (&equal["first"]["outcome"], &equal["first"]["squared_distance"]),
        (&"equal".into(), &0.0.into())
    );
    for key in ["violation_ratio", "standard_error", "upper_bound", "interval", "p_value", "b_over_a"] {
        assert!(equal["second"][key].is_null(), "{key}");
    }
    let pair = folder.json("rank_models equal.csv")["first"]["pairs"][0].clone();
    assert_eq!((&pair["outcome"], &pair["violation_ratio"]), (&"equal".into(), &0.5.into()));
    let huge = file("x,y", |_, good, poor| format!("{good}e300,{poor}e300"));
    folder.write("huge.csv", huge);
    let huge = folder.json("compare_two huge.csv --a x --b y");
    assert!(huge["first"]["squared_distance"].is_null(), "1e600 is no f64");
    assert!(is_probability(&huge["first"]["violation_ratio"]) && is_number(&huge["a"]["mean"]));
}

#[test]
fn the_layouts_agree() {
    let folder = Folder::new("layouts");
    let stack = |header: &str, row: &dyn Fn(&str, &str, f64) -> String| {
        let of = |name: &str, value: fn(f64, f64) -> f64| {
            rows().map(|(id, good, poor)| row(name, &id, value(good, poor))).collect::<String>()
        };
        format!("{header}\n{}{}", of("good", |good, _| good), of("poor", |_, poor| poor))
    };
    folder.write("wide.csv", wide());
    folder.write("bom.csv", format!("\u{feff}{}", wide()).replace('\n', "\r\n"));
    folder.write("no_ids.csv", file("good,poor", |_, good, poor| format!("{good},{poor}")));
    folder.write("tidy.csv", stack("model,sample,gain", &|m, id, v| format!("{m},{id},{v}\n")));
    folder.write(
        "long.csv",
        stack("value,metric,sample,model", &|m, id, v| format!("{v},gain,{id},{m}\n")),
    );
    folder.write("loss.csv", stack("model,sample,loss", &|m, id, v| format!("{m},{id},{}\n", -v)));
    let expected = folder.json("rank_models wide.csv");
    assert_eq!(expected["first"]["models"][0]["name"], "good");
    for arguments in ["bom.csv", "no_ids.csv", "tidy.csv", "long.csv", "loss.csv --lower loss"] {
        let found = folder.json(&format!("rank_models {arguments}"));
        assert_eq!(
            (&found["first"], &found["second"]),
            (&expected["first"], &expected["second"]),
            "{arguments}"
        );
    }
    let pair =
        |file: &str| folder.json(&format!("compare_two {file} --a good --b poor"))["first"].clone();
    for file in ["bom.csv", "no_ids.csv", "tidy.csv", "long.csv"] {
        assert_eq!(pair(file), pair("wide.csv"), "{file}");
    }
}

#[test]
fn sizes_weights_clusters_and_gaps() {
    let folder = Folder::new("designs");
    folder.write("wide.csv", wide());
    folder.write("A.csv", file("value", |_, good, _| good.to_string()));
    folder.write("B.csv", "value\n0.1\n0.5\n\n0.2\n");
    let found = folder.json("compare_two A.csv B.csv");
    assert_eq!((&found["a"]["n"], &found["b"]["n"]), (&40.into(), &3.into()));
    assert_eq!(found["settings"]["sampling"], "independent");
    folder.write("weights.csv", "x,y,w\n1,2,1\n4,3,1\n7,5,4\n");
    let found = folder.json("compare_two weights.csv --a x --b y --weight w");
    assert_eq!(found["b"]["mean"], 25.0 / 6.0);
    let text = wide().replacen("q3,0.825,", "q3,,", 1);
    assert_ne!(text, wide());
    folder.write("gap.csv", &text);
    assert_eq!(folder.json("rank_models gap.csv --drop-incomplete")["data"]["dropped"], 1);
    let dropped = folder.json("compare_two gap.csv --a good --b poor --drop-incomplete");
    assert_eq!((&dropped["settings"]["dropped"], &dropped["a"]["n"]), (&1.into(), &39.into()));
    let independent = folder.json("compare_two gap.csv --a good --b poor --independent");
    assert_eq!((&independent["a"]["n"], &independent["b"]["n"]), (&39.into(), &40.into()));
    let clustered = folder.json("rank_models wide.csv --cluster-by 0");
    assert_eq!(clustered["settings"]["sampling"], "clustered");
    let clusters = 37; // q10 goes with q1, q20 with q2, q30 with q3
    assert_eq!(clustered["settings"]["units"], clusters);
    // The known answer about the embedded data is asked of the default question only.
    assert_eq!(
        folder.json("rank_models --models lda,tree")["data"]["models"],
        serde_json::json!(["lda", "tree"])
    );
}

/// Files that are wrong, as (name, content).
const FILES: [(&str, &str); 17] = [
    ("short.csv", "sample,x,y\nq1,1,2\nq2,1\n"),
    ("text.csv", "sample,x,y\nq1,1,2\nq2,many,2\n"),
    ("comma.csv", "sample,x,y\nq1,\"1,5\",2\n"),
    ("gap.csv", "sample,x,y\nq1,1,2\nq2,,3\nq3,4,5\n"),
    ("numbers.csv", "1,2\n3,4\n"),
    ("no_header.csv", "q1,1,2\nq2,3,4\n"),
    ("unnamed.csv", "sample,x,\nq1,1,2\n"),
    ("twice.csv", "sample,x,x\nq1,1,2\n"),
    ("empty.csv", ""),
    ("header.csv", "sample,x,y\n"),
    ("ids.csv", "sample,x,y\nq1,1,2\nq1,3,4\n"),
    ("nan.csv", "sample,x,y\nq1,1,NaN\n"),
    ("infinite.csv", "sample,x,y\nq1,1,2\nq2,inf,2\n"),
    ("one_model.csv", "sample,x\nq1,1\nq2,2\n"),
    ("one_row.csv", "sample,x,y\nq1,1,2\n"),
    ("no_values.csv", "sample,x,y,z\nq1,1,2,\nq2,2,3,\n"),
    ("weights.csv", "x,y,w,v\n1,2,1,1\n2,3,-1,\n"),
];

/// What is refused, and words that the one line about it must have.
const REFUSED: [(&str, &[&str]); 38] = [
    ("rank_models short.csv", &["short.csv, line 3", "2 cells, the header has 3"]),
    ("rank_models text.csv", &["text.csv, line 3", "'x'", "'many'"]),
    ("rank_models comma.csv", &["comma.csv, line 2", "'x'", "'1,5'"]),
    ("rank_models gap.csv", &["gap.csv", "'x'", "'q2'", "1 cell(s) missing", "--drop-incomplete"]),
    ("rank_models numbers.csv", &["numbers.csv", "header"]),
    ("rank_models no_header.csv", &["no_header.csv", "header"]),
    ("rank_models unnamed.csv", &["unnamed.csv", "column 3"]),
    ("rank_models twice.csv", &["twice.csv", "'x' twice"]),
    ("rank_models empty.csv", &["empty.csv", "empty"]),
    ("rank_models header.csv", &["header.csv", "no rows"]),
    ("rank_models ids.csv", &["ids.csv, line 3", "'q1'", "twice"]),
    ("rank_models nan.csv", &["nan.csv, line 2", "'y'", "NaN"]),
    ("rank_models infinite.csv", &["infinite.csv, line 3", "'x'", "inf"]),
    ("rank_models one_model.csv", &["1 model(s)", "2 needed"]),
    ("rank_models one_row.csv", &["'x'", "1 row(s)"]),
    ("rank_models no_values.csv", &["no_values.csv", "'z'", "no values"]),
    ("rank_models latin.csv", &["latin.csv", "UTF-8"]),
    ("rank_models nowhere.csv", &["nowhere.csv"]),
    ("rank_models wide.csv --lower speed", &["'speed'", "score"]),
    ("rank_models wide.csv --weights speed=1", &["'speed'", "score"]),
    ("rank_models wide.csv --weights score=-1", &["'score'", "-1"]),
    ("rank_models wide.csv --models good,best", &["wide.csv", "'best'"]),
    ("rank_models wide.csv --models good", &["1 model(s)"]),
    ("rank_models wide.csv --level 0.5", &["level 0.5"]),
    ("rank_models wide.csv --threshold 0.51", &["threshold 0.51"]),
    ("rank_models wide.csv --threshold NaN", &["threshold NaN"]),
    ("rank_models wide.csv --replicates 0", &["0 bootstrap replicates", "99"]),
    ("compare_two wide.csv", &["--a", "--b", "good, poor"]),
    ("compare_two wide.csv --a good --b best", &["wide.csv", "'best'"]),
    ("compare_two wide.csv --a good --b best --independent", &["wide.csv", "'best'", "good, poor"]),
    ("compare_two wide.csv --a good --b good", &["'good'", "itself"]),
    ("compare_two wide.csv --a good --b poor --tail 0", &["probability 0"]),
    ("compare_two gap.csv --a x --b y", &["gap.csv", "'x'", "'q2'", "--drop-incomplete"]),
    ("compare_two no_values.csv --a x --b z", &["no_values.csv", "'z'", "no values"]),
    ("compare_two weights.csv --a x --b y --weight w", &["weights.csv, line 3", "-1"]),
    ("compare_two weights.csv --a x --b y --weight v", &["weights.csv, line 3", "no weight"]),
    ("compare_two wide.csv short.csv --a good", &["short.csv, line 3"]),
    ("compare_two wide.csv gap.csv", &["wide.csv", "name the column", "good, poor"]),
];

#[test]
fn bad_input_is_one_line_that_names_the_place() {
    let folder = Folder::new("bad");
    FILES.iter().for_each(|(name, text)| folder.write(name, text));
    folder.write("wide.csv", wide());
    folder.write("latin.csv", b"sample,x,\xe9\nq1,1,2\n");
    for (line, words) in REFUSED {
        let output = folder.run(line);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {error}");
        assert!(output.stdout.is_empty(), "{line} prints before it fails");
        assert_eq!(error.lines().count(), 1, "{line}: {error}");
        for word in words {
            assert!(error.contains(word), "{line}: '{word}' is not in: {error}");
        }
    }
    // What the argument parser refuses it explains in more lines.
    for line in ["rank_models wide.csv --replicates x", "compare_two --a x", "rank_models --order third"]
    {
        assert_eq!(folder.run(line).status.code(), Some(2), "{line}");
    }
}
