//! PPTX out: a deck becomes a package, what was not touched kept byte for byte.
