//! Properties of the document: who, what, when, and the program that wrote it.

use super::lexical::filled;
use super::reading::Reading;
use crate::error::ReadError;
use crate::model::deck::Properties;
use crate::package::namespaces::Ns;
use crate::package::relationships::Relationships;
use crate::package::xml::Element as Node;

/// The core properties and the title among them.
pub(super) fn core(
    reading: &mut Reading<'_>,
    outer: &Relationships,
) -> Result<(Properties, Option<String>), ReadError> {
    let Some(part) = outer.part_of_kind("core-properties").map(str::to_owned) else {
        return Ok((Properties::default(), None));
    };
    let Some(document) = reading.optional(&part)? else {
        return Ok((Properties::default(), None));
    };
    let root = document.root();
    let text = |ns, name| {
        root.child(ns, name)
            .map(Node::text)
            .and_then(|text| filled(&text))
    };
    let properties = Properties {
        author: text(Ns::Dc, "creator"),
        subject: text(Ns::Dc, "subject"),
        keywords: text(Ns::Core, "keywords"),
        description: text(Ns::Dc, "description"),
        language: text(Ns::Dc, "language"),
        created: text(Ns::DcTerms, "created"),
        modified: text(Ns::DcTerms, "modified"),
    };
    Ok((properties, text(Ns::Dc, "title")))
}

/// The program that wrote the file, with its version.
pub(super) fn producer(
    reading: &mut Reading<'_>,
    outer: &Relationships,
) -> Result<Option<String>, ReadError> {
    let Some(part) = outer.part_of_kind("extended-properties") else {
        return Ok(None);
    };
    let Some(document) = reading.optional(part)? else {
        return Ok(None);
    };
    let text = |name| {
        document
            .root()
            .child(Ns::App, name)
            .map(Node::text)
            .and_then(|text| filled(&text))
    };
    let Some(program) = text("Application") else {
        return Ok(None);
    };
    Ok(Some(match text("AppVersion") {
        Some(version) => format!("{program} {version}"),
        None => program,
    }))
}
