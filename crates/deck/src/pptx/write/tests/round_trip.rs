//! What is written reads back equal.

use serde_json::json;

use super::decks::{Assets, again, deck, frame, picture};
use crate::markdown::read_markdown::read_markdown;
use crate::model::element::{Content, Element};
use crate::model::paint::Fill;
use crate::model::text::Link;
use crate::watch::Unwatched;

fn only(elements: &serde_json::Value, assets: &Assets) -> (Element, Element) {
    let before = deck(elements);
    let after = again(&before, assets).deck;
    (
        before.slides[0].elements[0].clone(),
        after.slides[0].elements[0].clone(),
    )
}

#[test]
fn text_reads_back_with_all_its_styles() {
    let (before, after) = only(
        &json!([{
            "id": "7", "name": "Words", "type": "shape", "alt": "a \"quoted\"\nalternative", "geometry": { "preset": { "name": "rect" } }, "frame": frame(),
            "fill": { "type": "solid", "color": { "rgb": "#4472C4", "theme": { "slot": "accent1" } } },
            "effects": {
                "shadow": { "color": { "rgb": "#000000", "alpha": 0.4 }, "blur": 50_800, "distance": 0, "angle": 0.0,
                    "scale": { "width": 1.1, "height": -0.23, "skew_x": -20.0, "align": "bl" } },
                "glow": { "color": { "rgb": "#FFC000" }, "radius": 63_500 }, "soft_edge": 31_750,
                "reflection": { "blur": 6_350, "distance": 12_700, "angle": 90.0, "start_opacity": 0.6, "end_opacity": 0.1,
                    "start": 0.05, "end": 0.9 }
            },
            "text": {
                "body": { "anchor": "middle", "wrap": false, "autofit": { "type": "text", "font_scale": 0.9 } },
                "paragraphs": [
                    {
                        "level": 1, "align": "center", "margin": 457_200, "indent": -228_600,
                        "bullet": { "mark": { "char": "•" }, "font": "Arial", "size": { "percent": 1.2 } },
                        "spacing": { "line": { "percent": 0.9 }, "before": { "points": 6.0 }, "after": { "points": 0.0 } },
                        "tabs": [{ "position": 914_400, "align": "right" }],
                        "runs": [
                            { "text": "a < b & c\ttab ", "style": { "font": "Calibri", "size": 20.0, "bold": true } },
                            { "text": "\n" },
                            { "text": "über 日本語", "style": {
                                "font": "Georgia", "size": 11.5, "italic": true, "underline": "wavy", "underline_color": { "rgb": "#C00000" }, "strike": "double",
                                "color": { "rgb": "#112233", "alpha": 0.5 }, "highlight": { "rgb": "#FFFF00" },
                                "baseline": 0.3, "spacing": 1.5, "caps": "small", "lang": "de-DE"
                            } }
                        ]
                    },
                    { "bullet": { "mark": { "number": { "scheme": "romanLcPeriod", "start": 3 } } }, "runs": [
                        { "text": "three", "link": { "url": "https://example.org/?a=1&b=2" } },
                        { "text": "1", "field": "slidenum" }
                    ] }
                ]
            }
        }]),
        &Assets::new(),
    );
    assert_eq!(after, before);
}

#[test]
fn a_deck_without_templates_gets_what_powerpoint_wants() {
    let after = again(&deck(&json!([])), &Assets::new()).deck;
    assert_eq!((after.masters.len(), after.layouts.len()), (1, 1));
    assert_eq!(after.title, "Talk & <more>");
    assert_eq!(after.slides[0].id, "256");
}

#[test]
fn children_of_turned_and_mirrored_groups_stay_where_they_are() {
    let child = json!({ "id": "4", "name": "Box", "type": "shape", "frame": {
        "x": 1_000_000, "y": 2_000_000, "width": 400_000, "height": 300_000, "rotation": 30.0, "flip_h": true } });
    let inner = json!({ "id": "3", "name": "Inner", "type": "group", "elements": [child], "frame": {
        "x": 900_000, "y": 1_800_000, "width": 600_000, "height": 600_000, "rotation": 15.0, "flip_v": true } });
    let outer = json!([{ "id": "2", "name": "Outer", "type": "group", "elements": [inner], "frame": {
        "x": 800_000, "y": 1_500_000, "width": 2_000_000, "height": 1_500_000, "rotation": 90.0, "flip_h": true } }]);
    let (before, after) = only(&outer, &Assets::new());
    let mut pairs = vec![(before, after)];
    let mut compared = 0;
    while let Some((before, after)) = pairs.pop() {
        let near = |a: i64, b: i64| (a - b).abs() <= 2;
        let (a, b) = (before.frame, after.frame);
        assert!(near(a.x.0, b.x.0) && near(a.y.0, b.y.0), "{a:?} {b:?}");
        assert_eq!(
            (a.width, a.height, a.flip_h, a.flip_v),
            (b.width, b.height, b.flip_h, b.flip_v)
        );
        assert!((a.rotation - b.rotation).abs() < 0.001, "{a:?} {b:?}");
        compared += 1;
        if let (Content::Group { elements: a }, Content::Group { elements: b }) =
            (before.content, after.content)
        {
            pairs.extend(a.into_iter().zip(b));
        }
    }
    assert_eq!(compared, 3);
}

#[test]
fn pictures_keep_bytes_crop_opacity_and_how_they_are_recoloured() {
    let (id, bytes) = picture();
    let assets = Assets::from([(id.clone(), bytes)]);
    let mut before = deck(&json!([]));
    let recolor = json!([
        { "type": "grayscale" }, { "type": "bi_level", "threshold": 0.25 },
        { "type": "luminance", "brightness": 0.7, "contrast": -0.7 },
        { "type": "duotone", "dark": { "rgb": "#000000" }, "light": { "rgb": "#4472C4", "theme": { "slot": "accent1" } } },
        { "type": "color_change", "from": { "rgb": "#FFFFFF" }, "to": { "rgb": "#FFFFFF", "alpha": 0.0 }, "keep_opacity": true }
    ]);
    let elements = json!([{ "id": "2", "name": "Pixel", "type": "picture", "asset": id, "crop": { "left": 0.25 },
        "opacity": 0.5, "frame": frame(), "recolor": recolor }, { "id": "3", "name": "Filled", "type": "shape", "frame": frame(),
        "geometry": { "preset": { "name": "rect" } }, "fill": { "type": "picture", "asset": id, "recolor": recolor } }]);
    before.slides[0].elements = serde_json::from_value(elements).expect("elements");
    let after = again(&before, &assets);
    let Content::Picture(shown) = &after.deck.slides[0].elements[0].content else {
        panic!("a picture stays a picture");
    };
    let found = shown
        .asset
        .as_ref()
        .and_then(|asset| after.assets.get(asset));
    assert_eq!(found, assets.get(&id));
    assert!((shown.crop.left - 0.25).abs() < 1e-9 && (shown.opacity - 0.5).abs() < 1e-9);
    assert_eq!(json!(shown.recolor), recolor);
    let filled = after.deck.slides[0].elements[1].fill.as_ref();
    let Some(Fill::Picture { recolor: found, .. }) = filled else {
        panic!("a picture fill stays one");
    };
    assert_eq!(json!(found), recolor);
}

#[test]
fn fills_that_are_repeated_or_show_the_background_read_back() {
    let (id, bytes) = picture();
    let assets = Assets::from([(id.clone(), bytes)]);
    let tiling = json!({ "align": [0.5, 1.0], "offset": [12_700, -12_700], "scale": [0.5, 0.25], "flip": [false, true] });
    let fills = [
        json!({ "type": "picture", "asset": id, "tile": true, "tiling": tiling }),
        json!({ "type": "background" }),
    ];
    for fill in fills {
        let element = json!([{ "id": "2", "name": "Filled", "type": "shape", "frame": frame(),
            "geometry": { "preset": { "name": "rect" } }, "fill": fill }]);
        let mut before = deck(&json!([]));
        before.slides[0].elements = serde_json::from_value(element).expect("an element");
        let after = again(&before, &assets).deck;
        // Bytes are known by their own hash afterwards.
        let mut found = json!(after.slides[0].elements[0].fill);
        if let Some(asset) = found.get_mut("asset") {
            *asset = json!(id);
        }
        assert_eq!(found, fill);
    }
}

#[test]
fn tables_keep_spans_fills_and_borders() {
    let line =
        json!({ "fill": { "type": "solid", "color": { "rgb": "#FF0000" } }, "width": 12_700 });
    let text = |words: &str| json!({ "paragraphs": [{ "runs": [{ "text": words }] }] });
    let (before, after) = only(
        &json!([{ "id": "2", "name": "Table", "type": "table", "frame": frame(), "columns": [900_000, 900_000],
            "rows": [
                { "height": 400_000, "cells": [
                    { "text": text("wide"), "column_span": 2, "row_span": 2, "borders": { "top": line },
                      "fill": { "type": "solid", "color": { "rgb": "#00FF00" } } },
                    { "covered": true }
                ] },
                { "height": 400_000, "cells": [{ "covered": true }, { "covered": true }] },
                { "height": 400_000, "cells": [{ "text": text("left"), "anchor": "bottom" }, { "text": text("right") }] }
            ] }]),
        &Assets::new(),
    );
    let (Content::Table(before), Content::Table(after)) = (before.content, after.content) else {
        panic!("a table stays a table");
    };
    assert_eq!((&after.columns, after.rows.len()), (&before.columns, 3));
    for (before, after) in before
        .rows
        .iter()
        .zip(&after.rows)
        .flat_map(|(a, b)| a.cells.iter().zip(&b.cells))
    {
        assert_eq!(
            (before.covered, before.column_span, before.row_span),
            (after.covered, after.column_span, after.row_span)
        );
        if !before.covered {
            assert_eq!((&before.fill, before.anchor), (&after.fill, after.anchor));
            assert_eq!(
                before.text.as_ref().map(|text| &text.paragraphs[0].runs),
                after.text.as_ref().map(|text| &text.paragraphs[0].runs)
            );
        }
    }
    assert_eq!(
        before.rows[0].cells[0].borders.top,
        after.rows[0].cells[0].borders.top
    );
}

#[test]
fn charts_keep_series_axes_and_legend() {
    let (before, after) = only(
        &json!([{ "id": "2", "name": "Chart", "type": "chart", "frame": frame(), "chart": {
            "title": "Sales", "legend": "b",
            "axes": [
                { "kind": "category", "position": "b" },
                { "kind": "value", "position": "l", "gridlines": true, "min": 0.0, "max": 10.5, "format": "0.0" }
            ],
            "plots": [{ "kind": "column", "grouping": "stacked", "gap": 1.5, "series": [
                { "name": "North", "categories": ["Q1", "Q2"], "values": [1.5, null], "format": "General",
                  "color": { "rgb": "#123456" }, "points": [{ "index": 1, "color": { "rgb": "#654321" } }], "labels": true }
            ] }]
        } }]),
        &Assets::new(),
    );
    let (Content::Chart { chart: before }, Content::Chart { chart: after }) =
        (before.content, after.content)
    else {
        panic!("a chart stays a chart");
    };
    assert_eq!(after, before);
}

#[test]
fn notes_comments_sections_and_jumps_read_back() {
    let mut before = deck(
        &json!([{ "id": "2", "name": "Go", "type": "shape", "frame": frame(), "link": { "slide": "256" } }]),
    );
    let mut second = before.slides[0].clone();
    second.id = "257".to_owned();
    second.hidden = true;
    before.slides[0].elements[0].link = Some(Link::Slide("257".to_owned()));
    second.elements[0].link = Some(Link::Action("firstslide".to_owned()));
    before.slides.push(second);
    let spoken = json!({ "paragraphs": [{ "runs": [{ "text": "say this" }] }] });
    before.slides[0].notes = serde_json::from_value(spoken).expect("notes");
    let said = json!([{ "author": "Ann", "text": "why?", "created": "2024-05-01T10:00:00Z" }]);
    before.slides[1].comments = serde_json::from_value(said).expect("comments");
    let named =
        json!([{ "name": "Start", "slides": ["256"] }, { "name": "Rest", "slides": ["257"] }]);
    before.sections = serde_json::from_value(named).expect("sections");
    let p = "http://schemas.openxmlformats.org/presentationml/2006/main";
    let whole = format!("<p:transition xmlns:p=\"{p}\" spd=\"slow\"><p:fade/></p:transition>");
    before.slides[0].transition = Some(whole);
    let after = again(&before, &Assets::new()).deck;
    assert_eq!(after.sections, before.sections);
    let words = |deck: &crate::model::deck::Deck| {
        deck.slides[0]
            .notes
            .clone()
            .map(|notes| notes.paragraphs[0].runs.clone())
    };
    assert_eq!(words(&after), words(&before));
    for (after, before) in after.slides.iter().zip(&before.slides) {
        assert_eq!(
            (&after.comments, after.hidden, &after.transition),
            (&before.comments, before.hidden, &before.transition)
        );
        assert_eq!(after.elements[0].link, before.elements[0].link);
    }
}

#[test]
fn a_markdown_deck_reads_back_equal() {
    let text = "---\ntitle: Talk\n---\n# One\n\nHello *there*\n\n---\n\n## Two\n\n- a\n- b\n  - c\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n<!-- say this -->\n";
    let read = read_markdown(text, &Unwatched).expect("Markdown");
    let after = again(&read.deck, &read.assets).deck;
    assert_eq!(after.slides.len(), read.deck.slides.len());
    assert_eq!(after.layouts.len(), read.deck.layouts.len());
    for (after, before) in after.slides.iter().zip(&read.deck.slides) {
        assert_eq!(after.background, before.background);
        let places = |elements: &[Element]| {
            elements
                .iter()
                .map(|element| element.frame)
                .collect::<Vec<_>>()
        };
        assert_eq!(places(&after.elements), places(&before.elements));
        let words = |elements: &[Element]| {
            elements
                .iter()
                .map(|element| element.text.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&after.elements), words(&before.elements));
    }
}

/// A deck whose only slide has placeholders that say nothing of their place, and a layout that does.
fn placeless() -> crate::model::deck::Deck {
    let style = json!({ "font": "Georgia", "size": 40.0, "bold": true });
    let bullet = json!({ "mark": { "char": "–" } });
    let there = json!([
        { "id": "2", "name": "Title", "type": "shape", "placeholder": { "role": "title" },
          "frame": { "x": 100_000, "y": 200_000, "width": 8_000_000, "height": 900_000 },
          "text": { "body": { "anchor": "bottom" }, "paragraphs": [{ "align": "center", "runs": [], "end_style": style }] } },
        { "id": "3", "name": "Text", "type": "shape", "placeholder": { "role": "body", "index": 1 },
          "frame": { "x": 100_000, "y": 1_500_000, "width": 8_000_000, "height": 4_000_000 },
          "text": { "paragraphs": [
            { "runs": [], "end_style": { "size": 28.0 } },
            { "level": 1, "margin": 685_800, "indent": -228_600, "bullet": bullet, "runs": [], "end_style": { "size": 24.0 } }
          ] } }
    ]);
    let frame = json!({ "x": 0, "y": 0, "width": 0, "height": 0 });
    let mut made = deck(&json!([
        { "id": "2", "name": "Title 1", "type": "shape", "placeholder": { "role": "title" }, "frame": frame,
          "text": { "paragraphs": [{ "runs": [{ "text": "A new slide" }] }] } },
        { "id": "3", "name": "Text 2", "type": "shape", "placeholder": { "role": "body", "index": 1 }, "frame": frame,
          "text": { "paragraphs": [{ "level": 1, "runs": [{ "text": "a point" }, { "text": " of its own", "style": { "size": 11.0 } }] }] } }
    ]));
    let none = json!({ "type": "none" });
    let masters = json!([{ "id": "m", "background": none, "elements": [] }]);
    let layouts = json!([{ "id": "l", "name": "Title and text", "kind": "obj", "master": "m", "background": none, "elements": there }]);
    made.masters = serde_json::from_value(masters).expect("masters");
    made.layouts = serde_json::from_value(layouts).expect("layouts");
    made.slides[0].layout = Some("l".to_owned());
    made
}

#[test]
fn a_placeholder_of_no_place_takes_all_that_it_does_not_say_from_its_layout() {
    let before = placeless();
    let filled = crate::model::adopted::elements(&before, &before.slides[0]);
    assert_eq!(filled[0].frame.width.0, 8_000_000);
    let parts = super::decks::sound(&before, &Assets::new());
    let xml = super::decks::part(&parts, "ppt/slides/slide1.xml");
    assert!(
        !xml.contains("sz=\"4000\"") && xml.contains("sz=\"1100\""),
        "{xml}"
    );
    let after = again(&before, &Assets::new()).deck;
    let look = |element: &Element| {
        let text = element.text.as_ref().expect("text");
        let own = &text.paragraphs[0];
        let letters = own
            .runs
            .iter()
            .map(|run| json!([run.style.font, run.style.size, run.style.bold]));
        let letters: Vec<_> = letters.collect();
        json!([
            element.frame,
            text.body.anchor,
            own.align,
            own.margin,
            own.bullet,
            letters
        ])
    };
    let [found, drawn] =
        [&after.slides[0].elements, &filled].map(|all| all.iter().map(look).collect::<Vec<_>>());
    assert_eq!(found, drawn);
    assert_eq!(
        drawn[1][5],
        json!([["Calibri", 24.0, false], ["Calibri", 11.0, false]])
    );
}
