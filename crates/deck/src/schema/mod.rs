//! The JSON form: the published schema, and decks checked against it.

pub mod check;
pub mod json;
pub mod rules;

#[cfg(test)]
mod tests;
