//! A real Prometheus scrapes a real node: its metrics are well formed, and every query of rules and dashboards finds data.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;

use super::monitoring::{dashboards, queries, tool};
use super::node::{Node, block_on, slidecraft, talk};
use super::postgres::TestDatabase;
use super::{ports, shipped};

/// A process of the test's own, gone with it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A provider of models, and its base address.
fn provider(folder: &Path) -> (Process, String) {
    let mut process = slidecraft(folder)
        .args(["dev", "fake-provider", "--listen", "127.0.0.1:0"])
        .args(["--first-token", "5ms", "--between", "1ms"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let base = line.split_once("serves on ").unwrap().1.to_owned();
    (Process(process), base)
}

/// A node that has done some of everything.
async fn busy(folder: &Path, provider: &str, database: &str) -> Node {
    let settings = [
        ("SLIDECRAFT__AI__COMPATIBLE__URL", provider),
        ("SLIDECRAFT__AI__COMPATIBLE__FAST", "fake"),
        ("SLIDECRAFT__DATABASE__URL", database),
    ];
    let node = Node::start_with(folder, &settings);
    some_of_everything(&node).await;
    node
}

async fn some_of_everything(node: &Node) {
    let (document, job) = node.convert("a.md", talk(3).into_bytes()).await;
    node.ended(&job).await;
    let export = node.export(&document, "pdf").await;
    node.ended(&export).await;
    let asked = node.ask(Method::POST, &format!("/v1/documents/{document}/chat"));
    let asked = asked.json(&json!({"message": "What is it about?"}));
    let asked: Value = asked.send().await.unwrap().json().await.unwrap();
    node.ended(asked["id"].as_str().unwrap()).await;
    for _ in 0..3 {
        node.get(&format!("/v1/documents/{document}")).await;
    }
}

/// The names of metrics that a query names.
fn names(query: &str) -> BTreeSet<String> {
    let word = |letter: char| letter.is_ascii_alphanumeric() || "_:".contains(letter);
    let words = query.split(|letter| !word(letter));
    words
        .filter(|word| word.starts_with("slidecraft_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn metrics_are_as_prometheus_wants_them_and_all_that_is_named_exists() {
    block_on(async {
        let folder = tempdir().unwrap();
        let (_provider, base) = provider(folder.path());
        let node = busy(folder.path(), &base, "").await;
        let answer = node.ask(Method::GET, "/metrics").send().await.unwrap();
        let text = answer.text().await.unwrap();
        // The store of sessions: every caller's key is looked up in it.
        let looked_up = "slidecraft_db_query_duration_seconds_count{query=\"key_by_hash\"}";
        assert!(text.contains(looked_up), "no {looked_up}");
        let described: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next())
            .collect();
        let known = |name: &str| {
            let bare = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|ending| name.strip_suffix(ending));
            described.contains(name) || bare.is_some_and(|bare| described.contains(bare))
        };
        let mut asked = String::new();
        for file in ["recording", "alerts"] {
            asked += &shipped(&format!("deploy/monitoring/rules/{file}.yaml"));
        }
        for (_, board) in dashboards() {
            for (_, query) in queries(&board) {
                writeln!(asked, "{query}").unwrap();
            }
        }
        let groups =
            |name: &str| name.starts_with("slidecraft_slo_") || name == "slidecraft_scaling";
        let missing: Vec<String> = names(&asked)
            .into_iter()
            .filter(|name| !known(name) && !groups(name))
            .collect();
        assert!(missing.is_empty(), "never told: {missing:?}");
        check(&text);
    });
}

/// promtool reads the exposition from its input.
fn check(text: &str) {
    if tool("promtool", &["--version"]).is_none() {
        return;
    }
    let mut checked = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = checked.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    let checked = checked.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned()
        + &String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}

/// A Prometheus that scrapes a node every second, with the shipped rules.
fn prometheus(folder: &Path, node: &Node) -> Option<(Process, String)> {
    tool("prometheus", &["--version"])?;
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/monitoring/rules");
    let rules = rules.display();
    let target = node.base().trim_start_matches("http://");
    let key = node.key();
    let config = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
         rule_files: ['{rules}/recording.yaml', '{rules}/alerts.yaml']\n\
         scrape_configs:\n  - job_name: slidecraft\n    authorization: {{credentials: {key}}}\n    static_configs: [{{targets: ['{target}']}}]\n"
    );
    let file = folder.join("prometheus.yaml");
    std::fs::write(&file, config).unwrap();
    let address = format!("127.0.0.1:{}", ports::free_port());
    let process = Command::new("prometheus")
        .arg(format!("--config.file={}", file.display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("tsdb").display()
        ))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Some((Process(process), format!("http://{address}")))
}

/// What a query finds: how many series. None while there is no answer.
async fn found(client: &reqwest::Client, base: &str, query: &str) -> Option<usize> {
    let mut url = reqwest::Url::parse(&format!("{base}/api/v1/query")).unwrap();
    url.query_pairs_mut().append_pair("query", query);
    let answer: Value = client.get(url).send().await.ok()?.json().await.ok()?;
    assert_ne!(answer["status"], "error", "{query}: {answer}");
    Some(answer["data"]["result"].as_array()?.len())
}

#[test]
fn every_query_of_the_dashboards_finds_data_of_a_live_node() {
    block_on(async {
        let folder = tempdir().unwrap();
        let (_provider, base) = provider(folder.path());
        // Connections are a thing of PostgreSQL.
        let Some(database) = TestDatabase::create().await else {
            return;
        };
        let node = busy(folder.path(), &base, &database.url()).await;
        let Some((_process, prometheus)) = prometheus(folder.path(), &node) else {
            return;
        };
        let client = reqwest::Client::new();
        let mut waiting: Vec<(String, String)> = dashboards()
            .iter()
            .flat_map(|(name, board)| {
                let named = queries(board).into_iter();
                named.map(move |(title, query)| (format!("{name}: {title}"), query))
            })
            .collect();
        // Rates need two looks with something between them. A bound on hanging, not on speed.
        for _ in 0..60 {
            some_of_everything(&node).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let mut left = Vec::new();
            for (title, query) in waiting {
                let filled = query
                    .replace("$__rate_interval", "20s")
                    .replace("$instance", ".*");
                if found(&client, &prometheus, &filled).await.unwrap_or(0) == 0 {
                    left.push((title, query));
                }
            }
            waiting = left;
            if waiting.is_empty() {
                break;
            }
        }
        assert!(waiting.is_empty(), "no data: {waiting:#?}");
        let firing = found(&client, &prometheus, "ALERTS{alertstate=\"firing\"}").await;
        assert_eq!(firing, Some(0), "an alert fires on a node that is well");
        assert!(node.terminate().success());
    });
}
