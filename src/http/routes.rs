//! The route table: every path, what can be done there, and which problems that can end in.

use actix_web::dev::Handler;
use actix_web::guard::{self, Guard};
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, HttpRequest, Responder, Route};

use super::problem::{Code, Problem};
use super::state::ApiState;
use super::{
    admin_audit, admin_capacity, admin_chaos, admin_costs, admin_dead, admin_pools, assets, chat,
    console, deck, docs, documents, events, exports, health, jobs, metrics, models, objects,
    proposals, results, slides, upload_parts, uploads, webhooks,
};
use crate::domain::role::Role;

/// A path and what can be done there.
pub struct Resource {
    /// The path, with `{names}`.
    pub path: &'static str,
    /// What can be done, one for each method.
    pub actions: Vec<Action>,
}

/// Something that can be done.
pub struct Action {
    /// The method.
    pub method: &'static str,
    /// Problems of its own, besides those that any request can end in.
    pub problems: &'static [Code],
    route: Route,
}

/// Problems that any request with a key can end in.
pub const ANY: &[Code] = &[
    Code::Unauthenticated,
    Code::InsufficientScope,
    Code::MethodNotAllowed,
    Code::NotAcceptable,
    Code::BadRequest,
    Code::RequestTimeout,
    Code::QuotaExceeded,
    Code::Internal,
    Code::IssuerUnavailable,
    Code::StorageUnavailable,
    Code::Overloaded,
];

fn at(path: &'static str) -> Resource {
    Resource {
        path,
        actions: Vec::new(),
    }
}

impl Resource {
    fn on<F, A>(
        mut self,
        method: &'static str,
        guard: impl Guard + 'static,
        handler: F,
        problems: &'static [Code],
    ) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = Route::new().guard(guard).to(handler);
        self.actions.push(Action {
            method,
            problems,
            route,
        });
        self
    }

    /// Reads; `HEAD` answers the same without the body (RFC 9110 §9.3.2).
    fn get<F, A>(self, handler: F, problems: &'static [Code]) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let either = guard::Any(guard::Get()).or(guard::Head());
        self.on("GET", either, handler, problems)
    }

    /// Streams: a `HEAD` of something without end makes no sense.
    fn stream<F, A>(self, handler: F, problems: &'static [Code]) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on("GET", guard::Get(), handler, problems)
    }

    fn post<F, A>(self, handler: F, problems: &'static [Code]) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on("POST", guard::Post(), handler, problems)
    }

    fn put<F, A>(self, handler: F, problems: &'static [Code]) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on("PUT", guard::Put(), handler, problems)
    }

    fn patch<F, A>(self, handler: F, problems: &'static [Code]) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on("PATCH", guard::Patch(), handler, problems)
    }

    fn delete<F, A>(self, handler: F, problems: &'static [Code]) -> Self
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on("DELETE", guard::Delete(), handler, problems)
    }

    /// The `Allow` of this path.
    fn allow(&self) -> String {
        let mut methods: Vec<&str> = self.actions.iter().map(|action| action.method).collect();
        if methods.contains(&"GET") && !self.path.ends_with("/events") {
            methods.push("HEAD");
        }
        methods.join(", ")
    }
}

/// The table.
pub fn table() -> Vec<Resource> {
    let mut all = documents_and_decks();
    all.extend(chats());
    all.extend(jobs_and_events());
    all.extend(operations());
    all
}

fn documents_and_decks() -> Vec<Resource> {
    vec![
        at("/v1/uploads").post(uploads::create, uploads::CREATE_PROBLEMS),
        at("/v1/uploads/{id}")
            .get(uploads::read, &[Code::NotFound, Code::InvalidQuery])
            .delete(uploads::delete, &[Code::NotFound, Code::UploadTaken]),
        at("/v1/uploads/{id}/complete").post(uploads::complete, uploads::COMPLETE_PROBLEMS),
        at("/v1/documents")
            .post(documents::create, documents::CREATE_PROBLEMS)
            .get(documents::list, &[Code::InvalidQuery, Code::InvalidCursor]),
        at("/v1/documents/{id}")
            .get(deck::read, deck::READ_PROBLEMS)
            .put(deck::replace, deck::REPLACE_PROBLEMS)
            .patch(deck::patch, deck::PATCH_PROBLEMS)
            .delete(documents::delete, &[Code::NotFound]),
        at("/v1/documents/{id}/slides/{n}.png").get(
            slides::read,
            &[Code::NotFound, Code::NoDeck, Code::InvalidQuery],
        ),
        at("/v1/documents/{id}/assets/{hash}").get(assets::read, &[Code::NotFound, Code::NoDeck]),
        at("/v1/documents/{id}/exports").post(exports::create, exports::PROBLEMS),
    ]
}

fn chats() -> Vec<Resource> {
    vec![
        at("/v1/documents/{id}/chat").post(chat::ask, chat::ASK_PROBLEMS),
        at("/v1/documents/{id}/messages")
            .get(
                chat::list,
                &[Code::NotFound, Code::InvalidQuery, Code::InvalidCursor],
            )
            .delete(chat::delete, &[Code::NotFound]),
        at("/v1/documents/{id}/proposals/{pid}").get(proposals::read, &[Code::NotFound]),
        at("/v1/documents/{id}/proposals/{pid}/apply")
            .post(proposals::apply, proposals::CHANGE_PROBLEMS),
        at("/v1/documents/{id}/proposals/{pid}/undo")
            .post(proposals::undo, proposals::CHANGE_PROBLEMS),
        at("/v1/documents/{id}/proposals/{pid}/drop")
            .post(proposals::drop, &[Code::NotFound, Code::ProposalDecided]),
        at("/v1/documents/{id}/proposals/{pid}/slides/{n}.png").get(
            proposals::picture,
            &[
                Code::NotFound,
                Code::NoDeck,
                Code::InvalidQuery,
                Code::PatchTestFailed,
            ],
        ),
    ]
}

fn jobs_and_events() -> Vec<Resource> {
    vec![
        at("/v1/jobs").get(jobs::list, &[Code::InvalidQuery, Code::InvalidCursor]),
        at("/v1/jobs/{id}")
            .get(
                jobs::read,
                &[Code::NotFound, Code::InvalidQuery, Code::InvalidHeader],
            )
            .delete(jobs::cancel, &[Code::NotFound, Code::JobEnded]),
        at("/v1/jobs/{id}/retry").post(
            jobs::retry,
            &[Code::NotFound, Code::NotRetryable, Code::Draining],
        ),
        at("/v1/jobs/{id}/result").get(results::read, results::PROBLEMS),
        at("/v1/events").stream(
            events::follow,
            &[
                Code::NotFound,
                Code::InvalidQuery,
                Code::InvalidHeader,
                Code::Draining,
            ],
        ),
        at("/v1/admin/events").stream(
            events::follow_pools,
            &[Code::InvalidQuery, Code::InvalidHeader, Code::Draining],
        ),
        at("/v1/objects/{token}")
            .get(objects::read, objects::PROBLEMS)
            .put(upload_parts::write, upload_parts::PROBLEMS),
        at("/v1/webhooks")
            .post(webhooks::create, webhooks::CREATE_PROBLEMS)
            .get(webhooks::list, &[]),
        at("/v1/webhooks/{id}")
            .get(webhooks::read, &[Code::NotFound])
            .delete(webhooks::delete, &[Code::NotFound]),
        at("/v1/webhooks/{id}/rotate").post(webhooks::rotate, &[Code::NotFound]),
        at("/v1/webhooks/{id}/deliveries").get(
            webhooks::deliveries,
            &[Code::NotFound, Code::InvalidQuery, Code::InvalidCursor],
        ),
        at("/v1/webhooks/{id}/deliveries/{delivery}/replay")
            .post(webhooks::replay, &[Code::NotFound]),
        at("/v1/models").get(models::list, &[]),
    ]
}

fn operations() -> Vec<Resource> {
    vec![
        at("/v1/admin/capacity").get(admin_capacity::read, &[Code::InvalidQuery]),
        at("/v1/admin/capacity/reports").get(admin_capacity::list, &[]),
        at("/v1/admin/capacity/reports/{week}")
            .get(admin_capacity::one, &[Code::InvalidQuery, Code::NotFound]),
        at("/v1/admin/costs").get(admin_costs::read, &[Code::InvalidQuery]),
        at("/v1/admin/pools").get(admin_pools::list, &[]),
        at("/v1/admin/pools/{pool}").patch(admin_pools::change, admin_pools::CHANGE_PROBLEMS),
        at("/v1/admin/dead")
            .get(admin_dead::list, &[Code::InvalidQuery, Code::InvalidCursor])
            .post(admin_dead::act, admin_dead::ACT_PROBLEMS),
        at("/v1/admin/audit").get(
            admin_audit::list,
            &[Code::InvalidQuery, Code::InvalidCursor],
        ),
        at("/v1/admin/chaos")
            .get(admin_chaos::list, &[Code::ChaosOff])
            .post(admin_chaos::begin, admin_chaos::BEGIN_PROBLEMS)
            .delete(admin_chaos::end_all, &[Code::ChaosOff]),
        at("/v1/admin/chaos/{id}").delete(admin_chaos::end, &[Code::ChaosOff, Code::NotFound]),
        at("/metrics").get(metrics::read, &[]),
        at("/healthz").get(health::live, &[]),
        at("/readyz").get(health::ready, &[]),
        at("/openapi.json").get(docs::openapi, &[]),
        at("/docs").get(docs::page, &[]),
        at("/docs/docs.js").get(docs::script, &[]),
        at("/docs/docs.css").get(docs::style, &[]),
        at("/").get(console::first_page, &[]),
    ]
}

/// Adds the routes of these roles to an application that has an [`ApiState`].
pub fn configure(config: &mut ServiceConfig, roles: &[Role]) {
    let ours =
        |resource: &Resource| Role::of_path(resource.path).is_none_or(|role| roles.contains(&role));
    for resource in table().into_iter().filter(ours) {
        let allow = resource.allow();
        let refuse = move || {
            let detail = format!("Here you can {allow}.");
            let problem = Problem::new(Code::MethodNotAllowed, detail);
            std::future::ready(Err::<&str, _>(problem.with_header(header::ALLOW, &allow)))
        };
        let mut service = web::resource(resource.path).default_service(web::to(refuse));
        for action in resource.actions {
            service = service.route(action.route);
        }
        config.service(service);
    }
    if roles.contains(&Role::Api) {
        console::configure(config);
    }
    config.default_service(web::to(nowhere));
}

async fn nowhere(request: HttpRequest, state: Data<ApiState>) -> Result<&'static str, Problem> {
    let needed = Role::of_path(request.path());
    let detail = match needed.filter(|role| !state.settings.roles.contains(role)) {
        Some(role) => format!(
            "This node has not the role `{}`; ask one that has.",
            role.name()
        ),
        None => "There is nothing here; /docs lists what there is.".to_owned(),
    };
    Err(Problem::new(Code::NotFound, detail))
}
