//! Who gets which job, and who is found to have let go of one.

use crate::domain::ids::JobId;
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::JobStore;
use crate::storage::jobs::fixtures::{at, claim_one, job_id, request, upload};

pub(super) async fn the_oldest_is_claimed_first(store: &dyn JobStore, _: &dyn DocumentStore) {
    for (number, second) in [(1, 5), (2, 3), (3, 4)] {
        let acceptance = upload("acme", number, at(second));
        store.accept(acceptance).await.unwrap();
    }
    let claimed = store.claim(request("acme", 2, at(9))).await.unwrap();
    let order: Vec<_> = claimed.iter().map(|job| job.lease.job).collect();
    assert_eq!(order, [job_id(2), job_id(3)]);
    assert_eq!((claimed[0].attempt, claimed[0].lease.epoch), (1, 1));
    assert_eq!(claimed[0].ready_at, at(3));
}

pub(super) async fn concurrent_claims_share_nothing(store: &dyn JobStore, _: &dyn DocumentStore) {
    for number in 1..=20 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    let claims = (0..8).map(|_| store.claim(request("acme", 4, at(1))));
    let mut jobs: Vec<JobId> = futures_util::future::join_all(claims)
        .await
        .into_iter()
        .flat_map(|claimed| claimed.unwrap())
        .map(|job| job.lease.job)
        .collect();
    jobs.sort();
    assert_eq!(jobs, (1..=20).map(job_id).collect::<Vec<_>>());
}

pub(super) async fn lapsed_leases_and_passed_deadlines_are_found(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    store.accept(upload("acme", 2, at(0))).await.unwrap();
    let beating = claim_one(store, "acme", at(1)).await;
    let silent = claim_one(store, "acme", at(1)).await;
    assert_eq!(store.expired(at(30), 10).await.unwrap(), []);
    store.beat(&[beating.lease], at(500)).await.unwrap();
    let lapsed = store.expired(at(31), 10).await.unwrap();
    assert_eq!(lapsed.len(), 1);
    assert_eq!(
        (lapsed[0].job.id, lapsed[0].deadline),
        (silent.lease.job, false)
    );
    let both = store.expired(at(101), 10).await.unwrap();
    assert_eq!(both.len(), 2);
    assert_eq!(
        (both[1].job.id, both[1].deadline),
        (beating.lease.job, true)
    );
    assert_eq!(store.expired(at(101), 1).await.unwrap().len(), 1);
}

pub(super) async fn grants_are_served_in_their_order(store: &dyn JobStore, _: &dyn DocumentStore) {
    for (owner, number) in [("loud", 1), ("loud", 2), ("loud", 3), ("quiet", 4)] {
        store.accept(upload(owner, number, at(0))).await.unwrap();
    }
    let mut both = request("quiet", 1, at(1));
    both.grants.append(&mut request("loud", 2, at(1)).grants);
    let claimed = store.claim(both).await.unwrap();
    let order: Vec<_> = claimed.iter().map(|job| job.lease.job).collect();
    assert_eq!(order, [job_id(4), job_id(1), job_id(2)]);
}
