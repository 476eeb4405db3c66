//! Figures over the jobs in memory: what arrived, and what was spent.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Arrived;
use crate::domain::cost::Cost;
use crate::domain::cost_report::KindSpent;
use crate::domain::job::{Job, JobKind};
use crate::domain::job_state::StateName;
use crate::domain::tenant::Tier;
use crate::domain::time::Timestamp;

/// What jobs that ended from `since` on cost.
pub(super) fn spent<'j>(jobs: impl Iterator<Item = &'j Job>, since: Timestamp) -> Vec<KindSpent> {
    let ended = |job: &&Job| {
        let last = job.history.last();
        job.state.name().is_terminal() && last.is_some_and(|last| last.ended_at >= since)
    };
    let mut kinds = JobKind::ALL.map(|kind| KindSpent {
        kind,
        succeeded: 0,
        attempts: 0,
        cost: Cost::default(),
    });
    for job in jobs.filter(ended) {
        for spent in kinds
            .iter_mut()
            .filter(|spent| spent.kind == job.spec.kind())
        {
            spent.succeeded += u64::from(job.state.name() == StateName::Succeeded);
            for record in &job.history {
                spent.attempts += 1;
                spent.cost.compute += record.cost.compute;
                spent.cost.storage += record.cost.storage;
                spent.cost.ai += record.cost.ai;
            }
        }
    }
    kinds.to_vec()
}

/// How many were accepted in each stretch of time.
pub(super) fn arrived<'j>(
    jobs: impl Iterator<Item = &'j Job>,
    since: Timestamp,
    bucket: Duration,
) -> Vec<Arrived> {
    let mut counts: BTreeMap<(Timestamp, Tier), u64> = BTreeMap::new();
    for job in jobs.filter(|job| job.created_at >= since) {
        let from = job.created_at.start_of(bucket);
        *counts.entry((from, job.tier)).or_default() += 1;
    }
    let arrived = counts.into_iter();
    arrived
        .map(|((from, tier), jobs)| Arrived { tier, from, jobs })
        .collect()
}
