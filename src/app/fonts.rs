//! The font pack: a folder of font files whose faces are added to the bundled ones.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::config::fonts::Fonts;
use crate::deck::layout::fonts::FontBook;

/// Endings of font files, in small letters.
const ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];
/// Bytes of all files together: they stay in memory, and Noto for all of CJK in every cut takes a quarter of it.
const MOST: u64 = 1 << 30;

/// The bundled faces and those of the folder that is set. Files are taken in the order of their names, so that every node has
/// the same book.
///
/// # Errors
///
/// A sentence where the folder or a font in it cannot be read: pages in other letters than asked for would be no better.
pub fn book(settings: &Fonts) -> anyhow::Result<FontBook> {
    let mut book = FontBook::bundled();
    let folder = &settings.folder;
    if folder.as_os_str().is_empty() {
        return Ok(book);
    }
    let files = font_files(folder).with_context(|| {
        format!(
            "the font folder {} cannot be read; mount it, or leave SLIDECRAFT__FONTS__FOLDER empty",
            folder.display()
        )
    })?;
    let (mut faces, mut left) = (0, MOST);
    for path in &files {
        let font =
            std::fs::read(path).with_context(|| format!("{} is not read", path.display()))?;
        left = left.checked_sub(font.len() as u64).with_context(|| {
            let most = MOST >> 20;
            format!("the fonts in {} are more than {most} MiB", folder.display())
        })?;
        let names = book.add(font);
        if names.is_empty() {
            bail!("{} is no font; take it out of the folder", path.display());
        }
        faces += names.len();
    }
    tracing::info!(folder = %folder.display(), files = files.len(), faces, "font pack read");
    Ok(book)
}

fn font_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(OsStr::to_str);
        let is_font = ending.is_some_and(|ending| {
            let known = ENDINGS.iter();
            known
                .into_iter()
                .any(|one| ending.eq_ignore_ascii_case(one))
        });
        if is_font {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of mathematics alone, a face that the book has under no name of its own.
    const MATH: &[u8] = include_bytes!("../../assets/fonts/NotoSansMath-subset.ttf");

    fn of(folder: &Path) -> anyhow::Result<FontBook> {
        book(&Fonts {
            folder: folder.to_owned(),
        })
    }

    #[test]
    fn faces_of_the_folder_are_found_by_name_and_other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pack.TTF"), MATH).unwrap();
        std::fs::write(folder.path().join("LICENSE"), "OFL").unwrap();
        let name = |book: &FontBook| book.substitute("Noto Sans Math").map(str::to_owned);
        assert_eq!(name(&FontBook::bundled()).as_deref(), Some("Open Sans"));
        assert_ne!(
            name(&of(folder.path()).unwrap()).as_deref(),
            Some("Open Sans")
        );
    }

    #[test]
    fn a_folder_that_is_not_there_and_a_file_that_is_no_font_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let said = |folder: &Path| of(folder).err().map(|error| format!("{error:#}"));
        assert!(said(&gone).is_some_and(|said| said.contains("gone cannot be read")));
        std::fs::write(folder.path().join("fake.otf"), "no font").unwrap();
        assert!(said(folder.path()).is_some_and(|said| said.contains("fake.otf is no font")));
    }

    #[test]
    fn without_a_folder_there_are_the_bundled_faces() {
        let book = book(&Fonts::default()).unwrap();
        assert_eq!(book.ids().count(), FontBook::bundled().ids().count());
    }
}
