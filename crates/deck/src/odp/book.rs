//! All styles of a file by family and name, and what a style says when its parents and the defaults are asked too.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::package::namespaces::Ns;
use crate::package::xml::{Document, Element};

/// Parents of a style that are followed; more is a circle.
const MOST_PARENTS: usize = 32;

/// An attribute's value for as long as its document lives.
pub(super) fn value<'a>(element: Element<'a>, ns: Ns, name: &str) -> Option<&'a str> {
    match element.attribute_of(ns, name)? {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

/// Styles of `styles.xml` and of `content.xml`. Automatic ones of one file are not seen from the other.
#[derive(Debug, Default)]
pub(super) struct Book<'a> {
    styles: BTreeMap<&'a str, BTreeMap<&'a str, Element<'a>>>,
    defaults: BTreeMap<&'a str, Element<'a>>,
    /// Gradients, pictures, dashes, markers, lists, page layouts: what is named but belongs to no family.
    named: BTreeMap<&'a str, BTreeMap<&'a str, Element<'a>>>,
    fonts: BTreeMap<&'a str, &'a str>,
}

impl<'a> Book<'a> {
    /// The styles that a page of `styles.xml` sees, with those of `content` on top where there is one.
    pub(super) fn read(styles: Option<&'a Document>, content: Option<&'a Document>) -> Self {
        let mut book = Self::default();
        for document in styles.into_iter().chain(content) {
            for part in document.root().children() {
                if !part.is(Ns::Office, "font-face-decls")
                    && !part.is(Ns::Office, "styles")
                    && !part.is(Ns::Office, "automatic-styles")
                {
                    continue;
                }
                for style in part.children() {
                    book.enter(style);
                }
            }
        }
        book
    }

    fn enter(&mut self, style: Element<'a>) {
        let family = value(style, Ns::Style, "family");
        let name = value(style, Ns::Style, "name").or_else(|| value(style, Ns::Draw, "name"));
        match (style.name(), family, name) {
            ("default-style", Some(family), _) => {
                self.defaults.insert(family, style);
            }
            ("style", Some(family), Some(name)) => {
                self.styles.entry(family).or_default().insert(name, style);
            }
            ("font-face", _, Some(name)) => {
                if let Some(family) = value(style, Ns::SvgLike, "font-family") {
                    self.fonts.insert(name, family);
                }
            }
            ("table-template", ..) => {
                let name = value(style, Ns::Table, "name").or(name).unwrap_or_default();
                self.named
                    .entry("table-template")
                    .or_default()
                    .insert(name, style);
            }
            (kind, _, Some(name)) => {
                self.named.entry(kind).or_default().insert(name, style);
            }
            _ => {}
        }
    }

    /// A thing of `kind` (`gradient`, `list-style`, `page-layout`, …) by its name.
    pub(super) fn named(&self, kind: &str, name: &str) -> Option<Element<'a>> {
        self.named.get(kind)?.get(name).copied()
    }

    /// A style and its parents, the nearest first.
    pub(super) fn chain(&self, family: &str, name: Option<&str>) -> Vec<Element<'a>> {
        let mut chain = Vec::new();
        // Styles of placeholders may stand on those of shapes.
        let below = (family == "presentation").then_some("graphic");
        let find = |name: &str| {
            let families = std::iter::once(family).chain(below);
            let mut styles = families.filter_map(|family| self.styles.get(family)?.get(name));
            styles.next()
        };
        let mut next = name.and_then(find);
        while let Some(style) = next {
            chain.push(*style);
            if chain.len() >= MOST_PARENTS {
                break;
            }
            let parent = value(*style, Ns::Style, "parent-style-name");
            next = parent.and_then(find);
        }
        chain
    }

    /// The default style of a family.
    pub(super) fn usual(&self, family: &str) -> Option<Element<'a>> {
        self.defaults.get(family).copied()
    }

    /// The typeface behind a declared name, or the name itself.
    pub(super) fn font(&self, name: &'a str) -> &'a str {
        let family = self.fonts.get(name).copied().unwrap_or(name);
        first_family(family)
    }
}

/// The first of several typefaces, without quotes.
pub(super) fn first_family(families: &str) -> &str {
    let first = families.split(',').next().unwrap_or(families);
    first.trim().trim_matches(['\'', '"']).trim()
}
