//! A node of the test: its own folder, its own port, killed when the test ends.

use std::fmt::Write;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// How long a test waits for anything before it gives up. A bound on hanging, not on speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The binary under test.
pub(crate) fn slidecraft(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slidecraft"));
    command
        .current_dir(folder)
        .env("SLIDECRAFT__LOG__FILTER", "warn");
    command
}

/// A running node.
pub(crate) struct Node {
    process: Child,
    base: String,
    key: String,
    client: Client,
}

impl Node {
    /// Starts a node on a free port with its data in `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same, with settings.
    pub(crate) fn start_with(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut process = slidecraft(folder)
            .env("SLIDECRAFT__SERVER__LISTEN", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let base = loop {
            let Some(line) = lines.next() else {
                panic!("the node ended before it served");
            };
            let line = line.unwrap();
            if let Some(base) = line.strip_prefix("SlideCraft serves on ") {
                break base.to_owned();
            }
        };
        // What else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let key = std::fs::read_to_string(folder.join("data/first-key")).unwrap();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .unwrap();
        Self {
            process,
            base,
            key: key.trim().to_owned(),
            client,
        }
    }

    /// `http://host:port`.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// A request with the first key.
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask_as(&self.key, method, path)
    }

    /// A request with another key.
    pub(crate) fn ask_as(&self, key: &str, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.client.request(method, url).bearer_auth(key)
    }

    /// A GET whose answer is JSON.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// Uploads a file.
    pub(crate) async fn upload(&self, name: &str, bytes: Vec<u8>) -> Response {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        self.ask(Method::POST, "/v1/documents")
            .multipart(form)
            .send()
            .await
            .unwrap()
    }

    /// Uploads a file that is taken; the ids of document and job.
    pub(crate) async fn convert(&self, name: &str, bytes: Vec<u8>) -> (String, String) {
        let answer = self.upload(name, bytes).await;
        assert_eq!(answer.status(), 202, "{name}");
        let answer: Value = answer.json().await.unwrap();
        (text(&answer["document"]["id"]), text(&answer["job"]["id"]))
    }

    /// Asks for an export; the id of its job.
    pub(crate) async fn export(&self, document: &str, format: &str) -> String {
        let answer = self
            .ask(Method::POST, &format!("/v1/documents/{document}/exports"))
            .json(&serde_json::json!({ "format": format }))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 202);
        let answer: Value = answer.json().await.unwrap();
        let job = answer.get("job").unwrap_or(&answer);
        text(&job["id"])
    }

    /// Begins a fault on purpose on a node that allows them; what is known of it.
    pub(crate) async fn fault(&self, fault: Value, seconds: u32) -> Value {
        let body = serde_json::json!({"fault": fault, "duration_s": seconds, "seed": 7});
        let request = self.ask(Method::POST, "/v1/admin/chaos").json(&body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 201, "{body}");
        answer.json().await.unwrap()
    }

    /// Has jobs take as long as those of users do, on a node that allows faults: a kill then finds some in the middle, however
    /// quick the machine.
    pub(crate) async fn slow(&self, kind: &str, stage: &str) {
        self.slower(kind, stage, (300, 600)).await;
    }

    /// The same, with the milliseconds that a half and nearly all of the jobs take longer.
    pub(crate) async fn slower(&self, kind: &str, stage: &str, (p50, p95): (u32, u32)) {
        let delay = serde_json::json!({"type": "stage_delay", "kind": kind, "stage": stage, "p50_ms": p50, "p95_ms": p95});
        self.fault(delay, 600).await;
    }

    /// Holds until a job ends; the job as it then stands.
    pub(crate) async fn ended(&self, job: &str) -> Value {
        // Each look holds for 20 s at most: a bound on hanging, not on speed.
        for _ in 0..12 {
            let seen = self.get(&format!("/v1/jobs/{job}?wait=20")).await;
            if !matches!(seen["state"].as_str(), Some("queued" | "running")) {
                return seen;
            }
        }
        panic!("the job {job} does not end");
    }

    /// Follows a job's result to its bytes.
    pub(crate) async fn download(&self, job: &str) -> Vec<u8> {
        let answer = self
            .ask(Method::GET, &format!("/v1/jobs/{job}/result"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 302);
        let link = answer.headers()["location"].to_str().unwrap().to_owned();
        let url = if link.starts_with("http") {
            link
        } else {
            format!("{}{link}", self.base)
        };
        // The link itself is the right to it: no key is sent.
        let answer = self.client.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    /// The most memory the process ever had, in MiB; `None` where the system does not tell.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib / 1_024)
    }

    /// Sends bytes as they are, and answers what comes back until the other side closes or is silent for a second.
    pub(crate) fn raw(&self, request: &str) -> String {
        let address = self.base.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(1)))
            .unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut piece = [0; 4_096];
        while let Ok(read @ 1..) = socket.read(&mut piece) {
            answer.extend_from_slice(&piece[..read]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The first key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        let name = format!("-{name}");
        // It may have ended by itself.
        let _sent = Command::new("kill").args([&name, &pid]).status().unwrap();
    }

    /// Waits until it ended by itself; how.
    pub(crate) fn ended_by_itself(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }

    /// SIGTERM; how it ended.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        self.signal("TERM");
        self.process.wait().unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A JSON string.
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// Runs a test on a runtime of its own.
pub(crate) fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

/// Markdown of so many slides.
pub(crate) fn talk(slides: usize) -> String {
    let mut text = String::from("# The title\n\nA talk\n");
    for number in 2..=slides {
        writeln!(
            text,
            "\n---\n\n## Slide {number}\n\n- A first point that is long enough to be broken into lines when it is set\n- A second, with **bold** and *italic* text\n- A third"
        )
        .unwrap();
    }
    text
}
