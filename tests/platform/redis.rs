//! A node whose Redis dies and comes back: jobs go on, streams say what was lost, and nobody has to do anything.

use reqwest::{Method, Response};
use serde_json::Value;
use tempfile::tempdir;

use super::node::{Node, PATIENCE, block_on};
use super::redis_server::RedisServer;

/// Reads until an event was seen that holds a text.
async fn read_until(stream: &mut Response, event: &str, text: &str) {
    let mut seen = String::new();
    let read = async {
        loop {
            let found = seen
                .split("\n\n")
                .any(|frame| frame.contains(&format!("event: {event}\n")) && frame.contains(text));
            if found {
                return;
            }
            let piece = stream.chunk().await.unwrap().expect("the stream ended");
            seen.push_str(std::str::from_utf8(&piece).unwrap());
        }
    };
    let found = tokio::time::timeout(PATIENCE, read).await;
    assert!(found.is_ok(), "no {event} with {text}");
}

/// Whether readiness says that of Redis.
fn redis_is(ready: &Value, ok: bool) -> bool {
    let checks = ready["checks"].as_array().unwrap();
    let redis = checks.iter().find(|check| check["name"] == "redis");
    redis.unwrap()["ok"] == ok
}

#[test]
fn jobs_go_on_without_redis_and_streams_catch_up_with_it() {
    block_on(async {
        let Some(mut redis) = RedisServer::start().await else {
            return;
        };
        let (folder, url) = (tempdir().unwrap(), redis.url());
        let settings = [("SLIDECRAFT__REDIS__URL", url.as_str())];
        let node = Node::start_with(folder.path(), &settings);
        let deck = || b"# Talk\n\n- one\n".to_vec();
        let mut stream = node.ask(Method::GET, "/v1/events").send().await.unwrap();
        let (document, first) = node.convert("talk.md", deck()).await;
        read_until(&mut stream, "job.succeeded", &first).await;
        // Once from the store, once from the cache.
        for _ in 0..2 {
            node.get(&format!("/v1/documents/{document}")).await;
        }

        assert!(redis_is(&node.get("/readyz").await, true));
        redis.kill();
        read_until(&mut stream, "gap", "").await;
        let ready = node.get("/readyz").await;
        assert_eq!(ready["status"], "ready", "jobs go on without Redis");
        assert!(redis_is(&ready, false), "{ready}");
        let (document, second) = node.convert("talk.md", deck()).await;
        assert_eq!(node.ended(&second).await["state"], "succeeded");
        node.get(&format!("/v1/documents/{document}")).await;

        redis.run().await;
        read_until(&mut stream, "gap", "").await;
        // Streams may be back before whoever tells: what is told in between has no place to go.
        while !redis_is(&node.get("/readyz").await, true) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let (_, third) = node.convert("talk.md", deck()).await;
        read_until(&mut stream, "job.succeeded", &third).await;

        redis.say("FLUSHALL");
        let (_, fourth) = node.convert("talk.md", deck()).await;
        read_until(&mut stream, "job.succeeded", &fourth).await;
    });
}
