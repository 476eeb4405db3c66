//! The examples of the API guide, run against a real node as their readers would run them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::tempdir;

use super::node::Node;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// What both tell of the demo deck.
const TOLD: [&str; 4] = [
    "converted: 5 slides",
    "edited: an older version is refused with 412",
    "answered: true",
    "exported: %PDF-",
];

fn tells(command: &mut Command, node: &Node, folder: &Path) {
    let deck = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/talk.md");
    let ran = command
        .arg(deck)
        .current_dir(folder)
        .env("BASE", node.base())
        .env("KEY", node.key())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout).to_lowercase();
    let lines: Vec<_> = told.lines().collect();
    let wanted = TOLD.map(str::to_lowercase);
    assert_eq!(lines, wanted, "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(folder.join("story.pdf").is_file());
}

/// Says what is left out, or fails where nothing may be.
fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI needs {what}");
    let _ = writeln!(
        std::io::stderr(),
        "skipped: an example of the API guide, which needs {what}"
    );
}

#[test]
fn the_example_in_python_tells_its_story() {
    if Command::new("python3").arg("--version").output().is_err() {
        return missing("python3");
    }
    let folder = tempdir().unwrap();
    let node = Node::start(folder.path());
    let mut command = Command::new("python3");
    tells(
        command.arg(example("python/story.py")),
        &node,
        folder.path(),
    );
}

#[test]
fn the_example_in_typescript_is_sound_and_tells_its_story() {
    let home = example("typescript");
    let compiler = home.join("node_modules/typescript/bin/tsc");
    if !compiler.is_file() {
        return missing("`npm ci --prefix examples/typescript`");
    }
    let folder = tempdir().unwrap();
    let built = Command::new("node")
        .arg(compiler)
        .args(["--project", "tsconfig.json", "--outDir"])
        .arg(folder.path().join("build"))
        .current_dir(&home)
        .output()
        .unwrap();
    assert!(built.status.success(), "{built:?}");
    std::fs::write(folder.path().join("package.json"), r#"{"type":"module"}"#).unwrap();
    let node = Node::start(folder.path());
    let mut command = Command::new("node");
    tells(
        command.arg(folder.path().join("build/story.js")),
        &node,
        folder.path(),
    );
}
