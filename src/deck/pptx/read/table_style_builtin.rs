//! The table styles that PowerPoint knows by GUID, for files that use one without saying what it is.

/// The style of a GUID, as the XML that PowerPoint would write for it.
pub(super) fn builtin(guid: &str) -> Option<String> {
    let guid = guid.to_uppercase();
    let (_, family, accent) = STYLES.iter().find(|(known, _, _)| *known == guid)?;
    let main = match accent {
        0 => "dk1".to_owned(),
        accent => format!("accent{accent}"),
    };
    let body = match family {
        Family::NoGrid => String::new(),
        Family::Grid => grid(),
        Family::Medium2 => medium_2(&main),
    };
    Some(format!(
        "<a:tblStyle xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{body}</a:tblStyle>"
    ))
}

#[derive(Clone, Copy)]
enum Family {
    NoGrid,
    Grid,
    Medium2,
}

/// GUID, family and accent; 0 for the dark text colour.
const STYLES: &[(&str, Family, u8)] = &[
    ("{2D5ABB26-0587-4C30-8999-92F81FD0307C}", Family::NoGrid, 0),
    ("{5940675A-B579-460E-94D1-54222C63F5DA}", Family::Grid, 0),
    ("{073A0DAA-6AF3-43AB-8588-CEC1D06C72B9}", Family::Medium2, 0),
    ("{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}", Family::Medium2, 1),
    ("{21E4AEA4-8DFA-4A89-87EB-49C32662AFE0}", Family::Medium2, 2),
    ("{F5AB1C69-6EDB-4FF4-983F-18BD219EF322}", Family::Medium2, 3),
    ("{00A15C55-8517-42AA-B614-E9B94910E393}", Family::Medium2, 4),
    ("{7DF18680-E054-41AD-8BC1-D1AEF772440D}", Family::Medium2, 5),
    ("{93296810-A885-4BE3-A3E7-6D5BEEA58F35}", Family::Medium2, 6),
];

fn line(side: &str, width: u32, color: &str) -> String {
    format!(
        "<a:{side}><a:ln w=\"{width}\" cmpd=\"sng\"><a:solidFill><a:schemeClr val=\"{color}\"/></a:solidFill></a:ln></a:{side}>"
    )
}

fn lines(sides: &[&str], width: u32, color: &str) -> String {
    sides.iter().map(|side| line(side, width, color)).collect()
}

fn solid(color: &str, tint: Option<u32>) -> String {
    let inner = tint.map_or_else(String::new, |tint| format!("<a:tint val=\"{tint}\"/>"));
    format!(
        "<a:fill><a:solidFill><a:schemeClr val=\"{color}\">{inner}</a:schemeClr></a:solidFill></a:fill>"
    )
}

fn region(name: &str, text: &str, borders: &str, fill: &str) -> String {
    format!("<a:{name}>{text}<a:tcStyle><a:tcBdr>{borders}</a:tcBdr>{fill}</a:tcStyle></a:{name}>")
}

fn text(bold: bool, color: &str) -> String {
    let bold = if bold { " b=\"on\"" } else { "" };
    format!(
        "<a:tcTxStyle{bold}><a:fontRef idx=\"minor\"><a:prstClr val=\"black\"/></a:fontRef><a:schemeClr val=\"{color}\"/></a:tcTxStyle>"
    )
}

const ALL: [&str; 6] = ["left", "right", "top", "bottom", "insideH", "insideV"];

fn grid() -> String {
    region(
        "wholeTbl",
        &text(false, "tx1"),
        &lines(&ALL, 12_700, "tx1"),
        "<a:fill><a:noFill/></a:fill>",
    )
}

fn medium_2(main: &str) -> String {
    let band = |name| region(name, "", "", &solid(main, Some(40_000)));
    let heading = |name, side: &str| {
        let borders = if side.is_empty() {
            String::new()
        } else {
            line(side, 38_100, "lt1")
        };
        region(name, &text(true, "lt1"), &borders, &solid(main, None))
    };
    [
        region(
            "wholeTbl",
            &text(false, "dk1"),
            &lines(&ALL, 12_700, "lt1"),
            &solid(main, Some(20_000)),
        ),
        band("band1H"),
        band("band1V"),
        heading("lastCol", ""),
        heading("firstCol", ""),
        heading("lastRow", "top"),
        heading("firstRow", "bottom"),
    ]
    .concat()
}
