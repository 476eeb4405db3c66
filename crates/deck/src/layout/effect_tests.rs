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
    written(page, assets, false)
}

fn written(page: Page, assets: &Assets, archival: bool) -> Vec<u8> {
    let pages = Pages {
        pages: vec![page],
        substitutions: BTreeMap::new(),
    };
    let options = PdfOptions {
        archival,
        ..PdfOptions::default()
    };
    write_pdf(&pages, assets, &FONTS, &options).expect("a PDF")
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
fn a_photograph_in_other_colours_stays_a_photograph() {
    let pixels = image::RgbImage::from_pixel(16, 16, image::Rgb([200, 40, 40]));
    let mut bytes = Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .expect("a picture can be written");
    let bytes: Arc<[u8]> = bytes.into_inner().into();
    let id = AssetId::of(&bytes);
    let assets = Assets::from([(id.clone(), bytes)]);
    let own = |recolor: &Value| json!([{ "id": "1", "type": "picture", "asset": id, "frame": place(0, 0), "recolor": recolor }]);
    let grey = page(&own(&json!([{ "type": "grayscale" }])), &assets);
    let svg = draw_svg(&grey, &assets, &FONTS);
    assert_eq!(count(&svg, b"data:image/jpeg;"), 1);
    assert_eq!(count(&pdf(grey, &assets), b"/DCTDecode"), 1);
    let clear = json!([{ "type": "bi_level", "threshold": 0.1 }, { "type": "color_change", "from": { "rgb": "#FFFFFF" },
        "to": { "rgb": "#FFFFFF", "alpha": 0.0 } }]);
    let clear = page(&own(&clear), &assets);
    assert_eq!(
        count(&draw_svg(&clear, &assets, &FONTS), b"data:image/png;"),
        1
    );
    assert_eq!(count(&pdf(clear, &assets), b"/DCTDecode"), 0);
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

/// The brightness of pixels at a height or, where `x` is given, along a column.
fn column(pixels: &RgbaImage, x: u32, ys: &[u32]) -> Vec<u8> {
    ys.iter().map(|y| pixels.get_pixel(x, *y).0[0]).collect()
}

fn black(id: u32, x: i64, y: i64, effects: &Value) -> Value {
    json!({ "id": id.to_string(), "type": "shape", "frame": place(x, y), "effects": effects,
        "geometry": { "preset": { "name": "rect" } },
        "fill": { "type": "solid", "color": { "rgb": "#000000" } } })
}

#[test]
fn light_around_a_shape_fades_and_follows_what_turns() {
    let glow =
        json!({ "glow": { "color": { "rgb": "#000000", "alpha": 0.6 }, "radius": 254_000 } });
    let mut turned = black(2, 300, 100, &glow);
    turned["frame"]["rotation"] = json!(45.0);
    let page = page(&json!([black(1, 100, 100, &glow), turned]), &Assets::new());
    let pixels = drawn(&page, &Assets::new());
    let up = column(&pixels, 150, &[150, 98, 94, 90, 86, 82, 78]);
    assert!(up[0] == 0 && up[1] < 125 && up[6] == 255, "{up:?}");
    assert!(up.is_sorted(), "{up:?}");
    // The upper corner of what is turned reaches 71 points up.
    let corner = column(&pixels, 350, &[85, 75, 65, 52]);
    assert!(
        corner[0] < 20 && corner.is_sorted() && corner[3] == 255,
        "{corner:?}"
    );
}

#[test]
fn a_soft_edge_lets_nothing_through_at_the_outline_and_half_at_its_radius() {
    let soft = json!({ "soft_edge": 127_000 });
    let (id, assets) = picture();
    let shown = json!({ "id": "3", "type": "picture", "asset": id, "frame": place(400, 100), "effects": soft });
    let page = page(&json!([black(1, 100, 100, &soft), shown]), &assets);
    insta::assert_snapshot!(page.describe());
    let pixels = drawn(&page, &assets);
    let down = column(&pixels, 150, &[98, 101, 105, 110, 115, 125, 150]);
    assert!(
        down[0] == 255 && down[1] > 245 && down[5] < 5 && down[6] == 0,
        "{down:?}"
    );
    assert!(down[3].abs_diff(128) < 20, "{down:?}");
    // Red stays red in the middle of its quarter, and is white at the edge.
    assert_eq!(pixels.get_pixel(422, 150).0, [255, 0, 0, 255]);
    assert!(pixels.get_pixel(422, 101).0[1] > 245);
    let svg = draw_svg(&page, &assets, &FONTS);
    assert_eq!(count(&svg, b"<mask id="), 2);
    // Archives take masks too.
    for archival in [false, true] {
        let pdf = written(page.clone(), &assets, archival);
        assert!(count(&pdf, b"/Luminosity") >= 1);
    }
}

#[test]
fn a_reflection_is_upside_down_and_fades() {
    let look = json!({ "reflection": { "distance": 127_000, "start_opacity": 0.6, "end_opacity": 0.0, "end": 0.5 } });
    let (id, assets) = picture();
    let mut shown = json!({ "id": "2", "type": "picture", "asset": id, "frame": place(300, 100), "effects": look });
    shown["frame"]["rotation"] = json!(90.0);
    let elements = json!([
        black(1, 100, 100, &look),
        black(3, 500, 100, &json!({ "reflection": true })),
        shown
    ]);
    let page = page(&elements, &assets);
    let pixels = drawn(&page, &assets);
    let down = column(&pixels, 150, &[205, 212, 225, 240, 255, 262]);
    assert_eq!((down[0], down[5]), (255, 255), "{down:?}");
    assert!(
        down[1].abs_diff(108) < 12 && down[1..].is_sorted(),
        "{down:?}"
    );
    // Turned by 90 degrees red is on top and black at the bottom, so that black comes first below.
    let [r, g, b, _] = pixels.get_pixel(350, 215).0;
    assert!(r < 150 && r == g && g == b, "{r} {g} {b}");
    assert!(column(&pixels, 550, &[202])[0].abs_diff(128) < 12);
    let meant = page
        .items
        .iter()
        .filter(|item| matches!(item, super::page::Item::Begin(_)));
    assert_eq!(meant.count(), 4, "nobody is told twice");
    assert_eq!(count(&draw_svg(&page, &assets, &FONTS), b"<mask id="), 3);
}

#[test]
fn a_shadow_is_scaled_about_what_stays_where_it_is() {
    let shadow = |scale: Value| json!({ "shadow": { "color": { "rgb": "#000000" }, "blur": 0, "distance": 0, "angle": 0.0, "scale": scale } });
    let mut white = black(
        1,
        100,
        100,
        &shadow(json!({ "width": 1.2, "height": 0.5, "align": "bl" })),
    );
    white["fill"]["color"]["rgb"] = json!("#FFFFFF");
    let mut slanted = black(
        2,
        400,
        100,
        &shadow(json!({ "height": 0.5, "skew_x": -45.0, "align": "b" })),
    );
    slanted["fill"]["color"]["rgb"] = json!("#FFFFFF");
    let page = page(&json!([white, slanted]), &Assets::new());
    let pixels = drawn(&page, &Assets::new());
    let at = |x, y| pixels.get_pixel(x, y).0[0];
    assert_eq!(
        [at(215, 160), at(215, 140), at(225, 160), at(95, 160)],
        [0, 255, 255, 255]
    );
    assert_eq!([at(520, 152), at(545, 152), at(395, 190)], [0, 0, 255]);
}

#[test]
fn hostile_effects_are_bounded() {
    let huge = i64::MAX;
    let wild = json!({
        "glow": { "color": { "rgb": "#000000" }, "radius": huge }, "soft_edge": huge,
        "reflection": { "distance": huge, "angle": 1.0e300, "start": -5.0, "end": 9.0, "blur": huge },
        "shadow": { "color": { "rgb": "#000000" }, "blur": huge, "distance": huge, "angle": 1.0e300,
            "scale": { "width": 1.0e300, "height": -1.0e300, "skew_x": 90.0, "skew_y": 1.0e300, "align": "nowhere" } }
    });
    let all: Vec<Value> = (0..300).map(|id| black(id, 10, 10, &wild)).collect();
    let page = page(&json!(all), &Assets::new());
    let masks = page
        .items
        .iter()
        .filter(|item| matches!(item, super::page::Item::Open(_)));
    // A layer that is mirrored is there twice.
    assert_eq!(masks.count(), 64 + 32);
    let few: Vec<Value> = (0..2).map(|id| black(id, 10, 10, &wild)).collect();
    let page = super::effect_tests::page(&json!(few), &Assets::new());
    drawn(&page, &Assets::new());
    draw_svg(&page, &Assets::new(), &FONTS);
    pdf(page, &Assets::new());
}
