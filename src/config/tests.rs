//! The shipped file is the defaults, the environment wins, and what makes no sense is refused with a sentence.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::load::{ConfigError, resolve};
use super::settings::Settings;
use crate::domain::job::JobKind;
use crate::domain::tenant::Tier;

const SHIPPED: &str = include_str!("../../config.toml");

fn with(variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let owned = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    resolve(None, "config.toml", owned)
}

fn keys(table: &Table, above: &str, found: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = format!("{above}{key}");
        if let Value::Table(inner) = value {
            keys(inner, &format!("{path}."), found);
        } else {
            found.insert(path);
        }
    }
}

#[test]
fn the_shipped_file_is_exactly_the_defaults() {
    let settings = resolve(Some(SHIPPED), "config.toml", std::iter::empty()).unwrap();
    assert_eq!(settings, Settings::default());
}

#[test]
fn the_shipped_file_names_every_key_and_gives_a_reason_for_it() {
    let (mut shipped, mut known) = (BTreeSet::new(), BTreeSet::new());
    keys(&toml::from_str(SHIPPED).unwrap(), "", &mut shipped);
    keys(
        &Table::try_from(Settings::default()).unwrap(),
        "",
        &mut known,
    );
    assert_eq!(shipped, known);
    for line in SHIPPED.lines().filter(|line| line.contains(" = ")) {
        assert!(line.contains(" # "), "`{line}` gives no reason");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_keeps_the_type() {
    let variables = [
        ("SLIDECRAFT__POOLS__CONVERT__MAX", "30"),
        ("SLIDECRAFT__SERVER__LISTEN", "0.0.0.0:80"),
        ("SLIDECRAFT__QUEUE__LEASE", "20s"),
        ("UNRELATED", "x"),
    ];
    let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let text = "[pools.convert]\nmax = 25\nmin = 4\n";
    let settings = resolve(Some(text), "config.toml", owned.into_iter()).unwrap();
    let pool = &settings.pools.convert;
    assert_eq!((pool.min, pool.baseline, pool.max), (4, 5, 30));
    assert_eq!(settings.server.listen.port(), 80);
    assert_eq!(settings.queue.lease.0.as_secs(), 20);
}

#[test]
fn a_tier_may_have_workers_of_its_own() {
    let text = "[pools.convert.tiers.enterprise]\nmin = 2\nbaseline = 2\npeak = 4\nmax = 8\n";
    let settings = resolve(Some(text), "config.toml", std::iter::empty()).unwrap();
    let pools = settings
        .pools
        .convert
        .settings(JobKind::Convert, &settings.queue, &[]);
    let seen: Vec<_> = pools
        .iter()
        .map(|pool| (pool.name.name(), pool.bounds.max))
        .collect();
    assert_eq!(seen, [("convert", 20), ("convert.enterprise", 8)]);
    for tier in Tier::ALL {
        let takers = pools.iter().filter(|pool| pool.tiers.serve(tier)).count();
        assert_eq!(takers, 1, "{tier:?}");
    }
    let told = with(&[("SLIDECRAFT__POOLS__AI__TIERS__FREE__MIN", "3")])
        .unwrap_err()
        .to_string();
    assert!(told.contains("baseline"), "{told}");
    let upside_down = text.replace("max = 8", "max = 3");
    let told = resolve(Some(&upside_down), "config.toml", std::iter::empty())
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("pools.convert.tiers.enterprise: min, baseline, peak and max rise"),
        "{told}"
    );
}

#[test]
fn what_is_no_setting_is_refused_by_name() {
    let unknown = resolve(Some("[server]\nport = 1\n"), "my.toml", std::iter::empty());
    let told = unknown.unwrap_err().to_string();
    assert!(told.contains("my.toml") && told.contains("port"), "{told}");
    let told = with(&[("SLIDECRAFT__SERVER__PORT", "1")])
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("SLIDECRAFT__SERVER__PORT") && told.contains("`port`"),
        "{told}"
    );
    let told = with(&[("SLIDECRAFT__API__UPLOAD_BYTES", "much")])
        .unwrap_err()
        .to_string();
    assert!(told.contains("`much` is no whole number"), "{told}");
}

#[test]
fn headers_for_a_collector_are_read_as_the_standard_variable_has_them() {
    let settings = with(&[(
        "SLIDECRAFT__TELEMETRY__OTLP__HEADERS",
        "a=1, authorization=Basic eD15,",
    )]);
    let headers = settings.unwrap().telemetry.otlp.headers().unwrap();
    assert_eq!(headers.len(), 2);
    assert_eq!(headers["authorization"], "Basic eD15");
    let told = with(&[
        ("SLIDECRAFT__TELEMETRY__OTLP__HEADERS", "a"),
        ("SLIDECRAFT__TELEMETRY__OTLP__ENDPOINT", "localhost:4317"),
        ("SLIDECRAFT__TELEMETRY__OTLP__SHARE", "1.5"),
    ]);
    let told = told.unwrap_err().to_string();
    for wrong in [
        "headers are name=value",
        "begins with http://",
        "share lies between",
    ] {
        assert!(told.contains(wrong), "{told}");
    }
}

#[test]
fn settings_that_make_no_sense_together_are_refused_with_all_reasons() {
    let told = with(&[
        ("SLIDECRAFT__POOLS__EXPORT__MIN", "30"),
        ("SLIDECRAFT__QUEUE__BEAT", "10s"),
    ]);
    let told = told.unwrap_err().to_string();
    assert!(
        told.contains("pools.export: min, baseline, peak and max"),
        "{told}"
    );
    assert!(told.contains("lease is more than two beats"), "{told}");
}
