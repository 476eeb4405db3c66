//! Asking about a deck on the real binary, without a provider: the answer quotes the deck and says so.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use super::node::{Node, block_on, talk, text};

async fn converted(node: &Node) -> String {
    let (document, job) = node.convert("talk.md", talk(3).into_bytes()).await;
    assert_eq!(node.ended(&job).await["state"], "succeeded");
    format!("/v1/documents/{document}")
}

#[test]
fn a_question_is_answered_from_the_deck_itself_and_kept() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let document = converted(&node).await;
        let chat = format!("{document}/chat");
        let models = node.get("/v1/models").await;
        assert_eq!(models["models"][0]["id"], "offline-extractive");
        let asked = node.ask(Method::POST, &chat);
        let asked = asked.json(&json!({"message": "Where is a first point?"}));
        let job: Value = asked.send().await.unwrap().json().await.unwrap();
        let job = node.ended(&text(&job["id"])).await;
        assert_eq!(job["state"], "succeeded", "{job}");
        let said = text(&job["result"]["text"]);
        assert!(
            said.contains("A first point") && said.contains("No AI provider"),
            "{said}"
        );
        assert_eq!(job["result"]["citations"][0]["slide"], 2, "{job}");

        let streamed = node
            .ask(Method::POST, &chat)
            .header("accept", "text/event-stream")
            .json(&json!({"action": {"type": "critique"}}));
        let told = streamed.send().await.unwrap().text().await.unwrap();
        for event in ["job.queued", "chat.delta", "chat.done", "job.succeeded"] {
            assert!(
                told.contains(&format!("event: {event}\n")),
                "{event}: {told}"
            );
        }
        let messages = node.get(&format!("{document}/messages")).await;
        assert_eq!(messages["items"].as_array().unwrap().len(), 2, "{messages}");
        assert_eq!(messages["items"][0]["answer"]["model"], "slidecraft/rules");
        let gone = node.ask(Method::DELETE, &format!("{document}/messages"));
        assert_eq!(gone.send().await.unwrap().status(), 204);
        let messages = node.get(&format!("{document}/messages")).await;
        assert_eq!(messages["items"], json!([]));
    });
}

#[test]
fn a_model_that_is_not_there_fails_with_what_to_do() {
    block_on(async {
        let folder = tempdir().unwrap();
        let node = Node::start(folder.path());
        let document = converted(&node).await;
        let asked = node.ask(Method::POST, &format!("{document}/chat"));
        let asked = asked.json(&json!({"message": "Hello", "model": "gpt-99"}));
        let job: Value = asked.send().await.unwrap().json().await.unwrap();
        let job = node.ended(&text(&job["id"])).await;
        let message = text(&job["failure"]["message"]);
        assert!(message.contains("no model `gpt-99`"), "{job}");
    });
}
