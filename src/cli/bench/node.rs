//! A node of the measurer's own: this very binary, on a free port, with its data in a folder that is gone afterwards.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::connection::{Answer, Connection, request};

/// A node that is measured.
pub struct BenchNode {
    process: Child,
    folder: PathBuf,
    /// Its host and port.
    pub host: String,
    /// What opens it, as a header line.
    pub authorization: String,
}

impl BenchNode {
    /// Starts one. The environment's settings hold for it too, so that it can be measured on Postgres and Redis.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(&[])
    }

    /// Starts one with these settings too, as variables of its environment.
    pub fn start_with(settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("slidecraft-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut process = Command::new(std::env::current_exe()?)
            .current_dir(&folder)
            .env("SLIDECRAFT__SERVER__LISTEN", "127.0.0.1:0")
            .env("SLIDECRAFT__DATA__FOLDER", folder.join("data"))
            .env("SLIDECRAFT__LOG__FILTER", "warn")
            .env("SLIDECRAFT__API__OPEN_JOBS_PER_TENANT", "10000000")
            .env(
                "SLIDECRAFT__QUOTAS__STANDARD__REQUESTS_PER_MINUTE",
                "100000000",
            )
            .env("SLIDECRAFT__QUOTAS__STANDARD__JOBS_PER_HOUR", "100000000")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .context("a node to measure cannot be started")?;
        let output = process.stdout.take().context("the node has no output")?;
        let mut lines = BufReader::new(output).lines();
        let host = loop {
            let Some(line) = lines.next().transpose()? else {
                bail!("the node to measure ended before it served");
            };
            if let Some(address) = line.strip_prefix("SlideCraft serves on http://") {
                break address.to_owned();
            }
        };
        // What else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let key = std::fs::read_to_string(folder.join("data/first-key"))?;
        Ok(Self {
            process,
            folder,
            host,
            authorization: format!("authorization: Bearer {}\r\n", key.trim()),
        })
    }

    /// A folder of its own for something beside it, gone with it.
    pub fn folder_for(&self, what: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(what);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks it for something; answers the JSON it sends.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let mut headers = format!("{}if-match: *\r\n", self.authorization);
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        if !body.is_empty() {
            let kind = if method == "PATCH" && path.starts_with("/v1/documents") {
                "json-patch+json"
            } else {
                "json"
            };
            headers.extend(["content-type: application/", kind, "\r\n"]);
        }
        let request = request(method, &self.host, path, &headers, &body);
        let Answer { status, body } = Connection::open(&self.host).await?.ask(&request).await?;
        if !(200..300).contains(&status) {
            let said = String::from_utf8_lossy(&body);
            bail!("{method} {path} was answered with {status}: {said}");
        }
        Ok(serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// A document with a deck in it; its id and that of the job that converted it.
    pub async fn document(&self) -> anyhow::Result<(String, String)> {
        let markdown = "# Results\n\n- Revenue up 12 %\n- Two new markets\n\n---\n\n# Outlook\n\n- More of it\n";
        let body = json!({"title": "Quarterly review", "markdown": markdown});
        let taken = self.ask("POST", "/v1/documents", Some(body)).await?;
        let id = |pointer: &str| {
            let id = taken.pointer(pointer).and_then(Value::as_str);
            id.map(str::to_owned).context("the answer names no id")
        };
        let (document, job) = (id("/document/id")?, id("/job/id")?);
        let ended = self
            .ask("GET", &format!("/v1/jobs/{job}?wait=20"), None)
            .await?;
        if ended["state"] != "succeeded" {
            bail!("the deck to measure with was not converted: {ended}");
        }
        Ok((document, job))
    }

    /// Keeps its workers from running what the measurer makes.
    pub async fn pause_pools(&self) -> anyhow::Result<()> {
        for pool in ["convert", "export", "ai"] {
            let path = format!("/v1/admin/pools/{pool}");
            self.ask("PATCH", &path, Some(json!({"paused": true})))
                .await?;
        }
        Ok(())
    }
}

impl Drop for BenchNode {
    fn drop(&mut self) {
        // Nothing of it is needed any more.
        let _killed = self.process.kill();
        let _waited = self.process.wait();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

/// The memory of a process and of its children that is its own, in bytes (proportional set size).
pub fn memory(pid: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Ok(kilobytes.context("the memory of the process is not told")? * 1_024)
}

/// Waits a little for memory to be what it will be.
pub async fn settle() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}
