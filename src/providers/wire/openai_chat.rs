//! OpenAI Chat Completions: requests, and chunks of the answer.

use serde_json::{Value, json};

use super::{Told, number, text};
use crate::providers::chat::{ChatEvent, ChatMessage, ChatRequest, StopReason, TokenUsage};

pub(super) fn body(model: &str, request: &ChatRequest) -> Value {
    let mut messages = vec![json!({"role": "system", "content": request.system})];
    messages.extend(request.messages.iter().map(message));
    let mut body = json!({
        "model": model,
        "messages": messages,
        "max_completion_tokens": request.max_output_tokens,
        "stream": true,
        "stream_options": {"include_usage": true, "include_obfuscation": false},
    });
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({"type": "function", "function": {
                "name": tool.name, "description": tool.description, "parameters": tool.parameters,
            }})
        });
        body["tools"] = tools.collect();
    }
    body
}

fn message(message: &ChatMessage) -> Value {
    match message {
        ChatMessage::User { text } => json!({"role": "user", "content": text}),
        ChatMessage::Assistant { text, calls } if calls.is_empty() => {
            json!({"role": "assistant", "content": text})
        }
        ChatMessage::Assistant { text, calls } => {
            let calls = calls.iter().map(|call| {
                json!({"id": call.id, "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments}})
            });
            let content = if text.is_empty() {
                Value::Null
            } else {
                json!(text)
            };
            json!({"role": "assistant", "content": content, "tool_calls": calls.collect::<Vec<_>>()})
        }
        ChatMessage::Tool {
            call_id,
            text,
            failed,
        } => {
            let text = if *failed {
                format!("error: {text}")
            } else {
                text.clone()
            };
            json!({"role": "tool", "tool_call_id": call_id, "content": text})
        }
    }
}

pub(super) fn event(told: &mut Told, data: &Value) -> Vec<ChatEvent> {
    if let Some(usage) = data.get("usage").filter(|usage| usage.is_object()) {
        told.usage = Some(usage_of(usage));
    }
    let choice = &data["choices"][0];
    let delta = &choice["delta"];
    let mut events = told.text(text(&delta["content"]));
    events.extend(told.text(text(&delta["refusal"])));
    for call in delta["tool_calls"].as_array().into_iter().flatten() {
        let place = number(&call["index"]);
        let function = &call["function"];
        let known = told.calls.iter().any(|known| known.place == place);
        if !known {
            events.extend(told.begin(place, text(&call["id"]), text(&function["name"])));
        }
        told.more(place, text(&function["arguments"]));
    }
    if let Some(reason) = choice["finish_reason"].as_str() {
        told.stop = Some(match reason {
            "tool_calls" | "function_call" => StopReason::Tools,
            "length" => StopReason::Length,
            "content_filter" => StopReason::Refused,
            _ => StopReason::End,
        });
    }
    events
}

/// OpenAI counts cached tokens among those of the prompt.
fn usage_of(usage: &Value) -> TokenUsage {
    let cached = number(&usage["prompt_tokens_details"]["cached_tokens"]);
    TokenUsage {
        input: number(&usage["prompt_tokens"]).saturating_sub(cached),
        cached,
        output: number(&usage["completion_tokens"]),
        reasoning: number(&usage["completion_tokens_details"]["reasoning_tokens"]),
        ..TokenUsage::default()
    }
}
