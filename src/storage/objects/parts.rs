//! Uploads in parts: the port by which a client sends a large file, straight into the store where it can.

use std::time::Duration;

use async_trait::async_trait;

use super::{ObjectKey, ObjectWriter};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;

/// An upload in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartUpload {
    /// What it will be.
    pub key: ObjectKey,
    /// The store's own name of it.
    pub id: String,
}

/// A part that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPart {
    /// Its place, from 1.
    pub number: u32,
    /// How many bytes it has.
    pub bytes: u64,
    /// The store's name of its content, where it gives one.
    pub tag: Option<String>,
}

/// Uploads in parts. Nothing of one is to be seen as an object until it is finished.
#[async_trait]
pub trait PartStore: Send + Sync {
    /// Starts one; answers the store's name of it.
    async fn start(&self, key: &ObjectKey) -> Result<String, StoreError>;

    /// Where a part of exactly that many bytes can be `PUT`, for as long as `valid`. `None`: parts come through us.
    async fn link_to_part(
        &self,
        upload: &PartUpload,
        part: (u32, u64),
        valid: Duration,
    ) -> Result<Option<String>, StoreError>;

    /// Takes a part; one that was there is replaced. `None`: there is no such upload, or its parts do not come through us.
    async fn begin_part<'a>(
        &'a self,
        upload: &PartUpload,
        number: u32,
    ) -> Result<Option<Box<dyn ObjectWriter + 'a>>, StoreError>;

    /// The parts that are there, in order.
    async fn parts(&self, upload: &PartUpload) -> Result<Vec<StoredPart>, StoreError>;

    /// Makes an object of these parts. When it was finished already, nothing happens.
    async fn finish(&self, upload: &PartUpload, parts: &[StoredPart]) -> Result<(), StoreError>;

    /// Throws an upload and its parts away; one that is not there is no error.
    async fn abort(&self, upload: &PartUpload) -> Result<(), StoreError>;

    /// Throws away what was started before `moment` and never finished; answers how many.
    async fn abort_older(&self, moment: Timestamp) -> Result<u64, StoreError>;
}
