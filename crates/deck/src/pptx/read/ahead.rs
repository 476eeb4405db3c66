//! Reading ahead: other threads unpack and parse slides while the one that asks resolves what they inherit.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::presentation::SlideEntry;
use crate::package::container::Package;
use crate::package::relationships::Target;

/// Slides that may wait parsed, for each thread.
const WAITING: usize = 2;
/// What a slide names and is read with it.
const WITH_IT: &[&str] = &["notesSlide", "chart", "diagramDrawing"];

/// How many threads read one deck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads(NonZeroUsize);

impl Threads {
    /// One: what a server wants that reads many decks at once.
    pub const ONE: Self = Self(NonZeroUsize::MIN);

    /// As many as the machine runs at once.
    pub fn of_the_machine() -> Self {
        Self(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

/// What waits for slides to be parsed.
pub(super) struct Ahead {
    parsed: BTreeSet<usize>,
    arriving: Option<Receiver<usize>>,
}

impl Ahead {
    /// Comes back when this slide is parsed, or when nobody parses it ahead.
    pub(super) fn wait(&mut self, slide: usize) {
        let Some(arriving) = &self.arriving else {
            return;
        };
        while !self.parsed.remove(&slide) {
            match arriving.recv() {
                Ok(parsed) => self.parsed.insert(parsed),
                Err(_) => return,
            };
        }
    }
}

/// Runs `work` while other threads parse the slides, in order, as far as they may be ahead.
pub(super) fn reading_ahead<T>(
    (package, slides): (&Package, &[SlideEntry]),
    threads: Threads,
    work: impl FnOnce(Ahead) -> T,
) -> T {
    let others = (threads.0.get() - 1).min(slides.len());
    if others == 0 {
        return work(Ahead {
            parsed: BTreeSet::new(),
            arriving: None,
        });
    }
    let next = AtomicUsize::new(0);
    let (send, arriving) = sync_channel(others * WAITING);
    std::thread::scope(|scope| {
        for _ in 0..others {
            let (next, send) = (&next, send.clone());
            scope.spawn(move || parse(package, slides, next, &send));
        }
        drop(send);
        work(Ahead {
            parsed: BTreeSet::new(),
            arriving: Some(arriving),
        })
    })
}

/// Parses one slide after the other until none is left, or nobody waits any more.
fn parse(package: &Package, slides: &[SlideEntry], next: &AtomicUsize, send: &SyncSender<usize>) {
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(slide) = slides.get(at) else { return };
        let rels = package.make_ready(&slide.part);
        for (_, found) in rels.iter() {
            if let Target::Part(part) = &found.target
                && WITH_IT.contains(&found.kind.as_str())
            {
                package.make_ready(part);
            }
        }
        if send.send(at).is_err() {
            return;
        }
    }
}
