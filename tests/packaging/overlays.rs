//! Overlays as kustomize puts them together: patches meet what is there, and the whole still holds together.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use slidecraft::domain::cost_report::IDLE_DAY_TARGET;
use slidecraft::domain::job::JobKind;
use slidecraft::domain::role::Role;
use tempfile::{TempDir, tempdir};

use super::manifests::{
    assert_known, base, documents, kept, of_kind, parsed, pods, rendered, selects, variables,
};
use super::settings;

fn folder(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy/k8s")
        .join(of)
}

/// A copy of the files with an overlay of the test's own in `overlays/own`.
pub(crate) fn with_overlay(kustomization: &str) -> (TempDir, PathBuf) {
    let copy = tempdir().unwrap();
    for part in [
        "base",
        "overlays/prod",
        "components/chaos",
        "components/keda",
        "components/traces",
    ] {
        let to = copy.path().join(part);
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(folder(part)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    let own = copy.path().join("overlays/own");
    fs::create_dir_all(&own).unwrap();
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    fs::write(
        own.join("kustomization.yaml"),
        format!("{head}{kustomization}"),
    )
    .unwrap();
    (copy, own)
}

/// What holds for whatever is applied, and how many pods each deployment has at least.
pub(crate) fn assert_whole(of: &str, all: &[Value]) -> Vec<(String, u64)> {
    let mut seen = BTreeSet::new();
    for object in all {
        assert_known(of, object);
        let name = object["metadata"]["name"].as_str().unwrap();
        assert!(
            seen.insert((object["kind"].to_string(), name)),
            "{of}: {name} twice"
        );
    }
    let maps = kept(all, "ConfigMap");
    let mut roles = Vec::new();
    let mut least_pods = Vec::new();
    let mut warm = 0.0;
    for deployment in kept(all, "Deployment") {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let role = container["args"][2].as_str().unwrap();
        let settings = settings(variables(all, container).into_iter());
        assert!(
            settings.faults().is_empty(),
            "{of} {role}: {:?}",
            settings.faults()
        );
        let (least, most) = pods(all, &deployment);
        assert!(
            least >= 1 && least <= most,
            "{of} {role}: {least} to {most}"
        );
        let role: Role = role.parse().unwrap();
        roles.push(role);
        if let Some(kind) = role.jobs() {
            let fleet = settings.pools.of(kind).fleet_max;
            assert_eq!(
                u64::from(fleet),
                most,
                "{of} {role:?}: what alerts measure against"
            );
        }
        let cores = cores(&container["resources"]["requests"]["cpu"]);
        warm += cores * f64::from(u32::try_from(least).unwrap());
        let map = &container["envFrom"][0]["configMapRef"]["name"];
        assert!(maps.iter().any(|it| it["metadata"]["name"] == *map), "{of}");
        let name = deployment["metadata"]["name"].as_str().unwrap();
        least_pods.push((name.to_owned(), least));
    }
    roles.sort();
    let mut known = Role::ALL.to_vec();
    known.sort();
    assert_eq!(roles, known, "{of}");
    assert_idle(of, all, warm);
    least_pods
}

/// Processors of a quantity: `2`, `500m`.
fn cores(quantity: &Value) -> f64 {
    let text = quantity.as_str().unwrap();
    match text.strip_suffix('m') {
        Some(thousandths) => thousandths.parse::<f64>().unwrap() / 1_000.0,
        None => text.parse().unwrap(),
    }
}

/// A day without jobs is reckoned with what is kept warm, and within what it may cost.
fn assert_idle(of: &str, all: &[Value], warm: f64) {
    let settings = settings(variables(all, &json!({})).into_iter());
    assert!(
        (settings.cost.warm_cores - warm).abs() < 1e-9,
        "{of}: {warm}"
    );
    let slots = settings.pools.slots_at_rest(JobKind::ALL);
    let dollars = settings.cost.idle_day(0, slots);
    assert!(
        dollars > 0.0 && dollars < IDLE_DAY_TARGET,
        "{of}: {dollars}"
    );
}

/// Whether nodes may be broken on purpose.
fn chaos(all: &[Value]) -> bool {
    let settings = kept(all, "Deployment").into_iter().map(|deployment| {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        settings(variables(all, container).into_iter())
    });
    let allowed: BTreeSet<bool> = settings.map(|it| it.chaos.enabled).collect();
    assert_eq!(allowed.len(), 1, "some nodes only");
    allowed.contains(&true)
}

#[test]
fn overlays_are_whole_and_only_dev_may_be_broken() {
    for (of, namespace, breaks) in [
        ("overlays/dev", Some("slidecraft-dev"), true),
        ("overlays/prod", Some("slidecraft"), false),
        ("base", None, false),
    ] {
        let Some(all) = rendered(&folder(of)) else {
            return;
        };
        assert_eq!(all.len(), base().len(), "{of}");
        let least = assert_whole(of, &all);
        assert_eq!(chaos(&all), breaks, "{of}");
        for object in &all {
            assert_eq!(
                object["metadata"]["namespace"].as_str(),
                namespace,
                "{of}: {}",
                object["kind"]
            );
        }
        if of == "overlays/prod" {
            assert_budgets(&all, &least);
        }
    }
}

/// Where a node is drained there is another one, for each role.
fn assert_budgets(all: &[Value], least: &[(String, u64)]) {
    let budgets = kept(all, "PodDisruptionBudget");
    for deployment in kept(all, "Deployment") {
        let name = deployment["metadata"]["name"].as_str().unwrap();
        let labels = &deployment["spec"]["template"]["metadata"]["labels"];
        let mut own = budgets
            .iter()
            .filter(|it| selects(&it["spec"]["selector"], labels));
        let spec = &own.next().unwrap_or_else(|| panic!("{name}: no budget"))["spec"];
        assert!(own.next().is_none(), "{name}: two budgets refuse together");
        let pods = least.iter().find(|(of, _)| of == name).unwrap().1;
        assert!(
            spec["maxUnavailable"].as_u64().unwrap() < pods,
            "{name}: all {pods} may go"
        );
    }
}

/// What kustomize passes over in silence: a patch that no object is meant by.
#[test]
fn every_patch_meets_what_is_there() {
    let objects = base();
    let mut patches = 0;
    for of in [
        "overlays/dev",
        "overlays/prod",
        "components/chaos",
        "components/keda",
        "components/traces",
    ] {
        let file = documents(&format!("deploy/k8s/{of}/kustomization.yaml")).remove(0);
        for patch in file["patches"].as_array().into_iter().flatten() {
            let target = &patch["target"];
            let met = objects.iter().filter(|(_, object)| {
                let named = &target["name"];
                object["kind"] == target["kind"]
                    && (named.is_null() || object["metadata"]["name"] == *named)
            });
            assert!(met.count() > 0, "{of}: {target}");
            // A patch that is an object meets it by the names in it.
            let text = patch["patch"].as_str().unwrap();
            let inside = parsed(text).remove(0);
            let containers = &inside["spec"]["template"]["spec"]["containers"];
            for container in containers.as_array().into_iter().flatten() {
                assert_env_is_there(of, target, container);
            }
            patches += 1;
        }
        for image in file["images"].as_array().into_iter().flatten() {
            let name = format!("{}:", image["name"].as_str().unwrap());
            let used = objects.iter().any(|(_, object)| {
                let container = &object["spec"]["template"]["spec"]["containers"][0];
                container["image"]
                    .as_str()
                    .is_some_and(|it| it.starts_with(&name))
            });
            assert!(used, "{of}: {name}");
        }
    }
    assert_eq!(patches, 9);
}

/// A container of another name, or a variable of another name, would be added beside the one that is meant.
fn assert_env_is_there(of: &str, target: &Value, patched: &Value) {
    let deployments = of_kind("Deployment");
    let deployment = deployments
        .iter()
        .find(|it| it["metadata"]["name"] == target["name"]);
    let container = &deployment.unwrap()["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(patched["name"], container["name"], "{of}");
    let there = container["env"].as_array().unwrap();
    for variable in patched["env"].as_array().unwrap() {
        let known = there.iter().any(|it| it["name"] == variable["name"]);
        assert!(known, "{of}: {variable}");
    }
}

#[test]
fn each_release_has_a_job_of_its_own_for_the_schema() {
    let name = |all: &[Value]| kept(all, "Job")[0]["metadata"]["name"].clone();
    for of in ["base", "overlays/dev", "overlays/prod"] {
        let Some(all) = rendered(&folder(of)) else {
            return;
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            name(&all),
            format!("slidecraft-migrate-{version}"),
            "{of}: what a job runs cannot be changed"
        );
        // Who keeps a cluster as the files say would make it anew when it is gone.
        assert!(kept(&all, "Job")[0]["spec"]["ttlSecondsAfterFinished"].is_null());
    }
    let (copy, _) = with_overlay("resources: [../../base]\n");
    let prod = copy.path().join("overlays/prod");
    let file = prod.join("kustomization.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let tag = concat!("newTag: ", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(tag), "prod is of another release");
    fs::write(&file, text.replace(tag, "newTag: 7.8.9")).unwrap();
    let all = rendered(&prod).unwrap();
    assert_eq!(name(&all), "slidecraft-migrate-7.8.9");
    let ours = all
        .iter()
        .filter_map(|it| it["spec"]["template"]["spec"]["containers"][0]["image"].as_str());
    assert!(ours.clone().count() == 6 && ours.clone().all(|it| it.ends_with(":7.8.9")));
}
