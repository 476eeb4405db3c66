//! Links: addresses outside, slides by the names of their pages, and actions of the show.

use crate::model::text::Link;
use crate::package::namespaces::Ns;
use crate::package::xml::Element;

use super::book::value;
use super::reading::Reading;

/// Where an address leads. Nothing is fetched.
pub(super) fn of_address(reading: &Reading<'_>, address: &str) -> Option<Link> {
    let Some(place) = address.strip_prefix('#') else {
        return (!address.is_empty()).then(|| Link::Url(address.to_owned()));
    };
    match place {
        "action?jump=nextslide" => return Some(Link::Action("nextslide".to_owned())),
        "action?jump=previousslide" => return Some(Link::Action("previousslide".to_owned())),
        "action?jump=firstslide" => return Some(Link::Action("firstslide".to_owned())),
        "action?jump=lastslide" => return Some(Link::Action("lastslide".to_owned())),
        _ => {}
    }
    reading.slides.get(place).cloned().map(Link::Slide)
}

/// What a click on a shape does (ODF 1.3 part 3, 19.384).
pub(super) fn of_events(reading: &Reading<'_>, element: Element<'_>) -> Option<Link> {
    let listeners = element.child(Ns::Office, "event-listeners")?;
    let event = listeners
        .children()
        .find(|child| child.is(Ns::Presentation, "event-listener"))?;
    let address = value(event, Ns::XLink, "href").unwrap_or_default();
    let action = match value(event, Ns::Presentation, "action")? {
        "next-page" => "nextslide",
        "previous-page" => "previousslide",
        "first-page" => "firstslide",
        "last-page" => "lastslide",
        "stop" => "endshow",
        "show" => return of_address(reading, address),
        _ => return None,
    };
    Some(Link::Action(action.to_owned()))
}
