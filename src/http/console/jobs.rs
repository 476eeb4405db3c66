//! Jobs: found by state, kind and tenant; one with its stages against their budgets, its attempts and what went wrong.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::layout::{chip, dollars, duration, moment, page};
use super::search::{self, MOST, Search};
use super::{BASE, Shown, Signed, matching, see};
use crate::domain::fonts::StandIns;
use crate::domain::ids::JobId;
use crate::domain::job::{AttemptRecord, Job, JobKind, JobResult, JobSpec};
use crate::domain::job_state::{JobState, StateName};
use crate::domain::stage::{Stage, StageTime, budgets};
use crate::http::identity::{Read, Write};
use crate::http::jobs;
use crate::http::problem::Problem;
use crate::http::query::{Query, named};
use crate::http::state::ApiState;
use crate::storage::keys::Scope;

/// Finds jobs, newest first.
pub(super) async fn list(
    caller: Signed<Read>,
    Query(search): Query<Search>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let filter = search.filter(&caller)?;
    if let Some(id) = search::named_by_id(&state, &filter).await? {
        return Ok(see(&format!("{BASE}/jobs/{id}")));
    }
    let mut found = state.jobs.jobs(filter).await?;
    let more = found.len() > MOST as usize;
    found.truncate(MOST as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|job| search.address("before", &job.id.to_string()));
    let body = html! {
        (search::form(&search, caller.may(Scope::Admin)))
        @if let Some(changed) = search.changed { p.told role="status" { (changed) @if changed == 1 { " job was changed." } @else { " jobs were changed." } } }
        (table(&found, caller.may(Scope::Admin)))
        @if !more { (search::how_far(&search)) }
        @if let Some(next) = next { p { a href=(next) rel="next" { "Older" } } }
        @if caller.may(Scope::Write) { (matching::offered(&search, &caller, &found)) }
    };
    Ok(page(&caller, &format!("{BASE}/jobs"), "Jobs", &body))
}

/// Jobs as rows.
pub(super) fn table(jobs: &[Job], tenants: bool) -> Markup {
    html! {
        @if jobs.is_empty() { p.hint { "There is no such job." } }
        @else { div.scroll tabindex="0" { table {
            thead { tr { th { "Job" } th { "State" } th { "What" } @if tenants { th { "Tenant" } } th { "Accepted" } th.n { "Took" } th.n { "Attempts" } } }
            tbody { @for job in jobs { tr {
                th scope="row" { a href={ (BASE) "/jobs/" (job.id) } { (job.spec.kind().name()) } }
                td { (chip(job.state.name())) }
                td { (what(&job.spec)) }
                @if tenants { td { (job.tenant.as_str()) } }
                td { (moment(job.created_at)) }
                td.n { (took(job)) }
                td.n { (job.attempts) }
            } } }
        } } }
    }
}

fn what(spec: &JobSpec) -> String {
    let text = match spec {
        JobSpec::Convert { file_name, .. } => file_name.clone(),
        JobSpec::Export {
            format, version, ..
        } => format!("{} of version {version}", format.extension()),
        JobSpec::Ai { message, .. } => message.clone(),
    };
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        format!("{short}…")
    } else {
        short
    }
}

fn took(job: &Job) -> String {
    let finished = match &job.state {
        JobState::Succeeded { finished_at, .. }
        | JobState::Failed { finished_at, .. }
        | JobState::Cancelled { finished_at }
        | JobState::Dead { finished_at, .. } => *finished_at,
        JobState::Queued { .. } | JobState::Running { .. } => return "–".to_owned(),
    };
    duration(finished.since(job.created_at).as_secs_f64() * 1_000.0)
}

/// One job.
pub(super) async fn one(
    caller: Signed<Read>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let id: JobId = named(&request, "id", "job")?;
    let tenant = (!caller.may(Scope::Admin)).then_some(&caller.tenant);
    let job = state.jobs.job(tenant, id).await?;
    let job = job.ok_or_else(|| Problem::not_found("job"))?;
    let mine = job.tenant == caller.tenant;
    let body = html! {
        dl.facts {
            dt { "State" } dd { (chip(job.state.name())) }
            dt { "What" } dd { (what(&job.spec)) }
            dt { "Document" } dd {
                // Others' documents cannot be opened, whoever looks.
                @if mine { a href={ (BASE) "/documents/" (job.document) } { (job.document.to_string()) } } @else { (job.document.to_string()) }
            }
            dt { "Tenant" } dd { (job.tenant.as_str()) " (" (job.tier.name()) ")" }
            dt { "Accepted" } dd { (moment(job.created_at)) }
            dt { "Took" } dd { (took(&job)) }
            dt { "Attempts" } dd { (job.attempts) " of " (job.max_attempts) }
            dt { "Cost" } dd { (dollars(job.history.iter().map(|attempt| attempt.cost.total()).sum())) }
        }
        (outcome(&job))
        @if mine && caller.may(Scope::Write) { (actions(&job)) }
        h2 { "Attempts" }
        @if job.history.is_empty() { p.hint { "None has ended." } }
        @for attempt in job.history.iter().rev() { (attempted(job.spec.kind(), attempt)) }
        @if mine { (events(&job)) }
    };
    let title = format!("{} job", job.spec.kind().name());
    Ok(page(&caller, &format!("{BASE}/jobs"), &title, &body))
}

/// A place for what was told of the job, which the script follows from just before it was accepted.
fn events(job: &Job) -> Markup {
    let since = job.created_at.millis_unsigned().saturating_sub(1);
    html! {
        section hidden data-events={ "/v1/events?job=" (job.id) "&last_event_id=" (since) "-0" } {
            h2 { "Events" }
            ol.timeline {}
        }
    }
}

fn outcome(job: &Job) -> Markup {
    match &job.state {
        JobState::Queued {
            last_failure: Some(failure),
            ready_at,
        } => {
            html! { p.problem { "Failed, and is tried again at " (moment(*ready_at)) ": " (failure.message) " (" code { (failure.code.name()) } ")" } }
        }
        JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => {
            html! { p.problem { (failure.message) " (" code { (failure.code.name()) } ")" } }
        }
        JobState::Succeeded { result, .. } => match result {
            JobResult::Deck {
                version,
                slides,
                warnings,
            } => {
                html! { p { "Version " (version) " with " (slides) " slides; " (warnings) " things were not understood." } }
            }
            JobResult::Artifact {
                file_name,
                bytes,
                fonts,
                ..
            } => {
                html! {
                    p { a.button href={ "/v1/jobs/" (job.id) "/result" } { "Download " (file_name) } " " small { (bytes) " bytes" } }
                    (set_in(fonts))
                }
            }
            JobResult::Answer { text, model, .. } => {
                html! { blockquote { (text) } p { small { (model) } } }
            }
        },
        JobState::Queued { .. } | JobState::Running { .. } | JobState::Cancelled { .. } => {
            html! {}
        }
    }
}

/// What text was set in, where that is not what the deck asks for.
fn set_in(fonts: &StandIns) -> Markup {
    let names = fonts.typefaces.iter();
    let names: Vec<String> = names.map(|(of, by)| format!("{of} by {by}")).collect();
    html! {
        @if !names.is_empty() {
            p { small { "Typefaces that are not here: " (names.join(", ")) "." } }
        }
        @if !fonts.missing.is_empty() {
            p { small { "No typeface has " bdi { (fonts.missing) } "; a font pack can bring one." } }
        }
    }
}

fn actions(job: &Job) -> Markup {
    let at = format!("{BASE}/jobs/{}", job.id);
    html! {
        @if !job.state.name().is_terminal() {
            form method="post" action={ (at) "/cancel" } data-confirm="Cancel this job?" { button.danger { "Cancel" } }
        }
        @if job.state.name() == StateName::Dead {
            form method="post" action={ (at) "/retry" } { button { "Try again" } }
        }
    }
}

/// An attempt: its stages on one line of time, each against its budget.
fn attempted(kind: JobKind, attempt: &AttemptRecord) -> Markup {
    let budget = |stage: Stage| {
        let found = budgets(kind).iter().find(|(known, _)| *known == stage);
        found.map(|(_, budget)| budget.as_secs_f64() * 1_000.0)
    };
    let whole: f64 = attempt.stages.iter().map(StageTime::millis).sum();
    let begun = attempt.stages.iter().scan(0.0, |end, time| {
        let begins = *end;
        *end += time.millis();
        Some((begins, time))
    });
    html! {
        section.attempt {
            h3 { "Attempt " (attempt.epoch) " " small { (moment(attempt.started_at)) " · " (duration(attempt.ended_at.since(attempt.started_at).as_secs_f64() * 1_000.0)) " · " (dollars(attempt.cost.total())) } }
            @if let Some(failure) = &attempt.failure { p.problem { (failure.message) " (" code { (failure.code.name()) } ")" } }
            table.waterfall {
                thead { tr { th { "Stage" } th.n { "Took" } th.n { "Budget" } th { "When" } } }
                tbody {
                    @for (at, time) in begun {
                        tr {
                            th scope="row" { (time.stage.name().replace('_', " ")) }
                            td.n.late[budget(time.stage).is_some_and(|budget| time.millis() > budget)] { (duration(time.millis())) }
                            td.n { (budget(time.stage).map_or("–".to_owned(), duration)) }
                            td.line { (bar(at, time.millis(), whole)) }
                        }
                    }
                }
            }
        }
    }
}

/// From when to when, on the line of the whole attempt.
fn bar(at: f64, took: f64, whole: f64) -> Markup {
    let scale = if whole > 0.0 { 1_000.0 / whole } else { 0.0 };
    html! {
        svg viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label={ "begins after " (duration(at)) } {
            rect x=(format!("{:.1}", at * scale)) y="0" width=(format!("{:.1}", (took * scale).max(2.0))) height="12" rx="2" {}
        }
    }
}

/// Stops one.
pub(super) async fn cancel(
    caller: Signed<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let id: JobId = named(&request, "id", "job")?;
    jobs::cancel(caller.into_inner(), request, state).await?;
    Ok(see(&format!("{BASE}/jobs/{id}")))
}

/// Sends a dead one back to the queue.
pub(super) async fn retry(
    caller: Signed<Write>,
    request: HttpRequest,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let id: JobId = named(&request, "id", "job")?;
    jobs::retry(caller.into_inner(), request, state).await?;
    Ok(see(&format!("{BASE}/jobs/{id}")))
}
