//! Objects in a bucket: each call timed out, what can be repeated repeated, large objects sent in parts.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use backon::{ExponentialBuilder, Retryable};
use bytes::{Bytes, BytesMut};

use super::client::client;
use super::fault::{Fault, Kind};
use super::settings::S3Settings;
use super::writer::S3Writer;
use crate::storage::error::StoreError;
use crate::storage::objects::tries::{TryListener, TryOutcome};
use crate::storage::objects::{Download, ObjectKey, ObjectStore, ObjectWriter};

/// What is sent in one request; more goes in parts of this size. Large enough that 10,000 parts hold 80 GB, small enough
/// to be sent within one timeout.
pub(super) const PART: usize = 8 * 1_024 * 1_024;
/// The delay before the first repetition; it doubles, with jitter.
const FIRST_DELAY: Duration = Duration::from_millis(50);
/// The longest delay between two tries.
const LONGEST_DELAY: Duration = Duration::from_secs(2);

/// Objects in a bucket.
#[derive(Clone)]
pub struct S3Objects {
    pub(super) client: Client,
    pub(super) bucket: String,
    stall: Duration,
    retry: ExponentialBuilder,
    listener: Arc<dyn TryListener>,
}

impl std::fmt::Debug for S3Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Objects")
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

impl S3Objects {
    /// The objects in a bucket. Fails where the bucket is not there or may not be used; one that cannot be reached just
    /// now is taken, and may answer later.
    pub async fn open(
        settings: &S3Settings,
        listener: Arc<dyn TryListener>,
    ) -> Result<Self, StoreError> {
        let store = Self {
            client: Box::pin(client(settings)).await,
            bucket: settings.bucket.clone(),
            stall: settings.timeout,
            retry: ExponentialBuilder::default()
                .with_min_delay(FIRST_DELAY)
                .with_max_delay(LONGEST_DELAY)
                .with_max_times(settings.retries)
                .with_jitter(),
            listener,
        };
        match store.check_bucket().await {
            Ok(()) => Ok(store),
            Err(fault) if fault.may_pass() => {
                tracing::warn!(error = %fault, bucket = store.bucket, "the object store does not answer yet");
                Ok(store)
            }
            Err(fault) => Err(fault.into()),
        }
    }

    async fn check_bucket(&self) -> Result<(), Fault> {
        self.once("bucket", || async {
            let asked = self.client.head_bucket().bucket(&self.bucket);
            asked.send().await?;
            Ok(())
        })
        .await
    }

    /// Does something that can be repeated without harm, until it works or there is no point.
    pub(super) async fn repeat<T, F>(
        &self,
        op: &'static str,
        call: impl Fn() -> F + Send + Sync,
    ) -> Result<T, Fault>
    where
        T: Send,
        F: Future<Output = Result<T, Fault>> + Send,
    {
        (|| self.once(op, &call))
            .retry(self.retry)
            .when(Fault::may_pass)
            .await
    }

    /// Does something once, and counts how it went.
    pub(super) async fn once<T, F>(
        &self,
        op: &'static str,
        call: impl Fn() -> F + Send,
    ) -> Result<T, Fault>
    where
        T: Send,
        F: Future<Output = Result<T, Fault>> + Send,
    {
        let done = Box::pin(call()).await;
        let outcome = done
            .as_ref()
            .map_or_else(Fault::outcome, |_| TryOutcome::Ok);
        self.listener.tried(op, outcome);
        done
    }

    /// Stores an object that fits one request.
    pub(super) async fn put_whole(&self, key: &ObjectKey, bytes: &Bytes) -> Result<(), Fault> {
        self.repeat("put", || async {
            let put = self.client.put_object().bucket(&self.bucket);
            let put = put.key(key.as_str()).body(ByteStream::from(bytes.clone()));
            put.send().await?;
            Ok(())
        })
        .await
    }

    fn getting(&self, key: &ObjectKey) -> GetObjectFluentBuilder {
        let get = self.client.get_object();
        get.bucket(&self.bucket).key(key.as_str())
    }

    async fn fetch(&self, get: GetObjectFluentBuilder) -> Result<Bytes, Fault> {
        let mut answer = get.send().await?;
        let length = answer.content_length().unwrap_or(0);
        let mut whole = BytesMut::with_capacity(usize::try_from(length).unwrap_or(0).min(PART));
        loop {
            match tokio::time::timeout(self.stall, answer.body.next()).await {
                Err(_) => return Err(Fault::stalled()),
                Ok(None) => return Ok(whole.freeze()),
                Ok(Some(Err(error))) => return Err(Fault::broken(&error)),
                Ok(Some(Ok(chunk))) => whole.extend_from_slice(&chunk),
            }
        }
    }
}

/// `None` where there is nothing of that name.
pub(super) fn there<T>(answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.kind() == Kind::Missing => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[async_trait]
impl ObjectStore for S3Objects {
    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StoreError> {
        if bytes.len() <= PART {
            return Ok(self.put_whole(key, &bytes).await?);
        }
        let mut writer = self.begin(key).await?;
        writer.write(bytes).await?;
        writer.finish().await
    }

    async fn begin<'a>(
        &'a self,
        key: &ObjectKey,
    ) -> Result<Box<dyn ObjectWriter + 'a>, StoreError> {
        Ok(Box::new(S3Writer::new(self, key.clone())))
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        let got = self.repeat("get", || self.fetch(self.getting(key))).await;
        Ok(there(got)?)
    }

    async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        if range.is_empty() {
            return Ok(self.size(key).await?.map(|_| Bytes::new()));
        }
        let wanted = format!("bytes={}-{}", range.start, range.end - 1);
        let got = self
            .repeat("get_range", || {
                self.fetch(self.getting(key).range(wanted.clone()))
            })
            .await;
        match got {
            Err(fault) if fault.kind() == Kind::Outside => Ok(Some(Bytes::new())),
            got => Ok(there(got)?),
        }
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StoreError> {
        let head = self
            .repeat("size", || async {
                let head = self.client.head_object().bucket(&self.bucket);
                Ok(head.key(key.as_str()).send().await?)
            })
            .await;
        let length = there(head)?.map(|head| head.content_length().unwrap_or(0));
        Ok(length.map(|bytes| u64::try_from(bytes).unwrap_or(0)))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        let deleted = self
            .repeat("delete", || async {
                let delete = self.client.delete_object().bucket(&self.bucket);
                delete.key(key.as_str()).send().await?;
                Ok(())
            })
            .await;
        there(deleted)?;
        Ok(())
    }

    async fn link(
        &self,
        key: &ObjectKey,
        download: &Download,
        valid: Duration,
    ) -> Result<Option<String>, StoreError> {
        let signing = PresigningConfig::expires_in(valid);
        let signing = signing.map_err(|error| StoreError::unavailable("object", error))?;
        let get = self
            .getting(key)
            .response_content_type(&download.content_type)
            .response_content_disposition(&download.disposition)
            .response_cache_control("private, no-cache");
        let link = Box::pin(get.presigned(signing))
            .await
            .map_err(Fault::from)?;
        Ok(Some(link.uri().to_owned()))
    }
}
