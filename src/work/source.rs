//! Source files: whatever was uploaded, in two steps that are timed apart. The server and the command line share them.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::faults;
use crate::deck::markdown::read_markdown::read_markdown;
use crate::deck::odp::normalize::normalize as normalize_odp;
use crate::deck::odp::presentation::{Parsed as ParsedOdp, parse as parse_odp};
use crate::deck::package::limits::PackageLimits;
use crate::deck::pdf::read::document::{Parsed as ParsedPdf, parse as parse_pdf};
use crate::deck::pdf::read::normalize::normalize as normalize_pdf;
use crate::deck::pptx::read::normalize::normalize as normalize_pptx;
use crate::deck::pptx::read::presentation::{Parsed, parse as parse_pptx};
use crate::deck::read::Read;
use crate::deck::watch::Watch;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::hex::hex;
use crate::domain::job::SourceFormat;

/// What a deck is called that says nothing of itself.
const NAMELESS: &str = "Untitled";

/// A file whose form was understood.
pub enum Source {
    /// A package whose presentation was found.
    Pptx(Box<Parsed>),
    /// An OpenDocument package whose pages were found.
    Odp(Box<ParsedOdp>),
    /// A PDF whose pages were found.
    Pdf(Box<ParsedPdf>),
    /// Text.
    Markdown(String),
}

/// Refuses a file that is not the one that was announced.
pub fn check_hash(bytes: &[u8], sha256: &str) -> Result<(), Failure> {
    let found = hex(&Sha256::digest(bytes));
    if found == sha256 {
        return Ok(());
    }
    let message = format!(
        "the file was announced with the SHA-256 {sha256} and arrived with {found}; upload it again"
    );
    Err(Failure::new(FailureCode::DamagedFile, message))
}

/// Reads the form of a file; everything that is structurally wrong is found here.
pub fn parse(
    limits: &PackageLimits,
    format: SourceFormat,
    bytes: &Bytes,
) -> Result<Source, Failure> {
    match format {
        SourceFormat::Pptx => parse_pptx(limits, Arc::from(&bytes[..]))
            .map(|parsed| Source::Pptx(Box::new(parsed)))
            .map_err(|error| faults::read(&error)),
        SourceFormat::Odp => parse_odp(limits, Arc::from(&bytes[..]))
            .map(|parsed| Source::Odp(Box::new(parsed)))
            .map_err(|error| faults::read(&error)),
        SourceFormat::Pdf => parse_pdf(limits, Arc::from(&bytes[..]))
            .map(|parsed| Source::Pdf(Box::new(parsed)))
            .map_err(|error| faults::read(&error)),
        SourceFormat::Markdown => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Source::Markdown(text.to_owned())),
            Err(error) => {
                let at = error.valid_up_to();
                let message = format!("the Markdown is not UTF-8 text (byte {at})");
                Err(Failure::new(FailureCode::DamagedFile, message))
            }
        },
    }
}

/// Resolves everything into a deck. One that has no title of its own is called as its file.
pub fn normalize(source: &Source, file_name: &str, watch: &dyn Watch) -> Result<Read, Failure> {
    let read = match source {
        Source::Pptx(parsed) => normalize_pptx(parsed, watch),
        Source::Odp(parsed) => normalize_odp(parsed, watch),
        Source::Pdf(parsed) => normalize_pdf(parsed, watch),
        Source::Markdown(text) => read_markdown(text, watch),
    };
    let mut read = read.map_err(|error| faults::read(&error))?;
    let fallback = stem(file_name);
    if read.deck.title == NAMELESS && !fallback.is_empty() {
        fallback.clone_into(&mut read.deck.title);
    }
    Ok(read)
}

/// A file's name without folders and ending.
pub fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim()
}
