//! Artifacts: a deck in each of the forms it can be exported as. The server and the command line make the same bytes.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::deck::error::WriteError;
use crate::deck::layout::fonts::FontBook;
use crate::deck::layout::page::Pages;
use crate::deck::layout::slide::{LayoutOptions, lay_out};
use crate::deck::model::asset::AssetId;
use crate::deck::model::deck::Deck;
use crate::deck::pdf::document::{PdfOptions, write_pdf};
use crate::deck::pptx::write::package::{Parts, package as package_parts};
use crate::deck::pptx::write::write_pptx::render as render_parts;
use crate::deck::raster::png::draw_png;
use crate::deck::svg::document::draw_svg;
use crate::deck::watch::Watch;
use crate::domain::fonts::StandIns;
use crate::domain::job::{ExportFormat, ExportOptions};

/// Width of the pictures in a PNG export, in pixels.
const PICTURE_WIDTH: u32 = 1_920;

/// A deck rendered, not yet put into one file.
pub struct Rendered {
    form: Form,
    /// What its text is set in, where that is not what the deck asks for; nothing where others set it.
    pub fonts: StandIns,
}

/// What was rendered, by format.
enum Form {
    /// The parts of a package.
    Pptx(Parts),
    /// Pages laid out, with the pictures they show.
    Pdf {
        /// The pages.
        pages: Pages,
        /// The bytes of pictures.
        assets: BTreeMap<AssetId, Arc<[u8]>>,
        /// What is said beside them.
        options: PdfOptions,
    },
    /// Pictures of one kind, one for each slide shown.
    Pictures {
        /// How the name of each ends.
        ending: &'static str,
        /// Their bytes.
        pictures: Vec<Vec<u8>>,
    },
}

/// Renders a deck for a format.
pub fn render(
    (deck, assets): (Deck, BTreeMap<AssetId, Arc<[u8]>>),
    fonts: &FontBook,
    (format, asked): (ExportFormat, ExportOptions),
    watch: &dyn Watch,
) -> Result<Rendered, WriteError> {
    let options = LayoutOptions {
        hidden_slides: asked.hidden_slides,
        notes: asked.notes && format == ExportFormat::Pdf,
    };
    match format {
        ExportFormat::Pptx => Ok(Rendered {
            form: Form::Pptx(render_parts(&deck, &assets, watch)?),
            fonts: StandIns::default(),
        }),
        ExportFormat::Pdf => {
            let pages = lay_out(&deck, &assets, fonts, &options, watch)?;
            let fonts = stand_ins(&pages);
            let options = PdfOptions::of_deck(&deck, asked.pdf_a);
            let form = Form::Pdf {
                pages,
                assets,
                options,
            };
            Ok(Rendered { form, fonts })
        }
        ExportFormat::Png | ExportFormat::Svg => {
            let laid_out = lay_out(&deck, &assets, fonts, &options, watch)?;
            let told = stand_ins(&laid_out);
            let pages = laid_out.pages;
            let total = pages.len();
            let mut pictures = Vec::with_capacity(total);
            for (done, page) in pages.iter().enumerate() {
                pictures.push(if format == ExportFormat::Png {
                    draw_png(page, &assets, fonts, PICTURE_WIDTH)?
                } else {
                    draw_svg(page, &assets, fonts)
                });
                if !watch.step(done + 1, total) {
                    return Err(WriteError::Stopped);
                }
            }
            let ending = if format == ExportFormat::Png {
                "png"
            } else {
                "svg"
            };
            Ok(Rendered {
                form: Form::Pictures { ending, pictures },
                fonts: told,
            })
        }
    }
}

/// What the text of pages is set in, where that is not what was asked for.
pub fn stand_ins(pages: &Pages) -> StandIns {
    let missing = pages.pages.iter().flat_map(|page| &page.missing);
    StandIns::of(pages.substitutions.clone(), missing.copied())
}

/// Puts what was rendered into one file.
pub fn package(rendered: &Rendered, fonts: &FontBook) -> Result<Vec<u8>, WriteError> {
    match &rendered.form {
        Form::Pptx(parts) => package_parts(parts),
        Form::Pdf {
            pages,
            assets,
            options,
        } => write_pdf(pages, assets, fonts, options),
        Form::Pictures { ending, pictures } => {
            zipped(ending, pictures).map_err(|error| WriteError::Drawing {
                detail: error.to_string(),
            })
        }
    }
}

/// A zip of `slide-001.png` and so on. PNG is stored, since it does not compress twice. Times are fixed, so that the same
/// deck gives the same bytes.
fn zipped(ending: &str, pictures: &[Vec<u8>]) -> zip::result::ZipResult<Vec<u8>> {
    let method = if ending == "png" {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(zip::DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, picture) in pictures.iter().enumerate() {
        zip.start_file(format!("slide-{:03}.{ending}", index + 1), options)?;
        zip.write_all(picture)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The name to save an artifact under: the deck's title without what file systems refuse.
pub fn file_name(title: &str, format: ExportFormat) -> String {
    let safe: String = title
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                ' '
            } else {
                c
            }
        })
        .take(100)
        .collect();
    let words = safe.split_whitespace();
    let words: Vec<&str> = words.filter(|word| word.contains(|c| c != '.')).collect();
    let name = words.join(" ");
    let name = name.trim_matches('.');
    let name = if name.is_empty() { "deck" } else { name };
    format!("{name}.{}", format.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_keeps_letters_and_loses_what_file_systems_refuse() {
        let name = |title| file_name(title, ExportFormat::Pdf);
        assert_eq!(name("Über uns: Q3/2026"), "Über uns Q3 2026.pdf");
        assert_eq!(name("../../etc/passwd"), "etc passwd.pdf");
        assert_eq!(name(" \n"), "deck.pdf");
        assert_eq!(file_name("a", ExportFormat::Png), "a.zip");
    }
}
