//! From a deck to a package.

use super::book::Book;
use super::master::{self, FIRST_ID, layout_part};
use super::notes;
use super::package::{Parts, package};
use super::patch::patch_deck::patch;
use super::presentation::{self, slide_part};
use super::slide::{self, Place};
use super::templates::Templates;
use crate::error::WriteError;
use crate::model::asset::AssetSource;
use crate::model::deck::Deck;
use crate::watch::Watch;

/// Writes a deck as the bytes of a PPTX file: [`render`], then [`package`].
///
/// # Errors
///
/// `Invalid` where the deck refers to an asset that `assets` does not have, `Stopped` when `watch` says so.
pub fn write_pptx(
    deck: &Deck,
    assets: &dyn AssetSource,
    watch: &dyn Watch,
) -> Result<Vec<u8>, WriteError> {
    package(&render(deck, assets, watch)?)
}

/// Writes a deck as the parts of a package. The same deck always gives the same parts.
///
/// # Errors
///
/// `Invalid` where the deck refers to an asset that `assets` does not have, `Stopped` when `watch` says so.
pub fn render(
    deck: &Deck,
    assets: &dyn AssetSource,
    watch: &dyn Watch,
) -> Result<Parts, WriteError> {
    match patch(deck, assets, watch)? {
        Some(parts) => Ok(parts),
        None => build(deck, assets, watch),
    }
}

/// Builds a whole package from the model alone.
fn build(deck: &Deck, assets: &dyn AssetSource, watch: &dyn Watch) -> Result<Parts, WriteError> {
    let mut book = Book::new(deck, assets);
    for (at, own) in deck.slides.iter().enumerate() {
        book.slides
            .entry(&own.id)
            .or_insert_with(|| slide_part(at + 1));
    }
    let templates = Templates::of(deck);
    let masters = templates.masters.len();
    let notes = deck.slides.iter().any(|slide| slide.notes.is_some());
    presentation::write(&mut book, masters, notes);
    write_templates(&mut book, &templates)?;
    if notes {
        notes::write_master(&mut book, masters + 1);
    }
    for (at, own) in deck.slides.iter().enumerate() {
        let layout = templates.layout(own);
        let place = Place {
            part: &slide_part(at + 1),
            number: at + 1,
            layout: (
                &layout_part(layout + 1),
                &templates.layouts[layout].0.background,
            ),
        };
        slide::write(&mut book, own, &place)?;
        if !watch.step(at + 1, deck.slides.len()) {
            return Err(WriteError::Stopped);
        }
    }
    Ok(book.finish())
}

fn write_templates(book: &mut Book<'_>, templates: &Templates<'_>) -> Result<(), WriteError> {
    let masters = templates.masters.len();
    for (at, master) in templates.masters.iter().enumerate() {
        let own = templates
            .layouts
            .iter()
            .enumerate()
            .filter(|(_, (_, above))| *above == at);
        let layouts: Vec<(String, u64)> = own
            .map(|(number, _)| {
                (
                    layout_part(number + 1),
                    FIRST_ID + (masters + number) as u64,
                )
            })
            .collect();
        master::write(book, master, at + 1, &layouts)?;
    }
    for (at, (layout, master)) in templates.layouts.iter().enumerate() {
        master::write_layout(
            book,
            layout,
            at + 1,
            (*master + 1, &templates.masters[*master]),
        )?;
    }
    Ok(())
}
