//! What is looked at before a PDF is opened: streams that would unpack without end, and locks.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use crate::error::ReadError;
use crate::package::limits::{PackageLimits, too_large};

/// Streams that are packed more often than this are refused.
const DEEPEST: usize = 3;
/// How far before its data the dictionary of a stream is looked for, in bytes.
const DICTIONARY: usize = 1024;

/// Refuses a file whose streams unpack to more than the limits allow, and one that is locked.
///
/// Gives the length of the longest function that is a program, since such a function runs for every pixel.
///
/// The parser unpacks whole streams, so they are counted here first: wherever the file says `stream`, and whatever it says of it.
pub(super) fn check(limits: &PackageLimits, bytes: &[u8]) -> Result<u64, ReadError> {
    if is_locked(bytes) {
        return Err(ReadError::Encrypted);
    }
    let (mut total, mut program) = (0, 0);
    let mut open = None;
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"stream") {
        let begin = from + at;
        // A program that is not packed is as long as it is to the end of its stream.
        if let Some(start) = open.take() {
            program = program.max((begin - start) as u64);
        }
        from = begin + b"stream".len();
        if bytes[..begin].ends_with(b"end") {
            continue;
        }
        let data = &bytes[from..];
        let lines = data
            .iter()
            .take(2)
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let data = &data[lines.count()..];
        let dictionary = dictionary(&bytes[begin.saturating_sub(DICTIONARY)..begin]);
        let unpacked = unpacked(dictionary, data, limits.media_bytes)?;
        if unpacked > limits.media_bytes {
            let what = "a stream of the PDF";
            return Err(too_large(what, limits.media_bytes, "bytes unpacked"));
        }
        total += unpacked;
        if find(dictionary, b"/FunctionType 4").is_some() {
            program = program.max(unpacked);
            open = Some(from);
        }
        if total > limits.total_bytes {
            return Err(too_large("the PDF", limits.total_bytes, "bytes unpacked"));
        }
    }
    Ok(program)
}

/// Where a word stands first.
fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// Whether a trailer names how the file is encrypted (ISO 32000-2, 7.6.2).
fn is_locked(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], KEY) {
        from += at + KEY.len();
        let mut rest = bytes[from..].iter().copied();
        let next = rest.find(|byte| !byte.is_ascii_whitespace());
        if next.is_some_and(|byte| byte.is_ascii_digit() || byte == b'<') {
            return true;
        }
    }
    false
}

/// The end of what stands before a stream that belongs to it.
fn dictionary(before: &[u8]) -> &[u8] {
    let starts = before.windows(4).rposition(|window| window == b" obj");
    &before[starts.unwrap_or(0)..]
}

/// How many bytes the data of a stream unpacks to; counting ends soon after `most`.
fn unpacked(dictionary: &[u8], data: &[u8], most: u64) -> Result<u64, ReadError> {
    let says = |name: &[u8]| find(dictionary, name).is_some();
    let lzw = says(b"/LZW");
    if (lzw || says(b"/RunLength")) && (says(b"/Fl") || lzw && says(b"/RunLength")) {
        return Err(nested());
    }
    if lzw {
        return Ok(lzw_length(data, most));
    }
    for depth in 1..=DEEPEST {
        let mut head = [0; 2];
        let told = inflated(data, depth).read(&mut head).unwrap_or(0);
        let packed_again = told == 2 && is_zlib(head);
        if packed_again {
            continue;
        }
        let mut counted = inflated(data, depth).take(most + 1);
        let mut buffer = vec![0; 1 << 16];
        let mut length = 0;
        // What unpacks to a fault was unpacked until then.
        while let Ok(some @ 1..) = counted.read(&mut buffer) {
            length += some as u64;
        }
        return Ok(length);
    }
    Err(nested())
}

fn nested() -> ReadError {
    ReadError::Unsafe {
        detail: "a stream of the PDF is packed several times over".to_owned(),
    }
}

/// The two bytes before data that is packed by zlib (RFC 1950, 2.2).
fn is_zlib([method, flags]: [u8; 2]) -> bool {
    method & 0x0F == 8 && u16::from_be_bytes([method, flags]) % 31 == 0
}

/// Data unpacked so many times.
fn inflated(data: &[u8], depth: usize) -> Box<dyn Read + '_> {
    let first: Box<dyn Read + '_> = match data.first_chunk() {
        Some(head) if is_zlib(*head) => Box::new(ZlibDecoder::new(data)),
        _ => Box::new(DeflateDecoder::new(data)),
    };
    (1..depth).fold(first, |inner, _| Box::new(ZlibDecoder::new(inner)))
}

/// How long LZW data is when unpacked: the table holds lengths and no bytes (ISO 32000-2, 7.4.4.2).
fn lzw_length(data: &[u8], most: u64) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut lengths: Vec<u64> = Vec::with_capacity(4096);
    let (mut total, mut previous) = (0, None);
    let (mut bits, mut held, mut width) = (0_u32, 0_u32, 9);
    for byte in data {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = usize::try_from(bits >> held).unwrap_or(END);
        bits &= (1 << held) - 1;
        match code {
            CLEAR => {
                lengths.clear();
                (previous, width) = (None, 9);
                continue;
            }
            END => break,
            _ => {}
        }
        let before: Option<u64> = previous;
        let length = match code {
            0..CLEAR => 1,
            _ => match lengths.get(code - 258) {
                Some(length) => *length,
                None => before.map_or(1, |length| length + 1),
            },
        };
        if let Some(before) = before
            && lengths.len() < 4096 - 258
        {
            lengths.push(before + 1);
        }
        total += length;
        if total > most {
            break;
        }
        previous = Some(length);
        width = match lengths.len() + 259 {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    total
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn file(filter: &str, data: &[u8]) -> Vec<u8> {
        let mut file = format!("1 0 obj <</Filter {filter}>> stream\r\n").into_bytes();
        file.extend(data);
        file.extend(b"\nendstream");
        file
    }

    fn limits() -> PackageLimits {
        PackageLimits {
            media_bytes: 1 << 20,
            total_bytes: 3 << 19,
            ..PackageLimits::default()
        }
    }

    #[test]
    fn a_stream_that_unpacks_beyond_the_limit_is_refused_before_anyone_unpacks_it() {
        let fits = packed(&vec![b' '; 1 << 20]);
        let bomb = packed(&vec![b' '; (1 << 20) + 1]);
        let check = |data: &[u8]| check(&limits(), &file("/FlateDecode", data));
        assert_eq!(check(&fits), Ok(0));
        assert!(matches!(check(&bomb), Err(ReadError::TooLarge { .. })));
        let inside = packed(&bomb);
        assert!(matches!(check(&inside), Err(ReadError::TooLarge { .. })));
        let deep = packed(&packed(&inside));
        assert!(matches!(check(&deep), Err(ReadError::Unsafe { .. })));
    }

    #[test]
    fn streams_count_together() {
        let one = file("/FlateDecode", &packed(&vec![b' '; 1 << 20]));
        let two = [one.clone(), one].concat();
        assert!(matches!(
            check(&limits(), &two),
            Err(ReadError::TooLarge { .. })
        ));
    }

    #[test]
    fn lzw_is_counted_by_its_codes() {
        // The example of ISO 32000-2, 7.4.4.2: 45 45 45 45 45 65 45 45 45 66, ten bytes.
        let example = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(lzw_length(&example, u64::MAX), 10);
        let mixed = file("[/LZWDecode /FlateDecode]", &example);
        assert!(matches!(
            check(&limits(), &mixed),
            Err(ReadError::Unsafe { .. })
        ));
    }

    #[test]
    fn programs_are_measured() {
        let file = b"1 0 obj <</FunctionType 4>> stream\n{dup mul}\nendstream";
        // The line ends and the word that closes count.
        assert_eq!(check(&limits(), file), Ok(14));
    }

    #[test]
    fn a_locked_file_is_told_from_one_that_speaks_of_locks() {
        assert!(is_locked(b"trailer <</Encrypt 7 0 R>>"));
        assert!(is_locked(b"/Encrypt<</Filter /Standard>>"));
        assert!(!is_locked(b"/EncryptMetadata false"));
    }
}
