//! The turns of one answer: the model talks and calls tools until it is done, within bounds of turns, tokens and time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;

use super::tools;
use super::workspace::Workspace;
use crate::domain::chat::TokenUsage;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::job_event::Fact;
use crate::domain::time::Timestamp;
use crate::providers::SlideText;
use crate::providers::chat::{
    ChatEvent, ChatMessage, ChatProvider, ChatRequest, ChatStream, ToolCall,
};
use crate::work::attempt::Attempt;

/// Turns at most: each may call tools, the last may only talk.
pub const MOST_TURNS: usize = 5;
/// Tokens of all turns at most.
const MOST_TOKENS: u64 = 150_000;
/// Output tokens of a turn at most. Vendors reserve what is allowed, so more would cost throughput.
const MOST_OUTPUT: u32 = 2_000;
/// After this long no other turn begins.
const LATEST_TURN: Duration = Duration::from_secs(40);
/// Text is told in pieces at least this far apart: an event for each token would be a burden to all who follow.
const TELL_EVERY: Duration = Duration::from_millis(40);

/// What is asked.
pub(super) struct Question {
    /// What the model is told of its work.
    pub(super) system: String,
    /// The conversation; the last is the question.
    pub(super) messages: Vec<ChatMessage>,
    /// The model asked for.
    pub(super) model: Option<String>,
    /// The deck as plain text.
    pub(super) slides: Arc<[SlideText]>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Answered {
    /// All that was said.
    pub(super) text: String,
    /// By whom: provider and model.
    pub(super) model: String,
    /// What it used.
    pub(super) usage: TokenUsage,
}

/// Talks with a model until it is done.
pub(super) async fn answer(
    attempt: &Attempt,
    provider: &dyn ChatProvider,
    question: Question,
    mut workspace: Workspace,
) -> Result<(Answered, Workspace), Failure> {
    let tools = tools::specs();
    let mut messages = question.messages;
    let mut answered = Answered::default();
    let started = attempt.now();
    for turn in 1..=MOST_TURNS {
        let late = attempt.now().since(started) > LATEST_TURN;
        let last = turn == MOST_TURNS || late || answered.usage.total() > MOST_TOKENS;
        let request = ChatRequest {
            tenant: attempt.job.tenant.clone(),
            tier: attempt.job.tier,
            model: question.model.clone(),
            system: question.system.clone(),
            messages: messages.clone(),
            tools: if last {
                Arc::new([])
            } else {
                Arc::clone(&tools)
            },
            max_output_tokens: MOST_OUTPUT,
            slides: Arc::clone(&question.slides),
            trace: attempt.trace(),
        };
        let stream = provider.chat(request, attempt.stop.clone()).await?;
        let heard = listen(attempt, stream, &mut answered).await?;
        if heard.calls.is_empty() {
            break;
        }
        messages.push(ChatMessage::Assistant {
            text: heard.text,
            calls: heard.calls.clone(),
        });
        for call in heard.calls {
            let message;
            (workspace, message) = used(attempt, workspace, call).await?;
            messages.push(message);
        }
    }
    if answered.text.trim().is_empty() && workspace.proposal().is_none() {
        let detail = "the model said nothing; ask again, or ask in other words";
        return Err(Failure::new(FailureCode::ProviderUnavailable, detail));
    }
    Ok((answered, workspace))
}

/// What one turn said.
struct Heard {
    text: String,
    calls: Vec<ToolCall>,
}

async fn listen(
    attempt: &Attempt,
    mut stream: ChatStream,
    answered: &mut Answered,
) -> Result<Heard, Failure> {
    let mut heard = Heard {
        text: String::new(),
        calls: Vec::new(),
    };
    let mut told = Telling::new();
    if !answered.text.is_empty() && !answered.text.ends_with('\n') {
        // What follows tools is another paragraph.
        told.add(attempt, "\n\n");
        answered.text.push_str("\n\n");
    }
    while let Some(event) = stream.next().await {
        match event? {
            ChatEvent::Routed { provider, model } => answered.model = format!("{provider}/{model}"),
            ChatEvent::Text(text) => {
                told.add(attempt, &text);
                heard.text.push_str(&text);
                answered.text.push_str(&text);
            }
            ChatEvent::Calling { .. } => told.flush(attempt),
            ChatEvent::Call(call) => heard.calls.push(call),
            ChatEvent::Done { usage, .. } => {
                answered.usage = answered.usage.plus(usage);
                attempt.spent(usage.micro_dollars);
                break;
            }
        }
    }
    told.flush(attempt);
    attempt.tell(Fact::ChatUsage {
        usage: answered.usage,
    });
    Ok(heard)
}

/// Text that was heard and not yet told.
struct Telling {
    waiting: String,
    told_at: Option<Timestamp>,
}

impl Telling {
    fn new() -> Self {
        Self {
            waiting: String::new(),
            told_at: None,
        }
    }

    fn add(&mut self, attempt: &Attempt, text: &str) {
        self.waiting.push_str(text);
        let due = self
            .told_at
            .is_none_or(|told| attempt.now().since(told) >= TELL_EVERY);
        if due {
            self.flush(attempt);
        }
    }

    fn flush(&mut self, attempt: &Attempt) {
        if !self.waiting.is_empty() {
            self.told_at = Some(attempt.now());
            attempt.tell(Fact::ChatDelta {
                text: std::mem::take(&mut self.waiting),
            });
        }
    }
}

/// Runs a tool, and tells it. A large deck takes a while to be checked: not on the thread that answers others.
async fn used(
    attempt: &Attempt,
    mut workspace: Workspace,
    call: ToolCall,
) -> Result<(Workspace, ChatMessage), Failure> {
    let name = call.name.clone();
    let ran = tokio::task::spawn_blocking(move || {
        let outcome = tools::understood(&call).and_then(|request| workspace.run(&request));
        (workspace, call.id, outcome)
    });
    let (workspace, call_id, outcome) = ran
        .await
        .map_err(|gone| Failure::new(FailureCode::Panicked, gone.to_string()))?;
    let (text, failed) = match outcome {
        Ok(text) => (text, false),
        Err(text) => (text, true),
    };
    attempt.tell(Fact::ChatTool {
        tool: name,
        outcome: text.lines().next().unwrap_or_default().to_owned(),
        failed,
    });
    let message = ChatMessage::Tool {
        call_id,
        text,
        failed,
    };
    Ok((workspace, message))
}
