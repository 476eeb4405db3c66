//! Nodes that do only a part: what they answer, and what they say of the rest.

use super::world::{World, get, markdown};
use crate::domain::role::Role;
use crate::http::state::ApiSettings;

async fn with(roles: &[Role]) -> World {
    let settings = ApiSettings {
        roles: roles.to_vec(),
        ..ApiSettings::default()
    };
    World::with(settings).await
}

#[actix_web::test]
async fn a_worker_machine_answers_for_itself_only() {
    let world = with(&[Role::Convert, Role::Export]).await;
    for path in ["/healthz", "/readyz", "/metrics", "/v1/admin/pools"] {
        world.call(get(path)).await.expect(200);
    }
    for (request, role) in [
        (get("/v1/jobs"), "api"),
        (markdown("a"), "api"),
        (get("/v1/events"), "sse"),
    ] {
        let answer = world.call(request).await;
        answer.refused(404, "not_found");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(&format!("`{role}`")), "{detail}");
    }
}

#[actix_web::test]
async fn an_api_machine_holds_no_streams_unless_it_is_told_to() {
    let world = with(&[Role::Api]).await;
    world.call(get("/v1/jobs")).await.expect(200);
    world
        .call(get("/v1/events"))
        .await
        .refused(404, "not_found");
    let world = with(&[Role::Sse]).await;
    let stream = world.open(get("/v1/events")).await;
    assert_eq!(stream.status(), 200);
    world.call(get("/v1/jobs")).await.refused(404, "not_found");
}
