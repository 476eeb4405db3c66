//! Who answers questions about a deck. The port is here, providers beside it.

pub mod chat;
pub mod offline;

use async_trait::async_trait;

use crate::domain::failure::Failure;

/// The text of a slide as a provider sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlideText {
    /// Its number, from 1.
    pub number: u32,
    /// Its title.
    pub title: Option<String>,
    /// Its paragraphs, notes last.
    pub lines: Vec<String>,
}

/// A question about a deck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What the user wrote.
    pub message: String,
    /// Which model is wanted, where not the default.
    pub model: Option<String>,
    /// What the deck says.
    pub slides: Vec<SlideText>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is said.
    pub text: String,
    /// By which model.
    pub model: String,
}

/// Who answers.
#[async_trait]
pub trait AiProvider: Send + Sync {
    /// Answers a question.
    async fn answer(&self, question: Question) -> Result<Answer, Failure>;
}
