//! Metafiles made record by record, and what is drawn of them.

use std::sync::LazyLock;

use super::read_metafile::{Substance, is_metafile, read_metafile, substance};
use crate::layout::fonts::FontBook;
use crate::layout::page::{Item, Page, Paint};
use crate::model::color::Rgb;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

fn longs(values: &[i32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// An EMF of 200 by 100 pixels at a density of one pixel to 0.25 mm.
fn emf(records: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut head = longs(&[0, 0, 199, 99, 0, 0, 5_000, 2_500]);
    head.extend_from_slice(b" EMF");
    head.extend(longs(&[0x1_0000, 0, 0]));
    head.extend([1, 0, 0, 0]);
    head.extend(longs(&[0, 0, 0, 800, 600, 200, 150]));
    let mut all = vec![(1, head)];
    all.extend(records.iter().cloned());
    all.push((14, longs(&[0, 0, 20])));
    let mut out = Vec::new();
    for (kind, body) in all {
        out.extend(kind.to_le_bytes());
        out.extend(u32::try_from(body.len() + 8).unwrap().to_le_bytes());
        out.extend(body);
    }
    out
}

fn shown(bytes: &[u8]) -> String {
    let read = read_metafile(bytes, &FONTS).expect("a metafile");
    Page {
        slide: String::new(),
        number: 1,
        title: None,
        width: read.drawing.width,
        height: read.drawing.height,
        items: read.drawing.items,
        missing: Vec::new(),
    }
    .describe()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn an_emf_is_drawn_by_its_pens_brushes_and_transforms() {
    let brush = (39, longs(&[1, 0, 0x0000_00FF, 0]));
    let pen = (38, longs(&[2, 0, 4, 0, 0x00FF_0000]));
    let records = [
        brush,
        pen,
        (37, longs(&[1])),
        (37, longs(&[2])),
        (43, longs(&[10, 10, 60, 40])),
        (33, vec![]),
        (17, longs(&[8])),
        (9, longs(&[100, 100])),
        (11, longs(&[200, 100])),
        (42, longs(&[50, 50, 90, 90])),
        (34, longs(&[-1])),
        (27, longs(&[0, 0])),
        (54, longs(&[20, 0])),
        (54, longs(&[20, 20])),
    ];
    let bytes = emf(&records);
    assert_eq!(substance(&bytes), Some(Substance::Vectors));
    insta::assert_snapshot!(shown(&bytes));
    let read = read_metafile(&bytes, &FONTS).unwrap();
    let Some(Item::Path(first)) = read.drawing.items.first() else {
        panic!("a rectangle comes first");
    };
    let Some(Paint::Solid(ink)) = &first.fill else {
        panic!("it is filled");
    };
    assert_eq!(ink.rgb, Rgb { r: 255, g: 0, b: 0 });
}

#[test]
fn text_of_an_emf_stands_where_it_was_put_and_keeps_its_advances() {
    let mut body = longs(&[0, 0, 0, 0, 1, 0, 0, 30, 50, 2, 76, 0, 0, 0, 0, 0, 80]);
    body.extend(wide("Hi"));
    body.extend(longs(&[40, 10]));
    let mut font = longs(&[3, -20, 0, 0, 0, 700]);
    font.extend([0; 8]);
    font.extend(wide("Arial"));
    font.resize(28 + 4 + 64, 0);
    let bytes = emf(&[
        (82, font),
        (37, longs(&[3])),
        (18, longs(&[1])),
        (22, longs(&[24])),
        (84, body),
    ]);
    let read = read_metafile(&bytes, &FONTS).unwrap();
    let Some(Item::Glyphs(run)) = read.drawing.items.last() else {
        panic!("text comes last");
    };
    assert_eq!(run.text, "Hi");
    assert_eq!(run.matrix.apply(run.x, run.y), (30.0, 50.0));
    assert!((run.size - 20.0).abs() < 1e-9);
    assert!((run.glyphs[1].x - 40.0).abs() < 1e-9);
    assert_eq!(FONTS.face(run.face).unwrap().name, "Liberation Sans Bold");
}

#[test]
fn a_path_clips_what_is_drawn_after_it() {
    let bytes = emf(&[
        (59, vec![]),
        (43, longs(&[0, 0, 50, 50])),
        (60, vec![]),
        (67, longs(&[5])),
        (42, longs(&[0, 0, 100, 100])),
        (75, longs(&[0, 5])),
        (43, longs(&[60, 60, 70, 70])),
    ]);
    insta::assert_snapshot!(shown(&bytes));
}

#[test]
fn a_bitmap_alone_is_said_to_be_one() {
    let mut body = longs(&[0; 4]);
    // To 10, 10; all of 2 by 1 pixels; header of 40 bytes, pixels of 8; copied to 100 by 50.
    body.extend(longs(&[
        10,
        10,
        0,
        0,
        2,
        1,
        80,
        40,
        120,
        8,
        0,
        0x00CC_0020,
        100,
        50,
    ]));
    body.extend(longs(&[40, 2, 1, 1 | 24 << 16, 0, 8, 0, 0, 0, 0]));
    body.extend([0, 0, 255, 0, 255, 0, 0, 0]);
    let bytes = emf(&[(81, body)]);
    assert_eq!(substance(&bytes), Some(Substance::Bitmap));
    assert!(shown(&bytes).contains("image 0.0,0.0 100.0x50.0"));
}

#[test]
fn emf_plus_alone_is_played_and_a_dual_file_by_its_emf() {
    let record = |kind: u16, flags: u16, data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        let mut out = [kind.to_le_bytes(), flags.to_le_bytes()].concat();
        out.extend((length + 12).to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(data);
        out
    };
    let mut rect = longs(&[0xFF00_FF00_u32.cast_signed(), 1]);
    for value in [10.0_f32, 20.0, 30.0, 40.0] {
        rect.extend(value.to_le_bytes());
    }
    let comment = |dual: u16| {
        let mut body = longs(&[0]);
        body.extend(b"EMF+");
        body.extend(record(0x4001, dual, &longs(&[0, 0, 96, 96])));
        body.extend(record(0x400A, 0x8000, &rect));
        (70, body)
    };
    let own = (43, longs(&[0, 0, 5, 5]));
    let alone = shown(&emf(&[comment(0), own.clone()]));
    assert!(alone.contains("path 10.0,20.0 40.0,60.0 fill"), "{alone}");
    assert!(!alone.contains("0.0,0.0 5.0,5.0"), "{alone}");
    let dual = shown(&emf(&[comment(1), own]));
    assert!(dual.contains("path 0.0,0.0 5.0,5.0 fill"), "{dual}");
    assert!(!dual.contains("10.0,20.0"), "{dual}");
}

/// A placeable WMF of 1,000 by 500 units.
fn wmf(records: &[(u16, Vec<i16>)]) -> Vec<u8> {
    let mut out = vec![0xD7, 0xCD, 0xC6, 0x9A, 0, 0];
    out.extend(
        [0_i16, 0, 1_000, 500, 1_000]
            .iter()
            .flat_map(|v| v.to_le_bytes()),
    );
    out.extend([0; 6]);
    out.extend(
        [1_i16, 9, 0x300, 0, 0, 4, 0, 0, 0]
            .iter()
            .flat_map(|v| v.to_le_bytes()),
    );
    for (function, params) in records {
        let words = u32::try_from(params.len() + 3).unwrap();
        out.extend(words.to_le_bytes());
        out.extend(function.to_le_bytes());
        out.extend(params.iter().flat_map(|v| v.to_le_bytes()));
    }
    out.extend([3, 0, 0, 0, 0, 0]);
    out
}

#[test]
fn a_wmf_fills_its_picture_with_its_window() {
    let bytes = wmf(&[
        (0x020B, vec![0, 0]),
        (0x020C, vec![250, 500]),
        (0x02FC, vec![0, 0x00FF, 0, 0]),
        (0x012D, vec![0]),
        (0x041B, vec![100, 100, 50, 50]),
        (0x0324, vec![3, 0, 0, 500, 0, 0, 250]),
        (0x0521, vec![2, i16::from_le_bytes(*b"Ok"), 200, 300]),
    ]);
    assert!(is_metafile(&bytes));
    insta::assert_snapshot!(shown(&bytes));
}

#[test]
fn bytes_cut_off_or_changed_anywhere_do_no_harm() {
    let whole = emf(&[
        (39, longs(&[1, 0, 255, 0])),
        (7, longs(&[0, 0, 0, 0, 1_000_000, 1_000_000, 3])),
        (3, longs(&[0, 0, 0, 0, 2_000_000_000, 1, 2])),
        (84, longs(&[0; 18])),
        (81, longs(&[-1; 20])),
        (75, longs(&[48, 5, 32, 1, 100_000_000, 0, 0, 0, 0, 0])),
    ]);
    for end in 0..whole.len() {
        let _ = read_metafile(&whole[..end], &FONTS);
    }
    for at in 88..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0xFF;
        let _ = read_metafile(&changed, &FONTS);
    }
    let small = wmf(&[(0x0538, vec![30_000, 30_000]), (0x0F43, vec![-1; 12])]);
    for end in 0..small.len() {
        let _ = read_metafile(&small[..end], &FONTS);
    }
}
