//! Signed links: what they give, and that nobody makes one.

use std::time::Duration;

use actix_web::test::TestRequest;

use super::world::{World, get, post};
use crate::domain::time::Clock;
use crate::http::state::ApiSettings;
use crate::storage::objects::ObjectKey;
use crate::storage::objects::signing::UrlSigner;

async fn link(world: &World) -> String {
    let job = world.exported("0123456789").await;
    let answer = world
        .call(get(&format!("/v1/jobs/{job}/result")))
        .await
        .expect(302);
    answer.header("location").unwrap().to_owned()
}

#[actix_web::test]
async fn a_link_needs_no_key_and_saves_under_a_safe_name() {
    let world = World::new().await;
    let link = link(&world).await;
    let answer = world.call(TestRequest::with_uri(&link)).await.expect(200);
    assert_eq!(answer.body, "0123456789");
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"_ber _uns_.pdf\"; filename*=UTF-8''%C3%9Cber%20%22uns%22.pdf")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        answer.header("content-security-policy"),
        Some("default-src 'none'; sandbox")
    );
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
}

#[actix_web::test]
async fn a_part_can_be_asked_for() {
    let world = World::new().await;
    let link = link(&world).await;
    let range = |range| TestRequest::with_uri(&link).insert_header(("range", range));
    let answer = world.call(range("bytes=2-4")).await.expect(206);
    assert_eq!(answer.body, "234");
    assert_eq!(answer.header("content-range"), Some("bytes 2-4/10"));
    let answer = world.call(range("bytes=20-")).await;
    answer.refused(416, "range_not_satisfiable");
    assert_eq!(answer.header("content-range"), Some("bytes */10"));
    // Ranges are of the bytes themselves, so they are never compressed.
    let zipped = range("bytes=0-").insert_header(("accept-encoding", "gzip"));
    let answer = world.call(zipped).await.expect(206);
    assert_eq!(answer.body, "0123456789");
}

#[actix_web::test]
async fn a_link_expires_and_cannot_be_forged() {
    let world = World::new().await;
    let link = link(&world).await;
    let mut forged = link.clone();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    // The last character of a signature holds four bits only; the first of its part holds six.
    let dot = forged.rfind('.').unwrap();
    let first = if forged.as_bytes()[dot + 1] == b'A' {
        "B"
    } else {
        "A"
    };
    forged.push(last);
    forged.replace_range(dot + 1..dot + 2, first);
    for uri in [forged.as_str(), "/v1/objects/x", "/v1/objects/a.b"] {
        world
            .call(TestRequest::with_uri(uri))
            .await
            .refused(403, "invalid_link");
    }
    let stranger = UrlSigner::new([8; 32]);
    let key = ObjectKey::parse("acme/documents/x/source").unwrap();
    let until = world.clock.now().plus(Duration::from_secs(60));
    let token = stranger.sign(&key, "text/html", "x", until);
    let answer = world
        .call(TestRequest::with_uri(&format!("/v1/objects/{token}")))
        .await;
    answer.refused(403, "invalid_link");

    world.clock.advance(Duration::from_secs(599));
    world.call(TestRequest::with_uri(&link)).await.expect(200);
    world.clock.advance(Duration::from_secs(1));
    world
        .call(TestRequest::with_uri(&link))
        .await
        .refused(410, "link_expired");
}

#[actix_web::test]
async fn a_link_is_absolute_where_we_know_how_we_are_reached() {
    let settings = ApiSettings {
        public_url: Some("https://decks.example.com/".to_owned()),
        ..ApiSettings::default()
    };
    let world = World::with(settings).await;
    let link = link(&world).await;
    assert!(
        link.starts_with("https://decks.example.com/v1/objects/"),
        "{link}"
    );
}

#[actix_web::test]
async fn a_deck_gives_access_to_its_own_assets_only() {
    let world = World::new().await;
    let (document, _) = world.converted().await;
    let key = ObjectKey::asset(&super::world::tenant("acme"), "abc");
    world.state.objects.put(&key, "png".into()).await.unwrap();
    let uri = format!("/v1/documents/{document}/assets");
    let answer = world.call(get(&format!("{uri}/abc"))).await.expect(302);
    let link = answer.header("location").unwrap();
    let answer = world.call(TestRequest::with_uri(link)).await.expect(200);
    assert_eq!(answer.body, "png");
    assert_eq!(answer.header("content-type"), Some("image/png"));
    let shown = answer.header("content-disposition").unwrap();
    assert!(shown.starts_with("inline; filename=\"abc.png\""), "{shown}");
    world
        .call(get(&format!("{uri}/def")))
        .await
        .refused(404, "not_found");
    world
        .call(post(&format!("{uri}/abc")))
        .await
        .refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn a_job_says_what_the_text_of_its_artifact_was_set_in() {
    let world = World::new().await;
    let job = world.exported("0123456789").await;
    let told = world
        .call(get(&format!("/v1/jobs/{job}")))
        .await
        .expect(200);
    let result = &told.json()["result"];
    assert_eq!(result["substituted_fonts"]["Aptos"], "Carlito");
    assert_eq!(result["missing_characters"], "水");
}
