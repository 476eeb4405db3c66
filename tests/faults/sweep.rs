//! A sweep over the places where a crash hurts most: the process ends there, is started again, and ends at the next, while
//! clients go on.
//!
//! The order and the call at which each place strikes come from a seed. `SLIDECRAFT_SWEEP=7,8,9` sweeps with other seeds.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::clients::Clients;
use super::node::{Node, PATIENCE, block_on, text};
use super::pair;
use super::postgres::TestDatabase;
use super::run::Run;

/// Just before and just after what must not be half done.
const PLACES: [&str; 10] = [
    // The upload is stored, its job is not.
    "object.put.after",
    "job.accept.before",
    // The job is stored, the client was not told.
    "job.accept.after",
    // The job is claimed, no worker knows.
    "job.claim.after",
    // Work has begun.
    "object.get.after",
    "object.put.before",
    // The result is stored, the job's end is not.
    "job.complete.before",
    // The job's end is stored, nobody was told.
    "job.complete.after",
    // The leader dies over what a dead node left.
    "job.rescue.before",
    "job.rescue.after",
];

/// What is left to a rescuer: a crash right before it that leaves a claim behind.
const LEAVES_A_CLAIM: &str = "job.claim.after";

/// Each place in a seed's order, and how many calls pass before it strikes.
fn plan(seed: u64) -> Vec<(&'static str, u32)> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut places = PLACES.to_vec();
    places.shuffle(&mut chance);
    let mut plan = Vec::new();
    for place in places {
        if place.contains("rescue") {
            plan.push((LEAVES_A_CLAIM, chance.random_range(0..3)));
            plan.push((place, 0));
        } else {
            plan.push((place, chance.random_range(0..6)));
        }
    }
    plan
}

/// Starts a node at its address, in its folder.
fn start(folder: &Path, address: &str, database: Option<&str>, crash: &str) -> Node {
    let mut settings = vec![
        ("SLIDECRAFT__SERVER__LISTEN", address),
        ("SLIDECRAFT__QUEUE__LEASE", "1s"),
        ("SLIDECRAFT__QUEUE__BEAT", "300ms"),
        ("SLIDECRAFT__QUEUE__RETRY_BASE", "100ms"),
        // A job may be struck by one crash after the other.
        ("SLIDECRAFT__QUEUE__MAX_ATTEMPTS", "30"),
        ("SLIDECRAFT__POOLS__CONVERT__SLOTS", "1"),
        ("FAILPOINTS", crash),
    ];
    if let Some(database) = database {
        settings.push(("SLIDECRAFT__DATABASE__URL", database));
        settings.push(("SLIDECRAFT__DATABASE__CONNECTIONS", "8"));
    }
    Node::start_with(folder, &settings)
}

/// Waits until a node ends by itself at the place it was told.
async fn dies(node: Node, place: &str) {
    let died = tokio::task::spawn_blocking(move || node.ended_by_itself());
    let Ok(died) = tokio::time::timeout(PATIENCE, died).await else {
        panic!("{place} was never reached");
    };
    assert!(!died.unwrap().success(), "{place}");
}

/// Uploads decks, exports each and waits for both, until `over`; the jobs.
async fn load(run: &Run, clients: &Clients, over: &AtomicBool) -> Vec<String> {
    let mut jobs = Vec::new();
    while !over.load(Ordering::SeqCst) {
        let converts = run.load(clients, 4, 3).await;
        for convert in &converts {
            let ended = clients.ended(convert).await;
            let exports = format!("/v1/documents/{}/exports", text(&ended["document"]));
            let body = serde_json::json!({"format": "pdf"});
            jobs.push(run.send(clients, &exports, &body).await);
        }
        jobs.extend(converts);
    }
    jobs
}

async fn sweep(run: &Run, seed: u64, database: Option<&str>) {
    let address = pair::free_address();
    let folder = run.folder.path();
    let start = |crash: &str| start(folder, &address, database, crash);
    let first = start("");
    let clients = Clients::of(&[&first]);
    first.kill();
    let over = AtomicBool::new(false);
    let crashes = async {
        for (place, calls) in plan(seed) {
            let crash = format!("{place}={calls}*off->return");
            dies(start(&crash), place).await;
        }
        over.store(true, Ordering::SeqCst);
        start("")
    };
    let (jobs, node) = tokio::join!(load(run, &clients, &over), crashes);
    let seen = format!(
        "{} crashes, {} of them at different places",
        plan(seed).len(),
        PLACES.len()
    );
    run.judge(&clients, &jobs, &seen).await;
    assert!(node.terminate().success());
}

#[expect(
    clippy::disallowed_methods,
    reason = "which seeds are swept is a matter of who runs it"
)]
fn seeds(own: u64) -> Vec<u64> {
    let asked = std::env::var("SLIDECRAFT_SWEEP").unwrap_or_default();
    let asked: Vec<u64> = asked
        .split(',')
        .filter_map(|seed| seed.parse().ok())
        .collect();
    if asked.is_empty() { vec![own] } else { asked }
}

#[test]
fn crashes_where_they_hurt_most_on_sqlite() {
    block_on(async {
        for seed in seeds(1) {
            let run = Run::new("crashes at ten places one after the other (embedded)");
            sweep(&run, seed, None).await;
        }
    });
}

#[test]
fn crashes_where_they_hurt_most_on_postgres() {
    block_on(async {
        for seed in seeds(2) {
            let Some(database) = TestDatabase::create().await else {
                return;
            };
            let run = Run::new("crashes at ten places one after the other (PostgreSQL)");
            sweep(&run, seed, Some(&database.url())).await;
        }
    });
}
