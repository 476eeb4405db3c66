//! Anthropic Messages: requests, and events of the answer.

use serde_json::{Value, json};

use super::{Told, number, text};
use crate::providers::chat::{ChatEvent, ChatMessage, ChatRequest, StopReason, TokenUsage};

pub(super) fn body(model: &str, request: &ChatRequest) -> Value {
    let mut messages: Vec<Value> = Vec::new();
    for message in &request.messages {
        let (role, blocks) = blocks(message);
        match messages.last_mut() {
            // Answers of several tools are one message of the user.
            Some(last) if last["role"] == role => {
                if let Some(all) = last["content"].as_array_mut() {
                    all.extend(blocks);
                }
            }
            _ => messages.push(json!({"role": role, "content": blocks})),
        }
    }
    let mut body = json!({
        "model": model,
        "max_tokens": request.max_output_tokens,
        // What the deck says is the same from turn to turn: it is read from the cache then.
        "system": [{"type": "text", "text": request.system, "cache_control": {"type": "ephemeral"}}],
        "messages": messages,
        "stream": true,
    });
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({"name": tool.name, "description": tool.description, "input_schema": tool.parameters})
        });
        body["tools"] = tools.collect();
    }
    body
}

fn blocks(message: &ChatMessage) -> (&'static str, Vec<Value>) {
    match message {
        ChatMessage::User { text } => ("user", vec![json!({"type": "text", "text": text})]),
        ChatMessage::Assistant { text, calls } => {
            let said = (!text.trim().is_empty()).then(|| json!({"type": "text", "text": text}));
            let calls = calls.iter().map(|call| {
                let input: Value =
                    serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
                json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input})
            });
            ("assistant", said.into_iter().chain(calls).collect())
        }
        ChatMessage::Tool {
            call_id,
            text,
            failed,
        } => (
            "user",
            vec![
                json!({"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": failed}),
            ],
        ),
    }
}

pub(super) fn event(told: &mut Told, data: &Value) -> Vec<ChatEvent> {
    let place = number(&data["index"]);
    match text(&data["type"]) {
        "message_start" => {
            told.usage = Some(usage_of(&data["message"]["usage"]));
            Vec::new()
        }
        "content_block_start" if data["content_block"]["type"] == "tool_use" => {
            let block = &data["content_block"];
            told.begin(place, text(&block["id"]), text(&block["name"]))
        }
        "content_block_start" => told.text(text(&data["content_block"]["text"])),
        "content_block_delta" => {
            let delta = &data["delta"];
            match text(&delta["type"]) {
                "text_delta" => told.text(text(&delta["text"])),
                "input_json_delta" => {
                    told.more(place, text(&delta["partial_json"]));
                    Vec::new()
                }
                _ => Vec::new(),
            }
        }
        "message_delta" => {
            if let Some(reason) = data["delta"]["stop_reason"].as_str() {
                told.stop = Some(match reason {
                    "tool_use" => StopReason::Tools,
                    "max_tokens" | "model_context_window_exceeded" => StopReason::Length,
                    "refusal" => StopReason::Refused,
                    _ => StopReason::End,
                });
            }
            // The counts of this event are those of the whole answer so far.
            if let (Some(output), Some(usage)) =
                (data["usage"]["output_tokens"].as_u64(), &mut told.usage)
            {
                usage.output = output;
            }
            Vec::new()
        }
        "message_stop" => {
            told.done = true;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Anthropic counts cached tokens apart; those that are written to the cache are read anew.
fn usage_of(usage: &Value) -> TokenUsage {
    TokenUsage {
        input: number(&usage["input_tokens"]) + number(&usage["cache_creation_input_tokens"]),
        cached: number(&usage["cache_read_input_tokens"]),
        output: number(&usage["output_tokens"]),
        ..TokenUsage::default()
    }
}
