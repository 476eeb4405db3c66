//! What would make PowerPoint call a file broken is never written.

use serde_json::json;

use super::decks::{Assets, deck, frame, part, sound};
use crate::error::WriteError;
use crate::pptx::write::lint::lint;
use crate::pptx::write::package::{Part, package};
use crate::pptx::write::write_pptx::render;
use crate::watch::{Unwatched, Watch};

#[test]
fn the_same_deck_gives_the_same_bytes_and_types_come_first() {
    let deck = deck(&json!([{ "id": "2", "type": "shape", "frame": frame() }]));
    let once = package(&sound(&deck, &Assets::new())).expect("packed");
    let twice = package(&sound(&deck, &Assets::new())).expect("packed");
    assert_eq!(once, twice);
    assert_eq!(&once[30..49], b"[Content_Types].xml");
}

#[test]
fn ids_are_made_to_fit_the_format() {
    let mut deck = deck(&json!([
        { "id": "title", "type": "shape", "frame": frame() },
        { "id": "1", "type": "shape", "frame": frame() },
        { "id": "5-2", "type": "group", "frame": frame(), "elements": [{ "id": "99999999999", "type": "shape", "frame": frame() }] }
    ]));
    for id in ["first", "12", "256x"] {
        let mut slide = deck.slides[0].clone();
        slide.id = id.to_owned();
        deck.slides.push(slide);
    }
    let parts = sound(&deck, &Assets::new());
    let list = part(&parts, "ppt/presentation.xml");
    let ids: Vec<&str> = list
        .split("<p:sldId id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(ids, ["256", "257", "258", "259"]);
    assert!(part(&parts, "ppt/slides/slide1.xml").contains("id=\"1\" name=\"Element\""));
}

#[test]
fn markup_and_control_characters_do_no_harm() {
    let deck = deck(
        &json!([{ "id": "2", "name": "a\u{0}\u{1}<b>", "alt": "\"x\"\u{8}", "type": "shape", "frame": frame(),
        "text": { "paragraphs": [{ "runs": [{ "text": "]]>\u{1b}&amp;<p:sp>\u{fffe}" }] }] } }]),
    );
    let slide = part(&sound(&deck, &Assets::new()), "ppt/slides/slide1.xml");
    assert!(slide.contains("name=\"a&lt;b&gt;\" descr=\"&quot;x&quot;\""));
    assert!(slide.contains("<a:t>]]&gt;&amp;amp;&lt;p:sp&gt;</a:t>"));
}

#[test]
fn words_that_the_format_does_not_know_are_left_out() {
    let deck = deck(&json!([{ "id": "2", "type": "shape", "frame": frame(),
        "geometry": { "preset": { "name": "blob" } },
        "line": { "fill": { "type": "none" }, "width": 1, "dash": "wobbly", "compound": "many" },
        "placeholder": { "role": "poem" },
        "text": { "paragraphs": [{ "bullet": { "mark": { "number": { "scheme": "mayan", "start": 1 } } },
            "runs": [{ "text": "x", "style": { "underline": "zigzag", "lang": "not a language" } }] }] } }]));
    let slide = part(&sound(&deck, &Assets::new()), "ppt/slides/slide1.xml");
    for word in [
        "blob",
        "wobbly",
        "many",
        "poem",
        "mayan",
        "zigzag",
        "not a language",
    ] {
        assert!(!slide.contains(word), "{word}");
    }
}

#[test]
fn a_transition_is_kept_only_where_it_is_whole() {
    let written = |raw: &str| {
        let mut deck = deck(&json!([]));
        deck.slides[0].transition = Some(raw.to_owned());
        part(&sound(&deck, &Assets::new()), "ppt/slides/slide1.xml")
    };
    assert!(!written("<p:transition><p:fade>").contains("transition"));
    assert!(!written("</p:sld><evil/>").contains("evil"));
    assert!(!written("<p:transition/><p:timing/>").contains("transition"));
    let sound_less = written(
        "<p:transition><p:fade/><p:sndAc><p:stSnd><p:snd r:embed=\"rId9\"/></p:stSnd></p:sndAc></p:transition>",
    );
    assert!(sound_less.contains("<p:transition><p:fade/></p:transition>"));
    let p14 = "http://schemas.microsoft.com/office/powerpoint/2010/main";
    let newer = written(&format!(
        "<p:transition xmlns:p14=\"{p14}\" p14:dur=\"900\"><p14:ripple/></p:transition>"
    ));
    assert!(newer.contains("<mc:Choice Requires=\"p14\"><p:transition"));
}

#[test]
fn a_missing_asset_is_told() {
    let mut deck = deck(&json!([]));
    let elements =
        json!([{ "id": "2", "type": "picture", "asset": "b".repeat(64), "frame": frame() }]);
    deck.slides[0].elements = serde_json::from_value(elements).expect("elements");
    let result = render(&deck, &Assets::new(), &Unwatched);
    assert!(matches!(result, Err(WriteError::Invalid { detail }) if detail.contains("bbbb")));
}

#[test]
fn a_watch_stops_the_work() {
    struct Stop;
    impl Watch for Stop {
        fn step(&self, _: usize, _: usize) -> bool {
            false
        }
    }
    assert_eq!(
        render(&deck(&json!([])), &Assets::new(), &Stop),
        Err(WriteError::Stopped)
    );
}

#[test]
fn faults_of_a_package_are_found() {
    let mut parts = sound(&deck(&json!([])), &Assets::new());
    let again = parts.parts[1].clone();
    parts.parts.push(again);
    parts.parts.push(Part {
        name: "ppt/slides/slide9.xml".to_owned(),
        bytes: b"<p:sld xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"><p:cNvPr id=\"2\"/><p:cNvPr id=\"2\"/></p:sld>"
            .to_vec()
            .into(),
    });
    parts
        .parts
        .retain(|part| part.name != "ppt/theme/theme1.xml");
    let faults = lint(&parts).join("\n");
    for found in [
        "is there twice",
        "has two shapes 2",
        "leads to no part",
        "is not there",
        "has only the type of XML",
    ] {
        assert!(faults.contains(found), "{found}: {faults}");
    }
}
