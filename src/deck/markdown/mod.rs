//! Markdown in: headings, lists, rules and notes become a deck.
