//! Request bodies: read up to a limit, and JSON that has to fit to the last field.

use std::future::Future;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data, Payload};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::problem::{Code, Fault, Problem};
use super::state::ApiState;

/// The media type of the body, lower-case and without parameters.
pub fn media_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE);
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = text.split(';').next().unwrap_or("");
    essence.trim().to_ascii_lowercase()
}

/// Refuses a body that is not of that media type.
pub fn expect_media_type(request: &HttpRequest, wanted: &str) -> Result<(), Problem> {
    let found = media_type(request);
    if found == wanted {
        return Ok(());
    }
    Err(unsupported(wanted, &found))
}

/// The refusal of a media type.
pub fn unsupported(wanted: &str, found: &str) -> Problem {
    let found = if found.is_empty() { "nothing" } else { found };
    let detail = format!("The Content-Type is to be {wanted}; it says {found}.");
    Problem::new(Code::UnsupportedMediaType, detail).with_header(header::ACCEPT, wanted)
}

/// The whole body, if it has at most `most` bytes. A body that says it is larger is not read at all.
pub async fn whole(
    request: &HttpRequest,
    mut payload: Payload,
    most: usize,
) -> Result<Bytes, Problem> {
    refuse_declared(request, most)?;
    let stall = stall(request);
    let mut body = BytesMut::new();
    while let Some(chunk) = in_time(stall, payload.next()).await? {
        let chunk = chunk.map_err(|_| broken())?;
        if body.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// How long a body may stall.
fn stall(request: &HttpRequest) -> Duration {
    let state = request.app_data::<Data<ApiState>>();
    state.map_or(Duration::ZERO, |state| state.settings.body_stall)
}

/// The next piece of a body, if it comes within `stall`.
pub async fn in_time<T>(stall: Duration, next: impl Future<Output = T>) -> Result<T, Problem> {
    let piece = tokio::time::timeout(stall, next).await;
    piece.map_err(|_| {
        let detail = format!("Nothing came for {} s.", stall.as_secs());
        Problem::new(Code::RequestTimeout, detail)
    })
}

/// Refuses a body that is compressed, or whose `Content-Length` is beyond `most`.
pub fn refuse_declared(request: &HttpRequest, most: usize) -> Result<(), Problem> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        let detail = "Bodies are read as they are: send it without Content-Encoding.";
        let problem = Problem::new(Code::UnsupportedMediaType, detail);
        return Err(problem.with_header(header::ACCEPT_ENCODING, "identity"));
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64) {
        return Err(too_large(most));
    }
    Ok(())
}

/// The refusal of a body that is too large.
pub fn too_large(most: usize) -> Problem {
    Problem::new(Code::TooLarge, format!("At most {most} bytes are taken."))
}

fn broken() -> Problem {
    Problem::new(Code::BadRequest, "The body broke off.")
}

/// A JSON body as a value: known fields only, each of its type.
pub async fn json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
    most: usize,
) -> Result<(T, Bytes), Problem> {
    expect_media_type(request, "application/json")?;
    let body = whole(request, payload, most).await?;
    // The reader would take a list of values for an object with these members in order.
    if body.trim_ascii_start().starts_with(b"[") {
        let detail = "The body is an object.";
        let fault = Fault::at("", detail);
        return Err(Problem::new(Code::InvalidBody, detail).with_errors(vec![fault]));
    }
    Ok((parse(&body)?, body))
}

/// JSON as a value; what does not fit is said with its place.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| unfit(&error))?;
    reader.end().map_err(|error| no_json(&error))?;
    Ok(value)
}

fn no_json(error: &serde_json::Error) -> Problem {
    Problem::new(Code::InvalidJson, format!("The body is no JSON: {error}."))
}

fn unfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return no_json(inner);
    }
    let said = inner.to_string();
    let mut pointer = String::new();
    for segment in error.path() {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
    }
    // For a field that is missing or comes twice, the reader's path ends at the object it belongs to.
    let of_object = ["missing field `", "duplicate field `"];
    if let Some(field) = of_object
        .iter()
        .find_map(|said_of| said.strip_prefix(said_of))
    {
        let field = field.split('`').next().unwrap_or("");
        pointer = format!("{pointer}/{field}");
    }
    let detail = said.split(" at line ").next().unwrap_or(&said).to_owned();
    let fault = Fault::at(pointer, detail.clone());
    Problem::new(Code::InvalidBody, detail).with_errors(vec![fault])
}
