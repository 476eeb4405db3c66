//! What is looked for among jobs: by state, kind, tenant, document and text, in an address that can be sent to a colleague.

use maud::{Markup, html};
use serde::Deserialize;

use super::layout::count;
use super::{BASE, in_query};
use crate::domain::ids::{DocumentId, JobId};
use crate::domain::job::JobKind;
use crate::domain::job_state::StateName;
use crate::domain::tenant::TenantId;
use crate::http::identity::Caller;
use crate::http::problem::{Code, Problem};
use crate::http::query;
use crate::http::state::ApiState;
use crate::storage::jobs::JobFilter;
use crate::storage::jobs::listing::LOOKED_THROUGH;
use crate::storage::keys::Scope;

/// Jobs on a page.
pub(super) const MOST: u32 = 50;
/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// What is looked for; part of the address, so that it can be sent to a colleague.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    state: String,
    kind: String,
    tenant: String,
    document: String,
    /// In the file's name, the question or the failure.
    text: String,
    before: String,
    /// How many were changed a moment ago, when all that matched were.
    pub(super) changed: Option<u32>,
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

impl Search {
    /// The jobs that are asked for.
    pub(super) fn filter(&self, caller: &Caller) -> Result<JobFilter, Problem> {
        let asked: Option<TenantId> = query::read("tenant", given(&self.tenant))?;
        // Others' jobs are for those who run the platform.
        let tenant = if caller.may(Scope::Admin) {
            asked
        } else {
            Some(caller.tenant.clone())
        };
        Ok(JobFilter {
            tenant,
            state: query::read::<StateName>("state", given(&self.state))?,
            kind: query::read::<JobKind>("kind", given(&self.kind))?,
            document: query::read::<DocumentId>("document", given(&self.document))?,
            text: self.text()?,
            before: query::read::<JobId>("before", given(&self.before))?,
            limit: MOST + 1,
        })
    }

    fn text(&self) -> Result<Option<String>, Problem> {
        let text = given(&self.text);
        if text.is_some_and(|text| text.chars().count() > LONGEST) {
            let detail = format!("a text to look for has at most {LONGEST} characters");
            return Err(Problem::new(Code::InvalidQuery, detail));
        }
        Ok(text.map(ToOwned::to_owned))
    }

    /// What is looked for, but for the page.
    pub(super) fn members(&self) -> [(&'static str, &str); 5] {
        [
            ("state", &self.state),
            ("kind", &self.kind),
            ("tenant", &self.tenant),
            ("document", &self.document),
            ("text", &self.text),
        ]
    }

    /// The address of the search, with one thing more.
    pub(super) fn address(&self, name: &str, value: &str) -> String {
        let members = self.members().into_iter().chain([(name, value)]);
        let members = members.map(|(name, value)| format!("{name}={}", in_query(value)));
        format!("{BASE}/jobs?{}", members.collect::<Vec<_>>().join("&"))
    }
}

/// The job whose id is the text that is looked for: who pastes an id wants that job.
pub(super) async fn named_by_id(
    state: &ApiState,
    filter: &JobFilter,
) -> Result<Option<JobId>, Problem> {
    let text = filter.text.as_deref();
    let Some(id) = text.and_then(|text| text.parse::<JobId>().ok()) else {
        return Ok(None);
    };
    let job = state.jobs.job(filter.tenant.as_ref(), id).await?;
    Ok(job.map(|job| job.id))
}

/// What can be looked for.
pub(super) fn form(search: &Search, all_tenants: bool) -> Markup {
    html! {
        form.search method="get" {
            label { "State" select name="state" {
                option value="" { "any" }
                @for state in StateName::ALL { option selected[state.name() == search.state] { (state.name()) } }
            } }
            label { "Kind" select name="kind" {
                option value="" { "any" }
                @for kind in JobKind::ALL { option selected[kind.name() == search.kind] { (kind.name()) } }
            } }
            @if all_tenants { label { "Tenant" input name="tenant" value=(search.tenant) placeholder="all"; } }
            label { "Document" input name="document" value=(search.document) placeholder="any"; }
            label { "Text" input type="search" name="text" value=(search.text) maxlength=(LONGEST) size="30" placeholder="file, question, failure or job id"; }
            button { "Find" }
        }
    }
}

/// That a text was not looked for everywhere.
pub(super) fn how_far(search: &Search) -> Markup {
    html! {
        @if given(&search.text).is_some() {
            p.hint { "A text is looked for in the names of files, in questions and in what went wrong, of the " (count(LOOKED_THROUGH.into())) " newest jobs that fit the rest." }
        }
    }
}
