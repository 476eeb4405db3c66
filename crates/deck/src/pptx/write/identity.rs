//! Who an element is: number, name, alternative text, link, placeholder.

use super::link;
use super::sheet::Sheet;
use super::vocabulary::{ROLES, known};
use super::xml::Xml;
use crate::model::element::{Element, Placeholder};

/// The extension that tells decoration.
const DECORATIVE: &str = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}";

/// Writes `p:cNvPr`. `around` is what it says besides, such as that a click plays it.
pub(super) fn write(
    sheet: &mut Sheet<'_, '_>,
    xml: &mut Xml,
    element: &Element,
    around: Option<&str>,
) {
    let number = sheet.ids.number_or_fresh(&element.id);
    let name = if element.name.is_empty() {
        "Element"
    } else {
        element.name.as_str()
    };
    xml.tag("p:cNvPr")
        .at("id", number)
        .at("name", name)
        .opt(
            "descr",
            element.alt.as_deref().filter(|alt| !alt.is_empty()),
        )
        .flag("hidden", element.hidden)
        .open();
    if let Some(more) = around {
        xml.raw(more);
    } else if let Some(own) = &element.link {
        link::write(sheet, xml, own);
    }
    if element.alt.as_deref() == Some("") {
        decoration(xml);
    }
    xml.close("p:cNvPr");
}

/// Writes that an element is only decoration.
fn decoration(xml: &mut Xml) {
    let space = "http://schemas.microsoft.com/office/drawing/2017/decorative";
    xml.open("a:extLst");
    xml.tag("a:ext").at("uri", DECORATIVE).open();
    xml.tag("adec:decorative")
        .at("xmlns:adec", space)
        .at("val", 1)
        .empty();
    xml.close("a:ext");
    xml.close("a:extLst");
}

/// Writes `p:nvPr` with the placeholder that the element fills.
pub(super) fn application(xml: &mut Xml, placeholder: Option<&Placeholder>) {
    let Some(own) = placeholder else {
        xml.empty("p:nvPr");
        return;
    };
    xml.open("p:nvPr");
    place(xml, own);
    xml.close("p:nvPr");
}

/// Writes `p:ph`.
pub(super) fn place(xml: &mut Xml, placeholder: &Placeholder) {
    let role = known(ROLES, &placeholder.role).filter(|role| *role != "obj");
    let index = placeholder.index.filter(|index| *index <= 4_294_967_294);
    xml.tag("p:ph").opt("type", role).opt("idx", index).empty();
}
