//! Groups, hidden shapes, pictures, media and ids.

use super::{Sample, shape, texts, xfrm};
use crate::model::element::{Content, MediaKind};
use crate::model::paint::{Fill, Tiling};
use crate::model::units::{Emu, Frame};

const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03";

fn group(attributes: &str, child: &str, inside: &str) -> String {
    let place =
        xfrm(attributes, 1000, 1000, 400, 200).replace("</a:xfrm>", &format!("{child}</a:xfrm>"));
    format!(
        "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name='g'/></p:nvGrpSpPr><p:grpSpPr>{place}</p:grpSpPr>{inside}</p:grpSp>"
    )
}

fn frame_in(group: &str) -> Frame {
    let deck = Sample::of(&[group]).deck();
    let Content::Group { elements } = &deck.slides[0].elements[0].content else {
        panic!("no group");
    };
    elements[0].frame
}

#[test]
fn children_of_groups_stand_in_slide_space() {
    // The child at 10, 20 of 200 by 100 in a space of 200 by 100 that is drawn twice as large at 1000, 1000.
    let space = "<a:chOff x='0' y='0'/><a:chExt cx='200' cy='100'/>";
    let inside = shape(2, "", "<a:p/>");
    let frame = frame_in(&group("", space, &inside));
    assert_eq!(
        (frame.x, frame.y, frame.width, frame.height),
        (Emu(1020), Emu(1040), Emu(400), Emu(200))
    );
}

#[test]
fn turned_and_mirrored_groups_carry_their_children() {
    let space = "<a:chOff x='0' y='0'/><a:chExt cx='400' cy='200'/>";
    let inside = shape(2, "", "<a:p/>").replace("<a:xfrm >", "<a:xfrm rot='1800000'>");
    // The child's centre is at 110, 70 of 400 by 200: mirrored it is at 290, 70, and turns the other way.
    let frame = frame_in(&group("flipH='1'", space, &inside));
    assert_eq!((frame.x, frame.y), (Emu(1190), Emu(1020)));
    assert!(frame.flip_h && (frame.rotation - 330.0).abs() < 1e-9);
    // Turned by a quarter about 1200, 1100: from 90 left and 30 above to 90 above and 30 right.
    let frame = frame_in(&group("rot='5400000'", space, &inside));
    assert_eq!((frame.x, frame.y), (Emu(1130), Emu(960)));
    assert!((frame.rotation - 120.0).abs() < 1e-9);
}

#[test]
fn groups_deeper_than_the_rules_allow_lose_no_text() {
    let mut inside = shape(2, "", "<a:p><a:r><a:t>deep</a:t></a:r></a:p>");
    for _ in 0..60 {
        inside = group("", "", &inside);
    }
    let deck = Sample::of(&[&inside]).deck();
    let mut elements = &deck.slides[0].elements;
    while let Content::Group { elements: inner } = &elements[0].content {
        elements = inner;
    }
    assert_eq!(texts(&elements[0]), ["deep"]);
}

#[test]
fn hidden_shapes_say_so_and_ids_are_unique() {
    let hidden = shape(2, "", "<a:p/>").replace("name='s2'", "name='s2' hidden='1' descr='A box'");
    let deck =
        Sample::of(&[&[hidden, shape(2, "", "<a:p/>"), shape(2, "", "<a:p/>")].concat()]).deck();
    let elements = &deck.slides[0].elements;
    assert!(elements[0].hidden && !elements[1].hidden);
    assert_eq!(elements[0].alt.as_deref(), Some("A box"));
    let ids: Vec<_> = elements.iter().map(|element| element.id.as_str()).collect();
    assert_eq!(ids, ["2", "3", "4"]);
}

fn picture(known: &str) -> String {
    format!(
        "<p:pic><p:nvPicPr><p:cNvPr id='5' name='p'/><p:cNvPicPr/><p:nvPr>{known}</p:nvPr></p:nvPicPr><p:blipFill>\
         <a:blip r:embed='i'><a:alphaModFix amt='50000'/></a:blip><a:srcRect l='10000' b='-5000'/></p:blipFill><p:spPr>{}</p:spPr></p:pic>",
        xfrm("", 0, 0, 10, 10)
    )
}

#[test]
fn a_picture_keeps_how_it_is_recoloured_in_order() {
    let inside = "<a:grayscl/><a:lum/><a:duotone><a:prstClr val='black'/><a:schemeClr val='accent1'><a:tint val='45000'/>\
        </a:schemeClr></a:duotone><a:lum bright='70000' contrast='-70000'/><a:biLevel thresh='25000'/><a:clrChange useA='0'>\
        <a:clrFrom><a:srgbClr val='FFFFFF'/></a:clrFrom><a:clrTo><a:srgbClr val='FFFFFF'><a:alpha val='0'/></a:srgbClr></a:clrTo>\
        </a:clrChange><a:duotone><a:prstClr val='black'/></a:duotone>";
    let node = picture("").replace("</a:blip>", &format!("{inside}</a:blip>"));
    let fill = format!("<a:blipFill><a:blip r:embed='i'>{inside}</a:blip></a:blipFill>");
    let deck = Sample::of(&[&(node + &shape(6, &fill, "<a:p/>"))])
        .with("ppt/media/i.png", PIXEL)
        .linked("i", "image", "../media/i.png")
        .deck();
    let [shown, filled] = deck.slides[0].elements.as_slice() else {
        panic!("two elements");
    };
    let (Content::Picture(shown), Some(Fill::Picture { recolor, .. })) =
        (&shown.content, &filled.fill)
    else {
        panic!("a picture and a picture fill");
    };
    assert_eq!(&shown.recolor, recolor);
    insta::assert_json_snapshot!(recolor);
    assert!(!super::codes(&deck).contains(&"recolor"));
}

fn filled(attributes: &str, placed: &str) -> Fill {
    let fill = format!("<a:blipFill><a:blip r:embed='i'/>{placed}</a:blipFill>");
    let node = shape(6, &fill, "<a:p/>").replace("<p:sp>", &format!("<p:sp {attributes}>"));
    let deck = Sample::of(&[&node])
        .with("ppt/media/i.png", PIXEL)
        .linked("i", "image", "../media/i.png")
        .deck();
    deck.slides[0].elements[0].fill.clone().unwrap()
}

#[test]
fn a_picture_fill_is_laid_as_the_file_says() {
    let Fill::Picture { tile, tiling, .. } = filled(
        "",
        "<a:tile tx='12700' ty='0' sx='50000' sy='60000' flip='x' algn='ctr'/>",
    ) else {
        panic!("no picture");
    };
    let wanted = Tiling {
        align: (0.5, 0.5),
        offset: (Emu(12_700), Emu(0)),
        scale: (0.5, 0.6),
        flip: (true, false),
    };
    assert_eq!((tile, tiling), (true, wanted));
    // Neither said: repeated. Laid a quarter beyond the box on the left: a fifth of the picture is cut off there.
    let unsaid = filled("", "");
    assert!(matches!(unsaid, Fill::Picture { tile: true, .. }));
    let beyond = filled("", "<a:stretch><a:fillRect l='-25000'/></a:stretch>");
    let Fill::Picture {
        tile: false, crop, ..
    } = beyond
    else {
        panic!("{beyond:?}");
    };
    assert!(
        (crop.left - 0.2).abs() < 1e-9 && crop.right == 0.0,
        "{crop:?}"
    );
}

#[test]
fn a_shape_that_shows_the_background_has_no_fill_of_its_own() {
    assert_eq!(filled("useBgFill='1'", ""), Fill::Background);
}

#[test]
fn a_picture_is_an_asset_with_its_size_and_part() {
    let sample = Sample::of(&[&picture("")])
        .linked("i", "image", "../media/a.bin")
        .with("ppt/media/a.bin", PIXEL);
    let read = sample.read().unwrap();
    let Content::Picture(picture) = &read.deck.slides[0].elements[0].content else {
        panic!("no picture");
    };
    assert_eq!(
        (picture.crop.left, picture.crop.bottom, picture.opacity),
        (0.1, -0.05, 0.5)
    );
    let id = picture.asset.as_ref().unwrap();
    let asset = &read.deck.assets[id];
    assert_eq!(
        (asset.content_type.as_str(), asset.width, asset.height),
        ("image/png", Some(2), Some(3))
    );
    assert_eq!(asset.part.as_deref(), Some("ppt/media/a.bin"));
    assert_eq!(&*read.assets[id], PIXEL);
    assert!(read.assets.contains_key(&read.deck.source.unwrap().asset));
}

#[test]
fn a_picture_with_a_film_behind_it_is_media() {
    let deck = Sample::of(&[&picture("<a:videoFile r:link='v'/>")])
        .linked("i", "image", "../media/a.png")
        .linked("v", "video", "https://example.org/film.mp4")
        .with("ppt/media/a.png", PIXEL)
        .deck();
    let Content::Media(media) = &deck.slides[0].elements[0].content else {
        panic!("no media");
    };
    assert_eq!(media.media, MediaKind::Video);
    assert!(media.poster.is_some() && media.asset.is_none());
    assert_eq!(
        media.target.as_deref(),
        Some("https://example.org/film.mp4")
    );
}

#[test]
fn a_chart_keeps_all_levels_of_its_names() {
    let space = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    let frame = format!(
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='4' name='c'/></p:nvGraphicFramePr><p:xfrm/><a:graphic>\
         <a:graphicData uri='{space}'><c:chart xmlns:c='{space}' r:id='c'/></a:graphicData></a:graphic></p:graphicFrame>"
    );
    let point = |at: usize, name: &str| format!("<c:pt idx='{at}'><c:v>{name}</c:v></c:pt>");
    let level = |points: &[String]| format!("<c:lvl>{}</c:lvl>", points.concat());
    let levels = [
        level(&[point(0, "Q1"), point(1, "Q2"), point(2, "Q1")]),
        level(&[point(0, "2025"), point(2, "2026")]),
        level(&[point(0, "North")]),
    ]
    .concat();
    let part = format!(
        "<c:chartSpace xmlns:c='{space}'><c:chart><c:plotArea><c:barChart><c:ser><c:cat><c:multiLvlStrRef>\
         <c:multiLvlStrCache><c:ptCount val='3'/>{levels}</c:multiLvlStrCache></c:multiLvlStrRef></c:cat></c:ser></c:barChart>\
         </c:plotArea></c:chart></c:chartSpace>"
    );
    let deck = Sample::of(&[&frame])
        .linked("c", "chart", "../charts/c.xml")
        .with("ppt/charts/c.xml", part)
        .deck();
    let Content::Chart { chart } = &deck.slides[0].elements[0].content else {
        panic!("no chart");
    };
    let series = &chart.plots[0].series[0];
    assert_eq!(series.categories, ["Q1", "Q2", "Q1"]);
    let levels = series.category_groups.iter().map(|level| {
        let names = level.iter();
        let names = names.map(|own| format!("{}:{}", own.index, own.name));
        names.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(levels.collect::<Vec<_>>(), ["0:2025 2:2026", "0:North"]);
}
