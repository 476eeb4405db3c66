//! PDF in: each page as a picture, with the text that stands on it in transparent letters above, its links and bookmarks.
//!
//! A PDF says where glyphs stand and not what they are to each other, so a deck from one is positioned and not structured; a
//! warning says so. What a file may cost is counted before it is spent: streams before they are unpacked (`guard`), pages before
//! they are drawn (`effort`).

pub mod document;
pub mod normalize;

mod bookmarks;
mod effort;
mod elements;
mod expand;
mod font_name;
mod guard;
mod lines;
mod links;
mod picture;
mod strings;
mod survey;

#[cfg(test)]
mod tests;
