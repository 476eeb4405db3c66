//! Automatic numbers before paragraphs.

use crate::model::text::{Bullet, BulletMark, Paragraph};

/// Counts numbered paragraphs, level by level.
#[derive(Debug, Default)]
pub struct Counter {
    levels: Vec<Option<(String, u32, u32)>>,
}

impl Counter {
    /// The text of a paragraph's mark; none for pictures, empty paragraphs and those without a bullet.
    pub fn mark(&mut self, paragraph: &Paragraph) -> Option<String> {
        if paragraph.runs.iter().all(|run| run.text.is_empty()) {
            return None;
        }
        let level = usize::from(paragraph.level);
        self.levels.truncate(level + 1);
        self.levels.resize(level + 1, None);
        let slot = self.levels.get_mut(level)?;
        match paragraph.bullet.as_ref().map(|Bullet { mark, .. }| mark) {
            Some(BulletMark::Char(text)) => {
                *slot = None;
                Some(text.clone())
            }
            Some(BulletMark::Number { scheme, start }) => {
                let number = match slot {
                    Some((last_scheme, last_start, last))
                        if last_scheme == scheme && last_start == start =>
                    {
                        last.saturating_add(1)
                    }
                    _ => *start,
                };
                *slot = Some((scheme.clone(), *start, number));
                Some(format(scheme, number))
            }
            Some(BulletMark::Picture(_)) => {
                *slot = None;
                Some("•".to_owned())
            }
            None => {
                *slot = None;
                None
            }
        }
    }
}

/// A number in one of the schemes of ECMA-376 part 1, 20.1.10.61; unknown ones count in digits with a full stop.
pub fn format(scheme: &str, number: u32) -> String {
    let digits = if scheme.starts_with("alphaLc") {
        letters(number)
    } else if scheme.starts_with("alphaUc") {
        letters(number).to_uppercase()
    } else if scheme.starts_with("romanLc") {
        roman(number)
    } else if scheme.starts_with("romanUc") {
        roman(number).to_uppercase()
    } else {
        number.to_string()
    };
    if scheme.ends_with("ParenBoth") {
        format!("({digits})")
    } else if scheme.ends_with("ParenR") {
        format!("{digits})")
    } else if scheme.ends_with("Plain") {
        digits
    } else {
        format!("{digits}.")
    }
}

/// a to z, then aa to zz, and so on.
fn letters(number: u32) -> String {
    let index = number.saturating_sub(1);
    let letter = char::from(b'a' + u8::try_from(index % 26).unwrap_or(0));
    let times = usize::try_from(index / 26 + 1).unwrap_or(1).min(8);
    std::iter::repeat_n(letter, times).collect()
}

fn roman(number: u32) -> String {
    const STEPS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut rest = number.min(3999);
    let mut out = String::new();
    for (value, text) in STEPS {
        while rest >= value {
            out.push_str(text);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_follow_the_standard() {
        assert_eq!(format("arabicPeriod", 3), "3.");
        assert_eq!(format("alphaLcParenR", 28), "bb)");
        assert_eq!(format("romanUcPeriod", 14), "XIV.");
        assert_eq!(format("arabicParenBoth", 2), "(2)");
    }
}
