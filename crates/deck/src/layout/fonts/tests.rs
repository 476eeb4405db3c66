//! What stands in for what.

use super::face::Advances;
use super::*;

fn name(book: &FontBook, id: FaceId) -> &str {
    book.face(id).map_or("", |face| &face.name)
}

#[test]
fn every_bundled_face_can_be_read() {
    let book = FontBook::bundled();
    for (at, (wanted, _)) in FILES.iter().enumerate() {
        assert_eq!(name(&book, FaceId(at)), *wanted);
    }
}

#[test]
fn typefaces_get_their_metric_twins() {
    let book = FontBook::bundled();
    let found = |typeface, bold, italic| name(&book, book.find(typeface, bold, italic)).to_owned();
    assert_eq!(found("Calibri Light", false, false), "Carlito");
    assert_eq!(found("Cambria", true, false), "Caladea Bold");
    assert_eq!(found("Georgia", false, true), "Gelasio Italic");
    assert_eq!(found("Segoe UI Semibold", false, false), "Selawik Bold");
    assert_eq!(found("Consolas", true, true), "Liberation Mono Bold Italic");
    assert_eq!(found("Never Heard Of", false, false), "Liberation Sans");
    assert_eq!(found("Some Serif", false, false), "Liberation Serif");
    assert_eq!(book.substitute("Liberation Sans"), None);
    assert_eq!(book.substitute("Verdana"), Some("Liberation Sans"));
}

#[test]
fn typefaces_without_a_twin_lend_their_widths() {
    let book = FontBook::bundled();
    let verdana = book.find("Verdana", false, false);
    let width = |advances: Advances, text| advances.of(text, 0.5);
    assert!((width(book.advances(verdana), "m") - 0.973).abs() < 1e-9);
    assert!((width(book.advances(verdana), "é") - 0.5).abs() < 1e-9);
    let heavy = book.find("Verdana", true, true);
    assert!((width(book.advances(heavy), "m") - 1.058).abs() < 1e-9);
    let narrow = book.find("Arial Narrow", false, false);
    assert!((width(book.advances(narrow), "m") - 0.41).abs() < 1e-9);
    assert_eq!(
        book.advances(book.find("Arial", false, false)),
        Advances::Own
    );
}

#[test]
fn one_face_is_one_program_whatever_its_widths() {
    let book = FontBook::bundled();
    let [arial, verdana] = ["Arial", "Verdana"].map(|typeface| book.find(typeface, true, false));
    assert_ne!(arial, verdana);
    assert_eq!(book.program(verdana), book.program(arial));
}

#[test]
fn a_character_no_face_has_is_told() {
    let book = FontBook::bundled();
    let wanted = book.find("Calibri", false, false);
    assert_eq!(book.cover(wanted, 'a'), (wanted, true));
    assert_eq!(book.cover(wanted, '\u{13000}'), (wanted, false));
}

#[test]
fn faces_of_a_pack_answer_to_their_names_and_fill_gaps() {
    let mut book = FontBook::bundled();
    let (_, math) = FILES[34];
    assert_eq!(
        book.find("Noto Sans Math", false, false),
        book.find("Noto Sans", false, false)
    );
    let names = book.add(math.to_vec());
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(book.find("noto sans math", false, false), FaceId(book.pack));
    assert!(book.add(b"no font".to_vec()).is_empty());
}

/// A face of a pack: `Pack Gothic`, which is called so in Japanese too and has the letter 水 alone. Drawn by
/// `scripts/pack_font.py`.
const PACK: &[u8] = include_bytes!("../../../tests/fonts/pack.ttf");

#[test]
fn a_face_of_a_pack_goes_by_its_names_in_all_languages_and_is_no_stand_in_for_itself() {
    let mut book = FontBook::bundled();
    let names = ["Pack Gothic", "パックゴシック"];
    assert!(names.iter().all(|name| book.substitute(name).is_some()));
    assert_eq!(book.add(PACK.to_vec()), ["Pack Gothic"]);
    for asked in names {
        assert_eq!(name(&book, book.find(asked, false, false)), "Pack Gothic");
        assert_eq!(book.substitute(asked), None);
    }
}

#[test]
fn of_the_faces_of_a_pack_the_cut_that_was_wanted_fills_gaps() {
    let heavy = |bytes: &[u8]| {
        let mut heavy = bytes.to_vec();
        // OS/2, 4 bytes in: usWeightClass.
        let table = heavy.windows(4).position(|window| window == b"OS/2");
        let at = table.and_then(|at| heavy.get(at + 8..at + 12)?.first_chunk().copied());
        let at = usize::try_from(u32::from_be_bytes(at.unwrap())).unwrap() + 4;
        heavy[at..at + 2].copy_from_slice(&700_u16.to_be_bytes());
        heavy
    };
    let mut book = FontBook::bundled();
    book.add(heavy(PACK));
    book.add(PACK.to_vec());
    for bold in [false, true] {
        let (face, known) = book.cover(book.find("Calibri", bold, false), '水');
        assert!(known);
        assert_eq!(book.face(face).map(|face| face.bold), Some(bold));
    }
}
