//! wrk against us, and against nginx with the same bytes in a file: only their ratio says something on another machine.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;

use super::connection::{Connection, request};

/// Connections that wrk keeps busy, over two threads.
const CONNECTIONS: &str = "64";
/// How long nginx may take to answer.
const NGINX_ANSWERS: Duration = Duration::from_secs(5);

/// What wrk found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Requests a second.
    pub per_second: f64,
    /// Answers that were no success, or none at all.
    pub failed: u64,
}

/// Whether a program can be run here.
pub fn is_installed(program: &str) -> bool {
    let ran = Command::new(program)
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    ran.is_ok()
}

/// Runs wrk on an address for so many seconds.
pub async fn run(url: &str, header: Option<&str>, seconds: u64) -> anyhow::Result<Found> {
    let mut command = Command::new("wrk");
    command.args(["-t2", "-c", CONNECTIONS, "-d", &format!("{seconds}s")]);
    if let Some(header) = header {
        command.args(["-H", header.trim()]);
    }
    command.arg(url);
    let ran = tokio::task::spawn_blocking(move || command.output()).await??;
    let said = String::from_utf8_lossy(&ran.stdout);
    read(&said).with_context(|| format!("wrk said something else: {said}"))
}

fn read(said: &str) -> Option<Found> {
    let number = |line: &str| -> Option<u64> { line.rsplit(' ').next()?.parse().ok() };
    let mut found = Found {
        per_second: 0.0,
        failed: 0,
    };
    for line in said.lines().map(str::trim) {
        if let Some(rate) = line.strip_prefix("Requests/sec:") {
            found.per_second = rate.trim().parse().ok()?;
        } else if line.starts_with("Non-2xx") {
            found.failed += number(line)?;
        }
    }
    (found.per_second > 0.0).then_some(found)
}

/// An nginx that serves one file.
pub struct Nginx {
    process: Child,
    /// The address of the file.
    pub url: String,
}

impl Nginx {
    /// Starts one with two workers that serves `bytes`, with everything it needs in `folder`.
    pub async fn serve(bytes: &[u8], folder: &Path) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        std::fs::write(folder.join("body.json"), bytes)?;
        std::fs::write(folder.join("nginx.conf"), configuration(port, folder))?;
        let process = Command::new("nginx")
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .stderr(Stdio::null())
            .spawn()
            .context("nginx cannot be started")?;
        let host = format!("127.0.0.1:{port}");
        let nginx = Self {
            process,
            url: format!("http://{host}/body.json"),
        };
        let asked = request("GET", &host, "/body.json", "", "");
        let answers = async {
            loop {
                if let Ok(mut connection) = Connection::open(&host).await
                    && let Ok(answer) = connection.ask(&asked).await
                {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let answer = tokio::time::timeout(NGINX_ANSWERS, answers).await?;
        if answer.body != bytes {
            bail!("nginx serves something else");
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Asked to quit, it takes its workers with it.
        let pid = self.process.id().to_string();
        let _told = Command::new("kill").args(["-QUIT", &pid]).status();
        let _waited = self.process.wait();
    }
}

fn configuration(port: u16, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; types {{ application/json json; }} sendfile on;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port} reuseport; root {folder}; open_file_cache max=100; }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says_is_read() {
        let said =
            "  100 requests in 1.00s\n  Non-2xx or 3xx responses: 7\nRequests/sec:  41234.50\n";
        let found = Found {
            per_second: 41_234.5,
            failed: 7,
        };
        assert_eq!(read(said), Some(found));
        assert_eq!(read("unable to connect"), None);
    }
}
