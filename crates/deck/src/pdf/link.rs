//! Links of a page: to addresses, to slides, and the actions of a show that a document can do.

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::destination::XyzDestination;
use krilla::geom::{Point, Rect};

use crate::layout::page::{LinkArea, Page, Pages, narrow};
use crate::model::text::Link;

/// An area that leads somewhere; `None` where it leads to what is not in the document.
pub(super) fn link(area: &LinkArea, page: &Page, pages: &Pages) -> Option<Annotation> {
    let [left, top, right, bottom] = area.bounds.map(narrow);
    let rect = Rect::from_ltrb(left, top, right, bottom)?;
    let at = |index: usize| {
        Target::Destination(XyzDestination::new(index, Point::from_xy(0.0, 0.0)).into())
    };
    let find = |slide: &str| pages.pages.iter().position(|other| other.slide == slide);
    let here = find(&page.slide)?;
    let last = pages.pages.len().checked_sub(1)?;
    let target = match &area.link {
        Link::Url(url) => Target::Action(Action::Link(LinkAction::new(url.clone()))),
        Link::Slide(id) => at(find(id)?),
        Link::Action(action) => match action.as_str() {
            "nextslide" => at((here + 1).min(last)),
            "previousslide" => at(here.saturating_sub(1)),
            "firstslide" => at(0),
            "lastslide" => at(last),
            _ => return None,
        },
    };
    let said = match &area.link {
        Link::Url(url) => url.clone(),
        Link::Slide(_) | Link::Action(_) => "another slide".to_owned(),
    };
    Some(Annotation::new_link(
        LinkAnnotation::new(rect, target),
        Some(said),
    ))
}
