//! An object that is sent in parts while it comes; one that turns out to be small is sent whole.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};

use super::store::{PART, S3Objects};
use crate::storage::error::StoreError;
use crate::storage::objects::parts::{PartStore, PartUpload, StoredPart};
use crate::storage::objects::{ObjectKey, ObjectWriter};

/// An object on its way into a bucket.
pub(super) struct S3Writer<'a> {
    store: &'a S3Objects,
    key: ObjectKey,
    waiting: BytesMut,
    parts: Vec<StoredPart>,
    upload: Option<Started>,
}

/// An upload in parts; dropped before it is finished, its parts are thrown away.
struct Started {
    store: S3Objects,
    upload: PartUpload,
    finished: bool,
}

impl Drop for Started {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        // Parts that stay because nobody can be asked now go with the stale uploads.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (store, upload) = (self.store.clone(), self.upload.clone());
        runtime.spawn(async move {
            if let Err(error) = store.abort(&upload).await {
                tracing::warn!(error = %error, object.key = %upload.key, "parts of an object that was given up remain");
            }
        });
    }
}

impl<'a> S3Writer<'a> {
    pub(super) fn new(store: &'a S3Objects, key: ObjectKey) -> Self {
        Self {
            store,
            key,
            waiting: BytesMut::new(),
            parts: Vec::new(),
            upload: None,
        }
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        if self.upload.is_none() {
            let id = self.store.start(&self.key).await?;
            self.upload = Some(Started {
                store: self.store.clone(),
                upload: PartUpload {
                    key: self.key.clone(),
                    id,
                },
                finished: false,
            });
        }
        if let Some(started) = &self.upload {
            let number = u32::try_from(self.parts.len() + 1).unwrap_or(u32::MAX);
            let part = self.store.send_part(&started.upload, number, bytes).await?;
            self.parts.push(part);
        }
        Ok(())
    }
}

#[async_trait]
impl ObjectWriter for S3Writer<'_> {
    async fn write(&mut self, mut bytes: Bytes) -> Result<(), StoreError> {
        while self.waiting.len() + bytes.len() >= PART {
            let wanted = PART - self.waiting.len();
            let rest = bytes.split_to(wanted);
            let part = if self.waiting.is_empty() {
                rest
            } else {
                self.waiting.extend_from_slice(&rest);
                self.waiting.split().freeze()
            };
            self.send(part).await?;
        }
        self.waiting.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<(), StoreError> {
        let last = self.waiting.split().freeze();
        if self.upload.is_none() {
            return Ok(self.store.put_whole(&self.key, &last).await?);
        }
        if !last.is_empty() {
            self.send(last).await?;
        }
        if let Some(started) = &mut self.upload {
            let finished = self.store.finish(&started.upload, &self.parts).await;
            started.finished = finished.is_ok();
            finished?;
        }
        Ok(())
    }
}
