//! The pool as a value.
