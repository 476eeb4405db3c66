//! The zip around the parts: the same parts always give the same bytes.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::WriteError;

/// The part that tells the types of all others. It comes first (ECMA-376 part 2 allows any place; some readers do not).
pub const CONTENT_TYPES: &str = "[Content_Types].xml";

/// Endings of parts whose bytes are compressed already.
const COMPRESSED: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "mp4", "m4v", "m4a", "mp3", "mov", "wmv", "avi", "xlsx",
    "docx", "pptx", "zip", "fntdata",
];

/// One part of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name as it stands in the zip, without a leading slash.
    pub name: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// All parts of a package, content types and relationships among them, in the order they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The parts.
    pub parts: Vec<Part>,
}

impl Parts {
    /// A part's bytes.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.parts
            .iter()
            .find(|part| part.name == name)
            .map(|part| &*part.bytes)
    }

    /// How many bytes all parts have before they are packed.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.len()).sum()
    }
}

/// Packs the parts. Times are fixed and what is compressed already is stored.
pub fn package(parts: &Parts) -> Result<Vec<u8>, WriteError> {
    let room = parts.bytes() / 2;
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(room)));
    let (first, rest): (Vec<&Part>, Vec<&Part>) = parts
        .parts
        .iter()
        .partition(|part| part.name == CONTENT_TYPES);
    for part in first.into_iter().chain(rest) {
        let options = SimpleFileOptions::default()
            .compression_method(method(&part.name))
            .last_modified_time(DateTime::default());
        zip.start_file(part.name.as_str(), options)
            .map_err(|error| failed(&error))?;
        zip.write_all(&part.bytes).map_err(|error| failed(&error))?;
    }
    let cursor = zip.finish().map_err(|error| failed(&error))?;
    Ok(cursor.into_inner())
}

fn method(name: &str) -> CompressionMethod {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let stored = COMPRESSED
        .iter()
        .any(|known| known.eq_ignore_ascii_case(ending));
    if stored {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    }
}

fn failed(error: &dyn std::fmt::Display) -> WriteError {
    WriteError::Invalid {
        detail: format!("the package cannot be packed: {error}"),
    }
}
