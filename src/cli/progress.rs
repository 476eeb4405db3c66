//! Progress at a terminal: a bar on standard error; nothing at all in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::deck::watch::Watch;

/// A bar over things that are counted.
pub struct CountBar(ProgressBar);

impl CountBar {
    /// A bar up to `total` that says what is being done. It shows only where standard error is a terminal.
    pub fn new(doing: &'static str, total: usize) -> Self {
        let target = ProgressDrawTarget::stderr();
        Self(bar(doing, "{pos}/{len} {per_sec}", total as u64, target))
    }

    /// So many more are done.
    pub fn add(&self, done: usize) {
        self.0.inc(done as u64);
    }
}

impl Drop for CountBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar over slides.
pub struct SlideBar(ProgressBar);

impl SlideBar {
    /// A bar that says what is being done. It shows only where standard error is a terminal.
    pub fn new(doing: &'static str) -> Self {
        // Of nothing known there is nothing to show: it is drawn from the first step on.
        let target = ProgressDrawTarget::hidden();
        Self(bar(doing, "{pos}/{len} slides", 0, target))
    }
}

impl Watch for SlideBar {
    fn step(&self, done: usize, total: usize) -> bool {
        let unknown = self.0.length() == Some(0);
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
        if unknown {
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
        true
    }
}

impl Drop for SlideBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn bar(doing: &'static str, counts: &str, total: u64, target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), target);
    let template = format!("{{msg:>20}} [{{bar:40}}] {counts} {{elapsed}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(doing);
    bar
}
