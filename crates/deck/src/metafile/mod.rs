//! Metafiles: WMF (MS-WMF), EMF (MS-EMF) and EMF+ (MS-EMFPLUS) played into the items of the display list.
//!
//! ```text
//! read_metafile ─┬→ wmf ──────────┬→ gdi (device context, objects) ─┬→ canvas → Item
//!                └→ emf ─┬────────┘                                 │
//!                        └→ plus (EMF+ where it stands alone) ──────┘
//! ```

#![expect(
    clippy::many_single_char_names,
    reason = "coordinates are called what geometry calls them"
)]

mod bitmap;
mod bytes;
mod canvas;
mod curves;
mod emf;
mod emf_bitmaps;
mod emf_objects;
mod gdi;
mod gdi_clip;
mod gdi_shapes;
mod gdi_text;
mod mapping;
mod objects;
mod plus;
mod plus_draw;
mod plus_image;
mod plus_objects;
mod plus_state;
pub mod read_metafile;
mod wmf;
mod wmf_objects;

#[cfg(test)]
mod tests;
