//! The command line: files in, files out, streams, and errors that say what to do.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::tempdir;

use super::node::{slidecraft, talk};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    slidecraft(folder).args(arguments).output().unwrap()
}

fn done(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = run(folder, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    assert!(told.is_empty(), "a pipe shows no progress: {told}");
    output.stdout
}

#[test]
fn capacity_is_reported_from_the_data_folder_in_three_forms() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    let text = done(folder, &["capacity", "report", "--since", "6w"]);
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("## convert: too early to say"), "{text}");
    assert!(
        text.contains("Ask again when there are 14 days of data"),
        "{text}"
    );
    done(folder, &["capacity", "report", "-o", "capacity.html"]);
    let page = std::fs::read_to_string(folder.join("capacity.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
    let json = done(folder, &["capacity", "report", "--format", "json"]);
    let report: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(report["pools"][0]["pool"], "convert");
    let refused = run(folder, &["capacity", "report", "--since", "3y"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("--since 400d"), "{told}");
}

#[test]
fn a_deck_goes_through_every_format_without_a_server() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("talk.md"), talk(3)).unwrap();
    done(folder, &["convert", "talk.md", "-o", "talk.json"]);
    done(folder, &["export", "talk.json", "-o", "talk.pptx"]);
    let deck: Value = serde_json::from_slice(&done(folder, &["convert", "talk.pptx"])).unwrap();
    assert_eq!(deck["slides"].as_array().unwrap().len(), 3);
    done(folder, &["export", "talk.pptx", "-o", "talk.pdf"]);
    assert!(
        std::fs::read(folder.join("talk.pdf"))
            .unwrap()
            .starts_with(b"%PDF-")
    );
    done(
        folder,
        &["export", "talk.json", "-o", "talk.png", "--width", "320"],
    );
    for number in 1..=3 {
        let picture = std::fs::read(folder.join(format!("talk-00{number}.png"))).unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
    }
    let cover = done(
        folder,
        &[
            "export", "talk.md", "--format", "png", "--slide", "1", "-o", "-",
        ],
    );
    assert!(cover.starts_with(b"\x89PNG"));
    let same = done(folder, &["export", "talk.md", "--format", "pdf", "-o", "-"]);
    assert_eq!(
        same,
        done(folder, &["export", "talk.md", "--format", "pdf", "-o", "-"])
    );
    assert!(!folder.join("data").exists(), "no server, no data");
}

/// What a command writes to a terminal. `script` of util-linux plays the terminal.
fn at_a_terminal(folder: &Path, arguments: &str) -> String {
    let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_slidecraft"));
    let output = std::process::Command::new("script")
        .current_dir(folder)
        .env("TERM", "xterm")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .stdin(Stdio::null())
        .output()
        .expect("`script` of util-linux plays the terminal; install util-linux");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    told
}

#[test]
fn long_work_shows_a_bar_at_a_terminal() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("talk.md"), talk(300)).unwrap();
    let told = at_a_terminal(folder, "export talk.md -o talk.pdf");
    assert!(told.contains("rendering ["), "{told:?}");
    assert!(told.contains("/300 slides"), "{told:?}");
    assert!(folder.join("talk.pdf").exists());
}

#[test]
fn standard_input_is_read_for_what_it_is() {
    let folder = tempdir().unwrap();
    let mut process = slidecraft(folder.path())
        .args(["convert", "-", "--compact"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process
        .stdin
        .take()
        .unwrap()
        .write_all(talk(2).as_bytes())
        .unwrap();
    let output = process.wait_with_output().unwrap();
    let deck: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(deck["title"], "The title");
}

#[test]
fn what_goes_wrong_says_so_and_what_to_do() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("paper.pdf"), "%PDF-1.7").unwrap();
    std::fs::write(folder.join("photo.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    std::fs::write(
        folder.join("bad.json"),
        r#"{"schema":"slidecraft.deck/1","colour":1}"#,
    )
    .unwrap();
    for (arguments, code, told) in [
        (&["convert", "none.pptx"][..], 1, "none.pptx cannot be read"),
        (&["convert", "paper.pdf"], 1, "it cannot be opened"),
        (&["convert", "photo.png"], 1, "send a PowerPoint file"),
        (&["export", "bad.json", "-o", "x.pdf"], 1, "/colour"),
        (&["export", "bad.json", "-o", "x.doc"], 1, "--format"),
        (&["export", "bad.json"], 2, "--output"),
        (
            &["--config", "nope.toml", "migrate"],
            1,
            "nope.toml cannot be read: No such file or directory (os error 2)\n",
        ),
        (&["frobnicate"], 2, "unrecognized subcommand"),
        (
            &["healthcheck", "--address", "127.0.0.1:1"],
            1,
            "nothing listens",
        ),
    ] {
        let output = run(folder, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
}

#[test]
fn schemas_and_keys_can_be_had_by_programs() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    for schema in ["deck", "config"] {
        let schema: Value = serde_json::from_slice(&done(folder, &["schema", schema])).unwrap();
        assert!(schema["properties"].is_object());
    }
    done(folder, &["migrate"]);
    let made = done(folder, &["keys", "create", "--name", "mine", "--json"]);
    let made: Value = serde_json::from_slice(&made).unwrap();
    assert!(made["key"].as_str().unwrap().starts_with("sk_"));
    let id = made["id"].as_str().unwrap();
    let listed: Value = serde_json::from_slice(&done(folder, &["keys", "list", "--json"])).unwrap();
    assert_eq!(listed[0]["name"], "mine");
    done(folder, &["keys", "revoke", id]);
    assert!(!run(folder, &["keys", "revoke", id]).status.success());
}
