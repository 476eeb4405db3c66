//! Query parameters and path parts, read strictly: what does not fit is a problem that says which.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::problem::{Code, Fault, Problem};

/// The query parameters of a request.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = actix_web::web::Query::<T>::from_query(request.query_string());
        ready(match read {
            Ok(query) => Ok(Self(query.into_inner())),
            Err(error) => Err(refused(&error.to_string()).into()),
        })
    }
}

fn refused(detail: &str) -> Problem {
    let detail = detail.trim_start_matches("Query deserialize error: ");
    // The reader names an unknown or missing parameter between backticks, and nothing else that way.
    let named = detail.contains("field").then(|| detail.split('`').nth(1));
    let fault = Fault {
        pointer: None,
        parameter: named.flatten().map(str::to_owned),
        header: None,
        detail: detail.to_owned(),
    };
    Problem::new(Code::InvalidQuery, detail).with_errors(vec![fault])
}

/// A query parameter that does not fit.
pub fn unfit(parameter: &str, detail: impl Into<String>) -> Problem {
    let fault = Fault {
        pointer: None,
        parameter: Some(parameter.to_owned()),
        header: None,
        detail: detail.into(),
    };
    Problem::new(Code::InvalidQuery, fault.detail.clone()).with_errors(vec![fault])
}

/// A query parameter as text, read; its error says what fits.
pub fn read<T: FromStr<Err: std::fmt::Display>>(
    parameter: &str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    text.map(str::parse)
        .transpose()
        .map_err(|error: T::Err| unfit(parameter, error.to_string()))
}

/// A part of the path, read. One that cannot be the name of anything is not found, like any other.
pub fn named<T: FromStr>(request: &HttpRequest, part: &str, what: &str) -> Result<T, Problem> {
    let text = request.match_info().get(part);
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| Problem::not_found(what))
}
