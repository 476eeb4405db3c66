//! Bytes of a metafile in, a drawing out, and what it is made of.

use super::emf::{self, Played};
use super::wmf;
use crate::layout::fonts::FontBook;
use crate::vector::drawing::Drawing;

/// What a metafile is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substance {
    /// Lines, areas and text, bitmaps perhaps among them.
    Vectors,
    /// Nothing but bitmaps.
    Bitmap,
}

/// A metafile that can be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Metafile {
    /// The picture.
    pub drawing: Drawing,
    /// What it is made of.
    pub substance: Substance,
}

/// Whether bytes begin as a metafile does.
pub fn is_metafile(bytes: &[u8]) -> bool {
    let placed = bytes.starts_with(&[0xD7, 0xCD, 0xC6, 0x9A]);
    let bare = matches!(bytes, [1 | 2, 0, 9, 0, 0, 1 | 3, ..]);
    placed || bare || bytes.get(40..44) == Some(b" EMF")
}

/// Reads WMF, EMF or EMF+; `None` where it is broken, says no size, or draws nothing.
pub fn read_metafile(bytes: &[u8], fonts: &FontBook) -> Option<Metafile> {
    let played = play(bytes, fonts, false)?;
    let drawing = Drawing {
        width: played.width,
        height: played.height,
        items: played.items,
    };
    let substance = played.substance?;
    Some(Metafile { drawing, substance })
}

/// What a metafile would be drawn as, without drawing it; `None` where it cannot be.
pub fn substance(bytes: &[u8]) -> Option<Substance> {
    play(bytes, &FontBook::empty(), true)?.substance
}

fn play(bytes: &[u8], fonts: &FontBook, dry: bool) -> Option<Played> {
    if bytes.get(40..44) == Some(b" EMF") {
        emf::play(bytes, fonts, dry)
    } else {
        wmf::play(bytes, fonts, dry)
    }
}

/// What has to be said of how a metafile will be drawn: the code of the warning and its sentence.
pub fn remark(bytes: &[u8]) -> (&'static str, &'static str) {
    match substance(bytes) {
        Some(Substance::Vectors) => (
            "metafile_vectors",
            "the metafile is drawn from its own lines, areas and text, in the bundled typefaces",
        ),
        Some(Substance::Bitmap) => (
            "metafile_bitmap",
            "the metafile is drawn as the bitmap that is all it holds",
        ),
        None => (
            "metafile_box",
            "the metafile cannot be drawn; a marked box stands in its place",
        ),
    }
}
