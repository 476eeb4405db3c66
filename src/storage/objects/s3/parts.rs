//! Uploads in parts, by the multipart operations of S3.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, MultipartUpload, Part};
use bytes::Bytes;

use super::fault::{Fault, Kind};
use super::store::{S3Objects, there};
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;
use crate::storage::objects::parts::{PartStore, PartUpload, StoredPart};
use crate::storage::objects::{ObjectKey, ObjectStore, ObjectWriter};

impl S3Objects {
    /// Sends a part. Sent again it replaces itself, so it can be repeated.
    pub(super) async fn send_part(
        &self,
        upload: &PartUpload,
        number: u32,
        bytes: Bytes,
    ) -> Result<StoredPart, StoreError> {
        let sent = self
            .repeat("part", || async {
                let part = self.client.upload_part().bucket(&self.bucket);
                let part = part.key(upload.key.as_str()).upload_id(&upload.id);
                let part = part.part_number(signed(number));
                Ok(part.body(ByteStream::from(bytes.clone())).send().await?)
            })
            .await?;
        Ok(StoredPart {
            number,
            bytes: bytes.len() as u64,
            tag: sent.e_tag,
        })
    }

    async fn page_of_parts(
        &self,
        upload: &PartUpload,
        after: Option<String>,
    ) -> Result<(Vec<Part>, Option<String>), Fault> {
        self.repeat("parts", || async {
            let list = self.client.list_parts().bucket(&self.bucket);
            let list = list.key(upload.key.as_str()).upload_id(&upload.id);
            let page = list.set_part_number_marker(after.clone()).send().await?;
            let more = page.is_truncated() == Some(true);
            let next = page.next_part_number_marker.filter(|_| more);
            Ok((page.parts.unwrap_or_default(), next))
        })
        .await
    }

    async fn complete(&self, upload: &PartUpload, parts: &[StoredPart]) -> Result<(), Fault> {
        let parts = parts.iter().map(|part| {
            CompletedPart::builder()
                .part_number(signed(part.number))
                .set_e_tag(part.tag.clone())
                .build()
        });
        let whole = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.collect()))
            .build();
        self.repeat("finish", || async {
            let complete = self.client.complete_multipart_upload();
            let complete = complete.bucket(&self.bucket).key(upload.key.as_str());
            let complete = complete.upload_id(&upload.id);
            complete.multipart_upload(whole.clone()).send().await?;
            Ok(())
        })
        .await
    }

    async fn unfinished(&self) -> Result<Vec<MultipartUpload>, Fault> {
        let (mut found, mut key, mut id) = (Vec::new(), None, None);
        loop {
            let page = self
                .repeat("uploads", || async {
                    let list = self.client.list_multipart_uploads().bucket(&self.bucket);
                    let list = list.set_key_marker(key.clone());
                    Ok(list.set_upload_id_marker(id.clone()).send().await?)
                })
                .await?;
            found.extend(page.uploads.unwrap_or_default());
            if page.is_truncated != Some(true) {
                return Ok(found);
            }
            (key, id) = (page.next_key_marker, page.next_upload_id_marker);
        }
    }
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn stored(part: Part) -> Option<StoredPart> {
    Some(StoredPart {
        number: u32::try_from(part.part_number?).ok()?,
        bytes: u64::try_from(part.size?).ok()?,
        tag: part.e_tag,
    })
}

#[async_trait]
impl PartStore for S3Objects {
    async fn start(&self, key: &ObjectKey) -> Result<String, StoreError> {
        // Not repeated: an answer that was lost leaves an upload that nobody knows, for the stale ones to be found.
        let started = self
            .once("start", || async {
                let create = self.client.create_multipart_upload();
                Ok(create.bucket(&self.bucket).key(key.as_str()).send().await?)
            })
            .await?;
        started.upload_id.ok_or_else(|| StoreError::Corrupt {
            what: "object",
            detail: "an upload was started without a name".to_owned(),
        })
    }

    async fn link_to_part(
        &self,
        upload: &PartUpload,
        (number, bytes): (u32, u64),
        valid: Duration,
    ) -> Result<Option<String>, StoreError> {
        let signing = PresigningConfig::expires_in(valid);
        let signing = signing.map_err(|error| StoreError::unavailable("object", error))?;
        let part = self.client.upload_part().bucket(&self.bucket);
        let part = part.key(upload.key.as_str()).upload_id(&upload.id);
        let part = part.part_number(signed(number));
        // The length is signed as well: nobody can send more than was announced.
        let part = part.content_length(i64::try_from(bytes).unwrap_or(i64::MAX));
        let link = Box::pin(part.presigned(signing)).await;
        let link = link.map_err(Fault::from)?;
        Ok(Some(link.uri().to_owned()))
    }

    async fn begin_part<'a>(
        &'a self,
        _: &PartUpload,
        _: u32,
    ) -> Result<Option<Box<dyn ObjectWriter + 'a>>, StoreError> {
        Ok(None)
    }

    async fn parts(&self, upload: &PartUpload) -> Result<Vec<StoredPart>, StoreError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = there(self.page_of_parts(upload, after).await)?;
            let Some((parts, next)) = page else { break };
            found.extend(parts.into_iter().filter_map(stored));
            after = next;
            if after.is_none() {
                break;
            }
        }
        found.sort_unstable_by_key(|part| part.number);
        Ok(found)
    }

    async fn finish(&self, upload: &PartUpload, parts: &[StoredPart]) -> Result<(), StoreError> {
        let Err(fault) = self.complete(upload, parts).await else {
            return Ok(());
        };
        // It may have been finished by a try whose answer was lost.
        let bytes = parts.iter().map(|part| part.bytes).sum::<u64>();
        if self.size(&upload.key).await? == Some(bytes) {
            return Ok(());
        }
        Err(fault.into())
    }

    async fn abort(&self, upload: &PartUpload) -> Result<(), StoreError> {
        let aborted = self
            .repeat("abort", || async {
                let abort = self.client.abort_multipart_upload().bucket(&self.bucket);
                let abort = abort.key(upload.key.as_str()).upload_id(&upload.id);
                abort.send().await?;
                Ok(())
            })
            .await;
        match there(aborted) {
            // Some servers deny what they no longer know.
            Err(fault) if fault.kind() == Kind::Refused => match self.parts(upload).await {
                Ok(left) if left.is_empty() => Ok(()),
                Ok(_) | Err(_) => Err(fault.into()),
            },
            aborted => aborted.map(drop).map_err(StoreError::from),
        }
    }

    async fn abort_older(&self, moment: Timestamp) -> Result<u64, StoreError> {
        let unfinished = match self.unfinished().await {
            // Such an API clears up by itself, or not at all.
            Err(fault) if fault.kind() == Kind::NotImplemented => return Ok(0),
            unfinished => unfinished?,
        };
        let mut aborted = 0;
        for upload in unfinished {
            let since = upload.initiated.map_or(i64::MAX, |at| at.secs());
            let key = upload.key.as_deref().and_then(ObjectKey::parse);
            let (Some(key), Some(id)) = (key, upload.upload_id) else {
                continue;
            };
            if since.saturating_mul(1_000_000) < moment.0 {
                self.abort(&PartUpload { key, id }).await?;
                aborted += 1;
            }
        }
        Ok(aborted)
    }
}
