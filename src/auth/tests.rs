//! Tokens of a real issuer on loopback: keys rotate, algorithms are listed, and what does not hold opens nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::claims::{ClaimRules, TokenError};
use super::jwks_endpoint::JwksEndpoint;
use super::key_set::Refresh;
use super::verifier::{Signers, TokenVerifier};
use crate::domain::time::Timestamp;

const NOW: Timestamp = Timestamp(1_795_000_000_000_000);
const FLOOR: Duration = Duration::from_secs(10);
const SECRET: &[u8] = b"a secret of thirty-two bytes or more";

/// What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410).
const ED25519: &[u8] = &[
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

fn key(seed: u8) -> EncodingKey {
    EncodingKey::from_ed_der(&[ED25519, [seed; 32].as_slice()].concat())
}

fn published(seed: u8) -> Jwk {
    let mut jwk = Jwk::from_encoding_key(&key(seed), Algorithm::EdDSA).unwrap();
    jwk.common.key_id = Some(format!("key-{seed}"));
    jwk
}

fn claims() -> Value {
    json!({"iss": "https://id.example", "aud": "slidecraft", "sub": "ada", "tenant": "acme",
        "scope": "read", "exp": NOW.0 / 1_000_000 + 600})
}

fn signed(seed: u8, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(format!("key-{seed}"));
    jsonwebtoken::encode(&header, claims, &key(seed)).unwrap()
}

/// An issuer on loopback that publishes keys and counts how often it is asked.
struct Issuer {
    url: String,
    published: Arc<Mutex<Option<JwkSet>>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let (published, asked) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
        let (keys, count) = (Arc::clone(&published), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 1_024];
                let _head = client.read(&mut request).await.unwrap();
                let body = keys
                    .lock()
                    .unwrap()
                    .as_ref()
                    .map(|set| serde_json::to_string(set).unwrap());
                let status = if body.is_some() {
                    "200 OK"
                } else {
                    "503 Service Unavailable"
                };
                let body = body.unwrap_or_default();
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                client.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self {
            url,
            published,
            asked,
        }
    }

    fn publish(&self, seeds: &[u8]) {
        let keys = seeds.iter().map(|seed| published(*seed)).collect();
        *self.published.lock().unwrap() = Some(JwkSet { keys });
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn verifier(&self) -> TokenVerifier {
        verifier(Signers {
            secret: None,
            keys: Some(Arc::new(JwksEndpoint::new(&self.url).unwrap())),
        })
    }
}

fn verifier(signers: Signers) -> TokenVerifier {
    let rules = ClaimRules {
        issuer: Some("https://id.example".to_owned()),
        audience: Some("slidecraft".to_owned()),
        leeway: Duration::from_secs(30),
        tenant: "tenant".to_owned(),
        scopes: "scope".to_owned(),
        scope_prefix: String::new(),
        tier: "tier".to_owned(),
    };
    let refresh = Refresh {
        after: Duration::from_secs(3_600),
        floor: FLOOR,
    };
    TokenVerifier::new(
        rules,
        vec![Algorithm::EdDSA, Algorithm::RS256],
        refresh,
        signers,
    )
}

#[tokio::test]
async fn keys_rotate_without_a_restart_and_withdrawn_ones_open_nothing() {
    let issuer = Issuer::start().await;
    issuer.publish(&[1]);
    let verifier = issuer.verifier();
    let first = verifier.verify(&signed(1, &claims()), NOW).await.unwrap();
    assert_eq!(
        (first.tenant.as_str(), first.subject.as_str()),
        ("acme", "ada")
    );
    issuer.publish(&[2]);
    let later = NOW.plus(FLOOR);
    assert!(verifier.verify(&signed(2, &claims()), later).await.is_ok());
    assert_eq!(
        verifier.verify(&signed(1, &claims()), later).await,
        Err(TokenError::UnknownKey)
    );
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn made_up_key_ids_are_not_passed_on_to_the_issuer() {
    let issuer = Issuer::start().await;
    issuer.publish(&[1]);
    let verifier = issuer.verifier();
    for seed in 2..50 {
        let refused = verifier.verify(&signed(seed, &claims()), NOW).await;
        assert_eq!(refused, Err(TokenError::UnknownKey));
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn keys_are_believed_while_the_issuer_is_away() {
    let issuer = Issuer::start().await;
    let verifier = issuer.verifier();
    let refused = verifier.verify(&signed(1, &claims()), NOW).await;
    assert_eq!(refused, Err(TokenError::KeysUnavailable));
    issuer.publish(&[1]);
    let later = NOW.plus(FLOOR);
    assert!(verifier.verify(&signed(1, &claims()), later).await.is_ok());
    *issuer.published.lock().unwrap() = None;
    let mut much_later = claims();
    much_later["exp"] = json!(NOW.0 / 1_000_000 + 9_000);
    let hours = later.plus(Duration::from_secs(7_200));
    assert!(
        verifier
            .verify(&signed(1, &much_later), hours)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_token_of_another_algorithm_or_of_none_is_refused() {
    let issuer = Issuer::start().await;
    issuer.publish(&[1]);
    let verifier = issuer.verifier();
    // The public key, which everyone has, taken for a shared secret.
    let public = serde_json::to_vec(&published(1)).unwrap();
    for algorithm in [Algorithm::HS256, Algorithm::HS512] {
        let header = Header::new(algorithm);
        let forged = EncodingKey::from_secret(&public);
        let token = jsonwebtoken::encode(&header, &claims(), &forged).unwrap();
        assert_eq!(
            verifier.verify(&token, NOW).await,
            Err(TokenError::Algorithm)
        );
    }
    let token = signed(1, &claims());
    let [_, body, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        unreachable!("a token has three parts");
    };
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{body}.");
    assert_eq!(
        verifier.verify(&unsigned, NOW).await,
        Err(TokenError::Malformed)
    );
    // {"alg":"RS256","kid":"key-1"}: on the list, but not what the key is for.
    let other = format!("eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.{body}.{signature}");
    assert_eq!(
        verifier.verify(&other, NOW).await,
        Err(TokenError::Algorithm)
    );
    assert_eq!(
        verifier.verify("sk.not.jwt", NOW).await,
        Err(TokenError::Malformed)
    );
}

#[tokio::test]
async fn a_changed_or_expired_token_is_refused() {
    let issuer = Issuer::start().await;
    issuer.publish(&[1]);
    let verifier = issuer.verifier();
    let token = signed(1, &claims());
    let mut other = claims();
    other["tenant"] = json!("victim");
    let [head, _, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        unreachable!("a token has three parts");
    };
    let other = signed(1, &other);
    let changed = format!("{head}.{}.{signature}", other.split('.').nth(1).unwrap());
    assert_eq!(
        verifier.verify(&changed, NOW).await,
        Err(TokenError::Signature)
    );
    let expired = NOW.plus(Duration::from_secs(630));
    assert_eq!(
        verifier.verify(&token, expired).await,
        Err(TokenError::Expired)
    );
}

#[tokio::test]
async fn a_shared_secret_signs_only_where_it_is_configured() {
    let shared = verifier(Signers {
        secret: Some(SECRET.to_vec()),
        keys: None,
    });
    let header = Header::new(Algorithm::HS256);
    let token =
        jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(SECRET)).unwrap();
    assert!(shared.verify(&token, NOW).await.is_ok());
    let foreign = EncodingKey::from_secret(b"another secret of thirty-two bytes");
    let foreign = jsonwebtoken::encode(&header, &claims(), &foreign).unwrap();
    assert_eq!(
        shared.verify(&foreign, NOW).await,
        Err(TokenError::Signature)
    );
    assert_eq!(
        shared.verify(&signed(1, &claims()), NOW).await,
        Err(TokenError::Algorithm)
    );
}
