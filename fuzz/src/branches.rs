//! XML whose branches change places: bytes changed by chance are seldom XML any more.

use std::ops::Range;

use crate::bend::{Dice, bend};

/// Takes a branch out, copies it elsewhere or puts it in the place of another; or bends bytes, mostly values of attributes.
pub(crate) fn shuffle(xml: &mut Vec<u8>, dice: &mut Dice) {
    let branches = branches(xml);
    if branches.is_empty() || dice.below(2) == 0 {
        return bend(xml, dice);
    }
    let one = branches[dice.below(branches.len())].clone();
    let other = branches[dice.below(branches.len())].clone();
    let copy = xml[one.clone()].to_vec();
    match dice.below(3) {
        0 => drop(xml.drain(one)),
        1 => drop(xml.splice(other, copy)),
        _ => drop(xml.splice(other.start..other.start, copy)),
    }
}

/// Where each element begins and ends, as far as they are closed; what is written in comments is taken for elements too.
fn branches(xml: &[u8]) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    let next = |from: usize, wanted: u8| {
        let place = xml[from..].iter().position(|byte| *byte == wanted);
        place.map(|place| from + place)
    };
    while let Some(start) = next(at, b'<') {
        let Some(end) = next(start, b'>') else {
            break;
        };
        at = end + 1;
        match (xml[start + 1], xml[end - 1]) {
            (b'?' | b'!', _) => {}
            (b'/', _) => found.extend(open.pop().map(|begin| begin..at)),
            (_, b'/') => found.push(start..at),
            _ => open.push(start),
        }
    }
    found
}
