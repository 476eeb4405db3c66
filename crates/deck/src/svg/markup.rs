//! The words of SVG: path data, attributes, numbers and escaped text.

use std::fmt::Write as _;

use crate::layout::page::{Matrix, Segment, Stroke};
use crate::model::paint::{LineCap, LineJoin};

/// A number with three decimals at most; what is no number is 0.
pub(super) fn number(value: f64) -> String {
    let value = if value.is_finite() {
        value.clamp(-1.0e6, 1.0e6)
    } else {
        0.0
    };
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" | "" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// Text for an element or an attribute. Characters that XML cannot hold are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

/// Path data.
pub(super) fn path_data(segments: &[Segment]) -> String {
    let mut out = String::new();
    for segment in segments {
        let (letter, values): (char, &[f64]) = match segment {
            Segment::Move(x, y) => ('M', &[*x, *y]),
            Segment::Line(x, y) => ('L', &[*x, *y]),
            Segment::Quad(a, b, x, y) => ('Q', &[*a, *b, *x, *y]),
            Segment::Cubic(a, b, c, d, x, y) => ('C', &[*a, *b, *c, *d, *x, *y]),
            Segment::Close => ('Z', &[]),
        };
        out.push(letter);
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            out.push_str(&number(*value));
        }
    }
    out
}

/// An opacity attribute, where it is not full.
pub(super) fn opacity(of: &str, alpha: f64) -> String {
    if alpha > 0.999 {
        String::new()
    } else {
        format!(" {of}-opacity=\"{}\"", number(alpha))
    }
}

/// A transform attribute, where it changes anything.
pub(super) fn transform(matrix: Matrix) -> String {
    if matrix == Matrix::IDENTITY {
        return String::new();
    }
    let [a, b, c, d, e, f] = matrix.0;
    // Turns and stretches need more decimals than places.
    let fine = |v: f64| format!("{v:.6}");
    format!(
        " transform=\"matrix({} {} {} {} {} {})\"",
        fine(a),
        fine(b),
        fine(c),
        fine(d),
        number(e),
        number(f)
    )
}

/// The attributes of a stroke besides its paint.
pub(super) fn line(stroke: &Stroke) -> String {
    let mut out = format!(" stroke-width=\"{}\"", number(stroke.width));
    let cap = match stroke.cap {
        LineCap::Flat => "",
        LineCap::Round => " stroke-linecap=\"round\"",
        LineCap::Square => " stroke-linecap=\"square\"",
    };
    let join = match stroke.join {
        LineJoin::Miter => "",
        LineJoin::Round => " stroke-linejoin=\"round\"",
        LineJoin::Bevel => " stroke-linejoin=\"bevel\"",
    };
    out.push_str(cap);
    out.push_str(join);
    if !stroke.dashes.is_empty() {
        let dashes: Vec<String> = stroke.dashes.iter().map(|d| number(*d)).collect();
        let _ = write!(out, " stroke-dasharray=\"{}\"", dashes.join(" "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_always_numbers() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.000_1), "0");
        assert_eq!(number(2.345_67), "2.346");
        assert_eq!(number(f64::NAN), "0");
        assert_eq!(number(f64::INFINITY), "0");
    }

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escaped("a<b>&\"\u{1}\n"), "a&lt;b&gt;&amp;&quot; ");
    }
}
