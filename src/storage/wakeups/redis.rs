//! Wake-ups by Redis: published at once when it was quiet, and together when there are many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::Wakeups;
use crate::domain::job::JobKind;
use crate::storage::redis::connection::Redis;
use crate::storage::redis::words::{self, Word};

/// How long hints of a kind are gathered after one was published: thousands of new jobs a second are one hint to others.
const GATHER: Duration = Duration::from_millis(5);
/// Hints that may wait for a listener. More of them say nothing new.
const WAITING: usize = 16;

const PUBLISH: &str = "return redis.call(ARGV[1], KEYS[1], ARGV[2])";

type Listeners = Arc<Mutex<Vec<mpsc::Sender<JobKind>>>>;

/// Wake-ups by Redis.
#[derive(Debug)]
pub struct RedisWakeups {
    wanted: BTreeMap<JobKind, Arc<Notify>>,
    listeners: Listeners,
}

impl RedisWakeups {
    /// Wake-ups by this connection; publishes on the current runtime.
    pub fn new(redis: &Redis) -> Self {
        let listeners = Listeners::default();
        let heard = Arc::clone(&listeners);
        redis.listen(move |word| {
            let kinds = match &word {
                Word::Wake(kind) => std::slice::from_ref(kind),
                // What was missed may have been a hint.
                Word::Missed => JobKind::ALL.as_slice(),
                Word::Event { .. } | Word::Forget(_) | Word::Lost => return,
            };
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            for kind in kinds {
                // A full channel holds hints enough.
                heard.retain(|listener| {
                    !matches!(
                        listener.try_send(*kind),
                        Err(mpsc::error::TrySendError::Closed(_))
                    )
                });
            }
        });
        let wanted = JobKind::ALL.map(|kind| {
            let wanted = Arc::new(Notify::new());
            tokio::spawn(publish(redis.clone(), kind, Arc::clone(&wanted)));
            (kind, wanted)
        });
        Self {
            wanted: wanted.into(),
            listeners,
        }
    }
}

async fn publish(redis: Redis, kind: JobKind, wanted: Arc<Notify>) {
    loop {
        wanted.notified().await;
        let channel = vec![redis.names().channel(0)];
        let word = vec![redis.publish_command().to_owned(), words::wake(kind)];
        // Other nodes poll: a hint that is lost costs a moment.
        let _lost = redis.run::<i64, _>("wake-up", PUBLISH, channel, word).await;
        tokio::time::sleep(GATHER).await;
    }
}

impl Wakeups for RedisWakeups {
    fn wake(&self, kind: JobKind) {
        if let Some(wanted) = self.wanted.get(&kind) {
            wanted.notify_one();
        }
    }

    fn subscribe(&self) -> mpsc::Receiver<JobKind> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let mut listeners = self
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.push(sender);
        receiver
    }
}
