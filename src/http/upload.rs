//! Receiving an upload: streamed into the object store as it comes, counted, hashed and recognised on the way.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::problem::{Code, Fault, Problem};
use super::state::ApiState;
use super::{body, uploads};
use crate::domain::document::SourceFile;
use crate::domain::hex::hex;
use crate::domain::ids::{DocumentId, JobId, UploadId};
use crate::domain::job::SourceFormat;
use crate::domain::tenant::TenantId;
use crate::domain::upload::UploadState;
use crate::storage::objects::{ObjectKey, ObjectWriter};

/// How much of a file is looked at to recognise it.
const HEAD: usize = 4_096;
/// What the parts of a multipart body may take besides the file.
const ENVELOPE: usize = 64 * 1_024;
/// The longest name or title, in characters.
const LONGEST_NAME: usize = 200;

/// A file in the object store that no document names yet.
#[derive(Debug)]
pub struct Upload {
    /// The document it is for.
    pub document: DocumentId,
    /// Where it is.
    pub key: ObjectKey,
    /// What it is.
    pub source: SourceFile,
    /// The document's first title.
    pub title: String,
    /// Where it came in parts: the upload, and the job that was promised to convert it.
    pub parts: Option<(UploadId, JobId)>,
}

/// A file that was sent in parts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartsUpload {
    /// The upload, complete.
    #[schema(value_type = String, format = Uuid)]
    upload_id: UploadId,
}

/// As much of a JSON body as tells which kind it is.
#[derive(Deserialize)]
struct Kind {
    upload_id: Option<serde::de::IgnoredAny>,
}

/// A deck written as Markdown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkdownUpload {
    /// The document's title.
    #[schema(example = "Quarterly review", min_length = 1, max_length = 200)]
    title: String,
    /// `CommonMark`: headings start slides, `---` parts them.
    #[schema(
        example = "# Results\n\n- Revenue up 12 %\n- Two new markets",
        min_length = 1
    )]
    markdown: String,
}

/// What can be sent as JSON.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum JsonUpload {
    /// A deck written as Markdown.
    #[schema(title = "Markdown")]
    Markdown(MarkdownUpload),
    /// A file that was sent in parts.
    #[schema(title = "Parts")]
    Parts(PartsUpload),
}

/// A presentation as `multipart/form-data`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct FileUpload {
    /// A `.pptx` or `.md` file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Receives the upload of a request, whichever form it has.
pub async fn receive(
    state: &ApiState,
    tenant: &TenantId,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Upload, Problem> {
    match body::media_type(request).as_str() {
        "multipart/form-data" => multipart(state, tenant, request, payload).await,
        "application/json" => markdown(state, tenant, request, payload).await,
        other => {
            let wanted = "multipart/form-data, application/json";
            Err(body::unsupported(wanted, other))
        }
    }
}

async fn markdown(
    state: &ApiState,
    tenant: &TenantId,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Upload, Problem> {
    let most = state.settings.json_bytes;
    let (kind, raw) = body::json::<Kind>(request, payload, most).await?;
    if kind.upload_id.is_some() {
        let PartsUpload { upload_id } = body::parse(&raw)?;
        return taken(state, tenant, upload_id).await;
    }
    let sent: MarkdownUpload = body::parse(&raw)?;
    let title = sent.title.trim();
    if title.is_empty() || title.chars().count() > LONGEST_NAME {
        let detail = format!("A title has 1 to {LONGEST_NAME} characters.");
        return Err(unfit("/title", detail));
    }
    if sent.markdown.trim().is_empty() {
        return Err(unfit("/markdown", "There is nothing to make slides of."));
    }
    let name = format!("{}.md", file_name(title));
    let mut receiver = Receiver::new(state, tenant, name);
    receiver.take(Bytes::from(sent.markdown)).await?;
    let mut upload = receiver.finish().await?;
    title.clone_into(&mut upload.title);
    Ok(upload)
}

/// An upload that came in parts, from now on a document's own. Taken again it is the same document.
async fn taken(state: &ApiState, tenant: &TenantId, id: UploadId) -> Result<Upload, Problem> {
    let upload = uploads::find(state, tenant, id).await?;
    let (complete, taken) = (UploadState::Complete, UploadState::Taken);
    let ours = match upload.state {
        UploadState::Complete => state.uploads.advance(id, complete, taken).await?,
        UploadState::Taken => true,
        UploadState::Open | UploadState::Discarded => false,
    };
    // Two that take it at once both may: document and job are the same.
    if !ours && uploads::find(state, tenant, id).await?.state != taken {
        let detail = "`POST /v1/uploads/{id}/complete` comes first.";
        return Err(Problem::new(Code::UploadIncomplete, detail));
    }
    Ok(Upload {
        document: upload.document,
        key: ObjectKey::source(tenant, upload.document),
        title: upload.name.clone(),
        source: SourceFile {
            name: upload.name,
            format: upload.format,
            bytes: upload.bytes,
            sha256: upload.sha256,
        },
        parts: Some((id, upload.job)),
    })
}

async fn multipart(
    state: &ApiState,
    tenant: &TenantId,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Upload, Problem> {
    body::refuse_declared(request, state.settings.upload_bytes + ENVELOPE)?;
    let mut parts = Multipart::new(request.headers(), payload);
    let mut upload = None;
    while let Some(part) = next_part(state, &mut parts).await {
        let received = match part {
            Ok(part) => one_part(state, tenant, part, upload.is_some()).await,
            Err(problem) => Err(problem),
        };
        match received {
            Ok(file) => upload = Some(file),
            Err(problem) => {
                if let Some(upload) = &upload {
                    discard(state, upload).await;
                }
                return Err(problem);
            }
        }
    }
    upload.ok_or_else(|| unfit("/file", "The part `file` is missing."))
}

async fn next_part(state: &ApiState, parts: &mut Multipart) -> Option<Result<Field, Problem>> {
    let stall = state.settings.body_stall;
    let part = body::in_time(stall, parts.next()).await.transpose()?;
    Some(part.and_then(|part| part.map_err(|error| unreadable(&error))))
}

async fn one_part(
    state: &ApiState,
    tenant: &TenantId,
    mut part: Field,
    second: bool,
) -> Result<Upload, Problem> {
    let name = part.name().unwrap_or("").to_owned();
    if name != "file" || second {
        let detail = "There is to be one part, and its name is `file`.";
        return Err(unfit(&format!("/{name}"), detail));
    }
    let given = part.content_disposition().and_then(|it| it.get_filename());
    let mut receiver = Receiver::new(state, tenant, file_name(given.unwrap_or("")));
    let stall = state.settings.body_stall;
    while let Some(chunk) = body::in_time(stall, part.next()).await? {
        receiver
            .take(chunk.map_err(|error| unreadable(&error))?)
            .await?;
    }
    receiver.finish().await
}

/// Removes an upload that no document will name. One that came in parts may be taken again.
pub async fn discard(state: &ApiState, upload: &Upload) {
    if upload.parts.is_some() {
        return;
    }
    if let Err(error) = state.objects.delete(&upload.key).await {
        tracing::warn!(error = %error, object.key = %upload.key, "an unused upload was not removed");
    }
}

/// A file on its way into the object store.
struct Receiver<'a> {
    state: &'a ApiState,
    document: DocumentId,
    key: ObjectKey,
    name: String,
    head: BytesMut,
    writing: Option<(SourceFormat, Box<dyn ObjectWriter + 'a>)>,
    hash: Sha256,
    bytes: usize,
}

impl<'a> Receiver<'a> {
    fn new(state: &'a ApiState, tenant: &TenantId, name: String) -> Self {
        let document = DocumentId(state.uuid());
        Self {
            state,
            document,
            key: ObjectKey::source(tenant, document),
            name,
            head: BytesMut::new(),
            writing: None,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    async fn take(&mut self, chunk: Bytes) -> Result<(), Problem> {
        let most = self.state.settings.upload_bytes;
        self.bytes += chunk.len();
        if self.bytes > most {
            return Err(body::too_large(most));
        }
        self.hash.update(&chunk);
        if let Some((_, writer)) = &mut self.writing {
            return Ok(writer.write(chunk).await?);
        }
        self.head.extend_from_slice(&chunk);
        if self.head.len() >= HEAD {
            self.recognise().await?;
        }
        Ok(())
    }

    /// Nothing is stored of what we cannot read anyway.
    async fn recognise(&mut self) -> Result<(), Problem> {
        let head = self.head.split().freeze();
        let format = self
            .state
            .platform
            .recognise(&self.name, &head)
            .map_err(|sentence| Problem::new(Code::WrongFileType, sentence))?;
        let mut writer = self.state.objects.begin(&self.key).await?;
        writer.write(head).await?;
        self.writing = Some((format, writer));
        Ok(())
    }

    async fn finish(mut self) -> Result<Upload, Problem> {
        if self.bytes == 0 {
            return Err(unfit("/file", "The file is empty."));
        }
        if self.writing.is_none() {
            self.recognise().await?;
        }
        let Some((format, writer)) = self.writing else {
            return Err(unfit("/file", "The file is empty."));
        };
        writer.finish().await?;
        Ok(Upload {
            document: self.document,
            key: self.key,
            parts: None,
            title: self.name.clone(),
            source: SourceFile {
                name: self.name,
                format,
                bytes: self.bytes as u64,
                sha256: hex(&self.hash.finalize()),
            },
        })
    }
}

/// A name as it may be shown and saved under: no folders, nothing that cannot be seen.
pub(super) fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or("");
    let seen = last.chars().filter(|c| !c.is_control());
    let name: String = seen.take(LONGEST_NAME).collect();
    let name = name.trim().trim_matches('.');
    if name.is_empty() { "upload" } else { name }.to_owned()
}

fn unfit(pointer: &str, detail: impl Into<String>) -> Problem {
    let fault = Fault::at(pointer, detail);
    Problem::new(Code::InvalidBody, fault.detail.clone()).with_errors(vec![fault])
}

fn unreadable(error: &MultipartError) -> Problem {
    Problem::new(Code::InvalidMultipart, format!("{error}"))
}
