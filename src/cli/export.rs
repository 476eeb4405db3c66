//! `slidecraft export`: any deck in, a file out, by the code of the export job.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::arguments::{Export, OutputFormat};
use super::progress::SlideBar;
use super::streams::{assets_folder, is_stream, read_deck, write_all, write_assets};
use crate::deck::layout::fonts::FontBook;
use crate::deck::layout::slide::{lay_out_slide, substitutions};
use crate::deck::package::limits::PackageLimits;
use crate::deck::raster::png::draw_png;
use crate::deck::read::Read;
use crate::deck::schema::json::write_deck;
use crate::deck::svg::document::draw_svg;
use crate::domain::fonts::{StandIns, is_as_wide};
use crate::domain::job::ExportOptions;
use crate::work::artifact;

/// Exports what was asked for.
pub fn run(
    asked: &Export,
    (limits, fonts): (&PackageLimits, &FontBook),
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let format = format(asked)?;
    if (asked.notes || asked.pdf_a) && format != OutputFormat::Pdf {
        bail!("--notes and --pdf-a are for PDF; end the output in .pdf, or leave them out");
    }
    let read = read_deck(&asked.input, asked.assets.as_deref(), limits)?;
    let to = asked.output.as_path();
    match format.as_export() {
        None => {
            if !is_stream(to) && !read.assets.is_empty() {
                write_assets(&assets_folder(to), &read.assets, output)?;
            }
            let mut json = write_deck(&read.deck, true);
            json.push(b'\n');
            write_all(to, &json, output)
        }
        Some(_) if matches!(format, OutputFormat::Png | OutputFormat::Svg) => {
            pictures(asked, format, (&read, fonts), output)
        }
        Some(export) => {
            let bar = SlideBar::new("rendering");
            let Read { deck, assets } = read;
            let options = ExportOptions {
                hidden_slides: asked.hidden_slides,
                notes: asked.notes,
                pdf_a: asked.pdf_a,
            };
            let rendered = artifact::render((deck, assets), fonts, (export, options), &bar)?;
            let bytes = artifact::package(&rendered, fonts)?;
            tell(&rendered.fonts);
            write_all(to, &bytes, output)
        }
    }
}

fn format(asked: &Export) -> anyhow::Result<OutputFormat> {
    if let Some(format) = asked.format {
        return Ok(format);
    }
    let ending = asked
        .output
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("pptx") => Ok(OutputFormat::Pptx),
        Some("pdf") => Ok(OutputFormat::Pdf),
        Some("png") => Ok(OutputFormat::Png),
        Some("svg") => Ok(OutputFormat::Svg),
        Some("json") => Ok(OutputFormat::Json),
        Some(_) | None => bail!(
            "{} does not say the format; end it in .pptx, .pdf, .png, .svg or .json, or give --format",
            asked.output.display()
        ),
    }
}

/// One slide to exactly that file; several to `NAME-001.png` and so on.
fn pictures(
    asked: &Export,
    format: OutputFormat,
    (read, fonts): (&Read, &FontBook),
    output: &mut dyn Write,
) -> anyhow::Result<()> {
    let slides = &read.deck.slides;
    let wanted: Vec<usize> = match asked.slide {
        Some(number) if (1..=slides.len()).contains(&number) => vec![number - 1],
        Some(number) => bail!("there is no slide {number}; the deck has {}", slides.len()),
        None => (0..slides.len())
            .filter(|index| asked.hidden_slides || !slides.get(*index).is_some_and(|s| s.hidden))
            .collect(),
    };
    if slides.is_empty() {
        bail!("the deck has no slides; add one");
    }
    if wanted.is_empty() {
        bail!("every slide of the deck is hidden; give --hidden-slides");
    }
    let single = wanted.len() == 1;
    if !single && is_stream(&asked.output) {
        bail!("a stream takes one picture; give --slide, or a file name");
    }
    let bar = SlideBar::new("drawing");
    let mut missing = Vec::new();
    for (done, index) in wanted.iter().enumerate() {
        let page = lay_out_slide(&read.deck, *index, &read.assets, fonts)?;
        let picture = if format == OutputFormat::Svg {
            draw_svg(&page, &read.assets, fonts)
        } else {
            draw_png(&page, &read.assets, fonts, asked.width)
                .with_context(|| format!("slide {}", index + 1))?
        };
        missing.extend(page.missing);
        let path = if single {
            asked.output.clone()
        } else {
            numbered(&asked.output, index + 1)
        };
        write_all(&path, &picture, output)?;
        crate::deck::watch::Watch::step(&bar, done + 1, wanted.len());
    }
    let substitutions = substitutions(&read.deck, fonts);
    tell(&StandIns::of(substitutions, missing));
    Ok(())
}

/// Says on standard error which letters look otherwise than the deck asks for: the file itself may go to standard output.
fn tell(fonts: &StandIns) {
    let say = |line: String| {
        // If standard error is gone, there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "slidecraft: {line}");
    };
    let others = fonts.typefaces.iter();
    for (wanted, found) in others.filter(|(wanted, found)| !is_as_wide(wanted, found)) {
        say(format!("{wanted} is not here; its text is set in {found}"));
    }
    if !fonts.missing.is_empty() {
        let missing = &fonts.missing;
        say(format!(
            "no typeface has {missing}; a folder of fonts can bring one (SLIDECRAFT__FONTS__FOLDER)"
        ));
    }
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let dot = if ending.is_empty() { "" } else { "." };
    path.with_file_name(format!("{stem}-{number:03}{dot}{ending}"))
}
