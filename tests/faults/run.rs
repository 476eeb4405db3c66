//! One run: clients that upload while something breaks, what they are told, and the verdict when all is over.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tempfile::TempDir;

use super::clients::Clients;
use super::history::{History, Line, read, violations};
use super::node::{Node, PATIENCE, talk, text};

/// Uploads that are on their way at once.
const AT_ONCE: usize = 8;
/// Jobs by which throughput is measured.
const BATCH: usize = 100;
/// What a node has to come back to, of what it did before.
const BACK: f64 = 0.98;

/// A run.
pub(crate) struct Run {
    name: &'static str,
    /// Where data and history lie.
    pub(crate) folder: TempDir,
    /// What clients were told.
    pub(crate) history: Arc<History>,
    sent: AtomicUsize,
    measured: Mutex<Vec<String>>,
    pace: Mutex<Option<String>>,
}

impl Run {
    /// A run of that name, as the table calls it.
    pub(crate) fn new(name: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = History::create(&folder.path().join("history.jsonl"));
        Self {
            name,
            folder,
            history: Arc::new(history),
            sent: AtomicUsize::new(0),
            measured: Mutex::default(),
            pace: Mutex::default(),
        }
    }

    /// Uploads so many decks of `slides` slides; the jobs that were accepted. A client that gets no answer sends the
    /// same request again under the same key.
    pub(crate) async fn upload(&self, node: &Node, decks: usize, slides: usize) -> Vec<String> {
        self.load(&Clients::of(&[node]), decks, slides).await
    }

    /// The same, on several nodes.
    pub(crate) async fn load(&self, clients: &Clients, decks: usize, slides: usize) -> Vec<String> {
        let numbers: Vec<usize> = (0..decks).collect();
        let mut jobs = Vec::new();
        for group in numbers.chunks(AT_ONCE) {
            let sent = group
                .iter()
                .map(|number| self.one(clients, *number, slides));
            jobs.extend(join_all(sent).await);
        }
        jobs
    }

    async fn one(&self, clients: &Clients, number: usize, slides: usize) -> String {
        let body = serde_json::json!({"title": format!("Deck {number}"), "markdown": talk(slides)});
        self.send(clients, "/v1/documents", &body).await
    }

    /// Sends a request for work until it is taken; its job.
    pub(crate) async fn send(
        &self,
        clients: &Clients,
        path: &str,
        body: &serde_json::Value,
    ) -> String {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let key = format!("{}-{number}", self.name);
        let job = clients.accepted(number, path, &key, body).await;
        self.history.add(&Line::Accepted { job: job.clone() });
        job
    }

    /// Jobs a second before anything breaks, the first of them left out. Where no table is written nothing is measured: what a
    /// machine that does other things manages says nothing.
    pub(crate) async fn pace(&self, clients: &Clients) -> f64 {
        if table().is_none() {
            return 0.0;
        }
        self.batch(clients).await;
        f64::midpoint(self.batch(clients).await, self.batch(clients).await)
    }

    /// Measures from the end of the fault on until as many jobs a second are done as before.
    pub(crate) async fn recovered(&self, clients: &Clients, before: f64) {
        if table().is_none() {
            return;
        }
        let (over, mut after) = (now(), 0.0);
        while after < before * BACK {
            after = self.batch(clients).await;
            let waited = over.elapsed();
            assert!(
                waited < PATIENCE,
                "{}: {after:.0} jobs/s instead of {before:.0} after {waited:?}",
                self.name
            );
        }
        let mut pace = String::new();
        let seconds = over.elapsed().as_secs_f64();
        write!(pace, "{before:.0}/s, {after:.0}/s after {seconds:.0} s").unwrap();
        *self.pace.lock().unwrap() = Some(pace);
    }

    async fn batch(&self, clients: &Clients) -> f64 {
        let begun = now();
        let jobs = self.load(clients, BATCH, 2).await;
        for job in &jobs {
            clients.ended(job).await;
        }
        self.measured.lock().unwrap().extend(jobs);
        let jobs = u32::try_from(BATCH).unwrap();
        f64::from(jobs) / begun.elapsed().as_secs_f64()
    }

    /// Waits until all jobs have ended, tells the history, and gives the verdict. `seen` goes into the table.
    pub(crate) async fn verdict(&self, node: &Node, jobs: &[String], seen: &str) {
        self.judge(&Clients::of(&[node]), jobs, seen).await;
    }

    /// The same, on several nodes.
    pub(crate) async fn judge(&self, clients: &Clients, jobs: &[String], seen: &str) {
        let mut jobs = jobs.to_vec();
        jobs.append(&mut self.measured.lock().unwrap());
        for job in &jobs {
            let ended = clients.ended(job).await;
            let state = text(&ended["state"]);
            self.history.add(&Line::Told {
                job: job.clone(),
                state,
            });
        }
        let mut retried = 0;
        for job in &jobs {
            let held = clients.get(&format!("/v1/jobs/{job}")).await;
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
        let Some(path) = table() else {
            return;
        };
        let mut table = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        let pace = self.pace.lock().unwrap().take();
        let pace = pace.unwrap_or_else(|| "not measured".to_owned());
        writeln!(
            table,
            "| {} | {jobs} | 0 | 0 | {retried} | {pace} | {seen} |",
            self.name
        )
        .unwrap();
    }
}

/// The table that is being written.
fn table() -> Option<String> {
    let found = std::env::vars().find(|(name, _)| name == "SLIDECRAFT_RELIABILITY");
    found.map(|(_, path)| path)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is the real time that a fault costs"
)]
fn now() -> Instant {
    Instant::now()
}

/// The length of a fault, not a wait for anything.
pub(crate) async fn fault_for(length: Duration) {
    tokio::time::sleep(length).await;
}
