//! The composition of containers: what it starts is what the binary takes, and what it names is there.

use serde::Deserialize;
use serde_json::Value;
use slidecraft::domain::role::Role;

use super::monitoring::tool;
use super::{settings, shipped};

fn composed() -> Value {
    let text = shipped("deploy/compose/compose.yaml");
    let mut value =
        serde_yaml_ng::Value::deserialize(serde_yaml_ng::Deserializer::from_str(&text)).unwrap();
    value.apply_merge().unwrap();
    serde_json::to_value(value).unwrap()
}

#[test]
fn every_role_runs_with_settings_that_the_binary_takes() {
    let composed = composed();
    let services = composed["services"].as_object().unwrap();
    let ours = services
        .iter()
        .filter(|(_, service)| service["image"] == "slidecraft:0.1.0");
    let mut roles = Vec::new();
    for (name, service) in ours {
        let command = service["command"].as_array().unwrap();
        assert_eq!(
            (&command[0], &command[1]),
            (&"serve".into(), &"--roles".into())
        );
        let named = command[2].as_str().unwrap().split(',');
        roles.extend(named.map(|role| role.parse::<Role>().unwrap()));
        let variables = service["environment"].as_object().unwrap().iter();
        let variables = variables.map(|(name, value)| {
            let text = value.as_str().unwrap().to_owned();
            // What the shell of who starts it says, or nothing.
            let text = if text.starts_with("${") {
                String::new()
            } else {
                text
            };
            (name.clone(), text)
        });
        let settings = settings(variables);
        assert!(
            settings.faults().is_empty(),
            "{name}: {:?}",
            settings.faults()
        );
        let grace = humantime::parse_duration(service["stop_grace_period"].as_str().unwrap());
        assert!(grace.unwrap() > settings.server.drain_grace.0, "{name}");
        for (other, _) in service["depends_on"].as_object().unwrap() {
            assert!(services.contains_key(other), "{name} waits for {other}");
        }
    }
    roles.sort();
    let mut all = Role::ALL.to_vec();
    all.sort();
    assert_eq!(roles, all);
}

/// What a container of a service sees of the host: from where, and as what. Volumes of the composition have no `/` in front.
fn mounts(service: &Value) -> Vec<(String, String)> {
    let volumes = service["volumes"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mounts = volumes.filter_map(|volume| match volume.as_str() {
        // One path alone is a place of the container's own.
        Some(short) => {
            let (source, rest) = short.split_once(':')?;
            let target = rest.trim_end_matches(":ro");
            Some((source.to_owned(), target.to_owned()))
        }
        None => Some((text(&volume["source"]), text(&volume["target"]))),
    });
    mounts.collect()
}

#[test]
fn what_is_mounted_and_configured_is_there() {
    let composed = composed();
    let services = composed["services"].as_object().unwrap();
    let configs = composed["configs"].as_object().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/compose");
    let mut mounted = 0;
    for (name, service) in services {
        for config in service["configs"].as_array().into_iter().flatten() {
            let source = config["source"].as_str().unwrap();
            assert!(configs.contains_key(source), "{name}: {source}");
        }
        for (source, _) in mounts(service) {
            if source.starts_with("../") {
                assert!(root.join(&source).exists(), "{name}: {source}");
                mounted += 1;
            } else if source != "./key" {
                assert!(!composed["volumes"][&source].is_null(), "{name}: {source}");
            }
        }
        if let Some(dockerfile) = service["build"]["dockerfile"].as_str() {
            assert!(root.join("../..").join(dockerfile).is_file(), "{name}");
        }
        let version = service["image"]
            .as_str()
            .unwrap()
            .split_once(':')
            .unwrap()
            .1;
        assert_ne!(version, "latest", "{name}");
        for (other, wait) in service["depends_on"].as_object().into_iter().flatten() {
            let checked = services[other]["healthcheck"]["test"].is_array();
            assert!(
                wait["condition"] != "service_healthy" || checked,
                "{name} waits for {other}, which nobody checks"
            );
            // A service without a profile cannot wait for one that is started with a profile only.
            let (ours, theirs) = (&service["profiles"], &services[other]["profiles"]);
            assert!(theirs.is_null() || ours == theirs, "{name}: {other}");
        }
    }
    assert_eq!(mounted, 4);
    let ignored = shipped(".gitignore");
    assert!(
        ignored.contains("deploy/compose/key\n"),
        "a key is a secret"
    );
}

/// The shipped Prometheus, as far as it names what has to be elsewhere.
fn prometheus() -> Value {
    let text = shipped("deploy/monitoring/prometheus.yaml");
    Value::deserialize(serde_yaml_ng::Deserializer::from_str(&text)).unwrap()
}

#[test]
fn whom_prometheus_asks_and_tells_is_started_beside_it() {
    let (composed, prometheus) = (composed(), prometheus());
    let services = composed["services"].as_object().unwrap();
    let managers = prometheus["alerting"]["alertmanagers"].as_array().unwrap();
    let managers = managers
        .iter()
        .flat_map(|one| one["static_configs"].as_array().unwrap())
        .flat_map(|config| config["targets"].as_array().unwrap());
    let mut told = 0;
    for target in managers {
        let (name, port) = target.as_str().unwrap().split_once(':').unwrap();
        let service = services
            .get(name)
            .unwrap_or_else(|| panic!("nobody starts {target}"));
        assert!(
            service["image"].as_str().unwrap().contains("alertmanager"),
            "{target}"
        );
        let check = service["healthcheck"]["test"].to_string();
        assert!(check.contains(&format!(":{port}/")), "{target}: {check}");
        assert_eq!(
            service["profiles"], services["prometheus"]["profiles"],
            "{target}"
        );
        told += 1;
    }
    assert_eq!(told, 1);
    for job in prometheus["scrape_configs"].as_array().unwrap() {
        let found = job["dns_sd_configs"].as_array().unwrap();
        for name in found.iter().flat_map(|it| it["names"].as_array().unwrap()) {
            for (service, node) in services.iter().filter(|(_, it)| it["build"].is_object()) {
                let aliases = node["networks"]["default"]["aliases"].as_array().unwrap();
                assert!(aliases.contains(name), "{service} is not found as {name}");
            }
        }
        // The port that the image listens on: `the_image_holds_the_binary_only_and_runs_as_nobody`.
        assert!(found.iter().all(|it| it["port"] == 8080));
    }
}

#[test]
fn what_prometheus_and_alertmanager_read_is_where_they_read_it() {
    let (composed, prometheus) = (composed(), prometheus());
    let services = &composed["services"];
    let seen = mounts(&services["prometheus"]);
    let has = |path: &str| {
        seen.iter()
            .any(|(_, target)| path == target || path.starts_with(&format!("{target}/")))
    };
    // Paths in the file are from where the file is.
    let rules = prometheus["rule_files"].as_array().unwrap().iter();
    for rule in rules.map(|rule| rule.as_str().unwrap()) {
        assert!(has(&format!("/etc/prometheus/{rule}")), "{rule}");
        assert!(!shipped(&format!("deploy/monitoring/{rule}")).is_empty());
    }
    for job in prometheus["scrape_configs"].as_array().unwrap() {
        let key = job["authorization"]["credentials_file"].as_str().unwrap();
        assert!(has(key), "{key}");
    }
    // Where the images look when they are told nothing.
    for (service, file, place) in [
        (
            "prometheus",
            "../monitoring/prometheus.yaml",
            "/etc/prometheus/prometheus.yml",
        ),
        (
            "alertmanager",
            "../monitoring/alertmanager.yaml",
            "/etc/alertmanager/alertmanager.yml",
        ),
    ] {
        let mounts = mounts(&services[service]);
        assert!(
            mounts.contains(&(file.to_owned(), place.to_owned())),
            "{service}: {mounts:?}"
        );
        assert!(services[service]["command"].is_null(), "{service}");
    }
    let configured = ["check", "config", "--syntax-only", "prometheus.yaml"];
    // It says what it read; where it is not installed there is nothing to hold.
    if let Some(said) = tool("promtool", &configured) {
        assert!(said.contains("prometheus.yaml is valid"), "{said}");
    }
}
