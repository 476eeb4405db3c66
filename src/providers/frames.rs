//! Server-sent events out of bytes as they arrive (WHATWG HTML, 9.2.6): lines and letters may be split anywhere.

/// The longest frame that is believed, in bytes.
const LONGEST: usize = 4 << 20;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Its name; empty where it has none.
    pub event: String,
    /// Its data, lines joined.
    pub data: String,
}

/// Reads frames from pieces.
#[derive(Debug, Default)]
pub struct Frames {
    line: Vec<u8>,
    after_return: bool,
    event: String,
    data: Option<String>,
    held: usize,
}

/// A frame was longer than any honest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl Frames {
    /// Takes a piece; answers the frames that it completes.
    pub fn feed(&mut self, piece: &[u8]) -> Result<Vec<Frame>, TooLong> {
        let mut found = Vec::new();
        for byte in piece {
            let after_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => found.extend(self.end_line()),
                other => self.line.push(*other),
            }
            if self.line.len() + self.held > LONGEST {
                return Err(TooLong);
            }
        }
        Ok(found)
    }

    fn end_line(&mut self) -> Option<Frame> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            self.held = 0;
            return self.data.take().map(|data| Frame { event, data });
        }
        // A line is whole here, so its letters are too.
        let line = String::from_utf8_lossy(&line);
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        self.held += value.len();
        match name {
            "event" => value.clone_into(&mut self.event),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            // Comments, ids and whatever may come.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_any_split() {
        let text = ": hello\r\nevent: a\r\ndata: {\"x\": \"ü€😀\"}\r\n\r\nid: 7\ndata: one\ndata: two\n\nevent: b\n\ndata:\r\r";
        let expected = [("a", "{\"x\": \"ü€😀\"}"), ("", "one\ntwo"), ("", "")];
        for size in 1..text.len() {
            let mut frames = Frames::default();
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                found.extend(frames.feed(piece).unwrap());
            }
            let seen: Vec<_> = found
                .iter()
                .map(|f| (f.event.as_str(), f.data.as_str()))
                .collect();
            assert_eq!(seen, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_frame_without_end_is_refused() {
        let mut frames = Frames::default();
        let piece = vec![b'x'; 1 << 20];
        let fed: Vec<bool> = (0..5).map(|_| frames.feed(&piece).is_ok()).collect();
        assert_eq!(fed, [true, true, true, true, false]);
    }
}
