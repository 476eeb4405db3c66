//! The courier with real receivers on loopback and a clock that is moved by hand.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use uuid::Uuid;

use super::caller::{CallRules, Caller, target};
use super::courier::Courier;
use super::signature;
use crate::domain::ids::{DeliveryId, IdSource, WebhookId};
use crate::domain::time::{Clock, ManualClock};
use crate::domain::webhook::{
    Answer, BOTH_SIGN_FOR, Delivery, DeliveryState, Occasion, TRIED_FOR, Webhook,
};
use crate::storage::database::Database;
use crate::storage::jobs::fixtures::{
    at, claim_one, completion, converted, job_id, tenant, upload,
};
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::webhooks::sql::SqlWebhookStore;
use crate::storage::webhooks::{DeliveryListener, WebhookStore};
use crate::work::chore::Chore;

#[path = "../../../tests/support/receiver.rs"]
mod receiver;

use receiver::Receiver;

struct World {
    courier: Courier,
    clock: Arc<ManualClock>,
    receiver: Receiver,
    webhook: Webhook,
    _folder: tempfile::TempDir,
}

fn secret(fill: u8) -> String {
    format!("{}{}", signature::PREFIX, STANDARD.encode([fill; 24]))
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db")).await.unwrap();
        let receiver = Receiver::start().await;
        let clock = Arc::new(ManualClock::at(at(2)));
        let webhook = Webhook {
            id: WebhookId(Uuid::from_u128(1)),
            tenant: tenant("acme"),
            url: receiver.url(),
            occasions: Occasion::ALL.to_vec(),
            secrets: Vec::new(),
            created_at: at(1),
        };
        let webhook = webhook.rotated(secret(1), at(1));
        let webhooks = Arc::new(SqlWebhookStore::new(database.clone()));
        webhooks.save(webhook.clone()).await.unwrap();
        let rules = CallRules {
            allow_private: true,
            timeout: Duration::from_secs(20),
        };
        Self {
            courier: Courier {
                webhooks,
                jobs: Arc::new(SqlJobStore::new(database)),
                caller: Caller::new(rules).unwrap(),
                listener: Arc::new(Unheard),
                clock: clock.clone(),
                ids: Arc::new(IdSource::seeded([3; 32])),
                every: Duration::from_secs(1),
            },
            clock,
            receiver,
            webhook,
            _folder: folder,
        }
    }

    /// A job of acme succeeds now.
    async fn succeed(&self, number: u128) {
        let (jobs, now) = (self.courier.jobs.as_ref(), self.clock.now());
        jobs.accept(upload("acme", number, now)).await.unwrap();
        let claimed = claim_one(jobs, "acme", now).await;
        let done = completion(claimed.lease, converted("Talk"), now);
        jobs.complete(done).await.unwrap();
    }

    /// A round; how many deliveries were carried.
    async fn round(&self) -> usize {
        self.courier.run(self.clock.now()).await.unwrap()
    }

    async fn only(&self) -> Delivery {
        let (owner, id) = (&self.webhook.tenant, self.webhook.id);
        let found = self.courier.webhooks.deliveries(owner, id, None, 9).await;
        let mut found = found.unwrap();
        assert_eq!(found.len(), 1);
        found.remove(0)
    }
}

#[tokio::test]
async fn the_end_of_a_job_is_told_once_and_signed() {
    let mut world = World::new().await;
    assert_eq!(world.round().await, 0);
    world.succeed(1).await;
    assert_eq!(world.round().await, 1);
    let message = world.receiver.message().await;
    let told: Value = serde_json::from_str(&message.body).unwrap();
    assert_eq!(told["type"], "job.succeeded");
    assert_eq!(told["data"]["job"]["id"], job_id(1).to_string());
    assert_eq!(
        told["data"]["links"]["result"],
        format!("/v1/jobs/{}/result", job_id(1))
    );
    let id = world.only().await.id.to_string();
    assert_eq!(message.header("webhook-id"), id);
    let seconds = message.header("webhook-timestamp").parse().unwrap();
    let signed = signature::header(
        [secret(1).as_str()].into_iter(),
        &id,
        seconds,
        &message.body,
    );
    assert_eq!(message.header("webhook-signature"), signed);
    assert_eq!(world.round().await, 0);
    world.clock.advance(Duration::from_secs(3_600));
    assert_eq!(world.round().await, 0);
    assert_eq!(world.only().await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn what_is_not_taken_comes_again_later_the_same_until_it_is() {
    let mut world = World::new().await;
    world
        .receiver
        .answer(&[(500, None), (429, Some(("retry-after", "60".to_owned())))]);
    world.succeed(1).await;
    assert_eq!(world.round().await, 1);
    let first = world.receiver.message().await;
    assert_eq!(world.round().await, 0);
    world.clock.advance(Duration::from_secs(5));
    assert_eq!(world.round().await, 1);
    let second = world.receiver.message().await;
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_ne!(
        first.header("webhook-signature"),
        second.header("webhook-signature")
    );
    let seen = world.only().await;
    assert_eq!((seen.attempts, seen.answer.as_deref()), (2, Some("429")));
    world.clock.advance(Duration::from_secs(59));
    assert_eq!(world.round().await, 0);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.round().await, 1);
    assert_eq!(world.only().await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_receiver_that_never_answers_well_makes_it_dead_and_a_replay_lives() {
    let mut world = World::new().await;
    world.receiver.answer(&[(500, None), (500, None)]);
    world.succeed(1).await;
    world.round().await;
    world.clock.advance(TRIED_FOR);
    assert_eq!(world.round().await, 1);
    let dead = world.only().await;
    assert_eq!(dead.state, DeliveryState::Dead);
    let replayed = dead.replayed(world.clock.now());
    world.courier.webhooks.settle(replayed).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.round().await, 1);
    world.receiver.message().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut world = World::new().await;
    let elsewhere = Receiver::start().await;
    let answer = (307, Some(("location", elsewhere.url())));
    world.receiver.answer(&[answer]);
    world.succeed(1).await;
    world.round().await;
    world.receiver.message().await;
    assert_eq!(world.only().await.answer.as_deref(), Some("307"));
    assert_eq!(elsewhere.waiting(), 0);
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_for_a_day() {
    let mut world = World::new().await;
    let webhook = world.webhook.clone().rotated(secret(2), at(2));
    world.courier.webhooks.save(webhook).await.unwrap();
    world.succeed(1).await;
    world.round().await;
    let signatures = |header: &str| header.split(' ').count();
    let message = world.receiver.message().await;
    assert_eq!(signatures(message.header("webhook-signature")), 2);
    world.clock.advance(BOTH_SIGN_FOR);
    world.succeed(2).await;
    world.round().await;
    let message = world.receiver.message().await;
    assert_eq!(signatures(message.header("webhook-signature")), 1);
}

#[tokio::test]
async fn addresses_from_inside_are_not_called_whatever_leads_there() {
    let receiver = Receiver::start().await;
    let world = World::new().await;
    let caller = Caller::new(CallRules {
        allow_private: false,
        timeout: Duration::from_secs(5),
    });
    let caller = caller.unwrap();
    world.succeed(1).await;
    world.round().await;
    let delivery = Delivery {
        id: DeliveryId(Uuid::nil()),
        ..world.only().await
    };
    let port = receiver.address.port();
    for url in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:7f00:1]:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://localhost:{port}/"),
        format!("http://example.com:{port}/"),
        format!("https://user:pass@example.com:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        assert!(target(&url, false).is_err(), "{url}");
        let webhook = Webhook {
            url,
            ..world.webhook.clone()
        };
        let answer = caller.call(&delivery, &webhook, at(5)).await;
        assert!(matches!(answer, Answer::Never(_)), "{answer:?}");
    }
    // A name that may be called, until it turns out to lead inside: this machine calls itself so.
    let host = std::fs::read_to_string("/etc/hostname").unwrap();
    let webhook = Webhook {
        url: format!("https://{}:{port}/", host.trim()),
        ..world.webhook.clone()
    };
    assert!(target(&webhook.url, false).is_ok());
    let answer = caller.call(&delivery, &webhook, at(5)).await;
    let Answer::NotNow(said, None) = answer else {
        panic!("{answer:?}");
    };
    assert!(
        said.contains("public internet") || said.contains("lookup"),
        "{said}"
    );
    assert_eq!(receiver.waiting(), 0);
}

/// Nobody listens.
struct Unheard;

impl DeliveryListener for Unheard {
    fn called(&self, _: DeliveryState) {}
}
