//! The names under which things are cached: all of them, so that whoever writes knows what to forget.

use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::JobKind;
use crate::domain::job_event::{Fact, JobEvent};
use crate::domain::tenant::TenantId;

/// The models that can be asked, the same for everyone.
pub const MODELS: &str = "models";

/// A job as its tenant is shown it.
pub fn job(tenant: &TenantId, job: JobId) -> String {
    format!("job/{tenant}/{job}")
}

/// The newest version of a document's deck.
pub fn deck(tenant: &TenantId, document: DocumentId) -> String {
    format!("deck/{tenant}/{document}")
}

/// What an event makes stale. A stage that ended and slides that were done are told, but not part of what is cached.
pub fn stale(tenant: &TenantId, event: &JobEvent) -> Vec<String> {
    let of_job = || event.job.map(|id| job(tenant, id));
    let of_deck = || event.document.map(|id| deck(tenant, id));
    match event.fact {
        Fact::Stage { .. }
        | Fact::Progress { .. }
        | Fact::ChatDelta { .. }
        | Fact::ChatTool { .. }
        | Fact::ChatProposal { .. }
        | Fact::ChatUsage { .. }
        | Fact::ChatDone { .. }
        | Fact::PoolScaled { .. }
        | Fact::CapacityReported { .. } => Vec::new(),
        // A convert job that succeeds has stored a version; what is exported or asked about stays as it is.
        Fact::Succeeded if event.kind == Some(JobKind::Convert) => {
            of_job().into_iter().chain(of_deck()).collect()
        }
        Fact::DocumentUpdated { .. } => of_job().into_iter().chain(of_deck()).collect(),
        Fact::Succeeded
        | Fact::Queued
        | Fact::Started { .. }
        | Fact::Failed { .. }
        | Fact::Retrying { .. }
        | Fact::Cancelled => of_job().into_iter().collect(),
    }
}
