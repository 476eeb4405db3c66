//! Files that are broken, hostile or merely odd.

use super::super::normalize::normalize;
use super::super::presentation::parse;
use super::{Sample, codes, shape};
use crate::error::ReadError;
use crate::model::units::{Emu, Size};
use crate::package::limits::PackageLimits;
use crate::watch::Watch;

#[test]
fn a_slide_list_is_counted_with_its_repeats() {
    let limits = PackageLimits {
        slides: 2,
        ..PackageLimits::default()
    };
    let sample = Sample {
        limits,
        ..Sample::of(&["", "", ""])
    };
    assert!(matches!(sample.read(), Err(ReadError::TooLarge { .. })));
}

#[test]
fn a_slide_that_is_listed_twice_is_there_twice() {
    let list =
        "<p:sldIdLst><p:sldId id='256' r:id='s0'/><p:sldId id='256' r:id='s0'/></p:sldIdLst>";
    let deck = Sample::of(&[&shape(2, "", "<a:p/>")])
        .with_xml("ppt/presentation.xml", "p:presentation", list)
        .deck();
    assert_eq!(deck.slides.len(), 2);
    assert_ne!(deck.slides[0].id, deck.slides[1].id);
    assert_eq!(deck.slides[0].elements, deck.slides[1].elements);
}

#[test]
fn a_size_that_no_slide_has_is_held_within_limits() {
    let of = |size: &str| {
        let deck = Sample {
            size: size.to_owned(),
            ..Sample::of(&[""])
        }
        .deck();
        (deck.size, codes(&deck).join(" "))
    };
    assert_eq!(
        of("<p:sldSz cx='0' cy='6858000'/>"),
        (Size::WIDE, "slide_size".to_owned())
    );
    assert_eq!(of(""), (Size::WIDE, "slide_size".to_owned()));
    let tall = Size {
        width: Size::MIN_SIDE,
        height: Size::MAX_SIDE,
    };
    assert_eq!(
        of("<p:sldSz cx='5' cy='999999999999'/>"),
        (tall, "slide_size".to_owned())
    );
    let fine = Size {
        width: Emu(9_144_000),
        height: Emu(6_858_000),
    };
    assert_eq!(
        of("<p:sldSz cx='10in' cy='6858000'/>"),
        (fine, String::new())
    );
}

#[test]
fn what_is_missing_is_a_warning_and_not_the_end() {
    let deck = Sample::of(&[&shape(2, "", "<a:p><a:r><a:t>here</a:t></a:r></a:p>")])
        .with("ppt/theme/t.xml", "<a:theme")
        .with("ppt/slideLayouts/_rels/l.xml.rels", "<Relationships/>")
        .deck();
    assert_eq!(super::texts(&deck.slides[0].elements[0]), ["here"]);
    assert!(codes(&deck).contains(&"broken_part") && codes(&deck).contains(&"missing_master"));
}

#[test]
fn a_layout_that_is_its_own_master_does_not_hang() {
    let own = super::relationships(&super::rel("m", "slideMaster", "l.xml"));
    let deck = Sample::of(&[""])
        .with("ppt/slideLayouts/_rels/l.xml.rels", own)
        .deck();
    assert!(codes(&deck).contains(&"missing_master"));
}

#[test]
fn a_document_type_is_refused() {
    let slide = "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>";
    let sample = Sample::of(&[""]).with("ppt/slides/s0.xml", slide);
    assert!(matches!(sample.read(), Err(ReadError::Unsafe { .. })));
}

#[test]
fn a_file_of_another_kind_is_told_apart() {
    let sample = Sample::of(&[]).with_xml("ppt/presentation.xml", "p:sld", "");
    assert!(matches!(sample.read(), Err(ReadError::WrongType { .. })));
}

#[test]
fn the_watcher_is_told_of_each_slide_and_can_stop() {
    struct UpTo(usize, std::sync::Mutex<Vec<(usize, usize)>>);
    impl Watch for UpTo {
        fn step(&self, done: usize, total: usize) -> bool {
            self.1.lock().unwrap().push((done, total));
            done < self.0
        }
    }
    let bytes = Sample::of(&["", "", ""]).bytes();
    let parsed = parse(&PackageLimits::default(), bytes).unwrap();
    assert_eq!(parsed.slides(), 3);
    let watch = UpTo(2, std::sync::Mutex::default());
    assert_eq!(normalize(&parsed, &watch), Err(ReadError::Stopped));
    assert_eq!(*watch.1.lock().unwrap(), [(1, 3), (2, 3)]);
}
