//! Files bent by chance: whatever a reader is given, it answers with a deck or with a typed error, and what it read can be
//! laid out and written.
//!
//! Each target takes `SLIDECRAFT_MUTATIONS` bent files, a few hundred where nobody says (an eighth of them for PDF), of the
//! seed `SLIDECRAFT_SEED`. A failure names target, seed and number: the same two make the same file again. Inputs that once
//! made a reader fail are kept in `found/`, small, and are read first.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a seed that cannot be made has to fail, a run has to say how much it did, and the environment says how much"
)]

mod bend;
mod seeds;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use bend::{Dice, bend, bend_json};
use seeds::Parts;
use targets::Target;

/// Bent files of each target where nobody says.
const USUAL: u64 = 200;

fn number(name: &str, usual: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(usual, |text| text.parse().unwrap())
}

/// Runs a target over what was found before, then over files bent by chance.
fn run(target: Target, seeds: &[Parts]) {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutations/found");
    for entry in std::fs::read_dir(found).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with(target.name()) {
            target.take(&std::fs::read(&path).unwrap());
        }
    }
    let (seed, count) = (
        number("SLIDECRAFT_SEED", 1),
        number("SLIDECRAFT_MUTATIONS", USUAL).div_ceil(target.slowness()),
    );
    let mut read = 0;
    for turn in 0..count {
        let mut dice = Dice::new(seed, turn);
        let mut parts = seeds[dice.below(seeds.len())].clone();
        let which = dice.below(parts.len());
        let most = if target == Target::Json { 2 } else { 4 };
        for _ in 0..=dice.below(most) {
            if target == Target::Json {
                bend_json(&mut parts[which].1, &mut dice);
            } else {
                bend(&mut parts[which].1, &mut dice);
            }
        }
        let bytes = seeds::joined(&parts);
        if let Ok(whole) = catch_unwind(AssertUnwindSafe(|| target.take(&bytes))) {
            read += u64::from(whole);
            continue;
        }
        let file = std::env::temp_dir().join(format!("{}-{seed}-{turn}", target.name()));
        std::fs::write(&file, &bytes).unwrap();
        panic!(
            "{} of SLIDECRAFT_SEED={seed}, number {turn}, part `{}`; the file is {}",
            target.name(),
            parts[which].0,
            file.display()
        );
    }
    println!("{}: {count} bent files, {read} of them read", target.name());
    assert!(
        read > 0,
        "{}: nothing that was bent could be read",
        target.name()
    );
}

#[test]
fn powerpoint_packages() {
    run(Target::Pptx, &seeds::pptx());
}

#[test]
fn opendocument_packages() {
    run(Target::Odp, &seeds::odp());
}

#[test]
fn pdf_files() {
    run(Target::Pdf, &seeds::pdf());
}

#[test]
fn the_bytes_of_a_package_themselves() {
    let whole = |parts: &Parts| vec![(String::new(), seeds::joined(parts))];
    let seeds: Vec<Parts> = seeds::pptx()
        .iter()
        .chain(&seeds::odp())
        .map(whole)
        .collect();
    run(Target::Package, &seeds);
}

#[test]
fn deck_json() {
    run(Target::Json, &seeds::json());
}

#[test]
fn markdown() {
    run(Target::Markdown, &seeds::markdown());
}

#[test]
fn pictures() {
    run(Target::Picture, &seeds::pictures());
}
