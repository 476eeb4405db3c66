//! All jobs that a search finds, stopped or sent back at once. Only one's own: others' are for them to decide about.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::web::{Data, Form};
use maud::{Markup, html};

use super::search::Search;
use super::{BASE, Shown, Signed, see};
use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::domain::job_state::StateName;
use crate::http::identity::{Caller, Write};
use crate::http::problem::{Code, Problem};
use crate::http::query::named;
use crate::http::state::ApiState;
use crate::http::unbroken::unbroken;
use crate::http::{admission, jobs};
use crate::storage::jobs::JobFilter;

/// At most so many at once: a request has to end. Who has more repeats it.
const MOST: usize = 1_000;
/// Jobs that are read at once.
const PAGE: u32 = 200;

/// What is done to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Those that have not ended stop.
    Cancel,
    /// Dead ones are back in the queue.
    Retry,
}

impl Act {
    const ALL: [Self; 2] = [Self::Cancel, Self::Retry];

    fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Retry => "retry",
        }
    }

    fn fits(self, state: StateName) -> bool {
        match self {
            Self::Cancel => !state.is_terminal(),
            Self::Retry => state == StateName::Dead,
        }
    }
}

/// Buttons for what can be done to some of those that were found.
pub(super) fn offered(search: &Search, caller: &Caller, found: &[Job]) -> Markup {
    let fits = |act: &Act| {
        let mut own = found.iter().filter(|job| job.tenant == caller.tenant);
        own.any(|job| act.fits(job.state.name()))
    };
    let words = |act: Act| match act {
        Act::Cancel => (
            "Cancel all that match",
            "Cancel all jobs of yours that match",
        ),
        Act::Retry => (
            "Try all dead ones again",
            "Try all dead jobs of yours that match again",
        ),
    };
    html! {
        div.acts { @for act in Act::ALL.into_iter().filter(fits) {
            form method="post" action={ (BASE) "/jobs/all/" (act.name()) } data-confirm={ (words(act).1) ", also those on other pages?" } {
                @for (name, value) in search.members() { input type="hidden" name=(name) value=(value); }
                button.danger[act == Act::Cancel].quiet[act == Act::Retry] { (words(act).0) }
            }
        } }
    }
}

/// Does it to all of them.
pub(super) async fn change(
    caller: Signed<Write>,
    request: HttpRequest,
    Form(search): Form<Search>,
    state: Data<ApiState>,
) -> Result<HttpResponse, Shown> {
    let act: String = named(&request, "act", "act")?;
    let act = Act::ALL.into_iter().find(|known| known.name() == act);
    let act = act.ok_or_else(|| Problem::not_found("act"))?;
    let filter = search.filter(&caller)?;
    if filter
        .tenant
        .as_ref()
        .is_some_and(|tenant| *tenant != caller.tenant)
    {
        let detail = "Jobs of other tenants are changed with a key of theirs.";
        return Err(Problem::new(Code::InsufficientScope, detail).into());
    }
    if act == Act::Retry {
        admission::open(&state)?;
    }
    let changed = unbroken(async move {
        let ids = matching(&state, &caller, filter, act).await?;
        let mut changed = 0_u32;
        for id in ids {
            let done = match act {
                Act::Cancel => jobs::cancelled(&state, &caller.tenant, id).await,
                Act::Retry => jobs::retried(&state, &caller.tenant, id).await,
            };
            match done {
                Ok(_) => changed += 1,
                // It ended, was sent back or deleted since it was found.
                Err(problem) if has_moved_on(problem.code()) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(changed)
    });
    let changed = changed.await?.to_string();
    Ok(see(&search.address("changed", &changed)))
}

fn has_moved_on(code: Code) -> bool {
    [Code::JobEnded, Code::NotRetryable, Code::NotFound].contains(&code)
}

/// Those it can be done to, found before any is changed: what is changed may no longer be found.
async fn matching(
    state: &ApiState,
    caller: &Caller,
    filter: JobFilter,
    act: Act,
) -> Result<Vec<JobId>, Problem> {
    let mut filter = JobFilter {
        tenant: Some(caller.tenant.clone()),
        limit: PAGE,
        before: None,
        ..filter
    };
    // A search for all states would else read everything that ever was.
    let states: Vec<StateName> = match filter.state {
        Some(asked) => vec![asked],
        None => StateName::ALL.to_vec(),
    };
    let mut ids = Vec::new();
    for name in states.into_iter().filter(|name| act.fits(*name)) {
        filter.state = Some(name);
        filter.before = None;
        loop {
            let page = state.jobs.jobs(filter.clone()).await?;
            filter.before = page.last().map(|job| job.id);
            let whole = page.len() < PAGE as usize;
            ids.extend(page.into_iter().map(|job| job.id));
            if ids.len() >= MOST {
                ids.truncate(MOST);
                return Ok(ids);
            }
            if whole {
                break;
            }
        }
    }
    Ok(ids)
}
