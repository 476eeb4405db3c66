//! How pictures and shapes look under effects, drawn by all three painters.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use image::{Rgba, RgbaImage};
use serde_json::{Value, json};

use super::fonts::FontBook;
use super::page::{Page, Pages};
use super::picture::decode;
use super::slide::lay_out_slide;
use crate::model::asset::AssetId;
use crate::model::deck::Deck;
use crate::pdf::document::{PdfOptions, write_pdf};
use crate::raster::png::draw_png;
use crate::svg::document::draw_svg;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

type Assets = BTreeMap<AssetId, Arc<[u8]>>;

/// A slide of 720 by 540 points with these elements.
fn deck(elements: &Value) -> Deck {
    serde_json::from_value(json!({
        "schema": "slidecraft.deck/1", "title": "", "size": { "width": 9_144_000, "height": 6_858_000 },
        "theme": { "colors": {}, "fonts": { "major": "Calibri", "minor": "Calibri" } },
        "slides": [{ "id": "s", "background": { "type": "none" }, "elements": elements }]
    }))
    .expect("a deck")
}

/// A place of 100 by 100 points.
fn place(x: i64, y: i64) -> Value {
    json!({ "x": x * 12_700, "y": y * 12_700, "width": 1_270_000, "height": 1_270_000 })
}

fn page(elements: &Value, assets: &Assets) -> Page {
    lay_out_slide(&deck(elements), 0, assets, &FONTS).expect("a page")
}

/// One pixel for each point.
fn drawn(page: &Page, assets: &Assets) -> RgbaImage {
    let png = draw_png(page, assets, &FONTS, 720).expect("a picture");
    decode(&png).expect("pixels")
}

fn pdf(page: Page, assets: &Assets) -> Vec<u8> {
    let pages = Pages {
        pages: vec![page],
        substitutions: BTreeMap::new(),
    };
    write_pdf(&pages, assets, &FONTS, &PdfOptions::default()).expect("a PDF")
}

fn count(bytes: &[u8], mark: &[u8]) -> usize {
    bytes.windows(mark.len()).filter(|own| *own == mark).count()
}

/// A picture of four colours: red, green, white, black from left to right.
fn picture() -> (AssetId, Assets) {
    let colors = [[255, 0, 0], [0, 255, 0], [255, 255, 255], [0, 0, 0]];
    let pixels = RgbaImage::from_fn(40, 10, |x, _| {
        let [r, g, b] = colors[x as usize / 10];
        Rgba([r, g, b, 255])
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture can be written");
    let bytes: Arc<[u8]> = bytes.into_inner().into();
    let id = AssetId::of(&bytes);
    (id.clone(), Assets::from([(id, bytes)]))
}

#[test]
fn a_recoloured_picture_is_embedded_once_and_drawn_alike() {
    let (id, assets) = picture();
    let swap = json!([
        { "type": "duotone", "dark": { "rgb": "#0000FF" }, "light": { "rgb": "#FFFFFF" } },
        { "type": "color_change", "from": { "rgb": "#0000FF" }, "to": { "rgb": "#0000FF", "alpha": 0.0 } }
    ]);
    let own = |at: i64, recolor: &Value| json!({ "id": at.to_string(), "type": "picture", "asset": id, "frame": place(at * 100, 0), "recolor": recolor });
    let filled = json!({ "id": "9", "type": "shape", "frame": place(300, 0),
        "fill": { "type": "picture", "asset": id, "recolor": swap } });
    let elements = json!([own(0, &json!([])), own(1, &swap), own(2, &swap), filled]);
    let page = page(&elements, &assets);
    insta::assert_snapshot!(page.describe());
    let pixels = drawn(&page, &assets);
    let row = |left: u32| [12, 37, 62, 87].map(|x| pixels.get_pixel(left + x, 50).0);
    let (white, red, green) = ([255; 4], [255, 0, 0, 255], [0, 255, 0, 255]);
    assert_eq!(row(0), [red, green, white, [0, 0, 0, 255]]);
    let changed = [[76, 76, 255, 255], [150, 150, 255, 255], white, white];
    for left in [100, 200, 300] {
        assert_eq!(row(left), changed, "from {left} on");
    }
    let svg = draw_svg(&page, &assets, &FONTS);
    assert_eq!(count(&svg, b"<image "), 4);
    let pdf = pdf(page, &assets);
    // The picture as it is, the changed one, and what of that can be seen through.
    assert_eq!(count(&pdf, b"/Subtype/Image"), 3);
}

#[test]
fn a_picture_made_of_paths_is_recoloured_by_its_inks() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='10' height='10' fill='#ff0000'/></svg>";
    let bytes: Arc<[u8]> = svg.as_bytes().into();
    let id = AssetId::of(&bytes);
    let assets = Assets::from([(id.clone(), bytes)]);
    let elements = json!([{ "id": "1", "type": "picture", "svg": id, "frame": place(0, 0), "recolor": [{ "type": "grayscale" }] }]);
    let page = page(&elements, &assets);
    assert_eq!(drawn(&page, &assets).get_pixel(50, 50).0, [76, 76, 76, 255]);
}
