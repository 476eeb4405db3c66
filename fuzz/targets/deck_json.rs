//! Deck JSON.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use slidecraft_fuzz::change;

fuzz_target!(|bytes: &[u8]| slidecraft_fuzz::deck_json(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::json(&mut data[..max_size], size, seed, fuzzer_mutate)
});
