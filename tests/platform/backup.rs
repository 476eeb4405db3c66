//! Backups that are started from: the embedded data folder copied while the node works, and PostgreSQL by its own tools.

use std::path::Path;
use std::process::Command;

use reqwest::Method;
use tempfile::tempdir;

use super::node::{Node, block_on, slidecraft, talk, text};
use super::postgres::TestDatabase;

/// A document that is converted and exported; its id and the job of the export.
async fn made(node: &Node) -> (String, String) {
    let (document, job) = node.convert("talk.md", talk(6).into_bytes()).await;
    assert_eq!(node.ended(&job).await["state"], "succeeded");
    let export = node.export(&document, "pdf").await;
    assert_eq!(node.ended(&export).await["state"], "succeeded");
    (document, export)
}

/// What has to be the same after a restore: the deck, and the file that was exported.
async fn held(node: &Node, (document, export): &(String, String)) -> (String, Vec<u8>) {
    let deck = node
        .get(&format!("/v1/documents/{document}"))
        .await
        .to_string();
    (deck, node.download(export).await)
}

#[test]
fn a_copy_that_is_made_while_the_node_works_can_be_started_from() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let before = made(&node).await;
        let wanted = held(&node, &before).await;
        // Work goes on meanwhile.
        let mut late = Vec::new();
        for _ in 0..10 {
            late.push(node.export(&before.0, "pptx").await);
        }
        let copied = slidecraft(folder.path())
            .args(["backup", "copy/data"])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&copied.stdout).into_owned();
        assert!(copied.status.success(), "{copied:?}");
        assert!(told.contains("To start from it"), "{told}");
        for job in &late {
            assert_eq!(node.ended(job).await["state"], "succeeded");
        }
        // The same place twice would mix two moments.
        let again = slidecraft(folder.path())
            .args(["backup", "copy/data"])
            .output()
            .unwrap();
        assert_eq!(again.status.code(), Some(1));
        node.kill();

        let other = Node::start(&folder.path().join("copy"));
        assert_eq!(held(&other, &before).await, wanted);
        // What was accepted by then and not done is done there.
        let jobs = other.get("/v1/jobs?limit=100").await;
        for job in jobs["jobs"]
            .as_array()
            .or(jobs["items"].as_array())
            .unwrap()
        {
            let ended = other.ended(&text(&job["id"])).await;
            assert_eq!(ended["state"], "succeeded");
        }
        assert!(other.terminate().success());
    });
}

#[test]
fn a_backup_of_a_server_is_the_servers_and_that_is_said() {
    let folder = tempdir().unwrap();
    let refused = slidecraft(folder.path())
        .env(
            "SLIDECRAFT__DATABASE__URL",
            "postgres://someone:hunter2@db.example/decks",
        )
        .args(["backup", "copy"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        told.contains("pg_dump") && told.contains("db.example") && !told.contains("hunter2"),
        "{told}"
    );
}

/// Runs one of PostgreSQL's programs.
fn program(name: &str, arguments: &[&str]) {
    let ran = Command::new(name).args(arguments).output();
    let ran = ran.unwrap_or_else(|error| {
        panic!("{name}: {error}; install PostgreSQL's client (Debian: apt-get install postgresql-client)")
    });
    assert!(ran.status.success(), "{name}: {ran:?}");
}

/// A node on that database, with its objects in that folder.
fn on(folder: &Path, database: &str) -> Node {
    Node::start_with(
        folder,
        &[
            ("SLIDECRAFT__DATABASE__URL", database),
            ("SLIDECRAFT__DATABASE__CONNECTIONS", "6"),
        ],
    )
}

#[test]
fn a_dump_of_postgresql_is_restored_into_another_database() {
    block_on(async {
        let (Some(one), Some(other)) = (TestDatabase::create().await, TestDatabase::create().await)
        else {
            return;
        };
        let folder = tempdir().unwrap();
        let node = on(folder.path(), &one.url());
        let before = made(&node).await;
        let wanted = held(&node, &before).await;
        let dump = folder.path().join("slidecraft.dump");
        let dump = dump.to_str().unwrap();
        // As docs/OPERATE.md has it, while the node runs.
        program("pg_dump", &["--format=custom", "--file", dump, &one.url()]);
        assert!(node.terminate().success());
        program(
            "pg_restore",
            &[
                "--no-owner",
                "--exit-on-error",
                "--dbname",
                &other.url(),
                dump,
            ],
        );
        let node = on(folder.path(), &other.url());
        assert_eq!(held(&node, &before).await, wanted);
        let answer = node.ask(Method::GET, "/readyz").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(node.terminate().success());
    });
}
