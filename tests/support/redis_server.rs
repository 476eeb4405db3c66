//! Real Redis servers of a test's own: on free ports, killed and started again at will, gone when dropped.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::ports;

/// How long a server may take to answer.
const ANSWERS: Duration = Duration::from_secs(20);

/// A server that a test started.
pub(crate) struct RedisServer {
    port: u16,
    arguments: Vec<String>,
    folder: TempDir,
    child: Option<Child>,
}

/// Whether servers can be started here. Where they cannot, says in one line what is left out; under `CI` that is a failure.
pub(crate) fn available(program: &str) -> bool {
    available_as(program, "--version")
}

fn available_as(program: &str, version: &str) -> bool {
    let found = Command::new(program)
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{program} is missing, and CI needs it"
    );
    let told = "is not installed (Debian: apt-get install redis-server)";
    let _ = writeln!(std::io::stderr(), "skipped: {program} {told}");
    false
}

impl RedisServer {
    /// Starts one; `None` where there is none to start.
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    /// Starts one with more arguments.
    pub(crate) async fn start_with(extra: &[&str]) -> Option<Self> {
        if !available("redis-server") {
            return None;
        }
        let mut server = Self {
            port: ports::free_port(),
            arguments: extra.iter().map(|one| (*one).to_owned()).collect(),
            folder: tempfile::tempdir().unwrap(),
            child: None,
        };
        server.run().await;
        Some(server)
    }

    /// Starts it again on the same port, with nothing in it.
    pub(crate) async fn run(&mut self) {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--port", &self.port.to_string(), "--dir"])
            .arg(self.folder.path())
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        if !self.arguments.iter().any(|one| one == "--tls-port") {
            let port = self.port;
            let up = async move {
                while !matches!(say(port, "PING"), Some(said) if said.starts_with("+PONG") || said.starts_with("-NOAUTH"))
                {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::time::timeout(ANSWERS, up).await.unwrap();
        }
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Says something to it in its inline form; answers what it says.
    pub(crate) fn say(&self, command: &str) -> String {
        say(self.port, command).unwrap()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn say(port: u16, command: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    stream.write_all(format!("{command}\r\n").as_bytes()).ok()?;
    let mut said = [0; 4_096];
    let read = stream.read(&mut said).ok()?;
    Some(String::from_utf8_lossy(&said[..read]).into_owned())
}

/// A cluster of three nodes; `None` where there is none to start.
pub(crate) async fn cluster() -> Option<(Vec<RedisServer>, String)> {
    if !available("redis-cli") {
        return None;
    }
    let mut nodes = Vec::new();
    for _ in 0..3 {
        let bus = ports::free_port().to_string();
        let arguments = ["--cluster-enabled", "yes", "--cluster-port", bus.as_str()];
        nodes.push(RedisServer::start_with(&arguments).await?);
    }
    let addresses = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port));
    let made = Command::new("redis-cli")
        .args(["--cluster", "create"])
        .args(addresses)
        .args(["--cluster-replicas", "0", "--cluster-yes"])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "the cluster was not made");
    let agreed = async {
        for node in &nodes {
            while !node.say("CLUSTER INFO").contains("cluster_state:ok") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    tokio::time::timeout(ANSWERS, agreed).await.unwrap();
    let url = format!("redis-cluster://127.0.0.1:{}", nodes[0].port);
    Some((nodes, url))
}

/// A server that speaks TLS only, with the file of the certificate to trust; `None` where there is none to start.
pub(crate) async fn tls() -> Option<(RedisServer, PathBuf)> {
    if !available("redis-server") || !available_as("openssl", "version") {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let port = ports::free_port();
    let arguments = [
        "--tls-port",
        &port.to_string(),
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        "server.pem",
        "--tls-key-file",
        "server.key",
        "--tls-ca-cert-file",
        "ca.pem",
    ]
    .map(str::to_owned);
    let ca = folder.path().join("ca.pem");
    let mut server = RedisServer {
        port: 0,
        arguments: arguments.to_vec(),
        folder,
        child: None,
    };
    server.run().await;
    server.port = port;
    let up = async {
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(ANSWERS, up).await.unwrap();
    Some((server, ca))
}

/// An authority, and a certificate of it for this machine.
fn certificates(folder: &Path) {
    let ca = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=test authority",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
    ];
    openssl(folder, &ca);
    let request = [
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
    ];
    openssl(folder, &request);
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";
    std::fs::write(folder.join("names.txt"), names).unwrap();
    let sign = [
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names.txt",
        "-out",
        "server.pem",
    ];
    openssl(folder, &sign);
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "openssl {arguments:?} failed");
}
