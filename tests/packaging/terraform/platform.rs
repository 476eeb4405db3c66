//! The module against the platform: its variables are settings, its numbers are no quicker, and pods may do what the code does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::{blocks, module};
use crate::manifests::{base, documents, of_kind, pods, variables};
use crate::{settings, shipped};

const DAY: Duration = Duration::from_secs(86_400);

/// The variables that the module gives the binary: name, value with `x` for what is known later.
fn given(value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(all) => {
            for (name, value) in all {
                if let (true, Value::String(text)) = (name.starts_with("SLIDECRAFT__"), value) {
                    found.insert(name.clone(), filled(text));
                }
                given(value, found);
            }
        }
        Value::Array(all) => all.iter().for_each(|it| given(it, found)),
        // Inside of a call an object is a text.
        Value::String(text) => {
            for rest in text.split("SLIDECRAFT__").skip(1) {
                if let Some((name, value)) = rest.split_once(" = \"") {
                    let value = value.split('"').next().unwrap();
                    found.insert(format!("SLIDECRAFT__{name}"), filled(value));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn filled(template: &str) -> String {
    let mut text = String::new();
    let mut parts = template.split("${");
    text.push_str(parts.next().unwrap());
    for part in parts {
        text.push('x');
        text.push_str(part.split_once('}').unwrap().1);
    }
    text
}

#[test]
fn what_the_module_tells_is_what_the_binary_reads() {
    let mut told = BTreeMap::new();
    given(&Value::Object(module()), &mut told);
    let names: Vec<&str> = told.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "SLIDECRAFT__DATABASE__REPLICA_URL",
            "SLIDECRAFT__DATABASE__URL",
            "SLIDECRAFT__OBJECTS__BUCKET",
            "SLIDECRAFT__OBJECTS__REGION",
            "SLIDECRAFT__REDIS__URL",
        ]
    );
    // Each is a setting, or this would not be taken.
    let settings = settings(told.clone().into_iter());
    assert!(settings.faults().is_empty(), "{:?}", settings.faults());
    assert_eq!(settings.objects.bucket, "x");
    assert!(
        told["SLIDECRAFT__REDIS__URL"].starts_with("rediss://"),
        "TLS"
    );
    for name in [
        "SLIDECRAFT__DATABASE__URL",
        "SLIDECRAFT__DATABASE__REPLICA_URL",
    ] {
        assert!(told[name].ends_with("?sslmode=require"), "{name}");
    }
    // The files for Kubernetes have a place for each: what is no secret in the map, the rest in the secret.
    let map = of_kind("ConfigMap").remove(0);
    for name in ["SLIDECRAFT__OBJECTS__BUCKET", "SLIDECRAFT__OBJECTS__REGION"] {
        assert!(map["data"][name].is_string(), "{name}");
    }
}

fn default(variable: &str) -> u64 {
    let module = module();
    let value = &module["variable"][variable]["default"];
    value.as_u64().unwrap_or_else(|| panic!("{variable}"))
}

/// The rules of the bucket by their names.
fn rules() -> BTreeMap<String, Value> {
    let module = module();
    let rules = &module["resource"]["aws_s3_bucket_lifecycle_configuration"]["this"]["rule"];
    let rules = rules.as_array().unwrap().iter();
    rules
        .map(|rule| (rule["id"].as_str().unwrap().to_owned(), rule.clone()))
        .collect()
}

#[test]
fn the_bucket_clears_up_after_the_platform_and_never_before() {
    let rules = rules();
    assert!(rules.values().all(|rule| rule["status"] == "Enabled"));
    let abort = &rules["unfinished-uploads"]["abort_incomplete_multipart_upload"];
    assert_eq!(abort["days_after_initiation"], "${var.abort_days}");
    // The platform gives up what nobody finished, and a day later what it lost sight of (src/work/clearing.rs).
    let expiry = settings(std::iter::empty()).uploads.expiry.0 + DAY;
    assert_eq!(
        default("abort_days"),
        expiry.as_secs().div_ceil(DAY.as_secs())
    );
    let probes = rules["probes"]["filter"]["prefix"].as_str().unwrap();
    let written = shipped("src/actors/readiness.rs");
    assert!(written.contains(&format!("\"{probes}{{}}\"")), "{probes}");
    // Nothing else is ever deleted by its age: sources and results last until somebody deletes them.
    for (name, rule) in &rules {
        let everything = rule["filter"] == json!({});
        let by_age = !rule["expiration"]["days"].is_null();
        assert!(!(everything && by_age), "{name}");
    }
    let kept = &rules["deleted"]["noncurrent_version_expiration"]["noncurrent_days"];
    assert_eq!(*kept, "${var.backup_days}", "as long as backups name it");
    assert!((1..=35).contains(&default("backup_days")), "what RDS keeps");
}

/// What is asked of the bucket in this, by the names of the SDK.
fn asked(source: &str) -> BTreeSet<String> {
    let calls = source.split("client.").skip(1);
    let calls = calls.filter_map(|rest| Some(rest.split_once("()")?.0.to_owned()));
    calls
        .filter(|name| name.chars().all(|it| it.is_ascii_lowercase() || it == '_'))
        .collect()
}

/// The action of IAM that an operation needs (AWS, *Actions, resources, and condition keys for Amazon S3*).
fn action(operation: &str) -> &'static str {
    match operation {
        "head_bucket" => "s3:ListBucket",
        "list_multipart_uploads" => "s3:ListBucketMultipartUploads",
        "list_parts" => "s3:ListMultipartUploadParts",
        "get_object" | "head_object" => "s3:GetObject",
        "put_object" | "create_multipart_upload" | "upload_part" | "complete_multipart_upload" => {
            "s3:PutObject"
        }
        "abort_multipart_upload" => "s3:AbortMultipartUpload",
        "delete_object" => "s3:DeleteObject",
        other => panic!("which action is {other}?"),
    }
}

#[test]
fn pods_may_do_what_the_platform_does_and_nothing_else() {
    let mut needed = BTreeSet::new();
    for file in ["parts", "store", "writer"] {
        let source = shipped(&format!("src/storage/objects/s3/{file}.rs"));
        needed.extend(asked(&source).iter().map(|it| action(it)));
    }
    let module = module();
    let policy = &module["data"]["aws_iam_policy_document"]["objects"];
    let mut allowed = BTreeSet::new();
    for statement in blocks(&policy["statement"]) {
        assert!(!statement.contains_key("not_actions"));
        let actions = statement["actions"].as_array().unwrap();
        for action in actions.iter().map(|it| it.as_str().unwrap()) {
            let on_bucket = action.starts_with("s3:ListBucket");
            let expected = if on_bucket {
                "${aws_s3_bucket.this.arn}"
            } else {
                "${aws_s3_bucket.this.arn}/*"
            };
            assert_eq!(statement["resources"], json!([expected]), "{action}");
            allowed.insert(action);
        }
    }
    assert_eq!(allowed, needed);
    // Who is trusted is the account that the pods run as.
    let account = of_kind("ServiceAccount").remove(0);
    let variable = &module["variable"]["service_account"]["default"];
    assert_eq!(account["metadata"]["name"], *variable);
    let prod = documents("deploy/k8s/overlays/prod/kustomization.yaml").remove(0);
    assert_eq!(
        prod["namespace"],
        module["variable"]["namespace"]["default"]
    );
}

#[test]
fn nothing_is_open_and_nothing_is_bare() {
    let module = module();
    let resources = &module["resource"];
    for name in ["primary", "replica"] {
        let database = &resources["aws_db_instance"][name];
        assert_eq!(database["publicly_accessible"], false, "{name}");
        assert_eq!(database["storage_encrypted"], true, "{name}");
        assert!(database["password"].is_null(), "the state would have it");
    }
    let redis = &resources["aws_elasticache_replication_group"]["this"];
    for member in ["transit_encryption_enabled", "at_rest_encryption_enabled"] {
        assert_eq!(redis[member], true, "{member}");
    }
    assert!(redis["auth_token"].is_null(), "the state would have it");
    let block = resources["aws_s3_bucket_public_access_block"]["this"]
        .as_object()
        .unwrap();
    let closed = block.iter().filter(|(_, value)| **value == true).count();
    assert_eq!(closed, 4);
    for (name, port) in [("database", 5432), ("redis", 6379)] {
        let rule = &resources["aws_vpc_security_group_ingress_rule"][name];
        assert_eq!(
            (&rule["from_port"], &rule["to_port"]),
            (&json!(port), &json!(port))
        );
        assert!(
            rule["cidr_ipv4"].is_null() && rule["cidr_ipv6"].is_null(),
            "{name}"
        );
    }
}

#[test]
fn the_database_has_connections_for_the_largest_fleet() {
    let all: Vec<Value> = base().into_iter().map(|(_, object)| object).collect();
    let mut most = 0;
    for deployment in of_kind("Deployment") {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let settings = settings(variables(&all, container).into_iter());
        // While pods are replaced there is one more, and production has one more that answers.
        let pods = pods(&all, &deployment).1 + 2;
        // Each has two more for leases (src/storage/database/postgres.rs).
        most += pods * (u64::from(settings.database.connections) + 2);
    }
    let there = default("database_connections");
    // Some are kept for whoever looks after the server.
    assert!(most + 20 <= there, "{most} of {there}");
}
