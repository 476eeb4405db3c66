//! What bytes are and how many pixels they have, by their first bytes alone: nothing is decoded.

/// What can be seen of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The media type, where it can be told.
    pub content_type: Option<&'static str>,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
}

/// Looks at bytes.
pub fn sniff(bytes: &[u8]) -> Seen {
    let seen = |content_type, size: Option<(u32, u32)>| Seen {
        content_type: Some(content_type),
        size: size.filter(|(width, height)| *width > 0 && *height > 0),
    };
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => seen("image/png", pair(bytes, 16, big32)),
        [0xFF, 0xD8, 0xFF, ..] => seen("image/jpeg", jpeg(bytes)),
        [b'G', b'I', b'F', b'8', ..] => seen("image/gif", pair(bytes, 6, little16)),
        [b'B', b'M', ..] if bytes.len() > 26 => seen("image/bmp", bitmap(bytes)),
        [b'I', b'I', 0x2A, 0, ..] => seen("image/tiff", tiff(bytes, little16, little32)),
        [b'M', b'M', 0, 0x2A, ..] => seen("image/tiff", tiff(bytes, big16, big32)),
        [b'I', b'I', 0xBC, ..] => seen("image/vnd.ms-photo", None),
        [b'R', b'I', b'F', b'F', ..] => match bytes.get(8..12) {
            Some(b"WEBP") => seen("image/webp", webp(bytes)),
            Some(b"WAVE") => seen("audio/wav", None),
            Some(b"AVI ") => seen("video/x-msvideo", None),
            _ => Seen::default(),
        },
        [0xD7, 0xCD, 0xC6, 0x9A, ..] => seen("image/x-wmf", None),
        [1, 0, 0, 0, ..] if bytes.get(40..44) == Some(b" EMF") => seen("image/x-emf", None),
        [_, _, _, _, b'f', b't', b'y', p, ..] if *p == b'p' => seen("video/mp4", None),
        [b'I', b'D', b'3', ..] | [0xFF, 0xFB | 0xF3 | 0xFA, ..] => seen("audio/mpeg", None),
        [b'O', b'g', b'g', b'S', ..] => seen("audio/ogg", None),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => seen("video/webm", None),
        _ if is_svg(bytes) => seen("image/svg+xml", None),
        _ => Seen::default(),
    }
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let text = head
        .iter()
        .position(|b| !b.is_ascii_whitespace() && b.is_ascii());
    text.is_some_and(|at| head[at] == b'<') && head.windows(4).any(|window| window == b"<svg")
}

fn big16(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from(u16::from_be_bytes([a, b])))
}

fn big32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|four| u32::from_be_bytes(*four))
}

fn little16(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from(u16::from_le_bytes([a, b])))
}

fn little32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|four| u32::from_le_bytes(*four))
}

type Number = fn(&[u8], usize) -> Option<u32>;

fn pair(bytes: &[u8], at: usize, number: Number) -> Option<(u32, u32)> {
    // Two numbers that stand side by side and have the width of the reader.
    let width = if number(&[0, 0], 0).is_some() { 2 } else { 4 };
    Some((number(bytes, at)?, number(bytes, at + width)?))
}

fn bitmap(bytes: &[u8]) -> Option<(u32, u32)> {
    // The old header has 16-bit sides; in the newer one a negative height means top-down.
    if little32(bytes, 14)? == 12 {
        return pair(bytes, 18, little16);
    }
    let height = little32(bytes, 22)?.cast_signed().unsigned_abs();
    Some((little32(bytes, 18)?, height))
}

/// The first start-of-frame marker (ITU T.81, B.2.2).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        at += 1;
        match marker {
            0x01 | 0xD0..=0xD8 => {}
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Some((big16(bytes, at + 5)?, big16(bytes, at + 3)?));
            }
            0xD9 | 0xDA => return None,
            _ => at += usize::try_from(big16(bytes, at)?.max(2)).ok()?,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            let wide = |at| Some(little32(bytes, at)? & 0x00FF_FFFF);
            Some((wide(24)? + 1, wide(27).or_else(|| little16(bytes, 27))? + 1))
        }
        b"VP8L" => {
            let bits = little32(bytes, 21)?;
            Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
        }
        b"VP8 " => Some((little16(bytes, 26)? & 0x3FFF, little16(bytes, 28)? & 0x3FFF)),
        _ => None,
    }
}

/// Width and height of the first directory (TIFF 6.0, tags 256 and 257).
fn tiff(bytes: &[u8], short: Number, long: Number) -> Option<(u32, u32)> {
    let directory = usize::try_from(long(bytes, 4)?).ok()?;
    let entries = usize::try_from(short(bytes, directory)?).ok()?;
    let (mut width, mut height) = (None, None);
    for entry in 0..entries.min(64) {
        let at = directory + 2 + entry * 12;
        let value = if short(bytes, at + 2)? == 3 {
            short
        } else {
            long
        }(bytes, at + 8);
        match short(bytes, at)? {
            256 => width = value,
            257 => height = value,
            _ => {}
        }
    }
    Some((width?, height?))
}
