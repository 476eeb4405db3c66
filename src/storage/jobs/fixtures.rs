//! Jobs, documents and outcomes that the facts of the suite are made of.

use std::time::Duration;

use uuid::Uuid;

use super::{Acceptance, ClaimRequest, Completed, Completion, JobStore, Outcome};
use crate::domain::cost::Cost;
use crate::domain::document::{Document, NewVersion, SourceFile};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::ids::{DocumentId, JobId, NodeId};
use crate::domain::job::{
    AttemptRecord, ClaimedJob, JobKind, JobResult, JobSpec, Lease, NewJob, SourceFormat,
};
use crate::domain::job_state::JobState;
use crate::domain::policy::dispatch::Grant;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::time::Timestamp;

/// A moment of the tests, in seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp(1_800_000_000_000_000 + seconds * 1_000_000)
}

/// A tenant.
pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

/// The acceptance of an upload: job and document both have that number.
pub(crate) fn upload(owner: &str, number: u128, now: Timestamp) -> Acceptance {
    let document = DocumentId(Uuid::from_u128(number));
    Acceptance {
        job: NewJob {
            id: JobId(Uuid::from_u128(number)),
            tenant: tenant(owner),
            tier: Tier::Standard,
            document,
            spec: JobSpec::Convert {
                file_name: "talk.pptx".to_owned(),
                source_key: "a/b".to_owned(),
                format: SourceFormat::Pptx,
                sha256: None,
            },
            max_attempts: 3,
            created_at: now,
            trace: None,
        },
        document: Some(Document {
            id: document,
            tenant: tenant(owner),
            title: "talk.pptx".to_owned(),
            source: SourceFile {
                name: "talk.pptx".to_owned(),
                format: SourceFormat::Pptx,
                bytes: 7,
                sha256: "ab".to_owned(),
            },
            version: 0,
            slides: 0,
            created_at: now,
            updated_at: now,
        }),
        idempotency: None,
    }
}

/// A version of a deck.
pub(crate) fn version(title: &str) -> NewVersion {
    NewVersion {
        deck: title.as_bytes().to_vec(),
        title: title.to_owned(),
        slides: 4,
    }
}

pub(crate) fn job_id(number: u128) -> JobId {
    JobId(Uuid::from_u128(number))
}

pub(super) fn request(owner: &str, jobs: u32, now: Timestamp) -> ClaimRequest {
    ClaimRequest {
        kind: JobKind::Convert,
        grants: vec![Grant {
            tenant: tenant(owner),
            tier: Tier::Standard,
            jobs,
        }],
        node: NodeId(Uuid::from_u128(99)),
        now,
        lease: Duration::from_secs(30),
        deadline: Duration::from_secs(100),
    }
}

pub(crate) async fn claim_one(store: &dyn JobStore, owner: &str, now: Timestamp) -> ClaimedJob {
    let mut claimed = store.claim(request(owner, 1, now)).await.unwrap();
    assert_eq!(claimed.len(), 1);
    claimed.remove(0)
}

pub(crate) fn completion(lease: Lease, outcome: Outcome, now: Timestamp) -> Completion {
    let failure = match &outcome {
        Outcome::Retry { failure, .. } | Outcome::Dead { failure } => Some(failure.clone()),
        Outcome::Succeeded { .. } | Outcome::Stopped | Outcome::GivenBack => None,
    };
    Completion {
        lease,
        outcome,
        record: AttemptRecord {
            epoch: lease.epoch,
            node: NodeId(Uuid::from_u128(99)),
            started_at: now,
            ended_at: now,
            failure,
            stages: Vec::new(),
            cost: Cost::default(),
        },
    }
}

pub(super) fn failure() -> Failure {
    Failure::new(FailureCode::Panicked, "It broke.")
}

pub(crate) fn converted(title: &str) -> Outcome {
    Outcome::Succeeded {
        result: JobResult::Deck {
            version: 0,
            slides: 4,
            warnings: 1,
        },
        version: Some(version(title)),
    }
}

pub(crate) async fn state(store: &dyn JobStore, number: u128) -> JobState {
    let job = store.job(None, job_id(number)).await.unwrap();
    job.unwrap().state
}

pub(crate) async fn kill(store: &dyn JobStore, owner: &str, now: Timestamp) {
    let claimed = claim_one(store, owner, now).await;
    let dead = Outcome::Dead { failure: failure() };
    let done = store.complete(completion(claimed.lease, dead, now)).await;
    let state = JobState::Dead {
        finished_at: now,
        failure: failure(),
    };
    let version = None;
    assert_eq!(done.unwrap(), Completed::Done { state, version });
}
