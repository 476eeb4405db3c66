//! Hearing what other nodes say: subscribed again after every break, and saying so when something may have been missed.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use fred::error::Error;
use fred::interfaces::{ClientLike, EventInterface, PubsubInterface};
use fred::types::Message;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver};
use tokio::time::{sleep, timeout};

use super::connection::Inner;
use super::keys::PARTITIONS;
use super::words::Word;

/// How long subscribing to one channel may take.
const SUBSCRIBE: Duration = Duration::from_secs(2);
/// How long to wait before subscribing is tried again.
const AGAIN: Duration = Duration::from_millis(100);
/// How often a silent connection is asked whether it still lives.
const PULSE: Duration = Duration::from_secs(1);
/// How long it may take to say so.
const PULSE_WITHIN: Duration = Duration::from_secs(2);

/// Listens for as long as someone holds the connection.
pub(super) fn start(inner: Weak<Inner>) {
    let Some(held) = inner.upgrade() else { return };
    let messages = held.subscriber.message_rx();
    let breaks = Breaks {
        errors: held.subscriber.error_rx(),
        reconnects: held.subscriber.reconnect_rx(),
        moves: held.subscriber.cluster_change_rx(),
    };
    tokio::spawn(pass_on(inner.clone(), messages));
    tokio::spawn(stay_subscribed(inner, breaks));
}

async fn pass_on(inner: Weak<Inner>, mut messages: Receiver<Message>) {
    loop {
        let message = messages.recv().await;
        let Some(inner) = inner.upgrade() else { return };
        match message {
            Ok(message) => {
                let said = message.value.as_bytes();
                let said = said.and_then(|said| std::str::from_utf8(said).ok());
                if let Some(word) = said.and_then(Word::read) {
                    inner.heard(word);
                }
            }
            Err(RecvError::Lagged(_)) => inner.heard(Word::Missed),
            Err(RecvError::Closed) => return,
        }
    }
}

/// What may have broken a subscription.
struct Breaks {
    errors: Receiver<(Error, Option<fred::types::config::Server>)>,
    reconnects: Receiver<fred::types::config::Server>,
    moves: Receiver<Vec<fred::types::ClusterStateChange>>,
}

impl Breaks {
    /// Waits for a break; `false` when the connection was closed for good.
    async fn next(&mut self) -> bool {
        let open = |closed: Option<RecvError>| !matches!(closed, Some(RecvError::Closed));
        tokio::select! {
            seen = self.errors.recv() => open(seen.err()),
            seen = self.reconnects.recv() => open(seen.err()),
            seen = self.moves.recv() => open(seen.err()),
        }
    }

    /// Those that are already known belong to the same break.
    fn forget(&mut self) {
        drain(&mut self.errors);
        drain(&mut self.reconnects);
        drain(&mut self.moves);
    }
}

fn drain<T: Clone>(seen: &mut Receiver<T>) {
    use broadcast::error::TryRecvError;
    while !matches!(
        seen.try_recv(),
        Err(TryRecvError::Empty | TryRecvError::Closed)
    ) {}
}

async fn stay_subscribed(inner: Weak<Inner>, mut breaks: Breaks) {
    loop {
        let Some(held) = inner.upgrade() else { return };
        // A connection is told of before it counts as one: whatever was told by then belongs to it.
        let connected = held.subscriber.is_connected();
        breaks.forget();
        if connected && subscribe(&held).await {
            held.hears.store(true, Ordering::SeqCst);
            // Whoever asks now finds all that was said before; what is said from now on is heard.
            held.heard(Word::Missed);
        } else {
            drop(held);
            sleep(AGAIN).await;
            continue;
        }
        drop(held);
        loop {
            match timeout(PULSE, breaks.next()).await {
                Ok(true) => break,
                Ok(false) => return,
                Err(_) => {
                    let Some(held) = inner.upgrade() else { return };
                    if !lives(&held).await {
                        break;
                    }
                }
            }
        }
        let Some(held) = inner.upgrade() else { return };
        if held.hears.swap(false, Ordering::SeqCst) {
            held.heard(Word::Missed);
        }
    }
}

/// Whether a silent connection still lives: a peer that vanished without a word is noticed by nothing else.
async fn lives(inner: &Inner) -> bool {
    let answer = inner.subscriber.ping::<String>(None);
    if matches!(timeout(PULSE_WITHIN, answer).await, Ok(Ok(_))) {
        return true;
    }
    // If that fails as well, the next look finds it so.
    let _forced = timeout(PULSE_WITHIN, inner.subscriber.force_reconnection()).await;
    false
}

async fn subscribe(inner: &Arc<Inner>) -> bool {
    let channels = (0..PARTITIONS).map(|partition| inner.names.channel(partition));
    if !inner.clustered {
        let all: Vec<String> = channels.collect();
        let done = timeout(SUBSCRIBE, inner.subscriber.subscribe(all)).await;
        return matches!(done, Ok(Ok(())));
    }
    for channel in channels {
        let done = timeout(SUBSCRIBE, inner.subscriber.ssubscribe(channel)).await;
        if !matches!(done, Ok(Ok(()))) {
            return false;
        }
    }
    true
}
