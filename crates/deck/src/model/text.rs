//! Text: bodies, paragraphs and runs, with every style resolved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset::AssetId;
use super::color::Color;
use super::units::{Emu, Insets, is_false, is_zero};

/// The text of a shape or a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    /// How the text sits in its box.
    #[serde(default)]
    pub body: BodyStyle,
    /// The paragraphs.
    pub paragraphs: Vec<Paragraph>,
}

/// How text sits in its box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BodyStyle {
    /// Space between the box and the text.
    pub insets: Insets,
    /// Where the text stands when it does not fill the box.
    pub anchor: Anchor,
    /// Whether the text block is centred across the box.
    #[serde(skip_serializing_if = "is_false")]
    pub anchor_center: bool,
    /// Whether lines break at the edge of the box.
    pub wrap: bool,
    /// Which way the text runs.
    #[serde(skip_serializing_if = "Direction::is_horizontal")]
    pub direction: Direction,
    /// What happens when there is too much text.
    #[serde(skip_serializing_if = "Autofit::is_none")]
    pub autofit: Autofit,
    /// Columns and the gap between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Extra rotation of the text in degrees.
    #[serde(skip_serializing_if = "is_zero")]
    pub rotation: f64,
}

impl Default for BodyStyle {
    fn default() -> Self {
        Self {
            insets: Insets::default(),
            anchor: Anchor::Top,
            anchor_center: false,
            wrap: true,
            direction: Direction::Horizontal,
            autofit: Autofit::None,
            columns: None,
            rotation: 0.0,
        }
    }
}

/// Where text stands in a box that it does not fill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// At the top.
    #[default]
    Top,
    /// In the middle.
    Middle,
    /// At the bottom.
    Bottom,
}

/// Which way text runs (ECMA-376 `ST_TextVerticalType`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Lines from left to right, or right to left by their script.
    #[default]
    Horizontal,
    /// Turned 90° clockwise.
    Vertical,
    /// Turned 270° clockwise.
    Vertical270,
    /// East Asian columns, upright ideographs.
    EastAsianVertical,
    /// One upright letter below the other.
    Stacked,
}

impl Direction {
    /// Whether it is the usual one.
    pub fn is_horizontal(&self) -> bool {
        *self == Self::Horizontal
    }
}

/// What happens when there is too much text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Autofit {
    /// It runs out of the box.
    #[default]
    None,
    /// The box grows.
    Shape,
    /// The text shrinks: by what the program that wrote the file found, or by a search where it says nothing.
    Text {
        /// Fraction of the size, as stored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        font_scale: Option<f64>,
        /// Fraction taken off the line spacing, as stored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line_reduction: Option<f64>,
    },
}

impl Autofit {
    /// Whether nothing is done.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// Columns of a text body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// How many, 2 or more.
    pub count: u32,
    /// The gap between two.
    pub gap: Emu,
}

/// A paragraph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paragraph {
    /// Depth in the outline, 0 to 8.
    #[serde(default, skip_serializing_if = "is_level_zero")]
    #[schemars(range(min = 0, max = 8))]
    pub level: u8,
    /// How its lines are set.
    #[serde(default)]
    pub align: Align,
    /// Whether it reads from right to left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rtl: bool,
    /// Distance of its lines from the left inset.
    #[serde(default, skip_serializing_if = "is_no_length")]
    pub margin: Emu,
    /// Distance of its lines from the right inset.
    #[serde(default, skip_serializing_if = "is_no_length")]
    pub margin_right: Emu,
    /// How much further in its first line starts; negative hangs the bullet out.
    #[serde(default, skip_serializing_if = "is_no_length")]
    pub indent: Emu,
    /// The mark before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bullet: Option<Bullet>,
    /// Space between its lines and around it.
    #[serde(default)]
    pub spacing: Spacing,
    /// Tab stops it sets itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tabs: Vec<TabStop>,
    /// Its text.
    pub runs: Vec<Run>,
    /// The style of its end mark: the height of an empty paragraph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_style: Option<Box<RunStyle>>,
}

/// How lines are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// To the left.
    #[default]
    Left,
    /// To the middle.
    Center,
    /// To the right.
    Right,
    /// To both sides, but for the last line.
    Justify,
    /// To both sides, the last line too.
    Distribute,
}

/// Space between lines and around a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spacing {
    /// From one baseline to the next.
    pub line: Distance,
    /// Above the paragraph.
    pub before: Distance,
    /// Below it.
    pub after: Distance,
}

impl Default for Spacing {
    fn default() -> Self {
        Self {
            line: Distance::Percent(1.0),
            before: Distance::Points(0.0),
            after: Distance::Points(0.0),
        }
    }
}

/// A distance that may follow the size of the type.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// A fraction of the line (1.2 em).
    Percent(f64),
    /// Points.
    Points(f64),
}

/// The mark before a paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bullet {
    /// What is shown.
    pub mark: BulletMark,
    /// Its typeface, where not the text's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<String>,
    /// Its colour, where not the text's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Its size: a fraction of the text's, or points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Distance>,
}

/// What a bullet shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulletMark {
    /// A character.
    Char(String),
    /// A number.
    Number {
        /// The scheme's name in the file: `arabicPeriod`, `alphaLcParenR`, …
        scheme: String,
        /// Where counting starts.
        start: u32,
    },
    /// A picture.
    Picture(AssetId),
}

/// A tab stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TabStop {
    /// Distance from the left inset.
    pub position: Emu,
    /// What is aligned there.
    pub align: TabAlign,
}

/// What a tab stop aligns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TabAlign {
    /// The text's left edge.
    #[default]
    Left,
    /// Its middle.
    Center,
    /// Its right edge.
    Right,
    /// Its decimal point.
    Decimal,
}

/// A run of text in one style. A line break is a run whose text is `\n`; a tab is `\t` inside a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// Their style.
    #[serde(default)]
    pub style: RunStyle,
    /// Where a click leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// The field whose last value the text is: `slidenum`, `datetime1`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The style of a run, resolved through run, paragraph, shape, layout, master and theme.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunStyle {
    /// The typeface of Latin text, theme names resolved.
    pub font: String,
    /// The typeface of East Asian text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font_east_asian: Option<String>,
    /// The typeface of complex scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font_complex: Option<String>,
    /// Size in points.
    pub size: f64,
    /// Bold.
    #[serde(skip_serializing_if = "is_false")]
    pub bold: bool,
    /// Italic.
    #[serde(skip_serializing_if = "is_false")]
    pub italic: bool,
    /// Underlined, by which line: `sng`, `dbl`, `wavy`, … as in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub underline: Option<String>,
    /// Colour of that line, where not the letters'.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub underline_color: Option<Box<Color>>,
    /// Struck through.
    #[serde(skip_serializing_if = "Strike::is_none")]
    pub strike: Strike,
    /// Colour of the letters.
    pub color: Color,
    /// Colour behind them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highlight: Option<Color>,
    /// How far they are raised (positive) or lowered, as a fraction of the size.
    #[serde(skip_serializing_if = "is_zero")]
    pub baseline: f64,
    /// Extra space between letters, in points.
    #[serde(skip_serializing_if = "is_zero")]
    pub spacing: f64,
    /// The size in points from which pairs of letters are kerned; never where 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub kerning: f64,
    /// Capitals.
    #[serde(skip_serializing_if = "Caps::is_none")]
    pub caps: Caps,
    /// Language (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

impl Default for RunStyle {
    /// 18 point black: what PowerPoint takes where no one says anything.
    fn default() -> Self {
        Self {
            font: "Calibri".to_owned(),
            font_east_asian: None,
            font_complex: None,
            size: 18.0,
            bold: false,
            italic: false,
            underline: None,
            underline_color: None,
            strike: Strike::None,
            color: Color::opaque(super::color::Rgb::BLACK),
            highlight: None,
            baseline: 0.0,
            spacing: 0.0,
            kerning: 0.0,
            caps: Caps::None,
            lang: None,
        }
    }
}

/// Lines through text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strike {
    /// None.
    #[default]
    None,
    /// One.
    Single,
    /// Two.
    Double,
}

impl Strike {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// Capitals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Caps {
    /// As written.
    #[default]
    None,
    /// Small capitals.
    Small,
    /// All capitals.
    All,
}

impl Caps {
    /// Whether the text is as written.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// Where a click leads. Addresses are data: nothing here is ever fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// An address outside.
    Url(String),
    /// A slide of this deck, by id.
    Slide(String),
    /// An action of the show: `nextslide`, `previousslide`, `firstslide`, `lastslide`, `endshow`, …
    Action(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_level_zero(level: &u8) -> bool {
    *level == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_no_length(length: &Emu) -> bool {
    length.0 == 0
}
