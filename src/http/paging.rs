//! Lists in pages: newest first, with an opaque cursor that stays good while things come and go.

use actix_web::HttpResponse;
use actix_web::http::header;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Code, Problem};
use super::query::unfit;

const MOST: u32 = 200;
const USUAL: u32 = 50;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// What is on it, newest first.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ZAGT-8f3fO-0q5H1NqK2pQ")]
    pub next_cursor: Option<String>,
}

/// How many are wanted on a page.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(unfit("limit", format!("A page has 1 to {MOST} items."))),
    }
}

/// The id that a page begins after. `list` names the list, so that a cursor of one is refused by another.
pub fn after(list: char, cursor: Option<&str>) -> Result<Option<Uuid>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let id = bytes.and_then(|bytes| {
        let (first, id) = bytes.split_first()?;
        (char::from(*first) == list).then(|| Uuid::from_slice(id).ok())?
    });
    let refused = || {
        let detail = "Take `next_cursor` of the page before as it is, or leave the cursor out.";
        Problem::new(Code::InvalidCursor, detail)
    };
    id.map(Some).ok_or_else(refused)
}

/// The cursor of the page after the one that ends with `last`.
pub fn cursor(list: char, last: Uuid) -> String {
    let mut bytes = vec![u8::try_from(list).unwrap_or(b'?')];
    bytes.extend_from_slice(last.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Makes a page of up to one item more than it may have; the one more says that there is a next page.
pub fn page<T, V>(
    list: char,
    mut items: Vec<T>,
    limit: u32,
    id: impl Fn(&T) -> Uuid,
    view: impl Fn(T) -> V,
) -> Page<V> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more).map(&id);
    Page {
        items: items.into_iter().map(view).collect(),
        next_cursor: last.map(|last| cursor(list, last)),
    }
}

/// The answer with a page, and a `Link` to the next (RFC 8288). `address` is the request's path and query.
pub fn answer<T: Serialize>(page: &Page<T>, path: &str, query: &str) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(next) = &page.next_cursor {
        let kept = query
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("cursor="));
        let parts: Vec<&str> = kept.collect();
        let query = parts.join("&");
        let joint = if query.is_empty() { "" } else { "&" };
        let link = format!("<{path}?{query}{joint}cursor={next}>; rel=\"next\"");
        response.insert_header((header::LINK, link));
    }
    response.json(page)
}
