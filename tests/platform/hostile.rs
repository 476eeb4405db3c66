//! Hostile and broken files through the API: each a clear answer, and the node goes on.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use reqwest::Method;
use serde_json::Value;
use tempfile::tempdir;

use super::node::{Node, block_on, talk, text};

/// Memory that a node may take beyond what it takes for an ordinary deck, in MiB: the largest part of XML that `[decks]`
/// allows, as it comes, unpacked, and parsed.
const MEMORY: u64 = 256;

/// A file, and the code of the problem or failure it must end in.
fn broken_files(good: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let wide: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let presentation = "ppt/presentation.xml";
    let first = "ppt/slides/slide1.xml";
    vec![
        ("empty.pptx", Vec::new(), "invalid_body"),
        ("text.pptx", b"this is no zip".to_vec(), "wrong_file_type"),
        ("paper.pdf", b"%PDF-1.7".to_vec(), "damaged_file"),
        ("binary.md", vec![0xFF, 0xFE, b'a'], "damaged_file"),
        ("cut.pptx", good[..good.len() / 2].to_vec(), "damaged_file"),
        (
            "locked.pptx",
            [&compound[..], &[0; 600], &wide].concat(),
            "encrypted_file",
        ),
        (
            "bomb.pptx",
            changed(good, first, |_| vec![b' '; 80 << 20]),
            "file_too_large",
        ),
        (
            "entity.pptx",
            changed(good, first, |xml| {
                let told = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><p:sld"#;
                replaced(xml, "<p:sld", told)
            }),
            "unsafe_file",
        ),
        (
            "repeated.pptx",
            changed(good, presentation, |xml| {
                let text = String::from_utf8(xml).unwrap();
                let start = text.find("<p:sldId ").unwrap();
                let end = start + text[start..].find('>').unwrap() + 1;
                let named = text[start..end].repeat(5_000);
                [&text[..start], &named, &text[end..]].concat().into_bytes()
            }),
            "file_too_large",
        ),
    ]
}

/// A package with one part changed.
fn changed(package: &[u8], part: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut found = false;
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name == part {
            found = true;
            bytes = change(bytes);
        }
        to.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        to.write_all(&bytes).unwrap();
    }
    assert!(found, "{part} is not in the package");
    to.finish().unwrap().into_inner()
}

fn replaced(xml: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(xml).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    text.replacen(from, to, 1).into_bytes()
}

/// An ordinary deck as a PPTX, and the document it was exported from.
async fn ordinary(node: &Node) -> (Vec<u8>, String) {
    let (document, job) = node.convert("talk.md", talk(3).into_bytes()).await;
    assert_eq!(node.ended(&job).await["state"], "succeeded");
    let job = node.export(&document, "pptx").await;
    assert_eq!(node.ended(&job).await["state"], "succeeded");
    (node.download(&job).await, document)
}

#[test]
fn what_cannot_be_read_gets_a_clear_answer_and_the_node_goes_on() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let (good, _) = ordinary(&node).await;
        let before = node.peak_memory();
        for (name, bytes, code) in broken_files(&good) {
            let told = fate(&node, name, bytes).await;
            let told = told.unwrap_or_else(|| panic!("{name} was converted"));
            assert!(told.contains(&format!("\"{code}\"")), "{name}: {told}");
        }
        // A slide without a size is no reason to lose the deck.
        let flat = changed(&good, "ppt/presentation.xml", |xml| {
            let text = String::from_utf8(xml).unwrap();
            let start = text.find("<p:sldSz ").unwrap();
            let end = start + text[start..].find("/>").unwrap() + 2;
            let none = r#"<p:sldSz cx="0" cy="0"/>"#;
            [&text[..start], none, &text[end..]].concat().into_bytes()
        });
        assert_eq!(fate(&node, "flat.pptx", flat).await, None);
        if let (Some(before), Some(after)) = (before, node.peak_memory()) {
            println!("{before} MiB before, {after} MiB at the most");
            assert!(
                after < before + MEMORY,
                "{before} MiB before, {after} MiB after"
            );
        }
        still_well(&node).await;
    });
}

/// The status and the code of a refusal.
async fn refused(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{body}");
    assert!(body["request_id"].is_string(), "{body}");
    (status, text(&body["code"]))
}

#[test]
fn a_deck_that_cannot_be_stored_is_refused_with_what_is_wrong() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let (_, document) = ordinary(&node).await;
        let path = format!("/v1/documents/{document}");
        let deck = node.get(&path).await.to_string();
        let put = |body: String| {
            node.ask(Method::PUT, &path)
                .header("if-match", "\"1\"")
                .header("content-type", "application/json")
                .body(body)
        };
        let once = |from: &str, to: &str| deck.replacen(from, to, 1);
        for (body, status, code) in [
            (deck[..deck.len() / 2].to_owned(), 400, "invalid_json"),
            ("[]".to_owned(), 422, "invalid_deck"),
            (once("{", "{\"title\":\"one\","), 422, "invalid_body"),
            (
                once("\"slides\":[{", "\"slides\":[{\"id\":\"a\","),
                422,
                "invalid_body",
            ),
            (once("{", "{\"colour\":1,"), 422, "invalid_deck"),
            (once("\"title\":", "\"titel\":"), 422, "invalid_deck"),
        ] {
            let told = refused(put(body)).await;
            assert_eq!(told, (status, code.to_owned()));
        }
        let twice = r#"[{"op":"add","path":"/properties","value":{"author":"a","author":"b"}}]"#;
        let patch = node
            .ask(Method::PATCH, &path)
            .header("if-match", "\"1\"")
            .header("content-type", "application/json-patch+json")
            .body(twice);
        assert_eq!(refused(patch).await, (422, "invalid_body".to_owned()));
        let unknown = "01a214f4-178d-71b3-995b-5d2a75eba549";
        for path in [
            format!("/v1/documents/{unknown}"),
            format!("/v1/jobs/{unknown}"),
            "/v1/documents/..%2f..%2fetc".to_owned(),
            "/v1/nothing".to_owned(),
        ] {
            let told = refused(node.ask(Method::GET, &path)).await;
            assert_eq!(told, (404, "not_found".to_owned()), "{path}");
        }
        assert!(put(deck).send().await.unwrap().status().is_success());
    });
}

#[test]
fn a_body_that_claims_two_gigabytes_is_refused_before_it_comes() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        still_well(&node).await;
        let before = node.peak_memory();
        let key = node.key();
        for kind in ["application/json", "multipart/form-data; boundary=x"] {
            let head = format!(
                "POST /v1/documents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\
                 Content-Type: {kind}\r\nContent-Length: 2147483648\r\n\r\n--x\r\n"
            );
            let answer = node.raw(&head);
            assert!(answer.starts_with("HTTP/1.1 413 "), "{kind}: {answer}");
            assert!(answer.contains("\"too_large\""), "{kind}: {answer}");
        }
        if let (Some(before), Some(after)) = (before, node.peak_memory()) {
            assert!(
                after < before + 32,
                "{before} MiB before, {after} MiB after"
            );
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
