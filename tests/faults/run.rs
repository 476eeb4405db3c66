//! One run: clients that upload while something breaks, what they are told, and the verdict when all is over.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::history::{History, Line, read, violations};
use super::node::{Node, talk, text};

/// Uploads that are on their way at once.
const AT_ONCE: usize = 8;
/// How long a client waits before it asks again when it was refused or not answered.
const AGAIN: Duration = Duration::from_millis(200);
/// How often it asks again: a bound on hanging.
const TRIES: usize = 300;

/// A run.
pub(crate) struct Run {
    name: &'static str,
    /// Where data and history lie.
    pub(crate) folder: TempDir,
    history: History,
    sent: AtomicUsize,
}

impl Run {
    /// A run of that name, as the table calls it.
    pub(crate) fn new(name: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = History::create(&folder.path().join("history.jsonl"));
        Self {
            name,
            folder,
            history,
            sent: AtomicUsize::new(0),
        }
    }

    /// Uploads so many decks of `slides` slides; the jobs that were accepted. A client that gets no answer sends the
    /// same request again under the same key.
    pub(crate) async fn upload(&self, node: &Node, decks: usize, slides: usize) -> Vec<String> {
        let numbers: Vec<usize> = (0..decks).collect();
        let mut jobs = Vec::new();
        for group in numbers.chunks(AT_ONCE) {
            let sent = group.iter().map(|number| self.one(node, *number, slides));
            jobs.extend(join_all(sent).await);
        }
        jobs
    }

    async fn one(&self, node: &Node, number: usize, slides: usize) -> String {
        let key = format!(
            "{}-{}",
            self.name,
            self.sent.fetch_add(1, Ordering::Relaxed)
        );
        for _ in 0..TRIES {
            let body =
                serde_json::json!({"title": format!("Deck {number}"), "markdown": talk(slides)});
            let sent = node
                .ask(Method::POST, "/v1/documents")
                .header("idempotency-key", &key)
                .json(&body)
                .send()
                .await;
            if let Ok(answer) = sent
                && answer.status() == 202
                && let Ok(answer) = answer.json::<Value>().await
            {
                let job = text(&answer["job"]["id"]);
                self.history.add(&Line::Accepted { job: job.clone() });
                return job;
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("deck {number} was never taken");
    }

    /// Waits until all jobs have ended, tells the history, and gives the verdict. `seen` goes into the table.
    pub(crate) async fn verdict(&self, node: &Node, jobs: &[String], seen: &str) {
        for job in jobs {
            let ended = node.ended(job).await;
            let state = text(&ended["state"]);
            self.history.add(&Line::Told {
                job: job.clone(),
                state,
            });
        }
        let mut retried = 0;
        for job in jobs {
            let held = node.get(&format!("/v1/jobs/{job}")).await;
            assert_eq!(held["state"], "succeeded", "{}: {held}", self.name);
            retried += usize::from(held["attempts"].as_u64() > Some(1));
            self.history.add(&Line::Held { job: held });
        }
        let lines = read(&self.folder.path().join("history.jsonl"));
        let found = violations(&lines);
        assert!(found.is_empty(), "{}: {found:#?}", self.name);
        self.row(jobs.len(), retried, seen);
    }

    /// Adds a row to the table, where one is being written.
    fn row(&self, jobs: usize, retried: usize, seen: &str) {
        let Some((_, path)) = std::env::vars().find(|(name, _)| name == "SLIDECRAFT_RELIABILITY")
        else {
            return;
        };
        let mut table = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        writeln!(
            table,
            "| {} | {jobs} | 0 | 0 | {retried} | {seen} |",
            self.name
        )
        .unwrap();
    }
}
