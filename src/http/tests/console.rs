//! The console: pages for those who signed in, and only as much as their key allows. `tests/console` goes through it in a browser.

use actix_web::cookie::Cookie;
use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::world::{ACME, Answer, BREAKER, OTHER, READER, World, ask, markdown};
use crate::domain::failure::FailureCode;

fn visit(path: &str, key: &str) -> TestRequest {
    TestRequest::with_uri(path)
        .insert_header(("accept", "text/html"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .cookie(Cookie::new("slidecraft_key", key.to_owned()))
}

fn send(path: &str, key: &str, form: &'static str) -> TestRequest {
    visit(path, key)
        .method(Method::POST)
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(form)
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

#[actix_web::test]
async fn who_signs_in_gets_a_session_that_no_script_can_read() {
    let world = World::new().await;
    let form = |body: &'static str| {
        TestRequest::post()
            .uri("/console/sign-in")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_payload(body)
    };
    let wrong = world.call(form("key=sk_wrong")).await.expect(401);
    assert!(text(&wrong).contains("unknown or was revoked"));
    let right = world.call(form("key=sk_acme")).await.expect(303);
    assert_eq!(right.header("location"), Some("/"));
    let cookie = right.header("set-cookie").unwrap();
    for part in ["slidecraft_key=sk_acme", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let next = form("key=sk_acme&next=https%3A%2F%2Felsewhere.example");
    let next = world.call(next).await.expect(303);
    assert_eq!(next.header("location"), Some("/"));
    // Another site signs nobody in, under whichever key, and nobody out.
    for path in ["/console/sign-in", "/console/sign-out"] {
        let foreign = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("sec-fetch-site", "cross-site"))
            .set_payload("key=sk_acme");
        let foreign = world.call(foreign).await;
        assert_eq!(foreign.header("set-cookie"), None, "{path}");
    }
}

#[actix_web::test]
async fn a_search_that_was_sent_to_a_colleague_is_still_there_when_they_have_signed_in() {
    let world = World::new().await;
    let shared = "/console/jobs?state=dead&kind=export";
    let asked = TestRequest::with_uri(shared).insert_header(("accept", "text/html"));
    let asked = world.call(asked).await.expect(303);
    let place = asked.header("location").unwrap().to_owned();
    assert_eq!(
        place,
        "/console/sign-in?next=/console/jobs%3Fstate%3Ddead%26kind%3Dexport"
    );
    let form = text(&world.call(TestRequest::with_uri(&place)).await.expect(200));
    assert!(
        form.contains("value=\"/console/jobs?state=dead&amp;kind=export\""),
        "{form}"
    );
    let signed = TestRequest::post()
        .uri("/console/sign-in")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload("key=sk_acme&next=%2Fconsole%2Fjobs%3Fstate%3Ddead%26kind%3Dexport");
    let signed = world.call(signed).await.expect(303);
    assert_eq!(signed.header("location"), Some(shared));
    // A form is not sent again: it would be read as a page that is not there.
    let posted = TestRequest::post()
        .uri("/console/pools/ai")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("paused=true");
    let posted = world.call(posted).await.expect(303);
    assert_eq!(posted.header("location"), Some("/console/sign-in"));
}

#[actix_web::test]
async fn all_jobs_that_match_are_changed_and_no_others() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    for format in ["format=pdf", "format=pptx"] {
        let export = format!("/console/documents/{document}/export");
        world.call(send(&export, ACME, format)).await.expect(303);
    }
    let asked = send(
        &format!("/console/documents/{document}/chat"),
        ACME,
        "message=Why%3F",
    );
    world.call(asked).await.expect(303);
    let search = "/console/jobs?kind=export";
    let page = text(&world.call(visit(search, ACME)).await.expect(200));
    assert!(page.contains("Cancel all that match") && !page.contains("Try all dead ones again"));
    let page = text(&world.call(visit(search, READER)).await.expect(200));
    assert!(!page.contains("Cancel all that match"));
    let all = "kind=export&state=&tenant=&document=";
    let refused = world
        .call(send("/console/jobs/all/cancel", READER, all))
        .await;
    refused.expect(403);
    let others = "kind=export&tenant=other";
    let refused = world
        .call(send("/console/jobs/all/cancel", ACME, others))
        .await;
    refused.expect(403);
    let done = world
        .call(send("/console/jobs/all/cancel", ACME, all))
        .await;
    let place = done.expect(303).header("location").unwrap().to_owned();
    assert!(place.ends_with("&changed=2"), "{place}");
    let page = text(&world.call(visit(&place, ACME)).await.expect(200));
    assert!(page.contains("2 jobs were changed."));
    let count = async |search: &str| {
        let page = text(&world.call(visit(search, ACME)).await.expect(200));
        page.matches("<tr><th scope").count()
    };
    assert_eq!(count("/console/jobs?state=cancelled").await, 2);
    assert_eq!(count("/console/jobs?state=queued&kind=ai").await, 1);
    // Dead ones are sent back, but for those of others, whom an administrator sees too.
    for title in ["one", "two"] {
        world.call(markdown(title)).await.expect(202);
        world.kill("acme", FailureCode::DamagedFile).await;
    }
    let theirs = ask(Method::POST, "/v1/documents", OTHER)
        .set_json(serde_json::json!({"title": "theirs", "markdown": "# a"}));
    world.call(theirs).await.expect(202);
    world.kill("other", FailureCode::DamagedFile).await;
    assert_eq!(count("/console/jobs?state=dead").await, 3);
    let again = world.call(send("/console/jobs/all/retry", ACME, "")).await;
    let place = again.expect(303).header("location").unwrap().to_owned();
    assert!(place.ends_with("&changed=2"), "{place}");
    assert_eq!(count("/console/jobs?state=dead").await, 1);
    assert_eq!(count("/console/jobs?state=queued&kind=convert").await, 2);
}

#[actix_web::test]
async fn a_text_finds_ones_own_jobs_alone_and_an_id_leads_to_its_job() {
    let world = World::new().await;
    let theirs = ask(Method::POST, "/v1/documents", OTHER)
        .set_json(serde_json::json!({"title": "plans", "markdown": "# a"}));
    let theirs = world.call(theirs).await.expect(202).json()["job"]["id"].clone();
    let own = world.call(markdown("Our plans")).await.expect(202).json()["job"]["id"].clone();
    let found = async |search: &str, key: &str| {
        let page = text(&world.call(visit(search, key)).await.expect(200));
        page.matches("<tr><th scope").count()
    };
    assert_eq!(found("/console/jobs?text=PLANS", ACME).await, 2);
    assert_eq!(found("/console/jobs?text=PLANS", READER).await, 1);
    assert_eq!(found("/console/jobs?text=nowhere", ACME).await, 0);
    let by_id = |id: &serde_json::Value| format!("/console/jobs?text={}", id.as_str().unwrap());
    let led = world.call(visit(&by_id(&own), READER)).await.expect(303);
    let place = format!("/console/jobs/{}", own.as_str().unwrap());
    assert_eq!(led.header("location"), Some(place.as_str()));
    // Others' jobs are not told apart from those that are not there.
    assert_eq!(found(&by_id(&theirs), READER).await, 0);
    let long = format!("/console/jobs?text={}", "a".repeat(201));
    world.call(visit(&long, ACME)).await.expect(400);
}

#[actix_web::test]
async fn nobody_sees_more_than_their_key_allows() {
    let world = World::new().await;
    let first = world.call(visit("/", ACME)).await.expect(200);
    assert!(text(&first).contains("<h1>Overview</h1>"));
    assert!(!text(&first).contains("/console/chaos"));
    let policy = first.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
    for (path, key) in [
        ("/", READER),
        ("/console/pools", READER),
        ("/console/chaos", ACME),
    ] {
        let refused = world.call(visit(path, key)).await.expect(403);
        assert!(
            text(&refused).contains("This needs a key with the scope"),
            "{path}"
        );
    }
    world
        .call(visit("/console/chaos", BREAKER))
        .await
        .expect(200);
    let nobody = TestRequest::with_uri("/console/jobs").insert_header(("accept", "text/html"));
    let nobody = world.call(nobody).await.expect(303);
    assert_eq!(
        nobody.header("location"),
        Some("/console/sign-in?next=/console/jobs")
    );
    // A program is told where to start, as before.
    let program = world.call(TestRequest::with_uri("/")).await.expect(200);
    assert_eq!(program.json()["name"], "slidecraft");
}

#[actix_web::test]
async fn what_is_written_on_a_page_is_text_and_never_markup() {
    let world = World::new().await;
    let hostile = "<script>alert(1)</script>";
    let taken =
        markdown(hostile).set_json(serde_json::json!({"title": hostile, "markdown": "# a"}));
    world.call(taken).await.expect(202);
    for path in ["/console/jobs", "/console/documents"] {
        let page = text(&world.call(visit(path, ACME)).await.expect(200));
        assert!(!page.contains(hostile), "{path}");
    }
    let page = text(&world.call(visit("/console/documents", ACME)).await);
    assert!(page.contains("&lt;script&gt;"));
}

#[actix_web::test]
async fn forms_do_what_the_api_does() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let at = format!("/console/documents/{document}");
    let exported = world
        .call(send(
            &format!("{at}/export"),
            ACME,
            "format=pdf&hidden_slides=true",
        ))
        .await
        .expect(303);
    let job = exported.header("location").unwrap().to_owned();
    assert!(job.starts_with("/console/jobs/"));
    let asked = send(&format!("{at}/chat"), ACME, "message=What+is+it+about%3F");
    world.call(asked).await.expect(303);
    let page = text(&world.call(visit(&at, ACME)).await.expect(200));
    assert!(page.contains("What is it about?") && page.contains("pdf of version 1"));
    world
        .call(send(&format!("{job}/cancel"), ACME, ""))
        .await
        .expect(303);
    let page = text(&world.call(visit(&job, ACME)).await.expect(200));
    assert!(page.contains("cancelled"));
    let changed = send("/console/pools/ai", ACME, "min=4&baseline=5&peak=6&max=9");
    world.call(changed).await.expect(303);
    let (_, change) = world.platform.changes.lock().unwrap()[0].clone();
    assert_eq!(
        (change.min, change.max, change.paused),
        (Some(4), Some(9), None)
    );
    let broken = "type=drop_events&share=0.5&duration_s=30";
    world
        .call(send("/console/chaos", BREAKER, broken))
        .await
        .expect(303);
    let faults = world.state.chaos.as_ref().unwrap().active();
    assert_eq!(faults[0].fault.name(), "drop_events");
    let end = format!("/console/chaos/{}/end", faults[0].id);
    world.call(send(&end, BREAKER, "")).await.expect(303);
    assert_eq!(world.state.chaos.as_ref().unwrap().active().len(), 0);
}
