//! One chart of each kind, as golden text of the display list.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::draw;
use crate::layout::fonts::FontBook;
use crate::layout::page::{Matrix, Page};
use crate::layout::slide::Scene;
use crate::model::asset::NoAssets;
use crate::model::chart::Chart;
use crate::model::deck::Deck;

static FONTS: LazyLock<FontBook> = LazyLock::new(FontBook::bundled);

/// What a chart of 200 by 120 points looks like.
fn shown(chart: &Value) -> String {
    let deck: Deck = serde_json::from_value(json!({
        "schema": "slidecraft.deck/1", "title": "", "size": { "width": 2_540_000, "height": 1_524_000 },
        "theme": { "colors": {}, "fonts": { "major": "Calibri", "minor": "Calibri" } }, "slides": []
    }))
    .expect("a deck");
    let chart: Chart = serde_json::from_value(chart.clone()).expect("a chart");
    let mut scene = Scene::new(&deck, &NoAssets, &FONTS, 1);
    draw(
        &mut scene,
        &chart,
        (Matrix::IDENTITY, [0.0, 0.0, 200.0, 120.0]),
    );
    let page = Page {
        slide: String::new(),
        number: 1,
        title: None,
        width: 200.0,
        height: 120.0,
        items: scene.items,
        missing: scene.missing,
    };
    page.describe()
}

fn plot(kind: &str, grouping: Option<&str>) -> Value {
    let series = |name: &str, values: [f64; 3]| json!({ "name": name, "categories": ["a", "b", "c"], "values": values });
    json!({ "kind": kind, "grouping": grouping, "series": [series("one", [1.0, 2.0, 3.0]), series("two", [3.0, 2.0, 1.0])] })
}

fn axes() -> Value {
    json!([
        { "kind": "category", "position": "b", "title": "names" },
        { "kind": "value", "position": "l", "gridlines": true, "format": "0.0" }
    ])
}

#[test]
fn columns_stand_beside_each_other_under_title_and_over_legend() {
    let chart =
        json!({ "title": "Title", "legend": "b", "plots": [plot("column", None)], "axes": axes() });
    insta::assert_snapshot!(shown(&chart));
}

#[test]
fn stacked_bars_lie_and_share_a_hundred_percent() {
    let chart =
        json!({ "legend": "r", "plots": [plot("bar", Some("percentStacked"))], "axes": axes() });
    insta::assert_snapshot!(shown(&chart));
}

#[test]
fn lines_areas_and_webs_have_their_shapes() {
    for kind in ["line", "area", "radar", "stock"] {
        let chart = json!({ "text_size": 8.0, "plots": [plot(kind, None)], "axes": axes() });
        insta::assert_snapshot!(kind, shown(&chart));
    }
}

#[test]
fn points_lie_by_both_of_their_values_and_bubbles_by_three() {
    let series = json!({ "values": [1.0, 2.0], "x_values": [10.0, 30.0], "sizes": [1.0, 4.0] });
    let axes = json!([{ "kind": "value", "position": "b" }, { "kind": "value", "position": "l" }]);
    let chart = json!({ "plots": [{ "kind": "bubble", "series": [series] }], "axes": axes });
    insta::assert_snapshot!(shown(&chart));
}

#[test]
fn slices_carry_their_labels_and_rings_have_a_hole() {
    let series =
        json!({ "categories": ["a", "b"], "values": [1.0, 3.0], "labels": true, "format": "0%" });
    for kind in ["pie", "doughnut"] {
        let chart = json!({ "legend": "t", "plots": [{ "kind": kind, "series": [series] }] });
        insta::assert_snapshot!(kind, shown(&chart));
    }
}

#[test]
fn a_second_value_axis_measures_the_last_plot() {
    let second =
        json!({ "kind": "line", "series": [{ "name": "share", "values": [0.1, 0.2, 0.3] }] });
    let axes = json!([
        { "kind": "category", "position": "b" },
        { "kind": "value", "position": "l" },
        { "kind": "value", "position": "r", "format": "0%" }
    ]);
    let chart = json!({ "plots": [plot("column", None), second], "axes": axes });
    insta::assert_snapshot!(shown(&chart));
}

#[test]
fn names_of_several_levels_stand_below_each_other_with_lines_between() {
    let levels = json!([
        [{ "index": 0, "name": "one" }, { "index": 2, "name": "two" }],
        [{ "index": 0, "name": "over all" }]
    ]);
    for kind in ["column", "bar"] {
        let mut plot = plot(kind, None);
        for series in plot["series"].as_array_mut().expect("series") {
            series["category_groups"] = levels.clone();
        }
        let mut axes = axes();
        axes[0]["title"] = json!(null);
        let chart = json!({ "text_size": 8.0, "plots": [plot], "axes": axes });
        insta::assert_snapshot!(format!("levels_{kind}"), shown(&chart));
    }
}
