//! The twin test: the same scenario through live actors and through the simulator gives the same commands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use uuid::Uuid;

use super::world::{World, in_virtual_time};
use crate::actors::pool::{CommandLog, Wake};
use crate::domain::ids::DocumentId;
use crate::domain::job::{ExportFormat, ExportOptions, JobKind, JobSpec, NewJob};
use crate::domain::pool::command::PoolCommand;
use crate::domain::pool::settings::PoolSettings;
use crate::domain::time::Timestamp;
use crate::simulation::engine::{START, simulate};
use crate::simulation::scenario::Scenario;
use crate::simulation::workload::{Arrival, draw};
use crate::storage::jobs::Acceptance;

/// Commands by the millisecond in which they were given; those of one millisecond have no order between the two shells.
type Log = BTreeMap<u64, Vec<String>>;

fn note(log: &mut Log, at: Timestamp, command: &PoolCommand) {
    let text = match command {
        PoolCommand::Assign(worker, job) => format!("assign {worker} {:?}", job.lease),
        PoolCommand::StartWorker(..)
        | PoolCommand::StopWorker(_)
        | PoolCommand::Look
        | PoolCommand::Foresee
        | PoolCommand::Claim(_)
        | PoolCommand::Abandon(_)
        | PoolCommand::GiveBack(_)
        | PoolCommand::Decided(_)
        | PoolCommand::Escalate => format!("{command:?}"),
    };
    let millis = u64::try_from(at.since(START).as_millis()).unwrap();
    let commands = log.entry(millis).or_default();
    commands.push(text);
    commands.sort_unstable();
}

fn new_job(arrival: &Arrival, now: Timestamp) -> NewJob {
    NewJob {
        id: arrival.job,
        tenant: arrival.tenant.clone(),
        tier: arrival.tier,
        document: DocumentId(Uuid::nil()),
        spec: JobSpec::Export {
            format: ExportFormat::Pdf,
            version: 1,
            options: ExportOptions::default(),
        },
        max_attempts: 5,
        created_at: now,
        trace: None,
    }
}

async fn live(scenario: &Scenario) -> Log {
    let arrivals = draw(scenario, JobKind::Export, &scenario.pools[&JobKind::Export]);
    let log = Arc::new(Mutex::new(Log::new()));
    let heard = Arc::clone(&log);
    let hear: CommandLog =
        Arc::new(move |at, command| note(&mut heard.lock().unwrap(), at, command));
    let services = arrivals
        .iter()
        .map(|arrival| (arrival.job, arrival.service))
        .collect();
    let world = World::with(
        vec![PoolSettings::of(JobKind::Export)],
        Some(hear),
        services,
    );
    let clock = Arc::clone(&world.ground.clock);
    for arrival in &arrivals {
        tokio::time::sleep((START.plus(arrival.at)).since(clock.now())).await;
        let job = new_job(arrival, clock.now());
        let acceptance = Acceptance {
            job,
            document: None,
            idempotency: None,
        };
        world.ground.jobs.accept(acceptance).await.unwrap();
        drop(world.book.pool(JobKind::Export).unwrap().try_send(Wake));
    }
    let rest = START.plus(scenario.duration).since(clock.now());
    tokio::time::sleep(rest + Duration::from_millis(500)).await;

    log.lock().unwrap().clone()
}

fn simulated(scenario: &Scenario) -> Log {
    let mut log = Log::new();
    let pool = &scenario.pools[&JobKind::Export];
    simulate(
        scenario,
        PoolSettings::of(JobKind::Export),
        pool,
        &mut |at, command| {
            note(&mut log, at, command);
        },
    );
    log
}

#[test]
fn live_and_simulated_pools_give_the_same_commands() {
    let scenario = include_str!("../../../assets/scenarios/twin.toml");
    let scenario = Scenario::parse(scenario).unwrap();
    in_virtual_time(|| async move {
        let end = u64::try_from(scenario.duration.as_millis()).unwrap();
        let lived: Log = live(&scenario)
            .await
            .into_iter()
            .filter(|(at, _)| *at <= end)
            .collect();
        let dreamt: Log = simulated(&scenario)
            .into_iter()
            .filter(|(at, _)| *at <= end)
            .collect();
        let decided = |log: &Log| {
            log.values()
                .flatten()
                .filter(|command| command.starts_with("Decided"))
                .count()
        };
        assert!(
            decided(&lived) >= 3,
            "nothing was scaled: no test of the policy"
        );
        for (at, commands) in &dreamt {
            assert_eq!(lived.get(at), Some(commands), "at {at} ms");
        }
        assert_eq!(lived.len(), dreamt.len());
    });
}
