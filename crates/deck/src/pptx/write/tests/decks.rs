//! Decks for the tests, as JSON a client could send, and what is done with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::asset::AssetId;
use crate::model::deck::Deck;
use crate::package::limits::PackageLimits;
use crate::pptx::read::normalize::read_pptx;
use crate::pptx::write::lint::lint;
use crate::pptx::write::package::{Parts, package};
use crate::pptx::write::write_pptx::render;
use crate::read::Read;
use crate::schema::json::read_deck;
use crate::watch::Unwatched;

/// The assets of a deck.
pub(super) type Assets = BTreeMap<AssetId, Arc<[u8]>>;

/// A deck of one slide with these elements.
pub(super) fn deck(elements: &Value) -> Deck {
    let value = json!({
        "schema": "slidecraft.deck/1",
        "title": "Talk & <more>",
        "size": { "width": 12_192_000, "height": 6_858_000 },
        "theme": {
            "colors": { "dk1": "#000000", "lt1": "#FFFFFF", "accent1": "#4472C4" },
            "fonts": { "major": "Calibri Light", "minor": "Calibri" }
        },
        "slides": [{ "id": "256", "background": { "type": "none" }, "elements": elements }]
    });
    read_deck(&value).expect("the deck follows the schema")
}

/// A place on the slide.
pub(super) fn frame() -> Value {
    json!({ "x": 914_400, "y": 914_400, "width": 1_828_800, "height": 914_400 })
}

/// The parts of a deck, found sound.
pub(super) fn sound(deck: &Deck, assets: &Assets) -> Parts {
    let parts = render(deck, assets, &Unwatched).expect("the deck can be written");
    assert_eq!(lint(&parts), Vec::<String>::new());
    parts
}

/// The XML of a part.
pub(super) fn part(parts: &Parts, name: &str) -> String {
    let bytes = parts
        .get(name)
        .unwrap_or_else(|| panic!("`{name}` is there"));
    String::from_utf8(bytes.to_vec()).expect("XML is UTF-8")
}

/// Writes a deck and reads what was written.
pub(super) fn again(deck: &Deck, assets: &Assets) -> Read {
    let bytes = package(&sound(deck, assets)).expect("the parts can be packed");
    read_pptx(&PackageLimits::default(), bytes.into(), &Unwatched)
        .expect("what was written can be read")
}

/// A picture of one pixel and its id.
pub(super) fn picture() -> (AssetId, Arc<[u8]>) {
    let mut bytes = Vec::new();
    let pixel = image::RgbaImage::from_pixel(1, 1, image::Rgba([200, 30, 30, 255]));
    pixel
        .write_to(
            &mut std::io::Cursor::new(&mut bytes),
            image::ImageFormat::Png,
        )
        .expect("a pixel can be written");
    (AssetId("a".repeat(64)), bytes.into())
}
