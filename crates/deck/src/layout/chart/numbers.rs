//! Numbers as the format codes of spreadsheets show them, as far as charts use them (ECMA-376 part 1, 18.8.31).

/// A value by a format code; plainly where there is none or it is not understood.
pub(super) fn shown(value: f64, format: Option<&str>) -> String {
    let code = format.unwrap_or("General");
    let sections: Vec<&str> = code.split(';').collect();
    let (section, value) = match sections.get(1) {
        Some(negative) if value < 0.0 && !negative.is_empty() => (*negative, -value),
        _ => (sections.first().copied().unwrap_or_default(), value),
    };
    if section.eq_ignore_ascii_case("general") || !section.contains(['0', '#']) {
        return plain(value);
    }
    let (mut before, mut digits, mut after) = (String::new(), String::new(), String::new());
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            '0' | '#' | '.' | ',' | '?' => {
                digits.push(c);
                continue;
            }
            // A colour, a condition or a currency: `[$€-407]` shows what stands before the hyphen.
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let currency = inside.strip_prefix('$').unwrap_or_default();
                currency.split('-').next().unwrap_or_default().to_owned()
            }
            '"' => chars.by_ref().take_while(|c| *c != '"').collect(),
            '\\' => chars.next().map(String::from).unwrap_or_default(),
            '_' | '*' => {
                chars.next();
                String::new()
            }
            other => other.to_string(),
        };
        let side = if digits.is_empty() {
            &mut before
        } else {
            &mut after
        };
        side.push_str(&literal);
    }
    let part = if section.contains('%') {
        value * 100.0
    } else {
        value
    };
    format!("{before}{}{after}", digits_of(part, &digits))
}

/// A number with the decimals and the grouping of a pattern such as `#,##0.00`; commas at its end divide by thousands.
fn digits_of(value: f64, pattern: &str) -> String {
    let whole = pattern.trim_end_matches(',');
    let thousands = i32::try_from(pattern.len() - whole.len())
        .unwrap_or(0)
        .min(6);
    let value = value / 1000.0_f64.powi(thousands);
    let (integer, decimals) = whole.split_once('.').unwrap_or((whole, ""));
    let most = decimals.len().min(12);
    let mut text = format!("{value:.most$}");
    let least = decimals.chars().filter(|c| *c == '0').count().min(most);
    for _ in least..most {
        if text.ends_with('0') {
            text.pop();
        }
    }
    let text = text.trim_end_matches('.');
    if integer.contains(',') {
        grouped(text)
    } else {
        text.to_owned()
    }
}

fn grouped(text: &str) -> String {
    let (sign, rest) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("-", rest));
    let (integer, decimals) = rest
        .split_once('.')
        .map_or((rest, None), |(i, d)| (i, Some(d)));
    let mut out = sign.to_owned();
    for (at, digit) in integer.chars().enumerate() {
        if at > 0 && (integer.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

/// As few digits as show the value; sums of tenths lose their binary dust.
fn plain(value: f64) -> String {
    let rounded = (value * 1.0e9).round() / 1.0e9;
    if value.abs() < 1.0e9 {
        format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_are_followed() {
        for (value, code, text) in [
            (0.3, "General", "0.3"),
            (0.1 + 0.2, "General", "0.3"),
            (1234.5, "#,##0", "1,234"),
            (1_234_567.0, "#,##0.00", "1,234,567.00"),
            (0.256, "0%", "26%"),
            (0.256, "0.0%", "25.6%"),
            (-5.0, "0;(0)", "(5)"),
            (12.0, "\"$\"#,##0", "$12"),
            (12.0, "[$€-407] 0", "€ 12"),
            (2_500_000.0, "0.0,,\"M\"", "2.5M"),
            (1.5, "0.##", "1.5"),
            (-1234.0, "#,##0", "-1,234"),
            (7.0, "", "7"),
        ] {
            assert_eq!(shown(value, Some(code)), text, "{value} by {code}");
        }
    }
}
