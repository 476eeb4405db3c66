//! The console in a real browser: Chromium goes through every page of a running node, by `tests/console/flows.mjs`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::tempdir;

use super::chat::Fake;
use super::node::{Node, block_on};

/// What the browser's side needs, if it is here. Where it is not, says in one line what is left out; under `CI` that is a failure.
fn browser() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console");
    let runs = |program: &str| {
        let found = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        found.is_ok_and(|status| status.success())
    };
    let missing = if !runs("chromium") {
        "Chromium is not installed (Debian: apt-get install chromium)"
    } else if !runs("node") {
        "Node.js is not installed (Debian: apt-get install nodejs npm)"
    } else if !folder.join("node_modules").is_dir() {
        "its packages are not installed (npm ci --prefix tests/console)"
    } else {
        return Some(folder);
    };
    assert!(
        std::env::var_os("CI").is_none(),
        "the console is not tested: {missing}, and CI needs it"
    );
    let _ = writeln!(
        std::io::stderr(),
        "skipped: the console in a browser: {missing}"
    );
    None
}

#[test]
fn a_person_goes_through_the_whole_console() {
    let Some(scripts) = browser() else {
        return;
    };
    block_on(async {
        let folder = tempdir().unwrap();
        // A model that proposes an edit whatever it is asked.
        let edit = r#"replace_text={"slide": 2, "find": "Why convert at all?", "replace": "Why slides become data"}"#;
        let fake = Fake::start(&["--call", edit, "--split", "5"]);
        let settings = [
            ("SLIDECRAFT__CHAOS__ENABLED", "true"),
            ("SLIDECRAFT__AI__ANTHROPIC__KEY", "sk-ant-test"),
            ("SLIDECRAFT__AI__ANTHROPIC__URL", fake.base.as_str()),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let deck = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/talk.md");
        let pictures = folder.path().join("pictures");
        std::fs::create_dir(&pictures).unwrap();
        let ran = Command::new("node")
            .arg(scripts.join("flows.mjs"))
            .args([node.base(), node.key()])
            .arg(deck)
            .arg(&pictures)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stdout);
        let flaws = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{told}{flaws}");
        let flows = told.lines().filter(|line| line.starts_with("ok ")).count();
        assert!(flows >= 29, "{told}");
        assert!(node.terminate().success());
    });
}
