//! Two nodes on one PostgreSQL: what one was doing when it died is done by the other, once.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use tempfile::tempdir;

use super::crash::{SHORT_LEASES, all_ended, successes};
use super::node::{Node, PATIENCE, block_on, talk};
use super::postgres::{TestDatabase, connect};

/// Starts a node with its own folder, which knows the first key.
fn start(folder: &std::path::Path, url: &str, key: Option<&str>) -> Node {
    if let Some(key) = key {
        std::fs::create_dir_all(folder.join("data")).unwrap();
        std::fs::write(folder.join("data/first-key"), key).unwrap();
    }
    let mut settings = SHORT_LEASES.to_vec();
    settings.push(("SLIDECRAFT__DATABASE__URL", url));
    Node::start_with(folder, &settings)
}

/// Waits until jobs run on two nodes. The database tells nobody when it is so.
async fn until_both_work(url: &str) {
    let connection = connect(url).await.unwrap();
    let nodes = "SELECT COUNT(DISTINCT node) AS found FROM jobs WHERE state = 'running'";
    let looked = async {
        loop {
            let backend = connection.get_database_backend();
            let statement = Statement::from_string(backend, nodes);
            let row = connection.query_one_raw(statement).await.unwrap().unwrap();
            if row.try_get::<i64>("", "found").unwrap() == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looked).await.unwrap();
}

/// What the database holds in the end: one row for each job, in one table, and no attempt twice.
async fn check_history(url: &str, jobs: i64) {
    let connection = connect(url).await.unwrap();
    let count = async |sql: &str| {
        let backend = connection.get_database_backend();
        let statement = Statement::from_string(backend, sql.to_owned());
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get::<i64>("", "found").unwrap()
    };
    assert_eq!(count("SELECT COUNT(*) AS found FROM jobs").await, 0);
    let succeeded = "SELECT COUNT(*) AS found FROM ended_jobs WHERE state = 'succeeded'";
    assert_eq!(count(succeeded).await, jobs);
    let older = "SELECT COUNT(*) AS found FROM job_attempts a JOIN ended_jobs e ON e.id = a.job \
         WHERE a.epoch >= e.epoch";
    assert_eq!(
        count(older).await,
        0,
        "an attempt after the one that succeeded"
    );
    let many = "SELECT COUNT(*) AS found FROM ended_jobs WHERE attempts > max_attempts";
    assert_eq!(count(many).await, 0);
}

#[test]
fn a_node_killed_beside_another_loses_none_of_fifty_jobs_and_doubles_none() {
    block_on(async {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let url = database.url();
        let (here, there) = (tempdir().unwrap(), tempdir().unwrap());
        let doomed = start(here.path(), &url, None);
        let (document, job) = doomed.convert("talk.md", talk(60).into_bytes()).await;
        assert_eq!(doomed.ended(&job).await["state"], "succeeded");
        let key = std::fs::read_to_string(here.path().join("data/first-key")).unwrap();
        let survivor = start(there.path(), &url, Some(&key));

        doomed.slow("export", "render").await;
        let ours = join_all((0..25).map(|_| doomed.export(&document, "pdf"))).await;
        let theirs = join_all((0..25).map(|_| survivor.export(&document, "pdf"))).await;
        until_both_work(&url).await;
        doomed.kill();

        let jobs: Vec<String> = ours.into_iter().chain(theirs).collect();
        let ended = all_ended(&survivor, &jobs).await;
        assert_eq!(ended.len(), 50);
        let mut lost_attempts = 0;
        for job in ended.values() {
            assert_eq!(job["state"], "succeeded", "{job}");
            assert_eq!(successes(job), 1, "{job}");
            lost_attempts += usize::from(job.to_string().contains("lease_expired"));
        }
        assert!(
            lost_attempts > 0,
            "no attempt was lost: the kill hit nothing"
        );
        assert!(survivor.terminate().success());
        check_history(&url, 51).await;
    });
}

#[test]
fn a_link_that_one_node_signed_is_believed_by_the_other() {
    block_on(async {
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let url = database.url();
        let (here, there) = (tempdir().unwrap(), tempdir().unwrap());
        let one = start(here.path(), &url, None);
        let (document, job) = one.convert("talk.md", talk(3).into_bytes()).await;
        assert_eq!(one.ended(&job).await["state"], "succeeded");
        let job = one.export(&document, "pdf").await;
        assert_eq!(one.ended(&job).await["state"], "succeeded");
        let other = start(there.path(), &url, Some(one.key()));
        let path = format!("/v1/jobs/{job}/result");
        let answer = one.ask(Method::GET, &path).send().await.unwrap();
        let link = answer.headers()["location"].to_str().unwrap();
        let path = &link[link.find("/v1/").unwrap()..];
        let status = async |node: &Node, path: &str| {
            let answer = node.ask(Method::GET, path).send().await.unwrap();
            answer.status().as_u16()
        };
        assert_eq!(status(&one, path).await, 200);
        // Believed, but the file lies in the folder of the first.
        assert_eq!(status(&other, path).await, 410);
        assert_eq!(status(&other, &format!("{path}x")).await, 403);
    });
}
