//! What keeps and tells the figures of capacity, put together.

use std::sync::Arc;

use super::node::or_cores;
use super::roster;
use super::stores::Stores;
use crate::actors::runner::Ground;
use crate::config::settings::Settings;
use crate::domain::capacity::pools::Limits;
use crate::domain::chat::ProviderState;
use crate::domain::job::JobKind;
use crate::storage::capacity::desk::CapacityDesk;
use crate::storage::webhooks::WebhookStore;
use crate::work::capacity::counting::Counting;
use crate::work::capacity::looking::Looking;
use crate::work::capacity::weekly::Weekly;
use crate::work::chore::Chore;

/// Dollars of a day without any job.
pub(super) fn idle_day(settings: &Settings) -> f64 {
    let slots = settings.pools.slots_at_rest(JobKind::ALL);
    settings.cost.idle_day(or_cores(0), slots)
}

/// The same of this node alone: its cores, and the slots of the pools that it runs.
pub(super) fn idle_day_here(settings: &Settings) -> f64 {
    let kinds = settings.server.roles.iter().filter_map(|role| role.jobs());
    let slots = settings.pools.slots_at_rest(kinds);
    settings.cost.idle_day_here(or_cores(0), slots)
}

/// Where reports are made. They are of all kinds of jobs, whichever this node runs.
pub fn desk(settings: &Settings, stores: &Stores, providers: &[ProviderState]) -> CapacityDesk {
    let pools = roster::pools(settings, &JobKind::ALL, providers);
    CapacityDesk {
        hours: Arc::clone(&stores.capacity),
        jobs: Arc::clone(&stores.jobs),
        limits: pools.iter().map(Limits::of).collect(),
        idle_day: idle_day(settings),
    }
}

/// What is done for it again and again.
pub(super) fn chores(stores: &Stores, ground: &Ground, desk: &CapacityDesk) -> Vec<Arc<dyn Chore>> {
    let hours = || Arc::clone(&stores.capacity);
    let webhooks: Arc<dyn WebhookStore> = Arc::clone(&stores.webhooks);
    vec![
        Arc::new(Looking::new(
            Arc::clone(&ground.pools),
            hours(),
            ground.node,
        )),
        Arc::new(Counting(hours())),
        Arc::new(Weekly {
            desk: desk.clone(),
            events: Arc::clone(&ground.events),
            webhooks,
            ids: Arc::clone(&ground.ids),
        }),
    ]
}
