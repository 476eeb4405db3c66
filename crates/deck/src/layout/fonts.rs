//! The bundled typefaces: which one stands in for which, their metrics, and which has a character.

use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};

/// A face of the font book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub usize);

/// One cut of a typeface.
pub struct Face {
    /// Family and cut, such as `Carlito Bold`.
    pub name: &'static str,
    /// The bytes of the font file.
    pub data: &'static [u8],
    /// The face as the shaper takes it.
    pub shaper: harfrust::Font,
    /// The face as the outline reader takes it.
    pub outlines: FontRef<'static>,
    /// Design units in one em.
    pub units_per_em: f64,
    /// The part of a line above the baseline, by the `usWin` metrics of OS/2.
    pub ascent_share: f64,
}

/// All faces there are. Faces of the machine are never asked, so that pages look alike everywhere.
pub struct FontBook {
    faces: Vec<Face>,
}

/// Families in the order of their four cuts in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Carlito,
    Caladea,
    Sans,
    Serif,
    Mono,
}

macro_rules! files {
    ($($name:literal $file:literal)*) => {
        [$(($name, include_bytes!(concat!("../../../../assets/fonts/", $file, ".ttf")).as_slice())),*]
    };
}

/// The four cuts of each family in the order regular, bold, italic, bold italic; symbols last.
static FILES: [(&str, &[u8]); 21] = files! {
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
    "Noto Sans Symbols 2" "NotoSansSymbols2-bullets-subset"
};

/// Where the symbols are in the book.
const SYMBOLS: FaceId = FaceId(20);

impl FontBook {
    /// The book of the faces built into the program. Build it once and share it.
    pub fn bundled() -> Self {
        let faces = FILES
            .iter()
            .filter_map(|(name, data)| Face::read(name, data))
            .collect();
        Self { faces }
    }

    /// A face by its id; the first one where the id is of another book.
    pub fn face(&self, id: FaceId) -> Option<&Face> {
        self.faces.get(id.0).or_else(|| self.faces.first())
    }

    /// The face that stands in for a typeface.
    pub fn find(&self, typeface: &str, bold: bool, italic: bool) -> FaceId {
        let cut = usize::from(bold) + 2 * usize::from(italic);
        let family = match family(typeface) {
            Family::Carlito => 0,
            Family::Caladea => 4,
            Family::Sans => 8,
            Family::Serif => 12,
            Family::Mono => 16,
        };
        FaceId(family + cut)
    }

    /// The face that draws a character: the wanted one, else the first of a few that has it.
    /// The flag tells whether any has.
    pub fn cover(&self, wanted: FaceId, c: char) -> (FaceId, bool) {
        if c.is_control() || c.is_whitespace() || self.has(wanted, c) {
            return (wanted, true);
        }
        let cut = if wanted == SYMBOLS { 0 } else { wanted.0 % 4 };
        [
            FaceId(8 + cut),
            FaceId(cut),
            SYMBOLS,
            FaceId(12 + cut),
            FaceId(16),
        ]
        .into_iter()
        .find(|face| self.has(*face, c))
        .map_or((wanted, false), |face| (face, true))
    }

    /// The name of the stand-in for a typeface, where it goes by another name.
    pub fn substitute(&self, typeface: &str) -> Option<&'static str> {
        let stand_in = self.face(self.find(typeface, false, false))?.name;
        (!stand_in.eq_ignore_ascii_case(typeface)).then_some(stand_in)
    }

    fn has(&self, face: FaceId, c: char) -> bool {
        self.faces
            .get(face.0)
            .is_some_and(|face| face.outlines.charmap().map(c).is_some())
    }
}

impl Face {
    fn read(name: &'static str, data: &'static [u8]) -> Option<Self> {
        let outlines = FontRef::new(data).ok()?;
        let shaper = harfrust::Font::new(data, 0)?;
        let units_per_em = f64::from(outlines.head().ok()?.units_per_em()).max(1.0);
        let (above, below) = outlines.os2().map_or((4.0, 1.0), |os2| {
            (
                f64::from(os2.us_win_ascent()),
                f64::from(os2.us_win_descent()),
            )
        });
        let ascent_share = if above + below > 0.0 {
            above / (above + below)
        } else {
            0.8
        };
        Some(Self {
            name,
            data,
            shaper,
            outlines,
            units_per_em,
            ascent_share,
        })
    }
}

/// The family that stands in for a typeface, by metrics where one was made for it, else by looks.
fn family(typeface: &str) -> Family {
    let name = typeface.trim().to_ascii_lowercase();
    let starts = |list: &[&str]| list.iter().any(|prefix| name.starts_with(prefix));
    if starts(&[
        "calibri",
        "carlito",
        "aptos",
        "segoe ui",
        "corbel",
        "candara",
        "gill sans",
        "open sans",
        "+m",
    ]) {
        Family::Carlito
    } else if starts(&["cambria", "caladea"]) {
        Family::Caladea
    } else if starts(&[
        "courier",
        "consolas",
        "lucida console",
        "liberation mono",
        "menlo",
        "monaco",
    ]) || name.ends_with(" mono")
    {
        Family::Mono
    } else if starts(&[
        "times",
        "georgia",
        "liberation serif",
        "garamond",
        "palatino",
        "book antiqua",
        "bookman",
        "constantia",
        "century schoolbook",
        "baskerville",
        "didot",
        "rockwell",
        "minion",
    ]) || name.ends_with(" serif")
    {
        Family::Serif
    } else {
        Family::Sans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(book: &FontBook, id: FaceId) -> &'static str {
        book.face(id).map_or("", |face| face.name)
    }

    #[test]
    fn every_bundled_face_can_be_read() {
        assert_eq!(FontBook::bundled().faces.len(), FILES.len());
    }

    #[test]
    fn typefaces_get_their_metric_twins() {
        let book = FontBook::bundled();
        assert_eq!(
            name(&book, book.find("Calibri Light", false, false)),
            "Carlito"
        );
        assert_eq!(
            name(&book, book.find("Cambria", true, false)),
            "Caladea Bold"
        );
        assert_eq!(
            name(&book, book.find("Georgia", false, true)),
            "Liberation Serif Italic"
        );
        assert_eq!(
            name(&book, book.find("Consolas", true, true)),
            "Liberation Mono Bold Italic"
        );
        assert_eq!(
            name(&book, book.find("Never Heard Of", false, false)),
            "Liberation Sans"
        );
        assert_eq!(book.substitute("Liberation Sans"), None);
    }

    #[test]
    fn a_character_no_face_has_is_told() {
        let book = FontBook::bundled();
        let wanted = book.find("Calibri", false, false);
        assert_eq!(book.cover(wanted, 'a'), (wanted, true));
        assert_eq!(book.cover(wanted, '\u{13000}'), (wanted, false));
    }
}
