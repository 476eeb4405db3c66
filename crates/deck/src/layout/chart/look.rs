//! What a chart that says nothing of its look is drawn in: the letters, lines and colours of its style (ECMA-376 part 1,
//! 21.2.2.227, as Office draws the styles).

use crate::layout::page::Ink;
use crate::layout::paint::{self, mix};
use crate::model::chart::Chart;
use crate::model::color::{Color, Rgb};

/// The widths of axes and lines across the plot, in points.
pub(super) const HAIRLINE: f64 = 0.75;
/// How far axes and lines across are from the letters' colour to white; what Office makes of black by 75 %.
const TINT: f64 = 0.525;
/// Parts of the letters' colour that styles of greys take in turn.
const GREYS: [f64; 6] = [0.885, 0.55, 0.78, 0.925, 0.7, 0.3];
/// The first style of each eight is grey, the second takes the accents in turn, each other one accent in shades.
const STYLES: u8 = 8;

/// The look of a chart.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// Letters.
    pub(super) text: Color,
    /// Axes and lines across the plot.
    pub(super) line: Ink,
    style: u8,
    accents: Vec<Rgb>,
    own: Ink,
}

impl Look {
    /// The look of a chart under a theme of these accents, of which there is at least one.
    pub(super) fn of(chart: &Chart, accents: Vec<Rgb>) -> Self {
        let text = chart.text_color.clone();
        let text = text.unwrap_or_else(|| Color::opaque(Rgb::BLACK));
        // Lines follow the slide's text, not the letters that one chart gives itself.
        let slides = text.theme.as_ref();
        let slides = slides.is_some_and(|theme| theme.slot == "tx1" && theme.transforms.is_empty());
        let own = if slides { paint::ink(&text) } else { BLACK };
        Self {
            line: mix(own, WHITE, TINT),
            text,
            style: chart.style.unwrap_or(2).clamp(1, 48),
            accents,
            own,
        }
    }

    /// The width of the lines of series, in points.
    pub(super) fn width(&self) -> f64 {
        match self.style {
            1..=8 => 2.25,
            25..=32 => 5.25,
            _ => 3.75,
        }
    }

    /// The colour of one of so many series or slices, by its number.
    pub(super) fn series(&self, index: usize, count: usize) -> Ink {
        let turn = |at: usize| Ink {
            rgb: self.accents[at % self.accents.len()],
            alpha: 1.0,
        };
        let (at, of) = (float(index), float(count.max(index + 1)));
        match (self.style - 1) % STYLES {
            0 => mix(WHITE, self.own, GREYS[index % GREYS.len()]),
            1 => {
                let round = self.accents.len();
                let rounds = count.max(index + 1).div_ceil(round);
                if rounds < 2 {
                    return turn(index);
                }
                faded(
                    turn(index),
                    (float(index / round) + 1.0) / (float(rounds) + 1.0),
                )
            }
            one => faded(turn(usize::from(one) - 2), (at + 1.0) / (of + 1.0)),
        }
    }
}

const WHITE: Ink = Ink {
    rgb: Rgb {
        r: 255,
        g: 255,
        b: 255,
    },
    alpha: 1.0,
};
const BLACK: Ink = Ink {
    rgb: Rgb::BLACK,
    alpha: 1.0,
};

/// A colour darkened or lightened by its place among others, 0 to 1.
fn faded(ink: Ink, place: f64) -> Ink {
    let change = place * 1.4 - 0.7;
    if change < 0.0 {
        mix(ink, BLACK, -change)
    } else {
        mix(ink, WHITE, change)
    }
}

/// A count as a number.
pub(super) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(style: Option<u8>) -> Look {
        let chart = Chart {
            style,
            ..Chart::default()
        };
        let accents = [10, 20, 30, 40, 50, 60].map(|r| Rgb { r, g: 100, b: 100 });
        Look::of(&chart, accents.to_vec())
    }

    #[test]
    fn accents_come_in_turn_and_in_shades_once_there_are_too_few() {
        let usual = look(None);
        assert_eq!(usual.series(5, 6).rgb.r, 60);
        assert_eq!(
            usual.line.rgb,
            Rgb {
                r: 134,
                g: 134,
                b: 134
            }
        );
        let (dark, light) = (usual.series(0, 7), usual.series(6, 7));
        assert!(dark.rgb.g < 100 && light.rgb.g > 100, "{dark:?} {light:?}");
    }

    #[test]
    fn styles_of_one_accent_go_from_dark_to_light() {
        let one = look(Some(4));
        let greens: Vec<u8> = (0..4).map(|at| one.series(at, 4).rgb.g).collect();
        assert!(greens.is_sorted(), "{greens:?}");
        let grey = look(Some(1)).series(0, 1).rgb;
        assert!(grey.r == grey.g && grey.r < 60, "{grey:?}");
    }
}
