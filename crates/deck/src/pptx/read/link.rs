//! Links: addresses outside, slides of the deck, and actions of the show. Addresses are kept, never followed.

use super::reading::Reading;
use crate::model::text::Link;
use crate::package::namespaces::Ns;
use crate::package::relationships::{Relationships, Target};
use crate::package::xml::Element as Node;

/// The link that `hlinkClick` inside an element stands for.
pub(super) fn inside(
    reading: &mut Reading<'_>,
    node: Node<'_>,
    rels: &Relationships,
) -> Option<Link> {
    let click = node.child(Ns::A, "hlinkClick")?;
    let action = click.attribute("action").unwrap_or_default();
    let id = click.attribute_of(Ns::R, "id").unwrap_or_default();
    let target = rels.get(&id).map(|found| &found.target);
    let action = action.strip_prefix("ppaction://").unwrap_or(&action);
    if let Some(jump) = action.strip_prefix("hlinkshowjump?jump=") {
        return Some(Link::Action(jump.to_owned()));
    }
    match target {
        Some(Target::Part(part)) => {
            let slide = reading.slides.get(&part.to_lowercase()).cloned();
            if slide.is_none() && action.starts_with("hlinksldjump") {
                reading.warn(
                    "broken_link",
                    format!("a link leads to `{part}`, which is no slide of the deck"),
                );
            }
            slide.map(Link::Slide)
        }
        // What cannot be a part may still mean something to a browser, such as `#` and a name.
        Some(Target::External(address) | Target::Nowhere(address)) => {
            Some(Link::Url(address.clone()))
        }
        None => match action {
            "" | "noaction" | "media" => None,
            other => Some(Link::Action(other.to_owned())),
        },
    }
}
