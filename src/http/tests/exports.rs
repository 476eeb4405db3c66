//! Exports and what jobs leave behind.

use actix_web::http::Method;
use serde_json::json;

use super::world::{OTHER, World, ask, get, markdown, post};
use crate::domain::failure::FailureCode;
use crate::domain::job::JobKind;

#[actix_web::test]
async fn an_export_is_a_job_of_the_newest_version() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}/exports");
    let answer = world
        .call(post(&uri).set_json(json!({"format": "pptx"})))
        .await;
    let body = answer.expect(202).json();
    assert_eq!(body["kind"], "export");
    assert_eq!(
        body["request"],
        json!({
            "kind": "export", "format": "pptx", "version": 1,
            "hidden_slides": false, "notes": false, "pdf_a": false
        })
    );
    assert_eq!(
        world.platform.woken.lock().unwrap().last(),
        Some(&JobKind::Export)
    );
    for (sent, pointer) in [
        (json!({"format": "docx"}), "/format"),
        (json!({"format": "png", "notes": true}), "/notes"),
        (json!({"format": "pptx", "pdf_a": true}), "/pdf_a"),
        (json!({"format": "pdf", "version": 2}), "/version"),
        (json!({"format": "pdf", "version": 0}), "/version"),
        (json!({"format": "pdf", "page": 2}), "/page"),
        (json!({}), "/format"),
    ] {
        let answer = world.call(post(&uri).set_json(&sent)).await;
        answer.refused(422, "invalid_body");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{sent}");
    }
    let foreign = ask(Method::POST, &uri, OTHER).set_json(json!({"format": "pdf"}));
    world.call(foreign).await.refused(404, "not_found");
}

#[actix_web::test]
async fn what_has_no_deck_yet_cannot_be_exported_drawn_or_read() {
    let world = World::new().await;
    let body = world.call(markdown("a")).await.expect(202).json();
    let uri = format!("/v1/documents/{}", body["document"]["id"].as_str().unwrap());
    let export = post(&format!("{uri}/exports")).set_json(json!({"format": "pdf"}));
    world.call(export).await.refused(409, "no_deck");
    for read in ["", "/slides/1.png", "/assets/abc"] {
        world
            .call(get(&format!("{uri}{read}")))
            .await
            .refused(409, "no_deck");
    }
}

#[actix_web::test]
async fn a_result_leads_to_the_file_or_the_document() {
    let world = World::new().await;
    let job = world.exported("%PDF-1.7 all of it").await;
    let answer = world
        .call(get(&format!("/v1/jobs/{job}/result")))
        .await
        .expect(302);
    let link = answer.header("location").unwrap();
    assert!(link.starts_with("/v1/objects/"), "{link}");
    let (document, convert) = world.converted().await;
    let answer = world
        .call(get(&format!("/v1/jobs/{convert}/result")))
        .await
        .expect(303);
    assert_eq!(
        answer.header("location"),
        Some(format!("/v1/documents/{document}").as_str())
    );
    let foreign = ask(Method::GET, &format!("/v1/jobs/{job}/result"), OTHER);
    world.call(foreign).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_job_without_result_says_why() {
    let world = World::new().await;
    let result = |body: serde_json::Value| {
        format!("/v1/jobs/{}/result", body["job"]["id"].as_str().unwrap())
    };
    let uri = result(world.call(markdown("a")).await.expect(202).json());
    let answer = world.call(get(&uri)).await;
    answer.refused(409, "not_finished");
    assert_eq!(answer.header("retry-after"), Some("1"));
    world.kill("acme", FailureCode::DamagedFile).await;
    let answer = world.call(get(&uri)).await;
    answer.refused(409, "no_result");
    assert_eq!(answer.json()["failure"], "damaged_file");
    assert_eq!(answer.json()["detail"], "It cannot be read.");
    let cancelled = world.call(markdown("b")).await.expect(202).json();
    let uri = result(cancelled);
    let job = uri.trim_end_matches("/result");
    world
        .call(ask(Method::DELETE, job, super::world::ACME))
        .await
        .expect(200);
    world.call(get(&uri)).await.refused(409, "no_result");
}
