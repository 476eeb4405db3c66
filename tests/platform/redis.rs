//! A node whose Redis dies and comes back: jobs go on, streams say what was lost, and nobody has to do anything.

use reqwest::{Method, Response};
use serde_json::Value;
use tempfile::tempdir;

use super::node::{Node, PATIENCE, block_on};
use super::redis_server::RedisServer;

/// Reads the next event: its name and all of it.
async fn next(stream: &mut Response, unread: &mut String) -> (String, String) {
    let read = async {
        loop {
            if let Some((frame, rest)) = unread.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                *unread = rest;
                let name = frame.lines().find_map(|line| line.strip_prefix("event: "));
                if let Some(name) = name {
                    return (name.to_owned(), frame);
                }
            } else {
                let piece = stream.chunk().await.unwrap().expect("the stream ended");
                unread.push_str(std::str::from_utf8(&piece).unwrap());
            }
        }
    };
    let read = tokio::time::timeout(PATIENCE, read).await;
    read.unwrap_or_else(|_| panic!("no event; of the next there is: {unread}"))
}

/// One who follows a stream as its clients are advised to.
struct Follower<'a> {
    node: &'a Node,
    stream: Response,
    unread: String,
}

impl Follower<'_> {
    async fn gap(&mut self) {
        while next(&mut self.stream, &mut self.unread).await.0 != "gap" {}
    }

    /// Follows until it is known that a job succeeded: by its event or, after a gap, by a look at the job.
    async fn succeeded(&mut self, job: &str) {
        loop {
            let (name, frame) = next(&mut self.stream, &mut self.unread).await;
            if name == "job.succeeded" && frame.contains(job) {
                return;
            }
            if name == "gap" {
                let seen = self.node.get(&format!("/v1/jobs/{job}")).await;
                if seen["state"] == "succeeded" {
                    return;
                }
            }
        }
    }
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
        let stream = node.ask(Method::GET, "/v1/events").send().await.unwrap();
        let mut follower = Follower {
            node: &node,
            stream,
            unread: String::new(),
        };
        let (document, first) = node.convert("talk.md", deck()).await;
        follower.succeeded(&first).await;
        // Once from the store, once from the cache.
        for _ in 0..2 {
            node.get(&format!("/v1/documents/{document}")).await;
        }

        assert!(redis_is(&node.get("/readyz").await, true));
        redis.kill();
        follower.gap().await;
        let ready = node.get("/readyz").await;
        assert_eq!(ready["status"], "ready", "jobs go on without Redis");
        assert!(redis_is(&ready, false), "{ready}");
        let (document, second) = node.convert("talk.md", deck()).await;
        assert_eq!(node.ended(&second).await["state"], "succeeded");
        node.get(&format!("/v1/documents/{document}")).await;

        redis.run().await;
        follower.gap().await;
        // Streams may be back before whoever tells: what is told in between is told, or is another gap.
        let (_, third) = node.convert("talk.md", deck()).await;
        follower.succeeded(&third).await;

        redis.say("FLUSHALL");
        let (_, fourth) = node.convert("talk.md", deck()).await;
        follower.succeeded(&fourth).await;
    });
}
