//! Objects in a folder of this machine.

use std::io::{self, ErrorKind, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::{ObjectKey, ObjectStore, ObjectWriter};
use crate::storage::error::StoreError;

/// Objects in a folder. Each lies under two characters of the hash of its key, so that no folder grows without bound
/// from above.
#[derive(Debug)]
pub struct LocalObjects {
    folder: PathBuf,
    written: AtomicU64,
}

impl LocalObjects {
    /// Objects in that folder, which is made if it is not there. Whatever a crash left half written is removed.
    pub async fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        let unfinished = folder.join("unfinished");
        match fs::remove_dir_all(&unfinished).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(unavailable(error)),
            Ok(()) | Err(_) => {}
        }
        fs::create_dir_all(&unfinished).await.map_err(unavailable)?;
        Ok(Self {
            folder,
            written: AtomicU64::new(0),
        })
    }

    pub(super) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    pub(super) fn path(&self, key: &ObjectKey) -> PathBuf {
        let first = Sha256::digest(key.as_str().as_bytes())[0];
        self.folder
            .join("objects")
            .join(format!("{first:02x}"))
            .join(key.as_str())
    }

    pub(super) async fn start_file(&self, path: PathBuf) -> io::Result<LocalWriter> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.folder.join("unfinished").join(number.to_string());
        Ok(LocalWriter {
            file: fs::File::create(&unfinished).await?,
            unfinished: Unfinished(unfinished),
            path,
        })
    }
}

/// A file beside, that becomes the object by being renamed: whoever looks sees the whole object or none.
pub(super) struct LocalWriter {
    pub(super) file: fs::File,
    unfinished: Unfinished,
    path: PathBuf,
}

/// What is left over of a write that was given up. Once renamed, there is nothing to remove.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // If it cannot be removed, it goes at the next start.
        let _left_over = std::fs::remove_file(&self.0);
    }
}

impl LocalWriter {
    /// The folder is synced as well, or the name might not survive a power failure.
    async fn rename(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let Some(parent) = self.path.parent() else {
            return Err(ErrorKind::InvalidInput.into());
        };
        fs::create_dir_all(parent).await?;
        fs::rename(&self.unfinished.0, &self.path).await?;
        fs::File::open(parent).await?.sync_all().await
    }
}

#[async_trait]
impl ObjectWriter for LocalWriter {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.file.write_all(&bytes).await.map_err(unavailable)
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        self.rename().await.map_err(unavailable)
    }
}

#[async_trait]
impl ObjectStore for LocalObjects {
    async fn put(&self, key: &ObjectKey, bytes: Bytes) -> Result<(), StoreError> {
        let mut writer = self.start_file(self.path(key)).await.map_err(unavailable)?;
        writer.write(bytes).await?;
        writer.rename().await.map_err(unavailable)
    }

    async fn begin<'a>(
        &'a self,
        key: &ObjectKey,
    ) -> Result<Box<dyn ObjectWriter + 'a>, StoreError> {
        let writer = self.start_file(self.path(key)).await.map_err(unavailable)?;
        Ok(Box::new(writer))
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        Ok(found(fs::read(self.path(key)).await)?.map(Bytes::from))
    }

    async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, StoreError> {
        let Some(mut file) = found(fs::File::open(self.path(key)).await)? else {
            return Ok(None);
        };
        file.seek(SeekFrom::Start(range.start))
            .await
            .map_err(unavailable)?;
        let mut bytes = Vec::new();
        let mut part = file.take(range.end.saturating_sub(range.start));
        part.read_to_end(&mut bytes).await.map_err(unavailable)?;
        Ok(Some(Bytes::from(bytes)))
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StoreError> {
        let metadata = found(fs::metadata(self.path(key)).await)?;
        Ok(metadata
            .filter(std::fs::Metadata::is_file)
            .map(|file| file.len()))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        found(fs::remove_file(self.path(key)).await).map(|_| ())
    }
}

pub(super) fn found<T>(result: io::Result<T>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

pub(super) fn unavailable(error: io::Error) -> StoreError {
    StoreError::unavailable("object", error)
}
