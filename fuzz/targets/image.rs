//! Pictures: read, and shown on a slide.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| slidecraft_fuzz::image(bytes));
