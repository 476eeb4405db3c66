//! Rules, alerts, runbooks, routes and dashboards: what they name is there, each alert fires and is silent where it should.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use slidecraft::domain::slo::Objective;

use super::{shipped, where_installed};

/// Runs a tool on the shipped files; what it said. `None` where it is not installed, which CI does not accept.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/monitoring");
    let what = format!("{name} (Debian: apt-get install prometheus prometheus-alertmanager)");
    let mut command = Command::new(name);
    let ran = where_installed(command.args(arguments).current_dir(folder), &what)?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let faults = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{name} {arguments:?}: {said}{faults}");
    Some(said)
}

/// The names of alerts, in the order of the file.
fn alerts() -> Vec<String> {
    let rules = shipped("deploy/monitoring/rules/alerts.yaml");
    let named = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "));
    named.map(str::to_owned).collect()
}

/// The dashboards.
pub(crate) fn dashboards() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/monitoring/grafana");
    let files = std::fs::read_dir(folder).unwrap();
    let boards = files.map(|file| {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        (name, serde_json::from_str(&text).unwrap())
    });
    boards.collect()
}

/// The queries of a dashboard: its panels' and its annotations', each with its title.
pub(crate) fn queries(board: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let panels = board["panels"].as_array().unwrap().iter();
    let panels = panels.flat_map(|panel| {
        let targets = panel["targets"].as_array().unwrap().iter();
        targets.map(|target| (text(&panel["title"]), text(&target["expr"])))
    });
    panels.collect()
}

#[test]
fn rules_are_well_formed_and_each_alert_fires_and_is_silent() {
    let files = ["rules/recording.yaml", "rules/alerts.yaml"];
    let checked = [
        &["check", "rules", "--lint=all", "--lint-fatal"],
        &files[..],
    ]
    .concat();
    if tool("promtool", &checked).is_none() {
        return;
    }
    let tests = [
        "tests/alerts.yaml",
        "tests/days.yaml",
        "tests/forecast.yaml",
    ];
    tool("promtool", &[&["test", "rules"], &tests[..]].concat());
    let cases: String = tests
        .iter()
        .map(|path| shipped(&format!("deploy/monitoring/{path}")))
        .collect();
    for alert in alerts() {
        for case in ["fires", "is silent"] {
            let line = format!("- name: {alert} {case}\n");
            assert!(cases.contains(&line), "{alert}: no test that it {case}");
        }
    }
}

#[test]
fn each_alert_has_a_page_that_says_what_to_do() {
    let rules = shipped("deploy/monitoring/rules/alerts.yaml");
    let pages: Vec<&str> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("runbook_url: "))
        .collect();
    let alerts = alerts();
    assert_eq!(pages.len(), alerts.len());
    assert!(alerts.len() >= 20, "{alerts:?}");
    for (alert, page) in alerts.iter().zip(pages) {
        let page = shipped(page);
        assert!(page.starts_with(&format!("# {alert}\n")), "{alert}");
        for part in ["**Look.**", "**Do.**"] {
            assert!(page.contains(part), "{alert}: {part}");
        }
    }
}

#[test]
fn who_is_woken_is_woken_by_what_wakes() {
    if tool("amtool", &["check-config", "alertmanager.yaml"]).is_none() {
        return;
    }
    for (severity, receiver) in [("page", "pager"), ("ticket", "tickets"), ("info", "log")] {
        let label = format!("severity={severity}");
        let route = [
            "config",
            "routes",
            "test",
            "--config.file=alertmanager.yaml",
        ];
        let said = tool("amtool", &[&route[..], &[&label]].concat()).unwrap();
        assert_eq!(said.trim(), receiver, "{severity}");
    }
    let rules = shipped("deploy/monitoring/rules/alerts.yaml");
    let severities: BTreeSet<&str> = rules
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("labels: {severity: ")?
                .strip_suffix('}')
        })
        .collect();
    assert_eq!(severities, BTreeSet::from(["info", "page", "ticket"]));
}

#[test]
fn the_console_and_the_rules_promise_the_same() {
    let rules = shipped("deploy/monitoring/rules/recording.yaml");
    for objective in Objective::ALL {
        let name = objective.name();
        let (_, group) = rules
            .split_once(&format!("slidecraft_slo_{name} # "))
            .unwrap_or_else(|| panic!("no rules for {name}"));
        let group = group.split("- name:").next().unwrap();
        assert!(group.starts_with(objective.words()), "{name}");
        let budget = format!("vector({})", objective.budget());
        assert!(group.contains(&budget), "{name}: {budget}");
        let errors = group.lines().filter(|line| line.contains("expr: '1 - "));
        let within = objective.within().map(|within| within.as_secs());
        for line in errors {
            let bound = within.map(|seconds| format!("le=\"{seconds}\""));
            assert!(bound.is_some_and(|bound| line.contains(&bound)), "{line}");
        }
    }
}

#[test]
fn dashboards_keep_the_rules_of_dashboards() {
    let boards = dashboards();
    assert_eq!(boards.len(), 4);
    for (name, board) in &boards {
        assert_eq!(board["uid"].as_str(), Some(name.as_str()));
        assert_eq!(board["editable"], false, "{name}");
        let variables = board["templating"]["list"].as_array().unwrap();
        assert_eq!(variables[0]["type"], "datasource", "{name}");
        for panel in board["panels"].as_array().unwrap() {
            let title = &panel["title"];
            for member in ["title", "description"] {
                assert!(
                    !panel[member].as_str().unwrap().is_empty(),
                    "{name}: {title}: {member}"
                );
            }
            assert!(
                panel["fieldConfig"]["defaults"]["unit"].is_string(),
                "{name}: {title}"
            );
            assert_eq!(
                panel["datasource"]["uid"], "${datasource}",
                "{name}: {title}"
            );
        }
        for (title, query) in queries(board) {
            let ours = query.contains("slidecraft:");
            assert!(
                ours || query.contains("instance=~\"$instance\""),
                "{name}: {title}: {query}"
            );
            assert!(
                !query.contains("rate(")
                    || query.contains("[$__rate_interval]")
                    || query.contains("[1h]"),
                "{name}: {title}: {query}"
            );
        }
    }
}
