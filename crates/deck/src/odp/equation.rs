//! The formulas of custom shapes (ODF 1.3 part 3, 19.171): numbers, names, modifiers, other formulas, a few functions.

use std::collections::BTreeMap;

/// How deep formulas may refer to each other, parentheses included.
const MOST_DEEP: usize = 64;
/// Steps that all formulas of a shape may take together.
const MOST_STEPS: usize = 100_000;

/// What formulas of one shape may name.
pub(super) struct Scope<'a> {
    formulas: BTreeMap<&'a str, &'a str>,
    modifiers: &'a [f64],
    view: [f64; 4],
    /// Width and height of the shape in hundredths of a millimetre.
    size: (f64, f64),
    known: BTreeMap<&'a str, f64>,
    deep: usize,
    steps: usize,
}

impl<'a> Scope<'a> {
    /// Nothing evaluated yet.
    pub(super) fn new(
        formulas: BTreeMap<&'a str, &'a str>,
        modifiers: &'a [f64],
        view: [f64; 4],
        size: (f64, f64),
    ) -> Self {
        Self {
            formulas,
            modifiers,
            view,
            size,
            known: BTreeMap::new(),
            deep: 0,
            steps: 0,
        }
    }

    /// The value of one word of a path: a number, `?name`, `$0`, or a name. What cannot be evaluated is 0.
    pub(super) fn word(&mut self, word: &'a str) -> f64 {
        let value = match word.as_bytes().first() {
            Some(b'?') => self.formula(&word[1..]),
            Some(b'$') => self.modifier(&word[1..]),
            _ => match word.parse() {
                Ok(number) => Some(number),
                Err(_) => self.constant(word),
            },
        };
        value.filter(|value| value.is_finite()).unwrap_or(0.0)
    }

    fn modifier(&self, number: &str) -> Option<f64> {
        let at: usize = number.parse().ok()?;
        self.modifiers.get(at).copied()
    }

    fn formula(&mut self, name: &'a str) -> Option<f64> {
        if let Some(known) = self.known.get(name) {
            return Some(*known);
        }
        let text = self.formulas.get(name).copied()?;
        if self.deep >= MOST_DEEP {
            return None;
        }
        self.deep += 1;
        let value = Parser {
            scope: self,
            rest: text,
        }
        .sum();
        self.deep -= 1;
        let value = value.filter(|value| value.is_finite()).unwrap_or(0.0);
        self.known.insert(name, value);
        Some(value)
    }

    fn constant(&self, name: &str) -> Option<f64> {
        let [left, top, width, height] = self.view;
        Some(match name {
            "left" => left,
            "top" => top,
            "right" => left + width,
            "bottom" => top + height,
            "width" => width,
            "height" => height,
            "logwidth" => self.size.0,
            "logheight" => self.size.1,
            "xstretch" | "ystretch" => 0.0,
            "hasstroke" | "hasfill" => 1.0,
            "pi" => std::f64::consts::PI,
            _ => return None,
        })
    }
}

struct Parser<'s, 'a> {
    scope: &'s mut Scope<'a>,
    rest: &'a str,
}

impl<'a> Parser<'_, 'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, letter: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.eat('+') {
                value += self.product()?;
            } else if self.eat('-') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.signed()?;
        loop {
            if self.eat('*') {
                value *= self.signed()?;
            } else if self.eat('/') {
                let by = self.signed()?;
                value = if by == 0.0 { 0.0 } else { value / by };
            } else {
                return Some(value);
            }
        }
    }

    fn signed(&mut self) -> Option<f64> {
        let mut negative = false;
        loop {
            if self.eat('-') {
                negative = !negative;
            } else if !self.eat('+') {
                break;
            }
        }
        let value = self.atom()?;
        Some(if negative { -value } else { value })
    }

    fn atom(&mut self) -> Option<f64> {
        self.scope.steps += 1;
        if self.scope.steps > MOST_STEPS {
            return None;
        }
        self.skip();
        if self.eat('(') {
            let value = self.nested()?;
            return self.eat(')').then_some(value);
        }
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            let name = self.take(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            return self.scope.formula(name);
        }
        if let Some(rest) = self.rest.strip_prefix('$') {
            self.rest = rest;
            let number = self.take(|letter| letter.is_ascii_digit());
            return self.scope.modifier(number);
        }
        if self
            .rest
            .starts_with(|letter: char| letter.is_ascii_alphabetic())
        {
            let name = self.take(|letter| letter.is_ascii_alphanumeric());
            return if self.eat('(') {
                self.call(name)
            } else {
                self.scope.constant(name)
            };
        }
        self.number()
    }

    fn nested(&mut self) -> Option<f64> {
        if self.scope.deep >= MOST_DEEP {
            return None;
        }
        self.scope.deep += 1;
        let value = self.sum();
        self.scope.deep -= 1;
        value
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !belongs(letter));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> Option<f64> {
        let start = self.rest;
        self.take(|letter| letter.is_ascii_digit() || letter == '.');
        if let Some(rest) = self.rest.strip_prefix(['e', 'E']) {
            self.rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
            self.take(|letter| letter.is_ascii_digit());
        }
        start[..start.len() - self.rest.len()].parse().ok()
    }

    fn call(&mut self, name: &str) -> Option<f64> {
        let mut given = [0.0; 3];
        let mut count = 0;
        loop {
            let value = self.nested()?;
            *given.get_mut(count)? = value;
            count += 1;
            if !self.eat(',') {
                break;
            }
        }
        if !self.eat(')') {
            return None;
        }
        let [a, b, c] = given;
        Some(match name {
            "abs" => a.abs(),
            "sqrt" => a.max(0.0).sqrt(),
            "sin" => a.sin(),
            "cos" => a.cos(),
            "tan" => a.tan(),
            "atan" => a.atan(),
            "atan2" => a.atan2(b),
            "min" => a.min(b),
            "max" => a.max(b),
            "if" => {
                if a > 0.0 {
                    b
                } else {
                    c
                }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluated(formulas: &[(&'static str, &'static str)], word: &'static str) -> f64 {
        let formulas = formulas.iter().copied().collect();
        Scope::new(
            formulas,
            &[5400.0],
            [0.0, 0.0, 21600.0, 21600.0],
            (100.0, 50.0),
        )
        .word(word)
    }

    #[test]
    fn formulas_name_modifiers_each_other_and_the_view() {
        let formulas = [
            ("f0", "$0 *2/ 3"),
            ("f1", "right - ?f0"),
            ("f2", "if(?f1-20000, min(1,2), abs(-7)+sqrt(9))"),
            ("f3", "logwidth/2+logheight"),
        ];
        assert!((evaluated(&formulas, "?f1") - 18_000.0).abs() < 1e-9);
        assert!((evaluated(&formulas, "?f2") - 10.0).abs() < 1e-9);
        assert!((evaluated(&formulas, "?f3") - 100.0).abs() < 1e-9);
    }

    #[test]
    fn circles_depth_and_nonsense_end_as_nothing() {
        let deep: &'static str = Box::leak("(".repeat(100_000).into_boxed_str());
        let formulas = [
            ("a", "?b+1"),
            ("b", "?a+1"),
            ("c", deep),
            ("d", "1/0"),
            ("e", "$9"),
        ];
        for word in ["?c", "?d", "?e", "?none", "junk"] {
            assert!(evaluated(&formulas, word).abs() < 1e-9, "{word}");
        }
        assert!(evaluated(&formulas, "?a").is_finite());
    }
}
