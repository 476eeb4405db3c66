//! Who may do what.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::json;

use super::world::{ACME, OTHER, READER, World, api_key, ask};
use crate::domain::time::Clock;

#[actix_web::test]
async fn without_a_key_nothing_is_told() {
    let world = World::new().await;
    for header in [
        None,
        Some("Bearer sk_unknown"),
        Some("Bearer x"),
        Some("Basic sk_acme"),
        Some("sk_acme"),
    ] {
        let mut request = TestRequest::with_uri("/v1/jobs");
        if let Some(header) = header {
            request = request.insert_header(("authorization", header));
        }
        let answer = world.call(request).await;
        answer.refused(401, "unauthenticated");
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"slidecraft\"")
        );
    }
    let scheme =
        TestRequest::with_uri("/v1/jobs").insert_header(("authorization", "bearer sk_acme"));
    world.call(scheme).await.expect(200);
}

#[actix_web::test]
async fn a_key_does_only_what_its_scopes_allow() {
    let world = World::new().await;
    world
        .call(ask(Method::GET, "/v1/jobs", READER))
        .await
        .expect(200);
    let upload = ask(Method::POST, "/v1/documents", READER);
    let answer = world
        .call(upload.set_json(json!({"title": "a", "markdown": "b"})))
        .await;
    answer.refused(403, "insufficient_scope");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("error=\"insufficient_scope\", scope=\"write\""),
        "{challenge}"
    );
    for uri in ["/v1/admin/pools", "/v1/admin/dead", "/metrics"] {
        world
            .call(ask(Method::GET, uri, OTHER))
            .await
            .refused(403, "insufficient_scope");
        world.call(ask(Method::GET, uri, ACME)).await.expect(200);
    }
}

#[actix_web::test]
async fn a_revoked_key_opens_nothing_ten_seconds_later() {
    let world = World::new().await;
    let jobs = || ask(Method::GET, "/v1/jobs", READER);
    world.call(jobs()).await.expect(200);
    let id = api_key(READER, "acme", Vec::new()).id;
    assert!(
        world
            .state
            .keys
            .revoke(id, world.clock.now())
            .await
            .unwrap()
    );
    world.clock.advance(Duration::from_secs(10));
    world.call(jobs()).await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn no_route_shows_another_tenant_anything() {
    let world = World::new().await;
    let (document, job) = world.converted().await;
    for (method, uri) in [
        ("GET", format!("/v1/documents/{document}")),
        ("PUT", format!("/v1/documents/{document}")),
        ("PATCH", format!("/v1/documents/{document}")),
        ("DELETE", format!("/v1/documents/{document}")),
        ("GET", format!("/v1/documents/{document}?version=1")),
        ("GET", format!("/v1/documents/{document}/slides/1.png")),
        ("GET", format!("/v1/documents/{document}/assets/abc")),
        ("GET", format!("/v1/jobs/{job}")),
        ("GET", format!("/v1/jobs/{job}?wait=1")),
        ("DELETE", format!("/v1/jobs/{job}")),
        ("POST", format!("/v1/jobs/{job}/retry")),
        ("GET", format!("/v1/jobs/{job}/result")),
        ("GET", format!("/v1/events?document={document}")),
        ("GET", format!("/v1/events?job={job}")),
    ] {
        // Once it is in acme's cache, it must not be found there by others.
        let method: Method = method.parse().unwrap();
        if method == Method::GET && !uri.contains("events") {
            world.call(ask(Method::GET, &uri, ACME)).await;
        }
        let foreign = world
            .call(ask(method, &uri, OTHER).insert_header(("if-match", "*")))
            .await;
        foreign.refused(404, "not_found");
        let detail = foreign.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("There is no such"), "{uri}: {detail}");
    }
}
