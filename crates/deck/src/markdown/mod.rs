//! Markdown as a deck: front matter, slides, blocks, and the built-in template they are set in.

pub mod block;
pub mod block_reader;
pub mod compose;
pub mod document;
pub mod estimate;
pub mod images;
pub mod paragraphs;
pub mod read_markdown;
pub mod template;

#[cfg(test)]
mod tests;
