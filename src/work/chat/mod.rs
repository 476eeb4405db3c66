//! The AI job: a message about a deck is answered, and an edit that it asks for becomes a proposal.

mod citations;
mod compile;
mod critique;
mod patches;
mod prompt;
#[cfg(test)]
mod tests;
mod texts;
mod tools;
mod turns;
mod wording;
mod workspace;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

pub use self::turns::MOST_TURNS;
use self::turns::{Answered, Question};
use self::workspace::Workspace;
use super::attempt::{Attempt, Done, Work};
use super::{editing, faults};
use crate::domain::chat::{ChatAction, TokenUsage};
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{JobKind, JobResult, JobSpec};
use crate::domain::job_event::Fact;
use crate::domain::job_state::{JobState, StateName};
use crate::domain::stage::Stage;
use crate::providers::chat::{ChatMessage, ChatProvider};
use crate::storage::documents::DocumentStore;
use crate::storage::jobs::{JobFilter, JobStore};

/// Earlier questions that are looked at.
const EARLIER: u32 = 20;
/// Who answers what is found by rules.
const RULES: &str = "slidecraft/rules";

/// The work of AI jobs.
pub struct Converse {
    /// Where decks come from.
    pub documents: Arc<dyn DocumentStore>,
    /// Where the conversation so far is: in the jobs that answered.
    pub jobs: Arc<dyn JobStore>,
    /// Who answers.
    pub provider: Arc<dyn ChatProvider>,
}

#[async_trait]
impl Work for Converse {
    async fn run(&self, attempt: &Attempt) -> Result<Done, Failure> {
        let JobSpec::Ai {
            message,
            model,
            action,
        } = &attempt.job.spec
        else {
            return Err(Failure::new(FailureCode::BadRequest, "this is no AI job"));
        };
        let workspace = attempt
            .stage(Stage::Prepare, self.workspace(attempt))
            .await?;
        let (answered, workspace) = if action == &Some(ChatAction::Critique) {
            attempt
                .stage(Stage::Answer, criticised(attempt, workspace))
                .await?
        } else {
            let earlier = self.earlier(attempt).await?;
            let question = question(message, model.clone(), earlier, &workspace);
            let answer = turns::answer(attempt, self.provider.as_ref(), question, workspace);
            attempt.stage(Stage::Answer, answer).await?
        };
        Ok(done(attempt, answered, &workspace))
    }
}

impl Converse {
    /// The newest version of the deck, to work on.
    async fn workspace(&self, attempt: &Attempt) -> Result<Workspace, Failure> {
        let job = &attempt.job;
        let stored = self.documents.deck(&job.tenant, job.document, None).await;
        let stored = stored
            .map_err(|error| faults::store(&error))?
            .ok_or_else(|| {
                let detail = "the document was deleted, or has no deck yet";
                Failure::new(FailureCode::DocumentGone, detail)
            })?;
        let read = tokio::task::spawn_blocking(move || {
            let deck = editing::stored_deck(&stored.deck)?;
            let value: Value = serde_json::to_value(&deck)
                .map_err(|error| Failure::new(FailureCode::DeckNotWritable, error.to_string()))?;
            Ok(Workspace::new(stored.version, value, deck))
        });
        read.await
            .map_err(|gone| Failure::new(FailureCode::Panicked, gone.to_string()))?
    }

    /// What was asked and answered before, oldest first.
    async fn earlier(&self, attempt: &Attempt) -> Result<Vec<(String, String)>, Failure> {
        let filter = JobFilter {
            tenant: Some(attempt.job.tenant.clone()),
            state: Some(StateName::Succeeded),
            kind: Some(JobKind::Ai),
            document: Some(attempt.job.document),
            before: Some(attempt.job.lease.job),
            limit: EARLIER,
            ..JobFilter::default()
        };
        let jobs = self.jobs.jobs(filter).await;
        let jobs = jobs.map_err(|error| faults::store(&error))?;
        let mut talk: Vec<(String, String)> = jobs
            .into_iter()
            .filter_map(|job| match (job.spec, job.state) {
                (
                    JobSpec::Ai { message, .. },
                    JobState::Succeeded {
                        result: JobResult::Answer { text, .. },
                        ..
                    },
                ) => Some((message, text)),
                _ => None,
            })
            .collect();
        talk.reverse();
        Ok(talk)
    }
}

fn question(
    message: &str,
    model: Option<String>,
    earlier: Vec<(String, String)>,
    workspace: &Workspace,
) -> Question {
    let slides = texts::texts(workspace.deck());
    let system = prompt::system(message, &slides, prompt::DECK_BUDGET);
    let mut messages = prompt::recent(earlier, prompt::TALK_BUDGET);
    messages.push(ChatMessage::User {
        text: message.to_owned(),
    });
    Question {
        system,
        messages,
        model,
        slides: slides.into(),
    }
}

/// What fixed rules find; no model is asked and nothing is spent.
async fn criticised(
    attempt: &Attempt,
    workspace: Workspace,
) -> Result<(Answered, Workspace), Failure> {
    let looked = tokio::task::spawn_blocking(move || (critique::told(workspace.deck()), workspace));
    let (text, workspace) = looked
        .await
        .map_err(|gone| Failure::new(FailureCode::Panicked, gone.to_string()))?;
    attempt.tell(Fact::ChatDelta { text: text.clone() });
    let answered = Answered {
        text,
        model: RULES.to_owned(),
        usage: TokenUsage::default(),
    };
    Ok((answered, workspace))
}

fn done(attempt: &Attempt, answered: Answered, workspace: &Workspace) -> Done {
    let citations = citations::of(&answered.text, workspace.deck());
    let proposal = workspace.proposal();
    if let Some(proposal) = &proposal {
        attempt.tell(Fact::ChatProposal {
            summary: proposal.summary.clone(),
            slides: proposal.slides.clone(),
        });
    }
    attempt.tell(Fact::ChatDone {
        model: answered.model.clone(),
        citations: citations.clone(),
    });
    Done {
        result: JobResult::Answer {
            text: answered.text,
            model: answered.model,
            citations,
            proposal: proposal.map(Box::new),
            usage: answered.usage,
        },
        version: None,
    }
}
