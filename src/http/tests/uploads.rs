//! Taking presentations in, listing them, deleting them.

use std::sync::atomic::Ordering;

use actix_web::http::Method;
use serde_json::json;

use super::world::{ACME, OTHER, World, ask, delete, file, get, markdown, part, post};
use crate::domain::job::JobKind;
use crate::http::state::ApiSettings;

#[actix_web::test]
async fn a_file_is_taken_in_whole_before_the_answer() {
    let world = World::new().await;
    let upload = file(
        post("/v1/documents"),
        "C:\\\\decks\\\\talk.pptx",
        b"PK\x03\x04rest",
    );
    let answer = world.call(upload).await.expect(202);
    let body = answer.json();
    let (document, job) = (&body["document"], &body["job"]);
    assert_eq!(document["title"], "talk.pptx");
    assert_eq!(document["source"]["format"], "pptx");
    assert_eq!(document["source"]["bytes"], 8);
    assert_eq!(document["version"], 0);
    assert_eq!(
        (&job["kind"], &job["state"]),
        (&json!("convert"), &json!("queued"))
    );
    assert_eq!(job["document"], document["id"]);
    assert_eq!(job["max_attempts"], 5);
    let location = format!("/v1/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(
        answer.header("ratelimit-policy"),
        Some("\"open-jobs\";q=20000")
    );
    assert_eq!(answer.header("ratelimit"), Some("\"open-jobs\";r=19999"));
    assert_eq!(world.objects(), 1);
    assert_eq!(world.platform.told(), ["job.queued"]);
    assert_eq!(*world.platform.woken.lock().unwrap(), [JobKind::Convert]);
    assert_eq!(world.call(get(&location)).await.expect(200).json(), *job);
}

#[actix_web::test]
async fn markdown_is_taken_in_under_its_title() {
    let world = World::new().await;
    let body = world
        .call(markdown("Q3: the/plan"))
        .await
        .expect(202)
        .json();
    assert_eq!(body["document"]["title"], "Q3: the/plan");
    assert_eq!(body["document"]["source"]["name"], "plan.md");
    assert_eq!(body["document"]["source"]["format"], "markdown");
}

#[actix_web::test]
async fn what_is_no_presentation_is_refused_and_nothing_is_left() {
    let world = World::new().await;
    for (name, bytes) in [("a.exe", b"MZ".as_slice()), ("", b"x".as_slice())] {
        let answer = world.call(file(post("/v1/documents"), name, bytes)).await;
        answer.refused(415, "wrong_file_type");
    }
    let large = vec![0; 100_000];
    let answer = world
        .call(file(post("/v1/documents"), "a.zip", &large))
        .await;
    answer.refused(415, "wrong_file_type");
    let answer = world.call(file(post("/v1/documents"), "a.md", b"")).await;
    answer.refused(422, "invalid_body");
    assert_eq!(world.objects(), 0);
    assert!(world.platform.told().is_empty());
}

#[actix_web::test]
async fn an_upload_beyond_the_limit_is_refused_and_nothing_is_left() {
    let settings = ApiSettings {
        upload_bytes: 10_000,
        json_bytes: 100,
        ..ApiSettings::default()
    };
    let world = World::with(settings).await;
    let mut large = b"PK".to_vec();
    large.resize(10_001, 0);
    let answer = world
        .call(file(post("/v1/documents"), "a.pptx", &large))
        .await;
    answer.refused(413, "too_large");
    large.resize(10_000, 0);
    let fits = file(post("/v1/documents"), "a.pptx", &large);
    world.call(fits).await.expect(202);
    let answer = world.call(markdown(&"x".repeat(100))).await;
    answer.refused(413, "too_large");
    let declared = post("/v1/documents")
        .insert_header(("content-type", "multipart/form-data; boundary=line"))
        .insert_header(("content-length", "2000000000"));
    world.call(declared).await.refused(413, "too_large");
    assert_eq!(world.objects(), 1);
}

#[actix_web::test]
async fn parts_that_do_not_belong_are_refused_by_name() {
    let world = World::new().await;
    let stray = part(post("/v1/documents"), "name=\"titel\"", b"x");
    let answer = world.call(stray).await;
    answer.refused(422, "invalid_body");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/titel");

    let two = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\n\r\na\r\n\
               --line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.md\"\r\n\r\nb\r\n--line--\r\n";
    let form = ("content-type", "multipart/form-data; boundary=line");
    let two = post("/v1/documents").insert_header(form).set_payload(two);
    world.call(two).await.refused(422, "invalid_body");

    let empty = post("/v1/documents")
        .insert_header(form)
        .set_payload("--line--\r\n");
    world.call(empty).await.refused(422, "invalid_body");

    let broken = post("/v1/documents")
        .insert_header(form)
        .set_payload("--line\r\nno");
    world.call(broken).await.refused(400, "invalid_multipart");
    let unbounded = post("/v1/documents").insert_header(("content-type", "multipart/form-data"));
    world
        .call(unbounded)
        .await
        .refused(400, "invalid_multipart");
    assert_eq!(world.objects(), 0);
}

#[actix_web::test]
async fn json_that_does_not_fit_is_refused_with_its_place() {
    let world = World::new().await;
    for (body, pointer) in [
        (
            json!({"title": "a", "markdown": "b", "colour": 1}),
            "/colour",
        ),
        (json!({"title": 7, "markdown": "b"}), "/title"),
        (json!({"title": "a"}), "/markdown"),
        (json!(["a", "b"]), ""),
        (json!({"title": "  ", "markdown": "b"}), "/title"),
        (json!({"title": "a".repeat(201), "markdown": "b"}), "/title"),
        (json!({"title": "a", "markdown": "\n"}), "/markdown"),
    ] {
        let answer = world.call(post("/v1/documents").set_json(&body)).await;
        answer.refused(422, "invalid_body");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let json = ("content-type", "application/json");
    for body in ["{", "", "{} {}"] {
        let broken = post("/v1/documents").insert_header(json).set_payload(body);
        let answer = world.call(broken).await;
        assert!(
            ["invalid_json", "invalid_body"].contains(&answer.problem().as_str()),
            "{body}"
        );
    }
    let other = post("/v1/documents").insert_header(("content-type", "text/plain"));
    let answer = world.call(other.set_payload("x")).await;
    answer.refused(415, "unsupported_media_type");
    assert_eq!(
        answer.header("accept"),
        Some("multipart/form-data, application/json")
    );
}

#[actix_web::test]
async fn a_compressed_body_is_refused() {
    let world = World::new().await;
    for request in [markdown("a"), file(post("/v1/documents"), "a.md", b"x")] {
        let request = request.insert_header(("content-encoding", "gzip"));
        let answer = world.call(request).await;
        answer.refused(415, "unsupported_media_type");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
    }
}

#[actix_web::test]
async fn a_body_that_stalls_is_given_up_and_its_key_is_free_again() {
    let settings = ApiSettings {
        body_stall: std::time::Duration::from_millis(50),
        ..ApiSettings::default()
    };
    let world = World::with(settings).await;
    for media_type in ["application/json", "multipart/form-data; boundary=line"] {
        let stalled = post("/v1/documents")
            .insert_header(("content-type", media_type))
            .insert_header(("idempotency-key", "k"));
        world
            .call_stalled(stalled)
            .await
            .refused(408, "request_timeout");
    }
    let again = markdown("a").insert_header(("idempotency-key", "k"));
    world.call(again).await.expect(202);
}

#[actix_web::test]
async fn a_node_that_stops_takes_nothing_new() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let dead = world.call(markdown("b")).await.expect(202).json()["job"]["id"].clone();
    world.platform.draining.store(true, Ordering::SeqCst);
    let export = post(&format!("/v1/documents/{document}/exports"));
    let retry = post(&format!("/v1/jobs/{}/retry", dead.as_str().unwrap()));
    let drain = post("/v1/admin/dead").set_json(json!({"action": "retry", "all": true}));
    for request in [
        markdown("a"),
        export.set_json(json!({"format": "pdf"})),
        retry,
        drain,
        get("/v1/events"),
    ] {
        let answer = world.call(request).await;
        answer.refused(503, "draining");
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    world.call(get("/v1/jobs")).await.expect(200);
}

#[actix_web::test]
async fn a_tenant_over_its_quota_is_told_when_to_come_back() {
    let mut settings = ApiSettings::default();
    settings.quota.open_jobs_per_tenant = 2;
    let world = World::with(settings).await;
    for left in ["1", "0"] {
        let answer = world.call(markdown("a")).await.expect(202);
        let told = format!("\"open-jobs\";r={left}");
        assert_eq!(answer.header("ratelimit"), Some(told.as_str()));
    }
    let answer = world.call(markdown("a")).await;
    answer.refused(429, "quota_exceeded");
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert_eq!(answer.header("ratelimit"), Some("\"open-jobs\";r=0;t=5"));
    assert_eq!(answer.header("ratelimit-policy"), Some("\"open-jobs\";q=2"));
    let other = ask(Method::POST, "/v1/documents", OTHER);
    let other = other.set_json(json!({"title": "a", "markdown": "b"}));
    world.call(other).await.expect(202);
    // As soon as a job has ended there is room, whatever was counted before.
    world.convert().await;
    world.call(markdown("a")).await.expect(202);
}

#[actix_web::test]
async fn documents_are_listed_newest_first_in_pages() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c", "d", "e"] {
        let body = world.call(markdown(title)).await.expect(202).json();
        ids.insert(0, body["document"]["id"].clone());
    }
    let mut seen = Vec::new();
    let mut uri = "/v1/documents?limit=2".to_owned();
    loop {
        let answer = world.call(get(&uri)).await.expect(200);
        let page = answer.json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["id"].clone()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), None);
            break;
        };
        // One that is added meanwhile does not move the pages.
        world.call(markdown("later")).await.expect(202);
        let link = format!("</v1/documents?limit=2&cursor={cursor}>; rel=\"next\"");
        assert_eq!(answer.header("link"), Some(link.as_str()));
        uri = format!("/v1/documents?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ids);
    let nothing = world.call(ask(Method::GET, "/v1/documents", OTHER)).await;
    assert_eq!(nothing.json(), json!({"items": []}));
}

#[actix_web::test]
async fn a_cursor_of_another_list_is_refused() {
    let world = World::new().await;
    for title in ["a", "b"] {
        world.call(markdown(title)).await.expect(202);
    }
    let page = world
        .call(get("/v1/documents?limit=1"))
        .await
        .expect(200)
        .json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let answer = world.call(get(&format!("/v1/jobs?cursor={cursor}"))).await;
    answer.refused(400, "invalid_cursor");
    for cursor in ["x", "", "!!", "AAAA"] {
        let answer = world
            .call(get(&format!("/v1/documents?cursor={cursor}")))
            .await;
        answer.refused(400, "invalid_cursor");
    }
}

#[actix_web::test]
async fn a_deleted_document_takes_its_jobs_and_files_along() {
    let world = World::new().await;
    let job = world.exported("%PDF").await;
    let exported = world
        .call(get(&format!("/v1/jobs/{job}")))
        .await
        .expect(200)
        .json();
    let document = exported["document"].as_str().unwrap().to_owned();
    let export = post(&format!("/v1/documents/{document}/exports"));
    let waiting = world.call(export.set_json(json!({"format": "pptx"}))).await;
    let waiting = format!(
        "/v1/jobs/{}",
        waiting.expect(202).json()["id"].as_str().unwrap()
    );
    assert_eq!(world.call(get(&waiting)).await.json()["state"], "queued");
    assert_eq!(world.objects(), 2);

    let uri = format!("/v1/documents/{document}");
    let foreign = world.call(ask(Method::DELETE, &uri, OTHER)).await;
    foreign.refused(404, "not_found");
    world.call(delete(&uri)).await.expect(204);
    assert_eq!(world.objects(), 0);
    assert_eq!(world.call(get(&waiting)).await.json()["state"], "cancelled");
    assert_eq!(world.platform.told().last(), Some(&"job.cancelled"));
    world.call(get(&uri)).await.refused(404, "not_found");
    world.call(delete(&uri)).await.refused(404, "not_found");
    let gone = world.call(get(&format!("/v1/jobs/{job}/result"))).await;
    gone.refused(410, "result_gone");
}

#[actix_web::test]
async fn deleting_stops_what_runs() {
    let world = World::new().await;
    let body = world.call(markdown("a")).await.expect(202).json();
    let claimed = world.claim(JobKind::Convert, "acme").await;
    let uri = format!("/v1/documents/{}", body["document"]["id"].as_str().unwrap());
    world
        .call(ask(Method::DELETE, &uri, ACME))
        .await
        .expect(204);
    assert_eq!(*world.platform.stopped.lock().unwrap(), [claimed.lease.job]);
}
