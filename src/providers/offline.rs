//! The offline provider: quotes what the deck itself says about a question, without any network, and says so.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::{AiProvider, Answer, Question, SlideText};
use crate::domain::failure::{Failure, FailureCode};

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
impl AiProvider for Offline {
    async fn answer(&self, question: Question) -> Result<Answer, Failure> {
        if let Some(model) = &question.model
            && model != MODEL
        {
            let message =
                format!("there is no model `{model}`; without a provider there is only `{MODEL}`");
            return Err(Failure::new(FailureCode::BadRequest, message));
        }
        Ok(Answer {
            text: extract(&question),
            model: MODEL.to_owned(),
        })
    }
}

/// The lines that share the rarest words with the question, in the order of the deck.
fn extract(question: &Question) -> String {
    let asked = words(&question.message);
    let lines: Vec<(&SlideText, &str, BTreeSet<String>)> = question
        .slides
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
        return outline(question);
    }
    let quotes: Vec<String> = scored
        .iter()
        .filter_map(|(index, _)| lines.get(*index))
        .map(|(slide, line, _)| format!("- Slide {}: “{line}”", slide.number))
        .collect();
    format!(
        "No AI provider is configured, so this is quoted from the deck itself:\n{}",
        quotes.join("\n")
    )
}

fn outline(question: &Question) -> String {
    let titles: Vec<String> = question
        .slides
        .iter()
        .filter_map(|slide| {
            Some(format!(
                "- Slide {}: {}",
                slide.number,
                slide.title.as_deref()?
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

    fn question(message: &str) -> Question {
        let slide = |number, title: &str, line: &str| SlideText {
            number,
            title: Some(title.to_owned()),
            lines: vec![line.to_owned()],
        };
        Question {
            message: message.to_owned(),
            model: None,
            slides: vec![
                slide(1, "Welcome", "Our plan for the year"),
                slide(2, "Revenue", "Revenue grew by 12 % in the third quarter"),
            ],
        }
    }

    #[test]
    fn the_line_that_speaks_of_it_is_quoted_with_its_slide() {
        let text = extract(&question("How much did revenue grow in the third quarter?"));
        assert!(text.contains("Slide 2: “Revenue grew by 12 %"), "{text}");
        assert!(text.starts_with("No AI provider"), "{text}");
    }

    #[test]
    fn a_question_no_line_answers_gets_the_outline() {
        let text = extract(&question("Summarize!"));
        assert!(
            text.contains("- Slide 1: Welcome\n- Slide 2: Revenue"),
            "{text}"
        );
    }
}
