//! What is shipped to run the platform with says what the platform takes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read the files has to fail"
)]

mod components;
mod compose;
mod kubernetes;
mod manifests;
mod monitoring;
mod network;
mod overlays;
mod replay;
mod scaled;
mod scrape;
mod terraform;

#[expect(dead_code, reason = "the platform's tests use more of it")]
#[path = "../platform/node.rs"]
mod node;
#[path = "../support/ports.rs"]
mod ports;
#[path = "../support/postgres.rs"]
mod postgres;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use slidecraft::config::load::resolve;
use slidecraft::config::settings::Settings;

fn shipped(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).unwrap()
}

/// What a command said that is not installed everywhere. `None` where it is not, which CI does not accept.
fn where_installed(command: &mut Command, what: &str) -> Option<Output> {
    if let Ok(ran) = command.output() {
        return Some(ran);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{what} is missing, and CI needs it"
    );
    let _ = writeln!(std::io::stderr(), "skipped: {what} is not installed");
    None
}

fn settings(variables: impl Iterator<Item = (String, String)>) -> Settings {
    resolve(None, "config.toml", variables).unwrap()
}

#[test]
fn the_image_holds_the_binary_only_and_runs_as_nobody() {
    let dockerfile = shipped("deploy/docker/Dockerfile").replace("\\\n", " ");
    let lines: Vec<&str> = dockerfile
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let stages: BTreeSet<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("FROM ")?.split(" AS ").nth(1))
        .collect();
    for line in lines.iter().filter(|line| line.starts_with("COPY --from=")) {
        let stage = line
            .trim_start_matches("COPY --from=")
            .split(' ')
            .next()
            .unwrap();
        assert!(stages.contains(stage), "{line}");
    }
    let last = lines
        .iter()
        .rposition(|line| line.starts_with("FROM "))
        .unwrap();
    assert!(lines[last].contains("distroless") && lines[last].ends_with(":nonroot"));
    let runtime = &lines[last..];
    assert!(runtime.contains(&"USER nonroot:nonroot"));
    assert!(runtime.contains(&"ENTRYPOINT [\"/usr/local/bin/slidecraft\"]"));
    assert!(
        !runtime.iter().any(|line| line.starts_with("RUN ")),
        "there is no shell in it"
    );
    let variables = runtime
        .iter()
        .filter_map(|line| line.strip_prefix("ENV "))
        .flat_map(str::split_whitespace);
    let variables = variables.map(|pair| pair.split_once('=').unwrap());
    let settings = settings(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(settings.server.listen.port(), 8080);
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        dockerfile.contains(&format!("ARG RUST_VERSION={rust}")),
        "the image is built with another Rust"
    );
}

#[test]
fn the_service_drains_before_it_is_killed() {
    let unit = shipped("deploy/systemd/slidecraft.service");
    let value = |name: &str| {
        unit.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .unwrap()
    };
    let variable = value("Environment").split_once('=').unwrap();
    let settings = settings(std::iter::once((
        variable.0.to_owned(),
        variable.1.to_owned(),
    )));
    let stop = humantime::parse_duration(value("TimeoutStopSec")).unwrap();
    assert!(stop > settings.server.drain_grace.0);
    assert_eq!(value("DynamicUser"), "yes");
    let Ok(checked) = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "deploy/systemd/slidecraft.service"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
    else {
        let told = "skipped: systemd-analyze is not here to read the unit";
        let _ = writeln!(std::io::stderr(), "{told}");
        return;
    };
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    // The binary is not installed where the tests run.
    let faults: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("slidecraft.service") && !line.contains("is not executable"))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
