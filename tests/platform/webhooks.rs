//! Webhooks of a real node: told when a job ends, also when the node is killed before it could.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use super::node::{Node, block_on, talk, text};
use super::receiver::Receiver;

const PRIVATE: (&str, &str) = ("SLIDECRAFT__WEBHOOKS__ALLOW_PRIVATE", "true");

async fn ask_for(node: &Node, receiver: &Receiver) -> String {
    let made = node
        .ask(Method::POST, "/v1/webhooks")
        .json(&json!({ "url": receiver.url(), "events": ["job.succeeded"] }))
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    text(&made["id"])
}

#[test]
fn the_end_of_a_job_is_told_though_the_node_was_killed_meanwhile() {
    block_on(async {
        let folder = tempdir().unwrap();
        let mut receiver = Receiver::start().await;
        // The first node looks for ends so seldom that it never does.
        let seldom = ("SLIDECRAFT__WEBHOOKS__EVERY", "1h");
        let node = Node::start_with(folder.path(), &[PRIVATE, seldom]);
        let webhook = ask_for(&node, &receiver).await;
        let (_, job) = node.convert("talk.md", talk(2).into_bytes()).await;
        assert_eq!(node.ended(&job).await["state"], "succeeded");
        node.kill();
        assert_eq!(receiver.waiting(), 0);

        receiver.answer(&[(503, None)]);
        let often = ("SLIDECRAFT__WEBHOOKS__EVERY", "100ms");
        let node = Node::start_with(folder.path(), &[PRIVATE, often]);
        let first = receiver.message().await;
        let again = receiver.message().await;
        assert_eq!(first.body, again.body);
        assert_eq!(first.header("webhook-id"), again.header("webhook-id"));
        let told: Value = serde_json::from_str(&first.body).unwrap();
        assert_eq!(
            (&told["type"], &told["data"]["job"]["id"]),
            (&json!("job.succeeded"), &json!(job))
        );
        // The receiver has it before the node knows that; the list says so a moment later.
        let path = format!("/v1/webhooks/{webhook}/deliveries");
        let settled = loop {
            let delivery = node.get(&path).await["items"][0].clone();
            if delivery["state"] == "delivered" {
                break delivery;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(
            (&settled["attempts"], &settled["answer"]),
            (&json!(2), &json!("204"))
        );
    });
}

#[test]
fn without_leave_nobody_on_this_machine_is_called() {
    block_on(async {
        let folder = tempdir().unwrap();
        let receiver = Receiver::start().await;
        let node = Node::start(folder.path());
        let refused = node
            .ask(Method::POST, "/v1/webhooks")
            .json(&json!({ "url": receiver.url() }))
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 422);
    });
}
