//! The offline provider: quotes what the deck itself says about a question, without any network, and says so.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;

use super::SlideText;
use super::chat::{
    ChatEvent, ChatMessage, ChatProvider, ChatRequest, ChatStream, ModelInfo, StopReason,
    TokenUsage,
};
use crate::domain::failure::{Failure, FailureCode};

/// The name of the provider.
pub const PROVIDER: &str = "offline";

/// The name of the one model.
pub const MODEL: &str = "offline-extractive";

/// Lines quoted at most.
const MOST_QUOTES: usize = 5;

/// Titles listed at most where nothing fits the question.
const MOST_TITLES: usize = 30;

/// The offline provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offline;

#[async_trait]
impl ChatProvider for Offline {
    async fn chat(
        &self,
        request: ChatRequest,
        _: CancellationToken,
    ) -> Result<ChatStream, Failure> {
        if let Some(model) = &request.model
            && !matches!(model.as_str(), MODEL | PROVIDER | "fast" | "strong")
        {
            let message =
                format!("there is no model `{model}`; without a provider there is only `{MODEL}`");
            return Err(Failure::new(FailureCode::BadRequest, message));
        }
        let question = request
            .messages
            .iter()
            .rev()
            .find_map(|message| match message {
                ChatMessage::User { text } => Some(text.as_str()),
                ChatMessage::Assistant { .. } | ChatMessage::Tool { .. } => None,
            });
        let text = extract(question.unwrap_or_default(), &request.slides);
        let routed = ChatEvent::Routed {
            provider: PROVIDER.to_owned(),
            model: MODEL.to_owned(),
        };
        let done = ChatEvent::Done {
            reason: StopReason::End,
            usage: TokenUsage {
                estimated: true,
                ..TokenUsage::default()
            },
        };
        let pieces = text
            .split_inclusive('\n')
            .map(|line| ChatEvent::Text(line.to_owned()));
        let events: Vec<_> = [routed]
            .into_iter()
            .chain(pieces)
            .chain([done])
            .map(Ok)
            .collect();
        Ok(stream::iter(events).boxed())
    }

    fn models(&self) -> Vec<ModelInfo> {
        vec![ModelInfo {
            id: MODEL.to_owned(),
            provider: PROVIDER.to_owned(),
            description: "Answers with sentences of the deck itself; nothing leaves this machine."
                .to_owned(),
            class: None,
        }]
    }
}

/// The lines that share the rarest words with the question, in the order of the deck.
fn extract(question: &str, slides: &[SlideText]) -> String {
    let asked = words(question);
    let lines: Vec<(&SlideText, &str, BTreeSet<String>)> = slides
        .iter()
        .flat_map(|slide| {
            let title = slide.title.as_deref();
            let lines = title
                .into_iter()
                .chain(slide.lines.iter().map(String::as_str));
            lines.map(move |line| (slide, line, words(line)))
        })
        .collect();
    let mut found_in: BTreeMap<&str, f64> = BTreeMap::new();
    for (_, _, line) in &lines {
        for word in asked.intersection(line) {
            *found_in.entry(word).or_default() += 1.0;
        }
    }
    // A word in few lines says more than one in many (inverse document frequency).
    #[expect(
        clippy::cast_precision_loss,
        reason = "a deck has far fewer lines than 2^53"
    )]
    let total = lines.len() as f64;
    let weight = |word: &String| {
        found_in
            .get(word.as_str())
            .map_or(0.0, |n| (1.0 + total / n).ln())
    };
    let mut scored: Vec<(usize, f64)> = lines
        .iter()
        .enumerate()
        .map(|(index, (_, _, line))| (index, asked.intersection(line).map(weight).sum()))
        .filter(|(_, score)| *score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.truncate(MOST_QUOTES);
    scored.sort_by_key(|(index, _)| *index);
    if scored.is_empty() {
        return outline(slides);
    }
    let quotes: Vec<String> = scored
        .iter()
        .filter_map(|(index, _)| lines.get(*index))
        .map(|(slide, line, _)| format!("- “{line}” [slide {}]", slide.number))
        .collect();
    format!(
        "No AI provider is configured, so this is quoted from the deck itself:\n{}",
        quotes.join("\n")
    )
}

fn outline(slides: &[SlideText]) -> String {
    let titles: Vec<String> = slides
        .iter()
        .filter_map(|slide| {
            Some(format!(
                "- {} [slide {}]",
                slide.title.as_deref()?,
                slide.number
            ))
        })
        .take(MOST_TITLES)
        .collect();
    if titles.is_empty() {
        return "No AI provider is configured, and the deck says nothing about this.".to_owned();
    }
    format!(
        "No AI provider is configured, and no line of the deck shares a word with the question. Its outline:\n{}",
        titles.join("\n")
    )
}

/// Words of three letters and more, and every number.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2 || word.chars().any(|c| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slides() -> Vec<SlideText> {
        let slide = |number, title: &str, line: &str| SlideText {
            number,
            title: Some(title.to_owned()),
            lines: vec![line.to_owned()],
        };
        vec![
            slide(1, "Welcome", "Our plan for the year"),
            slide(2, "Revenue", "Revenue grew by 12 % in the third quarter"),
        ]
    }

    #[test]
    fn the_line_that_speaks_of_it_is_quoted_with_its_slide() {
        let text = extract("How much did revenue grow in the third quarter?", &slides());
        let quoted = "- “Revenue grew by 12 % in the third quarter” [slide 2]";
        assert!(text.contains(quoted), "{text}");
        assert!(text.starts_with("No AI provider"), "{text}");
    }

    #[test]
    fn a_question_no_line_answers_gets_the_outline() {
        let text = extract("Summarize!", &slides());
        assert!(
            text.contains("- Welcome [slide 1]\n- Revenue [slide 2]"),
            "{text}"
        );
    }
}
