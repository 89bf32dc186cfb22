//! The house holds: arrows between crates run downwards only, files stay readable, no capability imports
//! another, and SQL stands where ARCHITECTURE.md says.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of tests stops loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// For each of our crates, the crates of ours that it may stand on (not counting what only tests use).
const ARROWS: &[(&str, &[&str])] = &[
    ("stats", &[]),
    ("charts", &[]),
    ("analysis", &["stats", "charts"]),
    ("returns", &[]),
    ("govuk", &[]),
    ("demo", &["returns"]),
    ("platform", &["govuk"]),
    ("record", &["platform", "returns", "govuk", "stats"]),
    ("schools", &["record", "platform", "returns", "govuk", "stats", "charts", "analysis"]),
    ("budgets", &["record", "platform", "govuk", "stats", "charts"]),
    ("voice", &["record", "platform", "govuk"]),
    ("contexts", &["record", "platform", "govuk"]),
    ("programme", &["record", "platform", "govuk"]),
    ("evaluation", &["record", "platform", "govuk", "stats", "charts", "analysis"]),
    (
        "nearhand",
        &[
            "schools",
            "budgets",
            "voice",
            "contexts",
            "programme",
            "evaluation",
            "record",
            "platform",
            "returns",
            "govuk",
            "demo",
            "stats",
            "charts",
            "analysis",
        ],
    ),
    // Measures the whole: see bench/README.md.
    ("latency", &["nearhand", "record", "platform"]),
    ("engine-bench", &["stats"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Our crates and what each stands on, from `cargo metadata`.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p["name"].as_str().unwrap()).collect();
    packages
        .iter()
        .map(|package| {
            let on = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().unwrap())
                .filter(|name| ours.contains(name))
                .map(str::to_owned)
                .collect();
            (package["name"].as_str().unwrap().to_owned(), on)
        })
        .collect()
}

#[test]
fn arrows_run_downwards_only() {
    for (name, on) in arrows() {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            panic!("crate `{name}` has no line in ARROWS: decide what it may stand on");
        };
        for other in on {
            assert!(
                allowed.contains(&other.as_str()),
                "`{name}` may not stand on `{other}` (ARCHITECTURE.md)"
            );
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&root().join("crates"), &mut found);
    found.sort();
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn files_stay_readable() {
    let mut lengths: Vec<(usize, PathBuf)> =
        all_sources().into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let at = |share: f64| {
        let index = (lengths.len() as f64 * share) as usize;
        lengths[index.min(lengths.len() - 1)].0
    };
    let (median, p95) = (at(0.5), at(0.95));
    let (longest, path) = lengths.last().unwrap();
    println!("{} files: median {median} lines, 95% up to {p95}, longest {longest}", lengths.len());
    assert!(median <= 200, "median file has {median} lines");
    assert!(p95 <= 500, "5% of the files have more than {p95} lines");
    assert!(*longest <= 1_200, "{} has {longest} lines", path.display());
}

#[test]
fn sql_stands_in_stores_only() {
    // Statements as text escape the portable query builder; a reader looks for queries in stores.
    const MARKS: &[&str] = &[
        "Statement::from_string",
        "Statement::from_sql",
        "execute_unprepared",
        "query_all_raw",
        "sqlx::query",
    ];
    for (path, text) in all_sources() {
        let shown = path.display().to_string();
        let allowed =
            ["/tests/", "/benches/", "testing", "store", "/db/", "migration", "backup", "architecture.rs"]
                .iter()
                // The import writes in bulk, by statements of its own, in these two files.
                .chain(&["import/claim.rs", "import/projection.rs"])
                .any(|place| shown.contains(place));
        for mark in MARKS {
            assert!(allowed || !text.contains(mark), "{shown} holds `{mark}`: SQL belongs in a store");
        }
    }
}

#[test]
fn pages_hold_no_inline_script_or_style() {
    for (path, text) in all_sources() {
        let shown = path.display().to_string();
        if ["/tests/", "/govuk/", "testing", "auth/paths.rs"].iter().any(|place| shown.contains(place)) {
            continue;
        }
        for mark in [" style=", "onclick=", "onload=", "javascript:"] {
            assert!(!text.contains(mark), "{shown} holds `{mark}`, which the content policy forbids");
        }
    }
}
