//! PDF: pages are painted by krilla.

pub mod convert;
pub mod document;
