//! What goes over the wire to each vendor, and what comes back: pure, bytes in and events out.

mod anthropic;
mod openai_chat;
mod openai_responses;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::chat::{ChatEvent, ChatRequest, StopReason, TokenUsage, ToolCall};
use super::frames::Frame;
use super::trouble::{Trouble, TroubleKind};

/// Whose wire it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// OpenAI Chat Completions, which many others speak.
    OpenAiChat,
    /// OpenAI Responses.
    OpenAiResponses,
    /// Anthropic Messages.
    Anthropic,
}

impl Wire {
    /// The path below the base address.
    pub fn path(self) -> &'static str {
        match self {
            Self::OpenAiChat => "/chat/completions",
            Self::OpenAiResponses => "/responses",
            Self::Anthropic => "/messages",
        }
    }

    /// The body of a request.
    pub fn body(self, model: &str, request: &ChatRequest) -> Value {
        match self {
            Self::OpenAiChat => openai_chat::body(model, request),
            Self::OpenAiResponses => openai_responses::body(model, request),
            Self::Anthropic => anthropic::body(model, request),
        }
    }

    /// What reads the answer.
    pub fn decoder(self) -> Decoder {
        Decoder {
            wire: self,
            told: Told::default(),
        }
    }
}

/// Reads an answer, frame by frame.
#[derive(Debug)]
pub struct Decoder {
    wire: Wire,
    told: Told,
}

/// What was told so far.
#[derive(Debug, Default)]
struct Told {
    calls: Vec<Partial>,
    usage: Option<TokenUsage>,
    stop: Option<StopReason>,
    done: bool,
    /// Bytes of text and arguments, for where no usage comes.
    written: usize,
}

/// A call of a tool that arrives in fragments.
#[derive(Debug, Default)]
struct Partial {
    place: u64,
    id: String,
    name: String,
    arguments: String,
}

impl Decoder {
    /// Takes a frame; answers what it says. Unknown events say nothing.
    pub fn frame(&mut self, frame: &Frame) -> Result<Vec<ChatEvent>, Trouble> {
        if frame.data.trim() == "[DONE]" {
            return Ok(self.end());
        }
        let data: Value = serde_json::from_str(&frame.data).map_err(|error| {
            Trouble::new(
                TroubleKind::Garbled,
                format!("an event is no JSON: {error}"),
            )
        })?;
        if let Some(error) = data.get("error").filter(|error| error.is_object()) {
            return Err(Trouble::in_stream(error));
        }
        match self.wire {
            Wire::OpenAiChat => Ok(openai_chat::event(&mut self.told, &data)),
            Wire::OpenAiResponses => openai_responses::event(&mut self.told, &data),
            Wire::Anthropic => Ok(anthropic::event(&mut self.told, &data)),
        }
        .map(|mut events| {
            if self.told.done {
                events.extend(self.end());
            }
            events
        })
    }

    /// The stream has ended: the last events, or trouble where it was cut off.
    pub fn finish(&mut self) -> Result<Vec<ChatEvent>, Trouble> {
        if self.told.stop.is_none() {
            return Err(Trouble::new(
                TroubleKind::Connection,
                "the answer was cut off",
            ));
        }
        Ok(self.end())
    }

    /// Calls that are whole, and the end; once.
    fn end(&mut self) -> Vec<ChatEvent> {
        let Some(stop) = self.told.stop.take() else {
            return Vec::new();
        };
        self.told.done = false;
        let mut events: Vec<ChatEvent> = std::mem::take(&mut self.told.calls)
            .into_iter()
            .map(|call| {
                ChatEvent::Call(ToolCall {
                    id: call.id,
                    name: call.name,
                    arguments: call.arguments,
                })
            })
            .collect();
        let usage = self.told.usage.unwrap_or(TokenUsage {
            output: self.told.written as u64 / 4,
            estimated: true,
            ..TokenUsage::default()
        });
        events.push(ChatEvent::Done {
            reason: stop,
            usage,
        });
        events
    }
}

impl Told {
    fn text(&mut self, text: &str) -> Vec<ChatEvent> {
        if text.is_empty() {
            return Vec::new();
        }
        self.written += text.len();
        vec![ChatEvent::Text(text.to_owned())]
    }

    /// A call begins.
    fn begin(&mut self, place: u64, id: &str, name: &str) -> Vec<ChatEvent> {
        self.calls.push(Partial {
            place,
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: String::new(),
        });
        vec![ChatEvent::Calling {
            name: name.to_owned(),
        }]
    }

    /// More of the arguments of a call.
    fn more(&mut self, place: u64, fragment: &str) {
        self.written += fragment.len();
        let call = self.calls.iter_mut().find(|call| call.place == place);
        if let Some(call) = call {
            call.arguments.push_str(fragment);
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}
