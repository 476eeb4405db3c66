//! Slides as pictures 480 pixels wide, as a list of decks shows them: the time of laying out and drawing each slide of each file.
//!
//! `cargo bench -p slidecraft-deck --bench pictures -- a.pptx b.pptx` prints one line a file (name, slides, median and longest in
//! milliseconds) and one for all slides together (median, 95th percentile, longest). The median of three rounds counts.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench reads the clock and prints what it found"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use slidecraft_deck::layout::fonts::FontBook;
use slidecraft_deck::layout::slide::lay_out_slide;
use slidecraft_deck::package::limits::PackageLimits;
use slidecraft_deck::pptx::read::normalize::read_pptx;
use slidecraft_deck::raster::png::draw_png;
use slidecraft_deck::read::Read;
use slidecraft_deck::watch::Unwatched;

const WIDTH: u32 = 480;
/// Rounds of each slide; the first warms the caches and is not counted.
const ROUNDS: usize = 3;

fn main() {
    let fonts = FontBook::bundled();
    let mut all = Vec::new();
    for path in std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
    {
        let bytes = std::fs::read(&path).map(Arc::from);
        let Ok(read) = bytes.map_err(drop).and_then(|bytes| {
            read_pptx(&PackageLimits::default(), bytes, &Unwatched).map_err(drop)
        }) else {
            println!("{path}\tnot a deck");
            continue;
        };
        let mut own: Vec<f64> = (0..read.deck.slides.len())
            .filter_map(|slide| timed(&read, slide, &fonts))
            .collect();
        own.sort_by(f64::total_cmp);
        if let Some(longest) = own.last() {
            println!("{path}\t{}\t{:.2}\t{longest:.2}", own.len(), at(&own, 50));
        }
        all.extend(own);
    }
    all.sort_by(f64::total_cmp);
    if let Some(longest) = all.last() {
        println!(
            "all\t{}\t{:.2}\t{:.2}\t{longest:.2}",
            all.len(),
            at(&all, 50),
            at(&all, 95)
        );
    }
}

/// What so many of a hundred do not exceed.
fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

/// The median time of a slide in milliseconds; nothing where it cannot be drawn.
fn timed(read: &Read, slide: usize, fonts: &FontBook) -> Option<f64> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..=ROUNDS {
        let start = Instant::now();
        let page = lay_out_slide(&read.deck, slide, &read.assets, fonts).ok()?;
        black_box(draw_png(&page, &read.assets, fonts, WIDTH).ok()?);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.remove(0);
    times.sort_by(f64::total_cmp);
    Some(at(&times, 50))
}
