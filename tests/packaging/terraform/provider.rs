//! The module against the schema of the provider: what it asks of AWS is known there, and what it refers to is told.
//!
//! `aws.json` beside this file is what version 6.62.0 of the provider takes and tells, of what is in use: each argument with
//! whether it is needed, blocks with theirs. It does not know of values: no plan was made, and nothing was applied.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{blocks, entries, module, references};

/// What AWS takes and tells, by resource.
fn provider() -> Value {
    serde_json::from_str(include_str!("aws.json")).unwrap()
}

#[test]
fn references_lead_to_what_is_there_and_what_it_tells() {
    let (module, provider) = (module(), provider());
    let all = references(&Value::Object(module.clone()));
    assert!(all.len() > 30, "{all:?}");
    for path in all {
        let there = |kind: &str, path: &[String]| {
            let body = &module[kind][&path[0]][&path[1]];
            assert!(body.is_object(), "nothing is called {path:?}");
        };
        match path[0].as_str() {
            "var" => assert!(module["variable"][&path[1]].is_object(), "{path:?}"),
            "data" => {
                there("data", &path[1..]);
                assert_told(&provider, &format!("data.{}", path[1]), &path[3]);
            }
            "ephemeral" => there("ephemeral", &path[1..]),
            "local" => assert!(!module["locals"][&path[1]].is_null(), "{path:?}"),
            resource => {
                there("resource", &path);
                // A whole resource is meant where it is waited for.
                let Some(asked) = path.get(2) else { continue };
                assert_told(&provider, resource, asked);
            }
        }
    }
}

fn assert_told(provider: &Value, of: &str, asked: &str) {
    let known = &provider[of];
    let told = known["computed"].as_array().unwrap();
    assert!(
        !known["arguments"][asked].is_null() || told.contains(&json!(asked)),
        "{of} tells no {asked}"
    );
}

/// Holds a body against what is taken in its place.
fn assert_taken(place: &str, body: &Map<String, Value>, known: &Value) {
    let known = known.as_object().unwrap();
    for (name, value) in body {
        if place.matches('.').count() == 1
            && ["count", "for_each", "depends_on", "lifecycle"].contains(&name.as_str())
        {
            continue;
        }
        let taken = known
            .get(name)
            .unwrap_or_else(|| panic!("{place} takes no {name}"));
        if taken.is_object() {
            for block in blocks(value) {
                assert_taken(&format!("{place}.{name}"), block, &taken["block"]);
            }
        } else {
            // A block in the place of an argument would be an object.
            assert!(!value.is_object(), "{place}: {name} is no block");
        }
    }
    for (name, taken) in known {
        let needed = *taken == true || taken["required"] == true;
        assert!(!needed || body.contains_key(name), "{place} needs {name}");
    }
}

#[test]
fn what_is_asked_of_aws_is_what_the_provider_takes() {
    let (module, provider) = (module(), provider());
    let mut used = BTreeSet::new();
    for (part, prefix) in [("resource", ""), ("data", "data.")] {
        for (kind, named) in entries(&module, part) {
            let known = format!("{prefix}{kind}");
            for (name, body) in named.as_object().unwrap() {
                let body = body.as_object().unwrap();
                let taken = &provider[&known]["arguments"];
                assert_taken(&format!("{kind}.{name}"), body, taken);
            }
            used.insert(known);
        }
    }
    let known: BTreeSet<String> = provider.as_object().unwrap().keys().cloned().collect();
    assert_eq!(used, known, "aws.json has what is in use");
}
