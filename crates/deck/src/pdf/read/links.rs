//! Where clicks on a page lead, and which page a destination means (ISO 32000-2, 12.3.2 and 12.5.6.5).

use std::collections::{BTreeMap, BTreeSet};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{
    Array, Dict, Name, Object, ObjectIdentifier, Rect, String as PdfString,
};
use hayro_interpret::hayro_syntax::page::Page;

use crate::model::text::Link;

/// Nodes of a name tree that are looked at, at most.
const NODES: usize = 10_000;
/// Links of one page, at most.
const LINKS: usize = 2_000;
/// The longest address.
const ADDRESS: usize = 2_048;

/// Which page each destination means.
pub(super) struct Destinations<'a> {
    catalog: Option<Dict<'a>>,
    pages: BTreeMap<ObjectIdentifier, usize>,
    count: usize,
    /// Pages of destinations that have a name.
    named: BTreeMap<Vec<u8>, usize>,
}

impl<'a> Destinations<'a> {
    /// Of a file.
    pub(super) fn of(pdf: &'a Pdf) -> Self {
        let ids = pdf.pages().iter().enumerate();
        let mut all = Self {
            catalog: pdf.xref().get(pdf.xref().root_id()),
            pages: ids
                .filter_map(|(at, page)| Some((page.raw().obj_id()?, at)))
                .collect(),
            count: pdf.pages().len(),
            named: BTreeMap::new(),
        };
        let Some(catalog) = &all.catalog else {
            return all;
        };
        let mut named = BTreeMap::new();
        if let Some(old) = catalog.get::<Dict<'_>>("Dests") {
            for name in old.keys().take(NODES).collect::<Vec<_>>() {
                if let Some(page) = old
                    .get::<Object<'_>>(&name)
                    .and_then(|to| all.explicit(&to))
                {
                    named.insert(name.to_vec(), page);
                }
            }
        }
        let tree = catalog
            .get::<Dict<'_>>("Names")
            .and_then(|names| names.get::<Dict<'_>>("Dests"));
        if let Some(tree) = tree {
            all.walk(tree, &mut named);
        }
        all.named = named;
        all
    }

    /// The catalog of the file.
    pub(super) fn catalog(&self) -> Option<&Dict<'a>> {
        self.catalog.as_ref()
    }

    /// Gathers the leaves of a name tree (ISO 32000-2, 7.9.6).
    fn walk(&self, root: Dict<'a>, named: &mut BTreeMap<Vec<u8>, usize>) {
        let mut open = vec![root];
        let mut seen = BTreeSet::new();
        while let Some(node) = open.pop() {
            let new = node.obj_id().is_none_or(|id| seen.insert(id));
            if !new || seen.len() > NODES || named.len() > NODES {
                continue;
            }
            if let Some(kids) = node.get::<Array<'a>>("Kids") {
                open.extend(kids.iter::<Dict<'a>>().take(NODES));
            }
            let Some(leaves) = node.get::<Array<'a>>("Names") else {
                continue;
            };
            let mut leaves = leaves.iter::<Object<'a>>().take(2 * NODES);
            while let (Some(name), Some(to)) = (leaves.next(), leaves.next()) {
                if let (Some(name), Some(page)) = (name.into_string(), self.explicit(&to)) {
                    named.insert(name.to_vec(), page);
                }
            }
        }
    }

    /// The page that a destination means, counted from 0.
    pub(super) fn page(&self, to: &Object<'_>) -> Option<usize> {
        if let Object::Name(name) = to {
            self.named.get(&**name).copied()
        } else if let Object::String(name) = to {
            self.named.get(name.as_bytes()).copied()
        } else {
            self.explicit(to)
        }
    }

    /// The page that an array begins with, or a dictionary holds one for.
    fn explicit(&self, to: &Object<'_>) -> Option<usize> {
        if let Object::Dict(dict) = to {
            self.first(&dict.get::<Array<'_>>("D")?)
        } else if let Object::Array(array) = to {
            self.first(array)
        } else {
            None
        }
    }

    fn first(&self, array: &Array<'_>) -> Option<usize> {
        let first = array.raw_iter().next()?;
        if let Some(page) = first.as_obj_ref() {
            return self.pages.get(&page.into()).copied();
        }
        // Some writers number pages, though only links into other files may.
        let number = array.iter::<u32>().next()?;
        let page = usize::try_from(number).ok()?;
        (page < self.count).then_some(page)
    }

    /// Where an annotation or a bookmark leads: a page of this file, or an address that is nothing but told.
    pub(super) fn target(&self, from: &Dict<'_>) -> Option<Target> {
        if let Some(to) = from.get::<Object<'_>>("Dest") {
            return self.page(&to).map(Target::Page);
        }
        let action = from.get::<Dict<'_>>("A")?;
        match &*action.get::<Name<'_>>("S")? {
            b"GoTo" => {
                let to = action.get::<Object<'_>>("D")?;
                self.page(&to).map(Target::Page)
            }
            b"URI" => {
                let address = action.get::<PdfString<'_>>("URI")?;
                let address = String::from_utf8_lossy(&address).trim().to_owned();
                let sound = !address.is_empty()
                    && address.len() <= ADDRESS
                    && !address.contains(char::is_control);
                sound.then_some(Target::Address(address))
            }
            b"Named" => match &*action.get::<Name<'_>>("N")? {
                b"NextPage" => Some(Target::Action("nextslide")),
                b"PrevPage" => Some(Target::Action("previousslide")),
                b"FirstPage" => Some(Target::Action("firstslide")),
                b"LastPage" => Some(Target::Action("lastslide")),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Where a click leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page, counted from 0.
    Page(usize),
    /// An address outside.
    Address(String),
    /// An action of the show.
    Action(&'static str),
}

/// The links of a page with their places in its own space.
pub(super) fn links(
    page: &Page<'_>,
    destinations: &Destinations<'_>,
    slide_id: impl Fn(usize) -> String,
) -> Vec<(Rect, Link)> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else {
        return Vec::new();
    };
    let found = annotations
        .iter::<Dict<'_>>()
        .take(LINKS)
        .filter_map(|dict| {
            let kind = dict.get::<Name<'_>>("Subtype")?;
            if &*kind != b"Link" {
                return None;
            }
            let link = match destinations.target(&dict)? {
                Target::Page(page) => Link::Slide(slide_id(page)),
                Target::Address(address) => Link::Url(address),
                Target::Action(action) => Link::Action(action.to_owned()),
            };
            Some((dict.get::<Rect>("Rect")?, link))
        });
    found.collect()
}
