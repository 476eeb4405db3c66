//! `/v1/documents/{id}`: the deck of a document, read, replaced and patched.

use actix_web::http::header;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bytes::{BufMut, Bytes, BytesMut};
use serde::Deserialize;
use utoipa::IntoParams;

use super::cached::{self, Kind};
use super::document_view::DocumentView;
use super::identity::{Caller, May, Read, Write};
use super::problem::{Code, Fault, Problem};
use super::query::{Query, named};
use super::state::ApiState;
use super::telling::tell_version;
use super::unbroken::unbroken;
use super::unique::Unique;
use super::{body, deck_patch, preconditions};
use crate::domain::document::{NewVersion, StoredDeck};
use crate::domain::ids::DocumentId;
use crate::domain::tenant::TenantId;
use crate::storage::cache::keys;
use crate::storage::documents::Saved;

/// What [`read`] can end in.
pub const READ_PROBLEMS: &[Code] = &[Code::NotFound, Code::NoDeck, Code::InvalidQuery];
/// What [`replace`] can end in.
pub const REPLACE_PROBLEMS: &[Code] = &[
    Code::NotFound,
    Code::NoDeck,
    Code::StaleVersion,
    Code::PreconditionRequired,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::InvalidJson,
    Code::InvalidBody,
    Code::InvalidDeck,
];
/// What [`patch`] can end in.
pub const PATCH_PROBLEMS: &[Code] = &[
    Code::NotFound,
    Code::NoDeck,
    Code::StaleVersion,
    Code::PreconditionRequired,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::InvalidJson,
    Code::InvalidBody,
    Code::InvalidPatch,
    Code::PatchTestFailed,
    Code::InvalidDeck,
];

const PATCH_TYPE: &str = "application/json-patch+json";

/// Which version is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeckQuery {
    /// An earlier version; the newest where it is left out.
    #[param(minimum = 1)]
    version: Option<u64>,
}

/// Reads the deck.
///
/// Its schema is `slidecraft.deck/1`, printed by `slidecraft schema deck`.
#[utoipa::path(
    get, path = "/v1/documents/{id}", operation_id = "readDeck", tag = "decks",
    params(("id" = String, Path, format = Uuid, description = "The document."), DeckQuery,
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what you have.")),
    responses((status = 200, body = serde_json::Value, description = "The deck.",
            headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "You have it already."))
)]
pub async fn read(
    caller: May<Read>,
    Query(query): Query<DeckQuery>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "document")?;
    let (version, deck) = match query.version {
        None => newest(&state, &caller.tenant, id).await?,
        Some(version) => {
            let deck = state
                .documents
                .deck(&caller.tenant, id, Some(version))
                .await?;
            let deck = deck.ok_or_else(|| Problem::not_found("version of a document"))?;
            (deck.version, deck.deck)
        }
    };
    let tag = preconditions::tag(version);
    let known = preconditions::is_known(&request, &tag);
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    Ok(if known {
        response.finish()
    } else {
        response.content_type("application/json").body(deck)
    })
}

/// The newest version and its deck. In the cache the version stands before the deck, as eight bytes.
pub async fn newest(
    state: &ApiState,
    tenant: &TenantId,
    id: DocumentId,
) -> Result<(u64, Bytes), Problem> {
    let kind = Kind {
        name: "document",
        ttl: state.settings.document_cache,
    };
    let key = keys::deck(tenant, id);
    let found = cached::through(state, kind, &key, || async {
        let deck = state.documents.deck(tenant, id, None).await?;
        Ok(deck.map(|StoredDeck { version, deck, .. }| {
            let mut kept = BytesMut::with_capacity(8 + deck.len());
            kept.put_u64(version);
            kept.put(deck);
            kept.freeze()
        }))
    });
    let found = found.await?;
    let Some((version, deck)) = found.and_then(|kept| {
        let version = kept.first_chunk::<8>().copied()?;
        Some((u64::from_be_bytes(version), kept.slice(8..)))
    }) else {
        return Err(match state.documents.document(tenant, id).await? {
            Some(_) => no_deck(),
            None => Problem::not_found("document"),
        });
    };
    Ok((version, deck))
}

/// The refusal of what needs a deck.
pub fn no_deck() -> Problem {
    let detail = "Its conversion has not succeeded; look at its newest convert job.";
    Problem::new(Code::NoDeck, detail)
}

/// Replaces the deck by another, which becomes the next version.
#[utoipa::path(
    put, path = "/v1/documents/{id}", operation_id = "replaceDeck", tag = "decks",
    request_body(content = Object, content_type = "application/json", description = "A deck: `slidecraft schema deck` prints its schema."),
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("If-Match" = String, Header, pattern = r#"^([*]|"[0-9]+"(, ?"[0-9]+")*)$"#, example = "\"1\"", description = "The ETag of the version it builds on.")),
    responses((status = 200, body = DocumentView, description = "Stored.",
        headers(("ETag" = String, description = "The new version."))))
)]
pub async fn replace(
    caller: May<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "document")?;
    preconditions::required(&request)?;
    let document = state.documents.document(&caller.tenant, id).await?;
    let document = document.ok_or_else(|| Problem::not_found("document"))?;
    if document.version == 0 {
        return Err(no_deck());
    }
    preconditions::builds_on(&request, document.version)?;
    body::expect_media_type(&request, "application/json")?;
    let deck = body::whole(&request, payload, state.settings.json_bytes).await?;
    let sent = deck.clone();
    let named = web::block(move || body::parse::<Unique>(&sent)).await;
    named.map_err(|_| Problem::new(Code::Overloaded, "Too busy to read the deck."))??;
    let version = check(&state, deck).await?;
    store(state, caller, (id, document.version), version).await
}

/// Changes the deck by a JSON Patch (RFC 6902); what comes out becomes the next version.
#[utoipa::path(
    patch, path = "/v1/documents/{id}", operation_id = "patchDeck", tag = "decks",
    request_body(content = Vec<deck_patch::Operation>, content_type = "application/json-patch+json",
        example = json!([{"op": "replace", "path": "/title", "value": "Quarterly review"}])),
    params(("id" = String, Path, format = Uuid, description = "The document."),
        ("If-Match" = String, Header, pattern = r#"^([*]|"[0-9]+"(, ?"[0-9]+")*)$"#, example = "\"1\"", description = "The ETag of the version it builds on.")),
    responses((status = 200, body = DocumentView, description = "Stored.",
        headers(("ETag" = String, description = "The new version."))))
)]
pub async fn patch(
    caller: May<Write>,
    request: HttpRequest,
    payload: Payload,
    state: Data<ApiState>,
) -> Result<HttpResponse, Problem> {
    let id = named(&request, "id", "document")?;
    preconditions::required(&request)?;
    let (version, deck) = newest(&state, &caller.tenant, id).await?;
    preconditions::builds_on(&request, version)?;
    body::expect_media_type(&request, PATCH_TYPE).map_err(|problem| {
        problem.with_header(header::HeaderName::from_static("accept-patch"), PATCH_TYPE)
    })?;
    let patch = body::whole(&request, payload, state.settings.json_bytes).await?;
    patched(state, caller, (id, version, deck), patch).await
}

/// Changes a version of a deck by a JSON Patch; what comes out becomes the next.
pub(super) async fn patched(
    state: Data<ApiState>,
    caller: May<Write>,
    (id, version, deck): (DocumentId, u64, Bytes),
    patch: Bytes,
) -> Result<HttpResponse, Problem> {
    let most = state.settings.json_bytes;
    // A deck of some megabytes is parsed and written: not on the thread that answers others.
    let patched = web::block(move || deck_patch::apply(&deck, &patch, most)).await;
    let patched = patched.map_err(|_| Problem::new(Code::Overloaded, "Too busy to patch."))??;
    let next = check(&state, patched).await?;
    store(state, caller, (id, version), next).await
}

/// The version that a deck would be, or what is wrong with it.
pub(super) async fn check(state: &ApiState, deck: Bytes) -> Result<NewVersion, Problem> {
    state.platform.check_deck(deck).await.map_err(|faults| {
        let errors: Vec<Fault> = faults
            .into_iter()
            .map(|fault| Fault::at(fault.pointer, fault.detail))
            .collect();
        let places = match errors.len() {
            1 => "A place does".to_owned(),
            more => format!("{more} places do"),
        };
        let detail = format!("{places} not fit; nothing was stored.");
        Problem::new(Code::InvalidDeck, detail).with_errors(errors)
    })
}

async fn store(
    state: Data<ApiState>,
    caller: May<Write>,
    (id, expected): (DocumentId, u64),
    version: NewVersion,
) -> Result<HttpResponse, Problem> {
    unbroken(async move { save(&state, &caller, (id, expected), version).await }).await
}

/// Stores a version after the expected one, and tells it.
pub(super) async fn save(
    state: &ApiState,
    caller: &Caller,
    (id, expected): (DocumentId, u64),
    version: NewVersion,
) -> Result<HttpResponse, Problem> {
    let tenant = &caller.tenant;
    let saved = state
        .documents
        .save(tenant, id, expected, version, state.now())
        .await;
    // Also when the store failed: it may have stored all the same.
    state.cache.forget(&keys::deck(tenant, id)).await;
    match saved? {
        Saved::Version(version) => {
            tell_version(state, tenant, id, version).await;
            let document = state.documents.document(tenant, id).await?;
            let document = document.ok_or_else(|| Problem::not_found("document"))?;
            Ok(HttpResponse::Ok()
                .insert_header((header::ETAG, preconditions::tag(version)))
                .json(DocumentView::from(document)))
        }
        Saved::Stale(version) => Err(preconditions::stale(version)),
        Saved::NotFound => Err(Problem::not_found("document")),
    }
}
