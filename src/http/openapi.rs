//! The description of the API: written beside the handlers, put together here with the problems of the route table.

use std::collections::BTreeMap;

use bytes::Bytes;
use utoipa::OpenApi;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type,
};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{HeaderBuilder, PathItem, Ref, RefOr, ResponseBuilder, Schema, Server};

use super::problem::{Code, Fault, ProblemBody};
use super::routes;
use super::{
    admin_audit, admin_capacity, admin_chaos, admin_costs, admin_dead, admin_pools, assets, chat,
    deck, docs, documents, events, exports, health, jobs, metrics, models, objects, proposals,
    results, slides, upload_parts, uploads, webhooks,
};
use crate::domain::chat::ProposalState;
use crate::domain::failure::FailureCode;
use crate::domain::job::{ExportFormat, JobKind, SourceFormat};
use crate::domain::job_state::StateName;
use crate::domain::policy::autoscale::{PolicyName, ScaleReason};
use crate::domain::pool::name::PoolName;
use crate::domain::stage::Stage;
use crate::domain::upload::UploadState;
use crate::domain::webhook::{DeliveryState, Occasion};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "SlideCraft",
        description = "Presentations in, deck JSON, PPTX, PDF and pictures out; every piece of work is a durable job that can be followed live.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        documents::create, documents::list, documents::delete, deck::read, deck::replace, deck::patch,
        slides::read, assets::read, exports::create, chat::ask, chat::list, chat::delete, proposals::read,
        proposals::apply, proposals::undo, proposals::drop, proposals::picture, jobs::list, jobs::read, jobs::cancel, jobs::retry,
        results::read, events::follow, events::follow_pools, objects::read, uploads::create,
        uploads::read, uploads::complete, uploads::delete, upload_parts::write, webhooks::create,
        webhooks::list, webhooks::read, webhooks::delete, webhooks::rotate, webhooks::deliveries,
        webhooks::replay, models::list, admin_capacity::read, admin_capacity::list,
        admin_capacity::one, admin_costs::read, admin_pools::list,
        admin_pools::change, admin_dead::list, admin_dead::act, admin_audit::list,
        admin_chaos::list, admin_chaos::begin, admin_chaos::end, admin_chaos::end_all, metrics::read, health::live,
        health::ready, docs::root, docs::openapi, docs::page, docs::script, docs::style
    ),
    components(schemas(ProblemBody, Fault)),
    security(("api_key" = [])),
    tags(
        (name = "documents", description = "What was uploaded."),
        (name = "uploads", description = "Large files, in parts."),
        (name = "decks", description = "The content of a document, slide by slide; and as files and pictures."),
        (name = "chat", description = "Asking about a deck, and the edits that answers propose."),
        (name = "jobs", description = "Durable pieces of work."),
        (name = "events", description = "What happens, live."),
        (name = "webhooks", description = "Being told when jobs end, by signed messages (Standard Webhooks)."),
        (name = "objects", description = "Files by signed links."),
        (name = "models", description = "Who can be asked about a deck."),
        (name = "admin", description = "Running the platform; needs the scope `admin`."),
        (name = "chaos", description = "Breaking things on purpose; needs the scope `chaos`, and a configuration that allows it."),
        (name = "operations", description = "Health and metrics."),
        (name = "documentation", description = "This."),
    )
)]
struct Description;

/// The description as JSON.
pub fn document(public_url: Option<&str>) -> Bytes {
    let mut api = Description::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    if let Some(url) = public_url {
        api.servers = Some(vec![Server::new(url)]);
    }
    if let Some(components) = &mut api.components {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("An API key: `sk_…`.".to_owned());
        components.add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
    for resource in routes::table() {
        let Some(item) = api.paths.paths.get_mut(resource.path) else {
            continue;
        };
        for action in &resource.actions {
            if let Some(operation) = operation(item, action.method) {
                let open = operation.security.is_some();
                add_problems(operation, open, action.problems);
            }
        }
    }
    for (path, method, status, name, operation_id, from) in LINKS {
        let source = api.paths.paths.get_mut(path);
        let source = source.and_then(|item| operation(item, method));
        let answer = source.and_then(|source| source.responses.responses.get_mut(status));
        if let Some(RefOr::T(answer)) = answer {
            let link = LinkBuilder::new()
                .operation_id(operation_id)
                .parameter("id", format!("$response.body#{from}"));
            answer.links.insert(name.to_owned(), RefOr::T(link.build()));
        }
    }
    // What was derived always serialises.
    serde_json::to_vec(&api).unwrap_or_default().into()
}

fn operation<'a>(item: &'a mut PathItem, method: &str) -> Option<&'a mut Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// Adds a response for each status, with an example for each code that is answered with it.
fn add_problems(operation: &mut Operation, open: bool, own: &[Code]) {
    let keyed = [
        Code::Unauthenticated,
        Code::InsufficientScope,
        Code::QuotaExceeded,
        Code::IssuerUnavailable,
    ];
    let any = routes::ANY
        .iter()
        .filter(|code| !(open && keyed.contains(code)));
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in any.chain(own) {
        let of_status = by_status.entry(code.status()).or_default();
        if !of_status.contains(code) {
            of_status.push(*code);
        }
    }
    for (status, codes) in by_status {
        let names: Vec<String> = codes
            .iter()
            .map(|code| format!("`{}`: {}.", code.name(), code.title()))
            .collect();
        let mut content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
        for code in &codes {
            let example = ExampleBuilder::new().value(Some(example(*code))).build();
            content = content.examples_from_iter([(code.name(), RefOr::T(example))]);
        }
        let mut response = ResponseBuilder::new()
            .description(names.join(" "))
            .content("application/problem+json", content.build());
        for (code, name, what) in HEADERS {
            if codes.contains(&code) {
                let header = HeaderBuilder::new().description(Some(what)).build();
                response = response.header(name, header);
            }
        }
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert_with(|| RefOr::T(response.build()));
    }
}

/// Where an answer leads: path, method and status of the answer, a name, the operation, and where its `id` stands.
const LINKS: [(&str, &str, &str, &str, &str, &str); 11] = [
    ("/v1/documents", "POST", "202", "job", "readJob", "/job/id"),
    (
        "/v1/documents",
        "POST",
        "202",
        "cancel",
        "cancelJob",
        "/job/id",
    ),
    (
        "/v1/documents",
        "POST",
        "202",
        "result",
        "readResult",
        "/job/id",
    ),
    (
        "/v1/documents",
        "POST",
        "202",
        "deck",
        "readDeck",
        "/document/id",
    ),
    (
        "/v1/documents",
        "POST",
        "202",
        "replace",
        "replaceDeck",
        "/document/id",
    ),
    (
        "/v1/documents",
        "POST",
        "202",
        "patch",
        "patchDeck",
        "/document/id",
    ),
    (
        "/v1/documents",
        "POST",
        "202",
        "export",
        "createExport",
        "/document/id",
    ),
    (
        "/v1/documents",
        "POST",
        "202",
        "delete",
        "deleteDocument",
        "/document/id",
    ),
    (
        "/v1/documents/{id}/exports",
        "POST",
        "202",
        "job",
        "readJob",
        "/id",
    ),
    (
        "/v1/documents/{id}/exports",
        "POST",
        "202",
        "result",
        "readResult",
        "/id",
    ),
    (
        "/v1/jobs/{id}/retry",
        "POST",
        "202",
        "job",
        "readJob",
        "/id",
    ),
];

/// Headers that come with a problem.
const HEADERS: [(Code, &str, &str); 8] = [
    (
        Code::Unauthenticated,
        "WWW-Authenticate",
        "How to say who you are.",
    ),
    (
        Code::InsufficientScope,
        "WWW-Authenticate",
        "Which scope is needed.",
    ),
    (Code::MethodNotAllowed, "Allow", "What can be done here."),
    (Code::StaleVersion, "ETag", "The newest version."),
    (
        Code::QuotaExceeded,
        "Retry-After",
        "When to ask again, in seconds.",
    ),
    (
        Code::QuotaExceeded,
        "RateLimit",
        "What is left of the quota.",
    ),
    (Code::QuotaExceeded, "RateLimit-Policy", "The quota."),
    (
        Code::StorageUnavailable,
        "Retry-After",
        "When to ask again, in seconds.",
    ),
];

fn example(code: Code) -> serde_json::Value {
    serde_json::json!({
        "type": code.uri(),
        "title": code.title(),
        "status": code.status(),
        "code": code.name(),
        "detail": "A sentence about this time.",
        "instance": "/v1/…",
        "request_id": "0195f3c0-7b1e-7a52-9c3f-2f1d8e6b4a10",
    })
}

pub(super) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Schema {
    let names: Vec<&str> = names.into_iter().collect();
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .enum_values(Some(names))
        .into()
}

/// The kinds of jobs.
pub fn job_kinds() -> Schema {
    one_of(JobKind::ALL.map(JobKind::name))
}

/// The names of pools.
pub fn pool_names() -> Schema {
    one_of(PoolName::ALL.map(PoolName::name))
}

/// The states of jobs.
pub fn job_states() -> Schema {
    one_of(StateName::ALL.map(StateName::name))
}

/// The states of uploads.
pub fn upload_states() -> Schema {
    let seen = [UploadState::Open, UploadState::Complete, UploadState::Taken];
    one_of(seen.map(UploadState::name))
}

/// What a webhook can be told.
pub fn occasion() -> Schema {
    one_of(Occasion::ALL.map(Occasion::name))
}

/// Some of what a webhook can be told.
pub fn occasions() -> Schema {
    ArrayBuilder::new().items(RefOr::T(occasion())).into()
}

/// The states of messages to webhooks.
pub fn delivery_states() -> Schema {
    one_of(DeliveryState::ALL.map(DeliveryState::name))
}

/// The stages of jobs.
pub fn stages() -> Schema {
    one_of(Stage::ALL.map(Stage::name))
}

/// Why attempts fail.
pub fn failure_codes() -> Schema {
    one_of(FailureCode::ALL.iter().map(|code| code.name()))
}

/// Why pools grow and shrink.
pub fn scale_reasons() -> Schema {
    one_of(ScaleReason::ALL.map(ScaleReason::name))
}

/// What decides how many workers there are.
pub fn scale_policies() -> Schema {
    one_of(PolicyName::ALL.map(PolicyName::name))
}

/// The same, or nothing.
pub fn maybe_scale_policy() -> Schema {
    let names = PolicyName::ALL.map(|policy| serde_json::Value::from(policy.name()));
    ObjectBuilder::new()
        .schema_type(maybe(Type::String))
        .enum_values(Some(names.into_iter().chain([serde_json::Value::Null])))
        .into()
}

/// How proposals stand.
pub fn proposal_states() -> Schema {
    one_of(ProposalState::ALL.map(ProposalState::name))
}

/// The actions of the chat, or none: as `domain::chat::ChatAction` is read.
pub fn chat_action() -> Schema {
    let object = |name: &str, required: &[&str]| {
        let mut object = ObjectBuilder::new()
            .property("type", one_of([name]))
            .required("type")
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
        for member in required {
            object = object.required(*member);
        }
        object
    };
    let text = || ObjectBuilder::new().schema_type(maybe(Type::String));
    let slide = || {
        ObjectBuilder::new()
            .schema_type(maybe(Type::Integer))
            .minimum(Some(1))
            .maximum(Some(u32::MAX))
    };
    OneOfBuilder::new()
        .item(
            object("summarize", &["length"])
                .property("length", one_of(["line", "paragraph", "slides"])),
        )
        .item(
            object("rewrite", &["how"])
                .property("how", one_of(["shorter", "longer", "tone", "translate"]))
                .property("slide", slide())
                .property("to", text()),
        )
        .item(object("notes", &[]).property("slide", slide()))
        .item(object("critique", &[]))
        .item(ObjectBuilder::new().schema_type(SchemaType::new(Type::Null)))
        .into()
}

fn maybe(kind: Type) -> SchemaType {
    SchemaType::from_iter([kind, Type::Null])
}

/// What is read.
pub fn source_formats() -> Schema {
    one_of(
        [
            SourceFormat::Pptx,
            SourceFormat::Markdown,
            SourceFormat::Odp,
            SourceFormat::Pdf,
        ]
        .map(|format| match format {
            SourceFormat::Pptx => "pptx",
            SourceFormat::Markdown => "markdown",
            SourceFormat::Odp => "odp",
            SourceFormat::Pdf => "pdf",
        }),
    )
}

/// What is written.
pub fn export_formats() -> Schema {
    let formats = [
        ExportFormat::Pptx,
        ExportFormat::Pdf,
        ExportFormat::Png,
        ExportFormat::Svg,
    ];
    one_of(formats.map(|format| match format {
        ExportFormat::Pptx => "pptx",
        ExportFormat::Pdf => "pdf",
        ExportFormat::Png => "png",
        ExportFormat::Svg => "svg",
    }))
}
