//! Progress at a terminal: a bar on standard error; nothing at all in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::deck::watch::Watch;

/// A bar over things that are counted.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar up to `total`. It shows only where standard error is a terminal.
    pub fn new(what: &'static str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if let Ok(style) =
            ProgressStyle::with_template("{msg:>12} [{bar:40}] {pos}/{len} {elapsed}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what);
        Self(bar)
    }

    /// One more is done.
    pub fn one_more(&self) {
        self.0.inc(1);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar over slides.
pub struct SlideBar {
    bar: ProgressBar,
}

impl SlideBar {
    /// A bar that says what is being done. It shows only where standard error is a terminal.
    pub fn new(doing: &'static str) -> Self {
        // Of nothing known there is nothing to show: it is drawn from the first step on.
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        if let Ok(style) =
            ProgressStyle::with_template("{msg:>10} [{bar:40}] {pos}/{len} slides {elapsed}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(doing);
        Self { bar }
    }
}

impl Watch for SlideBar {
    fn step(&self, done: usize, total: usize) -> bool {
        let unknown = self.bar.length() == Some(0);
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
        if unknown {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        true
    }
}

impl Drop for SlideBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar over things that are counted.
pub struct CountBar {
    bar: ProgressBar,
}

impl CountBar {
    /// A bar that says what is being done, and how often it will be. It shows only where standard error is a terminal.
    pub fn new(doing: &'static str, often: usize) -> Self {
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(Some(often as u64), target);
        if let Ok(style) =
            ProgressStyle::with_template("{msg:>20} [{bar:40}] {pos}/{len} {per_sec} {elapsed}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(doing);
        Self { bar }
    }

    /// So many more are done.
    pub fn add(&self, done: usize) {
        self.bar.inc(done as u64);
    }
}

impl Drop for CountBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
