//! An object store whose every operation is timed.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::metrics::Telemetry;
use crate::domain::time::Clock;
use crate::storage::error::StoreError;
use crate::storage::objects::{Download, ObjectKey, ObjectStore, ObjectWriter};

/// An object store whose every operation is timed.
pub struct MeteredObjects {
    inner: Arc<dyn ObjectStore>,
    backend: &'static str,
    clock: Arc<dyn Clock>,
    telemetry: Arc<Telemetry>,
}

impl MeteredObjects {
    /// Times what `inner` does, which is a store of the kind `backend`.
    pub fn new(
        inner: Arc<dyn ObjectStore>,
        backend: &'static str,
        clock: Arc<dyn Clock>,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        Self {
            inner,
            backend,
            clock,
            telemetry,
        }
    }

    async fn timed<T>(
        &self,
        op: &'static str,
        operation: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let started = self.clock.now();
        let outcome = operation.await;
        let took = self.clock.now().since(started);
        self.telemetry
            .storage_op(op, self.backend, outcome.is_ok(), took);
        outcome
    }
}

#[async_trait]
impl ObjectStore for MeteredObjects {
    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StoreError> {
        self.timed("put", self.inner.put(key, bytes)).await
    }

    async fn begin<'a>(
        &'a self,
        key: &ObjectKey,
    ) -> Result<Box<dyn ObjectWriter + 'a>, StoreError> {
        let writer = self.timed("begin", self.inner.begin(key)).await?;
        Ok(Box::new(MeteredWriter {
            store: self,
            writer,
        }))
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        self.timed("get", self.inner.get(key)).await
    }

    async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        self.timed("get_range", self.inner.get_range(key, range))
            .await
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StoreError> {
        self.timed("size", self.inner.size(key)).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        self.timed("delete", self.inner.delete(key)).await
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

/// A write in pieces; its last step, which makes it durable, is timed.
struct MeteredWriter<'a> {
    store: &'a MeteredObjects,
    writer: Box<dyn ObjectWriter + 'a>,
}

#[async_trait]
impl ObjectWriter for MeteredWriter<'_> {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.writer.write(bytes).await
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        self.store.timed("finish", self.writer.finish()).await
    }
}
