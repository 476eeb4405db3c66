//! Decks as users send them, right and wrong.

use serde_json::{Value, json};

use super::check::Fault;
use super::json::{deck_schema, read_deck, read_deck_bytes, write_deck};

fn deck() -> Value {
    json!({
        "schema": "slidecraft.deck/1",
        "title": "Talk",
        "size": { "width": 12_192_000, "height": 6_858_000 },
        "theme": { "colors": { "dk1": "#000000" }, "fonts": { "major": "Calibri Light", "minor": "Calibri" } },
        "slides": [{
            "id": "256",
            "background": { "type": "none" },
            "elements": [{
                "id": "2", "name": "Title", "type": "shape",
                "frame": { "x": 0, "y": 0, "width": 100, "height": 100 },
                "text": { "paragraphs": [{ "runs": [{ "text": "Hello" }] }] }
            }]
        }]
    })
}

fn faults(change: impl FnOnce(&mut Value)) -> Vec<Fault> {
    let mut value = deck();
    change(&mut value);
    read_deck(&value).unwrap_err()
}

fn places(change: impl FnOnce(&mut Value)) -> Vec<String> {
    faults(change)
        .into_iter()
        .map(|fault| fault.pointer)
        .collect()
}

#[test]
fn a_deck_comes_back_as_it_was_written() {
    let read = read_deck(&deck()).unwrap();
    let written = write_deck(&read, false);
    assert_eq!(read_deck_bytes(&written).unwrap(), read);
    assert_eq!(
        write_deck(&read_deck_bytes(&written).unwrap(), false),
        written
    );
}

#[test]
fn an_unknown_key_is_refused_where_it_stands() {
    assert_eq!(places(|deck| deck["colour"] = json!(1)), ["/colour"]);
    assert_eq!(
        places(|deck| deck["slides"][0]["titel"] = json!(1)),
        ["/slides/0/titel"]
    );
    let run = |deck: &mut Value| {
        deck["slides"][0]["elements"][0]["text"]["paragraphs"][0]["runs"][0]["bold"] = json!(true);
    };
    assert_eq!(
        places(run),
        ["/slides/0/elements/0/text/paragraphs/0/runs/0/bold"]
    );
}

#[test]
fn an_unknown_key_of_an_element_is_refused_too() {
    let found = places(|deck| deck["slides"][0]["elements"][0]["weight"] = json!(1));
    assert_eq!(found, ["/slides/0/elements/0/weight"]);
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    let found = places(|deck| deck["size"]["width"] = json!("wide"));
    assert_eq!(found, ["/size/width"]);
    let found = places(|deck| {
        deck["slides"][0]["background"] = json!({ "type": "solid", "color": { "rgb": "red" } });
    });
    assert_eq!(found, ["/slides/0/background/color/rgb"]);
}

#[test]
fn what_a_schema_cannot_say_is_checked_as_well() {
    assert_eq!(
        places(|deck| deck["size"]["height"] = json!(0)),
        ["/size/height"]
    );
    assert_eq!(
        places(|deck| deck["slides"][0]["layout"] = json!("none")),
        ["/slides/0/layout"]
    );
    let twice = |deck: &mut Value| {
        let slide = deck["slides"][0].clone();
        deck["slides"].as_array_mut().unwrap().push(slide);
    };
    assert_eq!(places(twice), ["/slides/1/id"]);
    let picture = |deck: &mut Value| {
        let element = &mut deck["slides"][0]["elements"][0];
        element["type"] = json!("picture");
        element["asset"] = json!("0".repeat(64));
    };
    assert_eq!(places(picture), ["/slides/0/elements/0/asset"]);
}

#[test]
fn broken_json_is_told_with_line_and_column() {
    let fault = &read_deck_bytes(b"{ \"schema\": ").unwrap_err()[0];
    assert!(fault.detail.contains("line 1 column"), "{}", fault.detail);
    let deep = "[".repeat(100_000);
    assert_eq!(read_deck_bytes(deep.as_bytes()).unwrap_err().len(), 1);
}

#[test]
fn no_more_than_twenty_faults_are_told() {
    let many = faults(|deck| {
        let slides = (0..100).map(|_| json!({ "nothing": 1 })).collect();
        deck["slides"] = Value::Array(slides);
    });
    assert_eq!(many.len(), 20);
}

#[test]
fn the_schema_is_named_and_closed() {
    let schema = deck_schema();
    assert_eq!(schema["$id"], "urn:slidecraft.deck/1");
    assert_eq!(schema["additionalProperties"], false);
}
