//! Keeps the house: who may import whom, what every file opens with, and how long it may be.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read the sources has to fail"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms of ours that it may import. The room `deck` is the crate `crates/deck`, which cargo itself
/// keeps from importing any other.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("storage", &["domain"]),
    ("providers", &["domain", "storage"]),
    ("telemetry", &["domain", "storage", "providers"]),
    ("config", &["domain"]),
    ("simulation", &["domain"]),
    ("reporting", &["domain"]),
    ("auth", &["domain", "storage"]),
    ("work", &["domain", "deck", "storage", "providers"]),
    ("chaos", &["domain", "storage", "providers"]),
    (
        "actors",
        &["domain", "work", "storage", "telemetry", "providers"],
    ),
    (
        "http",
        &[
            "actors::handle",
            "auth",
            "domain",
            "storage",
            "telemetry",
            "simulation",
            "reporting",
            "chaos::plan",
        ],
    ),
    ("cli", &["*"]),
    ("app", &["*"]),
    ("main", &["*"]),
    ("lib", &["*"]),
];

/// Modules that hold adapters: only `app`, the command line and tests name them from outside their room.
const ADAPTERS: &[&str] = &[
    "sql",
    "sqlite",
    "local",
    "in_process",
    "memory",
    "postgres",
    "redis",
    "s3",
    "otlp",
];

/// Names that say nothing about what is inside.
const CATCH_ALL: &[&str] = &[
    "util", "utils", "common", "helpers", "helper", "types", "manager", "misc",
];

/// The longest file there may be, in lines.
const LONGEST: usize = 500;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The room of a file below `src`.
fn room(path: &Path) -> String {
    let first = path
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        matches!(name.trim_end_matches(".rs"), "tests" | "conformance")
    })
}

/// The `crate::…` paths of a file, up to where its inline tests begin.
fn imports(text: &str) -> Vec<String> {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    let mut found = Vec::new();
    for line in code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for path in line.split("crate::").skip(1) {
            let path = path
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                .collect::<String>();
            found.push(path.trim_end_matches(':').to_owned());
        }
    }
    found
}

/// What is wrong with the form of any file of ours.
fn form_faults(path: &Path, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let name = path.display();
    if !text.starts_with("//! ") {
        faults.push(format!(
            "{name}: the first line does not say what the file is for (`//! …`)"
        ));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{name}: {lines} lines, {LONGEST} are allowed"));
    }
    for part in path.components() {
        let part = part.as_os_str().to_string_lossy();
        if CATCH_ALL.contains(&part.trim_end_matches(".rs")) {
            faults.push(format!(
                "{name}: `{part}` says nothing about what is inside"
            ));
        }
    }
    faults
}

/// What a file below `src` does against the house.
fn faults(path: &Path, text: &str) -> Vec<String> {
    let mut faults = form_faults(path, text);
    let name = path.display();
    let here = room(path);
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == here) else {
        faults.push(format!("{name}: the room `{here}` is not on the plan"));
        return faults;
    };
    if is_test(path) || allowed.contains(&"*") {
        return faults;
    }
    for import in imports(text) {
        let own = import == here || import.starts_with(&format!("{here}::"));
        let may = own
            || allowed
                .iter()
                .any(|room| import == *room || import.starts_with(&format!("{room}::")));
        if !may {
            faults.push(format!("{name}: `{here}` may not import `crate::{import}`"));
        }
        let adapter = import.split("::").any(|part| ADAPTERS.contains(&part));
        if adapter && !own {
            faults.push(format!(
                "{name}: `crate::{import}` is an adapter; only app.rs names those"
            ));
        }
    }
    faults
}

#[test]
fn the_house_stands_as_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    assert!(files.len() > 50, "only {} files were found", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            faults(
                file.strip_prefix(&root).unwrap(),
                &fs::read_to_string(file).unwrap(),
            )
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn members_tests_and_benches_say_what_they_are_for_and_stay_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["crates", "tests", "migrations", "benches"] {
        if root.join(folder).is_dir() {
            sources(&root.join(folder), &mut files);
        }
    }
    assert!(files.len() > 50, "only {} files were found", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            form_faults(
                file.strip_prefix(root).unwrap(),
                &fs::read_to_string(file).unwrap(),
            )
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_codec_depends_on_no_member_of_ours() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("crates/deck/Cargo.toml")).unwrap();
    assert!(manifest.contains("[dependencies]"));
    assert!(!manifest.contains("path = "), "{manifest}");
}

#[test]
fn an_upward_import_is_found() {
    let text = "//! A policy.\nuse crate::storage::jobs::JobStore;\n";
    assert_eq!(faults(Path::new("domain/policy/x.rs"), text).len(), 1);
    let text =
        "//! A route.\nuse crate::actors::pool::PoolActor;\nuse crate::actors::handle::Platform;\n";
    assert_eq!(faults(Path::new("http/jobs.rs"), text).len(), 1);
}

#[test]
fn an_adapter_named_outside_the_composition_root_is_found() {
    let text = "//! A worker.\nuse crate::storage::jobs::sql::SqlJobStore;\n";
    assert_eq!(faults(Path::new("actors/worker.rs"), text).len(), 1);
    assert_eq!(faults(Path::new("app.rs"), text).len(), 0);
}

#[test]
fn a_file_without_purpose_a_long_one_and_a_catch_all_are_found() {
    assert_eq!(faults(Path::new("domain/x.rs"), "use std::fmt;\n").len(), 1);
    let long = format!("//! Long.\n{}", "\n".repeat(LONGEST));
    assert_eq!(faults(Path::new("domain/x.rs"), &long).len(), 1);
    assert_eq!(
        faults(Path::new("domain/utils.rs"), "//! Things.\n").len(),
        1
    );
}
