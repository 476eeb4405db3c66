//! The tools a model has: what it may read, what it may propose. The set never depends on what a deck says.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::providers::chat::{ToolCall, ToolSpec};

/// The longest text that an edit may bring, in bytes.
const LONGEST: usize = 20_000;

/// No arguments.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Which slide.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Its number, from 1.
    slide: u32,
}

/// What to look for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// A word or a phrase; upper and lower case are the same.
    text: String,
}

/// Text that takes the place of other text, wherever it stands; its style stays.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplaceText {
    /// Only on this slide, from 1; on all where it is left out.
    #[serde(default)]
    pub(super) slide: Option<u32>,
    /// The text as it stands, within one paragraph.
    pub(super) find: String,
    /// The text that takes its place.
    pub(super) replace: String,
}

/// The text of an element, written anew; paragraph by paragraph it keeps the style of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rewrite {
    /// The slide, from 1.
    pub(super) slide: u32,
    /// The id of the element, from the tool `slide`.
    pub(super) element: String,
    /// The new paragraphs.
    pub(super) paragraphs: Vec<String>,
}

/// Speaker notes of a slide, instead of those it has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetNotes {
    /// The slide, from 1.
    pub(super) slide: u32,
    /// The notes; a line a paragraph.
    pub(super) text: String,
}

/// A new slide, in the style of its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddSlide {
    /// After which slide; 0: as the first.
    pub(super) after: u32,
    /// Its title.
    pub(super) title: String,
    /// Its paragraphs.
    #[serde(default)]
    pub(super) lines: Vec<String>,
}

/// A slide that goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteSlide {
    /// Which, from 1.
    pub(super) slide: u32,
}

/// A slide that moves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveSlide {
    /// Which, from 1.
    pub(super) slide: u32,
    /// The number it then has.
    pub(super) to: u32,
}

/// Another layout for a slide.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetLayout {
    /// Which slide, from 1.
    pub(super) slide: u32,
    /// The name or id of the layout, from the tool `outline`.
    pub(super) layout: String,
}

/// An edit that a model asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// See [`ReplaceText`].
    ReplaceText(ReplaceText),
    /// See [`Rewrite`].
    Rewrite(Rewrite),
    /// See [`SetNotes`].
    SetNotes(SetNotes),
    /// See [`AddSlide`].
    AddSlide(AddSlide),
    /// See [`DeleteSlide`].
    DeleteSlide(DeleteSlide),
    /// See [`MoveSlide`].
    MoveSlide(MoveSlide),
    /// See [`SetLayout`].
    SetLayout(SetLayout),
}

/// A call, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The titles of all slides and the names of all layouts.
    Outline,
    /// All that stands on a slide, with ids.
    Slide(u32),
    /// Where something is said.
    Search(String),
    /// A change to propose.
    Edit(Edit),
}

/// All tools, as a model is told of them.
pub(super) fn specs() -> Arc<[ToolSpec]> {
    Arc::new([
        spec::<Nothing>(
            "outline",
            "The titles of all slides, and the layouts there are.",
        ),
        spec::<Which>(
            "slide",
            "All that stands on a slide: element ids, what they are, what they say; and its notes.",
        ),
        spec::<Query>("search", "Slides and elements whose text holds a phrase."),
        spec::<ReplaceText>(
            "replace_text",
            "Propose to replace a text wherever it stands; its style stays.",
        ),
        spec::<Rewrite>(
            "rewrite",
            "Propose new text for one element, paragraph by paragraph.",
        ),
        spec::<SetNotes>("set_notes", "Propose speaker notes for a slide."),
        spec::<AddSlide>("add_slide", "Propose a new slide."),
        spec::<DeleteSlide>("delete_slide", "Propose to delete a slide."),
        spec::<MoveSlide>("move_slide", "Propose to move a slide."),
        spec::<SetLayout>("set_layout", "Propose another layout for a slide."),
    ])
}

fn spec<T: JsonSchema>(name: &'static str, description: &'static str) -> ToolSpec {
    let mut parameters = schemars::schema_for!(T).to_value();
    if let Some(members) = parameters.as_object_mut() {
        for meta in ["$schema", "title", "description"] {
            members.remove(meta);
        }
        members
            .entry("properties")
            .or_insert_with(|| serde_json::json!({}));
    }
    ToolSpec {
        name,
        description,
        parameters,
    }
}

/// What a call asks for; a sentence for the model where it makes no sense.
pub(super) fn understood(call: &ToolCall) -> Result<Request, String> {
    if call.arguments.len() > LONGEST {
        return Err(format!("the arguments are longer than {LONGEST} bytes"));
    }
    Ok(match call.name.as_str() {
        "outline" => {
            let Nothing {} = arguments(call)?;
            Request::Outline
        }
        "slide" => Request::Slide(arguments::<Which>(call)?.slide),
        "search" => Request::Search(arguments::<Query>(call)?.text),
        "replace_text" => Request::Edit(Edit::ReplaceText(arguments(call)?)),
        "rewrite" => Request::Edit(Edit::Rewrite(arguments(call)?)),
        "set_notes" => Request::Edit(Edit::SetNotes(arguments(call)?)),
        "add_slide" => Request::Edit(Edit::AddSlide(arguments(call)?)),
        "delete_slide" => Request::Edit(Edit::DeleteSlide(arguments(call)?)),
        "move_slide" => Request::Edit(Edit::MoveSlide(arguments(call)?)),
        "set_layout" => Request::Edit(Edit::SetLayout(arguments(call)?)),
        other => return Err(format!("there is no tool `{other}`")),
    })
}

fn arguments<T: DeserializeOwned>(call: &ToolCall) -> Result<T, String> {
    let text = match call.arguments.trim() {
        "" => "{}",
        text => text,
    };
    serde_json::from_str(text).map_err(|error| format!("the arguments do not fit: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, arguments: &str) -> ToolCall {
        ToolCall {
            id: "1".to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        }
    }

    #[test]
    fn every_tool_has_a_closed_schema_and_is_understood() {
        for spec in specs().iter() {
            assert_eq!(spec.parameters["type"], "object", "{}", spec.name);
            assert_eq!(
                spec.parameters["additionalProperties"], false,
                "{}",
                spec.name
            );
            let unknown = call(spec.name, r#"{"surely_unknown": 1}"#);
            assert!(understood(&unknown).is_err(), "{}", spec.name);
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        assert!(
            understood(&call("rm", "{}"))
                .unwrap_err()
                .contains("no tool")
        );
        assert!(understood(&call("slide", "{\"slide\": -1}")).is_err());
        assert!(understood(&call("slide", "not json")).is_err());
        assert_eq!(understood(&call("outline", "")), Ok(Request::Outline));
    }
}
