//! What every answer carries, and what a path answers to a method it does not know.

use std::sync::atomic::Ordering;

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::world::{ACME, World, ask, get, post};
use crate::http::routes;

#[actix_web::test]
async fn a_request_keeps_its_name_and_its_trace() {
    let world = World::new().await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let named = get("/v1/jobs")
        .insert_header(("x-request-id", "client-7.a_b"))
        .insert_header(("traceparent", trace));
    let answer = world.call(named).await.expect(200);
    assert_eq!(answer.header("x-request-id"), Some("client-7.a_b"));
    assert_eq!(answer.header("traceparent"), Some(trace));
    let mut made = Vec::new();
    for strange in ["", "a b", "<script>", &"x".repeat(129)] {
        let request = get("/v1/jobs")
            .insert_header(("x-request-id", strange))
            .insert_header(("traceparent", "00-xyz-1-01"));
        let answer = world.call(request).await.expect(200);
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert_eq!(id.len(), 36, "{id}");
        assert!(!made.contains(&id));
        made.push(id);
        assert_eq!(answer.header("traceparent"), None);
    }
}

#[actix_web::test]
async fn no_answer_is_framed_sniffed_or_kept_by_chance() {
    let world = World::new().await;
    for uri in ["/v1/jobs", "/healthz", "/nowhere", "/v1/jobs/7", "/"] {
        let answer = world.call(get(uri)).await;
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{uri}"
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("content-security-policy").is_some());
    }
}

#[actix_web::test]
async fn a_path_says_what_can_be_done_there() {
    let world = World::new().await;
    for (method, uri, allow) in [
        (Method::PUT, "/v1/documents", "POST, GET, HEAD"),
        (
            Method::POST,
            "/v1/documents/7",
            "GET, PUT, PATCH, DELETE, HEAD",
        ),
        (Method::GET, "/v1/documents/7/exports", "POST"),
        (Method::HEAD, "/v1/events", "GET"),
        (Method::TRACE, "/", "GET, HEAD"),
    ] {
        let answer = world.call(ask(method.clone(), uri, ACME)).await;
        assert_eq!(answer.status, 405, "{method} {uri}");
        assert_eq!(answer.header("allow"), Some(allow));
        answer.refused(405, "method_not_allowed");
    }
    let answer = world.call(ask(Method::POST, "/v2/jobs", ACME)).await;
    answer.refused(404, "not_found");
    assert_eq!(answer.json()["instance"], "/v2/jobs");
}

#[actix_web::test]
async fn whatever_can_be_read_can_be_asked_about() {
    let world = World::new().await;
    let (document, job) = world.converted().await;
    for resource in routes::table() {
        let readable = resource.actions.iter().any(|action| action.method == "GET");
        // A stream is read for as long as it lasts.
        let endless = resource.path.ends_with("/events");
        if !readable || endless || resource.path == "/v1/objects/{token}" {
            continue;
        }
        let id = if resource.path.contains("/jobs/") {
            &job
        } else {
            &document
        };
        let uri = resource
            .path
            .replace("{id}", id)
            .replace("{n}", "1")
            .replace("{hash}", "abc");
        let read = world.call(ask(Method::GET, &uri, ACME)).await;
        let asked = world.call(ask(Method::HEAD, &uri, ACME)).await;
        assert_eq!(read.status, asked.status, "{uri}");
        assert_eq!(read.header("etag"), asked.header("etag"), "{uri}");
        assert_eq!(
            read.header("content-type"),
            asked.header("content-type"),
            "{uri}"
        );
    }
}

#[actix_web::test]
async fn json_is_compressed_for_those_who_can_read_it() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    for uri in [format!("/v1/documents/{document}"), "/v1/jobs".to_owned()] {
        let zipped = world
            .call(get(&uri).insert_header(("accept-encoding", "gzip")))
            .await;
        assert_eq!(zipped.header("content-encoding"), Some("gzip"));
        assert_eq!(zipped.body[..2], [0x1f, 0x8b]);
        let vary = zipped.header("vary").unwrap().to_ascii_lowercase();
        assert!(vary.contains("accept-encoding"), "{vary}");
        let plain = world.call(get(&uri)).await;
        assert_eq!(plain.header("content-encoding"), None);
    }
    let none = get("/v1/jobs").insert_header(("accept-encoding", "br, identity;q=0"));
    world.call(none).await.refused(406, "not_acceptable");
}

#[actix_web::test]
async fn each_request_is_counted_under_its_route() {
    let world = World::new().await;
    let (_, job) = world.converted().await;
    world
        .call(get(&format!("/v1/jobs/{job}")))
        .await
        .expect(200);
    world
        .call(get("/secret/path"))
        .await
        .refused(404, "not_found");
    let strange = TestRequest::with_uri("/v1/jobs").method("BREW".parse().unwrap());
    world.call(strange).await.refused(405, "method_not_allowed");
    let text = world.state.telemetry.render();
    for line in [
        "slidecraft_http_requests_total{route=\"/v1/jobs/{id}\",method=\"GET\",status=\"200\"} 1",
        "slidecraft_http_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"} 1",
        "slidecraft_http_requests_total{route=\"/v1/jobs\",method=\"OTHER\",status=\"405\"} 1",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains(&job) && !text.contains("secret"));
}

#[actix_web::test]
async fn one_that_panics_is_answered_and_counted() {
    let world = World::new().await;
    world.platform.panics.store(true, Ordering::SeqCst);
    let answer = world
        .call(get("/v1/admin/pools").insert_header(("x-request-id", "p1")))
        .await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("x-request-id"), Some("p1"));
    let problem = answer.json();
    assert_eq!(problem["code"], "internal");
    assert!(
        !answer.body.windows(4).any(|word| word == b"test"),
        "{problem}"
    );
    let text = world.state.telemetry.render();
    assert!(text.contains("route=\"/v1/admin/pools\",method=\"GET\",status=\"500\"} 1"));
    world.call(get("/v1/jobs")).await.expect(200);
}

#[actix_web::test]
async fn what_the_store_says_is_not_for_clients() {
    let world = World::new().await;
    std::fs::remove_dir_all(world.folder.path().join("objects")).unwrap();
    let upload = super::world::markdown("a");
    let answer = world.call(upload).await;
    answer.refused(503, "storage_unavailable");
    assert_eq!(answer.header("retry-after"), Some("5"));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(
        !text.contains("os error") && !text.contains("No such file"),
        "{text}"
    );
    world
        .call(post("/v1/documents"))
        .await
        .refused(415, "unsupported_media_type");
}
