//! Markdown as people write it, and the decks it makes.

use super::super::error::ReadError;
use super::super::model::deck::Deck;
use super::super::model::element::{Content, Element};
use super::super::model::text::{BulletMark, Link};
use super::super::schema::json::{read_deck_bytes, write_deck};
use super::super::watch::{Unwatched, Watch};
use super::read_markdown::read_markdown;

fn deck(text: &str) -> Deck {
    let deck = read_markdown(text, &Unwatched).unwrap().deck;
    let again = read_deck_bytes(&write_deck(&deck, false)).unwrap();
    assert_eq!(again, deck, "what is read passes the schema");
    deck
}

/// Stops at once.
struct Stop;

impl Watch for Stop {
    fn step(&self, _: usize, _: usize) -> bool {
        false
    }
}

fn words(element: &Element) -> Vec<String> {
    let paragraphs = element.text.iter().flat_map(|text| &text.paragraphs);
    paragraphs
        .map(|paragraph| paragraph.runs.iter().map(|run| run.text.as_str()).collect())
        .collect()
}

fn layouts(deck: &Deck) -> Vec<&str> {
    let used = deck
        .slides
        .iter()
        .filter_map(|slide| slide.layout.as_deref());
    used.collect()
}

#[test]
fn rules_break_slides_and_front_matter_is_not_one() {
    let deck = deck(
        "---\nmarp: true\ntitle: My talk\nauthor: Ann\n---\n\n# Cover\n\nsubtitle\n\n---\n\n## Two\n\n- a\n\n---\n\nno title\n",
    );
    assert_eq!(deck.title, "My talk");
    assert_eq!(deck.properties.author.as_deref(), Some("Ann"));
    assert_eq!(
        layouts(&deck),
        ["layout-title", "layout-content", "layout-blank"]
    );
    assert_eq!(words(&deck.slides[0].elements[1]), ["subtitle"]);
}

#[test]
fn without_rules_headings_break_slides() {
    let deck =
        deck("# Part\n\n## One\n\ntext\n\n### not a slide\n\n## Two\n\n```\n## nor this\n```\n");
    assert_eq!(deck.title, "Part");
    assert_eq!(
        layouts(&deck),
        ["layout-title", "layout-content", "layout-content"]
    );
}

#[test]
fn dashes_below_text_underline_a_heading() {
    let deck = deck("Heading\n---\n\ntext\n");
    assert_eq!(deck.slides.len(), 1);
    assert_eq!(words(&deck.slides[0].elements[0]), ["Heading"]);
}

#[test]
fn styles_links_and_lists_arrive() {
    let deck = deck(
        "## T\n\n- **b** and *i* and `c` [l](https://x.example)\n  1. one\n  2. two\n- last\n",
    );
    let text = deck.slides[0].elements[1].text.as_ref().unwrap();
    let [first, one, two, last] = text.paragraphs.as_slice() else {
        panic!("{text:?}");
    };
    let styles: Vec<_> = first
        .runs
        .iter()
        .map(|run| (run.text.as_str(), run.style.bold, run.style.italic))
        .collect();
    assert_eq!(
        styles[..3],
        [
            ("b", true, false),
            (" and ", false, false),
            ("i", false, true)
        ]
    );
    assert_eq!(first.runs[4].style.font, "Courier New");
    assert_eq!(
        first.runs.last().unwrap().link,
        Some(Link::Url("https://x.example".to_owned()))
    );
    assert_eq!((one.level, last.level), (1, 0));
    for numbered in [one, two] {
        assert_eq!(
            numbered.bullet.as_ref().unwrap().mark,
            BulletMark::Number {
                scheme: "alphaLcPeriod".to_owned(),
                start: 1
            }
        );
    }
}

#[test]
fn comments_are_notes_and_directives_are_not() {
    let deck = deck(
        "## T\n\n<!-- Say hello. -->\n<!-- _class: lead -->\n\nText\n\n::: notes\nAnd goodbye.\n:::\n\n---\n\n## U\n\nText\n\nNote:\nthe rest\nis said\n",
    );
    let notes = |slide: usize| {
        let notes = deck.slides[slide].notes.as_ref().unwrap();
        notes
            .paragraphs
            .iter()
            .map(|p| p.runs[0].text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(notes(0), ["And goodbye.", "Say hello."]);
    assert_eq!(notes(1), ["the rest is said"]);
    assert_eq!(words(&deck.slides[1].elements[1]), ["Text"]);
}

#[test]
fn tables_code_and_columns_become_elements_side_by_side() {
    let deck = deck(
        "## T\n\n| a | b |\n|:--|--:|\n| 1 | **2** |\n\n```rust\nfn main() {}\n\nend\n```\n\n---\n\n## C\n\n::: columns\n:::: {.column}\nleft\n::::\n:::: {.column}\nright\n::::\n:::\n",
    );
    let elements = &deck.slides[0].elements;
    let Content::Table(table) = &elements[1].content else {
        panic!("{elements:?}");
    };
    assert_eq!((table.columns.len(), table.rows.len()), (2, 2));
    assert_eq!(words(&elements[2]), ["fn main() {}", "", "end"]);
    let columns = &deck.slides[1].elements;
    assert_eq!(
        (words(&columns[1]), words(&columns[2])),
        (vec!["left".to_owned()], vec!["right".to_owned()])
    );
    assert!(columns[1].frame.x.0 + columns[1].frame.width.0 <= columns[2].frame.x.0);
}

#[test]
fn a_data_picture_is_an_asset_and_any_other_address_stays_where_it_is() {
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4z8AARAAH/QH/qVQyMQAAAABJRU5ErkJggg==";
    let text = format!(
        "## T\n\n![dot](data:image/png;base64,{png})\n\n---\n\n## U\n\ntext\n\n![far](https://x.example/a.png)\n"
    );
    let read = read_markdown(&text, &Unwatched).unwrap();
    let Content::Picture(picture) = &read.deck.slides[0].elements[1].content else {
        panic!("no picture");
    };
    let id = picture.asset.as_ref().unwrap();
    let asset = &read.deck.assets[id];
    assert_eq!(
        (asset.content_type.as_str(), asset.width, asset.height),
        ("image/png", Some(2), Some(1))
    );
    assert!(read.assets[id].starts_with(b"\x89PNG"));
    let far = &read.deck.slides[1].elements[2];
    assert!(matches!(&far.content, Content::Picture(picture) if picture.asset.is_none()));
    assert_eq!(read.deck.warnings[0].code, "linked_picture");
    assert_eq!(read.deck.warnings[0].element.as_ref(), Some(&far.id));
}

#[test]
fn nothing_and_too_much_are_told_apart() {
    let nothing = deck("");
    assert_eq!(
        (nothing.title.as_str(), nothing.slides.len()),
        ("Untitled", 1)
    );
    let many = "x\n\n---\n\n".repeat(2_001);
    assert!(matches!(
        read_markdown(&many, &Unwatched),
        Err(ReadError::TooLarge { .. })
    ));
    let deep = "> ".repeat(20_000) + "x";
    assert_eq!(deck(&deep).slides.len(), 1);
    assert_eq!(read_markdown("x", &Stop), Err(ReadError::Stopped));
}
