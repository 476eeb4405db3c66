//! Asking about a deck, the conversation, and what becomes of proposed edits.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::world::{ACME, Answer, OTHER, World, ask, delete, get, post};
use crate::domain::chat::{ChatAction, Citation, Proposal, SummaryLength, TokenUsage};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{JobKind, JobResult, JobSpec};
use crate::http::problem::Code;
use crate::storage::jobs::Outcome;

fn proposal() -> Proposal {
    Proposal {
        base_version: 1,
        summary: vec!["Delete slide 1".to_owned()],
        patch: vec![
            json!({"op": "test", "path": "/slides/0/id", "value": "a"}),
            json!({"op": "remove", "path": "/slides/0"}),
        ],
        undo: vec![json!({"op": "add", "path": "/slides/0", "value": {"id": "a"}})],
        slides: vec![1],
    }
}

/// The oldest question of acme is answered.
async fn answer(world: &World, proposal: Option<Proposal>) -> String {
    let claimed = world.claim(JobKind::Ai, "acme").await;
    let result = JobResult::Answer {
        text: "It is about this [slide 1].".to_owned(),
        model: "offline/offline-extractive".to_owned(),
        citations: vec![Citation {
            slide: 1,
            slide_id: "a".to_owned(),
            element: None,
        }],
        proposal: proposal.map(Box::new),
        usage: TokenUsage {
            input: 100,
            output: 20,
            micro_dollars: 300,
            ..TokenUsage::default()
        },
    };
    let outcome = Outcome::Succeeded {
        result,
        version: None,
    };
    world.end(&claimed, outcome).await;
    claimed.lease.job.to_string()
}

/// A document with a proposed edit: where it is, and where the proposal.
async fn proposed(world: &World) -> (String, String) {
    let (document, _) = world.converted().await;
    let document = format!("/v1/documents/{document}");
    let asked = post(&format!("{document}/chat")).set_json(json!({"message": "Shorter!"}));
    world.call(asked).await.expect(202);
    let id = answer(world, Some(proposal())).await;
    let place = format!("{document}/proposals/{id}");
    (document, place)
}

fn act(place: &str, what: &str, version: &str) -> TestRequest {
    post(&format!("{place}/{what}")).insert_header(("if-match", version))
}

/// How a proposal stands.
async fn state(world: &World, place: &str) -> String {
    let seen = world.call(get(place)).await.expect(200).json();
    seen["state"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_question_is_a_job_and_the_conversation_is_kept_until_it_is_deleted() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let uri = format!("/v1/documents/{document}");
    let chat = format!("{uri}/chat");
    let asked = post(&chat).set_json(json!({"message": "What is it about?", "model": "fast"}));
    let job = world.call(asked).await.expect(202).json();
    assert_eq!(
        (&job["kind"], &job["state"]),
        (&json!("ai"), &json!("queued"))
    );
    assert_eq!(
        world.platform.woken.lock().unwrap().last(),
        Some(&JobKind::Ai)
    );
    let id = answer(&world, None).await;
    assert_eq!(json!(id), job["id"]);
    let summary = json!({"action": {"type": "summarize", "length": "line"}});
    world.call(post(&chat).set_json(summary)).await.expect(202);
    let claimed = world.claim(JobKind::Ai, "acme").await;
    let JobSpec::Ai {
        message, action, ..
    } = &claimed.spec
    else {
        panic!("{:?}", claimed.spec);
    };
    assert_eq!(message, "Summarize the deck in one sentence.");
    let length = SummaryLength::Line;
    assert_eq!(action, &Some(ChatAction::Summarize { length }));
    let failure = Failure::new(FailureCode::ProviderRefused, "The account is used up.");
    world.end(&claimed, Outcome::Dead { failure }).await;

    let page = world
        .call(get(&format!("{uri}/messages")))
        .await
        .expect(200)
        .json();
    let [failed, answered] = page["items"].as_array().unwrap().as_slice() else {
        panic!("{page}");
    };
    assert_eq!(failed["failure"], "The account is used up.");
    assert_eq!(answered["message"], "What is it about?");
    assert_eq!(answered["answer"]["text"], "It is about this [slide 1].");
    assert_eq!(
        answered["answer"]["citations"],
        json!([{"slide": 1, "slide_id": "a"}])
    );
    assert_eq!(answered["answer"]["usage"]["dollars"], 0.0003);
    let first = world
        .call(get(&format!("{uri}/messages?limit=1")))
        .await
        .expect(200)
        .json();
    let next = first["next_cursor"].as_str().unwrap();
    let second = get(&format!("{uri}/messages?limit=1&cursor={next}"));
    assert_eq!(
        world.call(second).await.expect(200).json()["items"][0]["id"],
        json!(id)
    );

    world
        .call(delete(&format!("{uri}/messages")))
        .await
        .expect(204);
    let page = world
        .call(get(&format!("{uri}/messages")))
        .await
        .expect(200)
        .json();
    assert_eq!(page["items"], json!([]));
    world
        .call(get(&format!("/v1/jobs/{id}")))
        .await
        .refused(404, "not_found");
}

#[actix_web::test]
async fn what_cannot_be_asked_is_refused_with_the_place() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let chat = format!("/v1/documents/{document}/chat");
    for (sent, pointer) in [
        (json!({}), "/message"),
        (json!({"message": "  "}), "/message"),
        (json!({"message": "x".repeat(8_001)}), "/message"),
        (json!({"message": "x", "model": ""}), "/model"),
        (json!({"action": {"type": "sing"}}), "/action"),
        (json!({"message": "x", "tools": []}), "/tools"),
    ] {
        let refused = world.call(post(&chat).set_json(&sent)).await;
        refused.refused(422, "invalid_body");
        let seen = refused.json()["errors"][0]["pointer"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(seen.starts_with(pointer), "{sent}: {seen}");
    }
    let foreign = ask(Method::POST, &chat, OTHER).set_json(json!({"message": "?"}));
    world.call(foreign).await.refused(404, "not_found");
    for method in [Method::GET, Method::DELETE] {
        let uri = format!("/v1/documents/{document}/messages");
        world
            .call(ask(method, &uri, OTHER))
            .await
            .refused(404, "not_found");
    }
    let fresh = world
        .call(super::world::markdown("a"))
        .await
        .expect(202)
        .json();
    let uri = format!(
        "/v1/documents/{}/chat",
        fresh["document"]["id"].as_str().unwrap()
    );
    world
        .call(post(&uri).set_json(json!({"message": "?"})))
        .await
        .refused(409, "no_deck");
}

#[actix_web::test]
async fn a_proposal_is_applied_once_and_taken_back_once() {
    let world = World::new().await;
    let (document, place) = proposed(&world).await;
    let seen = world.call(get(&place)).await.expect(200).json();
    assert_eq!(
        (&seen["state"], &seen["patch"][1]["op"]),
        (&json!("open"), &json!("remove"))
    );
    world
        .call(post(&format!("{place}/apply")))
        .await
        .refused(428, "precondition_required");
    world
        .call(act(&place, "apply", "\"9\""))
        .await
        .refused(412, "stale_version");
    world
        .call(act(&place, "undo", "\"1\""))
        .await
        .refused(409, "proposal_decided");
    let applied = world.call(act(&place, "apply", "\"1\"")).await.expect(200);
    assert_eq!(applied.header("etag"), Some("\"2\""));
    let deck = world.call(get(&document)).await.expect(200).json();
    assert_eq!(deck["slides"], json!([{"id": "b"}]));
    assert_eq!(state(&world, &place).await, "applied");
    world
        .call(act(&place, "apply", "*"))
        .await
        .refused(409, "proposal_decided");
    world
        .call(post(&format!("{place}/drop")))
        .await
        .refused(409, "proposal_decided");
    let undone = world.call(act(&place, "undo", "\"2\"")).await.expect(200);
    assert_eq!(undone.header("etag"), Some("\"3\""));
    let deck = world.call(get(&document)).await.expect(200).json();
    assert_eq!(deck["slides"], json!([{"id": "a"}, {"id": "b"}]));
    assert_eq!(state(&world, &place).await, "undone");
    world
        .call(act(&place, "undo", "*"))
        .await
        .refused(409, "proposal_decided");
    let page = world
        .call(get(&format!("{document}/messages")))
        .await
        .expect(200)
        .json();
    assert_eq!(page["items"][0]["answer"]["proposal"]["state"], "undone");
    assert_eq!(page["items"][0]["answer"]["proposal"]["version"], 3);
}

#[actix_web::test]
async fn a_proposal_whose_slides_were_changed_since_stays_open() {
    let world = World::new().await;
    let (document, place) = proposed(&world).await;
    let put = ask(Method::PUT, &document, ACME).insert_header(("if-match", "*"));
    let moved_on = json!({"title": "b", "slides": [{"id": "c"}]});
    world.call(put.set_json(moved_on)).await.expect(200);
    world
        .call(act(&place, "apply", "*"))
        .await
        .refused(409, "patch_test_failed");
    assert_eq!(state(&world, &place).await, "open");
    world.call(post(&format!("{place}/drop"))).await.expect(204);
    assert_eq!(state(&world, &place).await, "dropped");
    world
        .call(act(&place, "apply", "*"))
        .await
        .refused(409, "proposal_decided");
}

#[actix_web::test]
async fn a_proposal_is_its_tenants_own_and_can_be_looked_at() {
    let world = World::new().await;
    let (document, place) = proposed(&world).await;
    let seen = world.call(get(&place)).await.expect(200).json();
    let slide = &seen["slides"][0];
    assert_eq!(slide["number"], 1);
    // After it, slide 1 is the one that was slide 2.
    for side in ["before", "after"] {
        let picture = world
            .call(get(slide[side].as_str().unwrap()))
            .await
            .expect(200);
        assert_eq!(picture.body, "picture of \"b\", 960 wide", "{side}");
    }
    let none = get(&format!("{place}/slides/1.png?side=left"));
    world.call(none).await.refused(400, "invalid_query");
    for (method, path) in [
        (Method::GET, place.clone()),
        (Method::POST, format!("{place}/apply")),
        (Method::POST, format!("{place}/drop")),
        (Method::GET, format!("{place}/slides/1.png?side=after")),
    ] {
        let theirs = ask(method, &path, OTHER).insert_header(("if-match", "*"));
        world.call(theirs).await.refused(404, "not_found");
    }
    let convert = world.call(get("/v1/jobs?kind=convert")).await.json();
    let convert = convert["items"][0]["id"].as_str().unwrap().to_owned();
    let none = get(&format!("{document}/proposals/{convert}"));
    world.call(none).await.refused(404, "not_found");
}

#[actix_web::test]
async fn a_question_that_is_repeated_is_answered_as_the_first_was() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let chat = format!("/v1/documents/{document}/chat");
    let keyed = || {
        post(&chat)
            .insert_header(("idempotency-key", "k"))
            .set_json(json!({"message": "What is it about?"}))
    };
    let first = world.call(keyed()).await.expect(202).json();
    answer(&world, None).await;
    let again = world.call(keyed()).await.expect(202);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json()["id"], first["id"]);
    let streamed = keyed().insert_header(("accept", "text/event-stream"));
    let told = world.call(streamed).await.expect(200);
    let told = String::from_utf8(told.body.to_vec()).unwrap();
    for event in ["chat.delta", "chat.usage", "chat.done", "job.succeeded"] {
        assert!(
            told.contains(&format!("event: {event}\n")),
            "{event}: {told}"
        );
    }
}

/// A proposal that was decided already.
pub(super) async fn problems(world: &World) -> Vec<Answer> {
    let (_, place) = proposed(world).await;
    world.call(post(&format!("{place}/drop"))).await.expect(204);
    let again = world.call(post(&format!("{place}/drop"))).await;
    let body: Value = again.json();
    assert_eq!(body["code"], Code::ProposalDecided.name());
    vec![again]
}
