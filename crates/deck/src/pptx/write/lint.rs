//! What PowerPoint refuses or repairs, found before it does: checks of a whole package.

use std::collections::{BTreeMap, BTreeSet};

use super::lint_order::order;
use super::package::{CONTENT_TYPES, Parts};
use crate::package::names::{is_safe, relationships_of};
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::{Document, Element as Node};

/// How deep XML may lie.
const DEPTH: usize = 256;

/// The faults of a package, each as a sentence; none where it is sound.
///
/// Checked: names are unique and safe, XML is well formed, every part has a content type and every type a part, every
/// internal relationship leads to a part and every reference to a relationship, slide numbers lie within their range,
/// shape numbers are unique on their sheet, children come in the order of the schema.
pub fn lint(parts: &Parts) -> Vec<String> {
    let mut faults = Vec::new();
    names(parts, &mut faults);
    let documents = documents(parts, &mut faults);
    content_types(parts, documents.get(CONTENT_TYPES), &mut faults);
    for (name, document) in &documents {
        if ending(name) == "rels" || *name == CONTENT_TYPES {
            continue;
        }
        let rels = documents.get(relationships_of(name).as_str());
        references(parts, (name, document), rels, &mut faults);
        numbers(name, document, &mut faults);
        order(name, document, &mut faults);
    }
    if let Some(rels) = documents.get("_rels/.rels") {
        targets(parts, "", &read(rels, "", &mut faults), &mut faults);
    } else {
        faults.push("the package has no relationships".to_owned());
    }
    faults
}

fn names(parts: &Parts, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for part in &parts.parts {
        if !seen.insert(part.name.to_lowercase()) {
            faults.push(format!("`{}` is there twice", part.name));
        }
        if !is_safe(&part.name) {
            faults.push(format!("`{}` cannot be the name of a part", part.name));
        }
        let owner = owner(&part.name);
        if let Some(owner) = owner.filter(|owner| !owner.is_empty() && parts.get(owner).is_none()) {
            faults.push(format!(
                "`{}` belongs to `{owner}`, which is not there",
                part.name
            ));
        }
    }
}

/// The part whose relationships a part holds.
fn owner(name: &str) -> Option<String> {
    let (folder, file) = name.strip_suffix(".rels")?.rsplit_once("_rels/")?;
    Some(format!("{folder}{file}"))
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn documents<'a>(parts: &'a Parts, faults: &mut Vec<String>) -> BTreeMap<&'a str, Document> {
    let mut documents = BTreeMap::new();
    for part in &parts.parts {
        if matches!(ending(&part.name), "xml" | "rels") {
            match Document::parse(&part.name, &part.bytes, DEPTH) {
                Ok(document) => {
                    documents.insert(part.name.as_str(), document);
                }
                Err(error) => faults.push(error.to_string()),
            }
        }
    }
    documents
}

fn content_types(parts: &Parts, types: Option<&Document>, faults: &mut Vec<String>) {
    let Some(types) = types else {
        faults.push(format!("there is no `{CONTENT_TYPES}`"));
        return;
    };
    let mut endings = BTreeSet::new();
    let mut overrides = BTreeSet::new();
    for node in types.root().children() {
        let name = |name| node.attribute(name).unwrap_or_default().to_lowercase();
        let again = match node.name() {
            "Default" => !endings.insert(name("Extension")),
            _ => !overrides.insert(name("PartName").trim_start_matches('/').to_owned()),
        };
        if again {
            faults.push(format!("`{CONTENT_TYPES}` tells one type twice"));
        }
    }
    for part in parts.parts.iter().filter(|part| part.name != CONTENT_TYPES) {
        let name = part.name.to_lowercase();
        let ending = ending(&name);
        if !overrides.contains(&name) && !endings.contains(ending) {
            faults.push(format!("`{}` has no content type", part.name));
        }
        if ending == "xml" && !overrides.contains(&name) && name.starts_with("ppt/slide") {
            faults.push(format!("`{}` has only the type of XML", part.name));
        }
    }
    for name in overrides {
        if !parts
            .parts
            .iter()
            .any(|part| part.name.eq_ignore_ascii_case(&name))
        {
            faults.push(format!("`{name}` has a content type and is not there"));
        }
    }
}

fn read(rels: &Document, part: &str, faults: &mut Vec<String>) -> Relationships {
    Relationships::read(part, rels).unwrap_or_else(|error| {
        faults.push(error.to_string());
        Relationships::default()
    })
}

fn targets(parts: &Parts, part: &str, rels: &Relationships, faults: &mut Vec<String>) {
    for (id, relationship) in rels.iter() {
        let missing = match &relationship.target {
            Target::Part(target) => !parts
                .parts
                .iter()
                .any(|part| part.name.eq_ignore_ascii_case(target)),
            Target::Nowhere(target) => !target.is_empty() && !target.starts_with('#'),
            Target::External(_) => false,
        };
        if missing {
            faults.push(format!("`{id}` of `{part}` leads to no part"));
        }
    }
}

fn references(
    parts: &Parts,
    (name, document): (&str, &Document),
    rels: Option<&Document>,
    faults: &mut Vec<String>,
) {
    let rels = rels
        .map(|rels| read(rels, name, faults))
        .unwrap_or_default();
    targets(parts, name, &rels, faults);
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        for attribute in ["id", "embed", "link", "pict", "dm", "lo", "qs", "cs"] {
            let id = node
                .attribute_of(Ns::R, attribute)
                .filter(|id| !id.is_empty());
            if let Some(id) = id.filter(|id| rels.get(id).is_none()) {
                faults.push(format!("`{name}` refers to `{id}`, which it has not"));
            }
        }
        open.extend(node.children());
    }
}

fn numbers(name: &str, document: &Document, faults: &mut Vec<String>) {
    let root = document.root();
    let mut seen = BTreeSet::new();
    for shape in root.descendants(Ns::P, "cNvPr") {
        let id = shape.attribute("id").and_then(|id| id.parse::<u32>().ok());
        match id {
            Some(id) if seen.insert(id) => {}
            Some(id) => faults.push(format!("`{name}` has two shapes {id}")),
            None => faults.push(format!("a shape of `{name}` has no number")),
        }
    }
    if !root.is(Ns::P, "presentation") {
        return;
    }
    unique(root, ("sldIdLst", 256..2_147_483_648), name, faults);
    unique(
        root,
        ("sldMasterIdLst", 2_147_483_648..4_294_967_296),
        name,
        faults,
    );
}

fn unique(
    root: Node<'_>,
    (list, range): (&str, std::ops::Range<u64>),
    name: &str,
    faults: &mut Vec<String>,
) {
    let mut seen = BTreeSet::new();
    for entry in root.child(Ns::P, list).into_iter().flat_map(Node::children) {
        let id = entry.attribute("id").and_then(|id| id.parse::<u64>().ok());
        if !id.is_some_and(|id| range.contains(&id) && seen.insert(id)) {
            faults.push(format!(
                "an entry of `{list}` in `{name}` has a number that is taken or out of range"
            ));
        }
    }
}
