//! Clients of one or several nodes: whoever is refused or not answered asks the next node for the same.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::node::{Node, text};

/// How long a client waits before it asks again when it was refused or not answered.
const AGAIN: Duration = Duration::from_millis(100);
/// How long a client waits for an answer before it asks another node.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// How often it asks again: a bound on hanging.
const TRIES: usize = 600;

/// Clients that know these nodes.
#[derive(Clone)]
pub(crate) struct Clients {
    client: Client,
    bases: Vec<String>,
    key: String,
}

impl Clients {
    /// Clients of nodes that share their keys.
    pub(crate) fn of(nodes: &[&Node]) -> Self {
        Self {
            client: Client::builder().timeout(ANSWER_WITHIN).build().unwrap(),
            bases: nodes.iter().map(|node| node.base().to_owned()).collect(),
            key: nodes[0].key().to_owned(),
        }
    }

    /// Which node is asked at the `turn`-th try.
    fn ask(&self, turn: usize, method: Method, path: &str) -> RequestBuilder {
        let base = &self.bases[turn % self.bases.len()];
        self.client
            .request(method, format!("{base}{path}"))
            .bearer_auth(&self.key)
    }

    /// Sends a request until it is taken; its job. `first` says which node is asked first.
    pub(crate) async fn accepted(
        &self,
        first: usize,
        path: &str,
        key: &str,
        body: &Value,
    ) -> String {
        for turn in 0..TRIES {
            let request = self.ask(first + turn, Method::POST, path);
            let sent = request.header("idempotency-key", key).json(body).send();
            if let Ok(answer) = sent.await
                && answer.status() == 202
                && let Ok(answer) = answer.json::<Value>().await
            {
                return text(&answer.get("job").unwrap_or(&answer)["id"]);
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("{key} was never taken");
    }

    /// Asks until there is an answer.
    pub(crate) async fn get(&self, path: &str) -> Value {
        for turn in 0..TRIES {
            if let Ok(answer) = self.ask(turn, Method::GET, path).send().await
                && answer.status() == 200
                && let Ok(answer) = answer.json::<Value>().await
            {
                return answer;
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("{path} is never answered");
    }

    /// Holds until a job ends; the job as it then stands.
    pub(crate) async fn ended(&self, job: &str) -> Value {
        for _ in 0..TRIES {
            let seen = self.get(&format!("/v1/jobs/{job}?wait=5")).await;
            if !matches!(seen["state"].as_str(), Some("queued" | "running")) {
                return seen;
            }
        }
        panic!("the job {job} does not end");
    }

    /// The stream of events of one of the nodes, from after an event on.
    pub(crate) async fn events(
        &self,
        turn: usize,
        after: Option<&str>,
    ) -> Option<reqwest::Response> {
        // A stream lasts longer than an answer.
        let mut request = self
            .ask(turn, Method::GET, "/v1/events")
            .timeout(Duration::from_secs(600));
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let answer = request.send().await.ok()?;
        (answer.status() == 200).then_some(answer)
    }
}
