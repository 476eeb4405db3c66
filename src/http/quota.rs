//! How many jobs a tenant has open, counted at most once a second: a queue of twenty thousand is not counted for each new job.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpResponseBuilder;

use super::problem::{Code, Problem};
use super::rates::{LIMIT, POLICY};
use super::state::ApiState;
use crate::domain::policy::admission::{Admission, admit};
use crate::domain::tenant::TenantId;
use crate::domain::time::Timestamp;

/// How long a count is believed, with what this node accepted since added to it.
const BELIEVED: Duration = Duration::from_secs(1);
/// Tenants that are remembered at once; beyond, all are counted again.
const TENANTS: usize = 10_000;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct OpenJobs(Mutex<HashMap<TenantId, (u64, Timestamp)>>);

impl OpenJobs {
    fn known(&self, tenant: &TenantId, now: Timestamp) -> Option<u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (open, since) = counts.get(tenant)?;
        (now.since(*since) < BELIEVED && now >= *since).then_some(*open)
    }

    fn keep(&self, tenant: &TenantId, open: u64, now: Timestamp) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= TENANTS {
            counts.clear();
        }
        counts.insert(tenant.clone(), (open, now));
    }

    /// One more was accepted.
    pub(super) fn add(&self, tenant: &TenantId) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((open, _)) = counts.get_mut(tenant) {
            *open += 1;
        }
    }
}

/// What a tenant may still open.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    limit: u64,
    left: u64,
}

impl Room {
    /// Says so (draft-ietf-httpapi-ratelimit-headers-10). `made` are jobs made by this request.
    pub fn tell(self, response: &mut HttpResponseBuilder, made: u64) {
        response.insert_header((POLICY, policy(self.limit)));
        let left = self.left.saturating_sub(made);
        response.insert_header((LIMIT, format!("\"open-jobs\";r={left}")));
    }
}

fn policy(limit: u64) -> String {
    format!("\"open-jobs\";q={limit}")
}

/// What a tenant may still open; refuses one that may open nothing.
pub async fn room(state: &ApiState, tenant: &TenantId) -> Result<Room, Problem> {
    let rules = &state.settings.quota;
    let now = state.now();
    let mut open = match state.open_jobs.known(tenant, now) {
        Some(open) if matches!(admit(rules, open), Admission::Take) => open,
        // Nobody is refused by a count that is not of now.
        Some(_) | None => {
            let open = state.jobs.open_jobs(tenant).await?;
            state.open_jobs.keep(tenant, open, now);
            open
        }
    };
    match admit(rules, open) {
        Admission::Take => {
            open = rules.open_jobs_per_tenant.saturating_sub(open);
            Ok(Room {
                limit: rules.open_jobs_per_tenant,
                left: open,
            })
        }
        Admission::OverQuota { limit } => {
            state.telemetry.over_quota("open-jobs");
            let wait = state.settings.retry_after.as_secs().max(1);
            let detail = format!("At most {limit} jobs may be queued or running at once.");
            Err(Problem::new(Code::QuotaExceeded, detail)
                .retry_after(wait)
                .with_header(POLICY, policy(limit))
                .with_header(LIMIT, format!("\"open-jobs\";r=0;t={wait}")))
        }
    }
}

/// Refuses one more upload of a tenant that has enough waiting.
pub(super) async fn room_for_upload(state: &ApiState, tenant: &TenantId) -> Result<(), Problem> {
    let limit = state.settings.uploads.waiting_per_tenant;
    if state.uploads.waiting(tenant).await? < limit {
        return Ok(());
    }
    let detail = format!("At most {limit} uploads may wait to become documents at once.");
    let wait = state.settings.retry_after.as_secs().max(1);
    Err(Problem::new(Code::QuotaExceeded, detail)
        .retry_after(wait)
        .with_header(POLICY, format!("\"uploads\";q={limit}"))
        .with_header(LIMIT, format!("\"uploads\";r=0;t={wait}")))
}

/// Refuses one more webhook of a tenant that has enough.
pub(super) async fn room_for_webhook(state: &ApiState, tenant: &TenantId) -> Result<(), Problem> {
    let limit = state.settings.webhooks_per_tenant;
    if state.webhooks.webhooks(tenant).await?.len() < limit {
        return Ok(());
    }
    let detail = format!("At most {limit} webhooks may be had at once; delete one.");
    Err(Problem::new(Code::QuotaExceeded, detail)
        .with_header(POLICY, format!("\"webhooks\";q={limit}"))
        .with_header(LIMIT, "\"webhooks\";r=0"))
}
