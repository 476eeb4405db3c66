//! Elements: everything that has a place on a slide.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset::AssetId;
use super::chart::Chart;
use super::geometry::Geometry;
use super::paint::{Effects, Fill, Line};
use super::recolor::Recolor;
use super::table::Table;
use super::text::{Link, TextBody};
use super::units::{Frame, is_false, is_one, is_zero, one};

/// One thing on a slide, a layout or a master.
///
/// Unknown keys are refused by the JSON Schema (`unevaluatedProperties`), since serde cannot deny them on a flattened
/// form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("unevaluatedProperties" = false))]
pub struct Element {
    /// Unique on its slide; the file's shape id where there is one.
    pub id: String,
    /// The name in the selection pane.
    #[serde(default)]
    pub name: String,
    /// What it is, with what only such an element has.
    #[serde(flatten)]
    pub content: Content,
    /// What a screen reader says; empty for an element that is only decoration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// Not drawn.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Where it is. A placeholder whose frame is all zeros is where its slide's layout has it, and looks as that says.
    pub frame: Frame,
    /// The placeholder it fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<Placeholder>,
    /// Its outline; a rectangle where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
    /// How its inside is painted; not at all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
    /// How its outline is stroked; not at all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// Shadow, glow and their like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<Effects>,
    /// Where a click on it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextBody>,
}

/// What an element is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// A shape or a text box.
    Shape,
    /// A picture.
    Picture(Picture),
    /// A table.
    Table(Table),
    /// A chart.
    Chart {
        /// What it shows.
        chart: Box<Chart>,
    },
    /// Elements that move together; their frames are in slide space.
    Group {
        /// Its children, lowest first.
        elements: Vec<Element>,
    },
    /// A line from one place to another.
    Connector {
        /// The element and connection site it starts at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<Connection>,
        /// The element and connection site it ends at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<Connection>,
    },
    /// A video or a sound, shown by its poster.
    Media(Media),
    /// `SmartArt`: its drawing.
    Diagram {
        /// The shapes it was last drawn as.
        elements: Vec<Element>,
    },
    /// An embedded object of another program, shown by its picture.
    Ole(Ole),
}

/// A picture and how it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Picture {
    /// Its bytes; absent where the file links to a picture outside, which is never fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// The vector form of the same picture (SVG), preferred where it can be drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub svg: Option<AssetId>,
    /// What is cut off.
    #[serde(default, skip_serializing_if = "Crop::is_none")]
    pub crop: Crop,
    /// Opacity, 0 to 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub opacity: f64,
    /// What is done to its colours, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recolor: Vec<Recolor>,
}

/// Fractions cut off a picture's four sides; negative ones add empty space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Crop {
    /// Of the width, at the left.
    #[serde(skip_serializing_if = "is_zero")]
    pub left: f64,
    /// Of the height, at the top.
    #[serde(skip_serializing_if = "is_zero")]
    pub top: f64,
    /// Of the width, at the right.
    #[serde(skip_serializing_if = "is_zero")]
    pub right: f64,
    /// Of the height, at the bottom.
    #[serde(skip_serializing_if = "is_zero")]
    pub bottom: f64,
}

impl Crop {
    /// Whether nothing is cut off.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// One end of a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The id of the element.
    pub element: String,
    /// The number of the connection site on it.
    pub site: u32,
}

/// A video or a sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Media {
    /// What it is.
    pub media: MediaKind,
    /// The picture shown in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<AssetId>,
    /// Its bytes, where embedded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// Its address, where linked. Never fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// Kinds of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
}

/// An embedded object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ole {
    /// The program it belongs to, such as `Excel.Sheet.12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The picture shown in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<AssetId>,
}

/// A placeholder that an element fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    /// Its role in the file: `title`, `body`, `ctrTitle`, `subTitle`, `dt`, `ftr`, `sldNum`, `pic`, `obj`, …
    pub role: String,
    /// Its number, which finds its counterpart on the layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
}
