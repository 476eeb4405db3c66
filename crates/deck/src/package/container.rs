//! The zip: its parts, read when asked for and counted as they are read.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::super::error::ReadError;
use super::limits::{PackageLimits, too_large};
use super::names::{is_safe, relationships_of};
use super::recognise::explain;
use super::relationships::Relationships;
use super::unpack::{Packed, Unpackers};
use super::xml::Document;

/// A package whose directory was read and whose parts are unpacked when asked for.
pub struct Package {
    limits: PackageLimits,
    bytes: Arc<[u8]>,
    /// Names in lower case, with the name as written and the entry's number.
    directory: BTreeMap<String, (String, usize)>,
    archive: ZipArchive<Cursor<Arc<[u8]>>>,
    unpackers: Unpackers,
    /// Bytes unpacked so far.
    unpacked: AtomicU64,
    /// XML that was parsed ahead of being asked for, by name in lower case.
    ready: Mutex<BTreeMap<String, Result<Document, ReadError>>>,
}

impl Package {
    /// Opens a package: reads the directory and nothing else.
    pub fn open(limits: &PackageLimits, bytes: Arc<[u8]>) -> Result<Self, ReadError> {
        let Ok(archive) = ZipArchive::new(Cursor::new(Arc::clone(&bytes))) else {
            return Err(explain(&bytes));
        };
        if archive.len() > limits.entries {
            return Err(too_large("the zip", limits.entries as u64, "entries"));
        }
        if archive.has_duplicate_names() {
            return Err(ReadError::Unsafe {
                detail: "the zip holds one name twice".to_owned(),
            });
        }
        let mut directory = BTreeMap::new();
        for (index, name) in archive.file_names().enumerate() {
            let name = name.map_err(|error| malformed(&error))?.into_owned();
            if !is_safe(&name) {
                let detail = format!("the zip holds the name `{}`", name.escape_debug());
                return Err(ReadError::Unsafe { detail });
            }
            let folded = name.to_lowercase();
            if directory.insert(folded, (name, index)).is_some() {
                let detail = "the zip holds two names that differ only in case".to_owned();
                return Err(ReadError::Unsafe { detail });
            }
        }
        Ok(Self {
            limits: limits.clone(),
            bytes,
            directory,
            archive,
            unpackers: Unpackers::default(),
            unpacked: AtomicU64::new(0),
            ready: Mutex::default(),
        })
    }

    /// The file itself.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The limits it was opened with.
    pub fn limits(&self) -> &PackageLimits {
        &self.limits
    }

    /// The names of all parts as written, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.directory.values().map(|(name, _)| name.as_str())
    }

    /// Whether there is such a part. Case does not matter (ECMA-376 part 2, 6.2.2.3).
    pub fn has(&self, part: &str) -> bool {
        self.directory.contains_key(&part.to_lowercase())
    }

    /// A part's bytes. `None` where there is no such part.
    pub fn part(&self, part: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some((name, index)) = self.directory.get(&part.to_lowercase()) else {
            return Ok(None);
        };
        let own = if is_xml(name) {
            self.limits.xml_bytes
        } else {
            self.limits.media_bytes
        };
        let left = self.limits.total_bytes;
        let cap = own.min(left.saturating_sub(self.unpacked.load(Ordering::Relaxed)));
        let bytes = self.unpacked(name, *index, cap)?;
        let read = bytes.len() as u64;
        self.unpacked.fetch_add(read, Ordering::Relaxed);
        if read > cap {
            return Err(too_large(
                &format!("`{name}` in the presentation"),
                cap,
                "bytes unpacked",
            ));
        }
        Ok(Some(bytes))
    }

    /// The bytes of an entry; one more than `cap` where there are more.
    fn unpacked(&self, name: &str, index: usize, cap: u64) -> Result<Vec<u8>, ReadError> {
        // A copy of the archive shares its bytes and its directory: parts can be unpacked side by side.
        let mut archive = self.archive.clone();
        let entry = archive.by_index_raw(index);
        let entry = entry.map_err(|error| unreadable(name, &error))?;
        let deflated = entry.compression() == CompressionMethod::Deflated;
        let plain = deflated || entry.compression() == CompressionMethod::Stored;
        if let (true, false, Some(from)) = (plain, entry.encrypted(), entry.data_start()) {
            let packed = Packed {
                bytes: self.stretch(from, entry.compressed_size()),
                deflated,
                claimed: entry.size(),
                crc: entry.crc32(),
            };
            let unpacked = self.unpackers.unpack(&packed, cap);
            return unpacked.map_err(|fault| malformed(&format!("`{name}`: {fault}")));
        }
        drop(entry);
        // Encrypted, or packed in a way that is not understood: the library says which.
        let entry = archive.by_index(index);
        let entry = entry.map_err(|error| unreadable(name, &error))?;
        let mut bytes = Vec::new();
        entry
            .take(cap + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| malformed(&format!("`{name}`: {error}")))?;
        Ok(bytes)
    }

    /// A stretch of the file, as far as there is one.
    fn stretch(&self, from: u64, length: u64) -> &[u8] {
        let place = |at: u64| usize::try_from(at).map_or(usize::MAX, |at| at.min(self.bytes.len()));
        let (from, to) = (place(from), place(from.saturating_add(length)));
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// A part's XML. `None` where there is no such part.
    pub fn xml(&self, part: &str) -> Result<Option<Document>, ReadError> {
        let ready = self.ready().remove(&part.to_lowercase());
        if let Some(ready) = ready {
            return ready.map(Some);
        }
        let Some(bytes) = self.part(part)? else {
            return Ok(None);
        };
        Document::of(part, bytes, self.limits.xml_depth).map(Some)
    }

    /// Parses a part that will be asked for, in another thread than the one that asks. Gives its relationships.
    pub fn make_ready(&self, part: &str) -> Relationships {
        let beside = relationships_of(part);
        let mut known = Relationships::default();
        for name in [&beside, part] {
            if let Some(document) = self.xml(name).transpose() {
                if let (true, Ok(document)) = (name == beside, &document) {
                    known = Relationships::read(part, document).unwrap_or_default();
                }
                self.ready().insert(name.to_lowercase(), document);
            }
        }
        known
    }

    fn ready(&self) -> MutexGuard<'_, BTreeMap<String, Result<Document, ReadError>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The relationships of a part; of the package for an empty name. None at all where the file has none.
    pub fn relationships(&self, part: &str) -> Result<Relationships, ReadError> {
        match self.xml(&relationships_of(part))? {
            Some(xml) => Relationships::read(part, &xml),
            None => Ok(Relationships::default()),
        }
    }
}

fn is_xml(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["xml", "rels", "vml"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

fn unreadable(name: &str, error: &ZipError) -> ReadError {
    let encrypted = matches!(error, ZipError::UnsupportedArchive(text) if text.contains("assword"));
    if encrypted {
        ReadError::Encrypted
    } else {
        malformed(&format!("`{name}`: {error}"))
    }
}

fn malformed(error: &dyn std::fmt::Display) -> ReadError {
    ReadError::Malformed {
        detail: error.to_string(),
    }
}
