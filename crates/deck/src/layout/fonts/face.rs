//! One face of a font file: what shaping, drawing and line heights need to know of it.

use std::sync::OnceLock;

use skrifa::raw::TableProvider;
use skrifa::raw::types::NameId;
use skrifa::{FontRef, MetadataProvider};

use super::widths::Widths;

/// The most faces that are taken from one collection.
const MAX_FACES: u32 = 64;

/// One cut of a typeface.
pub struct Face {
    /// Family and cut, such as `Carlito Bold`.
    pub name: String,
    /// The family alone.
    pub family: String,
    /// What the family is called in other languages.
    pub other_names: Vec<String>,
    /// Whether it is a bold cut.
    pub bold: bool,
    /// Whether it is an italic cut.
    pub italic: bool,
    /// The bytes of the font file.
    pub data: &'static [u8],
    /// Its number in the file.
    pub index: u32,
    /// The face as the shaper takes it.
    pub shaper: harfrust::Font,
    /// The face as the outline reader takes it.
    pub outlines: FontRef<'static>,
    /// Design units in one em.
    pub units_per_em: f64,
    /// The part of a line above the baseline, by the `usWin` metrics of OS/2.
    pub ascent_share: f64,
    covered: [OnceLock<Box<[u64; 1024]>>; 17],
}

/// How wide letters are set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Advances {
    /// As the face has them.
    Own,
    /// By a factor.
    Scaled(f64),
    /// As another face has them, for ASCII; the rest as this one has them.
    Table(&'static Widths),
}

impl Advances {
    /// The advance of a stretch of text in em, where it is not `own`.
    pub fn of(self, text: &str, own: f64) -> f64 {
        match self {
            Self::Own => own,
            Self::Scaled(factor) => own * factor,
            Self::Table(widths) => {
                let mut chars = text.chars();
                let only = chars.next().filter(|_| chars.next().is_none());
                only.and_then(|c| usize::try_from(u32::from(c).checked_sub(0x20)?).ok())
                    .and_then(|at| widths.get(at))
                    .map_or(own, |width| f64::from(*width) / 1000.0)
            }
        }
    }
}

/// How many faces a font file holds.
pub fn count(data: &[u8]) -> u32 {
    match skrifa::raw::FileRef::new(data) {
        Ok(skrifa::raw::FileRef::Font(_)) => 1,
        Ok(skrifa::raw::FileRef::Collection(all)) => all.len().min(MAX_FACES),
        Err(_) => 0,
    }
}

impl Face {
    /// Reads a face by its number in a file; `None` where it is broken. It is called what it calls itself unless `name`
    /// says otherwise.
    pub fn read(data: &'static [u8], index: u32, name: Option<&str>) -> Option<Self> {
        let outlines = FontRef::from_index(data, index).ok()?;
        let shaper = harfrust::Font::new(data, index)?;
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
        let own = |id: NameId| {
            let string = outlines.localized_strings(id).english_or_first();
            string.map(|s| s.chars().collect::<String>())
        };
        let every = [NameId::TYPOGRAPHIC_FAMILY_NAME, NameId::FAMILY_NAME].into_iter();
        let every = every.flat_map(|id| outlines.localized_strings(id));
        let other_names = every.map(|s| s.chars().collect()).collect();
        let family = own(NameId::TYPOGRAPHIC_FAMILY_NAME)
            .or_else(|| own(NameId::FAMILY_NAME))
            .unwrap_or_default();
        let style = outlines.attributes();
        Some(Self {
            name: name.map_or_else(
                || own(NameId::FULL_NAME).unwrap_or_else(|| family.clone()),
                str::to_owned,
            ),
            family,
            other_names,
            bold: style.weight.value() >= 600.0,
            italic: style.style != skrifa::attribute::Style::Normal,
            data,
            index,
            shaper,
            outlines,
            units_per_em,
            ascent_share,
            covered: std::array::from_fn(|_| OnceLock::new()),
        })
    }

    /// Whether its family goes by a name, in whatever language.
    pub fn is_called(&self, name: &str) -> bool {
        let others = self.other_names.iter();
        let mut names = std::iter::once(&self.family).chain(others);
        names.any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether it has a glyph for a character. The answers for a plane are found once, when it is first asked about.
    pub fn has(&self, c: char) -> bool {
        let code = u32::from(c);
        let plane = self
            .covered
            .get(usize::try_from(code >> 16).unwrap_or(usize::MAX));
        let Some(plane) = plane else {
            return false;
        };
        let low = code & 0xFFFF;
        let bits = plane.get_or_init(|| self.plane(code >> 16));
        let word = bits.get(usize::try_from(low >> 6).unwrap_or(0)).copied();
        word.is_some_and(|word| word >> (low & 63) & 1 == 1)
    }

    fn plane(&self, plane: u32) -> Box<[u64; 1024]> {
        let mut bits = Box::new([0_u64; 1024]);
        for (code, glyph) in self.outlines.charmap().mappings() {
            if code >> 16 != plane || glyph.to_u32() == 0 {
                continue;
            }
            let low = code & 0xFFFF;
            if let Some(word) = bits.get_mut(usize::try_from(low >> 6).unwrap_or(0)) {
                *word |= 1 << (low & 63);
            }
        }
        bits
    }
}
