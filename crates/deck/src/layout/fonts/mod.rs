//! The typefaces there are: which one stands in for which, their metrics, and which has a character.

pub mod face;
pub mod typefaces;
pub mod widths;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use face::{Advances, Face};
use typefaces::{Family, TYPEFACES, Typeface};

/// A cut of a typeface as text is set in it: a face of the book, perhaps with the widths of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub usize);

/// All faces there are. Faces of the machine are never asked, so that pages look alike everywhere.
pub struct FontBook {
    cuts: Vec<Cut>,
    /// Where the cuts of the typefaces begin that lend a family other widths, by their place in the table.
    lent: Vec<(usize, usize)>,
    /// Where the faces of a font pack begin.
    pack: usize,
}

/// A face and how wide its letters are set.
struct Cut {
    face: Arc<Face>,
    /// The first cut with the same face: one font in a PDF.
    program: FaceId,
    advances: Advances,
}

macro_rules! files {
    ($($name:literal $file:literal)*) => {
        [$(($name, include_bytes!(concat!("../../../../../assets/fonts/", $file, ".ttf")).as_slice())),*]
    };
}

/// The four cuts of each family in the order regular, bold, italic, bold italic, families in the order of [`Family`];
/// symbols last.
static FILES: [(&str, &[u8]); 35] = files! {
    "Carlito" "Carlito-Regular" "Carlito Bold" "Carlito-Bold"
    "Carlito Italic" "Carlito-Italic" "Carlito Bold Italic" "Carlito-BoldItalic"
    "Caladea" "Caladea-Regular" "Caladea Bold" "Caladea-Bold"
    "Caladea Italic" "Caladea-Italic" "Caladea Bold Italic" "Caladea-BoldItalic"
    "Liberation Sans" "LiberationSans-Regular" "Liberation Sans Bold" "LiberationSans-Bold"
    "Liberation Sans Italic" "LiberationSans-Italic" "Liberation Sans Bold Italic" "LiberationSans-BoldItalic"
    "Liberation Serif" "LiberationSerif-Regular" "Liberation Serif Bold" "LiberationSerif-Bold"
    "Liberation Serif Italic" "LiberationSerif-Italic" "Liberation Serif Bold Italic" "LiberationSerif-BoldItalic"
    "Liberation Mono" "LiberationMono-Regular" "Liberation Mono Bold" "LiberationMono-Bold"
    "Liberation Mono Italic" "LiberationMono-Italic" "Liberation Mono Bold Italic" "LiberationMono-BoldItalic"
    "Gelasio" "Gelasio-Regular" "Gelasio Bold" "Gelasio-Bold"
    "Gelasio Italic" "Gelasio-Italic" "Gelasio Bold Italic" "Gelasio-BoldItalic"
    "Open Sans" "OpenSans-Regular" "Open Sans Bold" "OpenSans-Bold"
    "Open Sans Italic" "OpenSans-Italic" "Open Sans Bold Italic" "OpenSans-BoldItalic"
    "Selawik" "Selawik-Regular" "Selawik Bold" "Selawik-Bold"
    "Selawik" "Selawik-Regular" "Selawik Bold" "Selawik-Bold"
    "Noto Sans Symbols 2" "NotoSansSymbols2-subset"
    "Noto Sans Symbols" "NotoSansSymbols-subset"
    "Noto Sans Math" "NotoSansMath-subset"
};

/// Where the faces of symbols are in the book.
const SYMBOLS: [FaceId; 3] = [FaceId(32), FaceId(33), FaceId(34)];

impl FontBook {
    /// The book of the faces built into the program. Build it once and share it.
    pub fn bundled() -> Self {
        let mut cuts: Vec<Cut> = Vec::with_capacity(FILES.len() + 4 * TYPEFACES.len());
        for (name, data) in &FILES {
            let place = cuts.len();
            let twin = cuts.iter().position(|cut| cut.face.name == *name);
            let face = match twin.and_then(|at| cuts.get(at)) {
                Some(cut) => Some(Arc::clone(&cut.face)),
                None => Face::read(data, 0, Some(name)).map(Arc::new),
            };
            // Files of the program itself can all be read; a test holds it.
            if let Some(face) = face {
                cuts.push(Cut {
                    face,
                    program: FaceId(twin.unwrap_or(place)),
                    advances: Advances::Own,
                });
            }
        }
        let mut book = Self {
            cuts,
            lent: Vec::new(),
            pack: 0,
        };
        for (row, typeface) in TYPEFACES.iter().enumerate() {
            if typeface.widths.is_some() {
                book.lend(row, typeface);
            }
        }
        book.pack = book.cuts.len();
        book
    }

    fn lend(&mut self, row: usize, typeface: &Typeface) {
        self.lent.push((row, self.cuts.len()));
        for cut in 0..4 {
            let program = FaceId(first(typeface.family) + cut);
            let advances = typeface
                .widths
                .map_or(Advances::Own, |widths| widths.of(cut % 2 == 1));
            if let Some(base) = self.cuts.get(program.0) {
                let face = Arc::clone(&base.face);
                self.cuts.push(Cut {
                    face,
                    program: base.program,
                    advances,
                });
            }
        }
    }

    /// Adds the faces of a font file, all of them where it is a collection; answers their names.
    ///
    /// They come before the built-in ones where a deck asks for them by name, and after them for characters that the
    /// wanted face does not have. The bytes stay for the life of the process: a pack is read once.
    pub fn add(&mut self, font: Vec<u8>) -> Vec<String> {
        let data: &'static [u8] = Box::leak(font.into_boxed_slice());
        let mut names = Vec::new();
        for index in 0..face::count(data) {
            if let Some(face) = Face::read(data, index, None) {
                names.push(face.name.clone());
                self.cuts.push(Cut {
                    face: Arc::new(face),
                    program: FaceId(self.cuts.len()),
                    advances: Advances::Own,
                });
            }
        }
        names
    }

    /// A book without faces: nothing can be set, but what would be is told.
    pub fn empty() -> Self {
        Self {
            cuts: Vec::new(),
            lent: Vec::new(),
            pack: 0,
        }
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = FaceId> + use<> {
        (0..self.cuts.len()).map(FaceId)
    }

    /// A face by its id; the first one where the id is of another book.
    pub fn face(&self, id: FaceId) -> Option<&Face> {
        self.cut(id).map(|cut| &*cut.face)
    }

    /// How wide the letters of a face are set.
    pub fn advances(&self, id: FaceId) -> Advances {
        self.cut(id).map_or(Advances::Own, |cut| cut.advances)
    }

    /// The first id with the same face, whatever its widths.
    pub fn program(&self, id: FaceId) -> FaceId {
        self.cut(id).map_or(id, |cut| cut.program)
    }

    fn cut(&self, id: FaceId) -> Option<&Cut> {
        self.cuts.get(id.0).or_else(|| self.cuts.first())
    }

    /// The face that stands in for a typeface.
    pub fn find(&self, typeface: &str, bold: bool, italic: bool) -> FaceId {
        let name = typeface.trim();
        if let Some(id) = self.packed(name, bold, italic) {
            return id;
        }
        let row = typefaces::row(name);
        let known = row.and_then(|row| TYPEFACES.get(row));
        let bold = bold || typefaces::heavy(name);
        let cut = usize::from(bold) + 2 * usize::from(italic);
        let lent = self.lent.iter().find(|(of, _)| Some(*of) == row);
        let start = lent.map_or_else(
            || first(known.map_or_else(|| typefaces::by_looks(name), |t| t.family)),
            |(_, start)| *start,
        );
        FaceId(start + cut)
    }

    /// The face of a font pack that has a name, in the wanted cut or the nearest.
    pub fn packed(&self, name: &str, bold: bool, italic: bool) -> Option<FaceId> {
        let faces = self.cuts.iter().enumerate().skip(self.pack);
        faces
            .filter(|(_, cut)| cut.face.is_called(name))
            .min_by_key(|(_, cut)| (cut.face.bold != bold, cut.face.italic != italic))
            .map(|(at, _)| FaceId(at))
    }

    /// The face that draws a character: the wanted one, else the first of a few that has it, else one of a font pack.
    /// The flag tells whether any has.
    pub fn cover(&self, wanted: FaceId, c: char) -> (FaceId, bool) {
        if c.is_control() || c.is_whitespace() || self.has(wanted, c) {
            return (wanted, true);
        }
        let cut = if wanted.0 < self.pack && !SYMBOLS.contains(&wanted) {
            wanted.0 % 4
        } else {
            0
        };
        let plain = [Family::Sans, Family::Carlito].map(|family| FaceId(first(family) + cut));
        let last = [
            FaceId(first(Family::Serif) + cut),
            FaceId(first(Family::Mono)),
        ];
        let built_in = plain.into_iter().chain(SYMBOLS).chain(last);
        let found = built_in.into_iter().find(|face| self.has(*face, c));
        let found = found.or_else(|| self.pack_with(wanted, c));
        found.map_or((wanted, false), |face| (face, true))
    }

    /// The face of a font pack that has a character, in the cut of the wanted face or the nearest.
    fn pack_with(&self, wanted: FaceId, c: char) -> Option<FaceId> {
        let like = self.face(wanted)?;
        let faces = self.cuts.iter().enumerate().skip(self.pack);
        faces
            .filter(|(_, cut)| cut.face.has(c))
            .min_by_key(|(_, cut)| (cut.face.bold != like.bold, cut.face.italic != like.italic))
            .map(|(at, _)| FaceId(at))
    }

    /// The name of the stand-in for a typeface, where it goes by another name.
    pub fn substitute(&self, typeface: &str) -> Option<&str> {
        let face = self.face(self.find(typeface, false, false))?;
        let itself = face.name.eq_ignore_ascii_case(typeface) || face.is_called(typeface.trim());
        (!itself).then_some(face.name.as_str())
    }

    /// Whether a face has a glyph for a character.
    pub fn has(&self, face: FaceId, c: char) -> bool {
        self.cuts.get(face.0).is_some_and(|cut| cut.face.has(c))
    }
}

/// Where the cuts of a family begin.
fn first(family: Family) -> usize {
    4 * match family {
        Family::Carlito => 0,
        Family::Caladea => 1,
        Family::Sans => 2,
        Family::Serif => 3,
        Family::Mono => 4,
        Family::Gelasio => 5,
        Family::OpenSans => 6,
        Family::Selawik => 7,
    }
}
