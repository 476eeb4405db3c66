//! The events of an answer on each wire, in the order and form that each vendor documents.

use serde_json::{Value, json};

use super::knobs::Knobs;
use crate::providers::wire::Wire;

/// Stands for the moment at which a piece is sent.
pub(super) const STAMP: &str = "@moment";

/// The pieces of an answer; each is sent whole.
pub(super) struct Script {
    /// Before the first piece.
    pub(super) opening: Vec<String>,
    /// The pieces.
    pub(super) pieces: Vec<String>,
    /// After the last.
    pub(super) closing: Vec<String>,
    /// What stands for an error in the middle.
    pub(super) error: String,
}

/// The answer to a request.
pub(super) fn script(wire: Wire, knobs: &Knobs, request: &Value) -> Script {
    let read = request.to_string().len() / 4;
    let call = knobs.call.as_ref().filter(|_| {
        let offered = request["tools"]
            .as_array()
            .is_some_and(|tools| !tools.is_empty());
        let text = request.to_string();
        offered
            && !text.contains("tool_call_id")
            && !text.contains("tool_result")
            && !text.contains("function_call_output")
    });
    let call = call.map(|call| (call.tool.as_str(), call.arguments.as_str()));
    let word = |n: usize| {
        if knobs.stamps {
            format!("{STAMP} ")
        } else {
            format!("wörd {n} ")
        }
    };
    let words: Vec<String> = (0..knobs.pieces).map(word).collect();
    match wire {
        Wire::OpenAiChat => chat(&words, call, read, knobs.usage),
        Wire::OpenAiResponses => responses(&words, call, read, knobs.usage),
        Wire::Anthropic => anthropic(&words, call, read, knobs.usage),
    }
}

/// Two halves of a text, cut between letters.
fn halves(text: &str) -> (&str, &str) {
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle += 1;
    }
    text.split_at(middle)
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn event(value: &Value) -> String {
    let name = value["type"].as_str().unwrap_or_default();
    format!("event: {name}\ndata: {value}\n\n")
}

fn chat(words: &[String], call: Option<(&str, &str)>, read: usize, usage: bool) -> Script {
    let chunk = |delta: Value, reason: Value| {
        data(
            &json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "fake",
            "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}], "usage": null}),
        )
    };
    let opening = vec![chunk(
        json!({"role": "assistant", "content": "", "refusal": null}),
        Value::Null,
    )];
    let pieces = match call {
        Some((tool, arguments)) => {
            let (one, other) = halves(arguments);
            let fragment = |text: &str| {
                chunk(
                    json!({"tool_calls": [{"index": 0, "function": {"arguments": text}}]}),
                    Value::Null,
                )
            };
            vec![
                chunk(
                    json!({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": tool, "arguments": ""}}]}),
                    Value::Null,
                ),
                fragment(one),
                fragment(other),
            ]
        }
        None => words
            .iter()
            .map(|word| chunk(json!({"content": word}), Value::Null))
            .collect(),
    };
    let reason = if call.is_some() { "tool_calls" } else { "stop" };
    let mut closing = vec![chunk(json!({}), json!(reason))];
    if usage {
        closing.push(data(&json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [],
            "usage": {"prompt_tokens": read, "completion_tokens": words.len(), "total_tokens": read + words.len(),
                "prompt_tokens_details": {"cached_tokens": read / 2}, "completion_tokens_details": {"reasoning_tokens": 0}}})));
    }
    closing.push("data: [DONE]\n\n".to_owned());
    Script {
        opening,
        pieces,
        closing,
        error: data(
            &json!({"error": {"message": "The server had an error", "type": "server_error", "param": null, "code": null}}),
        ),
    }
}

fn responses(words: &[String], call: Option<(&str, &str)>, read: usize, usage: bool) -> Script {
    let opening = vec![
        event(
            &json!({"type": "response.created", "sequence_number": 0, "response": {"id": "resp_1", "status": "in_progress"}}),
        ),
        event(
            &json!({"type": "response.in_progress", "sequence_number": 1, "response": {"id": "resp_1"}}),
        ),
    ];
    let pieces = match call {
        Some((tool, arguments)) => {
            let (one, other) = halves(arguments);
            let fragment = |text: &str| {
                event(&json!({"type": "response.function_call_arguments.delta", "output_index": 0, "item_id": "fc_1", "delta": text}))
            };
            vec![
                event(&json!({"type": "response.output_item.added", "output_index": 0,
                    "item": {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": tool, "arguments": ""}})),
                fragment(one),
                fragment(other),
            ]
        }
        None => words
            .iter()
            .map(|word| {
                event(&json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": word}))
            })
            .collect(),
    };
    let mut response = json!({"id": "resp_1", "status": "completed"});
    if usage {
        response["usage"] = json!({"input_tokens": read, "input_tokens_details": {"cached_tokens": read / 2},
            "output_tokens": words.len(), "output_tokens_details": {"reasoning_tokens": 0}});
    }
    Script {
        opening,
        pieces,
        closing: vec![event(
            &json!({"type": "response.completed", "response": response}),
        )],
        error: event(
            &json!({"type": "error", "code": "server_error", "message": "The server had an error", "param": null}),
        ),
    }
}

fn anthropic(words: &[String], call: Option<(&str, &str)>, read: usize, usage: bool) -> Script {
    let block = match call {
        Some((tool, _)) => json!({"type": "tool_use", "id": "toolu_1", "name": tool, "input": {}}),
        None => json!({"type": "text", "text": ""}),
    };
    let counts = if usage {
        json!({"input_tokens": read - read / 2, "cache_creation_input_tokens": 0, "cache_read_input_tokens": read / 2, "output_tokens": 1})
    } else {
        json!({})
    };
    let opening = vec![
        event(
            &json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant",
            "model": "fake", "content": [], "stop_reason": null, "usage": counts}}),
        ),
        event(&json!({"type": "content_block_start", "index": 0, "content_block": block})),
        "event: ping\ndata: {\"type\": \"ping\"}\n\n".to_owned(),
    ];
    let delta = |delta: Value| {
        // As recorded: blanks before the last brace.
        event(&json!({"type": "content_block_delta", "index": 0, "delta": delta}))
            .replace("}\n\n", "      }\n\n")
    };
    let pieces = match call {
        Some((_, arguments)) => {
            let (one, other) = halves(arguments);
            ["", one, other]
                .map(|text| delta(json!({"type": "input_json_delta", "partial_json": text})))
                .to_vec()
        }
        None => words
            .iter()
            .map(|word| delta(json!({"type": "text_delta", "text": word})))
            .collect(),
    };
    let reason = if call.is_some() {
        "tool_use"
    } else {
        "end_turn"
    };
    let written = if usage {
        json!({"output_tokens": words.len()})
    } else {
        json!({})
    };
    Script {
        opening,
        pieces,
        closing: vec![
            event(&json!({"type": "content_block_stop", "index": 0})),
            event(
                &json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null}, "usage": written}),
            ),
            event(&json!({"type": "message_stop"})),
        ],
        error: event(
            &json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
        ),
    }
}
