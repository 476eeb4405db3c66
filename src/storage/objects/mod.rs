//! Objects: uploads, assets and artifacts, by key.

pub mod around;
#[cfg(test)]
pub mod conformance;
pub mod local;
mod local_parts;
pub mod parts;
pub mod s3;
pub mod signing;
pub mod tries;

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::error::StoreError;
use crate::domain::ids::DocumentId;
use crate::domain::job::Lease;
use crate::domain::tenant::TenantId;

/// Where an object is. Made by these functions only, so that no path is written at a call site.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The file a document was uploaded as.
    pub fn source(tenant: &TenantId, document: DocumentId) -> Self {
        Self(format!("{tenant}/documents/{document}/source"))
    }

    /// An asset, shared by all decks of a tenant that refer to it.
    pub fn asset(tenant: &TenantId, sha256: &str) -> Self {
        Self(format!("{tenant}/assets/{sha256}"))
    }

    /// What an attempt at a job made; a stale attempt's is never referred to.
    pub fn artifact(tenant: &TenantId, lease: Lease, extension: &str) -> Self {
        Self(format!(
            "{tenant}/artifacts/{}/{}.{extension}",
            lease.job, lease.epoch
        ))
    }

    /// A key as it was stored or signed. `None` unless every part is of `a-z A-Z 0-9 . _ -` and none is `.` or `..`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        (text.len() <= 512 && text.split('/').all(fits)).then(|| Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An object that is being stored. Dropped before it is finished, it was never there.
#[async_trait]
pub trait ObjectWriter: Send {
    /// The next piece.
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError>;

    /// That was all: now it is there, whole.
    async fn finish(self: Box<Self>) -> Result<(), StoreError>;
}

/// An object gathered in memory until it is whole.
struct Gathered<'a, S: ?Sized> {
    store: &'a S,
    key: ObjectKey,
    bytes: BytesMut,
}

#[async_trait]
impl<S: ObjectStore + ?Sized> ObjectWriter for Gathered<'_, S> {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        self.store.put(&self.key, self.bytes.freeze()).await
    }
}

/// Objects by key.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Stores an object whole; nobody ever sees half of it.
    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StoreError>;

    /// Starts to store an object that comes in pieces. A store that cannot do better gathers it in memory.
    async fn begin<'a>(
        &'a self,
        key: &ObjectKey,
    ) -> Result<Box<dyn ObjectWriter + 'a>, StoreError> {
        Ok(Box::new(Gathered {
            store: self,
            key: key.clone(),
            bytes: BytesMut::new(),
        }))
    }

    /// An object's bytes.
    async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError>;

    /// Some of an object's bytes: of the range, whatever lies within the object.
    async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        let whole = self.get(key).await?;
        Ok(whole.map(|bytes| {
            let end = cut(range.end, bytes.len());
            bytes.slice(cut(range.start, end)..end)
        }))
    }

    /// Whether there is such an object, and how many bytes it has.
    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StoreError>;

    /// Deletes an object; one that is not there is no error.
    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError>;

    /// Where an object can be read straight from the store, for as long as `valid`. `None`: it is read through us.
    async fn link(
        &self,
        _key: &ObjectKey,
        _download: &Download,
        _valid: Duration,
    ) -> Result<Option<String>, StoreError> {
        Ok(None)
    }
}

/// As what an object is read by whoever follows a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// `Content-Type`.
    pub content_type: String,
    /// `Content-Disposition`.
    pub disposition: String,
}

fn cut(place: u64, end: usize) -> usize {
    usize::try_from(place).map_or(end, |place| place.min(end))
}
