//! The deck: the normalized content of one version of a document.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset::{Asset, AssetId};
use super::slide::Slide;
use super::template::{Layout, Master, Theme};
use super::units::Size;

/// The name and version of the JSON form.
pub const SCHEMA: &str = "slidecraft.deck/1";

/// A whole presentation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deck {
    /// Always `slidecraft.deck/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// The title: the document property, or the first slide's title.
    pub title: String,
    /// The size of every slide.
    pub size: Size,
    /// Colours and fonts by role.
    pub theme: Theme,
    /// Document properties.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
    /// Where the deck came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Named runs of slides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// The masters that layouts belong to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masters: Vec<Master>,
    /// The layouts that slides are made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layouts: Vec<Layout>,
    /// The slides in order, hidden ones too.
    pub slides: Vec<Slide>,
    /// What is known of every asset the deck refers to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<AssetId, Asset>,
    /// What was not understood, and where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// Properties of the document as its authors wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Properties {
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// A longer remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The language of most of its text (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When it was made, as the file says (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it was last saved, as the file says (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
}

impl Properties {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The file a deck was read from. Its bytes are an asset, so that writing back keeps what the deck does not model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its format.
    pub format: SourceFormat,
    /// Its bytes.
    pub asset: AssetId,
    /// The program that wrote it, as it says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer: Option<String>,
}

/// Formats a deck can be read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// Office Open XML presentation: pptx, pptm, ppsx, ppsm, potx, potm.
    Pptx,
    /// Markdown.
    Markdown,
    /// OpenDocument presentation: odp, otp.
    Odp,
    /// Portable Document Format.
    Pdf,
}

/// A named run of slides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// The ids of its slides.
    pub slides: Vec<String>,
}

/// Something that was not understood or not kept, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// A stable code in `snake_case`.
    pub code: String,
    /// A sentence for a person.
    pub detail: String,
    /// The slide's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slide: Option<String>,
    /// The element's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
}
