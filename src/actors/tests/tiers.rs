//! Pools of a tier, and ceilings, in virtual time: who has workers of their own waits for nobody else.

use std::collections::BTreeMap;

use super::world::{TAKES_LONG, World, in_virtual_time};
use crate::domain::job::JobKind;
use crate::domain::job_state::StateName;
use crate::domain::policy::autoscale::{Bounds, Ceiling, CeilingCause};
use crate::domain::pool::name::PoolName;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::tenant::{Tier, Tiers};

const OF_ENTERPRISE: PoolName = PoolName {
    kind: JobKind::Export,
    tier: Some(Tier::Enterprise),
};

/// One worker with one slot for everyone, and one that enterprise tenants have to themselves.
fn two_pools() -> Vec<PoolSettings> {
    let one = Bounds {
        min: 1,
        baseline: 1,
        peak: 1,
        max: 1,
    };
    let shared = PoolSettings {
        tiers: Tiers::ALL.without(Tier::Enterprise),
        bounds: one,
        slots: 1,
        ..PoolSettings::of(JobKind::Export)
    };
    let own = PoolSettings {
        name: OF_ENTERPRISE,
        tiers: Tiers::only(Tier::Enterprise),
        ..shared.clone()
    };
    vec![shared, own]
}

#[test]
fn a_tier_with_workers_of_its_own_does_not_wait_for_others() {
    in_virtual_time(|| async {
        let world = World::with(two_pools(), None, BTreeMap::new());
        let mut others = Vec::new();
        for _ in 0..5 {
            others.push(world.submit_for(Tier::Free, TAKES_LONG).await);
        }
        world.pass(1).await;
        let own = world.submit_for(Tier::Enterprise, TAKES_LONG).await;
        world.pass(12).await;
        assert_eq!(world.state(own).await, StateName::Succeeded);
        // Ten seconds each, one at a time: the workers of the tier lend no hand.
        assert_eq!(world.state(others[1]).await, StateName::Running);
        assert_eq!(world.state(others[2]).await, StateName::Queued);
        assert_eq!(world.seen(OF_ENTERPRISE).await.depth, 0);
        assert_eq!(world.pool().await.depth, 3);
        world.pass(40).await;
        for job in others {
            assert_eq!(world.state(job).await, StateName::Succeeded);
        }
    });
}

#[test]
fn jobs_of_a_tier_are_no_load_of_the_pool_for_all() {
    in_virtual_time(|| async {
        let world = World::with(two_pools(), None, BTreeMap::new());
        for _ in 0..3 {
            world.submit_for(Tier::Enterprise, TAKES_LONG).await;
        }
        world.pass(1).await;
        let (own, shared) = (world.seen(OF_ENTERPRISE).await, world.pool().await);
        assert_eq!((own.busy, own.depth), (1, 2));
        assert_eq!((shared.busy, shared.depth), (0, 0));
    });
}

#[test]
fn a_pool_stops_at_its_ceiling_and_says_which() {
    in_virtual_time(|| async {
        let mut pool = PoolSettings::of(JobKind::Export);
        pool.autoscale.ceilings.push(Ceiling {
            cause: CeilingCause::Cores,
            slots: 40,
        });
        let world = World::with(vec![pool], None, BTreeMap::new());
        for _ in 0..1_500 {
            world.submit(TAKES_LONG).await;
        }
        world.pass(240).await;
        let held = world.pool().await;
        assert_eq!(held.ready, 10, "{held:?}");
        let ceiling = held.ceiling.map(|ceiling| (ceiling.cause, ceiling.workers));
        assert_eq!(ceiling, Some((CeilingCause::Cores, 10)));
        let told = world.ground.telemetry.render();
        let bound = r#"slidecraft_autoscale_ceiling_bound{pool="export",ceiling="cores"} 1"#;
        assert!(told.contains(bound), "{told}");
        world.pass(1_800).await;
        assert_eq!(world.pool().await.ceiling, None);
    });
}
