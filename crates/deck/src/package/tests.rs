//! Packages as they come, good and hostile.

use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;

use super::container::Package;
use super::limits::PackageLimits;
use super::namespaces::Ns;
use super::relationships::Target;
use super::xml::Document;
use crate::error::ReadError;

fn zip(parts: &[(&str, &[u8])]) -> Arc<[u8]> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner().into()
}

fn open(bytes: Arc<[u8]>) -> Result<Package, ReadError> {
    Package::open(&PackageLimits::default(), bytes)
}

fn parse(text: &str) -> Result<Document, ReadError> {
    Document::parse("a.xml", text.as_bytes(), 256)
}

#[test]
fn a_part_is_found_whatever_the_case_of_its_name() {
    let package = open(zip(&[("ppt/Slide1.xml", b"<a/>")])).unwrap();
    assert_eq!(package.part("PPT/slide1.xml").unwrap().unwrap(), b"<a/>");
    assert!(package.part("ppt/slide2.xml").unwrap().is_none());
}

#[test]
fn names_that_lead_outside_refuse_the_package() {
    for name in ["../evil.xml", "/etc/passwd", "a/../../b"] {
        assert!(
            matches!(open(zip(&[(name, b"x")])), Err(ReadError::Unsafe { .. })),
            "{name}"
        );
    }
}

#[test]
fn a_bomb_stops_at_the_limit_not_at_its_size() {
    let zeros = vec![0_u8; 4 << 20];
    let limits = PackageLimits {
        media_bytes: 1 << 20,
        ..PackageLimits::default()
    };
    let package = Package::open(&limits, zip(&[("ppt/media/a.bin", &zeros)])).unwrap();
    assert!(matches!(
        package.part("ppt/media/a.bin"),
        Err(ReadError::TooLarge { .. })
    ));
}

#[test]
fn many_parts_together_stop_at_the_limit_too() {
    let limits = PackageLimits {
        total_bytes: 1_500,
        ..PackageLimits::default()
    };
    let part = vec![b'x'; 1_000];
    let package = Package::open(&limits, zip(&[("a.bin", &part), ("b.bin", &part)])).unwrap();
    assert!(package.part("a.bin").is_ok());
    assert!(matches!(
        package.part("b.bin"),
        Err(ReadError::TooLarge { .. })
    ));
}

#[test]
fn a_cut_off_zip_is_damaged() {
    let whole = zip(&[("a.xml", b"<a/>")]);
    let cut: Arc<[u8]> = whole[..whole.len() / 2].into();
    assert!(matches!(open(cut), Err(ReadError::Malformed { .. })));
}

#[test]
fn no_flipped_byte_makes_it_panic() {
    let whole = zip(&[
        ("a.xml", b"<a><b c='d'>e</b></a>"),
        ("_rels/.rels", b"<x/>"),
    ]);
    for at in 0..whole.len() {
        let mut bytes = whole.to_vec();
        bytes[at] ^= 0xFF;
        if let Ok(package) = open(bytes.into()) {
            // Whatever it answers, it answers.
            let _ = package.xml("a.xml").is_ok() && package.relationships("").is_ok();
        }
    }
}

#[test]
fn a_document_type_is_refused_whatever_it_says() {
    let xxe = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>";
    assert!(matches!(parse(xxe), Err(ReadError::Unsafe { .. })));
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
    assert!(matches!(parse(&deep), Err(ReadError::TooLarge { .. })));
}

#[test]
fn broken_xml_is_damaged() {
    for text in ["", "<a>", "<a></b>", "<a/><b/>", "<a>&nothing;</a>"] {
        assert!(
            matches!(parse(text), Err(ReadError::Malformed { .. })),
            "{text}"
        );
    }
    let invalid = Document::parse("a.xml", &[b'<', 0xC3, 0x28], 9);
    assert!(matches!(invalid, Err(ReadError::Malformed { .. })));
}

#[test]
fn strict_and_transitional_are_one() {
    for address in [
        "http://schemas.openxmlformats.org/presentationml/2006/main",
        "http://purl.oclc.org/ooxml/presentationml/main",
    ] {
        let xml = parse(&format!("<q:sld xmlns:q='{address}' show='0'/>")).unwrap();
        assert!(xml.root().is(Ns::P, "sld"));
        assert_eq!(xml.root().attribute("show").as_deref(), Some("0"));
    }
}

#[test]
fn wide_text_is_read_by_its_mark() {
    let bytes: Vec<u8> = "\u{FEFF}<a>ü€</a>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        Document::parse("a.xml", &bytes, 9).unwrap().root().text(),
        "ü€"
    );
}

#[test]
fn references_to_characters_become_characters() {
    assert_eq!(
        parse("<a>x &amp; y &#60; &#x7a;</a>")
            .unwrap()
            .root()
            .text(),
        "x & y < z"
    );
}

#[test]
fn the_branch_that_is_understood_is_seen_and_else_the_fallback() {
    let mc = "http://schemas.openxmlformats.org/markup-compatibility/2006";
    let seen = |requires: &str| {
        let text = format!(
            "<a xmlns:mc='{mc}'><b/><mc:AlternateContent><mc:Choice Requires='{requires}'><new/></mc:Choice>\
             <mc:Fallback><old/></mc:Fallback></mc:AlternateContent></a>"
        );
        let xml = parse(&text).unwrap();
        xml.root()
            .children()
            .map(|child| child.name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(seen("p14"), ["b", "new"]);
    assert_eq!(seen("future"), ["b", "old"]);
}

#[test]
fn of_handwriting_the_picture_is_seen() {
    let mc = "http://schemas.openxmlformats.org/markup-compatibility/2006";
    let text = format!(
        "<a xmlns:mc='{mc}'><mc:AlternateContent><mc:Choice Requires='p14'><contentPart/></mc:Choice>\
         <mc:Fallback><pic/></mc:Fallback></mc:AlternateContent></a>"
    );
    let xml = parse(&text).unwrap();
    let seen: Vec<_> = xml
        .root()
        .children()
        .map(|child| child.name().to_owned())
        .collect();
    assert_eq!(seen, ["pic"]);
}

#[test]
fn an_element_knows_where_it_stands() {
    let text = "<a> <b c='1'>d</b><e/></a>";
    let xml = parse(text).unwrap();
    let spans: Vec<_> = xml
        .root()
        .children()
        .map(|child| &xml.source()[child.span()])
        .collect();
    assert_eq!(spans, ["<b c='1'>d</b>", "<e/>"]);
}

#[test]
fn relationships_lead_to_parts_and_outside_ones_stay_data() {
    let rels = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
        <Relationship Id='rId1' Type='http://x/image' Target='../media/a.png'/>\
        <Relationship Id='rId2' Type='http://x/hyperlink' Target='http://a.b/' TargetMode='External'/>\
        <Relationship Id='rId3' Type='http://x/image' Target='../../../etc/passwd'/></Relationships>";
    let package = open(zip(&[(
        "ppt/slides/_rels/slide1.xml.rels",
        rels.as_bytes(),
    )]))
    .unwrap();
    let found = package.relationships("ppt/slides/slide1.xml").unwrap();
    assert_eq!(found.part("rId1"), Some("ppt/media/a.png"));
    assert_eq!(found.part_of_kind("image"), Some("ppt/media/a.png"));
    assert_eq!(
        found.get("rId2").unwrap().target,
        Target::External("http://a.b/".to_owned())
    );
    assert!(matches!(
        found.get("rId3").unwrap().target,
        Target::Nowhere(_)
    ));
}
