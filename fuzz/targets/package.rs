//! Packages of PPTX and ODP.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use slidecraft_fuzz::change;

fuzz_target!(|bytes: &[u8]| slidecraft_fuzz::package(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    change::package(&mut data[..max_size], size, seed, fuzzer_mutate)
});
