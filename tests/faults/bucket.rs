//! A node over a bucket that answers 500, slowly, in silence, or not at all.

use std::time::Duration;

use tempfile::tempdir;
use tokio::runtime::{Builder, Runtime};

use super::clients::Clients;
use super::node::{Node, block_on};
use super::run::Run;
use super::s3_server::{ACCESS_KEY, BUCKET, Fault, S3Server, SECRET_KEY};
use super::toxics::{Proxy, Toxic};

/// A bucket behind a proxy, on a runtime of its own.
pub(crate) struct Bucket {
    server: S3Server,
    proxy: Proxy,
    endpoint: String,
    _folder: tempfile::TempDir,
    _runtime: Runtime,
}

impl Bucket {
    /// Starts one. Not called from within a runtime.
    pub(crate) fn start() -> Self {
        let folder = tempdir().unwrap();
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(S3Server::start(folder.path()));
        let upstream = server.endpoint.trim_start_matches("http://").parse();
        let proxy = Proxy::start(upstream.unwrap());
        Self {
            endpoint: format!("http://{}", proxy.address),
            proxy,
            server,
            _folder: folder,
            _runtime: runtime,
        }
    }

    /// How a node reaches it.
    pub(crate) fn settings(&self) -> [(&str, &str); 8] {
        [
            ("SLIDECRAFT__OBJECTS__BUCKET", BUCKET),
            ("SLIDECRAFT__OBJECTS__REGION", "us-east-1"),
            ("SLIDECRAFT__OBJECTS__ENDPOINT", &self.endpoint),
            ("SLIDECRAFT__OBJECTS__PATH_STYLE", "true"),
            ("SLIDECRAFT__OBJECTS__ACCESS_KEY", ACCESS_KEY),
            ("SLIDECRAFT__OBJECTS__SECRET_KEY", SECRET_KEY),
            ("SLIDECRAFT__OBJECTS__TIMEOUT", "1s"),
            ("SLIDECRAFT__OBJECTS__CONNECT_TIMEOUT", "1s"),
        ]
    }

    fn node(&self, run: &Run) -> Node {
        Node::start_with(run.folder.path(), &self.settings())
    }
}

/// Uploads, spoils the way to the bucket for a while, and uploads more meanwhile.
fn spoiled(name: &'static str, toxic: Toxic, seen: &str) {
    let bucket = Bucket::start();
    block_on(async {
        let run = Run::new(name);
        let node = bucket.node(&run);
        let clients = Clients::of(&[&node]);
        let before = run.pace(&clients).await;
        let mut jobs = run.upload(&node, 10, 20).await;
        bucket.proxy.set(toxic);
        let meanwhile = async {
            // The length of the fault, not a wait for anything.
            tokio::time::sleep(Duration::from_secs(3)).await;
            bucket.proxy.set(Toxic::None);
        };
        let (more, ()) = tokio::join!(run.upload(&node, 10, 20), meanwhile);
        jobs.extend(more);
        run.recovered(&clients, before).await;
        run.verdict(&node, &jobs, seen).await;
    });
}

#[test]
fn the_bucket_answers_500() {
    let bucket = Bucket::start();
    block_on(async {
        let run = Run::new("S3 answers 500 and 503 to 60 requests");
        let node = bucket.node(&run);
        let clients = Clients::of(&[&node]);
        let before = run.pace(&clients).await;
        let faults = [Fault::Status(500), Fault::Status(503), Fault::LostAnswer];
        bucket.server.fail(&faults.repeat(20));
        let jobs = run.upload(&node, 20, 20).await;
        run.recovered(&clients, before).await;
        run.verdict(
            &node,
            &jobs,
            "tries are repeated; uploads that still fail are answered 503, and sent again",
        )
        .await;
    });
}

#[test]
fn the_bucket_is_slow() {
    let slow = Toxic::Latency(Duration::from_millis(200));
    spoiled(
        "S3 slow: 200 ms each way (`latency`) for 3 s",
        slow,
        "jobs take longer",
    );
}

#[test]
fn the_way_to_the_bucket_is_narrow() {
    let narrow = Toxic::Bandwidth(64 * 1_024);
    spoiled(
        "S3 at 64 KiB/s (`bandwidth`) for 3 s",
        narrow,
        "jobs take longer",
    );
}

#[test]
fn the_bucket_falls_silent() {
    spoiled(
        "S3 silent (`timeout`) for 3 s",
        Toxic::Timeout,
        "tries time out after 1 s and are repeated",
    );
}

#[test]
fn the_bucket_resets_connections() {
    spoiled(
        "S3 resets connections (`reset_peer`) for 3 s",
        Toxic::ResetPeer,
        "jobs are tried again",
    );
}

#[test]
fn the_bucket_is_gone() {
    spoiled(
        "S3 gone (`down`) for 3 s",
        Toxic::Down,
        "uploads are answered 503 with Retry-After; accepted jobs are tried again",
    );
}
