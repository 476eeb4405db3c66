//! Opens a PDF: counts what it unpacks to, refuses locked files, finds its pages.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};

use crate::error::ReadError;
use crate::package::limits::{PackageLimits, too_large};
use crate::package::recognise::explain;

use super::guard;

/// The head of the file that holds `%PDF`, in bytes: what viewers put up with.
const HEAD: usize = 1024;

/// A file whose pages were found.
pub struct Parsed {
    pub(super) pdf: Pdf,
    pub(super) bytes: Arc<[u8]>,
    /// Bytes of the longest function that is a program.
    pub(super) program: u64,
}

/// Opens a file and finds its pages.
///
/// # Errors
///
/// `WrongType` for bytes that are no PDF, `Encrypted`, `TooLarge` and `Unsafe` for what unpacks without end or has too many
/// pages, `Malformed` where no page can be found.
pub fn parse(limits: &PackageLimits, bytes: Arc<[u8]>) -> Result<Parsed, ReadError> {
    let head = &bytes[..bytes.len().min(HEAD)];
    if !head.windows(4).any(|window| window == b"%PDF") {
        return Err(explain(&bytes));
    }
    let program = guard::check(limits, &bytes)?;
    let opened = guarded(|| Pdf::new(Arc::new(Arc::clone(&bytes))));
    let pdf = match opened {
        Some(Ok(pdf)) => pdf,
        Some(Err(LoadPdfError::Decryption(_))) => return Err(ReadError::Encrypted),
        Some(Err(LoadPdfError::Invalid)) | None => return Err(damaged("it cannot be opened")),
    };
    let Some(pages) = guarded(|| pdf.pages().len()).filter(|pages| *pages > 0) else {
        return Err(damaged("it has no pages"));
    };
    if pages > limits.slides {
        return Err(too_large("the PDF", limits.slides as u64, "pages"));
    }
    Ok(Parsed {
        pdf,
        bytes,
        program,
    })
}

/// Runs what may panic on bytes that nobody foresaw, and what stops itself by unwinding when its effort is spent; `None` then.
///
/// The interpreter knows no other way to be stopped from within, and one bad page is no bad file.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn damaged(what: &str) -> ReadError {
    ReadError::Malformed {
        detail: format!("the file is a PDF, but {what}"),
    }
}
