//! Components: KEDA in the place of the autoscalers, what both of them and the adapter ask for, and pods that are killed on purpose.

use serde_json::{Value, json};

use super::manifests::{
    assert_known, documents, kept, of_kind, parsed, rendered, selects, variables,
};
use super::overlays::{assert_whole, with_overlay};
use super::{settings, shipped};

#[test]
fn keda_takes_the_place_of_the_autoscalers() {
    let (_copy, own) = with_overlay("resources: [../prod]\ncomponents: [../../components/keda]\n");
    let Some(all) = rendered(&own) else {
        return;
    };
    assert_whole("components/keda", &all);
    assert!(
        kept(&all, "HorizontalPodAutoscaler").is_empty(),
        "two would decide"
    );
    let scaled = kept(&all, "ScaledObject");
    assert_eq!(scaled.len(), of_kind("HorizontalPodAutoscaler").len());
    let deployments = kept(&all, "Deployment");
    for object in scaled {
        let target = &object["spec"]["scaleTargetRef"]["name"];
        let mut there = deployments.iter();
        let there = there.find(|it| it["metadata"]["name"] == *target).unwrap();
        assert!(
            there["spec"]["replicas"].is_null(),
            "{target}: two would decide"
        );
        let number = |member: &str| object["spec"][member].as_u64().unwrap();
        let fallback = object["spec"]["fallback"]["replicas"].as_u64().unwrap();
        assert!(fallback >= number("minReplicaCount") && fallback <= number("maxReplicaCount"));
    }
}

#[test]
fn traces_go_where_nodes_may_send_them() {
    let own = "resources: [../prod]\ncomponents: [../../components/traces]\n";
    let (_copy, own) = with_overlay(own);
    let Some(all) = rendered(&own) else {
        return;
    };
    assert_whole("components/traces", &all);
    let policies = kept(&all, "NetworkPolicy");
    let policy = policies
        .iter()
        .find(|it| it["metadata"]["name"] == "slidecraft-traces")
        .unwrap();
    let rule = &policy["spec"]["egress"][0];
    let to = &rule["to"][0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"];
    for deployment in kept(&all, "Deployment") {
        let pod = &deployment["spec"]["template"];
        let settings = settings(variables(&all, &pod["spec"]["containers"][0]).into_iter());
        let url = reqwest::Url::parse(&settings.telemetry.otlp.endpoint).unwrap();
        let (_, namespace) = url.host_str().unwrap().split_once('.').unwrap();
        assert_eq!(
            (to, &rule["ports"][0]["port"]),
            (&json!(namespace), &json!(url.port()))
        );
        let labels = &pod["metadata"]["labels"];
        assert!(selects(&policy["spec"]["podSelector"], labels), "{labels}");
    }
}

/// The records of the shipped rules, with what each is made of.
fn records() -> Vec<(String, String)> {
    let rules = documents("deploy/monitoring/rules/recording.yaml").remove(0);
    let groups = rules["groups"].as_array().unwrap().iter();
    let rules = groups.flat_map(|group| group["rules"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rules
        .map(|rule| (text(&rule["record"]), text(&rule["expr"])))
        .collect()
}

#[test]
fn who_scales_asks_for_what_is_recorded() {
    let records = records();
    let recorded = |name: &str| &records.iter().find(|(it, _)| it == name).unwrap().1;
    let adapter = documents("deploy/k8s/components/prometheus-adapter/values.yaml").remove(0);
    let rules = adapter["rules"]["external"].as_array().unwrap();
    for rule in rules {
        let series = rule["seriesQuery"].as_str().unwrap();
        assert_eq!(rule["name"]["matches"], series);
        let query = rule["metricsQuery"].as_str().unwrap();
        assert_eq!(query, format!("{series}{{<<.LabelMatchers>>}}"));
        recorded(series);
    }
    let mut asked = 0;
    for scaler in of_kind("HorizontalPodAutoscaler") {
        for metric in scaler["spec"]["metrics"].as_array().unwrap() {
            let metric = &metric["external"]["metric"];
            let rule = rules.iter().find(|it| it["name"]["as"] == metric["name"]);
            let series = rule.unwrap()["seriesQuery"].as_str().unwrap();
            let pool = &metric["selector"]["matchLabels"]["pool"];
            assert!(
                recorded(series).contains(&format!("{{pool={pool}}}")),
                "{pool}"
            );
            asked += 1;
        }
    }
    for object in documents("deploy/k8s/components/keda/scaledobjects.yaml") {
        for trigger in object["spec"]["triggers"].as_array().unwrap() {
            let query = trigger["metadata"]["query"].as_str().unwrap();
            let (series, labels) = query.split_once('{').unwrap();
            assert!(recorded(series).contains(&format!("{{{labels}")), "{query}");
            asked += 1;
        }
    }
    assert_eq!(asked, 4);
}

#[test]
fn pods_are_killed_only_by_who_asks_for_it() {
    let listed = shipped("deploy/k8s/components/chaos/kustomization.yaml");
    let file = parsed(&listed).remove(0);
    assert!(file["resources"].is_null(), "kills come with the setting");
    let deployments = of_kind("Deployment");
    for object in documents("deploy/k8s/components/chaos/pods.yaml") {
        assert_known("components/chaos/pods.yaml", &object);
        let labels = json!({"matchLabels": object["spec"]["selector"]["labelSelectors"]});
        let struck = deployments
            .iter()
            .filter(|it| selects(&labels, &it["spec"]["template"]["metadata"]["labels"]));
        assert_eq!(struck.count(), 1, "the pods of one role");
        let percent: u32 = object["spec"]["value"].as_str().unwrap().parse().unwrap();
        assert_eq!(percent, 50, "specification, suite 5");
    }
}
