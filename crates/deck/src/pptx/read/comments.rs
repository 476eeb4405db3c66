//! Comments: the parts of old, and the threads of newer files.

use std::collections::BTreeMap;

use super::lexical::filled;
use super::reading::Reading;
use crate::error::ReadError;
use crate::model::slide::Comment;
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::Element as Node;

/// What reviewers wrote on a slide.
pub(super) fn read(
    reading: &mut Reading<'_>,
    rels: &Relationships,
) -> Result<Vec<Comment>, ReadError> {
    let mut comments = Vec::new();
    for (_, found) in rels.iter().filter(|(_, found)| found.kind == "comments") {
        let Target::Part(part) = &found.target else {
            continue;
        };
        let Some(document) = reading.optional(part)? else {
            continue;
        };
        let authors = reading.authors()?;
        for node in document
            .root()
            .children()
            .filter(|node| node.name() == "cm")
        {
            comments.push(comment(&authors, node));
            let replies = node.child(Ns::Threads, "replyLst");
            let replies = replies
                .into_iter()
                .flat_map(Node::children)
                .filter(|node| node.name() == "reply");
            comments.extend(replies.map(|reply| comment(&authors, reply)));
        }
    }
    reading.spend(comments.len())?;
    Ok(comments
        .into_iter()
        .filter(|comment| !comment.text.is_empty())
        .collect())
}

/// A comment of either form: text in `text`, or in paragraphs of a `txBody`.
fn comment(authors: &BTreeMap<String, String>, node: Node<'_>) -> Comment {
    let plain = node.child(Ns::P, "text").map(Node::text);
    let body = || {
        let body = node.children().find(|child| child.name() == "txBody")?;
        let paragraphs = body.children().filter(|paragraph| paragraph.is(Ns::A, "p"));
        let lines = paragraphs.map(|paragraph| {
            let words = paragraph.descendants(Ns::A, "t");
            words.iter().map(|words| words.text()).collect::<String>()
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    };
    let text = plain.or_else(body).unwrap_or_default();
    let author = node
        .attribute("authorId")
        .and_then(|id| authors.get(&*id).cloned());
    let created = node.attribute("dt").or_else(|| node.attribute("created"));
    Comment {
        author: author.unwrap_or_default(),
        text: text.trim().to_owned(),
        created: created.and_then(|created| filled(&created)),
    }
}

/// Authors by id, of both forms.
pub(super) fn authors(
    reading: &mut Reading<'_>,
    presentation: &Relationships,
) -> Result<BTreeMap<String, String>, ReadError> {
    let mut names = BTreeMap::new();
    for kind in ["commentAuthors", "authors"] {
        let Some(part) = presentation.part_of_kind(kind) else {
            continue;
        };
        let Some(document) = reading.optional(part)? else {
            continue;
        };
        for author in document.root().children() {
            if let (Some(id), Some(name)) = (author.attribute("id"), author.attribute("name")) {
                names.insert(id.into_owned(), name.into_owned());
            }
        }
    }
    Ok(names)
}
