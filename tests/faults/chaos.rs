//! Faults that the node makes itself, by `/v1/admin/chaos`: workers killed under load, stores that are slow and fail, events
//! that are dropped, a node that ends.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::node::{Node, block_on, text};
use super::run::{Run, fault_for};

const ALLOWED: [(&str, &str); 6] = [
    ("SLIDECRAFT__CHAOS__ENABLED", "true"),
    ("SLIDECRAFT__CHAOS__RECOVERY", "2s"),
    ("SLIDECRAFT__QUEUE__MAX_ATTEMPTS", "12"),
    ("SLIDECRAFT__QUEUE__RETRY_BASE", "100ms"),
    ("SLIDECRAFT__QUEUE__LEASE", "3s"),
    ("SLIDECRAFT__QUEUE__BEAT", "1s"),
];

async fn struck(node: &Node) -> u64 {
    let listed = node.get("/v1/admin/chaos").await;
    let all = listed["items"].as_array().unwrap();
    all.iter()
        .filter_map(|fault| fault["struck"].as_u64())
        .sum()
}

async fn end_all(node: &Node) {
    let ended = node.ask(Method::DELETE, "/v1/admin/chaos").send().await;
    assert_eq!(ended.unwrap().status(), 204);
}

#[test]
fn half_of_the_workers_are_killed_under_load() {
    for how in ["kill", "panic"] {
        block_on(async {
            let run =
                Run::new("half of the convert workers killed under load, by the chaos endpoint");
            let node = Node::start_with(run.folder.path(), &ALLOWED);
            // Decks that take milliseconds are made to take as long as decks of users.
            let slow = json!({"type": "stage_delay", "kind": "convert", "stage": "parse", "p50_ms": 300, "p95_ms": 600});
            let slow = node.fault(slow, 60).await;
            let jobs = run.upload(&node, 60, 2).await;
            let kill =
                json!({"type": "kill_workers", "pool": "convert", "fraction": 0.5, "how": how});
            let killed = node.fault(kill, 1).await;
            assert!(killed["struck"].as_u64() >= Some(2), "{killed}");
            let place = format!("/v1/admin/chaos/{}", text(&slow["id"]));
            run.verdict(
                &node,
                &jobs,
                "what they did is tried again by others; workers are replaced",
            )
            .await;
            assert!(struck(&node).await >= 60);
            let ended = node.ask(Method::DELETE, &place).send().await.unwrap();
            assert_eq!(ended.status(), 204);
            assert!(node.terminate().success());
        });
    }
}

#[test]
fn stores_are_slow_and_fail_under_load() {
    block_on(async {
        let run =
            Run::new("a tenth of the calls of the stores fail or are slow, by the chaos endpoint");
        let node = Node::start_with(run.folder.path(), &ALLOWED);
        for fault in [
            json!({"type": "storage_latency", "share": 0.1, "extra_ms": 200}),
            json!({"type": "storage_latency", "share": 1.0, "factor": 1.1}),
            json!({"type": "storage_errors", "share": 0.1}),
            json!({"type": "drop_events", "share": 0.5}),
        ] {
            node.fault(fault, 60).await;
        }
        let jobs = run.upload(&node, 60, 2).await;
        fault_for(Duration::from_secs(2)).await;
        assert!(struck(&node).await > 60);
        end_all(&node).await;
        run.verdict(
            &node,
            &jobs,
            "calls are made again; what was stored though its answer was lost is stored once",
        )
        .await;
        assert!(node.terminate().success());
    });
}

#[test]
fn a_node_that_is_told_to_die_dies_and_its_faults_with_it() {
    block_on(async {
        let run = Run::new("a node ends itself mid-job, by the chaos endpoint, started again");
        let node = Node::start_with(run.folder.path(), &ALLOWED);
        node.fault(json!({"type": "drop_events", "share": 0.1}), 600)
            .await;
        let jobs = run.upload(&node, 40, 40).await;
        node.fault(json!({"type": "kill_node"}), 1).await;
        assert!(!node.ended_by_itself().success());
        let node = Node::start_with(run.folder.path(), &ALLOWED);
        let listed = node.get("/v1/admin/chaos").await;
        assert_eq!(listed["items"], json!([]));
        run.verdict(
            &node,
            &jobs,
            "jobs that ran are found by their lapsed leases and run again; no fault is left",
        )
        .await;
        assert!(node.terminate().success());
    });
}
