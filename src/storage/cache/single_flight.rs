//! One reader at a time for each key that is not cached: the others wait for it and look again, so that a popular deck that
//! was just changed is read from the database once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// Who is reading what.
#[derive(Debug, Default)]
pub struct SingleFlight {
    reading: Arc<Mutex<HashMap<String, watch::Receiver<()>>>>,
}

/// The right to read a key; it ends when dropped, and those who wait look again.
#[derive(Debug)]
pub struct Reading {
    key: String,
    all: Arc<Mutex<HashMap<String, watch::Receiver<()>>>>,
    _done: watch::Sender<()>,
}

impl SingleFlight {
    /// The right to read `key`, or `None` after waiting for whoever had it.
    pub async fn first(&self, key: &str) -> Option<Reading> {
        let mut ahead = {
            let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(ahead) = reading.get(key) {
                ahead.clone()
            } else {
                let (done, waiting) = watch::channel(());
                reading.insert(key.to_owned(), waiting);
                return Some(Reading {
                    key: key.to_owned(),
                    all: Arc::clone(&self.reading),
                    _done: done,
                });
            }
        };
        // Nothing is ever sent: this ends when the reader is done, whatever came of it.
        let _done = ahead.changed().await;
        None
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn the_second_waits_for_the_first_and_a_third_may_read_again() {
        let flights = SingleFlight::default();
        let first = flights.first("a").await.unwrap();
        assert!(flights.first("b").await.is_some());
        let mut second = Box::pin(flights.first("a"));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        assert!(second.await.is_none());
        assert!(flights.first("a").await.is_some());
    }
}
