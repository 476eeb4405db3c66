//! What all pages look like: head, navigation, foot; and the small things that pages are made of.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError as _};
use maud::{DOCTYPE, Markup, html};

use super::BASE;
use crate::domain::job_state::StateName;
use crate::domain::time::Timestamp;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::storage::keys::Scope;

/// Nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A page of someone who signed in.
pub(super) fn page(caller: &Caller, here: &str, title: &str, body: &Markup) -> HttpResponse {
    let content = html! {
        header.bar {
            a.brand href="/" { "SlideCraft" }
            nav aria-label="Pages" {
                @for (path, name) in places(caller) {
                    a href=(path) aria-current=[(path == here).then_some("page")] { (name) }
                }
            }
            form.out method="post" action={ (BASE) "/sign-out" } {
                span.who title="The key you signed in with" { (caller.tenant.as_str()) }
                button.quiet { "Sign out" }
            }
        }
        main { h1 { (title) } (body) }
    };
    answer(StatusCode::OK, title, &content)
}

/// Where a person may go.
fn places(caller: &Caller) -> Vec<(String, &'static str)> {
    let at = |path: &str| format!("{BASE}{path}");
    let mut places = Vec::new();
    if caller.may(Scope::Admin) {
        places.push(("/".to_owned(), "Overview"));
    }
    if caller.may(Scope::Read) {
        places.push((at("/documents"), "Documents"));
        places.push((at("/jobs"), "Jobs"));
    }
    if caller.may(Scope::Admin) {
        places.push((at("/pools"), "Pools"));
        places.push((at("/models"), "AI"));
        places.push((at("/capacity"), "Capacity"));
    }
    if caller.may(Scope::Chaos) {
        places.push((at("/chaos"), "Chaos"));
    }
    places
}

/// A page of nobody in particular.
pub(super) fn bare(status: StatusCode, title: &str, body: &Markup) -> HttpResponse {
    let content = html! { main.narrow { h1 { (title) } (body) } };
    answer(status, title, &content)
}

/// A part of a page, for the script to put in.
pub(super) fn part(body: Markup) -> HttpResponse {
    html_answer(StatusCode::OK, body.into_string())
}

fn answer(status: StatusCode, title: &str, content: &Markup) -> HttpResponse {
    let whole = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · SlideCraft" }
                link rel="icon" href={ (BASE) "/files/icon.svg" };
                link rel="stylesheet" href={ (BASE) "/files/uplot.css" };
                link rel="stylesheet" href={ (BASE) "/files/console.css" };
                script type="module" src={ (BASE) "/files/console.js" } {}
            }
            body { a.skip href="#content" { "To the content" } div #content { (content) } }
        }
    };
    html_answer(status, whole.into_string())
}

fn html_answer(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(text)
}

/// A page that says what went wrong and what to do.
pub(super) fn failed(problem: &Problem) -> HttpResponse {
    let (detail, errors) = problem.told();
    let body = html! {
        p.problem role="alert" { (detail) }
        @if !errors.is_empty() {
            ul { @for fault in errors { li { @if let Some(place) = &fault.pointer { code { (place) } " " } (fault.detail) } } }
        }
        p { a href="/" { "To the first page" } }
    };
    bare(problem.status_code(), problem.code().title(), &body)
}

/// A state, in its colour.
pub(super) fn chip(state: StateName) -> Markup {
    html! { span.chip.(state.name()) { (state.name()) } }
}

/// A moment; the script shows it in the reader's own zone.
pub(super) fn moment(at: Timestamp) -> Markup {
    let text = at.to_string();
    html! { time datetime=(text) { (text) } }
}

/// A time in the unit that people read.
pub(super) fn duration(millis: f64) -> String {
    if millis >= 7_200_000.0 {
        format!("{:.1} h", millis / 3_600_000.0)
    } else if millis >= 60_000.0 {
        format!("{:.1} min", millis / 60_000.0)
    } else if millis >= 1_000.0 {
        format!("{:.1} s", millis / 1_000.0)
    } else if millis >= 10.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{millis:.1} ms")
    }
}

/// Money, with as many digits as there is something to see.
pub(super) fn dollars(amount: f64) -> String {
    if amount >= 0.01 || amount <= 0.0 {
        format!("${amount:.2}")
    } else {
        format!("${amount:.8}")
    }
}

/// A number with its thousands apart (ISO 80000-1, 7.3.1).
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut told = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push('\u{202f}');
        }
        told.push(digit);
    }
    told
}

/// A share in percent.
pub(super) fn percent(part: f64, whole: f64) -> String {
    if whole > 0.0 {
        format!("{:.0} %", part / whole * 100.0)
    } else {
        "–".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_people_read() {
        let told = [0.25, 42.4, 1_530.0, 90_000.0, 86_400_000.0].map(duration);
        assert_eq!(told, ["0.2 ms", "42 ms", "1.5 s", "1.5 min", "24.0 h"]);
        let counted = [0, 999, 1_000, 20_000_000].map(count);
        assert_eq!(
            counted,
            ["0", "999", "1\u{202f}000", "20\u{202f}000\u{202f}000"]
        );
        assert_eq!(
            [0.0, 0.000_000_21, 1.5].map(dollars),
            ["$0.00", "$0.00000021", "$1.50"]
        );
        assert_eq!(percent(1.0, 4.0), "25 %");
        assert_eq!(percent(1.0, 0.0), "–");
    }
}
