//! Every line of `docs/UNSUPPORTED.md`: a slide that holds it says so, with the shape where there is one.

use super::{Sample, codes, shape};
use crate::model::deck::{Deck, Warning};

/// The documented list.
const LIST: &str = include_str!("../../../../../../docs/UNSUPPORTED.md");

fn said(deck: &Deck, code: &str) -> Warning {
    assert!(
        LIST.contains(&format!("`{code}`")),
        "`{code}` is not in the list"
    );
    let found = deck.warnings.iter().find(|warning| warning.code == code);
    found
        .unwrap_or_else(|| panic!("no `{code}` in {:?}", deck.warnings))
        .clone()
}

fn of_shape(properties: &str, paragraphs: &str, code: &str) {
    let deck = Sample::of(&[&shape(7, properties, paragraphs)]).deck();
    let warning = said(&deck, code);
    assert_eq!(warning.slide.as_deref(), Some("256"), "{code}");
    assert_eq!(warning.element.as_deref(), Some("7"), "{code}");
}

fn letters(inside: &str) -> String {
    format!("<a:p><a:r><a:rPr>{inside}</a:rPr><a:t>x</a:t></a:r></a:p>")
}

#[test]
fn looks_that_shapes_have_and_decks_have_not() {
    of_shape("<a:scene3d/>", "", "three_d");
    of_shape("<a:sp3d/>", "", "three_d");
    of_shape("<a:effectDag/>", "", "effect");
    of_shape("<a:effectLst><a:blur/></a:effectLst>", "", "effect");
    of_shape("<a:ln><a:custDash/></a:ln>", "", "custom_dash");
    let fill = "<a:solidFill><a:srgbClr val='FF0000'/></a:solidFill>";
    of_shape(
        "",
        &letters(&format!("<a:ln>{fill}</a:ln>")),
        "text_outline",
    );
    let glow = "<a:effectLst><a:glow rad='1'/></a:effectLst>";
    of_shape("", &letters(glow), "text_effect");
    of_shape("", &letters("<a:hlinkMouseOver r:id=''/>"), "hover_link");
}

#[test]
fn text_along_a_curve_and_diagonal_borders() {
    let curved = shape(7, "", "<a:p/>").replace(
        "<a:bodyPr/>",
        "<a:bodyPr><a:prstTxWarp prst='textArchUp'/></a:bodyPr>",
    );
    said(&Sample::of(&[&curved]).deck(), "text_warp");
    let straight = curved.replace("textArchUp", "textNoShape");
    assert!(codes(&Sample::of(&[&straight]).deck()).is_empty());
    let table = "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='3' name='t'/></p:nvGraphicFramePr><a:graphic><a:graphicData>\
        <a:tbl><a:tblGrid><a:gridCol w='9'/></a:tblGrid><a:tr h='9'><a:tc><a:txBody><a:p/></a:txBody>\
        <a:tcPr><a:lnTlToBr/></a:tcPr></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>";
    let warning = said(&Sample::of(&[table]).deck(), "diagonal_border");
    assert_eq!(warning.element.as_deref(), Some("3"));
}

#[test]
fn recoloured_pictures_controls_and_what_lies_outside() {
    let picture = "<p:pic><p:nvPicPr><p:cNvPr id='5' name='p'/></p:nvPicPr><p:blipFill><a:blip r:link='x'>\
        <a:hsl hue='60000'/></a:blip></p:blipFill><p:spPr/></p:pic>";
    let slide = format!("<p:cSld><p:spTree>{picture}</p:spTree><p:controls/></p:cSld>");
    let deck = Sample::of(&[&slide])
        .linked("x", "image", "http://example.org/a.png")
        .linked("o", "oleObject", "http://example.org/b.xlsx")
        .linked("h", "hyperlink", "http://example.org/c")
        .deck();
    assert_eq!(said(&deck, "recolor").element.as_deref(), Some("5"));
    said(&deck, "control");
    let outside = deck
        .warnings
        .iter()
        .filter(|own| own.code == "external_content");
    let told: Vec<&str> = outside.map(|own| own.detail.as_str()).collect();
    assert!(
        told.len() == 2 && told[0].contains("a.png") && told[1].contains("b.xlsx"),
        "{told:?}"
    );
}

#[test]
fn animations_are_kept_as_they_are_written() {
    let slide = "<p:cSld><p:spTree/></p:cSld><p:timing><p:tnLst/></p:timing>";
    let deck = Sample::of(&[slide]).deck();
    said(&deck, "animation");
    let kept = deck.slides[0].timing.as_deref().unwrap_or_default();
    assert!(
        kept.starts_with("<p:timing") && kept.ends_with("<p:tnLst/></p:timing>"),
        "{kept}"
    );
}

#[test]
fn fonts_and_shows_of_the_presentation() {
    let more = "<p:embeddedFontLst><p:embeddedFont><p:font typeface='Fancy'/></p:embeddedFont></p:embeddedFontLst><p:custShowLst/>";
    let mut sample = Sample::of(&[""]);
    sample.size += more;
    let deck = sample.deck();
    assert!(said(&deck, "embedded_font").detail.contains("`Fancy`"));
    said(&deck, "custom_show");
}

#[test]
fn decoration_has_an_empty_alternative_text() {
    let marked = shape(7, "", "<a:p/>").replace(
        "name='s7'/>",
        "name='s7' descr='x'><a:extLst><a:ext><d:decorative xmlns:d='http://schemas.microsoft.com/office/drawing/2017/decorative' val='1'/></a:ext></a:extLst></p:cNvPr>",
    );
    let deck = Sample::of(&[&marked]).deck();
    assert_eq!(deck.slides[0].elements[0].alt.as_deref(), Some(""));
}

#[test]
fn formulas_charts_and_graphics_say_what_is_left_of_them() {
    let formula = shape(
        7,
        "",
        "<a:p><mc:AlternateContent><mc:Choice Requires='a14' xmlns:a14='http://schemas.microsoft.com/office/drawing/2010/main'><a14:m>\
        <m:oMath xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'><m:r><m:t>x+1</m:t></m:r></m:oMath></a14:m></mc:Choice></mc:AlternateContent></a:p>",
    );
    said(&Sample::of(&[&formula]).deck(), "math");
    said(&Sample::of(&["<p:contentPart/>"]).deck(), "ink");
    let graphic = |inside: &str| {
        format!(
            "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='3' name='g'/></p:nvGraphicFramePr><a:graphic><a:graphicData uri='u'>{inside}</a:graphicData></a:graphic></p:graphicFrame>"
        )
    };
    said(&Sample::of(&[&graphic("")]).deck(), "unknown_graphic");
    let space = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    let chart = graphic(&format!("<c:chart xmlns:c='{space}' r:id='c'/>"));
    let part = format!(
        "<c:chartSpace xmlns:c='{space}'><c:chart><c:view3D/><c:plotArea><c:lineChart><c:ser><c:trendline/></c:ser></c:lineChart><c:surfaceChart/></c:plotArea></c:chart></c:chartSpace>"
    );
    let deck = Sample::of(&[&chart])
        .linked("c", "chart", "../charts/c.xml")
        .with("ppt/charts/c.xml", part)
        .deck();
    let detail = said(&deck, "chart_feature").detail;
    assert!(detail.contains("of a chart its depth"), "{detail}");
    assert!(detail.contains("the bands of its surface"), "{detail}");
}
