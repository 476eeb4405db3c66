//! An upload as clients see it: what is still to be sent, and where to.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::{DocumentId, UploadId};
use crate::domain::time::Timestamp;
use crate::domain::upload::{Upload, UploadState};

/// An upload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upload)]
pub struct UploadView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: UploadId,
    /// Where it stands: `open` while parts are awaited, `complete`, or `taken` when it became a document.
    #[schema(schema_with = super::openapi::upload_states)]
    state: UploadState,
    /// The file's name.
    name: String,
    /// How many bytes the file has.
    bytes: u64,
    /// Its SHA-256.
    sha256: String,
    /// How many bytes each part has but the last.
    part_bytes: u64,
    /// How many parts there are.
    part_count: u32,
    /// How many bytes have arrived.
    received_bytes: u64,
    /// The next parts that have not arrived, at most 100. Send each with `PUT`, in any order and side by side.
    parts: Vec<PartView>,
    /// Where the list goes on: `?after=` this.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<u32>,
    /// When it was started.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it is thrown away, unless it became a document.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The document it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    document: Option<DocumentId>,
}

/// A part that is to be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartView {
    /// Which one, from 1.
    pub number: u32,
    /// Where in the file it begins.
    pub offset: u64,
    /// How many bytes it has: exactly so many are taken.
    pub bytes: u64,
    /// Where to `PUT` its bytes, without a key. Good for a while; read the upload again for new ones.
    pub url: String,
}

/// How far an upload has come.
pub struct Progress {
    /// Bytes that arrived.
    pub received: u64,
    /// Parts that did not.
    pub missing: Vec<PartView>,
    /// The last of those, where there are more.
    pub next_after: Option<u32>,
}

impl UploadView {
    /// An upload that has come so far.
    pub fn of(upload: Upload, progress: Progress) -> Self {
        Self {
            part_count: upload.part_count(),
            id: upload.id,
            state: upload.state,
            name: upload.name,
            bytes: upload.bytes,
            sha256: upload.sha256,
            part_bytes: upload.part_bytes,
            received_bytes: progress.received,
            parts: progress.missing,
            next_after: progress.next_after,
            created_at: upload.created_at,
            expires_at: upload.expires_at,
            document: (upload.state == UploadState::Taken).then_some(upload.document),
        }
    }
}
