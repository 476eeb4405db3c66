//! OpenAI Responses: requests, and typed events of the answer.

use serde_json::{Value, json};

use super::{Told, number, text};
use crate::providers::chat::{ChatEvent, ChatMessage, ChatRequest, StopReason, TokenUsage};
use crate::providers::trouble::{Trouble, TroubleKind};

pub(super) fn body(model: &str, request: &ChatRequest) -> Value {
    let input: Vec<Value> = request.messages.iter().flat_map(items).collect();
    let mut body = json!({
        "model": model,
        "instructions": request.system,
        "input": input,
        "max_output_tokens": request.max_output_tokens,
        "stream": true,
        "store": false,
        "stream_options": {"include_obfuscation": false},
    });
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({"type": "function", "name": tool.name, "description": tool.description,
                "parameters": tool.parameters, "strict": false})
        });
        body["tools"] = tools.collect();
    }
    body
}

fn items(message: &ChatMessage) -> Vec<Value> {
    match message {
        ChatMessage::User { text } => vec![json!({"role": "user", "content": text})],
        ChatMessage::Assistant { text, calls } => {
            let said = (!text.is_empty()).then(|| json!({"role": "assistant", "content": text}));
            let calls = calls.iter().map(|call| {
                json!({"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments})
            });
            said.into_iter().chain(calls).collect()
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
            vec![json!({"type": "function_call_output", "call_id": call_id, "output": text})]
        }
    }
}

pub(super) fn event(told: &mut Told, data: &Value) -> Result<Vec<ChatEvent>, Trouble> {
    let place = number(&data["output_index"]);
    Ok(match text(&data["type"]) {
        "response.output_text.delta" | "response.refusal.delta" => told.text(text(&data["delta"])),
        "response.output_item.added" if data["item"]["type"] == "function_call" => {
            let item = &data["item"];
            told.begin(place, text(&item["call_id"]), text(&item["name"]))
        }
        "response.function_call_arguments.delta" => {
            told.more(place, text(&data["delta"]));
            Vec::new()
        }
        "response.completed" | "response.incomplete" => {
            let response = &data["response"];
            told.usage = response
                .get("usage")
                .filter(|usage| usage.is_object())
                .map(usage_of);
            told.stop = Some(stopped(told, response));
            told.done = true;
            Vec::new()
        }
        "response.failed" => return Err(Trouble::in_stream(&data["response"]["error"])),
        "error" => {
            let message = text(&data["message"]).to_owned();
            return Err(Trouble::new(TroubleKind::Server, message));
        }
        _ => Vec::new(),
    })
}

fn stopped(told: &Told, response: &Value) -> StopReason {
    match response["incomplete_details"]["reason"].as_str() {
        Some("max_output_tokens") => StopReason::Length,
        Some("content_filter") => StopReason::Refused,
        _ if told.calls.is_empty() => StopReason::End,
        _ => StopReason::Tools,
    }
}

fn usage_of(usage: &Value) -> TokenUsage {
    let cached = number(&usage["input_tokens_details"]["cached_tokens"]);
    TokenUsage {
        input: number(&usage["input_tokens"]).saturating_sub(cached),
        cached,
        output: number(&usage["output_tokens"]),
        reasoning: number(&usage["output_tokens_details"]["reasoning_tokens"]),
        ..TokenUsage::default()
    }
}
