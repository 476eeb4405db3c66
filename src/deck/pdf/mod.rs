//! PDF: pages are painted by krilla.
