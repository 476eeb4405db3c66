//! The description of the API says what the API does.

use std::collections::BTreeSet;

use actix_web::test::TestRequest;
use serde_json::Value;

use super::world::World;
use crate::http::problem::Code;
use crate::http::{openapi, routes};

fn description() -> Value {
    serde_json::from_slice(&openapi::document(None)).unwrap()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let described: BTreeSet<String> = description()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods
                .map(move |method| format!("{} {path}", method.to_uppercase()))
                .collect::<Vec<_>>()
        })
        .collect();
    let routed: BTreeSet<String> = routes::table()
        .iter()
        .flat_map(|resource| {
            let path = resource.path;
            resource
                .actions
                .iter()
                .map(move |action| format!("{} {path}", action.method))
        })
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn every_problem_is_described_where_it_can_happen() {
    let text = String::from_utf8(openapi::document(None).to_vec()).unwrap();
    for code in Code::ALL {
        assert!(text.contains(&code.uri()), "{}", code.name());
    }
    let api = description();
    let create = &api["paths"]["/v1/documents"]["post"]["responses"];
    for status in [
        "202", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503",
    ] {
        assert!(create[status].is_object(), "{status}");
    }
    assert!(create["429"]["headers"]["Retry-After"].is_object());
    let conflict = &create["409"]["content"]["application/problem+json"];
    assert_eq!(conflict["schema"]["$ref"], "#/components/schemas/Problem");
    assert_eq!(
        conflict["examples"]["idempotency_in_flight"]["value"]["status"],
        409
    );
    let open = &api["paths"]["/v1/objects/{token}"]["get"]["responses"];
    assert!(open["401"].is_null() && open["410"].is_object());
}

#[test]
fn operations_have_names_of_their_own_and_links_lead_to_them() {
    let api = description();
    let mut names = BTreeSet::new();
    let mut links = BTreeSet::new();
    let mut count = 0;
    for operation in api["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
    {
        count += 1;
        names.insert(operation["operationId"].as_str().unwrap());
        for response in operation["responses"].as_object().unwrap().values() {
            let found = response["links"]
                .as_object()
                .into_iter()
                .flat_map(|links| links.values());
            links.extend(found.map(|link| link["operationId"].as_str().unwrap()));
        }
    }
    assert_eq!(names.len(), count);
    assert_eq!(links.len(), 8);
    assert!(links.is_subset(&names), "{links:?}");
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(name)) = members.get("$ref") {
                    found.insert(name.clone());
                }
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let api = description();
    assert_eq!(api["openapi"], "3.1.0");
    assert_eq!(api["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        api["components"]["securitySchemes"]["api_key"]["scheme"],
        "bearer"
    );
    let mut found = BTreeSet::new();
    references(&api, &mut found);
    assert!(found.len() > 10);
    for reference in found {
        let place = reference.strip_prefix('#').unwrap();
        assert!(api.pointer(place).is_some(), "{reference}");
    }
}

#[actix_web::test]
async fn a_person_starts_at_the_root_and_reads_the_page() {
    let world = World::new().await;
    let open = async |uri: &str| world.call(TestRequest::with_uri(uri)).await.expect(200);
    assert_eq!(open("/").await.json()["docs"], "/docs");
    assert_eq!(open("/openapi.json").await.json(), description());
    let page = open("/docs").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    let text = String::from_utf8(page.body.to_vec()).unwrap();
    for asset in ["/docs/docs.js", "/docs/docs.css"] {
        assert!(text.contains(asset));
        assert!(!open(asset).await.body.is_empty());
    }
    assert!(
        !text.contains("http://") && !text.contains("https://"),
        "nothing from elsewhere"
    );
}
