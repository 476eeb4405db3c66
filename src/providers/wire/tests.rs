//! Answers of each vendor as they go over the wire, in pieces of any size.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::domain::tenant::Tier;
use crate::providers::chat::{ChatMessage, ToolSpec};
use crate::providers::frames::Frames;

const CHAT: &str = r#"data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null}

data: {"choices":[{"index":0,"delta":{"content":"Grüße "},"finish_reason":null}],"usage":null}

data: {"choices":[{"index":0,"delta":{"content":"€😀"},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"slide","arguments":""}}]}}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"sl"}}]}}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ide\":1}"}}]}}]}

data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":5}}}

data: [DONE]

"#;

const RESPONSES: &str = r#"event: response.created
data: {"type":"response.created","sequence_number":0,"response":{"status":"in_progress"}}

event: response.output_item.added
data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message"}}

event: response.output_text.delta
data: {"type":"response.output_text.delta","output_index":0,"delta":"Grüße "}

event: response.output_text.delta
data: {"type":"response.output_text.delta","output_index":0,"delta":"€😀"}

event: response.something.new
data: {"type":"response.something.new"}

event: response.output_item.added
data: {"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"call_1","name":"slide","arguments":""}}

event: response.function_call_arguments.delta
data: {"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"sl"}

event: response.function_call_arguments.delta
data: {"type":"response.function_call_arguments.delta","output_index":1,"delta":"ide\":1}"}

event: response.completed
data: {"type":"response.completed","response":{"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":5}}}}

"#;

const ANTHROPIC: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],"usage":{"input_tokens":30,"cache_creation_input_tokens":10,"cache_read_input_tokens":60,"output_tokens":1}}      }

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße "}        }

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"€😀"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"call_1","name":"slide","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"sl"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"ide\":1}"}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":20}}

event: message_stop
data: {"type":"message_stop"}

"#;

const ALL: [(Wire, &str); 3] = [
    (Wire::OpenAiChat, CHAT),
    (Wire::OpenAiResponses, RESPONSES),
    (Wire::Anthropic, ANTHROPIC),
];

fn read(wire: Wire, bytes: &[u8], size: usize) -> Result<Vec<ChatEvent>, Trouble> {
    let (mut frames, mut decoder) = (Frames::default(), wire.decoder());
    let mut events = Vec::new();
    for piece in bytes.chunks(size) {
        for frame in frames.feed(piece).unwrap() {
            events.extend(decoder.frame(&frame)?);
        }
    }
    if !matches!(events.last(), Some(ChatEvent::Done { .. })) {
        events.extend(decoder.finish()?);
    }
    Ok(events)
}

#[test]
fn every_vendors_answer_is_the_same_here_whatever_it_is_cut_into() {
    for (wire, bytes) in ALL {
        for size in [1, 2, 3, 7, 64, bytes.len()] {
            let events = read(wire, bytes.as_bytes(), size).unwrap();
            let text = |event: &ChatEvent| {
                if let ChatEvent::Text(text) = event {
                    return text.clone();
                }
                String::new()
            };
            let text: String = events.iter().map(text).collect();
            assert_eq!(text, "Grüße €😀", "{wire:?} in pieces of {size}");
            let call = ChatEvent::Call(ToolCall {
                id: "call_1".to_owned(),
                name: "slide".to_owned(),
                arguments: "{\"slide\":1}".to_owned(),
            });
            assert!(events.contains(&call), "{wire:?}: {events:?}");
            let usage = TokenUsage {
                input: 40,
                cached: 60,
                output: 20,
                reasoning: if wire == Wire::Anthropic { 0 } else { 5 },
                ..TokenUsage::default()
            };
            let reason = StopReason::Tools;
            assert_eq!(
                events.last(),
                Some(&ChatEvent::Done { reason, usage }),
                "{wire:?}"
            );
            let ends = events
                .iter()
                .filter(|event| matches!(event, ChatEvent::Done { .. }));
            assert_eq!(ends.count(), 1);
        }
    }
}

#[test]
fn an_answer_that_is_cut_off_or_fails_midway_is_trouble() {
    for (wire, bytes) in ALL {
        let half = &bytes.as_bytes()[..bytes.len() / 2];
        let cut = read(wire, half, 16).unwrap_err();
        assert_eq!(cut.kind, TroubleKind::Connection, "{wire:?}");
    }
    let failing = [
        (
            Wire::OpenAiChat,
            "data: {\"error\":{\"message\":\"oops\",\"type\":\"server_error\"}}\n\n",
            TroubleKind::Server,
        ),
        (
            Wire::OpenAiResponses,
            "data: {\"type\":\"error\",\"code\":\"x\",\"message\":\"oops\"}\n\n",
            TroubleKind::Server,
        ),
        (
            Wire::OpenAiResponses,
            "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"oops\"}}}\n\n",
            TroubleKind::Server,
        ),
        (
            Wire::Anthropic,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
            TroubleKind::Overloaded,
        ),
        (Wire::Anthropic, "data: no json\n\n", TroubleKind::Garbled),
    ];
    for (wire, bytes, kind) in failing {
        assert_eq!(
            read(wire, bytes.as_bytes(), 9).unwrap_err().kind,
            kind,
            "{bytes}"
        );
    }
}

#[test]
fn where_no_usage_comes_it_is_estimated() {
    let without: Vec<&str> = CHAT
        .split_inclusive("\n\n")
        .filter(|part| !part.contains("\"choices\":[],"))
        .collect();
    let events = read(Wire::OpenAiChat, without.concat().as_bytes(), 50).unwrap();
    let Some(ChatEvent::Done { usage, .. }) = events.last() else {
        panic!("{events:?}");
    };
    assert!(usage.estimated && usage.output > 0, "{usage:?}");
}

/// A call of a tool, answered.
fn a_request() -> ChatRequest {
    let call = ToolCall {
        id: "c1".to_owned(),
        name: "slide".to_owned(),
        arguments: "{\"slide\":1}".to_owned(),
    };
    let answer = |id: &str| ChatMessage::Tool {
        call_id: id.to_owned(),
        text: "says".to_owned(),
        failed: false,
    };
    ChatRequest {
        tenant: "acme".parse().unwrap(),
        tier: Tier::Standard,
        model: None,
        system: "work".to_owned(),
        messages: vec![
            ChatMessage::User {
                text: "hi".to_owned(),
            },
            ChatMessage::Assistant {
                text: String::new(),
                calls: vec![call],
            },
            answer("c1"),
            answer("c2"),
        ],
        tools: Arc::new([ToolSpec {
            name: "slide",
            description: "reads",
            parameters: json!({"type": "object"}),
        }]),
        max_output_tokens: 50,
        slides: Arc::new([]),
        trace: None,
    }
}

#[test]
fn requests_have_each_vendors_form() {
    let request = a_request();
    let chat = Wire::OpenAiChat.body("m", &request);
    assert_eq!(
        chat["messages"][2]["tool_calls"][0]["function"]["arguments"],
        "{\"slide\":1}"
    );
    assert_eq!(
        chat["messages"][3],
        json!({"role": "tool", "tool_call_id": "c1", "content": "says"})
    );
    assert_eq!(chat["stream_options"]["include_usage"], true);
    let responses = Wire::OpenAiResponses.body("m", &request);
    assert_eq!(responses["input"][1]["type"], "function_call");
    assert_eq!(responses["input"][2]["type"], "function_call_output");
    let anthropic = Wire::Anthropic.body("m", &request);
    assert_eq!(
        anthropic["messages"][1]["content"][0]["input"],
        json!({"slide": 1})
    );
    assert_eq!(
        anthropic["messages"][2]["content"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "{anthropic}"
    );
    assert_eq!(anthropic["max_tokens"], 50);
    assert_eq!(anthropic["system"][0]["cache_control"]["type"], "ephemeral");
}
