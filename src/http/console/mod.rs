//! The console: the platform in a browser. Pages are made here and work without a script; one script makes them live.
//!
//! A person signs in with an API key; what they see and may do is what that key allows.

mod assets;
mod capacity;
mod chaos;
mod document;
mod documents;
mod jobs;
mod layout;
mod matching;
mod models;
mod overview;
mod pools;
mod search;
mod sign_in;
mod standing;
mod talk;

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use self::layout::failed;
use super::identity::{May, Needed};
use super::problem::{Code, Problem};

/// Where the console is, but for its first page.
pub(super) const BASE: &str = "/console";

/// Adds the pages to an application.
pub(super) fn configure(config: &mut ServiceConfig) {
    let page = |path: &str| web::resource(format!("{BASE}{path}"));
    config
        .service(
            page("/sign-in")
                .route(web::get().to(sign_in::page))
                .route(web::post().to(sign_in::begin)),
        )
        .service(page("/sign-out").route(web::post().to(sign_in::end)))
        .service(page("/live").route(web::get().to(overview::live)))
        .service(page("/jobs").route(web::get().to(jobs::list)))
        .service(page("/jobs/all/{act}").route(web::post().to(matching::change)))
        .service(page("/jobs/{id}").route(web::get().to(jobs::one)))
        .service(page("/jobs/{id}/cancel").route(web::post().to(jobs::cancel)))
        .service(page("/jobs/{id}/retry").route(web::post().to(jobs::retry)))
        .service(page("/pools").route(web::get().to(pools::list)))
        .service(page("/pools/{pool}").route(web::post().to(pools::change)))
        .service(
            page("/documents")
                .route(web::get().to(documents::list))
                .route(web::post().to(documents::upload)),
        )
        .service(page("/documents/{id}").route(web::get().to(document::read)))
        .service(page("/documents/{id}/title").route(web::post().to(document::title)))
        .service(page("/documents/{id}/export").route(web::post().to(document::export)))
        .service(page("/documents/{id}/delete").route(web::post().to(document::delete)))
        .service(page("/documents/{id}/chat").route(web::post().to(talk::ask)))
        .service(page("/documents/{id}/proposals/{pid}/{act}").route(web::post().to(talk::decide)))
        .service(page("/capacity").route(web::get().to(capacity::now)))
        .service(page("/capacity/{week}").route(web::get().to(capacity::week)))
        .service(page("/models").route(web::get().to(models::list)))
        .service(
            page("/chaos")
                .route(web::get().to(chaos::list))
                .route(web::post().to(chaos::begin)),
        )
        .service(page("/chaos/{id}/end").route(web::post().to(chaos::end)))
        .service(page("/files/{name}").route(web::get().to(assets::read)));
}

/// The first page, for who asks with a browser.
pub(super) use overview::page as first_page;

/// Someone who signed in with a key that has the scope. Who has not is shown where to.
pub(super) struct Signed<N>(May<N>);

impl<N> Signed<N> {
    /// As handlers of the API take them.
    fn into_inner(self) -> May<N> {
        self.0
    }
}

impl<N> Deref for Signed<N> {
    type Target = May<N>;

    fn deref(&self) -> &May<N> {
        &self.0
    }
}

impl<N: Needed> FromRequest for Signed<N> {
    type Error = Shown;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Shown>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let may = May::<N>::from_request(request, payload);
        let path = wanted(request);
        Box::pin(async move {
            match may.await {
                Ok(may) => Ok(Self(may)),
                Err(error) => Err(Shown::of(&error, &path)),
            }
        })
    }
}

/// What went wrong, as a page.
#[derive(Debug)]
pub(super) enum Shown {
    /// A problem.
    Problem(Problem),
    /// Nobody signed in; where they wanted to go.
    SignIn(String),
}

impl Shown {
    fn of(error: &actix_web::Error, path: &str) -> Self {
        let Some(problem) = error.as_error::<Problem>() else {
            let detail = "The request cannot be understood.";
            return Self::Problem(Problem::new(Code::BadRequest, detail));
        };
        if problem.code() == Code::Unauthenticated {
            return Self::SignIn(path.to_owned());
        }
        let (detail, errors) = problem.told();
        Self::Problem(Problem::new(problem.code(), detail).with_errors(errors.to_vec()))
    }
}

impl From<Problem> for Shown {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<crate::storage::error::StoreError> for Shown {
    fn from(error: crate::storage::error::StoreError) -> Self {
        Self::Problem(error.into())
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => problem.fmt(f),
            Self::SignIn(_) => f.write_str("nobody signed in"),
        }
    }
}

impl ResponseError for Shown {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Problem(problem) => problem.status_code(),
            Self::SignIn(_) => StatusCode::SEE_OTHER,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Problem(problem) => failed(problem),
            Self::SignIn(next) => {
                let place = if next == "/" {
                    format!("{BASE}/sign-in")
                } else {
                    format!("{BASE}/sign-in?next={}", in_query(next))
                };
                see(&place)
            }
        }
    }
}

/// Where someone wanted to go, with what they looked for. A form is not sent again by itself: who it was for begins anew.
fn wanted(request: &HttpRequest) -> String {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let place = request.uri().path_and_query().filter(|_| safe);
    place.map_or("/".to_owned(), |place| place.as_str().to_owned())
}

/// A text as it stands in a query (RFC 3986, 3.4).
fn in_query(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                written.push(char::from(byte));
            }
            _ => written.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
    written
}

/// A digit of sixteen.
fn digit(value: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(value)])
}

/// Sends the browser on (RFC 9110, 15.4.4).
fn see(place: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, place))
        .finish()
}
