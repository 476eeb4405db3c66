//! Asking about a deck on the real binary, without a provider: the answer quotes the deck and says so.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::node::{Node, block_on, slidecraft, talk, text};

/// `slidecraft dev fake-provider`, until it is dropped.
pub(crate) struct Fake {
    process: Child,
    /// Where it serves.
    pub(crate) base: String,
    _folder: TempDir,
}

impl Fake {
    /// Starts one that does what the arguments say.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempdir().unwrap();
        let mut process = slidecraft(folder.path())
            .args(["dev", "fake-provider", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let base = line
            .strip_prefix("A fake provider serves on ")
            .unwrap()
            .to_owned();
        Self {
            process,
            base,
            _folder: folder,
        }
    }

    /// What it has seen.
    pub(crate) async fn seen(&self) -> Value {
        let record = self.base.replace("/v1", "/record");
        let seen = reqwest::get(&record).await.unwrap();
        seen.json().await.unwrap()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first slide that a proposal changes can be looked at as it was and as it would be.
async fn pictured(node: &Node, proposal: &Value) {
    for side in ["before", "after"] {
        let picture = text(&proposal["slides"][0][side]);
        let picture = node.ask(Method::GET, &picture).send().await.unwrap();
        let bytes = picture.bytes().await.unwrap();
        assert!(bytes.starts_with(b"\x89PNG"), "{side}");
    }
}

#[test]
fn an_edit_is_proposed_looked_at_applied_and_taken_back() {
    block_on(async {
        let call = r#"set_notes={"slide": 2, "text": "Smile."}"#;
        let fake = Fake::start(&["--call", call, "--split", "5"]);
        let folder = tempdir().unwrap();
        let settings = [
            ("SLIDECRAFT__AI__ANTHROPIC__KEY", "sk-ant-test"),
            ("SLIDECRAFT__AI__ANTHROPIC__URL", fake.base.as_str()),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let document = converted(&node).await;
        let asked = node
            .ask(Method::POST, &format!("{document}/chat"))
            .header("accept", "text/event-stream")
            .json(&json!({"action": {"type": "notes", "slide": 2}}));
        let told = asked.send().await.unwrap().text().await.unwrap();
        for event in [
            "chat.tool",
            "chat.proposal",
            "chat.delta",
            "chat.usage",
            "chat.done",
        ] {
            assert!(
                told.contains(&format!("event: {event}\n")),
                "{event}: {told}"
            );
        }
        let messages = node.get(&format!("{document}/messages")).await;
        let answer = &messages["items"][0]["answer"];
        assert!(
            answer["usage"]["dollars"].as_f64().unwrap() > 0.0,
            "{answer}"
        );
        let place = format!("{document}/proposals/{}", text(&answer["proposal"]["id"]));
        pictured(&node, &answer["proposal"]).await;
        let act = async |what: &str, version: &str| {
            let asked = node.ask(Method::POST, &format!("{place}/{what}"));
            asked
                .header("if-match", version)
                .send()
                .await
                .unwrap()
                .status()
        };
        assert_eq!(act("apply", "\"1\"").await, 200);
        let deck = node.get(&document).await;
        assert!(
            deck["slides"][1]["notes"].to_string().contains("Smile."),
            "{deck}"
        );
        assert_eq!(act("apply", "\"2\"").await, 409);
        assert_eq!(act("undo", "\"2\"").await, 200);
        let deck = node.get(&document).await;
        assert!(!deck.to_string().contains("Smile."), "{deck}");
    });
}

#[test]
fn a_provider_that_fails_is_not_seen_by_who_asks() {
    block_on(async {
        let ill = Fake::start(&["--fault", "503", "--fault", "reset=0"]);
        let well = Fake::start(&[]);
        let folder = tempdir().unwrap();
        let settings = [
            ("SLIDECRAFT__AI__OPENAI__KEY", "sk-test"),
            ("SLIDECRAFT__AI__OPENAI__URL", ill.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__URL", well.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__FAST", "local"),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let models = node.get("/v1/models").await;
        assert_eq!(models["models"][0]["id"], "openai/gpt-5-mini", "{models}");
        let document = converted(&node).await;
        for _ in 0..3 {
            let asked = node.ask(Method::POST, &format!("{document}/chat"));
            let asked = asked.json(&json!({"message": "What is it about?"}));
            let job: Value = asked.send().await.unwrap().json().await.unwrap();
            let job = node.ended(&text(&job["id"])).await;
            assert_eq!(job["result"]["model"], "compatible/local", "{job}");
            assert_eq!(job["attempts"], 1, "{job}");
        }
        let metrics = node.ask(Method::GET, "/metrics").send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let failover = "slidecraft_ai_failovers_total{from=\"openai\",to=\"compatible\"";
        assert!(metrics.contains(failover), "{metrics}");
        assert!(!metrics.contains("sk-test"));
        let pools = node.get("/v1/admin/pools").await;
        assert_eq!(pools["providers"][0]["name"], "openai", "{pools}");
        assert!(
            pools["providers"][0]["failures"].as_u64().unwrap() > 0,
            "{pools}"
        );
    });
}

#[test]
fn a_stream_that_its_reader_leaves_stops_the_job_and_the_provider() {
    block_on(async {
        let fake = Fake::start(&["--between", "100ms", "--pieces", "400"]);
        let folder = tempdir().unwrap();
        let settings = [
            ("SLIDECRAFT__AI__COMPATIBLE__URL", fake.base.as_str()),
            ("SLIDECRAFT__AI__COMPATIBLE__FAST", "local"),
        ];
        let node = Node::start_with(folder.path(), &settings);
        let document = converted(&node).await;
        let asked = node
            .ask(Method::POST, &format!("{document}/chat"))
            .header("accept", "text/event-stream")
            .json(&json!({"message": "Talk for long."}));
        let mut stream = asked.send().await.unwrap();
        let mut seen = String::new();
        while !seen.contains("chat.delta") {
            let piece = stream.chunk().await.unwrap().unwrap();
            seen.push_str(&String::from_utf8_lossy(&piece));
        }
        drop(stream);
        let messages = node.get(&format!("{document}/messages")).await;
        let job = node.ended(&text(&messages["items"][0]["id"])).await;
        assert_eq!(job["state"], "cancelled", "{job}");
        let mut left = 0;
        for _ in 0..100 {
            left = fake.seen().await["left"].as_u64().unwrap();
            if left > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(left, 1, "the connection to the provider was closed");
    });
}

pub(crate) async fn converted(node: &Node) -> String {
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
