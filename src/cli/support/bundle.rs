//! The file that is sent: parts by their names, and what could not be had.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::domain::time::Timestamp;

/// What was gathered.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    parts: Vec<(String, String)>,
    faults: Vec<String>,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Told {
    /// Parts in the file.
    pub(super) parts: usize,
    /// What is not in it, and why.
    pub(super) faults: Vec<String>,
}

impl Bundle {
    /// A part.
    pub(super) fn text(&mut self, name: &str, text: String) {
        self.parts.push((name.to_owned(), text));
    }

    /// A part for programs.
    pub(super) fn json(&mut self, name: &str, value: &Value) {
        self.text(name, format!("{value:#}\n"));
    }

    /// A part, or why it is not there.
    pub(super) fn keep(&mut self, name: &str, part: anyhow::Result<String>) {
        match part {
            Ok(text) => self.text(name, text),
            Err(error) => self.faults.push(format!("{name}: {error:#}")),
        }
    }

    /// Writes the file, which nobody else on the machine may read.
    pub(super) fn write(mut self, path: &Path, now: Timestamp) -> anyhow::Result<Told> {
        let readme = self.readme(now);
        self.parts.insert(0, ("README.txt".to_owned(), readme));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(path)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        let mut archive = ZipWriter::new(file);
        for (name, text) in &self.parts {
            archive.start_file(name.as_str(), SimpleFileOptions::default())?;
            archive.write_all(text.as_bytes())?;
        }
        archive.finish()?;
        Ok(Told {
            parts: self.parts.len(),
            faults: self.faults,
        })
    }

    fn readme(&self, now: Timestamp) -> String {
        let mut lines = vec![
            format!("SlideCraft {} for support, made at {now}.", env!("CARGO_PKG_VERSION")),
            String::new(),
            "Secrets of the configuration are not shown. No part holds a deck, a question, the name of a file or a key.".to_owned(),
            String::new(),
        ];
        lines.extend(self.parts.iter().map(|(name, _)| format!("  {name}")));
        if !self.faults.is_empty() {
            lines.extend([String::new(), "Could not be had:".to_owned()]);
        }
        lines.extend(self.faults.iter().map(|fault| format!("  {fault}")));
        lines.join("\n") + "\n"
    }
}
