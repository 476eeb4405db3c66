//! The table styles that PowerPoint knows by GUID, for files that use one without saying what it is.

use super::table_style_guids::{Family, STYLES};

/// The style of a GUID, as the XML that PowerPoint would write for it.
pub(super) fn builtin(guid: &str) -> Option<String> {
    let guid = guid.trim_matches(['{', '}']).to_uppercase();
    let (_, family, accent) = STYLES.iter().find(|(known, _, _)| *known == guid)?;
    let color = |accent: u8| match accent {
        0 => "dk1".to_owned(),
        accent => format!("accent{accent}"),
    };
    let main = color(*accent);
    let body = match family {
        Family::NoGrid => region("wholeTbl", Text::plain("tx1"), "", NO_FILL),
        Family::Grid => region(
            "wholeTbl",
            Text::plain("tx1"),
            &lines(&ALL, 12_700, "tx1"),
            NO_FILL,
        ),
        Family::Themed1 => themed_1(&main),
        Family::Themed2 => themed_2(&main),
        Family::Light1 => light_1(&main),
        Family::Light2 => light_2(&main),
        Family::Light3 => light_3(&main),
        Family::Medium1 => medium_1(&main),
        Family::Medium2 => medium_2(&main),
        Family::Medium3 => medium_3(&main),
        Family::Medium4 => medium_4(&main),
        Family::Dark1 => dark_1(&main, *accent == 0),
        // The heading has the colour after the one of the body: 1 and 2, 3 and 4, 5 and 6.
        Family::Dark2 => dark_2(&main, &color(if *accent == 0 { 0 } else { accent + 1 })),
    };
    Some(format!(
        "<a:tblStyle xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{body}</a:tblStyle>"
    ))
}

const ALL: [&str; 6] = ["left", "right", "top", "bottom", "insideH", "insideV"];
const NO_FILL: &str = "<a:fill><a:noFill/></a:fill>";

/// What a region says of letters: nothing, or weight and colour.
#[derive(Clone, Copy)]
struct Text<'a>(Option<(bool, &'a str)>);

impl<'a> Text<'a> {
    const SAME: Self = Self(None);

    fn plain(color: &'a str) -> Self {
        Self(Some((false, color)))
    }

    fn bold(color: &'a str) -> Self {
        Self(Some((true, color)))
    }
}

fn region(name: &str, text: Text<'_>, borders: &str, fill: &str) -> String {
    let letters = text.0.map_or_else(String::new, |(bold, color)| {
        let bold = if bold { " b=\"on\"" } else { "" };
        format!(
            "<a:tcTxStyle{bold}><a:fontRef idx=\"minor\"/><a:schemeClr val=\"{color}\"/></a:tcTxStyle>"
        )
    });
    format!(
        "<a:{name}>{letters}<a:tcStyle><a:tcBdr>{borders}</a:tcBdr>{fill}</a:tcStyle></a:{name}>"
    )
}

fn lines(sides: &[&str], width: u32, color: &str) -> String {
    let line = |side: &&str| {
        format!(
            "<a:{side}><a:ln w=\"{width}\"><a:solidFill><a:schemeClr val=\"{color}\"/></a:solidFill></a:ln></a:{side}>"
        )
    };
    sides.iter().map(line).collect()
}

fn solid(color: &str) -> String {
    changed(color, "")
}

/// A fill of a colour with one transform.
fn toned(color: &str, transform: &str, percent: u32) -> String {
    changed(color, &format!("<a:{transform} val=\"{percent}%\"/>"))
}

fn changed(color: &str, inner: &str) -> String {
    format!(
        "<a:fill><a:solidFill><a:schemeClr val=\"{color}\">{inner}</a:schemeClr></a:solidFill></a:fill>"
    )
}

/// Odd rows and columns in the same fill.
fn bands(fill: &str) -> String {
    ["band1H", "band1V"]
        .map(|name| region(name, Text::SAME, "", fill))
        .concat()
}

/// First and last column in bold.
fn bold_columns(color: &str, fill: &str) -> String {
    ["lastCol", "firstCol"]
        .map(|name| region(name, Text::bold(color), "", fill))
        .concat()
}

fn themed_1(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("dk1"),
            &lines(&ALL, 12_700, main),
            NO_FILL,
        ),
        bands(&toned(main, "alpha", 40)),
        bold_columns("dk1", ""),
        region(
            "lastRow",
            Text::bold("dk1"),
            &lines(&["top"], 12_700, main),
            NO_FILL,
        ),
        region(
            "firstRow",
            Text::bold("lt1"),
            &lines(&["bottom"], 12_700, "lt1"),
            &solid(main),
        ),
    ]
    .concat()
}

fn themed_2(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("lt1"),
            &lines(&ALL[..4], 12_700, main),
            &solid(main),
        ),
        bands(&toned(main, "tint", 80)),
        bold_columns("lt1", ""),
        region(
            "lastRow",
            Text::bold("lt1"),
            &lines(&["top"], 12_700, "lt1"),
            "",
        ),
        region(
            "firstRow",
            Text::bold("lt1"),
            &lines(&["bottom"], 38_100, "lt1"),
            "",
        ),
    ]
    .concat()
}

fn light_1(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("tx1"),
            &lines(&["top", "bottom"], 12_700, main),
            NO_FILL,
        ),
        bands(&toned(main, "alpha", 20)),
        bold_columns("tx1", ""),
        region(
            "lastRow",
            Text::bold("tx1"),
            &lines(&["top"], 12_700, main),
            NO_FILL,
        ),
        region(
            "firstRow",
            Text::bold("tx1"),
            &lines(&["bottom"], 12_700, main),
            NO_FILL,
        ),
    ]
    .concat()
}

fn light_2(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("tx1"),
            &lines(&ALL[..4], 12_700, main),
            NO_FILL,
        ),
        region(
            "band1H",
            Text::SAME,
            &lines(&["top", "bottom"], 12_700, main),
            "",
        ),
        region(
            "band1V",
            Text::SAME,
            &lines(&["left", "right"], 12_700, main),
            "",
        ),
        bold_columns("tx1", ""),
        region(
            "lastRow",
            Text::bold("tx1"),
            &lines(&["top"], 50_800, main),
            "",
        ),
        region("firstRow", Text::bold("bg1"), "", &solid(main)),
    ]
    .concat()
}

fn light_3(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("tx1"),
            &lines(&ALL, 12_700, main),
            NO_FILL,
        ),
        bands(&toned(main, "alpha", 20)),
        bold_columns("tx1", ""),
        region(
            "lastRow",
            Text::bold("tx1"),
            &lines(&["top"], 50_800, main),
            NO_FILL,
        ),
        region(
            "firstRow",
            Text::bold(main),
            &lines(&["bottom"], 25_400, main),
            NO_FILL,
        ),
    ]
    .concat()
}

fn medium_1(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("dk1"),
            &lines(&ALL[..5], 12_700, main),
            &solid("lt1"),
        ),
        bands(&toned(main, "tint", 20)),
        bold_columns("dk1", ""),
        region(
            "lastRow",
            Text::bold("dk1"),
            &lines(&["top"], 50_800, main),
            &solid("lt1"),
        ),
        region("firstRow", Text::bold("lt1"), "", &solid(main)),
    ]
    .concat()
}

fn medium_2(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("dk1"),
            &lines(&ALL, 12_700, "lt1"),
            &toned(main, "tint", 20),
        ),
        bands(&toned(main, "tint", 40)),
        bold_columns("lt1", &solid(main)),
        region(
            "lastRow",
            Text::bold("lt1"),
            &lines(&["top"], 38_100, "lt1"),
            &solid(main),
        ),
        region(
            "firstRow",
            Text::bold("lt1"),
            &lines(&["bottom"], 38_100, "lt1"),
            &solid(main),
        ),
    ]
    .concat()
}

fn medium_3(main: &str) -> String {
    [
        region(
            "wholeTbl",
            Text::plain("dk1"),
            &lines(&["top", "bottom"], 25_400, "dk1"),
            &solid("lt1"),
        ),
        bands(&toned("dk1", "tint", 20)),
        bold_columns("lt1", &solid(main)),
        region(
            "lastRow",
            Text::bold("dk1"),
            &lines(&["top"], 50_800, "dk1"),
            &solid("lt1"),
        ),
        region(
            "firstRow",
            Text::bold("lt1"),
            &lines(&["bottom"], 25_400, "dk1"),
            &solid(main),
        ),
    ]
    .concat()
}

fn medium_4(main: &str) -> String {
    let pale = toned(main, "tint", 20);
    [
        region(
            "wholeTbl",
            Text::plain("dk1"),
            &lines(&ALL, 12_700, main),
            &pale,
        ),
        bands(&toned(main, "tint", 40)),
        bold_columns("dk1", ""),
        region(
            "lastRow",
            Text::bold(main),
            &lines(&["top"], 25_400, main),
            &pale,
        ),
        region("firstRow", Text::bold(main), "", &pale),
    ]
    .concat()
}

fn dark_1(main: &str, black: bool) -> String {
    // Black cannot be shaded any darker: there the body is tinted instead.
    let tone = |tint, shade| {
        if black {
            toned(main, "tint", tint)
        } else {
            toned(main, "shade", shade)
        }
    };
    let body = if black {
        toned(main, "tint", 20)
    } else {
        solid(main)
    };
    let letters = if black { "dk1" } else { "lt1" };
    [
        region("wholeTbl", Text::plain(letters), "", &body),
        bands(&tone(40, 60)),
        region(
            "lastCol",
            Text::bold("lt1"),
            &lines(&["left"], 25_400, "lt1"),
            &tone(60, 60),
        ),
        region(
            "firstCol",
            Text::bold("lt1"),
            &lines(&["right"], 25_400, "lt1"),
            &tone(60, 60),
        ),
        region(
            "lastRow",
            Text::bold("lt1"),
            &lines(&["top"], 25_400, "lt1"),
            &tone(60, 40),
        ),
        region(
            "firstRow",
            Text::bold("lt1"),
            &lines(&["bottom"], 25_400, "lt1"),
            &solid("dk1"),
        ),
    ]
    .concat()
}

fn dark_2(main: &str, heading: &str) -> String {
    [
        region("wholeTbl", Text::plain("dk1"), "", &toned(main, "tint", 20)),
        bands(&toned(main, "tint", 40)),
        bold_columns("dk1", ""),
        region(
            "lastRow",
            Text::bold("dk1"),
            &lines(&["top"], 50_800, "dk1"),
            &toned(main, "tint", 20),
        ),
        region("firstRow", Text::bold("lt1"), "", &solid(heading)),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::xml::Document;

    #[test]
    fn every_style_is_well_formed_and_says_something_of_the_whole_table() {
        for (guid, _, _) in STYLES {
            let text = builtin(&format!("{{{}}}", guid.to_lowercase())).unwrap();
            let xml = Document::parse("style", text.as_bytes(), 32).unwrap();
            assert_eq!(
                xml.root().children().next().unwrap().name(),
                "wholeTbl",
                "{guid}"
            );
        }
        assert_eq!(builtin("{00000000-0000-0000-0000-000000000000}"), None);
    }
}
