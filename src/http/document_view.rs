//! A document as clients see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::domain::job::SourceFormat;
use crate::domain::time::Timestamp;

/// A document without its deck.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentView {
    /// Its id.
    #[schema(value_type = String, format = Uuid, example = "0195f3c0-7b1e-7a52-9c3f-2f1d8e6b4a10")]
    id: DocumentId,
    /// Its title: the file's name until the deck says better.
    #[schema(example = "Quarterly review")]
    title: String,
    /// What was uploaded.
    source: SourceView,
    /// The newest version of its deck; 0 before the first conversion.
    version: u64,
    /// How many slides that version has.
    slides: u32,
    /// When it was uploaded.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its deck last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Where to go from here.
    links: DocumentLinks,
}

/// An uploaded file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceFile)]
pub struct SourceView {
    /// Its name, without folders.
    #[schema(example = "review.pptx")]
    name: String,
    /// What it seems to be.
    #[schema(schema_with = super::openapi::source_formats)]
    format: SourceFormat,
    /// How many bytes it has.
    bytes: u64,
    /// The SHA-256 of its bytes.
    sha256: String,
}

/// Where to go from a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentLinks {
    /// Its deck.
    deck: String,
    /// Where to ask for exports.
    exports: String,
    /// Its jobs.
    jobs: String,
    /// Its events.
    events: String,
}

impl From<Document> for DocumentView {
    fn from(document: Document) -> Self {
        let id = document.id;
        Self {
            id,
            title: document.title,
            source: SourceView {
                name: document.source.name,
                format: document.source.format,
                bytes: document.source.bytes,
                sha256: document.source.sha256,
            },
            version: document.version,
            slides: document.slides,
            created_at: document.created_at,
            updated_at: document.updated_at,
            links: DocumentLinks {
                deck: format!("/v1/documents/{id}"),
                exports: format!("/v1/documents/{id}/exports"),
                jobs: format!("/v1/jobs?document={id}"),
                events: format!("/v1/events?document={id}"),
            },
        }
    }
}
