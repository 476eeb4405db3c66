//! Text strings of dictionaries (ISO 32000-2, 7.9.2.2): UTF-16, UTF-8 or `PDFDocEncoding`.

/// Code points of `PDFDocEncoding` that are not those of Latin-1, from 0x80 (ISO 32000-2, annex D.2).
const HIGH: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
];

/// What a string says, trimmed; `None` where it says nothing.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| single(*byte)).collect(),
    };
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = shown.collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks();
    let units = pairs.iter().map(|pair| unit(*pair));
    let letters = char::decode_utf16(units);
    letters.map(|c| c.unwrap_or('\u{FFFD}')).collect()
}

fn single(byte: u8) -> char {
    let high = usize::from(byte).checked_sub(0x80);
    let special = high.and_then(|at| HIGH.get(at));
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_say_how_they_are_written() {
        let told = |bytes: &[u8]| text(bytes).unwrap_or_default();
        assert_eq!(told(b" Plain \r\n words "), "Plain words");
        assert_eq!(told(b"5 \xA0 \x80 \xE9"), "5 € • é");
        assert_eq!(told(b"\xFE\xFF\x00G\x00r\x00\xFC\x00n"), "Grün");
        assert_eq!(told(b"\xEF\xBB\xBFGr\xC3\xBCn"), "Grün");
        assert_eq!(text(b"\xFE\xFF"), None);
    }
}
