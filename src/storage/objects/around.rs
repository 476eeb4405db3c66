//! An object store with something around every call of it: its time taken, or faults of a plan.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::storage::around::Around;
use crate::storage::error::StoreError;
use crate::storage::objects::{Download, ObjectKey, ObjectStore, ObjectWriter};

/// An object store with something around its calls.
pub struct ObjectsAround<A> {
    inner: Arc<dyn ObjectStore>,
    around: A,
}

impl<A: Around> ObjectsAround<A> {
    /// Puts `around` around every call of `inner`.
    pub fn new(inner: Arc<dyn ObjectStore>, around: A) -> Self {
        Self { inner, around }
    }
}

#[async_trait]
impl<A: Around> ObjectStore for ObjectsAround<A> {
    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StoreError> {
        self.around.around("put", self.inner.put(key, bytes)).await
    }

    async fn begin<'a>(
        &'a self,
        key: &ObjectKey,
    ) -> Result<Box<dyn ObjectWriter + 'a>, StoreError> {
        let writer = self.around.around("begin", self.inner.begin(key)).await?;
        Ok(Box::new(WriterAround {
            store: self,
            writer,
        }))
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        self.around.around("get", self.inner.get(key)).await
    }

    async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        self.around
            .around("get_range", self.inner.get_range(key, range))
            .await
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StoreError> {
        self.around.around("size", self.inner.size(key)).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        self.around.around("delete", self.inner.delete(key)).await
    }

    async fn link(
        &self,
        key: &ObjectKey,
        download: &Download,
        valid: Duration,
    ) -> Result<Option<String>, StoreError> {
        self.inner.link(key, download, valid).await
    }
}

/// A write in pieces; its last step makes it durable.
struct WriterAround<'a, A> {
    store: &'a ObjectsAround<A>,
    writer: Box<dyn ObjectWriter + 'a>,
}

#[async_trait]
impl<A: Around> ObjectWriter for WriterAround<'_, A> {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.writer.write(bytes).await
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        self.store
            .around
            .around("finish", self.writer.finish())
            .await
    }
}
