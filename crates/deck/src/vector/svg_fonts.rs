//! The bundled faces as SVG asks for them: by family, weight and slant. Faces of the machine are never asked.

use std::sync::Arc;

use resvg::usvg::fontdb::{Database, ID, Source};
use resvg::usvg::{Font, FontFamily, FontResolver, FontStyle};

use crate::layout::fonts::{FaceId, FontBook};

/// Where bold begins (CSS Fonts 4, 2.2).
const BOLD: u16 = 600;

/// The faces of the book under the ids of SVG's own list.
pub(super) struct Faces {
    database: Arc<Database>,
    ids: Vec<Option<ID>>,
}

impl Faces {
    pub(super) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    fn id(&self, face: FaceId) -> Option<ID> {
        self.ids.get(face.0).copied().flatten()
    }
}

impl Faces {
    /// All faces of the book.
    pub(super) fn of(fonts: &FontBook) -> Self {
        let mut database = Database::new();
        let mut ids: Vec<Option<ID>> = Vec::new();
        for cut in fonts.ids() {
            let program = fonts.program(cut);
            let id = if program == cut {
                fonts.face(cut).and_then(|face| {
                    let source = Source::Binary(Arc::new(face.data));
                    let loaded = database.load_font_source(source);
                    loaded.get(usize::try_from(face.index).ok()?).copied()
                })
            } else {
                ids.get(program.0).copied().flatten()
            };
            ids.push(id);
        }
        Self {
            database: Arc::new(database),
            ids,
        }
    }

    /// None at all, for pictures without text.
    pub(super) fn none() -> Self {
        Self {
            database: Arc::default(),
            ids: Vec::new(),
        }
    }
}

/// Finds faces by the rules of the font book.
pub(super) fn resolver<'a>(fonts: &'a FontBook, faces: &'a Faces) -> FontResolver<'a> {
    FontResolver {
        select_font: Box::new(|font, _| faces.id(wanted(fonts, font))),
        select_fallback: Box::new(|c, used, _| {
            let first = used.first()?;
            let at = faces.ids.iter().position(|id| *id == Some(*first))?;
            let (face, known) = fonts.cover(FaceId(at), c);
            faces.id(face).filter(|id| known && !used.contains(id))
        }),
    }
}

fn wanted(fonts: &FontBook, font: &Font) -> FaceId {
    let family = match font.families().first() {
        Some(FontFamily::Named(name)) => name.as_str(),
        Some(FontFamily::Serif) => "Times New Roman",
        Some(FontFamily::Monospace) => "Courier New",
        Some(FontFamily::SansSerif | FontFamily::Cursive | FontFamily::Fantasy) | None => "Arial",
    };
    fonts.find(
        family,
        font.weight() >= BOLD,
        font.style() != FontStyle::Normal,
    )
}
