//! What the targets do with bytes: the checks of the mutation tests, and what is put around a part or into a package.

mod around;
#[path = "../../crates/deck/tests/mutations/bend.rs"]
mod bend;
mod branches;
pub mod change;
#[expect(
    dead_code,
    reason = "the mutation tests, whose file it is, have more targets"
)]
#[path = "../../crates/deck/tests/mutations/targets.rs"]
mod targets;

use targets::Target;

/// A PPTX or ODP, or bytes that are none.
pub fn package(bytes: &[u8]) {
    Target::Package.take(bytes);
}

/// A part of PPTX that is XML, in a package whose other parts are whole.
pub fn slide_xml(bytes: &[u8]) {
    Target::Pptx.take(&around::around(bytes));
}

/// Deck JSON.
pub fn deck_json(bytes: &[u8]) {
    Target::Json.take(bytes);
}

/// A picture of any kind.
pub fn image(bytes: &[u8]) {
    Target::Picture.take(bytes);
}
