//! Backgrounds: a fill of their own, or one of the theme's.

use super::appearance::theme_fill;
use super::fill;
use super::reading::Reading;
use super::sheet::Sheet;
use crate::error::ReadError;
use crate::model::paint::Fill;
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// The background that a part's `cSld` sets itself.
pub(super) fn read(
    reading: &mut Reading<'_>,
    content: Option<Node<'_>>,
    sheet: &Sheet<'_>,
) -> Result<Option<Fill>, ReadError> {
    let Some(background) = content.and_then(|content| content.child(Ns::P, "bg")) else {
        return Ok(None);
    };
    if let Some(own) = background.child(Ns::P, "bgPr") {
        return fill::inside(reading, own, sheet.brush());
    }
    match background.child(Ns::P, "bgRef") {
        Some(reference) => theme_fill(reading, reference, sheet.theme, sheet.brush()),
        None => Ok(None),
    }
}
