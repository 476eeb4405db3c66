//! What a crash and a stop leave: every accepted job ends exactly once.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;
use tempfile::tempdir;

use super::node::{Node, block_on, slidecraft, talk};

/// Leases short enough that the test need not wait for the real ones, and jobs may be made slow; all else is as shipped.
pub(crate) const SHORT_LEASES: &[(&str, &str)] = &[
    ("SLIDECRAFT__QUEUE__LEASE", "2s"),
    ("SLIDECRAFT__QUEUE__BEAT", "500ms"),
    ("SLIDECRAFT__QUEUE__RETRY_BASE", "200ms"),
    ("SLIDECRAFT__CHAOS__ENABLED", "true"),
];

/// Waits for all of them.
pub(crate) async fn all_ended(node: &Node, jobs: &[String]) -> BTreeMap<String, Value> {
    let mut ended = BTreeMap::new();
    for job in jobs {
        ended.insert(job.clone(), node.ended(job).await);
    }
    ended
}

/// How many of its attempts succeeded.
pub(crate) fn successes(job: &Value) -> usize {
    let history = job["attempts"].as_array().or(job["history"].as_array());
    history
        .unwrap_or_else(|| panic!("no attempts in {job}"))
        .iter()
        .filter(|attempt| attempt.get("failure").is_none_or(Value::is_null))
        .count()
}

#[test]
fn a_node_killed_in_the_middle_of_fifty_jobs_loses_none_and_doubles_none() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start_with(folder.path(), SHORT_LEASES);
        let (document, job) = node.convert("talk.md", talk(60).into_bytes()).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        node.slow("export", "render").await;
        let jobs = join_all((0..50).map(|_| node.export(&document, "pdf"))).await;
        // In the middle: some are done, most are not.
        node.ended(&jobs[2]).await;
        let open = node.get("/v1/jobs?state=running").await;
        node.kill();
        assert!(
            !open["jobs"]
                .as_array()
                .or(open["items"].as_array())
                .or(open["data"].as_array())
                .unwrap()
                .is_empty(),
            "nothing ran when the node was killed: {open}"
        );

        let node = Node::start_with(folder.path(), SHORT_LEASES);
        let ended = all_ended(&node, &jobs).await;
        assert_eq!(ended.len(), 50);
        let mut lost_attempts = 0;
        for (id, job) in &ended {
            assert_eq!(job["state"], "succeeded", "{job}");
            assert_eq!(successes(job), 1, "{job}");
            lost_attempts += usize::from(job.to_string().contains("lease_expired"));
            assert!(node.download(id).await.starts_with(b"%PDF-"));
        }
        assert!(
            lost_attempts > 0,
            "no attempt was lost: the kill hit nothing"
        );
        assert!(node.terminate().success());
    });
}

#[test]
fn a_node_told_to_stop_ends_well_and_what_it_gave_back_is_done_by_the_next() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start_with(
            folder.path(),
            &[("SLIDECRAFT__SERVER__DRAIN_GRACE", "300ms")],
        );
        let (document, job) = node.convert("talk.md", talk(60).into_bytes()).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        let jobs = join_all((0..30).map(|_| node.export(&document, "pdf"))).await;
        assert!(node.terminate().success());

        let node = Node::start(folder.path());
        for (_, job) in all_ended(&node, &jobs).await {
            assert_eq!(job["state"], "succeeded", "{job}");
            assert!(
                !job.to_string().contains("lease_expired"),
                "not given back: {job}"
            );
        }
    });
}

#[test]
fn a_node_killed_in_the_middle_of_fifty_conversions_loses_none_and_doubles_none() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start_with(folder.path(), SHORT_LEASES);
        // Fifty uploads take seconds; the jobs of the first ones must not all be done by then.
        node.slower("convert", "parse", (2_000, 4_000)).await;
        let long = talk(200).into_bytes();
        let uploads = join_all((0..50).map(|_| node.convert("talk.md", long.clone()))).await;
        node.ended(&uploads[2].1).await;
        let open = node.get("/v1/jobs?state=running&kind=convert").await;
        node.kill();
        let running = open["items"].as_array().unwrap();
        assert!(!running.is_empty(), "nothing ran when the node was killed");

        let node = Node::start_with(folder.path(), SHORT_LEASES);
        for (document, job) in uploads {
            let job = node.ended(&job).await;
            assert_eq!(job["state"], "succeeded", "{job}");
            assert_eq!(successes(&job), 1, "{job}");
            // However often it was begun, it was stored once.
            let seen = node.ask(Method::GET, &format!("/v1/documents/{document}"));
            assert_eq!(seen.send().await.unwrap().headers()["etag"], "\"1\"");
        }
        assert!(node.terminate().success());
    });
}

#[test]
fn a_node_that_stops_tells_its_streams_answers_its_waiters_and_takes_nothing_new() {
    block_on(async {
        let folder = tempdir().unwrap();
        let grace = [("SLIDECRAFT__SERVER__DRAIN_GRACE", "300ms")];
        let node = Node::start_with(folder.path(), &grace);
        let (document, job) = node.convert("talk.md", talk(60).into_bytes()).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        let jobs = join_all((0..30).map(|_| node.export(&document, "pdf"))).await;
        let mut stream = node.ask(Method::GET, "/v1/events").send().await.unwrap();
        // Of the job that would be done last somebody waits for the end.
        let last = format!("/v1/jobs/{}?wait=30", jobs[29]);
        let waiter = node.ask(Method::GET, &last).send();
        let stopped = async {
            node.signal("TERM");
            let mut seen = String::new();
            while let Ok(Some(piece)) = stream.chunk().await {
                seen += &String::from_utf8_lossy(&piece);
            }
            seen
        };
        let (waited, seen) = futures_util::join!(waiter, stopped);
        assert!(seen.contains("event: hello\n"), "{seen}");
        assert!(seen.contains("event: drain\n"), "{seen}");
        let waited: Value = waited.unwrap().json().await.unwrap();
        assert!(waited["state"].is_string(), "{waited}");
        assert!(node.terminate().success());

        let node = Node::start(folder.path());
        for (_, job) in all_ended(&node, &jobs).await {
            assert_eq!(job["state"], "succeeded", "{job}");
            assert!(!job.to_string().contains("lease_expired"), "{job}");
        }
    });
}

#[test]
fn a_second_node_leaves_the_folder_of_the_first_alone() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let second = slidecraft(folder.path())
            .env("SLIDECRAFT__SERVER__LISTEN", "127.0.0.1:0")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&second.stderr);
        assert_eq!(second.status.code(), Some(1), "{told}");
        assert!(told.contains("another slidecraft serves from"), "{told}");
        assert!(!told.contains("migration"), "{told}");
        let (_, job) = node.convert("talk.md", talk(1).into_bytes()).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        assert!(node.terminate().success());
    });
}
