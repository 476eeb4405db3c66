//! Telling what a request did to those who follow, after forgetting what it made stale.

use super::state::ApiState;
use crate::domain::ids::DocumentId;
use crate::domain::job::Job;
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::tenant::TenantId;
use crate::storage::cache::keys;

/// Tells a fact about a job.
pub async fn tell(state: &ApiState, job: &Job, fact: Fact) {
    let event = JobEvent {
        tenant: Some(job.tenant.clone()),
        document: Some(job.document),
        job: Some(job.id),
        kind: Some(job.spec.kind()),
        at: state.now(),
        fact,
    };
    forget_and_tell(state, &job.tenant, event).await;
}

/// Tells that a document has a new version.
pub async fn tell_version(state: &ApiState, tenant: &TenantId, document: DocumentId, version: u64) {
    let event = JobEvent {
        tenant: Some(tenant.clone()),
        document: Some(document),
        job: None,
        kind: None,
        at: state.now(),
        fact: Fact::DocumentUpdated { version },
    };
    forget_and_tell(state, tenant, event).await;
}

/// The bus forgets as well; but a client that is answered must not depend on whether an event could be told.
async fn forget_and_tell(state: &ApiState, tenant: &TenantId, event: JobEvent) {
    for key in keys::stale(tenant, &event) {
        state.cache.forget(&key).await;
    }
    state.platform.tell(tenant, event).await;
}
