//! Chat about a deck: what can be asked, what an answer holds, and how a proposed edit stands.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::{DocumentId, JobId};
use super::tenant::TenantId;
use super::time::Timestamp;

/// What users ask for in the same words again and again, as one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChatAction {
    /// Say what the deck says, shorter.
    Summarize {
        /// How long.
        length: SummaryLength,
    },
    /// Write the text of a slide anew.
    Rewrite {
        /// Which slide, from 1; all of them where it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slide: Option<u32>,
        /// How.
        how: Rewriting,
        /// In which tone, or into which language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// Write speaker notes.
    Notes {
        /// For which slide, from 1; for all of them where it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slide: Option<u32>,
    },
    /// Find what readers would stumble over: text that does not fit, weak contrast, pictures without a description.
    Critique,
}

/// How long a summary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SummaryLength {
    /// One sentence.
    Line,
    /// One paragraph.
    Paragraph,
    /// A sentence for each slide.
    Slides,
}

/// How text is written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rewriting {
    /// With fewer words.
    Shorter,
    /// With more.
    Longer,
    /// In another tone.
    Tone,
    /// In another language.
    Translate,
}

impl ChatAction {
    /// The request in words, for the model and for the conversation.
    pub fn in_words(&self) -> String {
        match self {
            Self::Summarize { length } => match length {
                SummaryLength::Line => "Summarize the deck in one sentence.".to_owned(),
                SummaryLength::Paragraph => "Summarize the deck in one paragraph.".to_owned(),
                SummaryLength::Slides => "Summarize each slide in one sentence.".to_owned(),
            },
            Self::Rewrite { slide, how, to } => {
                let what = which(*slide);
                match (how, to) {
                    (Rewriting::Shorter, _) => {
                        format!("Rewrite the text of {what} with fewer words.")
                    }
                    (Rewriting::Longer, _) => format!("Rewrite the text of {what} in more detail."),
                    (Rewriting::Tone, Some(tone)) => {
                        format!("Rewrite the text of {what} in this tone: {tone}.")
                    }
                    (Rewriting::Tone, None) => {
                        format!("Rewrite the text of {what} in a clear, friendly tone.")
                    }
                    (Rewriting::Translate, to) => {
                        let language = to.as_deref().unwrap_or("English");
                        format!("Translate the text of {what} into {language}.")
                    }
                }
            }
            Self::Notes { slide } => format!("Write speaker notes for {}.", which(*slide)),
            Self::Critique => "What would readers of this deck stumble over?".to_owned(),
        }
    }
}

fn which(slide: Option<u32>) -> String {
    slide.map_or_else(
        || "every slide".to_owned(),
        |slide| format!("slide {slide}"),
    )
}

/// A place in the deck that an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The number of the slide, from 1, in the version that was read.
    pub slide: u32,
    /// The slide's id, which stays when slides move.
    pub slide_id: String,
    /// The element on it, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
}

/// An edit that a model wants to make: nothing changes until someone applies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The version it was made on.
    pub base_version: u64,
    /// What it does, a line an edit.
    pub summary: Vec<String>,
    /// A JSON Patch (RFC 6902) on the deck of that version, with a `test` before each change.
    pub patch: Vec<Value>,
    /// The patch that takes it back.
    pub undo: Vec<Value>,
    /// The numbers of the slides it changes, as they are counted after it.
    pub slides: Vec<u32>,
}

/// How a proposal stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody has decided.
    #[default]
    Open,
    /// It is part of the deck.
    Applied,
    /// It was turned down.
    Dropped,
    /// It was part of the deck, and was taken back.
    Undone,
}

impl ProposalState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Applied, Self::Dropped, Self::Undone];

    /// Its name in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Applied => "applied",
            Self::Dropped => "dropped",
            Self::Undone => "undone",
        }
    }
}

/// What was decided about a proposal. It goes by the id of the job that made it: there is one an answer at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Which.
    pub proposal: JobId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Of which document.
    pub document: DocumentId,
    /// How it stands.
    pub state: ProposalState,
    /// The version of the deck that the decision made, where it made one.
    pub version: Option<u64>,
    /// Since when.
    pub at: Timestamp,
}

/// Tokens, the same for every wire: `input` excludes what came from a cache, `output` includes `reasoning`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Read anew.
    pub input: u64,
    /// Read from the provider's cache.
    pub cached: u64,
    /// Written.
    pub output: u64,
    /// Of those written, the ones nobody sees.
    pub reasoning: u64,
    /// Whether the counts are ours, because the provider sent none.
    pub estimated: bool,
    /// What it costs, in millionths of a dollar.
    pub micro_dollars: u64,
}

impl TokenUsage {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input: self.input + other.input,
            cached: self.cached + other.cached,
            output: self.output + other.output,
            reasoning: self.reasoning + other.reasoning,
            estimated: self.estimated || other.estimated,
            micro_dollars: self.micro_dollars + other.micro_dollars,
        }
    }

    /// All tokens.
    pub fn total(self) -> u64 {
        self.input + self.cached + self.output
    }
}

/// A model that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its name in requests.
    pub id: String,
    /// Who runs it.
    pub provider: String,
    /// What it does, in a sentence.
    pub description: String,
    /// The class it answers for, where it is the first of one.
    pub class: Option<&'static str>,
}

/// How a provider of models does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderState {
    /// Its name.
    pub name: String,
    /// Requests in flight.
    pub in_flight: usize,
    /// Requests in flight at most.
    pub slots: usize,
    /// Requests that wait for a slot.
    pub waiting: usize,
    /// `closed`, `open` or `half_open`.
    pub breaker: &'static str,
    /// For how long it asked to be left alone, in milliseconds.
    pub left_alone_ms: u64,
    /// Requests since the node started.
    pub requests: u64,
    /// Of those, the ones that ended in trouble.
    pub failures: u64,
    /// The last trouble.
    pub last_trouble: Option<String>,
}
