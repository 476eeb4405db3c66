//! Changes that know of the form of an input, beside those of libFuzzer, which know of bytes alone.

use std::io::{Cursor, Read};

use crate::around::{Parts, joined};
use crate::bend::{Dice, bend_json};
use crate::branches::shuffle;

/// Bytes of a package, unpacked, above which its parts are left alone.
const MOST_BYTES: usize = 1 << 20;

/// Changes one part of a package in half of the turns, else the bytes of the package.
pub fn package(data: &mut [u8], size: usize, seed: u32, plain: Plain) -> usize {
    changed(data, size, seed, plain, |bytes, dice| {
        let Some(mut parts) = opened(bytes) else {
            return;
        };
        if parts.is_empty() {
            return;
        }
        let which = dice.below(parts.len());
        shuffle(&mut parts[which].1, dice);
        *bytes = joined(&parts, |_, part| part);
    })
}

/// Changes XML by its branches in half of the turns.
pub fn xml(data: &mut [u8], size: usize, seed: u32, plain: Plain) -> usize {
    changed(data, size, seed, plain, shuffle)
}

/// Changes JSON by its values in half of the turns.
pub fn json(data: &mut [u8], size: usize, seed: u32, plain: Plain) -> usize {
    changed(data, size, seed, plain, bend_json)
}

/// libFuzzer's own change: to a buffer of which so many bytes count, and of which so many may.
pub type Plain = fn(&mut [u8], usize, usize) -> usize;

fn changed(
    data: &mut [u8],
    size: usize,
    seed: u32,
    plain: Plain,
    form: impl FnOnce(&mut Vec<u8>, &mut Dice),
) -> usize {
    let mut dice = Dice::new(u64::from(seed), 0);
    if dice.below(2) == 0 {
        let mut bytes = data[..size].to_vec();
        form(&mut bytes, &mut dice);
        // What has become too long is changed in the other way instead.
        if let (false, Some(place)) = (bytes.is_empty(), data.get_mut(..bytes.len())) {
            place.copy_from_slice(&bytes);
            return bytes.len();
        }
    }
    let most = data.len();
    plain(data, size, most)
}

/// The parts of a package; `None` where it is none, or unpacks to more than is of use here.
pub(crate) fn opened(bytes: &[u8]) -> Option<Parts> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut left = MOST_BYTES;
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut bytes = Vec::new();
        let most = u64::try_from(left).ok()? + 1;
        entry.take(most).read_to_end(&mut bytes).ok()?;
        left = left.checked_sub(bytes.len())?;
        parts.push((name, bytes));
    }
    Some(parts)
}
