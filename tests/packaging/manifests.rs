//! The files for Kubernetes as they are written and as kustomize puts them together, and each object as its type has it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::scaled::{PodChaos, ScaledObject};
use super::{shipped, where_installed};

/// The documents of a text.
pub(crate) fn parsed(text: &str) -> Vec<Value> {
    let documents = serde_yaml_ng::Deserializer::from_str(text);
    documents
        .map(|document| serde::Deserialize::deserialize(document).unwrap())
        .collect()
}

/// The documents of a file.
pub(crate) fn documents(path: &str) -> Vec<Value> {
    parsed(&shipped(path))
}

/// All objects of the base as they are written, with the file each is from.
pub(crate) fn base() -> Vec<(String, Value)> {
    let listed = &documents("deploy/k8s/base/kustomization.yaml")[0]["resources"];
    let files = listed.as_array().unwrap().iter();
    let mut all = Vec::new();
    for file in files {
        let path = format!("deploy/k8s/base/{}", file.as_str().unwrap());
        all.extend(documents(&path).into_iter().map(|it| (path.clone(), it)));
    }
    all
}

/// The objects of the base of a kind.
pub(crate) fn of_kind(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = base().into_iter().map(|(_, object)| object).collect();
    kept(&all, kind)
}

/// The objects of a kind among others.
pub(crate) fn kept(all: &[Value], kind: &str) -> Vec<Value> {
    let kept = all.iter().filter(|object| object["kind"] == kind);
    kept.cloned().collect()
}

/// What kustomize makes of a folder. `None` where it is not installed, which CI does not accept.
pub(crate) fn rendered(folder: &Path) -> Option<Vec<Value>> {
    let what = "kubectl (1.27 or newer, for kustomize 5)";
    let ran = where_installed(Command::new("kubectl").arg("kustomize").arg(folder), what)?;
    let faults = String::from_utf8_lossy(&ran.stderr);
    // It warns of what will not work in its next version.
    assert!(
        ran.status.success() && faults.is_empty(),
        "{}: {faults}",
        folder.display()
    );
    Some(parsed(&String::from_utf8(ran.stdout).unwrap()))
}

fn typed<T: DeserializeOwned + Serialize>(object: &Value) -> Value {
    let read: T = serde_json::from_value(object.clone()).unwrap_or_else(|error| {
        panic!("{error}: {object}");
    });
    serde_json::to_value(read).unwrap()
}

/// Holds an object against its type: all of it is known, and nothing of it is lost.
pub(crate) fn assert_known(from: &str, object: &Value) {
    let kind = object["kind"].as_str().unwrap();
    let read = match kind {
        "Deployment" => typed::<Deployment>(object),
        "HorizontalPodAutoscaler" => typed::<HorizontalPodAutoscaler>(object),
        "Job" => typed::<Job>(object),
        "ConfigMap" => typed::<ConfigMap>(object),
        "Service" => typed::<Service>(object),
        "ServiceAccount" => typed::<ServiceAccount>(object),
        "Ingress" => typed::<Ingress>(object),
        "NetworkPolicy" => typed::<NetworkPolicy>(object),
        "PodDisruptionBudget" => typed::<PodDisruptionBudget>(object),
        "ScaledObject" => typed::<ScaledObject>(object),
        "PodChaos" => typed::<PodChaos>(object),
        other => panic!("{from}: no type for {other}"),
    };
    assert_eq!(read, *object, "{from}: {kind}: a member is misspelt");
}

/// The variables that a container is given among these objects, those of the map first.
pub(crate) fn variables(all: &[Value], container: &Value) -> BTreeMap<String, String> {
    let map = kept(all, "ConfigMap").remove(0);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let shared = map["data"].as_object().unwrap().iter();
    let own = container["env"].as_array().into_iter().flatten();
    let own = own.map(|pair| (text(&pair["name"]), text(&pair["value"])));
    shared
        .map(|(name, value)| (name.clone(), text(value)))
        .chain(own)
        .collect()
}

/// How many pods a deployment has at least and at most: what its autoscaler may do, or the number that nobody changes.
pub(crate) fn pods(all: &[Value], deployment: &Value) -> (u64, u64) {
    let named = &deployment["metadata"]["name"];
    let bounds = all.iter().find_map(|object| {
        let spec = &object["spec"];
        let (least, most) = match object["kind"].as_str()? {
            "HorizontalPodAutoscaler" => ("minReplicas", "maxReplicas"),
            "ScaledObject" => ("minReplicaCount", "maxReplicaCount"),
            _ => return None,
        };
        (spec["scaleTargetRef"]["name"] == *named).then(|| (&spec[least], &spec[most]))
    });
    let fixed = &deployment["spec"]["replicas"];
    let (least, most) = bounds.unwrap_or((fixed, fixed));
    (least.as_u64().unwrap(), most.as_u64().unwrap())
}

/// Whether a selector selects what has these labels.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    let same = selector["matchLabels"].as_object().into_iter().flatten();
    let mut same = same.map(|(name, value)| labels[name] == *value);
    let asked = selector["matchExpressions"].as_array();
    let mut asked = asked.into_iter().flatten().map(|asked| {
        let label = &labels[asked["key"].as_str().unwrap()];
        let listed = asked["values"].as_array().unwrap().contains(label);
        match asked["operator"].as_str().unwrap() {
            "In" => listed,
            "NotIn" => !listed,
            other => panic!("{other} is not asked anywhere yet"),
        }
    });
    same.all(|it| it) && asked.all(|it| it)
}
