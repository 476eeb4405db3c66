//! Links: addresses outside, slides of the deck, actions of the show.

use super::sheet::Sheet;
use super::xml::Xml;
use crate::model::text::Link;

/// Jumps of the show that have a name of their own (`ppaction://hlinkshowjump`).
const JUMPS: &[&str] = &[
    "nextslide",
    "previousslide",
    "firstslide",
    "lastslide",
    "lastslideviewed",
    "endshow",
];

/// Writes where a click leads. A slide that is not in the deck leads nowhere.
pub(super) fn write(sheet: &mut Sheet<'_, '_>, xml: &mut Xml, link: &Link) {
    match link {
        Link::Url(address) if address.trim().is_empty() => {}
        Link::Url(address) => {
            let id = sheet.rels.external("hyperlink", address);
            xml.tag("a:hlinkClick").at("r:id", id).empty();
        }
        Link::Slide(slide) => {
            if let Some(part) = sheet.book.slides.get(slide.as_str()) {
                let id = sheet.rels.part("slide", part);
                xml.tag("a:hlinkClick")
                    .at("r:id", id)
                    .at("action", "ppaction://hlinksldjump")
                    .empty();
            }
        }
        Link::Action(action) => {
            let action = if JUMPS.contains(&action.as_str()) {
                format!("ppaction://hlinkshowjump?jump={action}")
            } else {
                format!("ppaction://{action}")
            };
            xml.tag("a:hlinkClick")
                .at("r:id", "")
                .at("action", action)
                .empty();
        }
    }
}
