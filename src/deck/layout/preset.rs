//! Preset outlines, evaluated from the table in `assets/geometry/presets.txt`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::outline::{Outline, OutlinePath, arc};
use super::page::Segment;
use crate::deck::formula;
use crate::deck::model::geometry::{PathShade, PresetGeometry};

static SOURCE: &str = include_str!("../../../assets/geometry/presets.txt");

/// The lines of each preset, by name.
static TABLE: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        if let Some(list) = line.strip_prefix("= ") {
            names = list.split_ascii_whitespace().collect();
        } else {
            for name in &names {
                table.entry(name).or_default().push(line);
            }
        }
    }
    table
});

/// The outline of a preset over a box; `None` where the table does not know it.
pub fn preset(geometry: &PresetGeometry, [x, y, width, height]: [f64; 4]) -> Option<Outline> {
    let lines = TABLE.get(geometry.name.as_str())?;
    let mut guides: BTreeMap<&str, f64> = BTreeMap::new();
    let mut paths = Vec::new();
    let mut text = [x, y, x + width, y + height];
    for line in lines {
        let (kind, rest) = line.split_once(' ')?;
        let names = |name: &str| {
            guides
                .get(name)
                .copied()
                .or_else(|| formula::predefined(name, width, height))
        };
        let number = |word: &str| formula::argument(word, &names);
        match kind {
            "a" => {
                let (name, value) = rest.split_once(' ')?;
                #[expect(clippy::cast_precision_loss, reason = "adjustments are far below 2^53")]
                let value = match geometry
                    .adjustments
                    .get(name)
                    .or_else(|| only(geometry, name))
                {
                    Some(given) => (*given as f64).clamp(-1.0e9, 1.0e9),
                    None => value.parse().ok()?,
                };
                guides.insert(name, value);
            }
            "g" => {
                let (name, formula) = rest.split_once(' ')?;
                let value = formula::evaluate(formula, &names)?;
                guides.insert(name, value);
            }
            "t" => {
                let mut words = rest.split_ascii_whitespace().map(number);
                let mut next = || words.next().flatten();
                text = [x + next()?, y + next()?, x + next()?, y + next()?];
            }
            _ => {
                let segments = path(rest, &number, (x, y))?;
                let (filled, stroked) = (kind != "p-", kind != "p_");
                paths.push(OutlinePath {
                    segments,
                    filled,
                    stroked,
                    shade: PathShade::None,
                });
            }
        }
    }
    let upright = geometry.name == "rect";
    Some(Outline {
        paths,
        text,
        upright,
    })
}

/// Files name a single adjustment `adj` or `adj1`.
fn only<'a>(geometry: &'a PresetGeometry, name: &str) -> Option<&'a i64> {
    match name {
        "adj" => geometry.adjustments.get("adj1"),
        "adj1" => geometry.adjustments.get("adj"),
        _ => None,
    }
}

fn path(
    words: &str,
    number: &dyn Fn(&str) -> Option<f64>,
    (left, top): (f64, f64),
) -> Option<Vec<Segment>> {
    let mut out = Vec::new();
    let mut at = (0.0, 0.0);
    let mut words = words.split_ascii_whitespace();
    while let Some(command) = words.next() {
        let mut next = || number(words.next()?);
        match command {
            "M" => {
                at = (left + next()?, top + next()?);
                out.push(Segment::Move(at.0, at.1));
            }
            "L" => {
                at = (left + next()?, top + next()?);
                out.push(Segment::Line(at.0, at.1));
            }
            "C" => {
                let (a, b) = (left + next()?, top + next()?);
                let (c, d) = (left + next()?, top + next()?);
                at = (left + next()?, top + next()?);
                out.push(Segment::Cubic(a, b, c, d, at.0, at.1));
            }
            "A" => {
                let (wide, high) = (next()?, next()?);
                let (start, swing) = (next()?, next()?);
                at = arc(&mut out, at, (wide, high), (start, swing));
            }
            "Z" => out.push(Segment::Close),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_of_the_table_can_be_evaluated() {
        assert!(TABLE.len() > 60);
        for name in TABLE.keys() {
            for place in [[10.0, 10.0, 100.0, 50.0], [0.0; 4]] {
                let geometry = PresetGeometry {
                    name: (*name).to_owned(),
                    adjustments: BTreeMap::new(),
                };
                let outline = preset(&geometry, place);
                assert!(outline.is_some_and(|o| !o.paths.is_empty()), "{name}");
            }
        }
    }
}
