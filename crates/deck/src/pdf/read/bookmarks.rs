//! Bookmarks (ISO 32000-2, 12.3.3): names of slides, and sections where they lie in each other.

use std::collections::{BTreeMap, BTreeSet};

use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};

use crate::model::deck::Section;

use super::links::{Destinations, Target};
use super::strings;

/// Bookmarks that are looked at, at most.
const MOST: usize = 10_000;
/// How deep they may lie in each other.
const DEEPEST: usize = 8;

/// A bookmark that leads to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bookmark {
    title: String,
    /// From 0.
    page: usize,
    depth: usize,
}

/// The bookmarks of a file, in order.
pub(super) fn bookmarks(destinations: &Destinations<'_>) -> Vec<Bookmark> {
    let outlines = destinations
        .catalog()
        .and_then(|catalog| catalog.get::<Dict<'_>>("Outlines"));
    let mut open: Vec<(Dict<'_>, usize)> = outlines
        .and_then(|outlines| outlines.get::<Dict<'_>>("First"))
        .map(|first| (first, 0))
        .into_iter()
        .collect();
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some((item, depth)) = open.pop() {
        let new = item.obj_id().is_some_and(|id| seen.insert(id));
        if !new || seen.len() > MOST {
            continue;
        }
        let title = item.get::<PdfString<'_>>("Title");
        let title = title.and_then(|title| strings::text(&title));
        if let (Some(title), Some(Target::Page(page))) = (title, destinations.target(&item)) {
            found.push(Bookmark { title, page, depth });
        }
        // What lies within comes before what comes next, so it is put on top.
        if let Some(next) = item.get::<Dict<'_>>("Next") {
            open.push((next, depth));
        }
        if let Some(first) = item.get::<Dict<'_>>("First").filter(|_| depth < DEEPEST) {
            open.push((first, depth + 1));
        }
    }
    found
}

/// Names of pages: of the bookmarks that lead to one the first, since others lead to places on it.
pub(super) fn names(bookmarks: &[Bookmark]) -> BTreeMap<usize, &str> {
    let mut names = BTreeMap::new();
    for bookmark in bookmarks {
        names.entry(bookmark.page).or_insert(&*bookmark.title);
    }
    names
}

/// Sections: the outermost bookmarks, where there are at least two with others in between, and each begins after the one before.
pub(super) fn sections(bookmarks: &[Bookmark], title: &str, slides: &[String]) -> Vec<Section> {
    let outer: Vec<&Bookmark> = bookmarks.iter().filter(|mark| mark.depth == 0).collect();
    let nested = bookmarks.iter().any(|mark| mark.depth > 0);
    let rising = outer.is_sorted_by(|a, b| a.page < b.page);
    if outer.len() < 2 || !nested || !rising {
        return Vec::new();
    }
    let section = |name: &str, slides: &[String]| Section {
        name: name.to_owned(),
        slides: slides.to_vec(),
    };
    let mut sections = Vec::new();
    if let Some(before) = outer.first().map(|mark| mark.page).filter(|page| *page > 0) {
        sections.push(section(title, &slides[..before]));
    }
    for (at, mark) in outer.iter().enumerate() {
        let end = outer.get(at + 1).map_or(slides.len(), |next| next.page);
        sections.push(section(&mark.title, &slides[mark.page..end]));
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(title: &str, page: usize, depth: usize) -> Bookmark {
        Bookmark {
            title: title.to_owned(),
            page,
            depth,
        }
    }

    fn told(marks: &[Bookmark]) -> Vec<(String, usize)> {
        let slides: Vec<String> = (0..6).map(|at| at.to_string()).collect();
        let sections = sections(marks, "Deck", &slides);
        let counted = sections.into_iter().map(|s| (s.name, s.slides.len()));
        counted.collect()
    }

    #[test]
    fn outer_bookmarks_are_sections_only_where_they_hold_others() {
        let flat = [mark("One", 0, 0), mark("Two", 1, 0)];
        assert_eq!(told(&flat), []);
        let nested = [mark("A", 1, 0), mark("a", 2, 1), mark("B", 4, 0)];
        let wanted = [("Deck", 1), ("A", 3), ("B", 2)].map(|(name, n)| (name.to_owned(), n));
        assert_eq!(told(&nested), wanted);
        let back = [mark("A", 4, 0), mark("a", 4, 1), mark("B", 1, 0)];
        assert_eq!(told(&back), []);
    }

    #[test]
    fn a_page_is_called_by_its_first_bookmark() {
        let marks = [mark("A", 1, 0), mark("a", 1, 1), mark("B", 4, 0)];
        assert_eq!(names(&marks), BTreeMap::from([(1, "A"), (4, "B")]));
    }
}
