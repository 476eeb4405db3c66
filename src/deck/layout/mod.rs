//! Layout: a deck becomes pages of drawing instructions with nothing left to resolve.
