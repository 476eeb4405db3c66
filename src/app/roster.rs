//! The pools of a node with the ceilings that this machine and its configuration put over them.

use super::node::or_cores;
use crate::config::settings::Settings;
use crate::domain::chat::ProviderState;
use crate::domain::job::JobKind;
use crate::domain::policy::autoscale::{Ceiling, CeilingCause};
use crate::domain::pool::settings::PoolSettings;

/// The pools for these kinds of jobs; `providers` are those that answer for models.
pub(super) fn pools(
    settings: &Settings,
    kinds: &[JobKind],
    providers: &[ProviderState],
) -> Vec<PoolSettings> {
    let pools = kinds.iter().flat_map(|kind| {
        let ceilings = ceilings(settings, *kind, providers);
        settings
            .pools
            .of(*kind)
            .settings(*kind, &settings.queue, &ceilings)
    });
    pools.collect()
}

fn ceilings(settings: &Settings, kind: JobKind, providers: &[ProviderState]) -> Vec<Ceiling> {
    let pools = &settings.pools;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut ceilings = Vec::new();
    let mut put = |cause, slots: u32| {
        if slots > 0 {
            ceilings.push(Ceiling { cause, slots });
        }
    };
    if kind == JobKind::Ai {
        put(
            CeilingCause::Provider,
            count(providers.iter().map(|provider| provider.slots).sum()),
        );
    } else {
        let cores = count(or_cores(settings.decks.at_once));
        put(
            CeilingCause::Cores,
            cores.saturating_mul(pools.slots_per_core),
        );
    }
    if settings.database.url.reveal().is_some() {
        let connections = settings.database.connections;
        put(
            CeilingCause::Database,
            connections.saturating_mul(pools.slots_per_connection),
        );
    }
    ceilings
}
