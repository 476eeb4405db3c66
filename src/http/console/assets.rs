//! The files of the console, out of the binary.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::Shown;
use crate::http::problem::Problem;

/// Name, media type and text of each.
const FILES: [(&str, &str, &str); 5] = [
    (
        "console.css",
        "text/css; charset=utf-8",
        include_str!("../../../assets/console/console.css"),
    ),
    (
        "console.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../assets/console/console.js"),
    ),
    (
        "uplot.css",
        "text/css; charset=utf-8",
        include_str!("../../../assets/console/uplot/uPlot.min.css"),
    ),
    (
        "uplot.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../assets/console/uplot/uPlot.esm.js"),
    ),
    (
        "icon.svg",
        "image/svg+xml",
        include_str!("../../../assets/console/icon.svg"),
    ),
];

/// Sends one.
pub(super) async fn read(request: HttpRequest) -> Result<HttpResponse, Shown> {
    let asked = request.match_info().get("name").unwrap_or_default();
    let file = FILES.iter().find(|(name, _, _)| *name == asked);
    let (_, kind, text) = file.ok_or_else(|| Problem::not_found("file"))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type(*kind)
        .body(*text))
}
