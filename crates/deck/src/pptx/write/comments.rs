//! Comments, in the form that every reader knows (ECMA-376 part 1, 13.3.2).

use std::collections::BTreeMap;

use super::book::Book;
use super::relationships::Rels;
use super::slide::namespaces;
use super::vocabulary::date_time;
use super::xml::Xml;
use crate::model::deck::Deck;
use crate::model::slide::Comment;

/// The part that lists the authors.
pub(super) const AUTHORS: &str = "ppt/commentAuthors.xml";

/// The authors of a deck's comments with their numbers, by name.
pub(super) fn authors(deck: &Deck) -> BTreeMap<&str, usize> {
    let mut numbers = BTreeMap::new();
    for comment in deck.slides.iter().flat_map(|slide| &slide.comments) {
        let next = numbers.len();
        numbers.entry(comment.author.as_str()).or_insert(next);
    }
    numbers
}

/// Writes the list of authors; nothing where there are no comments.
pub(super) fn write_authors(book: &mut Book<'_>) -> bool {
    let authors = authors(book.deck);
    if authors.is_empty() {
        return false;
    }
    let mut by_number: Vec<(usize, &str)> = authors
        .iter()
        .map(|(name, number)| (*number, *name))
        .collect();
    by_number.sort_unstable();
    let mut xml = Xml::part();
    namespaces(xml.tag("p:cmAuthorLst")).open();
    for (number, name) in by_number {
        let initials: String = name
            .split_whitespace()
            .filter_map(|word| word.chars().next())
            .take(3)
            .collect();
        let comments = book.deck.slides.iter().flat_map(|slide| &slide.comments);
        let last = comments.filter(|comment| comment.author == name).count();
        xml.tag("p:cmAuthor")
            .at("id", number)
            .at("name", name)
            .at("initials", initials)
            .at("lastIdx", last)
            .at("clrIdx", number % 10)
            .empty();
    }
    xml.close("p:cmAuthorLst");
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.commentAuthors+xml";
    book.add(AUTHORS, kind, xml, &Rels::default());
    true
}

/// Writes the comments of a slide and gives their part.
pub(super) fn write(book: &mut Book<'_>, comments: &[Comment], slide: usize) -> String {
    let authors = authors(book.deck);
    let mut xml = Xml::part();
    namespaces(xml.tag("p:cmLst")).open();
    for (number, comment) in comments.iter().enumerate() {
        // Numbers are unique for an author in the whole deck.
        let index = slide * 10_000 + number + 1;
        xml.tag("p:cm")
            .at(
                "authorId",
                authors.get(comment.author.as_str()).copied().unwrap_or(0),
            )
            .opt("dt", comment.created.as_deref().and_then(date_time))
            .at("idx", index)
            .open();
        xml.tag("p:pos")
            .at("x", 10)
            .at("y", 10 + 20 * number)
            .empty();
        xml.element("p:text", &comment.text);
        xml.close("p:cm");
    }
    xml.close("p:cmLst");
    let part = format!("ppt/comments/comment{slide}.xml");
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.comments+xml";
    book.add(&part, kind, xml, &Rels::default());
    part
}
