//! Which waiting jobs are next: tiers with ageing, and inside a tier fairness by measured service time.
//!
//! Each tenant has a virtual time: the seconds of service it has had. The tenant that has had least goes next (start-time
//! fair queueing, Goyal, Vin and Cheng 1996); one that comes back from idleness starts level with the others rather than
//! with a claim on the past.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::tenant::{TenantId, Tier, Tiers};
use crate::domain::time::Timestamp;

/// What waits, as the store sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// One row for each tenant and tier that has jobs ready, in order of tenant and tier.
    pub rows: Vec<BacklogRow>,
    /// When the next job that is not ready yet will be.
    pub next_ready_at: Option<Timestamp>,
}

impl Backlog {
    /// How many jobs are ready.
    pub fn depth(&self) -> u64 {
        self.rows.iter().map(|row| row.ready).sum()
    }

    /// What waits of these tiers.
    #[must_use]
    pub fn of(mut self, tiers: Tiers) -> Self {
        self.rows.retain(|row| tiers.serve(row.tier));
        self
    }

    /// Since when the oldest of them waits.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.rows.iter().map(|row| row.oldest_ready_at).min()
    }
}

/// The ready jobs of a tenant in a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BacklogRow {
    /// Whose.
    pub tenant: TenantId,
    /// In which tier.
    pub tier: Tier,
    /// How many.
    pub ready: u64,
    /// Since when the oldest waits.
    pub oldest_ready_at: Timestamp,
}

/// How many jobs of a tenant may be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whose.
    pub tenant: TenantId,
    /// In which tier.
    pub tier: Tier,
    /// How many.
    pub jobs: u32,
}

/// Parameters of dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchRules {
    /// A tier moves up by one for each such time that its oldest job has waited.
    pub ageing: Duration,
}

impl Default for DispatchRules {
    /// A minute: a free tenant's job is level with an enterprise one after two.
    fn default() -> Self {
        Self {
            ageing: Duration::from_secs(60),
        }
    }
}

/// What each tenant has had.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    served: BTreeMap<TenantId, f64>,
    floor: f64,
}

impl Ledger {
    /// Charges a tenant for service; a negative charge corrects an estimate.
    pub fn charge(&mut self, tenant: &TenantId, seconds: f64) {
        let floor = self.floor;
        let served = self.served.entry(tenant.clone()).or_insert(floor);
        *served = (*served + seconds).max(0.0);
    }

    /// What a tenant has had; at least what the least served active tenant had.
    pub fn served(&self, tenant: &TenantId) -> f64 {
        self.served
            .get(tenant)
            .copied()
            .unwrap_or(self.floor)
            .max(self.floor)
    }

    /// Raises the floor to the least served of those that wait, and forgets those below it.
    fn settle<'a>(&mut self, waiting: impl Iterator<Item = &'a TenantId>) {
        let least = waiting
            .map(|tenant| self.served(tenant))
            .fold(f64::INFINITY, f64::min);
        if least.is_finite() {
            self.floor = self.floor.max(least);
            let floor = self.floor;
            self.served.retain(|_, served| *served > floor);
        }
    }
}

/// Decides whose jobs are claimed next: at most `slots`, each estimated at `service` seconds.
pub fn next(
    backlog: &Backlog,
    ledger: &mut Ledger,
    slots: u32,
    service: f64,
    (rules, now): (&DispatchRules, Timestamp),
) -> Vec<Grant> {
    ledger.settle(backlog.rows.iter().map(|row| &row.tenant));
    let mut left: Vec<u64> = backlog.rows.iter().map(|row| row.ready).collect();
    let mut given: Vec<u32> = vec![0; backlog.rows.len()];
    let mut virtual_time: BTreeMap<&TenantId, f64> = backlog
        .rows
        .iter()
        .map(|row| (&row.tenant, ledger.served(&row.tenant)))
        .collect();
    for _ in 0..slots {
        let best = (0..backlog.rows.len())
            .filter(|i| left[*i] > 0)
            .min_by(|a, b| {
                let (x, y) = (&backlog.rows[*a], &backlog.rows[*b]);
                effective_rank(x, rules, now)
                    .cmp(&effective_rank(y, rules, now))
                    .then(virtual_time[&x.tenant].total_cmp(&virtual_time[&y.tenant]))
                    .then(x.oldest_ready_at.cmp(&y.oldest_ready_at))
                    .then(a.cmp(b))
            });
        let Some(best) = best else { break };
        left[best] -= 1;
        given[best] += 1;
        if let Some(time) = virtual_time.get_mut(&backlog.rows[best].tenant) {
            *time += service.max(1e-6);
        }
    }
    backlog
        .rows
        .iter()
        .zip(given)
        .filter(|(_, jobs)| *jobs > 0)
        .map(|(row, jobs)| Grant {
            tenant: row.tenant.clone(),
            tier: row.tier,
            jobs,
        })
        .collect()
}

/// The tier's rank less one for each `ageing` that its oldest job has waited; never above the first.
fn effective_rank(row: &BacklogRow, rules: &DispatchRules, now: Timestamp) -> u64 {
    let waited = now.since(row.oldest_ready_at).as_micros();
    let steps = waited / rules.ageing.as_micros().max(1);
    u64::from(row.tier.rank()).saturating_sub(u64::try_from(steps).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(tenant: &str, tier: Tier, ready: u64, waited: u64) -> BacklogRow {
        BacklogRow {
            tenant: tenant.parse().unwrap(),
            tier,
            ready,
            oldest_ready_at: NOW.minus(Duration::from_secs(waited)),
        }
    }

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn grants(rows: Vec<BacklogRow>, ledger: &mut Ledger, slots: u32) -> Vec<(String, u32)> {
        let backlog = Backlog {
            rows,
            next_ready_at: None,
        };
        next(
            &backlog,
            ledger,
            slots,
            1.0,
            (&DispatchRules::default(), NOW),
        )
        .into_iter()
        .map(|grant| (grant.tenant.to_string(), grant.jobs))
        .collect()
    }

    #[test]
    fn one_tenants_ten_thousand_jobs_do_not_delay_anothers_one() {
        let rows = vec![
            row("loud", Tier::Standard, 10_000, 30),
            row("quiet", Tier::Standard, 1, 1),
        ];
        let got = grants(rows, &mut Ledger::default(), 3);
        assert_eq!(got, [("loud".to_owned(), 2), ("quiet".to_owned(), 1)]);
    }

    #[test]
    fn whoever_had_less_service_goes_first() {
        let mut ledger = Ledger::default();
        ledger.charge(&"a".parse().unwrap(), 60.0);
        ledger.charge(&"b".parse().unwrap(), 5.0);
        let rows = vec![
            row("a", Tier::Standard, 9, 9),
            row("b", Tier::Standard, 9, 1),
        ];
        assert_eq!(grants(rows, &mut ledger, 2), [("b".to_owned(), 2)]);
    }

    #[test]
    fn a_higher_tier_goes_first_until_age_makes_them_level() {
        let young = vec![
            row("free", Tier::Free, 5, 10),
            row("paid", Tier::Enterprise, 5, 1),
        ];
        assert_eq!(
            grants(young, &mut Ledger::default(), 2),
            [("paid".to_owned(), 2)]
        );
        let old = vec![
            row("free", Tier::Free, 5, 121),
            row("paid", Tier::Enterprise, 5, 1),
        ];
        assert_eq!(
            grants(old, &mut Ledger::default(), 2),
            [("free".to_owned(), 1), ("paid".to_owned(), 1)]
        );
    }

    #[test]
    fn idleness_is_no_claim_on_the_past() {
        let mut ledger = Ledger::default();
        ledger.charge(&"busy".parse().unwrap(), 1_000.0);
        grants(vec![row("busy", Tier::Standard, 1, 1)], &mut ledger, 1);
        let rows = vec![
            row("busy", Tier::Standard, 9, 1),
            row("new", Tier::Standard, 9, 1),
        ];
        assert_eq!(
            grants(rows, &mut ledger, 4),
            [("busy".to_owned(), 2), ("new".to_owned(), 2)]
        );
    }
}
