//! Writing down what operators did.

use actix_web::{HttpMessage, HttpRequest};
use serde_json::Value;

use super::envelope::SeenRequest;
use super::identity::Caller;
use super::state::ApiState;
use crate::domain::ids::AuditId;
use crate::storage::audit::AuditEntry;

/// Something that was done.
#[derive(Debug)]
pub struct Act<'a> {
    /// What, such as `pool.change`.
    pub action: &'static str,
    /// To what.
    pub target: &'a str,
    /// How it was before.
    pub before: Option<Value>,
    /// How it was after, or what was asked.
    pub after: Option<Value>,
}

/// Where a request came from, and its name in our logs.
#[derive(Debug)]
pub struct Origin {
    from: Option<String>,
    request: Option<String>,
}

/// The origin of a request.
pub fn request_of(request: &HttpRequest) -> Origin {
    let seen = request.extensions();
    Origin {
        // The peer itself: a header that names another may be made up.
        from: request.peer_addr().map(|address| address.ip().to_string()),
        request: seen.get::<SeenRequest>().map(|SeenRequest(id)| id.clone()),
    }
}

/// Writes down what a request did.
pub async fn record(state: &ApiState, caller: &Caller, request: &HttpRequest, act: Act<'_>) {
    record_as(state, caller, request_of(request), act).await;
}

/// Writes down what was done by a request of that origin. It was done: that it cannot be written down does not undo it, and
/// the log line then is the record.
pub async fn record_as(state: &ApiState, caller: &Caller, origin: Origin, act: Act<'_>) {
    let entry = AuditEntry {
        id: AuditId(state.uuid()),
        at: state.now(),
        who: caller.who.clone(),
        from: origin.from,
        request: origin.request,
        action: act.action.to_owned(),
        target: act.target.to_owned(),
        before: act.before,
        after: act.after,
    };
    if let Err(error) = state.audit.append(entry.clone()).await {
        tracing::error!(error = %error, entry = ?entry, "an act of an operator was not written down");
    }
}
