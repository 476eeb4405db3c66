//! What is seen of jobs, by whom.

use std::time::Duration;

use uuid::Uuid;

use crate::domain::ids::NodeId;
use crate::domain::job::{JobKind, JobSpec, SourceFormat};
use crate::domain::job_state::{JobState, StateName};
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

pub(super) async fn a_list_is_one_of_open_and_ended_jobs_whatever_is_asked(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    for number in 1..=6 {
        let owner = if number % 3 == 0 { "other" } else { "acme" };
        store.accept(upload(owner, number, at(0))).await.unwrap();
        if number % 2 == 0 {
            kill(store, owner, at(1)).await;
        }
    }
    let numbers = async |filter: JobFilter| {
        let jobs = store.jobs(filter).await.unwrap();
        jobs.iter()
            .map(|job| job.id.0.as_u128())
            .collect::<Vec<_>>()
    };
    let all = JobFilter {
        limit: 4,
        ..JobFilter::default()
    };
    assert_eq!(numbers(all.clone()).await, [6, 5, 4, 3]);
    let older = JobFilter {
        before: Some(job_id(3)),
        ..all.clone()
    };
    assert_eq!(numbers(older).await, [2, 1]);
    let dead = JobFilter {
        state: Some(StateName::Dead),
        ..all.clone()
    };
    assert_eq!(numbers(dead).await.len(), 3);
    let exports = JobFilter {
        kind: Some(JobKind::Export),
        ..all
    };
    assert_eq!(numbers(exports).await, [0; 0]);
}

pub(super) async fn jobs_are_found_by_words_of_people_and_by_no_others(
    store: &dyn JobStore,
    _: &dyn DocumentStore,
) {
    let spec = |file_name: &str| JobSpec::Convert {
        file_name: file_name.to_owned(),
        source_key: "objects/talk".to_owned(),
        format: SourceFormat::Pptx,
        sha256: None,
    };
    let specs = [
        spec(r#"Budget "2026" 100%.pptx"#),
        spec("c_tract.pptx"),
        spec("contract.pptx"),
        JobSpec::Ai {
            message: "Which budget is it?\nSay so.".to_owned(),
            model: None,
            action: None,
        },
    ];
    for (number, spec) in (1..).zip(specs) {
        let mut accepted = upload("acme", number, at(0));
        accepted.job.spec = spec;
        store.accept(accepted).await.unwrap();
    }
    // The oldest ends, and says why.
    kill(store, "acme", at(1)).await;
    let ended = store.job(None, job_id(1)).await.unwrap().unwrap();
    assert_eq!(ended.state.name(), StateName::Dead);
    let numbers = async |text: &str| {
        let filter = JobFilter {
            text: Some(text.to_owned()),
            limit: 10,
            ..JobFilter::default()
        };
        let jobs = store.jobs(filter).await.unwrap();
        jobs.iter()
            .map(|job| job.id.0.as_u128())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("BUDGET").await, [4, 1]);
    assert_eq!(numbers(r#""2026" 100%"#).await, [1]);
    assert_eq!(numbers("c_tract").await, [2]);
    assert_eq!(numbers("100%.").await, [1]);
    assert_eq!(numbers("it?\nsay").await, [4]);
    for nobodys in ["objects", "source_key", "pptx\",", "budget%2026", "\\"] {
        assert_eq!(numbers(nobodys).await, [0; 0], "{nobodys}");
    }
    let JobState::Dead { failure, .. } = ended.state else {
        unreachable!("it is dead");
    };
    assert_eq!(numbers(&failure.message).await, [1]);
    assert_eq!(numbers(failure.code.name()).await, [0; 0]);
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
