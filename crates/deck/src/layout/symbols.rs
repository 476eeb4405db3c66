//! What the letters of the old symbol typefaces stand for in Unicode.

/// The Unicode form of a character set in a symbol typeface, or `None` where the typeface is an ordinary one.
///
/// Files write such characters either as letters or in the private area F000–F0FF.
pub fn unicode(font: &str, c: char) -> Option<char> {
    let code = u32::from(c);
    let code = if (0xF000..=0xF0FF).contains(&code) {
        code - 0xF000
    } else {
        code
    };
    let letter = char::from_u32(code).filter(|c| u32::from(*c) < 0x100)?;
    match font.to_ascii_lowercase().as_str() {
        "wingdings" => Some(wingdings(letter)),
        "wingdings 2" => Some(match letter {
            'P' | 'R' => '✓',
            '\u{97}' | '\u{98}' | '\u{99}' => '●',
            '\u{A2}' | '\u{A3}' => '□',
            _ => '■',
        }),
        "wingdings 3" => Some(match letter {
            '}' | '\u{84}' => '▶',
            _ => '➢',
        }),
        "webdings" => Some('■'),
        "symbol" => symbol(letter),
        _ => None,
    }
}

/// Wingdings from U+0021 to U+007E, and from U+0080 to U+00FE, by the Unicode Consortium's mapping of 2012.
const WINGDINGS: [&str; 2] = [
    "\
    🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭📁📂📄🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍🖎\
    ✌👌👍👎☜☞☝☟🖐☺😐☹💣☠🏳🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉♊\
    ♋♌♍♎♏♐♑♒♓🙰🙵●❍■□❐❑❒⬧⧫◆❖⬥⌧⮹⌘🏵🏶🙶🙷",
    "\
    ⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟·•\
    ⬝⭘🞆🞈🞊🞋🔿▪🞎🟂🟀★🟋🟏🟓🟑⯐⌖⯎⯏⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘\
    🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦⮘➢⮙⮛⮈⮊⮉⮋🡨\
    🡪🡩🡫🡬🡭🡯🡮🡸🡺🡹🡻🡼🡽🡿🡾⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂🢬🢭✗✓🗷🗹",
];

fn wingdings(letter: char) -> char {
    let [low, high] = WINGDINGS;
    let at = |set: &str, first: u32| {
        let index = u32::from(letter).checked_sub(first)?;
        set.chars().nth(usize::try_from(index).ok()?)
    };
    let found = at(high, 0x80).or_else(|| at(low, 0x21));
    found.unwrap_or(if letter.is_whitespace() {
        letter
    } else {
        '•'
    })
}

fn symbol(letter: char) -> Option<char> {
    const GREEK: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
    const SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    let at = |set: &str, base: char| {
        let index = usize::try_from(u32::from(letter) - u32::from(base)).unwrap_or(usize::MAX);
        set.chars().nth(index)
    };
    match letter {
        'A'..='Z' => at(GREEK, 'A'),
        'a'..='z' => at(SMALL, 'a'),
        '·' => Some('•'),
        '®' => Some('→'),
        '¬' => Some('←'),
        '£' => Some('≤'),
        '³' => Some('≥'),
        '¥' => Some('∞'),
        '¹' => Some('≠'),
        '»' => Some('≈'),
        '´' => Some('×'),
        '¸' => Some('÷'),
        '-' => Some('−'),
        '¨' => Some('♦'),
        _ => Some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_of_symbol_fonts_become_unicode() {
        assert_eq!(unicode("Wingdings", '\u{F0A7}'), Some('▪'));
        assert_eq!(unicode("Wingdings", 'Ø'), Some('➢'));
        assert_eq!(unicode("Symbol", '\u{F0B7}'), Some('•'));
        assert_eq!(unicode("Symbol", 'a'), Some('α'));
        assert_eq!(unicode("Arial", '•'), None);
    }
}
