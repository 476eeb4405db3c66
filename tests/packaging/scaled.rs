//! What KEDA and Chaos Mesh take, as far as the shipped files use it: a member that is not here is taken for misspelt.
//!
//! From the documentation of KEDA 2.19 (*`ScaledObject` specification*, *Prometheus scaler*) and the types of Chaos Mesh (`podchaos_types.go`).

use std::collections::BTreeMap;

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerBehavior;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ScaledObject {
    api_version: String,
    kind: String,
    metadata: BTreeMap<String, String>,
    spec: ScaledObjectSpec,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ScaledObjectSpec {
    scale_target_ref: Named,
    min_replica_count: u32,
    max_replica_count: u32,
    polling_interval: u32,
    fallback: Fallback,
    advanced: Advanced,
    triggers: Vec<Trigger>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fallback {
    failure_threshold: u32,
    replicas: u32,
    behavior: FallbackBehaviour,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum FallbackBehaviour {
    Static,
    CurrentReplicas,
    CurrentReplicasIfHigher,
    CurrentReplicasIfLower,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Advanced {
    horizontal_pod_autoscaler_config: Behaviour,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    behavior: HorizontalPodAutoscalerBehavior,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Trigger {
    r#type: TriggerType,
    metric_type: MetricType,
    metadata: Prometheus,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum TriggerType {
    Prometheus,
}

#[derive(Deserialize, Serialize)]
enum MetricType {
    Value,
    AverageValue,
}

/// KEDA reads all of them as texts.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Prometheus {
    server_address: String,
    query: String,
    threshold: String,
    ignore_null_values: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PodChaos {
    api_version: String,
    kind: String,
    metadata: BTreeMap<String, String>,
    spec: PodChaosSpec,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PodChaosSpec {
    action: PodAction,
    mode: Mode,
    value: String,
    selector: LabelSelectors,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum PodAction {
    PodKill,
    PodFailure,
    ContainerKill,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    One,
    All,
    Fixed,
    FixedPercent,
    RandomMaxPercent,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LabelSelectors {
    label_selectors: BTreeMap<String, String>,
}
