//! Hostile and broken files through the API: each a clear answer, and the node goes on.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::tempdir;

use super::node::{Node, block_on, talk};

/// A file, and what must become of it: a code of a problem or of a failure, or nothing in particular.
fn own_fixtures() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        ("empty.pptx", Vec::new(), ""),
        ("text.pptx", b"this is no zip".to_vec(), "wrong_file_type"),
        ("cut.pptx", b"PK\x03\x04cut off".to_vec(), "damaged_file"),
        (
            "locked.pptx",
            [
                &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..],
                &[0; 600],
            ]
            .concat(),
            "",
        ),
        ("binary.md", vec![0xFF, 0xFE, b'a'], "damaged_file"),
    ]
}

#[test]
fn what_cannot_be_read_gets_a_clear_answer_and_the_node_goes_on() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        for (name, bytes, code) in own_fixtures() {
            let told = fate(&node, name, bytes).await;
            let told = told.unwrap_or_else(|| panic!("{name} was converted"));
            assert!(told.contains(code), "{name}: {told}");
        }
        still_well(&node).await;
    });
}

#[test]
fn every_hostile_deck_of_the_corpus_ends_in_a_deck_or_a_clear_failure() {
    let Some(corpus) = std::env::var_os("SLIDECRAFT_CORPUS") else {
        println!("set SLIDECRAFT_CORPUS to a folder of decks to run them all");
        return;
    };
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let mut files: Vec<PathBuf> = std::fs::read_dir(PathBuf::from(corpus).join("hostile"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty());
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let told = fate(&node, &name, std::fs::read(&file).unwrap()).await;
            println!("{name}: {}", told.as_deref().unwrap_or("a deck"));
            if let Some(told) = told {
                assert!(!told.contains("panicked"), "{name}: {told}");
            }
        }
        still_well(&node).await;
    });
}

/// What became of a file: the problem or the failure, or `None` where it became a deck.
async fn fate(node: &Node, name: &str, bytes: Vec<u8>) -> Option<String> {
    let answer = node.upload(name, bytes).await;
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    if status != 202 {
        assert!(status.is_client_error(), "{name}: {status} {body}");
        assert!(
            body["detail"].is_string() && body["type"].is_string(),
            "{name}: {body}"
        );
        return Some(body.to_string());
    }
    let job = node.ended(body["job"]["id"].as_str().unwrap()).await;
    match job["state"].as_str() {
        Some("succeeded") => {
            let document = body["document"]["id"].as_str().unwrap();
            goes_out_again(node, name, document).await;
            None
        }
        Some("dead") => {
            let failure = &job["failure"];
            assert!(
                failure["message"]
                    .as_str()
                    .is_some_and(|told| told.len() > 10),
                "{name}: {job}"
            );
            Some(failure.to_string())
        }
        _ => panic!("{name}: {job}"),
    }
}

/// What was read can be written and drawn, or says clearly why not.
async fn goes_out_again(node: &Node, name: &str, document: &str) {
    for format in ["pptx", "pdf", "png"] {
        let job = node.ended(&node.export(document, format).await).await;
        let told = job["failure"]["message"].as_str().unwrap_or_default();
        let fine = job["state"] == "succeeded" || told.len() > 10;
        assert!(
            fine && !told.contains("panicked"),
            "{name} as {format}: {job}"
        );
    }
}

async fn still_well(node: &Node) {
    let (_, job) = node.convert("talk.md", talk(1).into_bytes()).await;
    assert_eq!(node.ended(&job).await["state"], "succeeded");
    assert!(node.base().starts_with("http://127.0.0.1:"));
}
