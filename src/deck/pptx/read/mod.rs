//! PPTX in: a package becomes a deck, everything resolved.
