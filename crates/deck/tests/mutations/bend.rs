//! Chance with a seed, and what it does to bytes.

use serde_json::{Value, json};

/// Numbers that follow from a seed (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, turn: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ turn.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `most`; 0 where there is none.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        let most = u64::try_from(most).unwrap().max(1);
        usize::try_from(self.next() % most).unwrap()
    }
}

/// Values at which readers have been known to stumble.
const WORDS: &[&str] = &[
    "",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "NaN",
    "inf",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "0.0000001",
    "100%",
    "-50%",
    "1e9cm",
    "?f0",
    "$0",
    "none",
    "true",
    "#000000",
    "#GGGGGG",
    "../../x",
    "\u{202e}",
    "\u{1F600}",
    "&#x10FFFF;",
    "&amp;",
    "<a/>",
    "</a>",
    "<!--",
    "]]>",
    "\"",
    "'",
    "\n",
    "\0",
];

/// Bends bytes a little, so that most of their form stays.
pub(crate) fn bend(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.extend(WORDS[dice.below(WORDS.len())].bytes());
        return;
    }
    let (at, to) = range(bytes.len(), dice);
    match dice.below(8) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
        2 => drop(bytes.drain(at..to)),
        3 => {
            let copy = bytes[at..to].to_vec();
            let place = dice.below(bytes.len());
            bytes.splice(place..place, copy);
        }
        4 => {
            let word = WORDS[dice.below(WORDS.len())];
            bytes.splice(at..at, word.bytes());
        }
        5 => bytes.truncate(at.max(1)),
        _ => value(bytes, at, dice),
    }
}

/// A short range somewhere.
fn range(len: usize, dice: &mut Dice) -> (usize, usize) {
    let at = dice.below(len);
    let to = (at + 1 + dice.below(64)).min(len);
    (at, to)
}

/// Puts another value between the next two quotes: attributes of XML, texts of JSON.
fn value(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    let Some(from) = bytes[at..]
        .iter()
        .position(quote)
        .map(|found| at + found + 1)
    else {
        return;
    };
    let Some(to) = bytes[from..]
        .iter()
        .position(quote)
        .map(|found| from + found)
    else {
        return;
    };
    let word = WORDS[dice.below(WORDS.len())];
    bytes.splice(from..to, word.bytes());
}

/// Puts another value in the place of one that JSON holds, or takes it out.
pub(crate) fn bend_json(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let Ok(mut whole) = serde_json::from_slice::<Value>(bytes) else {
        return bend(bytes, dice);
    };
    replace(&mut whole, dice);
    *bytes = serde_json::to_vec(&whole).unwrap();
}

fn replace(place: &mut Value, dice: &mut Dice) {
    // Some ways end early, so that whole branches are replaced too.
    let early = dice.below(12) == 0;
    match place {
        Value::Array(list) if !list.is_empty() && !early => {
            let at = dice.below(list.len());
            replace(&mut list[at], dice);
        }
        Value::Object(map) if !map.is_empty() && !early => {
            let at = dice.below(map.len());
            replace(map.values_mut().nth(at).unwrap(), dice);
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => *place = odd(place, dice),
    }
}

/// Mostly a value of the same kind, since others are refused at once.
fn odd(place: &Value, dice: &mut Dice) -> Value {
    let numbers = [0, -1, 1, 90, 914_400, i64::MAX, i64::MIN].map(|number| json!(number));
    let fractions = [0.333, 1e300, -1e300, 1e-300].map(|number| json!(number));
    let any = [json!(null), json!([]), json!(true)];
    let word = json!(WORDS[dice.below(WORDS.len())]);
    match dice.below(8) {
        0 => any[dice.below(any.len())].clone(),
        1 => word,
        2 | 3 if place.is_number() => fractions[dice.below(fractions.len())].clone(),
        _ if place.is_number() => numbers[dice.below(numbers.len())].clone(),
        _ => word,
    }
}
