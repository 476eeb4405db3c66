//! Tables: spans, styles by GUID, borders that two cells share.

use super::{Sample, xfrm};
use crate::model::color::Rgb;
use crate::model::element::Content;
use crate::model::paint::Fill;
use crate::model::table::{Cell, Table};

fn table(properties: &str, rows: &str) -> Table {
    let frame = format!(
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='4' name='t'/></p:nvGraphicFramePr>{}<a:graphic><a:graphicData uri='t'>\
         <a:tbl>{properties}<a:tblGrid><a:gridCol w='100'/><a:gridCol w='200'/></a:tblGrid>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
        xfrm("", 0, 0, 300, 100).replace("a:xfrm", "p:xfrm")
    );
    let deck = Sample::of(&[&frame]).deck();
    let Content::Table(table) = &deck.slides[0].elements[0].content else {
        panic!("no table");
    };
    table.clone()
}

fn cell(attributes: &str, text: &str, properties: &str) -> String {
    format!(
        "<a:tc {attributes}><a:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody>{properties}</a:tc>"
    )
}

fn row(cells: &[String]) -> String {
    format!("<a:tr h='50'>{}</a:tr>", cells.concat())
}

fn color(cell: &Cell) -> String {
    match &cell.fill {
        Some(Fill::Solid { color }) => color.rgb.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn covered_cells_are_there_and_silent() {
    let rows = [
        row(&[
            cell("gridSpan='2' rowSpan='9'", "all", ""),
            cell("hMerge='1'", "under", ""),
        ]),
        row(&[
            cell("vMerge='1'", "under", ""),
            cell("hMerge='1' vMerge='1'", "under", ""),
        ]),
    ]
    .concat();
    let table = table("", &rows);
    let first = &table.rows[0].cells[0];
    assert_eq!(
        (first.column_span, first.row_span, first.covered),
        (Some(2), Some(2), false)
    );
    let covered: Vec<_> = table
        .rows
        .iter()
        .flat_map(|row| &row.cells)
        .skip(1)
        .collect();
    assert!(
        covered
            .iter()
            .all(|cell| cell.covered && cell.text.is_none())
    );
}

#[test]
fn a_built_in_style_is_known_by_its_guid() {
    let rows = [
        row(&[cell("", "a", ""), cell("", "b", "")]),
        row(&[cell("", "c", ""), cell("", "d", "")]),
        row(&[cell("", "e", "")]),
    ]
    .concat();
    let properties = "<a:tblPr firstRow='1' bandRow='1'><a:tableStyleId>{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}</a:tableStyleId></a:tblPr>";
    let table = table(properties, &rows);
    let [head, odd, even] = table.rows.as_slice() else {
        panic!("three rows");
    };
    assert_eq!(color(&head.cells[0]), "#4472C4");
    // What PowerPoint shows for tints of 40 and 20 per cent of that blue.
    assert_eq!(
        (color(&odd.cells[0]), color(&even.cells[0])),
        ("#CFD5EA".to_owned(), "#E9EBF5".to_owned())
    );
    let style = &head.cells[0].text.as_ref().unwrap().paragraphs[0].runs[0].style;
    assert!(style.bold);
    assert_eq!(style.color.rgb, Rgb::WHITE);
    assert_eq!(
        head.cells[0].borders.bottom.as_ref().unwrap().width.0,
        38_100
    );
    assert_eq!(
        odd.cells[0].borders.bottom.as_ref().unwrap().width.0,
        12_700
    );
    assert_eq!(even.cells.len(), 2);
}

#[test]
fn two_cells_share_the_line_between_them() {
    let red = "<a:tcPr marL='7' anchor='b'><a:lnR w='5'><a:solidFill><a:srgbClr val='FF0000'/></a:solidFill></a:lnR></a:tcPr>";
    let table = table("", &row(&[cell("", "a", red), cell("", "b", "")]));
    let [left, right] = table.rows[0].cells.as_slice() else {
        panic!("two cells");
    };
    assert_eq!(left.borders.right, right.borders.left);
    assert!(right.borders.left.is_some() && right.borders.right.is_none());
    assert_eq!(left.insets.left.0, 7);
}
