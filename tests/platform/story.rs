//! The whole story: a deck in, followed live, read, edited, exported, downloaded.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use super::node::{Node, block_on, slidecraft, talk, text};

#[test]
fn a_deck_goes_in_and_comes_out_as_pptx_and_pdf() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let (document, job) = node.convert("talk.md", talk(3).into_bytes()).await;
        let job = node.ended(&job).await;
        assert_eq!(job["state"], "succeeded", "{job}");

        let path = format!("/v1/documents/{document}");
        let answer = node.ask(Method::GET, &path).send().await.unwrap();
        let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let deck: Value = answer.json().await.unwrap();
        assert_eq!(deck["title"], "The title");
        let again = node.ask(Method::GET, &path).header("if-none-match", &etag);
        assert_eq!(again.send().await.unwrap().status(), 304);

        let change = json!([{ "op": "replace", "path": "/title", "value": "Another title" }]);
        let patch = |etag: &str| {
            node.ask(Method::PATCH, &path)
                .header("content-type", "application/json-patch+json")
                .header("if-match", etag)
                .body(change.to_string())
        };
        assert!(patch(&etag).send().await.unwrap().status().is_success());
        assert_eq!(patch(&etag).send().await.unwrap().status(), 412);
        assert_eq!(node.get(&path).await["title"], "Another title");

        let pdf = node.export(&document, "pdf").await;
        let pptx = node.export(&document, "pptx").await;
        let png = node.export(&document, "png").await;
        for (job, magic) in [(pdf, &b"%PDF-"[..]), (pptx.clone(), b"PK"), (png, b"PK")] {
            let seen = node.ended(&job).await;
            assert_eq!(seen["state"], "succeeded", "{seen}");
            assert!(node.download(&job).await.starts_with(magic));
        }
        // What came out goes in again.
        let written = node.download(&pptx).await;
        let (copy, job) = node.convert("copy.pptx", written).await;
        let job = node.ended(&job).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let copy = node.get(&format!("/v1/documents/{copy}")).await;
        assert_eq!(copy["slides"].as_array().unwrap().len(), 3);
        assert!(copy["slides"][1].to_string().contains("A first point"));

        let picture = node.ask(Method::GET, &format!("{path}/slides/1.png?width=320"));
        let picture = picture.send().await.unwrap();
        assert_eq!(picture.headers()["content-type"], "image/png");
        assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
        assert!(node.terminate().success());
    });
}

#[test]
fn events_are_followed_live_and_resumed_where_they_were_left() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let (document, first) = node.convert("talk.md", talk(2).into_bytes()).await;
        node.ended(&first).await;
        let path = format!("/v1/events?document={document}");
        let mut stream = node.ask(Method::GET, &path).send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let job = node.export(&document, "pdf").await;
        let seen = read_until(&mut stream, "job.succeeded").await;
        for event in ["job.queued", "job.started", "job.stage", "job.succeeded"] {
            assert!(
                seen.contains(&format!("event: {event}\n")),
                "{event} in {seen}"
            );
        }
        assert!(seen.contains(&job));
        drop(stream);

        let id = seen
            .lines()
            .find_map(|line| line.strip_prefix("id: "))
            .unwrap();
        let mut resumed = node
            .ask(Method::GET, &path)
            .header("last-event-id", id)
            .send()
            .await
            .unwrap();
        let replayed = read_until(&mut resumed, "job.succeeded").await;
        assert!(!replayed.contains("event: gap"), "{replayed}");
        assert!(
            !replayed.contains(&format!("id: {id}\n")),
            "told twice: {replayed}"
        );
        assert!(replayed.contains("event: job.started\n"), "{replayed}");
    });
}

/// Everything on a stream up to an event of that name and the end of its frame.
async fn read_until(stream: &mut reqwest::Response, event: &str) -> String {
    let mut seen = String::new();
    loop {
        let Some(chunk) = stream.chunk().await.unwrap() else {
            panic!("the stream ended with {seen}");
        };
        seen += std::str::from_utf8(&chunk).unwrap();
        let found = seen.find(&format!("event: {event}\n"));
        if found.is_some_and(|at| seen[at..].contains("\n\n")) {
            return seen;
        }
    }
}

#[test]
fn tenants_do_not_see_each_other() {
    block_on(async {
        let folder = tempdir().unwrap();
        let made = slidecraft(folder.path())
            .args(["keys", "create", "--tenant", "other", "--json"])
            .output()
            .unwrap();
        let other: Value = serde_json::from_slice(&made.stdout).unwrap();
        let other = text(&other["key"]);
        let admin = slidecraft(folder.path())
            .args(["keys", "create", "--tenant", "mine", "--json"])
            .output()
            .unwrap();
        let mine: Value = serde_json::from_slice(&admin.stdout).unwrap();
        let mine = text(&mine["key"]);
        std::fs::write(folder.path().join("data/first-key"), &mine).unwrap();
        let node = Node::start(folder.path());
        let (document, job) = node.convert("talk.md", talk(1).into_bytes()).await;
        node.ended(&job).await;
        for path in [
            format!("/v1/documents/{document}"),
            format!("/v1/jobs/{job}"),
            format!("/v1/documents/{document}/slides/1.png"),
        ] {
            let answer = node
                .ask_as(&other, Method::GET, &path)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 404, "{path}");
            assert_eq!(
                node.ask(Method::GET, &path).send().await.unwrap().status(),
                200
            );
        }
        let jobs = node
            .ask_as(&other, Method::GET, "/v1/jobs")
            .send()
            .await
            .unwrap();
        let jobs: Value = jobs.json().await.unwrap();
        assert!(!jobs.to_string().contains(&job));
        let admin = node
            .ask_as(&other, Method::GET, "/v1/admin/pools")
            .send()
            .await
            .unwrap();
        assert_eq!(admin.status(), 403);
    });
}
