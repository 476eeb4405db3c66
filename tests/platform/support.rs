//! What is gathered for whoever helps: all that can be reached, and nothing that a user wrote.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;
use zip::ZipArchive;

use super::node::{Node, block_on, slidecraft, talk};

/// Never the name of a file, the word of a deck, or a question.
const PRIVATE: [&str; 3] = ["merger-plans", "confidential-word", "who-is-bought"];

const SECRET: &str = "a-secret-that-nobody-else-knows";

fn parts(bundle: &Path) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(File::open(bundle).unwrap()).unwrap();
    let read = (0..archive.len()).map(|index| {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        (part.name().unwrap().to_string(), text)
    });
    read.collect()
}

fn part<'p>(parts: &'p [(String, String)], name: &str) -> &'p str {
    let found = parts.iter().find(|(known, _)| known == name);
    &found.unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn a_bundle_tells_of_a_node_and_of_nothing_that_a_user_wrote() {
    block_on(async {
        let folder = tempdir().unwrap();
        let secrets = [
            ("SLIDECRAFT__OBJECTS__ACCESS_KEY", "who-it-is"),
            ("SLIDECRAFT__OBJECTS__SECRET_KEY", SECRET),
        ];
        let node = Node::start_with(folder.path(), &secrets);
        let deck = format!("{}\n# confidential-word\n", talk(2)).into_bytes();
        let (document, job) = node.convert("merger-plans.md", deck).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        let question = serde_json::json!({ "message": "who-is-bought?" });
        let asked = node
            .ask(
                reqwest::Method::POST,
                &format!("/v1/documents/{document}/chat"),
            )
            .json(&question);
        assert_eq!(asked.send().await.unwrap().status(), 202);
        let (_, broken) = node
            .convert("merger-plans.pptx", b"PK no deck".to_vec())
            .await;
        assert_eq!(node.ended(&broken).await["state"], "dead");
        std::fs::write(folder.path().join("node.log"), "{\"level\":\"WARN\"}\n").unwrap();

        let made = slidecraft(folder.path())
            .envs(secrets)
            .args(["support-bundle", "-o", "bundle.zip", "--log", "node.log"])
            .args(["--url", node.base()])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&made.stdout).into_owned();
        assert!(made.status.success(), "{made:?}");
        assert!(!told.contains("left out"), "{told}");

        let bundle = folder.path().join("bundle.zip");
        let parts = parts(&bundle);
        let key = std::fs::read_to_string(folder.path().join("data/first-key")).unwrap();
        for (name, text) in &parts {
            let private = [SECRET, key.trim()].into_iter().chain(PRIVATE);
            for secret in private {
                assert!(!text.contains(secret), "{secret} is in {name}");
            }
        }
        assert!(part(&parts, "settings.txt").contains("secret_key: kept secret"));
        assert!(part(&parts, "host.json").contains("SLIDECRAFT__OBJECTS__SECRET_KEY"));
        assert!(part(&parts, "node/metrics.txt").contains("slidecraft_jobs_total"));
        assert!(part(&parts, "node/pools.json").contains("convert"));
        assert_eq!(part(&parts, "node.log"), "{\"level\":\"WARN\"}\n");
        let jobs: Value = serde_json::from_str(part(&parts, "store/jobs.json")).unwrap();
        assert_eq!(jobs["dead"][0]["id"], broken);
        assert!(jobs["dead"][0]["failure"]["code"].is_string());
        assert!(jobs["dead"][0]["failure"]["message"].is_null());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&bundle).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "others may read it");
        }
        assert!(node.terminate().success());
    });
}

#[test]
fn a_bundle_is_made_where_nothing_runs_and_nothing_is_stored() {
    let folder = tempdir().unwrap();
    let made = slidecraft(folder.path())
        .env("SLIDECRAFT__SERVER__LISTEN", "127.0.0.1:1")
        .args(["support-bundle", "-o", "bundle.zip"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success(), "{made:?}");
    assert!(told.contains("left out: node/healthz.json"), "{told}");
    assert!(
        told.contains("left out: store: there is no database"),
        "{told}"
    );
    let parts = parts(&folder.path().join("bundle.zip"));
    assert!(part(&parts, "README.txt").contains("Could not be had"));
    assert!(part(&parts, "host.json").contains("cores"));
    // Looking makes nothing.
    assert!(!folder.path().join("data").exists());
    let again = slidecraft(folder.path())
        .args(["support-bundle", "-o", "bundle.zip"])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(1));
}
