//! The built-in template: theme, master and layouts that Markdown decks are set in.

use std::collections::BTreeMap;

use super::super::model::color::{Color, Rgb, ThemeColor};
use super::super::model::element::{Content, Element, Placeholder};
use super::super::model::paint::Fill;
use super::super::model::template::{Layout, Master, Theme, ThemeFonts};
use super::super::model::text::{Anchor, BodyStyle, Paragraph, TextBody};
use super::super::model::units::{Emu, Frame};

/// The typeface of everything but code.
pub const FONT: &str = "Calibri";

/// The typeface of code.
pub const MONO: &str = "Courier New";

/// The left and right margin.
pub const MARGIN: i64 = 762_000;

/// The width between the margins.
pub const WIDTH: i64 = 12_192_000 - 2 * MARGIN;

/// Where the body begins.
pub const BODY_TOP: i64 = 1_752_600;

/// How high the body is.
pub const BODY_HEIGHT: i64 = 4_495_800;

/// The colour scheme: ink on white, one blue, and accents of equal strength.
const COLORS: [(&str, u32); 12] = [
    ("dk1", 0x001B_1F24),
    ("lt1", 0x00FF_FFFF),
    ("dk2", 0x001F_3A5F),
    ("lt2", 0x00F1_F4F8),
    ("accent1", 0x0023_66D1),
    ("accent2", 0x000F_9D8A),
    ("accent3", 0x00E5_8A1F),
    ("accent4", 0x00D6_3D4A),
    ("accent5", 0x007D_4CC2),
    ("accent6", 0x005B_6B7B),
    ("hlink", 0x0023_66D1),
    ("folHlink", 0x007D_4CC2),
];

/// The layouts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutKind {
    /// The first slide.
    Title,
    /// A slide between parts.
    Section,
    /// A title and what there is to say.
    Content,
    /// No title.
    Blank,
}

impl LayoutKind {
    /// Its id in the deck.
    pub fn id(self) -> &'static str {
        match self {
            Self::Title => "layout-title",
            Self::Section => "layout-section",
            Self::Content => "layout-content",
            Self::Blank => "layout-blank",
        }
    }

    /// Whether it is dark all over.
    pub fn is_cover(self) -> bool {
        matches!(self, Self::Title | Self::Section)
    }
}

/// The theme.
pub fn theme() -> Theme {
    let colors: BTreeMap<String, Rgb> = COLORS
        .iter()
        .map(|(slot, _)| ((*slot).to_owned(), slot_rgb(slot)))
        .collect();
    Theme {
        name: Some("SlideCraft".to_owned()),
        colors,
        fonts: ThemeFonts {
            major: FONT.to_owned(),
            minor: FONT.to_owned(),
        },
    }
}

fn slot_rgb(slot: &str) -> Rgb {
    let found = COLORS.iter().find(|(known, _)| *known == slot);
    let [_, r, g, b] = found.map_or(0, |(_, hex)| *hex).to_be_bytes();
    Rgb { r, g, b }
}

/// A colour of the theme, by its name on a slide.
pub fn color(name: &'static str) -> Color {
    let slot = match name {
        "tx1" => "dk1",
        "bg1" => "lt1",
        "tx2" => "dk2",
        "bg2" => "lt2",
        other => other,
    };
    Color {
        rgb: slot_rgb(slot),
        alpha: 1.0,
        theme: Some(ThemeColor {
            slot: name.to_owned(),
            transforms: Vec::new(),
        }),
    }
}

/// A fill of one colour of the theme.
pub fn solid(name: &'static str) -> Fill {
    Fill::Solid { color: color(name) }
}

/// A frame.
pub fn frame(x: i64, y: i64, width: i64, height: i64) -> Frame {
    Frame {
        x: Emu(x),
        y: Emu(y),
        width: Emu(width),
        height: Emu(height),
        ..Frame::default()
    }
}

/// Where a layout has its title.
pub fn title_frame(kind: LayoutKind) -> Frame {
    match kind {
        LayoutKind::Title | LayoutKind::Section => frame(MARGIN, 1_905_000, WIDTH, 1_524_000),
        LayoutKind::Content | LayoutKind::Blank => frame(MARGIN, 457_200, WIDTH, 990_600),
    }
}

/// Where a layout has its text.
pub fn body_frame(kind: LayoutKind) -> Frame {
    match kind {
        LayoutKind::Title | LayoutKind::Section => frame(MARGIN, 3_657_600, WIDTH, 1_600_200),
        LayoutKind::Content => frame(MARGIN, BODY_TOP, WIDTH, BODY_HEIGHT),
        LayoutKind::Blank => frame(MARGIN, 609_600, WIDTH, 5_638_800),
    }
}

/// The role and number of a layout's placeholders.
pub fn placeholder(kind: LayoutKind, title: bool) -> Placeholder {
    let (role, index) = match (kind, title) {
        (LayoutKind::Title, true) => ("ctrTitle", None),
        (LayoutKind::Title, false) => ("subTitle", Some(1)),
        (_, true) => ("title", None),
        (_, false) => ("body", Some(1)),
    };
    Placeholder {
        role: role.to_owned(),
        index,
    }
}

/// How a title stands in its box.
pub fn title_body(kind: LayoutKind) -> BodyStyle {
    BodyStyle {
        anchor: if kind.is_cover() {
            Anchor::Bottom
        } else {
            Anchor::Middle
        },
        ..BodyStyle::default()
    }
}

/// The background of a layout.
pub fn background(kind: LayoutKind) -> Fill {
    solid(if kind.is_cover() { "tx2" } else { "bg1" })
}

/// The bar that covers have above their title, and the rule that content slides have below theirs.
fn ornament(kind: LayoutKind) -> Option<Element> {
    let place = match kind {
        LayoutKind::Title | LayoutKind::Section => {
            frame(MARGIN + 91_440, 3_505_200, 1_219_200, 50_800)
        }
        LayoutKind::Content => frame(MARGIN + 91_440, 1_473_200, 762_000, 38_100),
        LayoutKind::Blank => return None,
    };
    let mut bar = element("10", "Bar", place);
    bar.fill = Some(solid(if kind.is_cover() {
        "accent3"
    } else {
        "accent1"
    }));
    Some(bar)
}

/// A shape with nothing but a place.
pub fn element(id: &str, name: &str, place: Frame) -> Element {
    Element {
        id: id.to_owned(),
        name: name.to_owned(),
        content: Content::Shape,
        alt: None,
        hidden: false,
        frame: place,
        placeholder: None,
        geometry: None,
        fill: None,
        line: None,
        effects: None,
        link: None,
        text: None,
    }
}

fn holder(id: &str, kind: LayoutKind, title: bool) -> Element {
    let (name, place) = if title {
        ("Title", title_frame(kind))
    } else {
        ("Text", body_frame(kind))
    };
    let mut holder = element(id, name, place);
    holder.placeholder = Some(placeholder(kind, title));
    holder.text = Some(TextBody {
        body: if title {
            title_body(kind)
        } else {
            BodyStyle::default()
        },
        paragraphs: vec![Paragraph::default()],
    });
    holder
}

/// The master.
pub fn master() -> Master {
    Master {
        id: "master".to_owned(),
        name: Some("SlideCraft".to_owned()),
        background: solid("bg1"),
        elements: vec![
            holder("2", LayoutKind::Content, true),
            holder("3", LayoutKind::Content, false),
        ],
    }
}

/// The layouts.
pub fn layouts() -> Vec<Layout> {
    let layout = |kind: LayoutKind, name: &str, role: &str| {
        let mut elements: Vec<Element> = ornament(kind).into_iter().collect();
        if kind != LayoutKind::Blank {
            elements.push(holder("2", kind, true));
            elements.push(holder("3", kind, false));
        }
        Layout {
            id: kind.id().to_owned(),
            name: Some(name.to_owned()),
            kind: Some(role.to_owned()),
            master: "master".to_owned(),
            background: background(kind),
            hide_master_elements: false,
            elements,
        }
    };
    vec![
        layout(LayoutKind::Title, "Title Slide", "title"),
        layout(LayoutKind::Content, "Title and Content", "obj"),
        layout(LayoutKind::Section, "Section Header", "secHead"),
        layout(LayoutKind::Blank, "Blank", "blank"),
    ]
}
