//! The family of a typeface by its PostScript name, as a presentation names it.

/// What stands at the end of names and belongs to no family.
const ENDINGS: &[&str] = &["PSMT", "PS", "MT"];

/// `ABCDEF+TimesNewRomanPS-BoldMT` is `Times New Roman`.
pub(super) fn family(name: &str) -> String {
    let whole = match name.split_once('+') {
        Some((tag, rest)) if tag.len() == 6 => rest,
        _ => name,
    };
    let stem = whole.split(['-', ',']).next().unwrap_or(whole);
    let stem = ENDINGS
        .iter()
        .find_map(|ending| stem.strip_suffix(ending))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(stem);
    let mut family = String::with_capacity(stem.len() + 4);
    let mut before = ' ';
    for letter in stem.chars().filter(|letter| !letter.is_control()) {
        if letter.is_uppercase() && before.is_lowercase() {
            family.push(' ');
        }
        family.push(letter);
        before = letter;
    }
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_named_as_in_a_menu() {
        assert_eq!(family("ABCDEF+TimesNewRomanPS-BoldMT"), "Times New Roman");
        assert_eq!(family("ArialMT"), "Arial");
        assert_eq!(family("BCDEEE+Calibri,Bold"), "Calibri");
        assert_eq!(family("SegoeUI-Semibold"), "Segoe UI");
        assert_eq!(family("MT"), "MT");
    }
}
