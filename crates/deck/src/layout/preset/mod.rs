//! The preset outlines of ECMA-376 part 1, 20.1.10.56, evaluated from the table in `assets/geometry/presets.txt`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::formula;
use crate::layout::outline::{Outline, OutlinePath, arc, parameters};
use crate::layout::page::Segment;
use crate::model::geometry::{PathShade, PresetGeometry};

static SOURCE: &str = include_str!("../../../../../assets/geometry/presets.txt");

/// What the table says of each preset, by name.
static TABLE: LazyLock<BTreeMap<&'static str, Arc<Definition>>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    for section in SOURCE.split("\n= ").skip(1) {
        let mut lines = section.lines();
        let names = lines.next().unwrap_or_default();
        let mut definition = Definition::default();
        for line in lines {
            definition.read(line);
        }
        let definition = Arc::new(definition);
        for name in names.split_ascii_whitespace() {
            table.insert(name, Arc::clone(&definition));
        }
    }
    table
});

/// One section of the table.
#[derive(Default)]
struct Definition {
    /// Names and defaults.
    adjustments: Vec<(&'static str, f64)>,
    /// Names and formulas, each of which may use those before it.
    guides: Vec<(&'static str, &'static str)>,
    /// Left, top, right and bottom as names.
    text: Option<[&'static str; 4]>,
    /// Flags and steps.
    paths: Vec<(&'static str, &'static str)>,
}

impl Definition {
    /// Takes in a line; `None` where it is none of the table's.
    fn read(&mut self, line: &'static str) -> Option<()> {
        let (kind, rest) = line.split_once(' ')?;
        match kind {
            "a" => {
                let (name, value) = rest.split_once(' ')?;
                self.adjustments.push((name, value.parse().ok()?));
            }
            "g" => self.guides.push(rest.split_once(' ')?),
            "t" => {
                let names: Vec<&str> = rest.split_ascii_whitespace().collect();
                self.text = Some(names.try_into().ok()?);
            }
            _ => self.paths.push((kind.strip_prefix('p')?, rest)),
        }
        Some(())
    }

    /// The values of adjustments and guides over a box of this width and height.
    fn values(
        &self,
        geometry: &PresetGeometry,
        width: f64,
        height: f64,
    ) -> BTreeMap<&'static str, f64> {
        let mut values = BTreeMap::new();
        for (name, default) in &self.adjustments {
            let given = geometry.adjustments.get(*name);
            #[expect(clippy::cast_precision_loss, reason = "clamped far below 2^53")]
            let value = given
                .or_else(|| only(geometry, name))
                .map_or(*default, |given| (*given).clamp(-FARTHEST, FARTHEST) as f64);
            values.insert(*name, value);
        }
        for (name, formula) in &self.guides {
            let names = |name: &str| lookup(&values, name, width, height);
            // Absurd adjustments can leave a formula without a finite value; the rest stays drawable.
            let value = formula::evaluate(formula, &names).unwrap_or(0.0);
            values.insert(*name, value);
        }
        values
    }
}

/// The names of a preset's adjustments, in their order. `None` for a name that is no preset.
pub fn adjustment_names(name: &str) -> Option<Vec<&'static str>> {
    let definition = TABLE.get(name)?;
    Some(
        definition
            .adjustments
            .iter()
            .map(|(name, _)| *name)
            .collect(),
    )
}

/// What adjustments are held to: far beyond any that draws something sensible.
const FARTHEST: i64 = 1_000_000_000;

/// The outline of a preset over a box of left, top, width and height; `None` where the standard has no such preset.
pub fn preset(geometry: &PresetGeometry, place: [f64; 4]) -> Option<Outline> {
    let definition = TABLE.get(geometry.name.as_str())?;
    let [x, y, width, height] = place;
    let values = definition.values(geometry, width, height);
    let names = |name: &str| lookup(&values, name, width, height);
    let number = |word: &str| formula::argument(word, &names);
    let text = match definition.text {
        Some([l, t, r, b]) => [
            x + number(l)?,
            y + number(t)?,
            x + number(r)?,
            y + number(b)?,
        ],
        None => [x, y, x + width, y + height],
    };
    let paths = definition.paths.iter().map(|(flags, steps)| {
        Some(OutlinePath {
            segments: path(steps, &number, place)?,
            filled: !flags.contains('-'),
            stroked: !flags.contains('_'),
            shade: shade(flags),
        })
    });
    let mut paths: Vec<OutlinePath> = paths.collect::<Option<_>>()?;
    // The marks of charts list their lines below their fill; nobody would see them there.
    paths.sort_by_key(|path| !path.filled);
    Some(Outline {
        paths,
        text,
        upright: geometry.name == "rect",
    })
}

fn lookup(
    values: &BTreeMap<&'static str, f64>,
    name: &str,
    width: f64,
    height: f64,
) -> Option<f64> {
    let own = values.get(name).copied();
    own.or_else(|| formula::predefined(name, width, height))
}

/// Files name a single adjustment `adj` or `adj1`.
fn only<'a>(geometry: &'a PresetGeometry, name: &str) -> Option<&'a i64> {
    match name {
        "adj" => geometry.adjustments.get("adj1"),
        "adj1" => geometry.adjustments.get("adj"),
        _ => None,
    }
}

fn shade(flags: &str) -> PathShade {
    let shades = [
        ('L', PathShade::Lighten),
        ('l', PathShade::LightenLess),
        ('D', PathShade::Darken),
        ('d', PathShade::DarkenLess),
    ];
    let found = shades.iter().find(|(flag, _)| flags.contains(*flag));
    found.map_or(PathShade::None, |(_, shade)| *shade)
}

fn path(
    steps: &str,
    number: &dyn Fn(&str) -> Option<f64>,
    [left, top, width, height]: [f64; 4],
) -> Option<Vec<Segment>> {
    let mut out = Vec::new();
    let mut scale = (1.0, 1.0);
    let (mut start, mut at) = ((left, top), (left, top));
    let mut words = steps.split_ascii_whitespace();
    while let Some(command) = words.next() {
        // After closing, the standard goes on from where the closed part began.
        if out.last() == Some(&Segment::Close) && !matches!(command, "M" | "Z") {
            out.push(Segment::Move(start.0, start.1));
        }
        let mut next = || number(words.next()?);
        let mut point = || Some((left + next()? * scale.0, top + next()? * scale.1));
        match command {
            "S" => {
                let (own_width, own_height) = (next()?, next()?);
                scale = (width / own_width, height / own_height);
            }
            "M" => {
                at = point()?;
                start = at;
                out.push(Segment::Move(at.0, at.1));
            }
            "L" => {
                at = point()?;
                out.push(Segment::Line(at.0, at.1));
            }
            "Q" => {
                let (a, b) = point()?;
                at = point()?;
                out.push(Segment::Quad(a, b, at.0, at.1));
            }
            "C" => {
                let ((a, b), (c, d)) = (point()?, point()?);
                at = point()?;
                out.push(Segment::Cubic(a, b, c, d, at.0, at.1));
            }
            "A" => {
                let (wide, high) = (next()?, next()?);
                let angles = parameters((next()?, next()?), (wide, high));
                let radii = (wide * scale.0, high * scale.1);
                at = arc(&mut out, at, radii, angles);
            }
            "Z" => {
                at = start;
                // A point alone has nothing to close, and closed it would be stroked as a dot.
                if !matches!(out.last(), Some(Segment::Move(..))) {
                    out.push(Segment::Close);
                }
            }
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests;
