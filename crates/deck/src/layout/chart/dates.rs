//! Axes of days: each category at the place of its day, and labels at even steps of days, months or years.

use super::look::float;
use crate::model::chart::Series;

/// Days of the longest time that is laid out.
const MOST: i64 = 100_000;

/// How the days of a chart lie on their axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Days {
    unit: Unit,
    first: Day,
    /// How many units there are from the first to the last day.
    pub(super) slots: usize,
    /// The slot of each category.
    pub(super) spots: Vec<usize>,
}

/// What one slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Month,
    Year,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    year: i64,
    month: i64,
    date: i64,
}

impl Days {
    /// The days that a series is named by. `None` where a name is none, or there is nothing between them.
    pub(super) fn of(series: &Series) -> Option<Self> {
        let days: Option<Vec<Day>> = series
            .categories
            .iter()
            .map(|name| Day::parse(name))
            .collect();
        let days = days?;
        let (first, last) = (*days.iter().min()?, *days.iter().max()?);
        let unit = if days.iter().any(|day| day.date != first.date) {
            Unit::Day
        } else if days.iter().any(|day| day.month != first.month) {
            Unit::Month
        } else {
            Unit::Year
        };
        let span = last.number(unit) - first.number(unit);
        if !(1..MOST).contains(&span) {
            return None;
        }
        let spot = |day: &Day| usize::try_from(day.number(unit) - first.number(unit)).ok();
        Some(Self {
            unit,
            first,
            slots: usize::try_from(span + 1).ok()?,
            spots: days.iter().map(spot).collect::<Option<_>>()?,
        })
    }

    /// The labels that fit: slots and their days, every so many units that each has room for one of a width. `step` is how
    /// many units the file wants between them.
    pub(super) fn labels(&self, room: f64, width: f64, step: Option<f64>) -> Vec<(usize, Day)> {
        let most = (room / width.max(1.0)).floor().max(1.0);
        let least = float(self.slots) / most;
        let told = step.filter(|step| *step >= 1.0).map(f64::round);
        let every = told.unwrap_or_else(|| self.round(least));
        let mut out = Vec::new();
        let mut at = 0.0;
        while at < float(self.slots) && out.len() < 1_000 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "below the number of slots"
            )]
            let slot = at as usize;
            out.push((slot, self.day(slot)));
            at += every;
        }
        out
    }

    /// The least round number of units that is not under another.
    fn round(&self, least: f64) -> f64 {
        let steps: &[f64] = match self.unit {
            Unit::Day => &[
                1.0, 2.0, 7.0, 14.0, 30.0, 61.0, 91.0, 183.0, 365.0, 730.0, 1_826.0,
            ],
            Unit::Month => &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0],
            Unit::Year => &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0],
        };
        let fits = steps.iter().find(|step| **step >= least - 1.0e-6);
        fits.copied().unwrap_or_else(|| least.ceil())
    }

    fn day(&self, slot: usize) -> Day {
        let far = i64::try_from(slot).unwrap_or(0);
        let Day { year, month, date } = self.first;
        match self.unit {
            Unit::Day => Day::of(self.first.number(Unit::Day) + far),
            Unit::Month => {
                let months = year * 12 + month - 1 + far;
                Day {
                    year: months.div_euclid(12),
                    month: months.rem_euclid(12) + 1,
                    date,
                }
            }
            Unit::Year => Day {
                year: year + far,
                month,
                date,
            },
        }
    }
}

impl Day {
    /// A day as `2026-11-27`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i64>().ok().filter(|_| digits)
        });
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let fits =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then_some(Self {
            year,
            month,
            date: day,
        })
    }

    /// The number of its unit from some first one; days by the rule of 400 years, which begin in March.
    fn number(self, unit: Unit) -> i64 {
        match unit {
            Unit::Year => self.year,
            Unit::Month => self.year * 12 + self.month,
            Unit::Day => {
                let early = self.month <= 2;
                let year = self.year - i64::from(early);
                let month = if early {
                    self.month + 9
                } else {
                    self.month - 3
                };
                365 * year + year.div_euclid(4) - year.div_euclid(100)
                    + year.div_euclid(400)
                    + (153 * month + 2) / 5
                    + self.date
                    - 1
            }
        }
    }

    fn of(number: i64) -> Self {
        let era = number.div_euclid(146_097);
        let of_era = number.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let late = month >= 10;
        Self {
            year: year + era * 400 + i64::from(late),
            month: if late { month - 9 } else { month + 3 },
            date: day - (153 * month + 2) / 5 + 1,
        }
    }

    /// The day of the week, from Sunday.
    fn weekday(self) -> usize {
        // The day of number 0, 1 March of the year 0, was a Wednesday.
        usize::try_from((self.number(Unit::Day) + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// The day by a format code of spreadsheets, such as `m/d/yyyy` or `mmm-yy`; as `2026-11-27` where the code is of no day.
    pub(super) fn shown(self, code: Option<&str>) -> String {
        let plain = || format!("{:04}-{:02}-{:02}", self.year, self.month, self.date);
        let Some(code) = code.and_then(|code| code.split(';').next()) else {
            return plain();
        };
        let mut out = String::new();
        let mut found = false;
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            match c.to_ascii_lowercase() {
                letter @ ('y' | 'm' | 'd') => {
                    let mut count = 1;
                    while chars
                        .next_if(|next| next.to_ascii_lowercase() == letter)
                        .is_some()
                    {
                        count += 1;
                    }
                    out.push_str(&self.part(letter, count));
                    found = true;
                }
                '[' => while chars.next().is_some_and(|c| c != ']') {},
                '"' => out.extend(chars.by_ref().take_while(|c| *c != '"')),
                '\\' => out.extend(chars.next()),
                '_' | '*' => drop(chars.next()),
                '@' => {}
                _ => out.push(c),
            }
        }
        if found {
            out.trim().to_owned()
        } else {
            plain()
        }
    }

    fn part(self, letter: char, count: usize) -> String {
        let name = |names: &[&str], at: usize, letters: usize| -> String {
            names
                .get(at)
                .copied()
                .unwrap_or("")
                .chars()
                .take(letters)
                .collect()
        };
        let month = usize::try_from(self.month - 1).unwrap_or(0);
        match (letter, count) {
            ('y', 1 | 2) => format!("{:02}", self.year.rem_euclid(100)),
            ('y', _) => format!("{:04}", self.year),
            ('m', 1) => self.month.to_string(),
            ('m', 2) => format!("{:02}", self.month),
            ('m', 3) => name(&MONTHS, month, 3),
            ('m', 5) => name(&MONTHS, month, 1),
            ('m', _) => name(&MONTHS, month, usize::MAX),
            (_, 1) => self.date.to_string(),
            (_, 2) => format!("{:02}", self.date),
            (_, 3) => name(&WEEK, self.weekday(), 3),
            (_, _) => name(&WEEK, self.weekday(), usize::MAX),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEK: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn days(names: &[&str]) -> Option<Days> {
        Days::of(&Series {
            categories: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Series::default()
        })
    }

    #[test]
    fn days_lie_in_proportion_to_the_time_between_them() {
        let found = days(&["2026-02-27", "2026-02-28", "2026-03-03"]).expect("days");
        assert_eq!((found.slots, found.spots.as_slice()), (5, &[0, 1, 4][..]));
        let labels = found.labels(100.0, 45.0, None);
        let shown: Vec<String> = labels.iter().map(|(_, day)| day.shown(None)).collect();
        assert_eq!(shown, ["2026-02-27"]);
        let months = days(&["2025-11-01", "2025-12-01", "2026-02-01"]).expect("months");
        assert_eq!(months.spots, [0, 1, 3]);
        assert_eq!(months.day(2).shown(Some("mmm-yy")), "Jan-26");
        assert_eq!(
            days(&["2024-01-01", "2026-01-01"]).expect("years").spots,
            [0, 2]
        );
        assert_eq!(days(&["2026-01-01", "later"]), None);
    }

    #[test]
    fn format_codes_show_a_day() {
        let day = Day::parse("2026-11-27").expect("a day");
        for (code, text) in [
            ("m/d/yyyy", "11/27/2026"),
            ("dd.mm.yy", "27.11.26"),
            ("[$-409]d\\-mmm;@", "27-Nov"),
            ("dddd, mmmm d", "Friday, November 27"),
            ("General", "2026-11-27"),
        ] {
            assert_eq!(day.shown(Some(code)), text, "{code}");
        }
        assert_eq!(Day::of(day.number(Unit::Day)), day);
    }
}
