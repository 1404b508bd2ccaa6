//! No module looks up: every `crate::` path in `src` points to the same floor or a lower one.
//!
//! What it reads: `crate::X`, also in groups (`use crate::{a, b::c}`), in code and in unit tests; an item
//! re-exported by the crate root (`crate::Sample`) counts as its module, looked up in the `pub use` lines of
//! `lib.rs`. What it skips: comments. What it cannot see: `super::super::` paths (no module is that deep),
//! code behind `//` in a string, and paths made by macros.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. A module that is not named here has no floor and fails the test.
const FLOORS: [&[&str]; 7] = [
    &["error", "kernels", "rng"],
    &["sample"],
    &["risk", "dominance", "transport", "portfolio"],
    &["resampling"],
    &["inference"],
    &["ranking", "audit", "alignment", "ensemble", "fidelity"],
    &["report", "plot"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// All Rust files below a folder, in a fixed order.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    let files = entries.into_iter().flat_map(|path| match path.is_dir() {
        true => sources(&path),
        false => vec![path],
    });
    files.filter(|path| path.extension().is_some_and(|e| e == "rs")).collect()
}

/// The text without comments.
fn code_of(text: &str) -> String {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    code.join("\n")
}

/// The first names of all `crate::` paths of a text, with their lines.
fn paths(text: &str) -> Vec<(usize, String)> {
    let code = code_of(text);
    let mut found = Vec::new();
    for (start, name) in code.match_indices("crate::") {
        // `$crate::` of a macro is a path of this crate too; `foo_crate::` is none.
        let before = code[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = code[..start].matches('\n').count() + 1;
        let names = first_names(&code[start + name.len()..]);
        found.extend(names.into_iter().map(|name| (line, name)));
    }
    found
}

/// `a` of `a::b`; `a` and `c` of `{a::b, c::{d, e}}`.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![first_name(path)];
    };
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                names.push(first_name(group[start..at].trim()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn first_name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The module behind every item that the crate root re-exports: `Gap` of `pub use dominance::{Gap, gap}`.
fn re_exports(root: &str) -> BTreeMap<String, String> {
    let code = code_of(root);
    let lines = code.split("pub use ").skip(1).filter_map(|line| line.split(';').next());
    let of_line = |line: &str| {
        let (module, items) = line.split_once("::").expect("a path");
        let items = first_names(items);
        items.into_iter().map(|item| (item, module.to_owned())).collect::<Vec<_>>()
    };
    lines.flat_map(of_line).collect()
}

/// `sample` for `src/sample/samples.rs` and for `src/sample.rs`; `None` for the crate root.
fn module_of(file: &Path) -> Option<String> {
    let first = file.components().next()?.as_os_str().to_str()?;
    let module = first.trim_end_matches(".rs");
    (module != "lib").then(|| module.to_owned())
}

#[test]
fn no_module_uses_a_higher_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let root = fs::read_to_string(src.join("lib.rs")).expect("a crate root");
    let of_root = re_exports(&root);
    let mut seen = 0;
    let mut wrong = Vec::new();
    for file in sources(&src) {
        let relative = file.strip_prefix(&src).expect("below src");
        let Some(module) = module_of(relative) else { continue };
        let Some(own) = floor(&module) else {
            wrong.push(format!("src/{}: the module '{module}' has no floor", relative.display()));
            continue;
        };
        for (line, name) in paths(&fs::read_to_string(&file).expect("a readable file")) {
            seen += 1;
            let place = format!("src/{}:{line}", relative.display());
            // Functions of the root may be named like a module; modules come first.
            let used = if floor(&name).is_some() { &name } else { of_root.get(&name).unwrap_or(&name) };
            match floor(used) {
                Some(other) if other <= own => {}
                Some(other) => {
                    wrong.push(format!("{place}: {module} (floor {own}) -> {used} (floor {other})"));
                }
                None => wrong.push(format!("{place}: {module} -> {used}, which has no floor")),
            }
        }
    }
    assert!(seen > 50, "only {seen} paths found: the reader is blind");
    assert!(wrong.is_empty(), "the layers are crossed:\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_sees_what_it_should() {
    let names = |text: &str| paths(text).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(names("use crate::kernels::sum::Sum;"), ["kernels"]);
    assert_eq!(
        names("use crate::{error::Error, kernels::{cells::Law, sort}, rng};"),
        ["error", "kernels", "rng"]
    );
    assert_eq!(names("fn f() { let x = crate::ranking::adjust(1); }"), ["ranking"]);
    assert_eq!(names("pub(crate) fn f() {} // use crate::ranking"), [""; 0]);
    assert_eq!(names("/// [`DominanceTest`](crate::inference::DominanceTest)"), [""; 0]);
    assert_eq!(names("crate::Sample::new([1.0]); crate::gap(order, &x, &y);"), ["Sample", "gap"]);
    let root = re_exports("mod a;\npub use a::{First, second};\npub use b::Third;");
    assert_eq!(root.get("second").map(String::as_str), Some("a"));
    assert_eq!(root.get("Third").map(String::as_str), Some("b"));
    assert_eq!(paths("\n\nuse crate::error::Error;"), [(3, "error".to_owned())]);
    assert_eq!(module_of(Path::new("sample/samples.rs")).as_deref(), Some("sample"));
    assert_eq!(module_of(Path::new("error.rs")).as_deref(), Some("error"));
    assert_eq!(module_of(Path::new("lib.rs")), None);
    assert!(floor("inference") > floor("dominance"));
}
