//! Two nodes: the leader is killed, one stops for longer than its leases, both are started anew one after the other.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};

use super::bucket::Bucket;
use super::clients::Clients;
use super::node::{Node, PATIENCE, block_on, text};
use super::pair::{Pair, free_address, member};
use super::postgres::{TestDatabase, connect};
use super::run::{Run, fault_for};

/// A number that a query of the database answers.
async fn number(url: &str, query: &str) -> i64 {
    let connection = connect(url).await.unwrap();
    let backend = connection.get_database_backend();
    let statement = Statement::from_string(backend, format!("SELECT ({query})::BIGINT AS found"));
    let row = connection.query_one_raw(statement).await.unwrap();
    row.unwrap().try_get("", "found").unwrap()
}

/// The term of the leader; 0 before the first.
const TERM: &str = "SELECT coalesce(max(term), 0) FROM leadership";

/// Waits until a node leads in a later term, and answers it; fails where nobody does.
async fn later_term(url: &str, term: i64) -> i64 {
    let later = async {
        loop {
            let now = number(url, TERM).await;
            if now > term {
                return now;
            }
            fault_for(Duration::from_millis(100)).await;
        }
    };
    let led = tokio::time::timeout(PATIENCE, later).await;
    led.unwrap()
}

#[test]
fn the_leader_is_killed() {
    let bucket = Bucket::start();
    block_on(async {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let url = database.url();
        let run = Run::new("kill -9 the leader of two nodes mid-job");
        let Pair { one, other } = Pair::start(&run, &url, &bucket.settings());
        let clients = Clients::of(&[&one, &other]);
        let before = run.pace(&Clients::of(&[&other])).await;
        one.slow("convert", "parse").await;
        let mut jobs = run.load(&clients, 40, 40).await;
        // A quick machine has done all this before anybody leads.
        let term = later_term(&url, 0).await;
        one.kill();
        let clients = Clients::of(&[&other]);
        jobs.extend(run.load(&clients, 20, 20).await);
        // The lead lapses by the clock of the machine.
        later_term(&url, term).await;
        run.recovered(&clients, before).await;
        run.judge(
            &clients,
            &jobs,
            "the other node leads in a new term within a lease, and ends what the dead one held",
        )
        .await;
    });
}

/// How many late completions a node saw refused.
async fn refused(node: &Node) -> f64 {
    let text = node.ask(Method::GET, "/metrics").send().await.unwrap();
    let text = text.text().await.unwrap();
    text.lines()
        .filter(|line| line.starts_with("slidecraft_jobs_stale_total"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

#[test]
fn a_node_wakes_up_after_its_leases_lapsed() {
    let bucket = Bucket::start();
    block_on(async {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let url = database.url();
        let run = Run::new("SIGSTOP one of two nodes past its lease, then SIGCONT");
        let Pair { one, other } = Pair::start(&run, &url, &bucket.settings());
        let (both, awake) = (Clients::of(&[&one, &other]), Clients::of(&[&one]));
        let before = run.pace(&both).await;
        let first = run.load(&both, 1, 300).await;
        let ended = both.ended(&first[0]).await;
        let path = format!("/v1/documents/{}/exports", text(&ended["document"]));
        let mut jobs = first;
        for _ in 0..40 {
            jobs.push(
                run.send(&both, &path, &serde_json::json!({"format": "pdf"}))
                    .await,
            );
        }
        other.signal("STOP");
        // What is waited for is that leases lapse, by the clock of the machine, and that others ran the jobs again.
        fault_for(Duration::from_secs(5)).await;
        let lapsed = "SELECT count(*) FROM job_attempts";
        let waited = async {
            while number(&url, lapsed).await == 0 {
                fault_for(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waited).await.unwrap();
        other.signal("CONT");
        let late = async {
            while refused(&other).await < 1.0 {
                fault_for(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, late)
            .await
            .expect("no late completion was refused");
        jobs.extend(run.load(&awake, 20, 20).await);
        run.recovered(&both, before).await;
        let seen = format!("{} late completions were refused", refused(&other).await);
        run.judge(&both, &jobs, &seen).await;
    });
}

/// Tells a node to stop, and starts it again at the same place.
async fn again(node: Node, name: &'static str, place: &Place<'_>, at: &str) -> Node {
    let (folder, url) = (place.folder.clone(), place.url.to_owned());
    let settings = place.bucket.settings();
    let more = settings
        .into_iter()
        .chain([("SLIDECRAFT__SERVER__LISTEN", at)]);
    let more: Vec<_> = more
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let restarted = tokio::task::spawn_blocking(move || {
        assert!(node.terminate().success());
        let more: Vec<_> = more
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        member(&folder, name, &url, &more)
    });
    restarted.await.unwrap()
}

/// What nodes that are started again have in common.
struct Place<'a> {
    folder: PathBuf,
    url: &'a str,
    bucket: &'a Bucket,
}

#[test]
fn both_nodes_are_started_anew_one_after_the_other() {
    let bucket = Bucket::start();
    block_on(async {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let url = database.url();
        let run = Run::new("rolling restart: SIGTERM and start of both nodes, one after the other");
        let Pair { one, other } = Pair::start(&run, &url, &bucket.settings());
        let place = Place {
            folder: run.folder.path().to_owned(),
            url: &url,
            bucket: &bucket,
        };
        // From now on at addresses that stay.
        let (here, there) = (free_address(), free_address());
        let one = again(one, "one", &place, &here).await;
        let other = again(other, "other", &place, &there).await;
        let clients = Clients::of(&[&one, &other]);
        let before = run.pace(&clients).await;
        let rolled = async {
            let one = again(one, "one", &place, &here).await;
            fault_for(Duration::from_secs(1)).await;
            (one, again(other, "other", &place, &there).await)
        };
        let (jobs, (one, other)) = tokio::join!(run.load(&clients, 160, 20), rolled);
        run.recovered(&clients, before).await;
        run.judge(
            &clients,
            &jobs,
            "what a node has not finished it gives back; clients ask the other node",
        )
        .await;
        assert!(one.terminate().success() && other.terminate().success());
    });
}

#[test]
fn whoever_waits_at_one_node_is_told_of_an_end_on_the_other_without_redis() {
    let bucket = Bucket::start();
    block_on(async {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let url = database.url();
        let run = Run::new("a job waited for at a node that runs no jobs, without Redis");
        let Pair { one, other } = Pair::start(&run, &url, &bucket.settings());
        assert!(one.terminate().success());
        let mut settings = bucket.settings().to_vec();
        settings.push(("SLIDECRAFT__SERVER__ROLES", "api,sse"));
        let only = member(run.folder.path(), "one", &url, &settings);
        let clients = Clients::of(&[&only]);
        let jobs = run.load(&clients, 8, 20).await;
        run.judge(
            &clients,
            &jobs,
            "the end is found in the store within a second",
        )
        .await;
        drop(other);
    });
}
