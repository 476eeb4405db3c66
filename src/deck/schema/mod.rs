//! The JSON form: the published schema, and decks checked against it.
