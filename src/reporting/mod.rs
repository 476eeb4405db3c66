//! Capacity reports as people read them: Markdown, a page, and pictures of what was and what is foreseen.

pub mod markdown;
pub mod page;
mod plot;
#[cfg(test)]
mod tests;
mod words;
