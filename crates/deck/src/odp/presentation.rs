//! Opens an OpenDocument package: what it is, whether it is locked, and the two documents that everything is read from.

use std::sync::Arc;

use crate::error::ReadError;
use crate::package::container::Package;
use crate::package::limits::PackageLimits;
use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element};

/// Media types that are presentations; templates of them too.
const PRESENTATION: &str = "application/vnd.oasis.opendocument.presentation";

/// A package whose presentation was found.
pub struct Parsed {
    pub(super) package: Package,
    pub(super) content: Document,
    pub(super) styles: Option<Document>,
    pub(super) meta: Option<Document>,
}

/// Opens a package and finds its presentation.
///
/// # Errors
///
/// `WrongType` for text, spreadsheets and drawings, `Encrypted`, and what the package itself says.
pub fn parse(limits: &PackageLimits, bytes: Arc<[u8]>) -> Result<Parsed, ReadError> {
    let package = Package::open(limits, bytes)?;
    let kind = match package.part("mimetype")? {
        Some(kind) => String::from_utf8_lossy(&kind).trim().to_owned(),
        None => String::new(),
    };
    check_kind(&kind)?;
    check_lock(&package)?;
    let Some(content) = package.xml("content.xml")? else {
        let detail = "the part `content.xml` is missing".to_owned();
        return Err(ReadError::Malformed { detail });
    };
    let styles = package.xml("styles.xml")?;
    // Properties of the document are worth no failure.
    let meta = package.xml("meta.xml").ok().flatten();
    let parsed = Parsed {
        package,
        content,
        styles,
        meta,
    };
    let Some(pages) = parsed.presentation().map(pages) else {
        return Err(other("it is an OpenDocument file without a presentation"));
    };
    if pages.len() > limits.slides {
        let limit = format!("the presentation has more than {} slides", limits.slides);
        return Err(ReadError::TooLarge { limit });
    }
    Ok(parsed)
}

/// The drawing pages of a presentation.
pub(super) fn pages(presentation: Element<'_>) -> Vec<Element<'_>> {
    let pages = presentation.children();
    pages.filter(|child| child.is(Ns::Draw, "page")).collect()
}

impl Parsed {
    /// The element that holds the pages.
    pub(super) fn presentation(&self) -> Option<Element<'_>> {
        let body = self.content.root().child(Ns::Office, "body")?;
        body.child(Ns::Office, "presentation")
    }
}

fn other(detail: &str) -> ReadError {
    ReadError::WrongType {
        detail: detail.to_owned(),
    }
}

fn check_kind(kind: &str) -> Result<(), ReadError> {
    let rest = kind.strip_prefix("application/vnd.oasis.opendocument.");
    match rest {
        None if kind.is_empty() => Ok(()),
        Some(_) if kind.starts_with(PRESENTATION) => Ok(()),
        Some(rest) if rest.starts_with("text") => Err(other("it is an OpenDocument text")),
        Some(rest) if rest.starts_with("spreadsheet") => {
            Err(other("it is an OpenDocument spreadsheet"))
        }
        Some(rest) if rest.starts_with("graphics") => {
            Err(other("it is an OpenDocument drawing; save it as .odp"))
        }
        Some(_) => Err(other("it is an OpenDocument file of another kind")),
        None => Err(other("its media type is not that of a presentation")),
    }
}

/// A package with a password says so beside its parts (ODF 1.3 part 2, 4.8).
fn check_lock(package: &Package) -> Result<(), ReadError> {
    let Ok(Some(manifest)) = package.xml("META-INF/manifest.xml") else {
        return Ok(());
    };
    let locked = manifest
        .root()
        .descendants(Ns::Manifest, "encryption-data")
        .into_iter()
        .next();
    if locked.is_some() || package.has("encrypted-package") {
        return Err(ReadError::Encrypted);
    }
    Ok(())
}
