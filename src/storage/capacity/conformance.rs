//! What every store of hours and reports must do.

use std::time::Duration;

use uuid::Uuid;

use super::sql::SqlCapacityStore;
use super::{CapacityStore, KeptReport};
use crate::domain::capacity::hours::{HOUR, Seen, Supply, hour};
use crate::domain::capacity::report::CapacityReport;
use crate::domain::cost_report;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::NodeId;
use crate::domain::job::{AttemptRecord, JobKind};
use crate::domain::policy::dispatch::Grant;
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;
use crate::storage::database::{Database, fixtures};
use crate::storage::jobs::fixtures::{at, completion, upload};
use crate::storage::jobs::sql::SqlJobStore;
use crate::storage::jobs::{ClaimRequest, Completion, JobStore, Outcome};

/// Has a job accepted, started and stopped for good at those seconds.
async fn job(jobs: &SqlJobStore, number: u128, tier: Tier, [came, began, ended]: [i64; 3]) {
    let mut accepted = upload("acme", number, at(came));
    accepted.job.tier = tier;
    jobs.accept(accepted).await.unwrap();
    let claimed = jobs
        .claim(ClaimRequest {
            kind: JobKind::Convert,
            grants: vec![Grant {
                tenant: "acme".parse().unwrap(),
                tier,
                jobs: 1,
            }],
            node: NodeId(Uuid::from_u128(99)),
            now: at(began),
            lease: Duration::from_secs(30),
            deadline: Duration::from_secs(100),
        })
        .await
        .unwrap();
    let dead = Outcome::Dead {
        failure: Failure::new(FailureCode::DamagedFile, "no"),
    };
    let done = completion(claimed[0].lease, dead, at(ended));
    let record = AttemptRecord {
        started_at: at(began),
        ..done.record.clone()
    };
    jobs.complete(Completion { record, ..done }).await.unwrap();
}

async fn hours_are_counted_once_they_are_over(database: Database) {
    let (jobs, store) = (
        SqlJobStore::new(database.clone()),
        SqlCapacityStore::new(database),
    );
    let first = hour(at(0));
    let begun = at(0).since(first).as_secs();
    let into = i64::try_from(3_600 - begun).unwrap();
    // Two in the first hour, of which one ends in the next; one of another tier in that.
    job(&jobs, 1, Tier::Standard, [0, 1, 3]).await;
    job(&jobs, 2, Tier::Standard, [into - 10, into - 9, into + 1]).await;
    job(&jobs, 3, Tier::Enterprise, [into + 5, into + 25, into + 26]).await;
    let over = first.plus(HOUR * 2);
    assert_eq!(
        store.roll_up(over, 100).await.unwrap(),
        1,
        "the second may still change"
    );
    assert_eq!(store.roll_up(over, 100).await.unwrap(), 0);
    assert_eq!(store.roll_up(over.plus(HOUR), 100).await.unwrap(), 1);
    let counted = store.demand(first).await.unwrap();
    let of = |hour, kind, tier| {
        let found = counted
            .iter()
            .find(|one| (one.hour, one.kind, one.tier) == (hour, kind, tier));
        found.unwrap_or_else(|| panic!("{counted:?}"))
    };
    let one = of(first, JobKind::Convert, Tier::Standard);
    assert_eq!((one.arrived, one.served, one.measured), (2, 1, 1));
    assert!((one.busy - 2.0).abs() < 1e-6 && one.waits.count() == 1);
    assert_eq!(one.peak, if into > 310 { 1 } else { 2 });
    let two = of(first.plus(HOUR), JobKind::Convert, Tier::Standard);
    assert_eq!((two.arrived, two.served), (0, 1));
    let other = of(first.plus(HOUR), JobKind::Convert, Tier::Enterprise);
    assert_eq!((other.arrived, other.served, other.peak), (1, 1, 1));
    assert!(other.waits.quantile(0.5).unwrap() > 10.0);
    assert_eq!(
        of(first, JobKind::Ai, Tier::Standard).arrived,
        0,
        "nothing asked is known"
    );
    assert_eq!(counted.len(), 7);
    assert_eq!(store.forget(first.plus(HOUR)).await.unwrap(), 3);
    assert_eq!(store.demand(first).await.unwrap().len(), 4);
}

async fn an_hour_without_any_job_is_known_to_be_one(database: Database) {
    let store = SqlCapacityStore::new(database);
    assert_eq!(store.roll_up(at(0), 100).await.unwrap(), 1);
    assert_eq!(store.roll_up(at(0).plus(HOUR * 5), 3).await.unwrap(), 3);
    let counted = store.demand(Timestamp(0)).await.unwrap();
    assert_eq!(counted.len(), 4 * 3);
    assert!(counted.iter().all(|one| one.arrived == 0));
}

async fn what_stood_ready_is_replaced_by_what_is_known_later(database: Database) {
    let store = SqlCapacityStore::new(database);
    let seen = Seen {
        pool: "convert.enterprise".parse().unwrap(),
        workers: 2,
        max: 2,
        slots: 6,
        busy: 5,
    };
    let node = NodeId(Uuid::from_u128(3));
    let mut supply = Supply::unseen(at(0), seen.pool, node);
    supply.see(&seen, None);
    store.note(vec![supply.clone()]).await.unwrap();
    supply.see(&Seen { workers: 1, ..seen }, Some(2));
    let other = Supply {
        hour: at(0).plus(HOUR),
        ..supply.clone()
    };
    store
        .note(vec![supply.clone(), other.clone()])
        .await
        .unwrap();
    assert_eq!(store.supply(at(0)).await.unwrap(), [supply, other.clone()]);
    assert_eq!(store.supply(at(1)).await.unwrap(), [other]);
}

async fn a_week_has_one_report_and_it_is_announced_once(database: Database) {
    let store = SqlCapacityStore::new(database);
    let kept = |id, week| KeptReport {
        id: Uuid::from_u128(id),
        week: at(week),
        report: CapacityReport {
            made_at: at(week + 1),
            from: at(0),
            until: at(week),
            pools: Vec::new(),
            costs: cost_report::report(&[], HOUR, 1.0),
        },
    };
    assert!(store.keep(kept(1, 0)).await.unwrap());
    assert!(!store.keep(kept(2, 0)).await.unwrap(), "the week has one");
    assert!(store.keep(kept(3, 7)).await.unwrap());
    assert_eq!(store.unannounced().await.unwrap(), [kept(1, 0), kept(3, 7)]);
    store.announced(Uuid::from_u128(1)).await.unwrap();
    assert_eq!(store.unannounced().await.unwrap(), [kept(3, 7)]);
    assert_eq!(store.reports(1).await.unwrap(), [kept(3, 7)]);
    assert_eq!(store.report_of(at(0)).await.unwrap(), Some(kept(1, 0)));
    assert_eq!(store.report_of(at(1)).await.unwrap(), None);
}

macro_rules! facts {
    ($($fact:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $fact() {
                let (database, _kept) = super::fixtures::sqlite().await.unwrap();
                super::$fact(database).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $fact() {
                let Some((database, _kept)) = super::fixtures::postgres().await else { return };
                super::$fact(database).await;
            })*
        }
    };
}

facts! {
    hours_are_counted_once_they_are_over,
    an_hour_without_any_job_is_known_to_be_one,
    what_stood_ready_is_replaced_by_what_is_known_later,
    a_week_has_one_report_and_it_is_announced_once,
}
