//! Tokens beside keys: what they open, what they say when they do not, and that their end is obeyed at once.

use std::sync::Arc;
use std::time::Duration;

use actix_web::test::TestRequest;
use async_trait::async_trait;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::world::{World, get};
use crate::auth::claims::ClaimRules;
use crate::auth::key_set::Refresh;
use crate::auth::verifier::{KeySource, Signers, TokenVerifier};

/// The secret that tokens of the world are signed by.
const SECRET: &[u8] = b"a secret of this world, of 32 bytes or more";
/// When tokens end: a minute after the world begins.
const ENDS: i64 = 1_795_477_860;

/// An issuer that never answers.
struct Away;

#[async_trait]
impl KeySource for Away {
    async fn fetch(&self) -> Result<JwkSet, String> {
        Err("nobody is there".to_owned())
    }
}

/// Who believes tokens in the world.
pub(super) fn verifier() -> TokenVerifier {
    let rules = ClaimRules {
        issuer: Some("https://id.example".to_owned()),
        audience: Some("slidecraft".to_owned()),
        leeway: Duration::ZERO,
        tenant: "tenant".to_owned(),
        scopes: "scope".to_owned(),
        scope_prefix: String::new(),
        tier: "tier".to_owned(),
    };
    let refresh = Refresh {
        after: Duration::from_secs(60),
        floor: Duration::ZERO,
    };
    let signers = Signers {
        secret: Some(SECRET.to_vec()),
        keys: Some(Arc::new(Away)),
    };
    TokenVerifier::new(rules, vec![Algorithm::RS256], refresh, signers)
}

fn claims() -> Value {
    json!({"iss": "https://id.example", "aud": "slidecraft", "sub": "ada@acme", "tenant": "acme",
        "scope": "read admin", "tier": "enterprise", "exp": ENDS})
}

fn signed(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET);
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn with(token: &str) -> TestRequest {
    TestRequest::with_uri("/v1/jobs").insert_header(("authorization", format!("Bearer {token}")))
}

/// A request by a token whose issuer cannot be asked.
pub(super) fn of_an_issuer_that_is_away() -> TestRequest {
    let parts: Vec<String> = signed(&claims()).split('.').map(str::to_owned).collect();
    // {"alg":"RS256","kid":"1"}
    with(&format!(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.{}.{}",
        parts[1], parts[2]
    ))
}

#[actix_web::test]
async fn a_token_opens_what_its_claims_say() {
    let world = World::new().await;
    world.converted().await;
    let jobs = world
        .call(with(&signed(&claims())))
        .await
        .expect(200)
        .json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
    let mut other = claims();
    other["tenant"] = json!("globex");
    let jobs = world.call(with(&signed(&other))).await.expect(200).json();
    assert_eq!(jobs["items"], json!([]));
    other["scope"] = json!("openid");
    let refused = world.call(with(&signed(&other))).await;
    refused.refused(403, "insufficient_scope");
}

#[actix_web::test]
async fn a_token_that_does_not_hold_is_refused_with_the_reason_and_without_itself() {
    let world = World::new().await;
    let mut foreign = claims();
    foreign["aud"] = json!("other");
    let foreign = signed(&foreign);
    let refused = world.call(with(&foreign)).await;
    refused.refused(401, "unauthenticated");
    assert_eq!(
        refused.json()["detail"],
        "The token is for another audience."
    );
    let challenge = refused.header("www-authenticate").unwrap();
    assert_eq!(
        challenge,
        "Bearer realm=\"slidecraft\", error=\"invalid_token\""
    );
    let said = String::from_utf8(refused.body.to_vec()).unwrap();
    assert!(!said.contains(foreign.split('.').nth(1).unwrap()));
    let away = world.call(of_an_issuer_that_is_away()).await;
    away.refused(503, "issuer_unavailable");
    assert_eq!(away.header("retry-after"), Some("5"));
}

#[actix_web::test]
async fn a_token_ends_when_it_says_although_it_was_believed_a_moment_ago() {
    let world = World::new().await;
    let token = signed(&claims());
    world.clock.advance(Duration::from_secs(58));
    world.call(with(&token)).await.expect(200);
    world.clock.advance(Duration::from_secs(2));
    world
        .call(with(&token))
        .await
        .refused(401, "unauthenticated");
}

#[actix_web::test]
async fn the_audit_log_names_the_subject_of_a_token() {
    let world = World::new().await;
    let request = TestRequest::patch()
        .uri("/v1/admin/pools/ai")
        .insert_header(("authorization", format!("Bearer {}", signed(&claims()))))
        .set_json(json!({"max": 9}));
    world.call(request).await.expect(200);
    let audit = world.call(get("/v1/admin/audit")).await.expect(200).json();
    assert_eq!(audit["items"][0]["who"], "token:ada@acme");
}
