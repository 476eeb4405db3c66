//! Masters and layouts: what slides are made from.

use super::book::Book;
use super::sheet::Sheet;
use super::slide::{background, mapping, namespaces};
use super::text::list_style;
use super::theme;
use super::tree;
use super::vocabulary::{LAYOUTS, known};
use super::xml::Xml;
use crate::error::WriteError;
use crate::model::element::Element;
use crate::model::template::{Layout, Master};

/// The usual meaning of the slots that shapes name.
pub(super) const MAPPING: &str = concat!(
    "<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\"",
    " accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\"",
    " folHlink=\"folHlink\"/>",
);

/// Numbers of masters and layouts begin here (`ST_SlideMasterId`), and are unique among both.
pub(super) const FIRST_ID: u64 = 2_147_483_648;

/// The part of a theme by its number.
pub(super) fn theme_part(number: usize) -> String {
    format!("ppt/theme/theme{number}.xml")
}

/// The part of a master by its number.
pub(super) fn master_part(number: usize) -> String {
    format!("ppt/slideMasters/slideMaster{number}.xml")
}

/// The part of a layout by its number.
pub(super) fn layout_part(number: usize) -> String {
    format!("ppt/slideLayouts/slideLayout{number}.xml")
}

/// Writes a master with its theme. `layouts` are the parts of its layouts with their ids.
pub(super) fn write(
    book: &mut Book<'_>,
    master: &Master,
    number: usize,
    layouts: &[(String, u64)],
) -> Result<(), WriteError> {
    let mut sheet = Sheet::new(book, &master.elements, false);
    let ids: Vec<(String, u64)> = layouts
        .iter()
        .map(|(part, id)| (sheet.rels.part("slideLayout", part), *id))
        .collect();
    sheet.rels.part("theme", &theme_part(number));
    let mut xml = Xml::part();
    namespaces(xml.tag("p:sldMaster")).open();
    xml.open("p:cSld");
    background(&mut sheet, &mut xml, &master.background)?;
    tree::write(&mut sheet, &mut xml, &master.elements)?;
    xml.close("p:cSld");
    xml.raw(MAPPING);
    xml.open("p:sldLayoutIdLst");
    for (rel, id) in ids {
        xml.tag("p:sldLayoutId")
            .at("id", id)
            .at("r:id", rel)
            .empty();
    }
    xml.close("p:sldLayoutIdLst");
    xml.open("p:txStyles");
    for (name, role) in [("p:titleStyle", "title"), ("p:bodyStyle", "body")] {
        let paragraphs = placeholder(&master.elements, role)
            .and_then(|element| element.text.as_ref())
            .map_or(&[][..], |text| &text.paragraphs);
        list_style(&mut sheet, &mut xml, name, paragraphs)?;
    }
    xml.empty("p:otherStyle");
    xml.close("p:txStyles");
    xml.close("p:sldMaster");
    let rels = sheet.rels;
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.slideMaster+xml";
    book.add(&master_part(number), kind, xml, &rels);
    theme::write(book, number, master.name.as_deref());
    Ok(())
}

/// Writes a layout below the master of that number.
pub(super) fn write_layout(
    book: &mut Book<'_>,
    layout: &Layout,
    number: usize,
    (master, above): (usize, &Master),
) -> Result<(), WriteError> {
    let mut sheet = Sheet::new(book, &layout.elements, false);
    sheet.rels.part("slideMaster", &master_part(master));
    let kind = layout.kind.as_deref().and_then(|kind| known(LAYOUTS, kind));
    let mut xml = Xml::part();
    namespaces(xml.tag("p:sldLayout"))
        .opt("type", kind)
        .at("preserve", 1)
        .opt("showMasterSp", layout.hide_master_elements.then_some(0))
        .open();
    xml.tag("p:cSld")
        .at("name", layout.name.as_deref().unwrap_or("Layout"))
        .open();
    if layout.background != above.background {
        background(&mut sheet, &mut xml, &layout.background)?;
    }
    tree::write(&mut sheet, &mut xml, &layout.elements)?;
    xml.close("p:cSld");
    mapping(&mut xml);
    xml.close("p:sldLayout");
    let rels = sheet.rels;
    let kind = "application/vnd.openxmlformats-officedocument.presentationml.slideLayout+xml";
    book.add(&layout_part(number), kind, xml, &rels);
    Ok(())
}

/// The first element that fills a placeholder of a role.
fn placeholder<'a>(elements: &'a [Element], role: &str) -> Option<&'a Element> {
    elements.iter().find(|element| {
        element
            .placeholder
            .as_ref()
            .is_some_and(|own| own.role == role)
    })
}
