//! Which work belongs to which kind of job, and what an upload seems to be.

use std::sync::Arc;

use super::attempt::Work;
use crate::domain::job::{JobKind, SourceFormat};

/// The work of every kind of job that this node does.
#[derive(Clone)]
pub struct JobWork {
    /// Convert jobs.
    pub convert: Arc<dyn Work>,
    /// Export jobs.
    pub export: Arc<dyn Work>,
    /// AI jobs.
    pub ai: Arc<dyn Work>,
}

impl JobWork {
    /// The work of a kind.
    pub fn of(&self, kind: JobKind) -> Arc<dyn Work> {
        Arc::clone(match kind {
            JobKind::Convert => &self.convert,
            JobKind::Export => &self.export,
            JobKind::Ai => &self.ai,
        })
    }
}

/// What an upload seems to be, by its name and first bytes. Anything that could be a presentation is taken: the convert
/// job says precisely what is wrong with it.
pub fn recognise(file_name: &str, head: &[u8]) -> Result<SourceFormat, String> {
    let ending = file_name
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending)
        .to_ascii_lowercase();
    let zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
    let compound = head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    match ending.as_str() {
        _ if zip && is_open_document(head) => Ok(SourceFormat::Odp),
        "odp" | "otp" if zip => Ok(SourceFormat::Odp),
        _ if zip || compound => Ok(SourceFormat::Pptx),
        "pptx" | "pptm" | "ppsx" | "ppsm" | "potx" | "potm" => Ok(SourceFormat::Pptx),
        _ if is_pdf(head) => Ok(SourceFormat::Pdf),
        "md" | "markdown" if !head.contains(&0) => Ok(SourceFormat::Markdown),
        _ => Err(format!(
            "`{file_name}` is nothing that can be converted; send a PowerPoint file (.pptx, .pptm, .ppsx, .potx), an OpenDocument presentation (.odp), a PDF or Markdown (.md)"
        )),
    }
}

/// An OpenDocument package says what it is in its first bytes (ODF 1.3 part 2, 3.3).
fn is_open_document(head: &[u8]) -> bool {
    const MARK: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument";
    let head = &head[..head.len().min(128)];
    head.windows(MARK.len()).any(|window| window == MARK)
}

/// A PDF says so in its first kilobyte, though something may stand before (ISO 32000-2, 7.5.2).
fn is_pdf(head: &[u8]) -> bool {
    let head = &head[..head.len().min(1024)];
    head.windows(5).any(|window| window == b"%PDF-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes_before_their_names() {
        assert_eq!(recognise("deck", b"PK\x03\x04rest"), Ok(SourceFormat::Pptx));
        let mut odp = b"PK\x03\x04".to_vec();
        odp.resize(30, 0);
        odp.extend(b"mimetypeapplication/vnd.oasis.opendocument.presentation");
        assert_eq!(recognise("deck.pptx", &odp), Ok(SourceFormat::Odp));
        assert_eq!(recognise("deck.odp", b"PK\x03\x04x"), Ok(SourceFormat::Odp));
        assert_eq!(recognise("talk.md", b"# Hello"), Ok(SourceFormat::Markdown));
        assert_eq!(recognise("paper.md", b"%PDF-1.7"), Ok(SourceFormat::Pdf));
        assert!(
            recognise("paper.pdf", b"no such thing")
                .unwrap_err()
                .contains("paper.pdf")
        );
    }
}
