//! A slide and what belongs to it besides its elements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::element::Element;
use super::paint::Fill;
use super::text::Paragraph;
use super::units::is_false;

/// One slide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slide {
    /// Unique in the deck; the file's slide id where there is one.
    pub id: String,
    /// The name its author gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Not shown, and left out of PDFs unless asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// The id of its layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// The background as drawn, wherever it was inherited from.
    pub background: Fill,
    /// Whether the shapes of layout and master are left out under this slide.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hide_master_elements: bool,
    /// What is on it, lowest first.
    pub elements: Vec<Element>,
    /// What the speaker says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Notes>,
    /// What reviewers wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Comment>,
    /// How the slide comes in, as the file's own XML. Kept, not interpreted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<String>,
    /// What moves on the slide, as the file's own XML. Kept, not interpreted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<String>,
}

/// Speaker notes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// The text.
    pub paragraphs: Vec<Paragraph>,
}

/// A reviewer's remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When, as the file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}
