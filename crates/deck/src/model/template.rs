//! Themes, masters and layouts: what slides are made from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::color::Rgb;
use super::element::Element;
use super::paint::Fill;
use super::units::is_false;

/// Colours and fonts by role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The colour scheme: `dk1`, `lt1`, `dk2`, `lt2`, `accent1` to `accent6`, `hlink`, `folHlink`.
    pub colors: BTreeMap<String, Rgb>,
    /// The font scheme.
    pub fonts: ThemeFonts,
}

/// The two typefaces of a theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeFonts {
    /// For headings.
    pub major: String,
    /// For text.
    pub minor: String,
}

/// A master: what all its layouts share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Master {
    /// Unique in the deck; its part's name in the file.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its background.
    pub background: Fill,
    /// Its elements, placeholders too; those are drawn on no slide.
    pub elements: Vec<Element>,
}

/// A layout: what a slide is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Unique in the deck; its part's name in the file.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its kind in the file: `title`, `obj`, `twoObj`, `blank`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The id of its master.
    pub master: String,
    /// Its background, the master's where it has none of its own.
    pub background: Fill,
    /// Whether the shapes of the master are left out under this layout.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hide_master_elements: bool,
    /// Its elements, placeholders too; those are drawn on no slide.
    pub elements: Vec<Element>,
}
