//! SVG pictures, and what is drawn of them.

use std::sync::LazyLock;

use super::drawing::Drawing;
use super::svg::read_svg;
use crate::layout::fonts::FontBook;
use crate::layout::page::{Item, Matrix, Page, Paint};

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

fn read(inside: &str) -> Option<Drawing> {
    let text = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='200' height='100'>{inside}</svg>"
    );
    read_svg(text.as_bytes(), &FONTS)
}

fn shown(inside: &str) -> String {
    let drawing = read(inside).expect("a drawing");
    Page {
        slide: String::new(),
        number: 1,
        title: None,
        width: drawing.width,
        height: drawing.height,
        items: drawing.items,
        missing: Vec::new(),
    }
    .describe()
}

#[test]
fn shapes_groups_and_clips_become_items() {
    insta::assert_snapshot!(shown(
        "<clipPath id='c'><rect width='50' height='50'/></clipPath>
         <g transform='translate(10 20) scale(2)' opacity='0.5' clip-path='url(#c)'>
           <rect width='30' height='10' fill='red' stroke='blue' stroke-width='3'/>
         </g>
         <circle cx='100' cy='50' r='20'/>"
    ));
}

#[test]
fn a_gradient_keeps_its_transform() {
    let drawing = read(
        "<radialGradient id='g' gradientUnits='userSpaceOnUse' cx='0' cy='0' r='1' gradientTransform='translate(50 50) scale(40 20)'>
           <stop offset='0' stop-color='white'/><stop offset='1'/></radialGradient>
         <rect width='100' height='100' fill='url(#g)'/>",
    )
    .unwrap();
    let Some(Item::Path(path)) = drawing.items.first() else {
        panic!("a path");
    };
    assert_eq!(path.matrix, Matrix([40.0, 0.0, 0.0, 20.0, 50.0, 50.0]));
    assert!(matches!(path.fill, Some(Paint::Radial { .. })));
}

#[test]
fn text_is_set_in_bundled_faces() {
    let text = shown("<text x='10' y='50' font-family='Nobody Has This' font-size='20'>Hi</text>");
    assert!(text.contains("path 1"), "{text}");
}

#[test]
fn what_has_no_word_in_the_display_list_is_drawn_as_pixels() {
    let drawing = read(
        "<filter id='f'><feGaussianBlur stdDeviation='3'/></filter>
         <rect width='100' height='50' filter='url(#f)'/>",
    )
    .unwrap();
    assert!(matches!(drawing.items.as_slice(), [Item::Image(image)] if image.bytes.is_some()));
}

#[test]
fn addresses_lead_nowhere() {
    for address in [
        "file:///etc/passwd",
        "/etc/passwd",
        "http://127.0.0.1:1/x.png",
        "x.svg",
    ] {
        let inside = format!(
            "<rect width='9' height='9'/><image width='50' height='50' xlink:href='{address}'/>
             <style>@import url('{address}');</style><script>alert(1)</script>"
        );
        let drawing = read(&inside).unwrap();
        assert_eq!(drawing.items.len(), 1, "{address}");
    }
}

#[test]
fn broken_empty_and_self_containing_pictures_are_none_or_small() {
    assert!(read_svg(b"<svg", &FONTS).is_none());
    assert!(read_svg(&[0xFF, 0xFE, 0], &FONTS).is_none());
    assert!(read("").is_none());
    let mut bomb = String::new();
    for n in 1..20 {
        let use_last = format!("<use href='#g{}'/>", n - 1);
        bomb = [bomb, format!("<g id='g{n}'>{use_last}{use_last}</g>")].concat();
    }
    let inside = format!("<g id='g0'><rect width='1' height='1'/></g>{bomb}");
    let items = read(&inside).map_or(0, |drawing| drawing.items.len());
    assert!(items <= 50_001, "{items}");
}
