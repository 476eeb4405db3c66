//! Guide formulas of shape geometry: the seventeen operators of ECMA-376 part 1, 20.1.9.11, and the names given to all.
//!
//! Lengths are in whatever unit the caller's names are in; angles are 60,000ths of a degree.

/// 60,000ths of a degree in half a turn.
const HALF_TURN: f64 = 10_800_000.0;

/// The value of a formula such as `*/ w adj 100000`, its names looked up by `names`.
///
/// `None` where the operator or a name is unknown, an argument is missing, or the result is no finite number.
pub fn evaluate(formula: &str, names: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    let mut words = formula.split_ascii_whitespace();
    let operator = words.next()?;
    let mut next = || argument(words.next()?, names);
    let value = match operator {
        "val" => next()?,
        "*/" => {
            let (x, y, z) = (next()?, next()?, next()?);
            quotient(x * y, z)
        }
        "+-" => next()? + next()? - next()?,
        "+/" => {
            let (x, y, z) = (next()?, next()?, next()?);
            quotient(x + y, z)
        }
        "?:" => {
            let (x, y, z) = (next()?, next()?, next()?);
            if x > 0.0 { y } else { z }
        }
        "abs" => next()?.abs(),
        "at2" => {
            let (x, y) = (next()?, next()?);
            y.atan2(x) * HALF_TURN / std::f64::consts::PI
        }
        "cat2" => {
            let (x, y, z) = (next()?, next()?, next()?);
            x * z.atan2(y).cos()
        }
        "sat2" => {
            let (x, y, z) = (next()?, next()?, next()?);
            x * z.atan2(y).sin()
        }
        "cos" => next()? * radians(next()?).cos(),
        "sin" => next()? * radians(next()?).sin(),
        "tan" => next()? * radians(next()?).tan(),
        "max" => next()?.max(next()?),
        "min" => next()?.min(next()?),
        "mod" => {
            let (x, y, z) = (next()?, next()?, next()?);
            (x * x + y * y + z * z).sqrt()
        }
        "pin" => {
            let (least, x, most) = (next()?, next()?, next()?);
            if x < least {
                least
            } else if x > most {
                most
            } else {
                x
            }
        }
        "sqrt" => next()?.max(0.0).sqrt(),
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// An argument of a formula, or a coordinate of a path: a number or a name.
pub fn argument(word: &str, names: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    let starts_like_a_number = word
        .as_bytes()
        .first()
        .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    if starts_like_a_number && let Ok(number) = word.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    names(word)
}

/// The value of a name that every shape has (ECMA-376 part 1, 20.1.9.11): edges, fractions of sides, turns.
pub fn predefined(name: &str, width: f64, height: f64) -> Option<f64> {
    let short = width.min(height);
    let value = match name {
        "l" | "t" => 0.0,
        "r" | "w" => width,
        "b" | "h" => height,
        "hc" => width / 2.0,
        "vc" => height / 2.0,
        "ss" => short,
        "ls" => width.max(height),
        "cd2" => HALF_TURN,
        "cd4" => HALF_TURN / 2.0,
        "cd8" => HALF_TURN / 4.0,
        "3cd4" => HALF_TURN * 1.5,
        "3cd8" => HALF_TURN * 0.75,
        "5cd8" => HALF_TURN * 1.25,
        "7cd8" => HALF_TURN * 1.75,
        _ => {
            let (side, divisor) = if let Some(n) = name.strip_prefix("ssd") {
                (short, n)
            } else if let Some(n) = name.strip_prefix("wd") {
                (width, n)
            } else {
                (height, name.strip_prefix("hd")?)
            };
            let divisor: u8 = divisor.parse().ok().filter(|d| *d > 0)?;
            side / f64::from(divisor)
        }
    };
    Some(value)
}

/// Division as guides mean it: nothing over nothing is nothing, so that a flat shape stays drawable.
fn quotient(dividend: f64, divisor: f64) -> f64 {
    if divisor == 0.0 {
        0.0
    } else {
        dividend / divisor
    }
}

fn radians(angle: f64) -> f64 {
    angle * std::f64::consts::PI / HALF_TURN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(formula: &str) -> Option<f64> {
        evaluate(formula, &|name| match name {
            "w" => Some(200.0),
            "adj" => Some(25_000.0),
            _ => None,
        })
    }

    #[test]
    fn each_operator_follows_the_standard() {
        for (formula, expected) in [
            ("val 7", 7.0),
            ("*/ w adj 100000", 50.0),
            ("+- w 5 6", 199.0),
            ("+/ w 100 3", 100.0),
            ("?: 1 2 3", 2.0),
            ("?: 0 2 3", 3.0),
            ("abs -4", 4.0),
            ("at2 1 1", 2_700_000.0),
            ("at2 0 -1", -5_400_000.0),
            ("cat2 10 3 4", 6.0),
            ("sat2 10 3 4", 8.0),
            ("cos 10 3600000", 5.0),
            ("sin 10 1800000", 5.0),
            ("tan 10 2700000", 10.0),
            ("max 1 2", 2.0),
            ("min 1 2", 1.0),
            ("mod 2 3 6", 7.0),
            ("pin 0 -5 10", 0.0),
            ("pin 0 15 10", 10.0),
            ("pin 0 5 10", 5.0),
            ("sqrt 81", 9.0),
        ] {
            let got = value(formula).unwrap_or(f64::NAN);
            assert!((got - expected).abs() < 1e-6, "{formula} is {got}");
        }
    }

    #[test]
    fn a_division_by_nothing_gives_nothing() {
        assert_eq!(value("*/ w adj 0"), Some(0.0));
        assert_eq!(value("+/ w adj 0"), Some(0.0));
    }

    #[test]
    fn what_cannot_be_evaluated_has_no_value() {
        for formula in ["", "val", "+- 1 2", "pow 2 3", "val unknown", "val inf"] {
            assert_eq!(value(formula), None, "{formula}");
        }
    }

    #[test]
    fn every_shape_knows_its_sides_and_turns() {
        assert_eq!(predefined("ssd8", 400.0, 80.0), Some(10.0));
        assert_eq!(predefined("wd32", 320.0, 1.0), Some(10.0));
        assert_eq!(predefined("hd3", 1.0, 30.0), Some(10.0));
        assert_eq!(predefined("3cd4", 1.0, 1.0), Some(16_200_000.0));
        assert_eq!(predefined("wd0", 1.0, 1.0), None);
        assert_eq!(predefined("adj1", 1.0, 1.0), None);
    }
}
