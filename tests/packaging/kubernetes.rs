//! The files for Kubernetes: each object is one of its types and nothing is lost in it; and what no schema checks holds.

use std::path::Path;

use serde_json::{Value, json};
use slidecraft::domain::role::Role;

use super::manifests::{assert_known, base, documents, of_kind, pods, selects, variables};
use super::{settings, shipped};

#[test]
fn every_object_is_what_kubernetes_knows_and_nothing_of_it_is_lost() {
    let all = base();
    assert!(all.len() > 20, "{}", all.len());
    for (path, object) in all {
        assert_known(&path, &object);
    }
}

#[test]
fn every_file_is_listed_where_it_belongs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/k8s/base");
    let listed = shipped("deploy/k8s/base/kustomization.yaml");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().to_string_lossy().into_owned();
        let is_listed = listed.contains(&format!("- {name}\n"));
        assert!(is_listed || name == "kustomization.yaml", "{name}");
    }
}

#[test]
fn each_role_is_a_deployment_that_the_binary_takes_with_the_limits_of_the_specification() {
    let all: Vec<_> = base().into_iter().map(|(_, object)| object).collect();
    let deployments = of_kind("Deployment");
    let mut roles = Vec::new();
    // Specification, *Resource Limits per Component*.
    let limits = json!({"api": ["1", "1Gi"], "sse": ["1", "2Gi"], "convert": ["1", "2Gi"], "export": ["2", "3Gi"], "ai": ["500m", "1Gi"]});
    let slots = json!({"convert": 3, "export": 4, "ai": 5});
    for deployment in &deployments {
        let spec = &deployment["spec"]["template"]["spec"];
        let container = &spec["containers"][0];
        let arguments = container["args"].as_array().unwrap();
        assert_eq!(arguments[..2], [json!("serve"), json!("--roles")]);
        let role = arguments[2].as_str().unwrap();
        roles.push(role.parse::<Role>().unwrap());
        let settings = settings(variables(&all, container).into_iter());
        assert!(
            settings.faults().is_empty(),
            "{role}: {:?}",
            settings.faults()
        );
        let port = u64::from(settings.server.listen.port());
        assert_eq!(container["ports"][0]["containerPort"], port, "{role}");
        let grace = spec["terminationGracePeriodSeconds"].as_u64().unwrap();
        assert!(
            grace > settings.server.drain_grace.0.as_secs() + 5,
            "{role}"
        );
        let asked = &container["resources"]["limits"];
        assert_eq!(
            json!([asked["cpu"], asked["memory"]]),
            limits[role],
            "{role}"
        );
        if let Some(slots) = slots[role].as_u64() {
            let pool = settings.pools.of(role.parse().unwrap());
            assert_eq!((pool.min, pool.max), (1, 1), "{role}: one worker a pod");
            assert_eq!(u64::from(pool.slots), slots, "{role}");
            assert_eq!(
                u64::from(pool.fleet_max),
                pods(&all, deployment).1,
                "{role}"
            );
        }
        assert_watched_and_confined(role, spec);
        assert_eq!(container["envFrom"][1]["secretRef"]["name"], "slidecraft");
    }
    roles.sort();
    let mut all = Role::ALL.to_vec();
    all.sort();
    assert_eq!(roles, all);
    let image = deployments[0]["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    let version = env!("CARGO_PKG_VERSION");
    assert!(image.as_str().unwrap().ends_with(&format!(":{version}")));
    for object in deployments.iter().chain(&of_kind("Job")) {
        let container = &object["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["image"], image);
    }
}

/// Pods are asked how they are, and may do nothing but their work.
fn assert_watched_and_confined(role: &str, spec: &Value) {
    let container = &spec["containers"][0];
    for (probe, path) in [
        ("livenessProbe", "/healthz"),
        ("readinessProbe", "/readyz"),
        ("startupProbe", "/healthz"),
    ] {
        assert_eq!(container[probe]["httpGet"]["path"], path, "{role}");
    }
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true, "{role}");
    let inside = &container["securityContext"];
    assert_eq!(inside["readOnlyRootFilesystem"], true, "{role}");
    assert_eq!(inside["capabilities"]["drop"], json!(["ALL"]), "{role}");
}

#[test]
fn autoscalers_have_the_numbers_of_the_specification() {
    let scalers = of_kind("HorizontalPodAutoscaler");
    let text = shipped("config.toml");
    let config: toml::Value = toml::from_str(&text).unwrap();
    assert_eq!(scalers.len(), 2);
    for scaler in scalers {
        let spec = &scaler["spec"];
        let target = spec["scaleTargetRef"]["name"].as_str().unwrap();
        let role = target.strip_prefix("slidecraft-").unwrap();
        let pool = &config["pools"][role];
        for (member, setting) in [("minReplicas", "min"), ("maxReplicas", "max")] {
            let number = pool[setting].as_integer().unwrap();
            assert_eq!(spec[member], number, "{role} {member}");
        }
        let deployment = of_kind("Deployment").into_iter();
        let mut deployment = deployment.filter(|it| it["metadata"]["name"] == target);
        let deployment = deployment.next().unwrap();
        assert!(
            deployment["spec"]["replicas"].is_null(),
            "{role}: two would decide"
        );
        for way in ["scaleUp", "scaleDown"] {
            let window = spec["behavior"][way]["stabilizationWindowSeconds"].as_u64();
            assert!(
                window <= Some(3_600),
                "{role}: the API takes no longer window"
            );
        }
        assert_eq!(
            spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"],
            600
        );
    }
    for object in documents("deploy/k8s/components/keda/scaledobjects.yaml") {
        let spec = &object["spec"];
        let role = spec["scaleTargetRef"]["name"].as_str().unwrap();
        let pool = &config["pools"][role.strip_prefix("slidecraft-").unwrap()];
        assert_eq!(spec["minReplicaCount"], pool["min"].as_integer().unwrap());
        assert_eq!(spec["maxReplicaCount"], pool["max"].as_integer().unwrap());
        let own = &spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"];
        let same = of_kind("HorizontalPodAutoscaler")
            .into_iter()
            .find(|scaler| scaler["spec"]["scaleTargetRef"]["name"] == role);
        assert_eq!(*own, same.unwrap()["spec"]["behavior"], "{role}");
        let fallback = spec["fallback"]["replicas"].as_i64().unwrap();
        assert!(fallback >= pool["min"].as_integer().unwrap());
    }
}

#[test]
fn what_is_selected_is_there() {
    let deployments = of_kind("Deployment");
    let has = |selector: &Value| {
        deployments
            .iter()
            .any(|it| selects(selector, &it["spec"]["template"]["metadata"]["labels"]))
    };
    for service in of_kind("Service") {
        // A service has the labels themselves.
        let selector = json!({"matchLabels": service["spec"]["selector"]});
        assert!(has(&selector), "{service}");
    }
    for budget in of_kind("PodDisruptionBudget") {
        assert!(has(&budget["spec"]["selector"]), "{budget}");
    }
    for policy in of_kind("NetworkPolicy") {
        assert!(has(&policy["spec"]["podSelector"]), "{policy}");
    }
    let services = of_kind("Service");
    for rule in of_kind("Ingress")[0]["spec"]["rules"].as_array().unwrap() {
        for path in rule["http"]["paths"].as_array().unwrap() {
            let name = &path["backend"]["service"]["name"];
            assert!(services.iter().any(|it| it["metadata"]["name"] == *name));
        }
    }
}
