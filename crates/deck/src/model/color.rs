//! Colours: resolved, beside the theme reference they came from.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de};

use super::units::{is_one, one};

/// An opaque sRGB colour, written `#RRGGBB`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rgb {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

impl Rgb {
    /// Black.
    pub const BLACK: Self = Self { r: 0, g: 0, b: 0 };
    /// White.
    pub const WHITE: Self = Self {
        r: 255,
        g: 255,
        b: 255,
    };

    /// Reads `RRGGBB`, with or without `#`, in either case.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#').unwrap_or(text);
        if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let n = u32::from_str_radix(hex, 16).ok()?;
        let [_, r, g, b] = n.to_be_bytes();
        Some(Self { r, g, b })
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.r, self.g, self.b)
    }
}

impl Serialize for Rgb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is not a colour like #1A2B3C")))
    }
}

impl JsonSchema for Rgb {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rgb".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
    }
}

/// A colour as drawn, and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Color {
    /// The colour to draw.
    pub rgb: Rgb,
    /// Opacity, 0 to 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub alpha: f64,
    /// The theme slot it was derived from, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<ThemeColor>,
}

impl Color {
    /// An opaque colour that owes nothing to a theme.
    pub fn opaque(rgb: Rgb) -> Self {
        Self {
            rgb,
            alpha: 1.0,
            theme: None,
        }
    }
}

/// A slot of the colour scheme and what was done to its colour, in document order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeColor {
    /// The slot's name in the file: `accent1`, `tx1`, `bg2`, `hlink`, …
    pub slot: String,
    /// The transforms, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<ColorTransform>,
}

/// One colour transform of ECMA-376 part 1, 20.1.2.3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColorTransform {
    /// Its name in the file: `lumMod`, `lumOff`, `shade`, `tint`, `alpha`, …
    pub op: String,
    /// Its value as a fraction of one, or degrees for `hue` and `hueOff`; absent for `comp`, `inv`, `gray`, `gamma`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}
