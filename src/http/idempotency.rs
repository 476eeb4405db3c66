//! `Idempotency-Key`: the same request is answered the same again, and works only once (draft-ietf-httpapi-idempotency-key-header).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use actix_web::web::Data;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::identity::Caller;
use super::problem::{Code, Fault, Problem};
use super::state::ApiState;
use crate::domain::hex::hex;
use crate::domain::tenant::TenantId;
use crate::storage::jobs::IdempotencyKey;

/// Said of an answer that is given again.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// The header, as every route that makes something describes it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyHeader {
    /// The same request is answered the same again.
    #[param(
        rename = "Idempotency-Key",
        pattern = r#"^([!#-~]([ !#-~]{0,253}[!#-~])?|"[ !#-~]{1,255}")$"#
    )]
    pub key: Option<String>,
}

type Held = Arc<Mutex<HashSet<(TenantId, String)>>>;

/// Keys of requests that this node is working on.
#[derive(Debug, Default)]
pub(super) struct InFlight(Held);

/// A key that a request came with. While it lives, another request with it is refused.
#[derive(Debug)]
pub struct Named {
    place: (TenantId, String),
    held: Held,
}

impl Drop for Named {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(&self.place);
    }
}

/// The key of a request, if it has one.
pub fn key(
    request: &HttpRequest,
    state: &Data<ApiState>,
    caller: &Caller,
) -> Result<Option<Named>, Problem> {
    let Some(value) = request.headers().get(HEADER) else {
        return Ok(None);
    };
    let key = value.to_str().ok().and_then(unquote).ok_or_else(|| {
        let detail = format!("It is 1 to {LONGEST} printable ASCII characters.");
        let fault = Fault {
            pointer: None,
            parameter: None,
            header: Some("Idempotency-Key"),
            detail: detail.clone(),
        };
        Problem::new(Code::InvalidHeader, detail).with_errors(vec![fault])
    })?;
    let place = (caller.tenant.clone(), key.to_owned());
    let held = Arc::clone(&state.in_flight.0);
    let free = held
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(place.clone());
    if free {
        return Ok(Some(Named { place, held }));
    }
    let detail = "Ask again when the first request has been answered.";
    Err(Problem::new(Code::IdempotencyInFlight, detail).retry_after(1))
}

/// The key without its quotes: the draft asks for a structured field string, many clients send it bare.
fn unquote(text: &str) -> Option<&str> {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let key = inner.unwrap_or(text);
    let fits = (1..=LONGEST).contains(&key.len())
        && key.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'"');
    fits.then_some(key)
}

impl Named {
    /// The key as the client sent it.
    pub fn text(&self) -> &str {
        &self.place.1
    }

    /// The key as it is stored with what the request made. `parts` are what makes the request this one, besides
    /// method and path: not the raw body, as the boundary of a multipart body is new each time.
    pub fn stored(
        &self,
        request: &HttpRequest,
        parts: &[&[u8]],
        state: &ApiState,
    ) -> IdempotencyKey {
        let mut hash = Sha256::new();
        let line = [request.method().as_str(), request.path()];
        for part in line
            .iter()
            .map(|text| text.as_bytes())
            .chain(parts.iter().copied())
        {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        IdempotencyKey {
            key: self.place.1.clone(),
            request_hash: hex(&hash.finalize()),
            expires_at: state.now().plus(state.settings.idempotency_ttl),
        }
    }
}
