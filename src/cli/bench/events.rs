//! Measures event streams: what a held connection costs, how long an event takes to every reader, and that none is lost.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::arguments::Events;
use super::connection::{Connection, request};
use super::figures::{Quantiles, Times};
use super::node::{BenchNode, memory, settle};
use crate::cli::progress::CountBar;
use crate::domain::time::{Clock, SystemClock, Timestamp};

/// Connections that are being opened at once: fewer than a listener's backlog.
const OPENING: usize = 64;
/// How long the last event may take to every reader before it counts as lost.
const LAST: Duration = Duration::from_secs(5);
/// What comes before the moment an event was made in its JSON.
const MOMENT: &[u8] = b"\"at\":\"";

/// What was found.
#[derive(Debug, Serialize)]
struct Report {
    readers: usize,
    events: u64,
    lost: u64,
    times: Quantiles,
    bytes_per_connection: Option<u64>,
}

/// What is measured: a node of ours, or a peer.
enum Measured {
    Ours(BenchNode, String),
    Peer(String),
}

/// Measures.
pub async fn run(asked: &Events, output: &mut dyn Write) -> anyhow::Result<()> {
    let measured = if let Some(url) = &asked.peer {
        let host = url.trim_start_matches("http://").trim_end_matches('/');
        Measured::Peer(host.to_owned())
    } else {
        let node = BenchNode::start()?;
        let (document, _) = node.document().await?;
        Measured::Ours(node, document)
    };
    let pid = match &measured {
        Measured::Ours(node, _) => Some(node.pid()),
        Measured::Peer(_) => asked.pid,
    };
    settle().await;
    let before = pid.map(memory).transpose()?;
    let stop = CancellationToken::new();
    let received = Arc::new(AtomicU64::new(0));
    let mut readers = open(asked.readers, &measured, &received, &stop).await?;
    settle().await;
    let after = pid.map(memory).transpose()?;
    let events = publish(asked, &measured).await?;
    let expected = events * asked.readers as u64;
    let all = async {
        while received.load(Ordering::SeqCst) < expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // What has not come by then is counted as lost below.
    let _late = tokio::time::timeout(LAST, all).await;
    stop.cancel();
    let mut times = Times::default();
    while let Some(reader) = readers.join_next().await {
        times.extend(reader??);
    }
    let times = times.quantiles();
    let report = Report {
        readers: asked.readers,
        events,
        lost: expected.saturating_sub(times.count as u64),
        times,
        bytes_per_connection: before.zip(after).map(|(before, after)| {
            after.saturating_sub(before) / u64::try_from(asked.readers.max(1)).unwrap_or(1)
        }),
    };
    tell(&report, asked.json, output)
}

async fn open(
    readers: usize,
    measured: &Measured,
    received: &Arc<AtomicU64>,
    stop: &CancellationToken,
) -> anyhow::Result<JoinSet<anyhow::Result<Times>>> {
    let (host, asking) = match measured {
        Measured::Ours(node, document) => {
            let path = format!("/v1/events?document={document}");
            let headers = format!("{}accept: text/event-stream\r\n", node.authorization);
            (
                node.host.clone(),
                request("GET", &node.host, &path, &headers, ""),
            )
        }
        Measured::Peer(host) => {
            let headers = "accept: text/event-stream\r\n";
            (host.clone(), request("GET", host, "/sub", headers, ""))
        }
    };
    let asking: Arc<[u8]> = asking.into();
    let gate = Arc::new(Semaphore::new(OPENING));
    let mut opening = JoinSet::new();
    for _ in 0..readers {
        let (host, asking, gate) = (host.clone(), Arc::clone(&asking), Arc::clone(&gate));
        opening.spawn(async move {
            let _turn = gate.acquire().await?;
            let mut connection = Connection::open(&host).await?;
            connection.follow(&asking).await?;
            anyhow::Ok(connection)
        });
    }
    let bar = CountBar::new("connections", readers);
    let mut reading = JoinSet::new();
    while let Some(opened) = opening.join_next().await {
        let connection =
            opened?.context("a connection was not opened; is `ulimit -n` large enough?")?;
        reading.spawn(read(connection, Arc::clone(received), stop.clone()));
        bar.add(1);
    }
    Ok(reading)
}

async fn read(
    mut connection: Connection,
    received: Arc<AtomicU64>,
    stop: CancellationToken,
) -> anyhow::Result<Times> {
    let (mut times, mut unread) = (Times::default(), Vec::new());
    loop {
        let part = tokio::select! {
            part = connection.next() => part?,
            () = stop.cancelled() => return Ok(times),
        };
        if part.is_empty() {
            return Ok(times);
        }
        let now = SystemClock.now();
        unread.extend_from_slice(&part);
        while let Some((made, end)) = moment(&unread) {
            times.add(now.since(made));
            received.fetch_add(1, Ordering::SeqCst);
            unread.drain(..end);
        }
        // A comment or a line of an event that is not whole yet; moments lie near its end.
        if unread.len() > 4_096 {
            unread.clear();
        }
    }
}

/// The first moment in a stream, and where its text ends.
fn moment(text: &[u8]) -> Option<(Timestamp, usize)> {
    let start = text.windows(MOMENT.len()).position(|part| part == MOMENT)? + MOMENT.len();
    let length = text[start..].iter().position(|byte| *byte == b'"')?;
    let made = std::str::from_utf8(&text[start..start + length]).ok()?;
    Some((made.parse().ok()?, start + length))
}

async fn publish(asked: &Events, measured: &Measured) -> anyhow::Result<u64> {
    let total = u64::from(asked.rate) * asked.seconds;
    if asked.rate == 0 {
        tokio::time::sleep(Duration::from_secs(asked.seconds)).await;
        return Ok(0);
    }
    let bar = CountBar::new("events", usize::try_from(total)?);
    let start = SystemClock.now();
    for number in 0..total {
        let due = start.plus(Duration::from_secs(number) / asked.rate);
        tokio::time::sleep(due.since(SystemClock.now())).await;
        match measured {
            Measured::Ours(node, document) => {
                let title = format!("Quarterly review {number}");
                let patch = json!([{"op": "replace", "path": "/title", "value": title}]);
                let path = format!("/v1/documents/{document}");
                node.ask("PATCH", &path, Some(patch)).await?;
            }
            Measured::Peer(host) => {
                let body =
                    json!({"event": "document.updated", "number": number, "at": SystemClock.now()});
                let sent = request(
                    "POST",
                    host,
                    "/pub",
                    "content-type: application/json\r\n",
                    &body.to_string(),
                );
                Connection::open(host).await?.ask(&sent).await?;
            }
        }
        bar.add(1);
    }
    Ok(total)
}

fn tell(report: &Report, json: bool, output: &mut dyn Write) -> anyhow::Result<()> {
    if json {
        writeln!(output, "{}", serde_json::to_string(report)?)?;
        return Ok(());
    }
    writeln!(output, "{} readers", report.readers)?;
    if let Some(bytes) = report.bytes_per_connection {
        let (whole, tenths) = (bytes / 1_000, bytes % 1_000 / 100);
        writeln!(output, "memory    {whole}.{tenths} KB a connection")?;
    }
    if report.events > 0 {
        writeln!(
            output,
            "events    {} told, {} lost on the way to a reader",
            report.events, report.lost
        )?;
        writeln!(output, "made to read  {}", report.times)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_found_once_they_are_whole() {
        let text = b"id: 5-0\nevent: x\ndata: {\"at\":\"2026-11-23T23:50:00.123Z\",\"b\":1}\n\n";
        let (made, end) = moment(text).unwrap();
        assert_eq!(made, Timestamp(1_795_477_800_123_000));
        assert_eq!(moment(&text[end..]), None);
        assert_eq!(moment(&text[..40]), None);
    }
}
