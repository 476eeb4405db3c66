//! Measures the API: cached reads beside nginx, reads and durable job creates at a fixed rate.

use std::io::Write;
use std::sync::Arc;

use serde::Serialize;

use super::arguments::Api;
use super::connection::{Connection, request};
use super::node::BenchNode;
use super::paced::{Outcome, Paced};
use super::wrk::{self, Found, Nginx};

/// Connections at a fixed rate.
const CONNECTIONS: u32 = 64;

/// What was found.
#[derive(Debug, Serialize)]
struct Report {
    /// A job, and a document, each as a cached read.
    read: Vec<Read>,
    paced_reads: Outcome,
    paced_creates: Outcome,
}

/// A cached read under full load.
#[derive(Debug, Serialize)]
struct Read {
    what: &'static str,
    bytes: usize,
    ours: Option<Found>,
    nginx: Option<Found>,
    ratio: Option<f64>,
}

/// Measures.
pub async fn run(asked: &Api, output: &mut dyn Write) -> anyhow::Result<()> {
    let node = BenchNode::start()?;
    let (document, job) = node.document().await?;
    let (of_job, of_document) = (
        format!("/v1/jobs/{job}"),
        format!("/v1/documents/{document}"),
    );
    let mut read = Vec::new();
    for (what, path) in [("job", &of_job), ("document", &of_document)] {
        read.push(full_load(&node, what, path, asked.seconds).await?);
    }
    let report = Report {
        read,
        paced_reads: paced(&node, asked.reads, asked.seconds, {
            let read = request("GET", &node.host, &of_job, &node.authorization, "");
            Arc::new(move |_| read.clone())
        })
        .await?,
        paced_creates: creates(&node, asked, &document).await?,
    };
    tell(asked, &report, output)
}

async fn paced(
    node: &BenchNode,
    rate: u32,
    seconds: u64,
    request: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>,
) -> anyhow::Result<Outcome> {
    let paced = Paced {
        host: node.host.clone(),
        request,
        rate,
        seconds,
        connections: CONNECTIONS,
    };
    paced.run().await
}

/// Exports that nobody runs: only taking them in is measured.
async fn creates(node: &BenchNode, asked: &Api, document: &str) -> anyhow::Result<Outcome> {
    node.pause_pools().await?;
    let (host, path) = (
        node.host.clone(),
        format!("/v1/documents/{document}/exports"),
    );
    let headers = format!("{}content-type: application/json\r\n", node.authorization);
    let create = request("POST", &host, &path, &headers, "{\"format\":\"pdf\"}");
    paced(
        node,
        asked.creates,
        asked.seconds,
        Arc::new(move |_| create.clone()),
    )
    .await
}

async fn full_load(
    node: &BenchNode,
    what: &'static str,
    path: &str,
    seconds: u64,
) -> anyhow::Result<Read> {
    let asked = request("GET", &node.host, path, &node.authorization, "");
    let answer = Connection::open(&node.host).await?.ask(&asked).await?;
    let mut read = Read {
        what,
        bytes: answer.body.len(),
        ours: None,
        nginx: None,
        ratio: None,
    };
    if !wrk::is_installed("wrk") {
        return Ok(read);
    }
    let url = format!("http://{}{path}", node.host);
    let ours = wrk::run(&url, Some(&node.authorization), seconds).await?;
    read.ours = Some(ours);
    if wrk::is_installed("nginx") {
        let folder = node.folder_for("nginx")?;
        let nginx = Nginx::serve(&answer.body, &folder).await?;
        let theirs = wrk::run(&nginx.url, None, seconds).await?;
        read.nginx = Some(theirs);
        read.ratio = Some(ours.per_second / theirs.per_second);
    }
    Ok(read)
}

fn tell(asked: &Api, report: &Report, output: &mut dyn Write) -> anyhow::Result<()> {
    if asked.json {
        writeln!(output, "{}", serde_json::to_string(report)?)?;
        return Ok(());
    }
    for read in &report.read {
        let Read { what, bytes, .. } = read;
        match (read.ours, read.nginx) {
            (None, _) => writeln!(
                output,
                "{what}: wrk is not installed (Debian: apt-get install wrk)"
            )?,
            (Some(ours), None) => writeln!(
                output,
                "{what}, {bytes} bytes: {:.0}/s, {} failed",
                ours.per_second, ours.failed
            )?,
            (Some(ours), Some(nginx)) => writeln!(
                output,
                "{what}, {bytes} bytes: {:.0}/s, {} failed; nginx {:.0}/s: {:.1} % of it",
                ours.per_second,
                ours.failed,
                nginx.per_second,
                read.ratio.unwrap_or(0.0) * 100.0
            )?,
        }
    }
    let (reads, creates) = (&report.paced_reads, &report.paced_creates);
    writeln!(
        output,
        "reads at {}/s: {:.0}/s answered, {} failed; {}",
        asked.reads, reads.per_second, reads.failed, reads.times
    )?;
    writeln!(
        output,
        "job creates at {}/s: {:.0}/s stored, {} failed; {}",
        asked.creates, creates.per_second, creates.failed, creates.times
    )?;
    Ok(())
}
