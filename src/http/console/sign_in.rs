//! Signing in with an API key, and out.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use maud::html;
use serde::Deserialize;

use super::layout::bare;
use super::{BASE, Shown, see};
use crate::http::identity::known;
use crate::http::problem::Code;
use crate::http::session;
use crate::http::state::ApiState;
use crate::storage::keys::Scope;

/// Where to go when signed in.
#[derive(Debug, Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

/// Asks for a key.
pub(super) async fn page(query: Query<Next>) -> HttpResponse {
    form(StatusCode::OK, query.next.as_deref(), None)
}

fn form(status: StatusCode, next: Option<&str>, wrong: Option<&str>) -> HttpResponse {
    let body = html! {
        p { "Sign in with an API key. On its first start the platform prints one, and keeps it in " code { "data/first-key" }
            "; " code { "slidecraft keys create" } " makes more." }
        @if let Some(wrong) = wrong { p.problem role="alert" { (wrong) } }
        form.stack method="post" action={ (BASE) "/sign-in" } {
            label for="key" { "API key" }
            input #key name="key" type="password" autocomplete="current-password" required autofocus placeholder="sk_…";
            @if let Some(next) = next { input type="hidden" name="next" value=(next); }
            button { "Sign in" }
        }
    };
    bare(status, "Sign in", &body)
}

/// A key.
#[derive(Deserialize)]
pub(super) struct Offered {
    key: String,
    next: Option<String>,
}

/// Signs in, if the key is one of ours.
pub(super) async fn begin(
    request: HttpRequest,
    offered: Form<Offered>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let key = offered.key.trim();
    let next = offered.next.as_deref();
    // Another site must not make somebody work under a key that is its own.
    if !session::from_our_page(&request) {
        let wrong = "That was sent by another page. Sign in here.";
        return Ok(form(StatusCode::FORBIDDEN, None, Some(wrong)));
    }
    let caller = match known(key, &state).await {
        Ok(caller) => caller,
        Err(problem) if problem.code() == Code::Unauthenticated => {
            let wrong = "That key is unknown or was revoked.";
            return Ok(form(StatusCode::UNAUTHORIZED, next, Some(wrong)));
        }
        Err(problem) => return Err(problem.into()),
    };
    let usual = if caller.may(Scope::Admin) {
        "/".to_owned()
    } else {
        format!("{BASE}/documents")
    };
    // Only to pages of ours: whoever made the link does not choose another site.
    let next = next.filter(|next| next.starts_with(&format!("{BASE}/")));
    let mut answer = see(next.unwrap_or(&usual));
    // A name and a value that fit make a header that fits.
    let _set = answer.add_cookie(&session::begin(&request, key));
    Ok(answer)
}

/// Signs out.
pub(super) async fn end(request: HttpRequest) -> HttpResponse {
    let mut answer = see(&format!("{BASE}/sign-in"));
    if session::from_our_page(&request) {
        let _set = answer.add_cookie(&session::end(&request));
    }
    answer
}
