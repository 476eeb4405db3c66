//! Parse and resolve by file: the best and the median time of each deck of a folder, for `scripts/parse_speed.py`.
//!
//! `cargo bench -p slidecraft-deck --bench parse -- a.pptx b.pptx` prints one line a file: name, slides, and milliseconds
//! (median of the rounds) in one thread and in as many as the machine has.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench reads the clock and prints what it found"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use slidecraft_deck::package::limits::PackageLimits;
use slidecraft_deck::pptx::read::ahead::Threads;
use slidecraft_deck::pptx::read::normalize::normalize_in;
use slidecraft_deck::pptx::read::presentation::parse;
use slidecraft_deck::watch::Unwatched;

/// Rounds of each file; the first warms the caches and is not counted.
const ROUNDS: usize = 12;

fn main() {
    for path in std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
    {
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let bytes: Arc<[u8]> = bytes.into();
        let Some((slides, one)) = timed(&bytes, Threads::ONE) else {
            println!("{path}\tnot a deck");
            continue;
        };
        let all = timed(&bytes, Threads::of_the_machine()).map_or(one, |(_, all)| all);
        println!("{path}\t{slides}\t{:.3}\t{:.3}", millis(one), millis(all));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Slides and median time of a file; nothing where it is no deck.
fn timed(bytes: &Arc<[u8]>, threads: Threads) -> Option<(usize, Duration)> {
    let limits = PackageLimits::default();
    let mut times = Vec::with_capacity(ROUNDS);
    let mut slides = 0;
    for _ in 0..=ROUNDS {
        let start = Instant::now();
        let parsed = parse(&limits, Arc::clone(bytes)).ok()?;
        let read = normalize_in(&parsed, threads, &Unwatched).ok()?;
        times.push(start.elapsed());
        slides = black_box(&read).deck.slides.len();
        drop(read);
    }
    times.remove(0);
    times.sort();
    Some((slides, times[times.len() / 2]))
}
