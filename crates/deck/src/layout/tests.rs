//! What a laid-out slide looks like, as golden text, and what hostile decks do not do.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::fonts::FontBook;
use super::page::Item;
use super::slide::{LayoutOptions, lay_out, lay_out_slide};
use crate::error::WriteError;
use crate::model::asset::{AssetId, NoAssets};
use crate::model::deck::Deck;
use crate::pdf::document::{PdfOptions, write_pdf};
use crate::raster::png::draw_png;
use crate::watch::Unwatched;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

fn slide(id: &str, elements: &Value) -> Value {
    json!({ "id": id, "background": { "type": "none" }, "elements": elements })
}

fn deck(slides: &Value) -> Deck {
    serde_json::from_value(json!({
        "schema": "slidecraft.deck/1", "title": "", "size": { "width": 9_144_000, "height": 6_858_000 },
        "theme": { "colors": {}, "fonts": { "major": "Calibri", "minor": "Calibri" } },
        "slides": slides
    }))
    .expect("a deck")
}

/// A text box of 200 by 100 points at 10, 10 without insets.
fn text_box(body: &Value, paragraphs: &Value) -> Value {
    let mut body = body.clone();
    body["insets"] = json!({ "left": 0, "top": 0, "right": 0, "bottom": 0 });
    json!({
        "id": "1", "type": "shape",
        "frame": { "x": 127_000, "y": 127_000, "width": 2_540_000, "height": 1_270_000 },
        "text": { "body": body, "paragraphs": paragraphs }
    })
}

fn words(text: &str, size: f64) -> Value {
    json!([{ "text": text, "style": { "font": "Calibri", "size": size } }])
}

fn shown(body: &Value, paragraphs: &Value) -> String {
    let deck = deck(&json!([slide("s", &json!([text_box(body, paragraphs)]))]));
    lay_out_slide(&deck, 0, &NoAssets, &FONTS)
        .expect("a page")
        .describe()
}

#[test]
fn lines_break_at_the_edge_of_the_box() {
    let text = "The quick brown fox jumps over the lazy dog";
    insta::assert_snapshot!(shown(&json!({}), &json!([{ "runs": words(text, 20.0) }])));
}

#[test]
fn addresses_break_only_where_they_must_and_dashes_break() {
    let text = "well-known https://example.org/a/long/way/to/nowhere/in/particular";
    insta::assert_snapshot!(shown(&json!({}), &json!([{ "runs": words(text, 20.0) }])), @r#"
    page 1 720.0x540.0
    text 10.0,28.7 20.0pt "well-known"
    text 10.0,52.7 20.0pt "https://example.org/a/l"
    text 10.0,76.7 20.0pt "ong/way/to/nowhere/in"
    text 10.0,100.7 20.0pt "/particular"
    "#);
}

#[test]
fn letters_are_kerned_from_the_size_the_file_says() {
    let start = |kerning: f64| {
        let style = json!({ "font": "Calibri", "size": 40.0, "kerning": kerning });
        let list = json!([{ "align": "right", "runs": [{ "text": "AV", "style": style }] }]);
        shown(&json!({}), &list)
    };
    assert_eq!(start(0.0), start(41.0));
    insta::assert_snapshot!([start(0.0), start(40.0)].concat(), @r#"
    page 1 720.0x540.0
    text 164.2,47.4 40.0pt "AV"
    page 1 720.0x540.0
    text 165.9,47.4 40.0pt "AV"
    "#);
}

#[test]
fn bullets_hang_and_numbers_count() {
    let paragraph = |mark: Value| json!({ "margin": 254_000, "indent": -254_000, "bullet": { "mark": mark }, "runs": words("point", 18.0) });
    let number = json!({ "number": { "scheme": "arabicPeriod", "start": 3 } });
    let list = json!([
        paragraph(json!({ "char": "•" })),
        paragraph(number.clone()),
        paragraph(number)
    ]);
    insta::assert_snapshot!(shown(&json!({}), &list));
}

#[test]
fn stored_autofit_rounds_sizes_and_takes_from_the_spacing() {
    let body = json!({ "autofit": { "type": "text", "font_scale": 0.625, "line_reduction": 0.2 } });
    let list = json!([{ "runs": words("one", 20.0) }, { "runs": words("two", 20.0) }]);
    let text = shown(&body, &list);
    assert!(text.contains("13.0pt \"one\""), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn text_that_overflows_is_shrunk_where_nothing_is_stored() {
    let body = json!({ "autofit": { "type": "text" } });
    let list = json!([{ "runs": words("many words that need a great deal of room in this box here", 40.0) }]);
    let text = shown(&body, &list);
    assert!(!text.contains("40.0pt"), "{text}");
}

#[test]
fn empty_paragraphs_at_the_end_never_shrink_text() {
    let body = json!({ "autofit": { "type": "text" } });
    let mut list = vec![json!({ "runs": words("words", 40.0) })];
    list.extend((0..9).map(|_| json!({ "runs": [] })));
    let text = shown(&body, &json!(list));
    assert!(text.contains("40.0pt \"words\""), "{text}");
}

#[test]
fn letters_are_set_as_wide_as_the_wanted_typeface_has_them() {
    let of = |font: &str| {
        let run = json!([{ "text": "mm|", "style": { "font": font, "size": 10.0 } }]);
        let list = json!([{ "align": "right", "runs": run }]);
        shown(&json!({}), &list)
    };
    insta::assert_snapshot!([of("Arial"), of("Verdana"), of("Arial Narrow")].concat(), @r#"
    page 1 720.0x540.0
    text 190.7,19.7 10.0pt "mm|"
    page 1 720.0x540.0
    text 186.0,19.7 10.0pt "mm|"
    page 1 720.0x540.0
    text 194.2,19.7 10.0pt "mm|"
    "#);
}

#[test]
fn anchors_move_the_block() {
    let list = json!([{ "align": "center", "runs": words("mid", 20.0) }]);
    insta::assert_snapshot!(shown(&json!({ "anchor": "middle" }), &list), @r#"
    page 1 720.0x540.0
    text 94.5,66.7 20.0pt "mid"
    "#);
    insta::assert_snapshot!(shown(&json!({ "anchor": "bottom" }), &list), @r#"
    page 1 720.0x540.0
    text 94.5,104.7 20.0pt "mid"
    "#);
}

#[test]
fn tabs_go_to_their_stops() {
    let stops = json!([{ "position": 1_270_000, "align": "left" }, { "position": 2_413_000, "align": "right" }]);
    let list = json!([{ "tabs": stops, "runs": words("a\tb\tc", 18.0) }]);
    insta::assert_snapshot!(shown(&json!({}), &list));
}

#[test]
fn rows_grow_with_their_text() {
    let cell = |text: &str| json!({ "text": { "paragraphs": [{ "runs": words(text, 18.0) }] }, "fill": { "type": "solid", "color": { "rgb": "#EEEEEE" } } });
    let table = json!({
        "id": "1", "type": "table", "columns": [1_270_000, 1_270_000],
        "rows": [{ "height": 127_000, "cells": [cell("some words that wrap"), cell("b")] }, { "height": 635_000, "cells": [cell("c"), cell("d")] }],
        "frame": { "x": 0, "y": 0, "width": 2_540_000, "height": 762_000 }
    });
    let deck = deck(&json!([slide("s", &json!([table]))]));
    insta::assert_snapshot!(
        lay_out_slide(&deck, 0, &NoAssets, &FONTS)
            .expect("a page")
            .describe()
    );
}

#[test]
fn a_hidden_slide_is_left_out_unless_asked_for() {
    let mut hidden = slide("b", &json!([]));
    hidden["hidden"] = json!(true);
    let both = deck(&json!([slide("a", &json!([])), hidden.clone()]));
    let count = |deck: &Deck, hidden_slides| {
        lay_out(
            deck,
            &NoAssets,
            &FONTS,
            &LayoutOptions {
                hidden_slides,
                ..LayoutOptions::default()
            },
            &Unwatched,
        )
        .map(|p| p.pages.len())
    };
    assert_eq!(count(&both, false), Ok(1));
    assert_eq!(count(&both, true), Ok(2));
    assert_eq!(
        count(&deck(&json!([hidden])), false),
        Err(WriteError::NothingToShow)
    );
    assert_eq!(count(&deck(&json!([])), true), Err(WriteError::NoSlides));
}

#[test]
fn the_same_deck_gives_the_same_bytes() {
    let list = json!([{ "runs": [{ "text": "a link", "style": {}, "link": { "url": "https://example.org/" } }] }]);
    let deck = deck(&json!([slide("s", &json!([text_box(&json!({}), &list)]))]));
    let write = || {
        let pages = lay_out(
            &deck,
            &NoAssets,
            &FONTS,
            &LayoutOptions::default(),
            &Unwatched,
        )
        .expect("pages");
        let png = draw_png(&pages.pages[0], &NoAssets, &FONTS, 320).expect("a png");
        (
            write_pdf(&pages, &NoAssets, &FONTS, &PdfOptions::default()).expect("a pdf"),
            png,
        )
    };
    let first = write();
    assert!(first.0.starts_with(b"%PDF-"));
    assert_eq!(first, write());
}

#[test]
fn hostile_decks_are_drawn_without_a_panic() {
    let id = AssetId("a".repeat(64));
    // A bitmap that claims 50,000 by 50,000 pixels, and a JPEG cut off after its first bytes.
    let mut bitmap =
        b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x50\xC3\0\0\x50\xC3\0\0\x01\0\x18\0".to_vec();
    bitmap.resize(80, 0);
    for bytes in [bitmap, vec![0xFF, 0xD8, 0xFF], Vec::new()] {
        let picture = json!({ "id": "p", "type": "picture", "asset": id.0, "crop": { "left": 2.0, "right": -9.0 },
            "frame": { "x": i64::MIN, "y": i64::MAX, "width": -5, "height": i64::MAX } });
        let flat = json!({ "id": "f", "type": "shape", "frame": { "x": 0, "y": 0, "width": 0, "height": 0 },
            "geometry": { "preset": { "name": "roundRect", "adjustments": { "adj": i64::MAX } } },
            "fill": { "type": "gradient", "stops": [{ "position": 9.0, "color": { "rgb": "#000000" } }, { "position": -1.0, "color": { "rgb": "#FFFFFF" } }], "shape": { "circle": { "focus": [5.0, -5.0] } } },
            "text": { "paragraphs": [{ "margin": i64::MAX, "indent": i64::MIN, "spacing": { "line": { "percent": -1e300 }, "before": { "points": 1e300 }, "after": { "points": -5.0 } }, "runs": words("x\ty\nשלום عربي 漢字", 1e300) }] } });
        let chart = json!({ "id": "c", "type": "chart", "chart": { "plots": [{ "kind": "column", "series": [{ "values": [1e300, null, -1e300] }] }] },
            "frame": { "x": 0, "y": 0, "width": 1_000_000, "height": 1_000_000 } });
        let mut deck = deck(&json!([slide("s", &json!([picture, flat, chart]))]));
        deck.slides[0].elements[1].frame.rotation = f64::NAN;
        let assets = BTreeMap::from([(id.clone(), Arc::from(bytes))]);
        let pages = lay_out(
            &deck,
            &assets,
            &FONTS,
            &LayoutOptions::default(),
            &Unwatched,
        )
        .expect("pages");
        assert!(draw_png(&pages.pages[0], &assets, &FONTS, 0).is_ok());
        assert!(write_pdf(&pages, &assets, &FONTS, &PdfOptions::default()).is_ok());
    }
}

/// A slide of one shape, 100 by 100 points at the left top.
fn shape(change: &Value) -> Deck {
    let frame = json!({ "x": 0, "y": 0, "width": 1_270_000, "height": 1_270_000 });
    let mut own = json!({ "id": "1", "type": "shape", "frame": frame });
    if let (Some(own), Some(change)) = (own.as_object_mut(), change.as_object()) {
        own.extend(change.clone());
    }
    deck(&json!([slide("s", &json!([own]))]))
}

#[test]
fn patterns_are_drawn_by_their_marks_by_every_painter() {
    let fill = json!({ "type": "pattern", "preset": "narHorz", "foreground": { "rgb": "#FF0000" }, "background": { "rgb": "#FFFFFF" } });
    let deck = shape(&json!({ "fill": fill }));
    let page = lay_out_slide(&deck, 0, &NoAssets, &FONTS).expect("a page");
    let png = draw_png(&page, &NoAssets, &FONTS, 960).expect("a picture");
    let pixels = crate::layout::picture::decode(&png).expect("pixels");
    let column: Vec<[u8; 4]> = (20..24).map(|y| pixels.get_pixel(50, y).0).collect();
    let (red, white) = ([255, 0, 0, 255], [255; 4]);
    assert_eq!(column, [red, white, red, white]);
    let svg = crate::svg::document::draw_svg(&page, &NoAssets, &FONTS);
    let svg = String::from_utf8(svg).expect("UTF-8");
    assert!(
        svg.contains("<pattern id=") && svg.contains("fill=\"url(#d1)\""),
        "{svg}"
    );
    let pages = crate::layout::page::Pages {
        pages: vec![page],
        substitutions: BTreeMap::new(),
    };
    let pdf = write_pdf(&pages, &NoAssets, &FONTS, &PdfOptions::default()).expect("a PDF");
    let mark = b"/PatternType 1";
    assert!(pdf.windows(mark.len()).any(|bytes| bytes == mark));
}

#[test]
fn a_shape_that_is_filled_with_the_background_shows_it_over_what_lies_between() {
    let frame = json!({ "x": 0, "y": 0, "width": 9_144_000, "height": 6_858_000 });
    let hole = json!({ "x": 0, "y": 0, "width": 4_572_000, "height": 6_858_000 });
    let white = json!({ "type": "solid", "color": { "rgb": "#FFFFFF" } });
    let elements = json!([
        { "id": "1", "type": "shape", "frame": frame, "fill": white },
        { "id": "2", "type": "shape", "frame": hole, "fill": { "type": "background" } }
    ]);
    let stop = |position: f64, rgb: &str| json!({ "position": position, "color": { "rgb": rgb } });
    let mut slide = slide("s", &elements);
    slide["background"] = json!({
        "type": "gradient", "stops": [stop(0.0, "#000000"), stop(1.0, "#FF0000")],
        "shape": { "linear": { "angle": 90.0, "scaled": false } }
    });
    let page = lay_out_slide(&deck(&json!([slide])), 0, &NoAssets, &FONTS).expect("a page");
    let png = draw_png(&page, &NoAssets, &FONTS, 720).expect("a picture");
    let pixels = crate::layout::picture::decode(&png).expect("pixels");
    let [top, bottom, right] =
        [(90, 10), (90, 530), (600, 530)].map(|(x, y)| pixels.get_pixel(x, y).0);
    assert!(top[0] < 20 && bottom[0] > 235, "{top:?} {bottom:?}");
    assert_eq!((&bottom[1..3], right), (&[0, 0][..], [255; 4]));
}

#[test]
fn a_shadow_is_seen_around_its_shape_and_fades() {
    let shadow = json!({ "color": { "rgb": "#000000", "alpha": 0.5 }, "blur": 127_000, "distance": 127_000, "angle": 90.0 });
    let white = json!({ "type": "solid", "color": { "rgb": "#FFFFFF" } });
    let deck = shape(&json!({ "fill": white, "effects": { "shadow": shadow } }));
    let page = lay_out_slide(&deck, 0, &NoAssets, &FONTS).expect("a page");
    let png = draw_png(&page, &NoAssets, &FONTS, 720).expect("a picture");
    let pixels = crate::layout::picture::decode(&png).expect("pixels");
    let down: Vec<u8> = [50, 102, 108, 112, 118]
        .map(|y| pixels.get_pixel(50, y).0[0])
        .into();
    assert_eq!(
        (down[0], down[4]),
        (255, 255),
        "nothing on the shape, nothing far away"
    );
    assert!(
        down[1] < 135 && down[1] <= down[2] && down[2] < down[3],
        "{down:?}"
    );
}

#[test]
fn gradients_in_rectangles_have_their_edges_at_the_edges() {
    let stops = json!([{ "position": 0.0, "color": { "rgb": "#FFFFFF" } }, { "position": 1.0, "color": { "rgb": "#0000FF" } }]);
    let fill = json!({ "type": "gradient", "stops": stops, "shape": { "rectangle": { "focus": [0.5, 0.5] } } });
    let page =
        lay_out_slide(&shape(&json!({ "fill": fill })), 0, &NoAssets, &FONTS).expect("a page");
    let png = draw_png(&page, &NoAssets, &FONTS, 720).expect("a picture");
    let pixels = crate::layout::picture::decode(&png).expect("pixels");
    let red = |x, y| pixels.get_pixel(x, y).0[0];
    assert!(
        red(50, 50) > 240 && red(1, 50) < 15,
        "from the middle to the side"
    );
    assert_eq!(
        red(25, 40),
        red(25, 60),
        "an edge is of one colour all along"
    );
    assert!(red(25, 50).abs_diff(red(50, 25)) < 6);
}

#[test]
fn stacked_letters_stand_below_each_other() {
    let list = json!([{ "runs": words("AB", 20.0) }, { "runs": words("C", 20.0) }]);
    let text = shown(&json!({ "direction": "stacked" }), &list);
    insta::assert_snapshot!(text);
}

#[test]
fn letters_that_no_bundled_face_has_are_told_and_come_with_a_font_pack() {
    let mut packed = FontBook::bundled();
    packed.add(include_bytes!("../../tests/fonts/pack.ttf").to_vec());
    let runs = json!([{ "text": "水", "style": { "font": "Pack Gothic", "size": 40.0 } }]);
    let text = text_box(&json!({}), &json!([{ "runs": runs }]));
    let deck = deck(&json!([slide("s", &json!([text]))]));
    let set = |fonts: &FontBook| {
        let options = LayoutOptions::default();
        let pages = lay_out(&deck, &NoAssets, fonts, &options, &Unwatched).expect("pages");
        let png = draw_png(&pages.pages[0], &NoAssets, fonts, 720).expect("a picture");
        let pdf = write_pdf(&pages, &NoAssets, fonts, &PdfOptions::default()).expect("a PDF");
        (pages, png, pdf)
    };
    let named = |pdf: &[u8]| pdf.windows(10).any(|window| window == b"PackGothic");
    let (pages, bare, pdf) = set(&FONTS);
    assert_eq!(pages.pages[0].missing, ['水']);
    assert_eq!(pages.substitutions["Pack Gothic"], "Liberation Sans");
    assert!(!named(&pdf));
    let (pages, drawn, pdf) = set(&packed);
    assert!(pages.pages[0].missing.is_empty() && pages.substitutions.is_empty());
    assert!(named(&pdf));
    assert_ne!(bare, drawn);
}

#[test]
fn a_face_of_a_pack_is_taken_for_the_script_that_a_style_names_it_for() {
    let mut packed = FontBook::bundled();
    let pack = include_bytes!("../../tests/fonts/pack.ttf");
    packed.add(pack.to_vec());
    packed.add(renamed(pack));
    let page = |style: &Value| {
        let runs = json!([{ "text": "水", "style": style }]);
        let text = text_box(&json!({}), &json!([{ "runs": runs }]));
        let deck = deck(&json!([slide("s", &json!([text]))]));
        let page = lay_out_slide(&deck, 0, &NoAssets, &packed).expect("a page");
        let faces = page.items.iter().filter_map(|item| match item {
            Item::Glyphs(run) => packed.face(run.face),
            Item::Path(_)
            | Item::Image(_)
            | Item::Link(_)
            | Item::Open(_)
            | Item::Close
            | Item::Begin(_)
            | Item::End => None,
        });
        faces.map(|face| face.family.clone()).collect::<Vec<_>>()
    };
    let plain = json!({ "font": "Calibri", "size": 40.0 });
    assert_eq!(page(&plain), ["Pack Gothic"]);
    let east = json!({ "font": "Calibri", "font_east_asian": "Sack Gothic", "size": 40.0 });
    assert_eq!(page(&east), ["Sack Gothic"]);
}

/// The same font under another name.
fn renamed(font: &[u8]) -> Vec<u8> {
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>()
    };
    let (from, to) = (wide("Pack"), wide("Sack"));
    let mut font = font.to_vec();
    for at in 0..font.len() - from.len() {
        if font[at..].starts_with(&from) {
            font[at..at + to.len()].copy_from_slice(&to);
        }
    }
    font
}
