//! Lists of jobs, newest first: a page is cut from each table before the two are put together, so that no list reads all of history.

use sea_orm::{ConnectionTrait, Value};

use super::{JobFilter, row};
use crate::domain::job::Job;
#[cfg(test)]
use crate::domain::{job::JobSpec, job_state::JobState};
use crate::storage::error::StoreError;
use crate::storage::sql::{Sql, integer};

/// How many of the newest jobs of each table, of those that fit otherwise, a text is looked for in: a text has no index, and
/// one that is nowhere would read all that ever was.
pub const LOOKED_THROUGH: u32 = 100_000;

/// Where people's words are in the stored JSON of a job: between these two. Neither can be part of a string, in which quotes are
/// escaped, so that no other member is searched.
const WORDS: [(&str, &str, &str); 4] = [
    ("spec", r#""file_name":""#, r#"","source_key":"#),
    ("spec", r#""message":""#, r#"","model":"#),
    ("failure", r#""message":""#, r#""}"#),
    ("failure", r#""message":""#, r#"","retry_after_ms":"#),
];

/// Jobs, newest first, with their histories.
pub(super) async fn jobs<C: ConnectionTrait>(
    sql: &Sql<'_, C>,
    filter: &JobFilter,
) -> Result<Vec<Job>, StoreError> {
    let mut values = Vec::new();
    let conditions = conditions(filter, &mut values);
    let found = filter.text.as_deref().map(|text| {
        values.push(pattern_of(text).into());
        contains(values.len())
    });
    values.push(integer(filter.limit));
    let page = format!("ORDER BY id DESC LIMIT ${}", values.len());
    let of = |table: &str| match &found {
        None => format!("SELECT * FROM ({table} WHERE {conditions} {page}) AS part"),
        Some(found) => format!(
            "SELECT * FROM (SELECT * FROM ({table} WHERE {conditions} \
             ORDER BY id DESC LIMIT {LOOKED_THROUGH}) AS newest WHERE {found} {page}) AS part"
        ),
    };
    let statement = format!("{} UNION ALL {} {page}", of(row::OPEN), of(row::ENDED));
    let rows = sql.all(&statement, values).await?;
    let mut jobs = rows.iter().map(row::job).collect::<Result<Vec<_>, _>>()?;
    row::add_history(sql, &mut jobs).await?;
    Ok(jobs)
}

/// What is asked but for the text. States and kinds are written out, not sent: a plan that is made once for all states does not
/// see the index that holds the rare ones alone.
fn conditions(filter: &JobFilter, values: &mut Vec<Value>) -> String {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut ask = |condition: &str, value: Value| {
        values.push(value);
        conditions.push(format!("{condition} ${}", values.len()));
    };
    if let Some(tenant) = &filter.tenant {
        ask("tenant =", tenant.as_str().into());
    }
    if let Some(document) = filter.document {
        ask("document =", document.0.into());
    }
    if let Some(before) = filter.before {
        ask("id <", before.0.into());
    }
    if let Some(state) = filter.state {
        conditions.push(format!("state = '{}'", state.name()));
    }
    if let Some(kind) = filter.kind {
        conditions.push(format!("kind = '{}'", kind.name()));
    }
    conditions.join(" AND ")
}

/// That one of the texts holds the pattern that is sent as value `number`. Large and small letters are the same where the
/// database knows them: SQLite knows those of ASCII.
fn contains(number: usize) -> String {
    let one = |(column, begin, end): (&str, &str, &str)| {
        let (begin, end) = (literally(begin), literally(end));
        format!("LOWER({column}) LIKE '%{begin}%' || LOWER(${number}) || '%{end}%' ESCAPE '!'")
    };
    format!("({})", WORDS.map(one).join(" OR "))
}

/// A text as it stands in stored JSON, and as a pattern that means nothing but itself.
fn pattern_of(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let bare = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    literally(bare.unwrap_or(&quoted))
}

fn literally(text: &str) -> String {
    text.replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}

/// Whether a job is one that is asked for, wherever the page begins and ends.
#[cfg(test)]
pub(super) fn fits(filter: &JobFilter, job: &Job) -> bool {
    let tenant = filter.tenant.as_ref();
    tenant.is_none_or(|wanted| *wanted == job.tenant)
        && filter.state.is_none_or(|wanted| wanted == job.state.name())
        && filter.kind.is_none_or(|wanted| wanted == job.spec.kind())
        && filter.document.is_none_or(|wanted| wanted == job.document)
        && filter.before.is_none_or(|before| job.id < before)
        && filter.text.as_deref().is_none_or(|text| says(job, text))
}

#[cfg(test)]
fn says(job: &Job, text: &str) -> bool {
    let asked = match &job.spec {
        JobSpec::Convert { file_name, .. } => file_name.as_str(),
        JobSpec::Ai { message, .. } => message,
        JobSpec::Export { .. } => "",
    };
    let failed = match &job.state {
        JobState::Queued {
            last_failure: Some(failure),
            ..
        }
        | JobState::Failed { failure, .. }
        | JobState::Dead { failure, .. } => failure.message.as_str(),
        JobState::Queued { .. }
        | JobState::Running { .. }
        | JobState::Succeeded { .. }
        | JobState::Cancelled { .. } => "",
    };
    let text = text.to_lowercase();
    [asked, failed]
        .iter()
        .any(|said| said.to_lowercase().contains(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_pattern_that_means_itself() {
        assert_eq!(pattern_of("100 % of_it!"), "100 !% of!_it!!");
        assert_eq!(pattern_of(r#"a \ "b""#), r#"a \\ \"b\""#);
    }
}
