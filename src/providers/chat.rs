//! The chat port: a conversation with tools goes to a model, its answer comes back as it is made.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::SlideText;
pub use crate::domain::chat::{ModelInfo, ProviderState, TokenUsage};
use crate::domain::failure::Failure;
use crate::domain::tenant::{TenantId, Tier};
use crate::domain::trace::context::TraceContext;

/// What a model is asked.
#[derive(Clone, Debug)]
pub struct ChatRequest {
    /// Who asks; queues and budgets are theirs.
    pub tenant: TenantId,
    /// The class they are in: it says how large their budget is.
    pub tier: Tier,
    /// A model, a class of models (`fast`, `strong`), or none for the default class.
    pub model: Option<String>,
    /// What the model is told about its work. Stable per document, so that providers can cache it.
    pub system: String,
    /// The conversation so far, oldest first; the last is from the user or from a tool.
    pub messages: Vec<ChatMessage>,
    /// What the model may call. Empty: it can only talk.
    pub tools: Arc<[ToolSpec]>,
    /// Output tokens at most.
    pub max_output_tokens: u32,
    /// The deck as plain text, for the provider that quotes it (`offline`); others ignore it.
    pub slides: Arc<[SlideText]>,
    /// The part of a trace that asks.
    pub trace: Option<TraceContext>,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum ChatMessage {
    /// From the user.
    User {
        /// What they wrote.
        text: String,
    },
    /// From the model.
    Assistant {
        /// What it said.
        text: String,
        /// What it called.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Tool {
        /// The call it answers.
        call_id: String,
        /// Its answer.
        text: String,
        /// Whether the call failed.
        #[serde(default)]
        failed: bool,
    },
}

/// A call of a tool, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The provider's name for the call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments: the text of a JSON object, as the model wrote it.
    pub arguments: String,
}

/// A tool as a model is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolSpec {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// The JSON Schema of its arguments.
    pub parameters: serde_json::Value,
}

/// What comes while an answer is made.
#[derive(Clone, Debug, PartialEq)]
pub enum ChatEvent {
    /// Which provider and model answers; the first event.
    Routed {
        /// The provider.
        provider: String,
        /// The model.
        model: String,
    },
    /// More text.
    Text(String),
    /// A call of a tool has begun (its first fragment came).
    Calling {
        /// The tool.
        name: String,
    },
    /// A call of a tool, whole.
    Call(ToolCall),
    /// The end; nothing follows.
    Done {
        /// Why the model stopped.
        reason: StopReason,
        /// What it used.
        usage: TokenUsage,
    },
}

/// Why a model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It had said all.
    End,
    /// It wants the answers of tools.
    Tools,
    /// It reached the most tokens.
    Length,
    /// It refused, or a filter did.
    Refused,
}

/// An answer as it is made. Ends after `Done` or the first failure; dropping it closes the connection upstream.
pub type ChatStream = BoxStream<'static, Result<ChatEvent, Failure>>;

/// Who talks.
#[async_trait]
pub trait ChatProvider: Send + Sync {
    /// Begins an answer. Comes back when the first text or call arrived, or with why none will; `stop` ends it within 100 ms.
    async fn chat(
        &self,
        request: ChatRequest,
        stop: CancellationToken,
    ) -> Result<ChatStream, Failure>;

    /// The models that can be asked, the one that answers by default first.
    fn models(&self) -> Vec<ModelInfo>;

    /// How each provider behind it does; none where there is nothing to tell.
    fn states(&self) -> Vec<ProviderState> {
        Vec::new()
    }
}
