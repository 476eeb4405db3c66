//! What slides take from layouts, layouts from masters, and all from the theme.

use super::{Sample, placeholder, shape, texts, xfrm};
use crate::model::paint::Fill;
use crate::model::text::{Align, Anchor, BulletMark};
use crate::model::units::Emu;

fn template() -> Sample {
    let mut sample = Sample::of(&[&[
        placeholder(2, "type='title'", "<a:p><a:r><a:t>Hello</a:t></a:r></a:p>"),
        placeholder(
            3,
            "idx='7'",
            "<a:p><a:pPr lvl='1'/><a:r><a:rPr i='1'/><a:t>point</a:t></a:r></a:p>",
        ),
        shape(4, "", "<a:p><a:r><a:t>free</a:t></a:r></a:p>"),
    ]
    .concat()]);
    let titled = |id, ph: &str, place: &str, list: &str| {
        placeholder(id, ph, "<a:p><a:r><a:t>Click to edit</a:t></a:r></a:p>")
            .replace("<p:spPr/>", &format!("<p:spPr>{place}</p:spPr>"))
            .replace(
                "<a:bodyPr/>",
                &format!("<a:bodyPr anchor='b'/><a:lstStyle>{list}</a:lstStyle>"),
            )
    };
    let styles = "<p:txStyles><p:titleStyle><a:lvl1pPr algn='ctr'><a:defRPr sz='4400'><a:latin typeface='+mj-lt'/></a:defRPr></a:lvl1pPr></p:titleStyle>\
        <p:bodyStyle><a:lvl2pPr marL='900'><a:buChar char='•'/><a:defRPr sz='2400' b='1'/></a:lvl2pPr></p:bodyStyle></p:txStyles>";
    let master = [
        titled(2, "type='title'", &xfrm("", 1, 2, 3, 4), ""),
        titled(3, "type='body' idx='1'", &xfrm("", 5, 6, 7, 8), ""),
    ]
    .concat();
    sample.master = format!("<p:cSld><p:spTree>{master}</p:spTree></p:cSld><p:clrMap/>{styles}");
    let body = titled(
        3,
        "type='body' idx='7'",
        &xfrm("", 50, 60, 70, 80),
        "<a:lvl2pPr><a:defRPr sz='2000'/></a:lvl2pPr>",
    );
    let fill = "<a:solidFill><a:srgbClr val='ABCDEF'/></a:solidFill>";
    let title = titled(2, "type='title'", fill, "");
    sample.layout = format!("<p:cSld name='Two'><p:spTree>{title}{body}</p:spTree></p:cSld>");
    sample
}

#[test]
fn places_come_from_the_layout_and_else_from_the_master() {
    let deck = template().deck();
    let [title, body, _] = deck.slides[0].elements.as_slice() else {
        panic!("three elements");
    };
    assert_eq!((title.frame.x, title.frame.height), (Emu(1), Emu(4)));
    assert_eq!((body.frame.x, body.frame.height), (Emu(50), Emu(80)));
    assert!(matches!(title.fill, Some(Fill::Solid { .. })));
}

#[test]
fn styles_lie_over_each_other_level_by_level() {
    let deck = template().deck();
    let [title, body, free] = deck.slides[0].elements.as_slice() else {
        panic!("three elements");
    };
    let text = title.text.as_ref().unwrap();
    assert_eq!(
        (text.body.anchor, text.paragraphs[0].align),
        (Anchor::Bottom, Align::Center)
    );
    let style = &text.paragraphs[0].runs[0].style;
    assert_eq!((style.font.as_str(), style.size), ("Head", 44.0));
    let paragraph = &body.text.as_ref().unwrap().paragraphs[0];
    assert_eq!((paragraph.level, paragraph.margin), (1, Emu(900)));
    assert_eq!(
        paragraph.bullet.as_ref().unwrap().mark,
        BulletMark::Char("•".to_owned())
    );
    let style = &paragraph.runs[0].style;
    assert_eq!((style.size, style.bold, style.italic), (20.0, true, true));
    let style = &free.text.as_ref().unwrap().paragraphs[0].runs[0].style;
    assert_eq!(
        (style.font.as_str(), style.size, style.bold),
        ("Text", 18.0, false)
    );
}

#[test]
fn prompts_are_no_text() {
    let mut sample = template();
    sample.layout = sample.layout.replace("name='Two'", "name='Three'");
    let deck = sample.deck();
    assert_eq!(deck.layouts[0].name.as_deref(), Some("Three"));
    for element in deck.layouts[0]
        .elements
        .iter()
        .chain(&deck.masters[0].elements)
    {
        assert!(texts(element).is_empty());
    }
}

#[test]
fn an_empty_placeholder_has_no_runs_but_keeps_its_place() {
    let mut sample = template();
    sample = Sample {
        layout: sample.layout.clone(),
        master: sample.master.clone(),
        ..Sample::of(&[&placeholder(
            9,
            "type='title'",
            "<a:p><a:endParaRPr/></a:p>",
        )])
    };
    let deck = sample.deck();
    let title = &deck.slides[0].elements[0];
    assert!(texts(title).is_empty());
    assert_eq!(title.placeholder.as_ref().unwrap().role, "title");
    let end = title.text.as_ref().unwrap().paragraphs[0]
        .end_style
        .as_ref()
        .unwrap();
    assert_eq!((end.size, title.frame.x), (44.0, Emu(1)));
    assert_eq!(deck.title, "Untitled");
}

#[test]
fn a_background_comes_from_wherever_one_is_set() {
    let mut sample = Sample::of(&[""]);
    let blue = "<p:bg><p:bgPr><a:solidFill><a:srgbClr val='0000FF'/></a:solidFill></p:bgPr></p:bg>";
    sample.master = sample
        .master
        .replace("<p:cSld>", &format!("<p:cSld>{blue}"));
    let deck = sample.deck();
    let Fill::Solid { color } = &deck.slides[0].background else {
        panic!("no background");
    };
    assert_eq!(color.rgb.to_string(), "#0000FF");
}
