//! The table styles that PowerPoint knows by GUID, for files that use one without saying what it is.

use Family::{
    Dark1, Dark2, Grid, Light1, Light2, Light3, Medium1, Medium2, Medium3, Medium4, NoGrid,
    Themed1, Themed2,
};

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
        NoGrid => region("wholeTbl", Text::plain("tx1"), "", NO_FILL),
        Grid => region(
            "wholeTbl",
            Text::plain("tx1"),
            &lines(&ALL, 12_700, "tx1"),
            NO_FILL,
        ),
        Themed1 => themed_1(&main),
        Themed2 => themed_2(&main),
        Light1 => light_1(&main),
        Light2 => light_2(&main),
        Light3 => light_3(&main),
        Medium1 => medium_1(&main),
        Medium2 => medium_2(&main),
        Medium3 => medium_3(&main),
        Medium4 => medium_4(&main),
        Dark1 => dark_1(&main, *accent == 0),
        // The heading has the colour after the one of the body: 1 and 2, 3 and 4, 5 and 6.
        Dark2 => dark_2(&main, &color(if *accent == 0 { 0 } else { accent + 1 })),
    };
    Some(format!(
        "<a:tblStyle xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{body}</a:tblStyle>"
    ))
}

#[derive(Clone, Copy)]
enum Family {
    NoGrid,
    Grid,
    Themed1,
    Themed2,
    Light1,
    Light2,
    Light3,
    Medium1,
    Medium2,
    Medium3,
    Medium4,
    Dark1,
    Dark2,
}

/// GUID, family and accent; 0 for the dark text colour.
const STYLES: &[(&str, Family, u8)] = &[
    ("2D5ABB26-0587-4C30-8999-92F81FD0307C", NoGrid, 0),
    ("5940675A-B579-460E-94D1-54222C63F5DA", Grid, 0),
    ("3C2FFA5D-87B4-456A-9821-1D502468CF0F", Themed1, 1),
    ("284E427A-3D55-4303-BF80-6455036E1DE7", Themed1, 2),
    ("69C7853C-536D-4A76-A0AE-DD22124D55A5", Themed1, 3),
    ("775DCB02-9BB8-47FD-8907-85C794F793BA", Themed1, 4),
    ("35758FB7-9AC5-4552-8A53-C91805E547FA", Themed1, 5),
    ("08FB837D-C827-4EFA-A057-4D05807E0F7C", Themed1, 6),
    ("D113A9D2-9D6B-4929-AA2D-F23B5EE8CBE7", Themed2, 1),
    ("18603FDC-E32A-4AB5-989C-0864C3EAD2B8", Themed2, 2),
    ("306799F8-075E-4A3A-A7F6-7FBC6576F1A4", Themed2, 3),
    ("E269D01E-BC32-4049-B463-5C60D7B0CCD2", Themed2, 4),
    ("327F97BB-C833-4FB7-BDE5-3F7075034690", Themed2, 5),
    ("638B1855-1B75-4FBE-930C-398BA8C253C6", Themed2, 6),
    ("9D7B26C5-4107-4FEC-AEDC-1716B250A1EF", Light1, 0),
    ("3B4B98B0-60AC-42C2-AFA5-B58CD77FA1E5", Light1, 1),
    ("0E3FDE45-AF77-4B5C-9715-49D594BDF05E", Light1, 2),
    ("C083E6E3-FA7D-4D7B-A595-EF9225AFEA82", Light1, 3),
    ("D27102A9-8310-4765-A935-A1911B00CA55", Light1, 4),
    ("5FD0F851-EC5A-4D38-B0AD-8093EC10F338", Light1, 5),
    ("68D230F3-CF80-4859-8CE7-A43EE81993B5", Light1, 6),
    ("7E9639D4-E3E2-4D34-9284-5A2195B3D0D7", Light2, 0),
    ("69012ECD-51FC-41F1-AA8D-1B2483CD663E", Light2, 1),
    ("72833802-FEF1-4C79-8D5D-14CF1EAF98D9", Light2, 2),
    ("F2DE63D5-997A-4646-A377-4702673A728D", Light2, 3),
    ("17292A2E-F333-43FB-9621-5CBBE7FDCDCB", Light2, 4),
    ("5A111915-BE36-4E01-A7E5-04B1672EAD32", Light2, 5),
    ("912C8C85-51F0-491E-9774-3900AFEF0FD7", Light2, 6),
    ("616DA210-FB5B-4158-B5E0-FEB733F419BA", Light3, 0),
    ("BC89EF96-8CEA-46FF-86C4-4CE0E7609802", Light3, 1),
    ("5DA37D80-6434-44D0-A028-1B22A696006F", Light3, 2),
    ("8799B23B-EC83-4686-B30A-512413B5E67A", Light3, 3),
    ("ED083AE6-46FA-4A59-8FB0-9F97EB10719F", Light3, 4),
    ("BDBED569-4797-4DF1-A0F4-6AAB3CD982D8", Light3, 5),
    ("E8B1032C-EA38-4F05-BA0D-38AFFFC7BED3", Light3, 6),
    ("793D81CF-94F2-401A-BA57-92F5A7B2D0C5", Medium1, 0),
    ("B301B821-A1FF-4177-AEE7-76D212191A09", Medium1, 1),
    ("9DCAF9ED-07DC-4A11-8D7F-57B35C25682E", Medium1, 2),
    ("1FECB4D8-DB02-4DC6-A0A2-4F2EBAE1DC90", Medium1, 3),
    ("1E171933-4619-4E11-9A3F-F7608DF75F80", Medium1, 4),
    ("FABFCF23-3B69-468F-B69F-88F6DE6A72F2", Medium1, 5),
    ("10A1B5D5-9B99-4C35-A422-299274C87663", Medium1, 6),
    ("073A0DAA-6AF3-43AB-8588-CEC1D06C72B9", Medium2, 0),
    ("5C22544A-7EE6-4342-B048-85BDC9FD1C3A", Medium2, 1),
    ("21E4AEA4-8DFA-4A89-87EB-49C32662AFE0", Medium2, 2),
    ("F5AB1C69-6EDB-4FF4-983F-18BD219EF322", Medium2, 3),
    ("00A15C55-8517-42AA-B614-E9B94910E393", Medium2, 4),
    ("7DF18680-E054-41AD-8BC1-D1AEF772440D", Medium2, 5),
    ("93296810-A885-4BE3-A3E7-6D5BEEA58F35", Medium2, 6),
    ("8EC20E35-A176-4012-BC5E-935CFFF8708E", Medium3, 0),
    ("6E25E649-3F16-4E02-A733-19D2CDBF48F0", Medium3, 1),
    ("85BE263C-DBD7-4A20-BB59-AAB30ACAA65A", Medium3, 2),
    ("EB344D84-9AFB-497E-A393-DC336BA19D2E", Medium3, 3),
    ("EB9631B5-78F2-41C9-869B-9F39066F8104", Medium3, 4),
    ("74C1A8A3-306A-4EB7-A6B1-4F7E0EB9C5D6", Medium3, 5),
    ("2A488322-F2BA-4B5B-9748-0D474271808F", Medium3, 6),
    ("D7AC3CCA-C797-4891-BE02-D94E43425B78", Medium4, 0),
    ("69CF1AB2-1976-4502-BF36-3FF5EA218861", Medium4, 1),
    ("8A107856-5554-42FB-B03E-39F5DBC370BA", Medium4, 2),
    ("0505E3EF-67EA-436B-97B2-0124C06EBD24", Medium4, 3),
    ("C4B1156A-380E-4F78-BDF5-A606A8083BF9", Medium4, 4),
    ("22838BEF-8BB2-4498-84A7-C5851F593DF1", Medium4, 5),
    ("16D9F66E-5EB9-4882-86FB-DCBF35E3C3E4", Medium4, 6),
    ("E8034E78-7F5D-4C2E-B375-FC64B27BC917", Dark1, 0),
    ("125E5076-3810-47DD-B79F-674D7AD40C01", Dark1, 1),
    ("37CE84F3-28C3-443E-9E96-99CF82512B78", Dark1, 2),
    ("D03447BB-5D67-496B-8E87-E561075AD55C", Dark1, 3),
    ("E929F9F4-4A8F-4326-A1B4-22849713DDAB", Dark1, 4),
    ("8FD4443E-F989-4FC4-A0C8-D5A2AF1F390B", Dark1, 5),
    ("AF606853-7671-496A-8E4F-DF71F8EC918B", Dark1, 6),
    ("5202B0CA-FC54-4496-8BCA-5EF66A818D29", Dark2, 0),
    ("0660B408-B3CF-4A94-85FC-2B1E0A45F4A2", Dark2, 1),
    ("91EBBBCC-DAD2-459C-BE2E-F6DE35CF9A28", Dark2, 3),
    ("46F890A9-2807-4EBB-B81D-B2AA78EC7F39", Dark2, 5),
];

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
    use crate::deck::package::xml::Document;

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
