//! What is seen of jobs, by whom.

use std::time::Duration;

use uuid::Uuid;

use crate::domain::ids::NodeId;
use crate::domain::job::JobKind;
use crate::domain::job_state::StateName;
use crate::domain::tenant::Tier;
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::fixtures::{at, job_id, kill, tenant, upload};
use crate::storage::jobs::{ChangeError, JobFilter, JobStore};

pub(super) async fn tenants_do_not_see_each_others_jobs(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    store.accept(upload("acme", 1, at(0))).await.unwrap();
    store.accept(upload("other", 2, at(0))).await.unwrap();
    let other = tenant("other");
    let seen = store.job(Some(&other), job_id(1)).await.unwrap();
    assert_eq!(seen, None);
    let cancelled = store.cancel(Some(&other), job_id(1), at(1)).await.unwrap();
    assert_eq!(cancelled, Err(ChangeError::NotFound));
    let filter = JobFilter {
        tenant: Some(other),
        limit: 10,
        ..JobFilter::default()
    };
    let jobs = store.jobs(filter).await.unwrap();
    assert_eq!(
        jobs.iter().map(|job| job.id).collect::<Vec<_>>(),
        [job_id(2)]
    );
}

pub(super) async fn jobs_are_paged_newest_first(store: &dyn JobStore, _: &dyn DocumentStore) {
    for number in 1..=5 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
    }
    let page = |before| JobFilter {
        tenant: Some(tenant("acme")),
        state: Some(StateName::Queued),
        kind: Some(JobKind::Convert),
        before,
        limit: 2,
        ..JobFilter::default()
    };
    let ids =
        |jobs: Vec<crate::domain::job::Job>| jobs.iter().map(|job| job.id).collect::<Vec<_>>();
    let first = ids(store.jobs(page(None)).await.unwrap());
    assert_eq!(first, [job_id(5), job_id(4)]);
    let second = ids(store.jobs(page(Some(job_id(4)))).await.unwrap());
    assert_eq!(second, [job_id(3), job_id(2)]);
}

pub(super) async fn what_ended_is_counted_whether_or_not_the_leader_has_counted_it(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let node = NodeId(Uuid::from_u128(7));
    let term = store.lead(node, at(0), at(999)).await.unwrap().unwrap();
    let count = async |state| {
        let counts = store.counts().await.unwrap();
        let found = counts.iter().find(|count| count.state == state);
        found.map_or(0, |count| count.jobs)
    };
    for number in 1..=3 {
        store.accept(upload("acme", number, at(0))).await.unwrap();
        kill(store, "acme", at(1)).await;
    }
    assert_eq!(count(StateName::Dead).await, 3);
    for _ in 0..2 {
        store.count_ended(term, at(1)).await.unwrap();
        assert_eq!(count(StateName::Dead).await, 3);
    }
    store.drop_dead(job_id(1)).await.unwrap().unwrap();
    store.retry(None, job_id(2), at(2)).await.unwrap().unwrap();
    assert_eq!(
        (count(StateName::Dead).await, count(StateName::Failed).await),
        (1, 1)
    );
    kill(store, "acme", at(3)).await;
    assert_eq!(count(StateName::Dead).await, 2);
}

pub(super) async fn what_arrived_is_counted_by_tier_and_stretch_ended_or_not(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    // One ends in the second minute; one came before what is asked for.
    for (number, seconds) in [(1, 59), (2, 60), (3, 119), (4, 121)] {
        store
            .accept(upload("acme", number, at(seconds)))
            .await
            .unwrap();
    }
    kill(store, "acme", at(130)).await;
    let mut free = upload("other", 5, at(125));
    free.job.tier = Tier::Free;
    store.accept(free).await.unwrap();
    let minute = Duration::from_secs(60);
    let arrived = store.arrived(JobKind::Convert, at(60), minute).await;
    let arrived: Vec<_> = arrived
        .unwrap()
        .iter()
        .map(|arrived| (arrived.from, arrived.tier, arrived.jobs))
        .collect();
    let wanted = [
        (at(60), Tier::Standard, 2),
        (at(120), Tier::Standard, 1),
        (at(120), Tier::Free, 1),
    ];
    assert_eq!(arrived, wanted);
    let none = store.arrived(JobKind::Export, at(0), minute).await.unwrap();
    assert_eq!(none, []);
}
