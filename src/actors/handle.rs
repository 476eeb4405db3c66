//! All that others may ask of the actors: typed questions, typed answers, never an address.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::Serialize;
use thiserror::Error;
use tokio::sync::mpsc;

pub use super::announcing::Announcement;
use crate::domain::chat::{ModelInfo, ProviderState};
use crate::domain::document::NewVersion;
use crate::domain::fault::Harm;
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::{ExportFormat, Job, JobKind, SourceFormat};
use crate::domain::job_event::JobEvent;
use crate::domain::pool::name::PoolName;
use crate::domain::pool::snapshot::{PoolChange, PoolSnapshot};
use crate::domain::tenant::TenantId;
use crate::storage::error::StoreError;

/// Why a question was not answered.
#[derive(Debug, Error)]
pub enum HandleError {
    /// The actor is too busy, restarting, or gone; the same question may be answered later.
    #[error("the {0} actor does not answer")]
    Overloaded(&'static str),
    /// A change that makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A place in a deck, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeckFault {
    /// Where (RFC 6901).
    pub pointer: String,
    /// A sentence.
    pub detail: String,
}

/// What a stream of events follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Whose events.
    pub tenant: TenantId,
    /// Only of this document.
    pub document: Option<DocumentId>,
    /// Only of this job.
    pub job: Option<JobId>,
    /// The last event the client saw, as it sent it.
    pub last_event_id: Option<String>,
}

/// A frame of an event stream, as it goes over the wire: written once, and shared by all who are sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SseFrame {
    /// `event:`
    pub event: &'static str,
    bytes: Bytes,
}

impl SseFrame {
    /// A frame (WHATWG HTML, 9.2.5). `id` is absent for what cannot be resumed from, such as `drain`; `data` is JSON.
    pub fn new(event: &'static str, id: Option<&str>, data: &str) -> Self {
        let mut text = String::with_capacity(data.len() + 64);
        if let Some(id) = id {
            text.extend(["id: ", id, "\n"]);
        }
        text.extend(["event: ", event, "\n"]);
        // JSON on one line is one line; of whatever else, no line may pass for a field.
        for line in data.split(['\r', '\n']) {
            text.extend(["data: ", line, "\n"]);
        }
        text.push('\n');
        Self {
            event,
            bytes: text.into(),
        }
    }

    /// As it goes over the wire.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

/// Something that a node depends on, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: &'static str,
    /// Whether it answers; if not, why: for the log.
    pub answer: Result<(), String>,
    /// How long that took to find out.
    pub took: Duration,
    /// Whether the node can do no work without it.
    pub needed: bool,
}

/// What the HTTP room may ask. Answers come within a bounded time.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Says that a job of that kind became ready. Losing it costs at most the poll interval.
    fn wake(&self, kind: JobKind);

    /// Says that a job is about to become ready and to be told as queued: until the answer is dropped, this node does not
    /// tell that it started.
    fn announce(&self, job: JobId) -> Announcement;

    /// Tells an event to those who follow.
    async fn tell(&self, tenant: &TenantId, event: JobEvent);

    /// Stops a running job's work on this node, if it is here, after the store was told.
    fn stop_work(&self, job: JobId);

    /// Holds until the job ends, or for `wait` at most; then answers it as it stands. `None`: no such job.
    async fn wait_for_end(
        &self,
        tenant: &TenantId,
        job: JobId,
        wait: Duration,
    ) -> Result<Option<Job>, StoreError>;

    /// Starts an event stream. The channel closes when the stream ends (drain, slow reader); dropping it ends the session.
    async fn follow(
        &self,
        subscription: Subscription,
    ) -> Result<mpsc::Receiver<SseFrame>, HandleError>;

    /// All pools.
    async fn pools(&self) -> Result<Vec<PoolSnapshot>, HandleError>;

    /// Changes a pool; answers it as it then is.
    async fn change_pool(
        &self,
        pool: PoolName,
        change: PoolChange,
    ) -> Result<PoolSnapshot, HandleError>;

    /// Harms a share of a pool's workers, rounded up, for a fault plan; answers how many.
    async fn harm_workers(
        &self,
        pool: PoolName,
        how: Harm,
        fraction: f64,
        seed: u64,
    ) -> Result<usize, HandleError>;

    /// Ends the process in a second, without a word to anyone, for a fault plan.
    fn die_soon(&self);

    /// What an upload seems to be, by its name and first bytes; a sentence for the user where it is nothing we read.
    fn recognise(&self, file_name: &str, head: &[u8]) -> Result<SourceFormat, String>;

    /// Whether a webhook may lead there; a fragment that says why not.
    fn check_webhook(&self, url: &str) -> Result<(), String>;

    /// Checks a deck against the schema; the version to store, or every fault found (20 at most).
    async fn check_deck(&self, deck: Bytes) -> Result<NewVersion, Vec<DeckFault>>;

    /// A slide as PNG, `number` from 1, `width` in pixels (16 to 4,096).
    async fn slide_picture(
        &self,
        tenant: &TenantId,
        document: DocumentId,
        number: u32,
        width: u32,
    ) -> Result<Bytes, HandleError>;

    /// A slide of a deck that is not stored, with the assets of a tenant, as PNG; as [`Platform::slide_picture`].
    async fn deck_picture(
        &self,
        tenant: &TenantId,
        deck: Bytes,
        number: u32,
        width: u32,
    ) -> Result<Bytes, HandleError>;

    /// The models that can be asked, the one that answers by default first.
    fn models(&self) -> Vec<ModelInfo>;

    /// How each provider of models does, as this node sees it; none where answers come from the deck itself.
    fn providers(&self) -> Vec<ProviderState>;

    /// Whether each thing the node depends on answers.
    async fn readiness(&self) -> Vec<Dependency>;

    /// Whether the node is stopping: it accepts nothing new.
    fn draining(&self) -> bool;

    /// The metrics of the node in the Prometheus text format.
    async fn metrics(&self) -> String;

    /// Formats a deck can be exported as.
    fn export_formats(&self) -> &'static [ExportFormat] {
        &[
            ExportFormat::Pptx,
            ExportFormat::Pdf,
            ExportFormat::Png,
            ExportFormat::Svg,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_a_line_of_its_own() {
        let frame = SseFrame::new("x", Some("1-0"), "{\"a\":1}\nid: 9-9\r\revent: y");
        assert_eq!(
            frame.into_bytes(),
            "id: 1-0\nevent: x\ndata: {\"a\":1}\ndata: id: 9-9\ndata: \ndata: event: y\n\n"
        );
    }
}
