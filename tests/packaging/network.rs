//! The network policies, asked as a cluster asks them: who may reach whom, and who may not.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::manifests::{of_kind, selects};
use super::settings;

/// The other end of a connection.
enum Peer {
    Address(&'static str),
    /// A pod by the name of its namespace, and its labels.
    Pod(&'static str, Value),
}

/// Which policies say something, and where.
#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

fn bits(address: IpAddr) -> (u32, u128) {
    match address {
        IpAddr::V4(address) => (32, u128::from(u32::from(address))),
        IpAddr::V6(address) => (128, u128::from(address)),
    }
}

/// Whether an address is in a block.
fn within(block: &str, address: IpAddr) -> bool {
    let (start, length) = block.split_once('/').unwrap();
    let (width, start) = bits(start.parse().unwrap());
    let (own_width, own) = bits(address);
    let rest = width - length.parse::<u32>().unwrap();
    width == own_width && (rest == 128 || (start ^ own) >> rest == 0)
}

fn is_peer(rule: &Value, peer: &Peer) -> bool {
    match peer {
        Peer::Address(address) => {
            let address = address.parse().unwrap();
            let block = &rule["ipBlock"];
            let except = block["except"].as_array().into_iter().flatten();
            let mut except = except.map(|it| within(it.as_str().unwrap(), address));
            let cidr = block["cidr"].as_str();
            cidr.is_some_and(|it| within(it, address)) && !except.any(|it| it)
        }
        Peer::Pod(namespace, labels) => {
            let named = json!({"kubernetes.io/metadata.name": namespace});
            let selector = &rule["namespaceSelector"];
            let pods = &rule["podSelector"];
            selector.is_object()
                && selects(selector, &named)
                && (pods.is_null() || selects(pods, labels))
        }
    }
}

/// Whether a pod with these labels may talk with a peer. Policies add up; a pod that none names for a way is open that way.
fn may(way: Way, labels: &Value, peer: &Peer, protocol: &str, port: &Value) -> bool {
    let (named, rules, peers) = match way {
        Way::In => ("Ingress", "ingress", "from"),
        Way::Out => ("Egress", "egress", "to"),
    };
    let policies: Vec<Value> = of_kind("NetworkPolicy")
        .into_iter()
        .filter(|policy| {
            let types = policy["spec"]["policyTypes"].as_array().unwrap();
            types.contains(&json!(named)) && selects(&policy["spec"]["podSelector"], labels)
        })
        .collect();
    let rules = policies
        .iter()
        .flat_map(|policy| policy["spec"][rules].as_array().into_iter().flatten());
    let mut allowed = rules.map(|rule| {
        let mut ports = rule["ports"].as_array().unwrap().iter();
        let mut peers = rule[peers].as_array().unwrap().iter();
        ports.any(|it| {
            let spoken = it["protocol"].as_str().unwrap_or("TCP");
            spoken == protocol && it["port"] == *port
        }) && peers.any(|it| is_peer(it, peer))
    });
    policies.is_empty() || allowed.any(|it| it)
}

/// The labels of the pods of each role, and of the job of the schema.
fn pods() -> Vec<(String, Value)> {
    let all = of_kind("Deployment").into_iter().chain(of_kind("Job"));
    let labels = all.map(|it| it["spec"]["template"]["metadata"]["labels"].clone());
    labels
        .map(|labels| {
            let component = labels["app.kubernetes.io/component"].as_str().unwrap();
            (component.to_owned(), labels)
        })
        .collect()
}

#[test]
fn nodes_reach_what_they_need_and_nothing_else() {
    use Peer::{Address, Pod};
    let names = || Pod("kube-system", json!({"k8s-app": "kube-dns"}));
    // Who: everybody, nodes but not the job of the schema, or nobody.
    let (all, nodes, none) = ((true, true), (true, false), (false, false));
    let cases = [
        (names(), "UDP", 53, all),
        (names(), "TCP", 53, all),
        (
            Pod("kube-system", json!({"k8s-app": "other"})),
            "UDP",
            53,
            none,
        ),
        (
            Pod("other", json!({"k8s-app": "kube-dns"})),
            "UDP",
            53,
            none,
        ),
        (Address("10.1.2.3"), "TCP", 5432, all),
        (Address("172.31.255.1"), "TCP", 5432, all),
        (Address("172.32.0.1"), "TCP", 5432, none),
        (Address("203.0.113.9"), "TCP", 5432, none),
        (Address("192.168.7.7"), "TCP", 6379, nodes),
        (Address("203.0.113.9"), "TCP", 6379, none),
        (Address("203.0.113.9"), "TCP", 443, nodes),
        (Address("2001:db8::9"), "TCP", 443, nodes),
        (Address("203.0.113.9"), "TCP", 80, none),
        (Address("203.0.113.9"), "UDP", 443, none),
        (Address("10.1.2.3"), "TCP", 443, none),
        (Address("169.254.169.254"), "TCP", 443, none),
        (Address("169.254.169.254"), "TCP", 80, none),
        (Address("fd00:ec2::254"), "TCP", 443, none),
        (Address("127.0.0.1"), "TCP", 443, none),
    ];
    let pods = pods();
    assert_eq!(pods.len(), 6, "{pods:?}");
    for (component, labels) in &pods {
        for (peer, protocol, port, (for_nodes, for_schema)) in &cases {
            let expected = if component == "migrate" {
                for_schema
            } else {
                for_nodes
            };
            let place = match peer {
                Address(address) => (*address).to_owned(),
                Pod(namespace, labels) => format!("{namespace} {labels}"),
            };
            let may = may(Way::Out, labels, peer, protocol, &json!(port));
            assert_eq!(may, *expected, "{component} to {place} {protocol} {port}");
        }
    }
    // What is on the internet by default is asked where the policies let it be asked.
    let settings = settings(std::iter::empty());
    for provider in [&settings.ai.openai, &settings.ai.anthropic] {
        let url = reqwest::Url::parse(&provider.url).unwrap();
        assert_eq!(url.port_or_known_default(), Some(443), "{url}");
    }
}

#[test]
fn only_clients_and_prometheus_come_in() {
    for (component, labels) in pods() {
        let may_come = |namespace, port: Value| {
            let peer = Peer::Pod(namespace, json!({}));
            may(Way::In, &labels, &peer, "TCP", &port)
        };
        let serves = matches!(component.as_str(), "api" | "sse");
        assert_eq!(
            may_come("ingress-nginx", json!("http")),
            serves,
            "{component}"
        );
        let is_node = component != "migrate";
        assert_eq!(
            may_come("monitoring", json!("http")),
            is_node,
            "{component}"
        );
        assert!(!may_come("monitoring", json!(22)), "{component}");
        assert!(!may_come("default", json!("http")), "{component}");
    }
}
