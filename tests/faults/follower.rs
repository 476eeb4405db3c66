//! A client that follows all events and writes down what it is told; cut off, it goes on after the last event it saw.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinHandle;

use super::clients::Clients;
use super::history::{History, Line};

/// A follower; it stops when dropped.
pub(crate) struct Follower(JoinHandle<()>);

impl Follower {
    /// Follows from now on.
    pub(crate) fn start(clients: &Clients, history: &Arc<History>) -> Self {
        Self(tokio::spawn(follow(clients.clone(), Arc::clone(history))))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn follow(clients: Clients, history: Arc<History>) {
    let mut last: Option<String> = None;
    for turn in 0_usize.. {
        let Some(mut stream) = clients.events(turn, last.as_deref()).await else {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let mut seen = String::new();
        while let Ok(Some(piece)) = stream.chunk().await {
            seen += &String::from_utf8_lossy(&piece);
            let whole = seen.rfind("\n\n").map_or(0, |end| end + 2);
            let frames: String = seen.drain(..whole).collect();
            for line in frames.split("\n\n").filter_map(line) {
                history.add(&line);
                last = id(line).or(last);
            }
        }
    }
}

fn id(line: Line) -> Option<String> {
    match line {
        Line::Event { id, .. } => Some(id),
        Line::Accepted { .. } | Line::Told { .. } | Line::Held { .. } => None,
    }
}

/// What a frame says of a job; a gap, a comment and the like say nothing.
fn line(frame: &str) -> Option<Line> {
    let field = |name: &str| {
        let mut lines = frame.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let data: Value = serde_json::from_str(field("data")?).ok()?;
    Some(Line::Event {
        stream: "all".to_owned(),
        id: field("id")?.to_owned(),
        event: field("event")?.to_owned(),
        job: data["job"].as_str()?.to_owned(),
    })
}
