//! What every store of webhooks must do, one function a fact; at the end the adapters it is run for.

use uuid::Uuid;

use super::WebhookStore;
use super::sql::SqlWebhookStore;
use crate::domain::ids::{DeliveryId, JobId, WebhookId};
use crate::domain::job_state::StateName;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{
    Delivery, DeliveryState, Occasion, SigningSecret, TRIED_FOR, Webhook,
};
use crate::storage::database::{Database, fixtures};
use crate::storage::jobs::JobStore;
use crate::storage::jobs::fixtures::{
    at, claim_one, completion, converted, job_id, tenant, upload,
};
use crate::storage::jobs::sql::SqlJobStore;

fn webhook(number: u128, owner: &str, occasions: &[Occasion]) -> Webhook {
    Webhook {
        id: WebhookId(Uuid::from_u128(number)),
        tenant: tenant(owner),
        url: "https://example.com".to_owned(),
        occasions: occasions.to_vec(),
        secrets: vec![SigningSecret {
            text: "whsec_AAAA".to_owned(),
            until: None,
        }],
        created_at: at(1),
    }
}

fn delivery(number: u128, webhook: &Webhook, job: JobId, ended_at: Timestamp) -> Delivery {
    Delivery {
        id: DeliveryId(Uuid::from_u128(number)),
        webhook: webhook.id,
        subject: job.0,
        ended_at,
        occasion: Occasion::Succeeded,
        body: "{}".to_owned(),
        state: DeliveryState::Waiting,
        attempts: 0,
        next_at: ended_at,
        dies_at: ended_at.plus(TRIED_FOR),
        answer: None,
    }
}

/// A job of acme succeeds at 3 s.
async fn succeed(jobs: &dyn JobStore, number: u128) {
    jobs.accept(upload("acme", number, at(0))).await.unwrap();
    let claimed = claim_one(jobs, "acme", at(2)).await;
    let done = completion(claimed.lease, converted("Talk"), at(3));
    jobs.complete(done).await.unwrap();
}

async fn webhooks_are_their_tenants_own(_: &dyn JobStore, store: &dyn WebhookStore) {
    let mut stored = webhook(1, "acme", &Occasion::ALL);
    assert!(store.save(stored.clone()).await.unwrap());
    stored.url = "https://example.org".to_owned();
    assert!(store.save(stored.clone()).await.unwrap());
    let mut stolen = stored.clone();
    stolen.tenant = tenant("other");
    assert!(!store.save(stolen).await.unwrap());
    let (owner, other) = (tenant("acme"), tenant("other"));
    let read = store.webhook(&owner, stored.id).await.unwrap();
    assert_eq!(read, Some(stored.clone()));
    assert_eq!(store.webhook(&other, stored.id).await.unwrap(), None);
    assert_eq!(store.webhooks(&other).await.unwrap(), []);
    assert!(!store.remove(&other, stored.id).await.unwrap());
    assert!(store.remove(&owner, stored.id).await.unwrap());
    assert_eq!(store.webhooks(&owner).await.unwrap(), []);
}

async fn an_end_is_told_once_to_whoever_asked(jobs: &dyn JobStore, store: &dyn WebhookStore) {
    let asked = webhook(1, "acme", &[Occasion::Succeeded]);
    let mut late = webhook(4, "acme", &Occasion::ALL);
    late.created_at = at(9);
    for webhook in [
        asked.clone(),
        webhook(2, "acme", &[Occasion::Failed]),
        webhook(3, "other", &Occasion::ALL),
        late,
    ] {
        store.save(webhook).await.unwrap();
    }
    succeed(jobs, 1).await;
    jobs.accept(upload("acme", 2, at(0))).await.unwrap();
    let untold = store.untold(at(0), 9).await.unwrap();
    assert_eq!(untold.len(), 1);
    let end = untold.into_iter().next().unwrap();
    assert_eq!((&end.webhook, end.job), (&asked, job_id(1)));
    assert_eq!((end.state, end.ended_at), (StateName::Succeeded, at(3)));
    assert_eq!(store.looked_until().await.unwrap(), None);
    let first = delivery(11, &asked, end.job, end.ended_at);
    let again = delivery(12, &asked, end.job, end.ended_at);
    store.deliver(vec![first.clone()], at(5)).await.unwrap();
    store.deliver(vec![again], at(4)).await.unwrap();
    assert_eq!(store.looked_until().await.unwrap(), Some(at(5)));
    assert_eq!(store.untold(at(0), 9).await.unwrap(), []);
    let listed = store
        .deliveries(&asked.tenant, asked.id, None, 9)
        .await
        .unwrap();
    assert_eq!(listed, [first]);
}

async fn one_courier_takes_a_delivery_at_a_time(_: &dyn JobStore, store: &dyn WebhookStore) {
    let to = webhook(1, "acme", &Occasion::ALL);
    store.save(to.clone()).await.unwrap();
    let sent = delivery(11, &to, job_id(1), at(3));
    store.deliver(vec![sent.clone()], at(3)).await.unwrap();
    assert_eq!(store.claim(at(2), at(60), 9).await.unwrap(), []);
    let claims = (0..4).map(|_| store.claim(at(3), at(60), 9));
    let claims = futures_util::future::join_all(claims).await;
    let mut taken: Vec<_> = claims.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(taken.len(), 1);
    let (claimed, webhook) = taken.remove(0);
    assert_eq!((claimed.id, webhook), (sent.id, to.clone()));
    // Whoever took it died: it comes again.
    assert_eq!(store.claim(at(60), at(99), 9).await.unwrap().len(), 1);
    let settled = Delivery {
        state: DeliveryState::Delivered,
        attempts: 2,
        answer: Some("204".to_owned()),
        ..claimed
    };
    store.settle(settled.clone()).await.unwrap();
    let read = store.delivery(&to.tenant, to.id, sent.id).await.unwrap();
    assert_eq!(read, Some(settled));
    assert_eq!(store.claim(at(999), at(9_999), 9).await.unwrap(), []);
}

async fn deliveries_are_paged_and_forgotten(_: &dyn JobStore, store: &dyn WebhookStore) {
    let to = webhook(1, "acme", &Occasion::ALL);
    store.save(to.clone()).await.unwrap();
    for number in 1..=3 {
        let mut sent = delivery(number, &to, job_id(number), at(3));
        if number < 3 {
            sent.state = DeliveryState::Dead;
        }
        store.deliver(vec![sent], at(3)).await.unwrap();
    }
    let list = |before: Option<u128>| async move {
        let before = before.map(|number| DeliveryId(Uuid::from_u128(number)));
        let owner = tenant("acme");
        let id = WebhookId(Uuid::from_u128(1));
        let found = store.deliveries(&owner, id, before, 2).await.unwrap();
        found
            .into_iter()
            .map(|it| it.id.0.as_u128())
            .collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [3, 2]);
    assert_eq!(list(Some(2)).await, [1]);
    assert_eq!(store.forget(at(3)).await.unwrap(), 0);
    // One that waits is not forgotten.
    assert_eq!(store.forget(at(4)).await.unwrap(), 2);
    assert_eq!(list(None).await, [3]);
    let foreign = store
        .deliveries(&tenant("other"), to.id, None, 9)
        .await
        .unwrap();
    assert_eq!(foreign, []);
}

macro_rules! adapters {
    ($($adapter:ident: $open:expr => [$($fact:ident)*];)*) => {$(
        mod $adapter {
            use super::*;

            $(#[tokio::test]
            async fn $fact() {
                let Some((jobs, webhooks, _kept)) = $open.await else {
                    return;
                };
                super::$fact(&jobs, &webhooks).await;
            })*
        }
    )*};
    ($($adapter:ident: $open:expr;)*) => {
        adapters! {$($adapter: $open => [
            webhooks_are_their_tenants_own
            an_end_is_told_once_to_whoever_asked
            one_courier_takes_a_delivery_at_a_time
            deliveries_are_paged_and_forgotten
        ];)*}
    };
}

adapters! {
    sqlite: open_sqlite();
    postgres: open_postgres();
}

fn over<K>((database, kept): (Database, K)) -> (SqlJobStore, SqlWebhookStore, K) {
    let jobs = SqlJobStore::new(database.clone());
    (jobs, SqlWebhookStore::new(database), kept)
}

async fn open_sqlite() -> Option<(SqlJobStore, SqlWebhookStore, impl Sized)> {
    fixtures::sqlite().await.map(over)
}

async fn open_postgres() -> Option<(SqlJobStore, SqlWebhookStore, impl Sized)> {
    fixtures::postgres().await.map(over)
}
