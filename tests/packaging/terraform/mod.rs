//! The Terraform module, read: every variable is described and used, every file has its form.

mod platform;
mod provider;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/terraform")
}

/// The module in the JSON form of its language: type, then labels, then the body; expressions are `${texts}`.
fn module() -> Map<String, Value> {
    let mut module = Map::new();
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|it| it != "tf") {
            continue;
        }
        let read: Value = hcl::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for (kind, entries) in read.as_object().unwrap() {
            let known = module.entry(kind).or_insert_with(|| json!({}));
            add(known, entries);
        }
    }
    module
}

/// Puts together what several files say; each thing is said once.
fn add(known: &mut Value, more: &Value) {
    for (name, value) in more.as_object().unwrap() {
        match known.get_mut(name) {
            Some(there) => add(there, value),
            None => {
                known[name] = value.clone();
            }
        }
    }
}

/// Blocks of one name: one is an object, several are a list of them.
fn blocks(value: &Value) -> Vec<&Map<String, Value>> {
    let all = value
        .as_array()
        .map_or_else(|| vec![value], |all| all.iter().collect());
    all.into_iter().map(|it| it.as_object().unwrap()).collect()
}

/// What is said by one type of entries: name, body.
fn entries<'a>(module: &'a Map<String, Value>, kind: &str) -> Vec<(String, &'a Value)> {
    let all = module[kind].as_object().unwrap().iter();
    all.map(|(name, body)| (name.clone(), body)).collect()
}

/// All texts in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) => all.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// What expressions refer to, split at its dots: `var.name`, `aws_db_instance.primary.address`.
fn references(value: &Value) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for text in texts(value).iter().filter(|text| text.contains("${")) {
        let word = |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
        for path in text.split(|letter| !word(letter)) {
            let parts: Vec<String> = path.split('.').map(str::to_owned).collect();
            let refers = ["var", "data", "ephemeral", "local"].contains(&parts[0].as_str())
                || parts[0].starts_with("aws_");
            if refers && parts.len() > 1 {
                found.insert(parts);
            }
        }
    }
    found
}

#[test]
fn each_variable_is_described_typed_and_used() {
    let module = module();
    let used: BTreeSet<String> = references(&Value::Object(module.clone()))
        .into_iter()
        .filter(|path| path[0] == "var")
        .map(|path| path[1].clone())
        .collect();
    let declared = entries(&module, "variable");
    for (name, body) in &declared {
        for member in ["description", "type"] {
            assert!(body[member].is_string(), "{name}: {member}");
        }
    }
    let declared: BTreeSet<String> = declared.into_iter().map(|(name, _)| name).collect();
    assert_eq!(declared, used);
    for (name, body) in entries(&module, "output") {
        assert!(body["description"].is_string(), "{name}");
    }
}

#[test]
fn files_are_formatted() {
    for name in ["terraform", "tofu"] {
        let checked = Command::new(name)
            .args(["fmt", "-check", "-diff"])
            .current_dir(folder())
            .output();
        let Ok(checked) = checked else { continue };
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success(), "{name} fmt: {said}");
        return;
    }
    let told = "skipped: neither terraform nor tofu is here to look at the form";
    let _ = writeln!(std::io::stderr(), "{told}");
}
