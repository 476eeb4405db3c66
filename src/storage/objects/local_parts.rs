//! Uploads in parts into a folder of this machine: a file a part, put together when all are there.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tokio::fs;

use super::local::{LocalObjects, found, unavailable};
use super::parts::{PartStore, PartUpload, StoredPart};
use super::{ObjectKey, ObjectStore, ObjectWriter};
use crate::domain::hex::hex;
use crate::domain::time::Timestamp;
use crate::storage::error::StoreError;

impl LocalObjects {
    fn parts_folder(&self, key: &ObjectKey) -> PathBuf {
        // A key is too deep for a name; its hash is as good, and names no other.
        let name = Sha256::digest(key.as_str().as_bytes());
        self.folder().join("parts").join(hex(&name[..16]))
    }
}

#[async_trait]
impl PartStore for LocalObjects {
    async fn start(&self, key: &ObjectKey) -> Result<String, StoreError> {
        let folder = self.parts_folder(key);
        fs::create_dir_all(folder).await.map_err(unavailable)?;
        Ok("local".to_owned())
    }

    async fn link_to_part(
        &self,
        _: &PartUpload,
        _: (u32, u64),
        _: Duration,
    ) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    async fn begin_part<'a>(
        &'a self,
        upload: &PartUpload,
        number: u32,
    ) -> Result<Option<Box<dyn ObjectWriter + 'a>>, StoreError> {
        let folder = self.parts_folder(&upload.key);
        if found(fs::metadata(&folder).await)?.is_none() {
            return Ok(None);
        }
        let writer = self.start_file(folder.join(number.to_string())).await;
        Ok(Some(Box::new(writer.map_err(unavailable)?)))
    }

    async fn parts(&self, upload: &PartUpload) -> Result<Vec<StoredPart>, StoreError> {
        let folder = self.parts_folder(&upload.key);
        let Some(mut entries) = found(fs::read_dir(folder).await)? else {
            return Ok(Vec::new());
        };
        let mut parts = Vec::new();
        while let Some(entry) = entries.next_entry().await.map_err(unavailable)? {
            let number = entry.file_name().to_str().and_then(|it| it.parse().ok());
            let Some(number) = number else { continue };
            let bytes = entry.metadata().await.map_err(unavailable)?.len();
            parts.push(StoredPart {
                number,
                bytes,
                tag: None,
            });
        }
        parts.sort_unstable_by_key(|part| part.number);
        Ok(parts)
    }

    async fn finish(&self, upload: &PartUpload, parts: &[StoredPart]) -> Result<(), StoreError> {
        let folder = self.parts_folder(&upload.key);
        let bytes = parts.iter().map(|part| part.bytes).sum::<u64>();
        if self.size(&upload.key).await? == Some(bytes) {
            return self.abort(upload).await;
        }
        let files: Vec<PathBuf> = parts
            .iter()
            .map(|part| folder.join(part.number.to_string()))
            .collect();
        let path = self.path(&upload.key);
        let mut writer = self.start_file(path).await.map_err(unavailable)?;
        writer.file = concatenated(writer.file, files)
            .await
            .map_err(unavailable)?;
        Box::new(writer).finish().await?;
        self.abort(upload).await
    }

    async fn abort(&self, upload: &PartUpload) -> Result<(), StoreError> {
        found(fs::remove_dir_all(self.parts_folder(&upload.key)).await).map(drop)
    }

    async fn abort_older(&self, moment: Timestamp) -> Result<u64, StoreError> {
        let all = self.folder().join("parts");
        let removed = tokio::task::spawn_blocking(move || remove_older(&all, moment)).await;
        let removed = removed.map_err(|panicked| StoreError::unavailable("object", panicked))?;
        removed.map_err(unavailable)
    }
}

/// Copies files one after the other into another: by the kernel where it can, which may share blocks instead.
async fn concatenated(into: fs::File, files: Vec<PathBuf>) -> io::Result<fs::File> {
    let mut whole = into.into_std().await;
    let copied = tokio::task::spawn_blocking(move || {
        for file in files {
            io::copy(&mut std::fs::File::open(file)?, &mut whole)?;
        }
        whole.flush()?;
        Ok(whole)
    });
    let whole: io::Result<_> = copied.await.map_err(io::Error::other)?;
    Ok(fs::File::from_std(whole?))
}

fn remove_older(all: &Path, moment: Timestamp) -> io::Result<u64> {
    let entries = match std::fs::read_dir(all) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        // A folder changes with each part that comes, so this is when the last one did.
        if age(entry.metadata()?.modified()?) < moment {
            std::fs::remove_dir_all(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn age(changed: SystemTime) -> Timestamp {
    let since = changed.duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::default().plus(since.unwrap_or_default())
}
