//! Who asks: the API key or token of a request, what it allows, and for which tenant.

use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use sha2::{Digest, Sha256};

use super::problem::{Code, Problem};
use super::state::ApiState;
use super::{rates, session};
use crate::auth::claims::{Identity, TokenError};
use crate::domain::hex::hex;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;
use crate::storage::keys::{ApiKey, Scope};
use crate::storage::limits::Subject;

/// Keys that are remembered at once; beyond, all are forgotten and looked up again.
const KNOWN: usize = 10_000;
/// The longest key that is looked at.
const LONGEST: usize = 256;
/// The longest token that is looked at: with the groups of a large company in it.
const LONGEST_TOKEN: usize = 8 * 1_024;
/// How much of a token's subject is kept.
const SUBJECT: usize = 128;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// For which tenant.
    pub tenant: TenantId,
    /// The class that tenant is in.
    pub tier: Tier,
    /// Who, for the audit log: `key:` and a key's beginning, or `token:` and a token's subject.
    pub who: String,
    scopes: Vec<Scope>,
    subject: Subject,
    /// When it ends by itself.
    until: Option<Timestamp>,
}

impl Caller {
    fn of_key(key: ApiKey) -> Self {
        Self {
            subject: Subject::tenant(&key.tenant),
            tenant: key.tenant,
            tier: key.tier,
            who: format!("key:{}", key.prefix),
            scopes: key.scopes,
            until: None,
        }
    }

    fn of_token(identity: Identity) -> Self {
        let subject: String = identity.subject.chars().take(SUBJECT).collect();
        Self {
            subject: Subject::tenant(&identity.tenant),
            tenant: identity.tenant,
            tier: identity.tier,
            who: format!("token:{subject}"),
            scopes: identity.scopes,
            until: Some(identity.until),
        }
    }

    /// Whether it may do what a scope allows.
    pub(super) fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// On whom its limits are.
    pub(super) fn subject(&self) -> &Subject {
        &self.subject
    }
}

/// The tenant of a request, for the log line.
#[derive(Clone)]
pub(super) struct SeenTenant(pub(super) TenantId);

/// Keys that were looked up lately.
#[derive(Debug, Default)]
pub(super) struct KnownKeys(Mutex<HashMap<[u8; 32], Looked>>);

/// Whom a key was found to be, and when.
type Looked = (Arc<Caller>, Timestamp);

impl KnownKeys {
    fn get(&self, hash: &[u8; 32], now: Timestamp, believed: Duration) -> Option<Arc<Caller>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (caller, since) = known.get(hash)?;
        let lasts = caller.until.is_none_or(|until| now < until);
        (lasts && now.since(*since) < believed && now >= *since).then(|| Arc::clone(caller))
    }

    fn keep(&self, hash: [u8; 32], caller: Arc<Caller>, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(hash, (caller, now));
    }
}

/// What a route asks of a key.
pub trait Needed: 'static {
    /// The scope.
    const SCOPE: Scope;
}

/// See [`Scope::Read`].
#[derive(Debug)]
pub struct Read;
/// See [`Scope::Write`].
#[derive(Debug)]
pub struct Write;
/// See [`Scope::Admin`].
#[derive(Debug)]
pub struct Admin;

/// See [`Scope::Chaos`].
#[derive(Debug)]
pub struct Chaos;

impl Needed for Chaos {
    const SCOPE: Scope = Scope::Chaos;
}
impl Needed for Read {
    const SCOPE: Scope = Scope::Read;
}
impl Needed for Write {
    const SCOPE: Scope = Scope::Write;
}
impl Needed for Admin {
    const SCOPE: Scope = Scope::Admin;
}

/// Someone whose key has the scope. A handler that takes one cannot be reached by anyone else.
#[derive(Debug)]
pub struct May<N>(Arc<Caller>, PhantomData<N>);

impl<N> std::ops::Deref for May<N> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<N: Needed> FromRequest for May<N> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<Data<ApiState>>();
            let state =
                state.ok_or_else(|| Problem::new(Code::Internal, "The API is not set up."))?;
            let caller = identify(&request, state).await?;
            request
                .extensions_mut()
                .insert(SeenTenant(caller.tenant.clone()));
            if let Some(seen) = rates::request(state, &caller).await? {
                request.extensions_mut().insert(seen);
            }
            if caller.scopes.contains(&N::SCOPE) {
                Ok(Self(caller, PhantomData))
            } else {
                Err(forbidden(N::SCOPE).into())
            }
        })
    }
}

async fn identify(request: &HttpRequest, state: &ApiState) -> Result<Arc<Caller>, Problem> {
    let signed_in = || session::key(request);
    if !request.headers().contains_key(header::AUTHORIZATION)
        && let Some(key) = signed_in()
    {
        return known(&key, state).await;
    }
    known(bearer(request)?, state).await
}

/// Whom a key or token is for.
pub(super) async fn known(bearer: &str, state: &ApiState) -> Result<Arc<Caller>, Problem> {
    let hash: [u8; 32] = Sha256::digest(bearer.as_bytes()).into();
    let now = state.now();
    if let Some(caller) = state.known_keys.get(&hash, now, state.settings.key_cache) {
        return Ok(caller);
    }
    let caller = if bearer.starts_with("sk_") {
        let key = state.keys.by_hash(&hex(&hash)).await?;
        let key = key.ok_or_else(|| unauthenticated("The API key is unknown or was revoked."))?;
        Caller::of_key(key)
    } else {
        by_token(state, bearer, now).await?
    };
    let caller = Arc::new(caller);
    state.known_keys.keep(hash, Arc::clone(&caller), now);
    Ok(caller)
}

async fn by_token(state: &ApiState, token: &str, now: Timestamp) -> Result<Caller, Problem> {
    let Some(tokens) = &state.tokens else {
        return Err(unauthenticated(
            "The Authorization header holds no API key.",
        ));
    };
    match tokens.verify(token, now).await {
        Ok(identity) => Ok(Caller::of_token(identity)),
        Err(TokenError::KeysUnavailable) => Err(Problem::new(
            Code::IssuerUnavailable,
            TokenError::KeysUnavailable.to_string(),
        )),
        Err(error) => Err(
            Problem::new(Code::Unauthenticated, error.to_string()).with_header(
                header::WWW_AUTHENTICATE,
                "Bearer realm=\"slidecraft\", error=\"invalid_token\"",
            ),
        ),
    }
}

/// The key or token of an `Authorization: Bearer …` header (RFC 6750).
fn bearer(request: &HttpRequest) -> Result<&str, Problem> {
    let header = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or_else(|| unauthenticated("Send `Authorization: Bearer sk_…`."))?;
    let key = header.to_str().ok().and_then(|text| {
        let (scheme, key) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    let fits = |key: &&str| {
        let parts = key.split('.').count();
        let is_key = key.starts_with("sk_") && key.len() <= LONGEST;
        is_key || parts == 3 && key.len() <= LONGEST_TOKEN
    };
    key.filter(fits)
        .ok_or_else(|| unauthenticated("The Authorization header holds no API key."))
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(Code::Unauthenticated, detail)
        .with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"slidecraft\"")
}

fn forbidden(scope: Scope) -> Problem {
    let challenge = format!(
        "Bearer realm=\"slidecraft\", error=\"insufficient_scope\", scope=\"{}\"",
        scope.name()
    );
    let detail = format!("This needs a key with the scope `{}`.", scope.name());
    Problem::new(Code::InsufficientScope, detail).with_header(header::WWW_AUTHENTICATE, challenge)
}
