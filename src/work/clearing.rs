//! Clearing: uploads that nobody finished are thrown away with all that arrived of them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::time::Timestamp;
use crate::domain::upload::{Upload, UploadState};
use crate::storage::error::StoreError;
use crate::storage::jobs::JobStore;
use crate::storage::objects::parts::{PartStore, PartUpload};
use crate::storage::objects::{ObjectKey, ObjectStore};
use crate::storage::uploads::UploadStore;
use crate::work::chore::Chore;

/// Uploads that are seen to in one go.
const AT_ONCE: u32 = 100;
/// How long after the last moment an upload may be open its parts are thrown away, whoever started them: a clock that
/// is wrong must not cost anybody an upload.
const GRACE: Duration = Duration::from_secs(86_400);

/// Throws away what nobody finished.
pub struct Clearing {
    /// What was announced.
    pub uploads: Arc<dyn UploadStore>,
    /// What arrived of it.
    pub parts: Arc<dyn PartStore>,
    /// What was finished.
    pub objects: Arc<dyn ObjectStore>,
    /// What became of it.
    pub jobs: Arc<dyn JobStore>,
    /// How long an upload may be open.
    pub expiry: Duration,
}

impl Clearing {
    /// Throws away uploads that expired; answers how many. Two nodes that do so at once do no harm.
    pub async fn expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        let overdue = self.uploads.overdue(now, AT_ONCE).await?;
        let count = overdue.len();
        for upload in overdue {
            self.discard(&upload).await?;
        }
        Ok(count)
    }

    /// Throws away parts that no upload of ours knows of: a node that died between two steps leaves such.
    pub async fn strays(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.parts
            .abort_older(now.minus(self.expiry).minus(GRACE))
            .await
    }

    async fn discard(&self, upload: &Upload) -> Result<(), StoreError> {
        match upload.state {
            UploadState::Open | UploadState::Complete => {
                let state = UploadState::Discarded;
                let ours = self.uploads.advance(upload.id, upload.state, state);
                if !ours.await? {
                    return Ok(());
                }
            }
            // It belongs to its document, unless that was never made.
            UploadState::Taken if self.jobs.job(None, upload.job).await?.is_some() => {
                return self.uploads.forget(upload.id).await;
            }
            UploadState::Taken | UploadState::Discarded => {}
        }
        let place = PartUpload {
            key: ObjectKey::source(&upload.tenant, upload.document),
            id: upload.store_id.clone(),
        };
        self.parts.abort(&place).await?;
        self.objects.delete(&place.key).await?;
        self.uploads.forget(upload.id).await
    }
}

/// Throws away uploads that expired.
pub struct ExpiredUploads(pub Arc<Clearing>);

#[async_trait]
impl Chore for ExpiredUploads {
    fn name(&self) -> &'static str {
        "expired uploads"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.0.expired(now).await
    }
}

/// Throws away parts that belong to no upload. Seldom: the whole store has to be asked.
pub struct StrayParts(pub Arc<Clearing>);

#[async_trait]
impl Chore for StrayParts {
    fn name(&self) -> &'static str {
        "stray parts"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&self, now: Timestamp) -> Result<usize, StoreError> {
        let aborted = self.0.strays(now).await?;
        Ok(usize::try_from(aborted).unwrap_or(usize::MAX))
    }
}
