//! Parts of a package unpacked at one go, from where they lie in the file into a place of their size.

use std::sync::{Mutex, PoisonError};

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// What is believed of the size that an entry claims.
const BELIEVED: u64 = 1 << 20;
/// Room behind the claimed size: an unpacker is slow at the very end of its room.
const SLACK: usize = 512;
/// What is added where an entry is larger than it claimed, at least.
const MORE: usize = 64 << 10;

/// Unpackers that nobody uses at the moment: each has tables that need not be made for every part.
#[derive(Default)]
pub(super) struct Unpackers(Mutex<Vec<Decompress>>);

/// An entry as it lies in the file.
pub(super) struct Packed<'a> {
    /// Its bytes, packed where it is.
    pub(super) bytes: &'a [u8],
    /// Whether they are deflated, rather than as they are.
    pub(super) deflated: bool,
    /// How many bytes it says that there are unpacked.
    pub(super) claimed: u64,
    /// The check sum of those.
    pub(super) crc: u32,
}

impl Unpackers {
    /// The bytes of an entry, or the first of them where there are more than `cap`; then there is one more.
    ///
    /// # Errors
    ///
    /// Says what is broken.
    pub(super) fn unpack(&self, entry: &Packed<'_>, cap: u64) -> Result<Vec<u8>, &'static str> {
        let bytes = if entry.deflated {
            let spare = self.spare().pop();
            let mut unpacker = spare.unwrap_or_else(|| Decompress::new(false));
            let unpacked = inflate(&mut unpacker, entry, cap);
            self.spare().push(unpacker);
            unpacked?
        } else {
            let most = usize::try_from(cap.saturating_add(1)).unwrap_or(usize::MAX);
            entry.bytes[..entry.bytes.len().min(most)].to_vec()
        };
        if bytes.len() as u64 <= cap {
            let mut crc = Crc::new();
            crc.update(&bytes);
            if crc.sum() != entry.crc {
                return Err("its check sum is another");
            }
        }
        Ok(bytes)
    }

    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Decompress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn inflate(
    unpacker: &mut Decompress,
    entry: &Packed<'_>,
    cap: u64,
) -> Result<Vec<u8>, &'static str> {
    const BROKEN: &str = "its packed bytes are broken";
    let most = usize::try_from(cap.saturating_add(1)).unwrap_or(usize::MAX);
    let claimed = usize::try_from(entry.claimed.min(BELIEVED)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(claimed.min(most) + SLACK);
    unpacker.reset(false);
    loop {
        let read = usize::try_from(unpacker.total_in()).unwrap_or(usize::MAX);
        let rest = entry.bytes.get(read..).ok_or(BROKEN)?;
        let status = unpacker.decompress_vec(rest, &mut bytes, FlushDecompress::Finish);
        let ended = status.map_err(|_| BROKEN)? == Status::StreamEnd;
        if ended || bytes.len() >= most {
            bytes.truncate(most);
            return Ok(bytes);
        }
        if bytes.len() < bytes.capacity() {
            return Err("its packed bytes end in the middle");
        }
        bytes.reserve(bytes.len().max(MORE).min(most - bytes.len()).max(SLACK));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    fn packed<'a>(bytes: &'a [u8], whole: &[u8], claimed: u64) -> Packed<'a> {
        let mut crc = Crc::new();
        crc.update(whole);
        Packed {
            bytes,
            deflated: true,
            claimed,
            crc: crc.sum(),
        }
    }

    /// A few megabytes that repeat over longer stretches than an unpacker's window.
    fn whole() -> Vec<u8> {
        (0..700_000_u32)
            .flat_map(|n| (n % 50_021).to_le_bytes())
            .collect()
    }

    #[test]
    fn whatever_size_an_entry_claims_all_of_it_is_unpacked() {
        let whole = whole();
        let bytes = deflated(&whole);
        let unpackers = Unpackers::default();
        for claimed in [whole.len() as u64, 0, 7, u64::MAX] {
            let unpacked = unpackers.unpack(&packed(&bytes, &whole, claimed), 1 << 30);
            assert!(
                unpacked.is_ok_and(|unpacked| unpacked == whole),
                "{claimed}"
            );
        }
    }

    #[test]
    fn unpacking_ends_one_byte_behind_the_cap() {
        let whole = whole();
        let bytes = deflated(&whole);
        for claimed in [0, whole.len() as u64] {
            let unpacked = Unpackers::default().unpack(&packed(&bytes, &whole, claimed), 100_000);
            assert_eq!(unpacked.map(|unpacked| unpacked.len()), Ok(100_001));
        }
    }

    #[test]
    fn what_is_cut_off_or_has_another_check_sum_is_refused() {
        let whole = whole();
        let bytes = deflated(&whole);
        let unpackers = Unpackers::default();
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let entry = packed(&bytes[..cut], &whole, whole.len() as u64);
            assert!(unpackers.unpack(&entry, 1 << 30).is_err(), "{cut}");
        }
        let other = packed(&bytes, b"other", whole.len() as u64);
        assert!(unpackers.unpack(&other, 1 << 30).is_err());
        // What went wrong before does not show afterwards.
        let entry = packed(&bytes, &whole, whole.len() as u64);
        assert!(unpackers.unpack(&entry, 1 << 30).is_ok());
    }
}
