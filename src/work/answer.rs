//! The AI job: a question about a deck is answered. Prepare, answer; the runner persists.

use std::sync::Arc;

use async_trait::async_trait;

use super::attempt::{Attempt, Done, Work};
use super::{editing, faults};
use crate::deck::model::deck::Deck;
use crate::deck::model::element::{Content, Element};
use crate::deck::model::slide::Slide;
use crate::deck::model::text::Paragraph;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job::{JobResult, JobSpec};
use crate::domain::stage::Stage;
use crate::providers::{AiProvider, Question, SlideText};
use crate::storage::documents::DocumentStore;

/// The work of AI jobs.
pub struct AnswerQuestion {
    /// Where decks come from.
    pub documents: Arc<dyn DocumentStore>,
    /// Who answers.
    pub provider: Arc<dyn AiProvider>,
}

#[async_trait]
impl Work for AnswerQuestion {
    async fn run(&self, attempt: &Attempt) -> Result<Done, Failure> {
        let JobSpec::Ai { message, model } = &attempt.job.spec else {
            return Err(Failure::new(FailureCode::BadRequest, "this is no AI job"));
        };
        let slides = attempt.stage(Stage::Prepare, self.prepare(attempt)).await?;
        let question = Question {
            message: message.clone(),
            model: model.clone(),
            slides,
        };
        let answer = attempt
            .stage(Stage::Answer, self.provider.answer(question))
            .await?;
        Ok(Done {
            result: JobResult::Answer {
                text: answer.text,
                model: answer.model,
            },
            version: None,
        })
    }
}

impl AnswerQuestion {
    async fn prepare(&self, attempt: &Attempt) -> Result<Vec<SlideText>, Failure> {
        let job = &attempt.job;
        let stored = self.documents.deck(&job.tenant, job.document, None).await;
        let stored = stored
            .map_err(|error| faults::store(&error))?
            .ok_or_else(|| {
                Failure::new(
                    FailureCode::DocumentGone,
                    "the document was deleted, or has no deck yet",
                )
            })?;
        let texts = tokio::task::spawn_blocking(move || {
            editing::stored_deck(&stored.deck).map(|deck| texts(&deck))
        });
        texts
            .await
            .map_err(|gone| Failure::new(FailureCode::Panicked, gone.to_string()))?
    }
}

/// What a deck says, slide by slide.
fn texts(deck: &Deck) -> Vec<SlideText> {
    let numbered = (1..).zip(&deck.slides);
    numbered
        .map(|(number, slide)| {
            let mut lines = Vec::new();
            elements(&slide.elements, &mut lines);
            if let Some(notes) = &slide.notes {
                paragraphs(&notes.paragraphs, &mut lines);
            }
            let title = title(slide);
            lines.retain(|line| Some(line) != title.as_ref());
            SlideText {
                number,
                title,
                lines,
            }
        })
        .collect()
}

fn title(slide: &Slide) -> Option<String> {
    let titled = slide.elements.iter().find(|element| {
        element
            .placeholder
            .as_ref()
            .is_some_and(|holder| matches!(holder.role.as_str(), "title" | "ctrTitle"))
    })?;
    let mut lines = Vec::new();
    paragraphs(&titled.text.as_ref()?.paragraphs, &mut lines);
    (!lines.is_empty()).then(|| lines.join(" "))
}

fn elements(found: &[Element], lines: &mut Vec<String>) {
    for element in found {
        if let Some(text) = &element.text {
            paragraphs(&text.paragraphs, lines);
        }
        match &element.content {
            Content::Group { elements: inner } | Content::Diagram { elements: inner } => {
                elements(inner, lines);
            }
            Content::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                for text in cells.filter_map(|cell| cell.text.as_ref()) {
                    paragraphs(&text.paragraphs, lines);
                }
            }
            Content::Chart { chart } => lines.extend(chart.title.clone()),
            Content::Shape
            | Content::Picture(_)
            | Content::Connector { .. }
            | Content::Media(_)
            | Content::Ole(_) => lines.extend(element.alt.clone()),
        }
    }
}

fn paragraphs(found: &[Paragraph], lines: &mut Vec<String>) {
    for paragraph in found {
        let line: String = paragraph.runs.iter().map(|run| run.text.as_str()).collect();
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            lines.push(line);
        }
    }
}
