//! Relationships as they are written: one id for each thing a part names.

use super::xml::Xml;

/// Relationship types of the standard share this beginning.
pub(super) const OFFICE: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The relationships of a part being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Rels {
    /// How many ids are taken already.
    taken: usize,
    all: Vec<Rel>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rel {
    kind: String,
    target: String,
    external: bool,
}

impl Rels {
    /// Relationships beside those that a part has: ids go on after this number.
    pub(super) fn after(taken: usize) -> Self {
        Self {
            taken,
            all: Vec::new(),
        }
    }

    /// The id of a relationship to a part, by the last word of a standard type.
    pub(super) fn part(&mut self, kind: &str, part: &str) -> String {
        self.part_of(&format!("{OFFICE}/{kind}"), part)
    }

    /// The id of a relationship to a part, by its full type.
    pub(super) fn part_of(&mut self, kind: &str, part: &str) -> String {
        self.id(Rel {
            kind: kind.to_owned(),
            target: format!("/{part}"),
            external: false,
        })
    }

    /// The id of a relationship to an address outside.
    pub(super) fn external(&mut self, kind: &str, address: &str) -> String {
        self.id(Rel {
            kind: format!("{OFFICE}/{kind}"),
            target: address_of(address),
            external: true,
        })
    }

    fn id(&mut self, rel: Rel) -> String {
        let known = self.all.iter().position(|known| *known == rel);
        let at = known.unwrap_or_else(|| {
            self.all.push(rel);
            self.all.len() - 1
        });
        format!("rId{}", self.taken + at + 1)
    }

    /// Writes them without the element around them.
    pub(super) fn entries(&self, xml: &mut Xml) {
        for (at, rel) in self.all.iter().enumerate() {
            xml.tag("Relationship")
                .at("Id", format_args!("rId{}", self.taken + at + 1))
                .at("Type", &rel.kind)
                .at("Target", &rel.target)
                .opt("TargetMode", rel.external.then_some("External"))
                .empty();
        }
    }

    /// The part that holds them; none where there are none.
    pub(super) fn part_bytes(&self) -> Option<Vec<u8>> {
        if self.all.is_empty() {
            return None;
        }
        let mut xml = Xml::part();
        xml.tag("Relationships")
            .at(
                "xmlns",
                "http://schemas.openxmlformats.org/package/2006/relationships",
            )
            .open();
        self.entries(&mut xml);
        xml.close("Relationships");
        Some(xml.into_bytes())
    }
}

/// An address without the few characters that make PowerPoint call a file broken.
fn address_of(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for letter in address.trim().chars() {
        match letter {
            ' ' => out.push_str("%20"),
            '"' => out.push_str("%22"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}
