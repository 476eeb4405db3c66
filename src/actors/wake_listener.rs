//! Passes hints of other nodes to the pools of this one.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::pool::Wake;
use super::supervisor::AddressBook;
use crate::domain::job::JobKind;

/// Wakes the pools in `book` for as long as there are hints.
pub async fn listen(book: Arc<AddressBook>, mut hints: mpsc::Receiver<JobKind>) {
    while let Some(kind) = hints.recv().await {
        for pool in book.pools_of(kind) {
            // A pool whose mailbox is full looks anyway.
            drop(pool.try_send(Wake));
        }
    }
}
