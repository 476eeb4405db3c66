//! Measures the AI gateway: what the router adds to a provider's answer, how much it relays, what the way through a job adds.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;

use super::arguments::Ai;
use super::connection::{Connection, request};
use super::figures::{Quantiles, Times};
use super::gateway::{Outcome, Way, stamps};
use super::node::{BenchNode, memory};
use crate::domain::time::{Clock, SystemClock};
use crate::telemetry::metrics::Telemetry;

/// Callers that ask as fast as they are answered.
const CALLERS: usize = 64;
/// Between two questions through a job.
const PACE: Duration = Duration::from_millis(20);
/// Between two pieces of an answer that is streamed: a model that writes 50 tokens a second.
const PIECE: &str = "20ms";

/// A provider of our own in another process, gone with this.
struct Fake {
    process: Child,
    base: String,
}

impl Fake {
    fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["dev", "fake-provider", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .context("a fake provider cannot be started")?;
        let output = process.stdout.take().context("it has no output")?;
        let line = BufReader::new(output).lines().next().transpose()?;
        let base = line.and_then(|line| Some(line.split_once("serves on ")?.1.to_owned()));
        let base = base.context("the fake provider does not say where it serves")?;
        Ok(Self { process, base })
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        // Nothing of it is needed any more.
        let _killed = self.process.kill();
        let _waited = self.process.wait();
    }
}

/// What was found of a way.
#[derive(Debug, Serialize)]
struct Measured {
    way: &'static str,
    /// At a fixed rate, from a provider that answers at once.
    paced: Outcome,
    /// 64 callers, as fast as they are answered.
    at_once: Outcome,
    /// Many answers at once, from a provider that writes 50 pieces a second.
    streams: Outcome,
}

/// What was found of the way through a job.
#[derive(Debug, Serialize)]
struct Job {
    /// From the request to the first piece on the stream.
    first: Quantiles,
    /// From a piece being sent by the provider to its being read from the stream, many at once.
    relayed: Quantiles,
    streams: usize,
    node_bytes: u64,
}

#[derive(Debug, Serialize)]
struct Report {
    rate: u32,
    streams: usize,
    ways: Vec<Measured>,
    job: Option<Job>,
}

/// Measures.
pub async fn run(asked: &Ai, output: &mut dyn Write) -> anyhow::Result<()> {
    let report = if let Some(peer) = &asked.peer {
        let way = Way::straight(peer, asked.peer_key.as_deref());
        let measured = measure("peer", &way, &way, asked).await?;
        Report {
            rate: asked.rate,
            streams: asked.streams,
            ways: vec![measured],
            job: None,
        }
    } else {
        ours(asked).await?
    };
    if asked.json {
        writeln!(output, "{}", serde_json::to_string(&report)?)?;
        return Ok(());
    }
    tell(&report, output)
}

async fn ours(asked: &Ai) -> anyhow::Result<Report> {
    let quick = Fake::start(&["--first-token", "0ms", "--between", "0ms"])?;
    let pieces = (asked.seconds * 50).to_string();
    let slow = ["--between", PIECE, "--stamps", "--pieces", &pieces];
    let slow = Fake::start(&slow)?;
    let counted = || Arc::new(Telemetry::default());
    let ways = vec![
        measure(
            "straight",
            &Way::straight(&quick.base, None),
            &Way::straight(&slow.base, None),
            asked,
        )
        .await?,
        measure(
            "router",
            &Way::router(&quick.base, counted())?,
            &Way::router(&slow.base, counted())?,
            asked,
        )
        .await?,
    ];
    drop((quick, slow));
    Ok(Report {
        rate: asked.rate,
        streams: asked.streams,
        ways,
        job: Some(through_jobs(asked).await?),
    })
}

async fn measure(
    way: &'static str,
    quick: &Way,
    slow: &Way,
    asked: &Ai,
) -> anyhow::Result<Measured> {
    // Connections are opened first.
    let warm = quick.at_once(CALLERS, 1).await;
    if warm.per_second == 0.0 {
        quick.ask().await?;
        bail!("nothing was answered");
    }
    Ok(Measured {
        way,
        paced: quick.paced(asked.rate, asked.seconds).await,
        at_once: quick.at_once(CALLERS, asked.seconds).await,
        streams: slow.at_once(asked.streams, 1).await,
    })
}

/// Questions to a node: first one after the other, then as many at once as its pool runs.
async fn through_jobs(asked: &Ai) -> anyhow::Result<Job> {
    let fake = Fake::start(&[
        "--first-token",
        "0ms",
        "--between",
        PIECE,
        "--stamps",
        "--pieces",
        "100",
    ])?;
    let streams = asked.streams.to_string();
    let node = BenchNode::start_with(&[
        ("SLIDECRAFT__AI__COMPATIBLE__URL", &fake.base),
        ("SLIDECRAFT__AI__COMPATIBLE__FAST", "fake"),
        (
            "SLIDECRAFT__AI__COMPATIBLE__REQUESTS_PER_MINUTE",
            "10000000",
        ),
        (
            "SLIDECRAFT__AI__COMPATIBLE__TOKENS_PER_MINUTE",
            "1000000000",
        ),
        ("SLIDECRAFT__AI__COMPATIBLE__IN_FLIGHT", "1000"),
        ("SLIDECRAFT__QUOTAS__STANDARD__AI_TOKENS_PER_DAY", "0"),
        ("SLIDECRAFT__POOLS__AI__SLOTS", &streams),
    ])?;
    let (document, _) = node.document().await?;
    let mut first = Times::default();
    for _ in 0..asked.questions {
        first.add(question(&node, &document, true).await?.0);
        tokio::time::sleep(PACE).await;
    }
    let node = Arc::new(node);
    let mut all = JoinSet::new();
    for _ in 0..asked.streams {
        let (node, document) = (Arc::clone(&node), document.clone());
        all.spawn(async move { question(&node, &document, false).await });
    }
    let mut relayed = Times::default();
    while let Some(answered) = all.join_next().await {
        let (_, pieces) = answered??;
        for time in pieces {
            relayed.add(time);
        }
    }
    Ok(Job {
        first: first.quantiles(),
        relayed: relayed.quantiles(),
        streams: asked.streams,
        node_bytes: memory(node.pid())?,
    })
}

/// Asks a node; how long the first piece took, and how long each was on its way. `leave`: no more than the first.
async fn question(
    node: &BenchNode,
    document: &str,
    leave: bool,
) -> anyhow::Result<(Duration, Vec<Duration>)> {
    let headers = format!(
        "{}content-type: application/json\r\naccept: text/event-stream\r\n",
        node.authorization
    );
    let path = format!("/v1/documents/{document}/chat");
    let body = json!({"message": "What is it about?"}).to_string();
    let started = SystemClock.now();
    let mut connection = Connection::open(&node.host).await?;
    let asking = request("POST", &node.host, &path, &headers, &body);
    connection.follow(&asking).await?;
    let (mut first, mut relayed, mut unread) = (None, Vec::new(), String::new());
    loop {
        let part = connection.next().await?;
        let now = SystemClock.now();
        unread.push_str(&String::from_utf8_lossy(&part));
        let whole = unread.rfind("\n\n").map_or(0, |end| end + 2);
        let events: String = unread.drain(..whole).collect();
        for event in events.split("\n\n") {
            if event.contains("event: chat.delta") {
                first.get_or_insert(now.since(started));
                relayed.extend(stamps(event).map(|sent| now.since(sent)));
            }
        }
        if let Some(first) = first.filter(|_| leave || part.is_empty()) {
            return Ok((first, relayed));
        }
        if part.is_empty() {
            bail!("a question was not answered: {events}");
        }
    }
}

fn tell(report: &Report, output: &mut dyn Write) -> anyhow::Result<()> {
    for measured in &report.ways {
        let Measured {
            way,
            paced,
            at_once,
            streams,
        } = measured;
        writeln!(output, "{way}")?;
        writeln!(
            output,
            "  {} a second: first piece {}; end {}; {} failed",
            report.rate, paced.first, paced.whole, paced.failed
        )?;
        writeln!(
            output,
            "  {CALLERS} callers: {:.0} answers a second, {} failed",
            at_once.per_second, at_once.failed
        )?;
        writeln!(
            output,
            "  {} streams: a piece {}; {} failed",
            report.streams, streams.relayed, streams.failed
        )?;
    }
    if let Some(job) = &report.job {
        writeln!(
            output,
            "through jobs\n  first piece {}\n  {} streams: a piece {}\n  the node takes {:.0} MB",
            job.first,
            job.streams,
            job.relayed,
            // Whole megabytes are enough.
            job.node_bytes / 1_000_000
        )?;
    }
    if let [straight, router] = report.ways.as_slice() {
        writeln!(
            output,
            "the router adds to the end: P50 {:.2} ms, P99 {:.2} ms",
            router.paced.whole.p50_ms - straight.paced.whole.p50_ms,
            router.paced.whole.p99_ms - straight.paced.whole.p99_ms
        )?;
    }
    Ok(())
}
