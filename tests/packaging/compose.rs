//! The composition of containers: what it starts is what the binary takes, and what it names is there.

use serde::Deserialize;
use serde_json::Value;
use slidecraft::domain::role::Role;

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

#[test]
fn what_is_mounted_and_configured_is_there() {
    let composed = composed();
    let configs = composed["configs"].as_object().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/compose");
    let mut mounted = 0;
    for (name, service) in composed["services"].as_object().unwrap() {
        for config in service["configs"].as_array().into_iter().flatten() {
            let source = config["source"].as_str().unwrap();
            assert!(configs.contains_key(source), "{name}: {source}");
        }
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let source = volume.as_str().unwrap().split(':').next().unwrap();
            if source.starts_with("../") {
                assert!(root.join(source).is_dir(), "{name}: {source}");
                mounted += 1;
            } else if !source.starts_with(['.', '/']) {
                assert!(!composed["volumes"][source].is_null(), "{name}: {source}");
            }
        }
        if let Some(dockerfile) = service["build"]["dockerfile"].as_str() {
            assert!(root.join("../..").join(dockerfile).is_file(), "{name}");
        }
    }
    assert_eq!(mounted, 2);
}
