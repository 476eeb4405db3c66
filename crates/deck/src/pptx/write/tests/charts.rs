//! Charts that change in a file: the numbers arrive in the part and in the workbook, and the look stays.

use std::sync::Arc;

use serde_json::{Value, json};

use super::decks::{Assets, again, deck, frame, part, sound};
use crate::model::chart::{Chart, PlotKind};
use crate::model::deck::Deck;
use crate::model::element::Content;
use crate::package::container::Package;
use crate::package::limits::PackageLimits;
use crate::pptx::read::normalize::read_pptx;
use crate::pptx::write::package::{Parts, package};
use crate::read::Read;
use crate::watch::Unwatched;

pub(super) const CHART: &str = "ppt/charts/chart1.xml";
const WORKBOOK: &str = "ppt/embeddings/workbook1.xlsx";
/// What no model holds, in a series and in a title.
const LOOK: &str = "<c:spPr><a:solidFill><a:schemeClr val=\"accent1\"><a:lumMod val=\"75000\"/></a:schemeClr></a:solidFill><a:ln w=\"777\"/></c:spPr><c:invertIfNegative val=\"0\"/><c:trendline><c:trendlineType val=\"linear\"/></c:trendline>";
const LETTERS: &str = "<a:pPr><a:defRPr b=\"1\" i=\"1\"/></a:pPr><a:r><a:rPr sz=\"2100\" i=\"1\"/>";

fn chart() -> Value {
    let series = |name: &str, values: Value| json!({ "name": name, "categories": ["a", "b"], "values": values, "format": "0.0" });
    json!({
        "title": "Title",
        "plots": [{ "kind": "column", "grouping": "clustered", "gap": 1.5, "series": [
            series("One", json!([1.0, 2.0])), series("Two", json!([3.0, null]))
        ] }],
        "axes": [
            { "kind": "category", "position": "b" },
            { "kind": "value", "position": "l", "gridlines": true, "format": "0.00" }
        ],
        "legend": "r"
    })
}

/// A file with this chart alone, and what is read from it.
pub(super) fn written(chart: &Value) -> (Parts, Read) {
    let element =
        json!({ "id": "4", "name": "Chart", "type": "chart", "chart": chart, "frame": frame() });
    opened(sound(&deck(&json!([element])), &Assets::new()))
}

/// What is read from a file.
pub(super) fn opened(parts: Parts) -> (Parts, Read) {
    let bytes: Arc<[u8]> = package(&parts).expect("packed").into();
    let read = read_pptx(&PackageLimits::default(), bytes, &Unwatched).expect("read");
    (parts, read)
}

/// A file with this chart, looking as no model tells, and what is read from it.
pub(super) fn file(chart: &Value) -> (Parts, Read) {
    let (mut parts, _) = written(chart);
    for part in &mut parts.parts {
        if part.name == CHART {
            let xml = String::from_utf8(part.bytes.to_vec()).expect("UTF-8");
            let xml = xml.replacen("<c:invertIfNegative val=\"0\"/>", LOOK, 1);
            let xml = xml.replacen("<a:r>", LETTERS, 1);
            part.bytes = xml.into_bytes().into();
        }
    }
    opened(parts)
}

pub(super) fn of(deck: &mut Deck) -> &mut Chart {
    let Content::Chart { chart } = &mut deck.slides[0].elements[0].content else {
        panic!("a chart stays a chart");
    };
    chart
}

/// The file before and after, once the chart that is read again is the one that was edited.
pub(super) fn edited(chart: &Value, edit: impl FnOnce(&mut Chart)) -> (Parts, Parts) {
    let (before, read) = file(chart);
    let mut deck = read.deck.clone();
    edit(of(&mut deck));
    let after = sound(&deck, &read.assets);
    let mut found = again(&deck, &read.assets).deck;
    assert_eq!(of(&mut found), of(&mut deck));
    (before, after)
}

/// The sheet of a workbook.
fn cells(parts: &Parts, workbook: &str) -> String {
    let bytes = parts.get(workbook).expect("the workbook is there");
    let book = Package::open(&PackageLimits::default(), bytes.into()).expect("a package");
    let sheet = book.part("xl/worksheets/sheet1.xml").expect("readable");
    String::from_utf8(sheet.expect("a sheet")).expect("UTF-8")
}

#[test]
fn a_new_value_changes_one_point_and_one_cell() {
    let (before, after) = edited(&chart(), |chart| {
        chart.plots[0].series[0].values[1] = Some(9.25);
    });
    let expected = part(&before, CHART).replacen("<c:v>2</c:v>", "<c:v>9.25</c:v>", 1);
    assert_eq!(part(&after, CHART), expected);
    assert!(expected.contains(LOOK) && expected.contains(LETTERS));
    let sheet = cells(&before, WORKBOOK).replacen("<v>2</v>", "<v>9.25</v>", 1);
    assert_eq!(cells(&after, WORKBOOK), sheet);
}

#[test]
fn words_and_colours_change_where_they_stand() {
    let (_, after) = edited(&chart(), |chart| {
        chart.title = Some("New & old\nsecond".to_owned());
        chart.legend = Some("b".to_owned());
        let plot = &mut chart.plots[0];
        plot.gap = Some(0.5);
        plot.series[0].name = Some("Uno".to_owned());
        plot.series[1].labels = true;
        let color = json!({ "rgb": "#102030" });
        plot.series[0].color = serde_json::from_value(color.clone()).ok();
        let point = json!({ "index": 1, "color": color });
        plot.series[1].points = vec![serde_json::from_value(point).expect("a point")];
        for series in &mut plot.series {
            series.categories[0] = "first".to_owned();
        }
        chart.axes[0].title = Some("Along".to_owned());
        chart.axes[1].max = Some(12.0);
        chart.axes[1].format = Some("#,##0".to_owned());
        chart.axes[1].gridlines = false;
    });
    let xml = part(&after, CHART);
    for kept in ["<a:ln w=\"777\"/>", "<c:trendlineType val=\"linear\"/>"] {
        assert!(xml.contains(kept), "{kept} in {xml}");
    }
    assert_eq!(
        xml.matches("sz=\"2100\" i=\"1\"").count(),
        2,
        "both lines look so"
    );
    let sheet = cells(&after, WORKBOOK);
    assert!(
        sheet.contains(">Uno<") && sheet.contains(">first<"),
        "{sheet}"
    );
}

#[test]
fn series_and_points_that_come_and_go_bring_a_workbook_of_their_own() {
    let (_, after) = edited(&chart(), |chart| {
        let series = &mut chart.plots[0].series;
        let mut third = series[0].clone();
        third.name = Some("Three".to_owned());
        third.color = None;
        third.values = vec![Some(5.0), Some(6.5)];
        series.remove(1);
        series.push(third);
    });
    let (xml, sheet) = (part(&after, CHART), cells(&after, WORKBOOK));
    assert!(
        xml.contains(LOOK) && xml.contains("Sheet1!$C$2:$C$3"),
        "{xml}"
    );
    assert!(sheet.contains(">Three<") && sheet.contains("<c r=\"C3\"") && !sheet.contains("Two"));
}

#[test]
fn more_points_go_on_below_in_the_sheet_that_is_there() {
    let (_, after) = edited(&chart(), |chart| {
        for series in &mut chart.plots[0].series {
            series.categories.push("c".to_owned());
            series.values.push(Some(7.0));
        }
    });
    let (xml, sheet) = (part(&after, CHART), cells(&after, WORKBOOK));
    assert!(xml.contains("<c:f>'Sheet1'!$B$2:$B$4</c:f>"), "{xml}");
    assert!(sheet.contains("<row r=\"4\"><c r=\"A4\""), "{sheet}");
}

#[test]
fn a_chart_of_another_kind_is_written_anew_in_its_part() {
    let (_, after) = edited(&chart(), |chart| {
        chart.plots[0].kind = crate::model::chart::PlotKind::Line;
        chart.plots[0].grouping = Some("standard".to_owned());
        chart.plots[0].gap = None;
    });
    assert!(part(&after, CHART).contains("c:lineChart"));
    assert!(
        after
            .parts
            .iter()
            .filter(|part| part.name.contains("charts/chart"))
            .count()
            == 1
    );
}

#[test]
fn a_chart_of_another_kind_keeps_its_letters_its_cells_and_what_its_series_look_like() {
    let (before, after) = edited(&chart(), |chart| {
        chart.plots[0].kind = PlotKind::Area;
        chart.plots[0].grouping = Some("stacked".to_owned());
        chart.plots[0].gap = None;
    });
    let xml = part(&after, CHART);
    assert!(
        xml.contains("<c:areaChart>") && !xml.contains("c:barChart"),
        "{xml}"
    );
    let kept = LOOK.replace("<c:invertIfNegative val=\"0\"/>", "");
    for kept in [kept.as_str(), LETTERS] {
        assert!(xml.contains(kept), "{kept} in {xml}");
    }
    assert_eq!(cells(&after, WORKBOOK), cells(&before, WORKBOOK));
    // Lines have their colour elsewhere, and pies no axes.
    let (_, after) = edited(&chart(), |chart| {
        chart.plots[0].kind = PlotKind::Pie;
        chart.plots[0].grouping = None;
        chart.plots[0].gap = None;
        chart.plots[0].series[0].values[0] = Some(7.5);
        chart.plots[0].series.truncate(1);
        chart.plots[0].series[0].trends.clear();
        chart.axes.clear();
    });
    let xml = part(&after, CHART);
    assert!(
        xml.contains("lumMod") && xml.contains(LETTERS) && !xml.contains("valAx"),
        "{xml}"
    );
    assert!(cells(&after, WORKBOOK).contains("<v>7.5</v>"));
}

#[test]
fn names_of_several_levels_come_and_go_with_their_cells() {
    let mut grouped = chart();
    for series in grouped["plots"][0]["series"]
        .as_array_mut()
        .expect("series")
    {
        series["category_groups"] =
            json!([[{ "index": 0, "name": "all" }], [{ "index": 0, "name": "outer" }]]);
    }
    let (before, after) = edited(&grouped, |chart| {
        for series in &mut chart.plots[0].series {
            series.category_groups[0][0].name = "every".to_owned();
        }
    });
    let xml = part(&before, CHART);
    assert!(
        xml.contains("<c:f>Sheet1!$A$2:$C$3</c:f><c:multiLvlStrCache>"),
        "{xml}"
    );
    let first = |parts: &Parts| {
        cells(parts, WORKBOOK)
            .split("</row>")
            .nth(1)
            .map(str::to_owned)
    };
    let row = first(&before).expect("a row");
    assert!(
        row.find("outer") < row.find("all") && row.find("all") < row.find(">a<"),
        "{row}"
    );
    assert!(first(&after).expect("a row").contains(">every<"));
    let (_, after) = edited(&grouped, |chart| {
        for series in &mut chart.plots[0].series {
            series.category_groups.clear();
        }
    });
    assert!(!part(&after, CHART).contains("multiLvl"));
    let (_, after) = edited(&chart(), |chart| {
        for series in &mut chart.plots[0].series {
            let group = json!([[{ "index": 1, "name": "late" }]]);
            series.category_groups = serde_json::from_value(group).expect("groups");
        }
    });
    assert!(part(&after, CHART).contains("<c:lvl><c:pt idx=\"1\"><c:v>late</c:v></c:pt></c:lvl>"));
}

#[test]
fn days_formats_and_missing_formats_come_back_as_they_were() {
    let mut value = chart();
    value["plots"][0]["kind"] = json!("line");
    value["plots"][0]["gap"] = Value::Null;
    value["axes"][0] = json!({ "kind": "date", "position": "b", "format": "mmm yy" });
    for series in 0..2 {
        value["plots"][0]["series"][series]["categories"] = json!(["2026-01-31", "2026-02-28"]);
        value["plots"][0]["series"][series]["format"] = Value::Null;
    }
    let (parts, mut read) = file(&value);
    let xml = part(&parts, CHART);
    assert!(
        xml.contains("<c:dateAx>") && xml.contains("<c:v>46053</c:v>"),
        "{xml}"
    );
    let found = of(&mut read.deck);
    assert_eq!(
        found.plots[0].series[0].categories,
        ["2026-01-31", "2026-02-28"]
    );
    assert_eq!(found.plots[0].series[0].format, None);
    assert_eq!(found.axes[0].format.as_deref(), Some("mmm yy"));
    let (_, after) = edited(&value, |chart| {
        for series in &mut chart.plots[0].series {
            series.categories[1] = "2026-03-31".to_owned();
        }
    });
    assert!(part(&after, CHART).contains("<c:v>46112</c:v>"));
    assert!(cells(&after, WORKBOOK).contains("<v>46112</v>"));
}
