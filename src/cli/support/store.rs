//! What the stores hold of the last failures: states, times and codes, and nothing that a user wrote.

use anyhow::bail;
use serde_json::{Value, json};

use super::Support;
use super::bundle::Bundle;
use crate::app::stores::{Stores, embedded_path, postgres};
use crate::cli::migrate;
use crate::config::settings::Settings;
use crate::domain::failure::Failure;
use crate::domain::job::Job;
use crate::domain::job_state::{JobState, StateName};
use crate::domain::time::Timestamp;
use crate::storage::database::migrating::Step;
use crate::storage::jobs::JobFilter;

/// Jobs of each state that are told of.
const JOBS: u32 = 100;

/// Reads what the settings name. A database that is not there is not made, and one of another version is left as it is.
pub(super) async fn read(
    asked: &Support,
    settings: &Settings,
    now: Timestamp,
    bundle: &mut Bundle,
) {
    let steps = match schema(settings).await {
        Ok(steps) => steps,
        Err(error) => return bundle.keep("store", Err(error)),
    };
    let told = steps
        .iter()
        .map(|step| json!({ "name": step.name, "applied": step.applied }));
    bundle.json("store/schema.json", &told.collect());
    if steps.iter().any(|step| !step.applied) {
        let behind = anyhow::anyhow!(
            "the schema is older than this program, and reading would change it; see store/schema.json"
        );
        return bundle.keep("store/jobs.json", Err(behind));
    }
    bundle.keep("store/jobs.json", jobs(asked, settings, now).await);
}

async fn schema(settings: &Settings) -> anyhow::Result<Vec<Step>> {
    let folder = &settings.data.folder;
    if postgres(settings).is_none() && !embedded_path(folder).is_file() {
        bail!(
            "there is no database in {}; run this where the node runs, or name its folder by SLIDECRAFT__DATA__FOLDER",
            folder.display()
        );
    }
    migrate::steps(settings).await
}

async fn jobs(asked: &Support, settings: &Settings, now: Timestamp) -> anyhow::Result<String> {
    let stores = Stores::open(settings).await?;
    let counts = stores.jobs.counts().await?;
    let counts = counts.iter().map(|count| {
        json!({ "kind": count.kind.name(), "state": count.state.name(), "jobs": count.jobs })
    });
    let mut told = json!({ "at": now.to_string(), "counts": counts.collect::<Value>() });
    for state in [
        StateName::Dead,
        StateName::Failed,
        StateName::Running,
        StateName::Queued,
    ] {
        let filter = JobFilter {
            state: Some(state),
            limit: JOBS,
            ..JobFilter::default()
        };
        let found = stores.jobs.jobs(filter).await?;
        let rows = found.iter().map(|job| shown(job, asked.messages));
        told[state.name()] = rows.collect();
    }
    Ok(format!("{told:#}\n"))
}

fn shown(job: &Job, messages: bool) -> Value {
    let failure = |failure: &Failure| {
        let mut told = json!({ "code": failure.code.name() });
        if messages {
            told["message"] = failure.message.clone().into();
        }
        told
    };
    let last = match &job.state {
        JobState::Queued { last_failure, .. } => last_failure.as_ref(),
        JobState::Failed { failure, .. } | JobState::Dead { failure, .. } => Some(failure),
        JobState::Running { .. } | JobState::Succeeded { .. } | JobState::Cancelled { .. } => None,
    };
    let attempts = job.history.iter().map(|attempt| {
        json!({
            "epoch": attempt.epoch, "node": attempt.node, "started_at": attempt.started_at,
            "ended_at": attempt.ended_at, "failure": attempt.failure.as_ref().map(failure),
            "stages": attempt.stages,
        })
    });
    json!({
        "id": job.id, "tenant": job.tenant, "tier": job.tier.name(), "kind": job.spec.kind().name(),
        "created_at": job.created_at, "attempts": job.attempts, "max_attempts": job.max_attempts,
        "failure": last.map(failure), "history": attempts.collect::<Value>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::jobs::JobStore as _;
    use crate::storage::jobs::fixtures::{at, job_id, kill, upload};
    use crate::storage::jobs::memory::MemoryJobStore;

    #[tokio::test]
    async fn nothing_that_a_user_wrote_is_shown_and_sentences_only_where_asked_for() {
        let store = MemoryJobStore::default();
        store.accept(upload("acme", 1, at(0))).await.unwrap();
        kill(&store, "acme", at(1)).await;
        let job = store.job(None, job_id(1)).await.unwrap().unwrap();
        let JobState::Dead { failure, .. } = &job.state else {
            unreachable!("it is dead")
        };
        let told = shown(&job, false).to_string();
        assert!(told.contains(failure.code.name()), "{told}");
        assert!(
            !told.contains("talk.pptx") && !told.contains(&failure.message),
            "{told}"
        );
        assert!(shown(&job, true).to_string().contains(&failure.message));
    }
}
