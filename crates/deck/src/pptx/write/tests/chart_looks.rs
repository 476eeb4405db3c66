//! What charts look like: it is written, read again, and arrives where it is edited.

use serde_json::{Value, json};

use super::charts::{CHART, edited, of, opened, written};
use super::decks::part;
use crate::model::chart::Chart;

fn model(chart: &Value) -> Chart {
    serde_json::from_value(chart.clone()).expect("a chart")
}

/// Columns and a line on two pairs of axes, without any look.
fn plain() -> Value {
    let series = |name: &str| json!({ "name": name, "categories": ["a", "b", "c"], "values": [1.0, 4.0, 2.0] });
    json!({
        "title": "Title", "legend": "r",
        "plots": [
            { "kind": "column", "grouping": "clustered", "series": [series("One"), series("Two")] },
            { "kind": "line", "grouping": "standard", "series": [series("Three")] }
        ],
        "axes": [
            { "kind": "category", "position": "b" }, { "kind": "value", "position": "l" },
            { "kind": "category", "position": "b", "hidden": true },
            { "kind": "value", "position": "r", "crosses": "max" }
        ]
    })
}

/// The same with all that may be said of it.
fn looking() -> Value {
    let mut chart = plain();
    let color = json!({ "rgb": "#102030" });
    let text = json!({ "size": 9.0, "color": color, "bold": true, "italic": true, "angle": -45.0 });
    let line = json!({ "color": color, "width": 1.5, "dash": "sysDash" });
    let stops = json!([{ "position": 0.0, "color": color }, { "position": 1.0, "color": { "rgb": "#FFFFFF" } }]);
    let gradient = json!({ "type": "gradient", "stops": stops, "shape": { "linear": { "angle": 90.0, "scaled": false } } });
    let whole = json!({
        "title_size": 20.0, "title_color": color, "title_bold": false, "title_place": { "x": 0.1, "y": 0.05 },
        "title_over": true, "text_size": 11.0, "text_color": { "rgb": "#333333" }, "style": 12,
        "fill": { "type": "solid", "color": { "rgb": "#EEEEEE" } }, "line": { "none": true },
        "plot_fill": { "type": "pattern", "preset": "pct20", "foreground": color, "background": { "rgb": "#FFFFFF" } },
        "plot_line": line, "plot_place": { "x": 0.1, "y": 0.2, "width": 0.6, "height": 0.7, "inner": true },
        "legend_place": { "x": 0.8, "y": 0.3, "width": 0.15, "height": 0.25 }, "legend_over": true, "legend_text": text,
        "legend_without": [1], "blanks": "span"
    });
    put(&mut chart, &whole);
    put(
        &mut chart["plots"][0],
        &json!({ "gap": 0.5, "overlap": -0.25, "varied": true }),
    );
    put(
        &mut chart["plots"][0]["series"][0],
        &json!({
            "color": color, "fill": gradient, "line": line, "labels": true,
            "label_look": {
                "without_value": true, "category": true, "series": true, "separator": " / ", "position": "inEnd", "format": "0.0",
                "text": text
            },
            "point_labels": [{ "index": 0, "words": "its own" }, { "index": 2, "hidden": true }],
            "points": [{ "index": 1, "color": color }],
            "trends": [{ "kind": "poly", "order": 3, "name": "Bent", "forward": 1.0, "line": line }, { "kind": "movingAvg", "period": 2 }],
            "errors": [{ "direction": "plus", "kind": "cust", "plus": [0.5, null, 1.0], "plain": true, "line": line }]
        }),
    );
    put(
        &mut chart["plots"][0]["series"][1],
        &json!({
            "fill": { "type": "none" }, "errors": [{ "direction": "both", "kind": "percentage", "value": 5.0 }]
        }),
    );
    lined(&mut chart);
    chart
}

/// The line and the axes, with all that may be said of them.
fn lined(chart: &mut Value) {
    let color = json!({ "rgb": "#102030" });
    let text = json!({ "size": 9.0, "color": color, "bold": true, "italic": true, "angle": -45.0 });
    let line = json!({ "color": color, "width": 1.5, "dash": "sysDash" });
    put(
        &mut chart["plots"][1],
        &json!({
            "markers": true, "drop_lines": {}, "high_low_lines": line, "up_down_bars": true
        }),
    );
    put(
        &mut chart["plots"][1]["series"][0],
        &json!({
            "color": color, "line": { "width": 3.0, "dash": "dash" }, "smooth": true,
            "marker": { "symbol": "diamond", "size": 9.0, "fill": { "type": "solid", "color": color }, "line": line }
        }),
    );
    put(
        &mut chart["axes"][0],
        &json!({
            "text": text, "line": line, "labels_at": "low", "ticks": "none", "reversed": true, "every": 2, "title": "along",
            "title_text": { "size": 8.0, "bold": false }, "gridlines": true, "grid_line": line, "crosses": "min"
        }),
    );
    put(
        &mut chart["axes"][1],
        &json!({
            "log": 10.0, "step": 2.5, "minor_gridlines": line, "min": 0.5, "crosses_at": 2.0, "at_edges": true, "ticks": "cross",
            "text": { "size": 7.0 }
        }),
    );
}

fn put(into: &mut Value, all: &Value) {
    let (Some(into), Some(all)) = (into.as_object_mut(), all.as_object()) else {
        panic!("objects");
    };
    into.extend(all.clone());
}

#[test]
fn all_that_a_chart_looks_like_comes_back_as_it_was_written() {
    let mut round = json!({
        "plots": [{
            "kind": "doughnut", "first_angle": 90.0, "hole": 0.75, "varied": false,
            "series": [{ "categories": ["a", "b"], "values": [1.0, 2.0], "explosion": 0.1,
                "points": [{ "index": 1, "explosion": 0.25 }], "labels": true, "label_look": { "percent": true } }]
        }]
    });
    let mut all = vec![round.clone()];
    round["plots"][0]["kind"] = json!("pie");
    round["plots"][0]["hole"] = Value::Null;
    round["plots"][0]["series"][0]["label_look"]["position"] = json!("outEnd");
    all.push(round);
    for (kind, style) in [("scatter", "smooth"), ("radar", "filled")] {
        let series = json!({ "values": [1.0, 2.0, 3.0], "marker": { "symbol": "none" } });
        let axes = match kind {
            "scatter" => {
                json!([{ "kind": "value", "position": "b" }, { "kind": "value", "position": "l" }])
            }
            _ => {
                json!([{ "kind": "category", "position": "b" }, { "kind": "value", "position": "l" }])
            }
        };
        all.push(json!({ "plots": [{ "kind": kind, "style": style, "series": [series] }], "axes": axes }));
    }
    all.push(looking());
    for chart in all {
        let (_, mut read) = written(&chart);
        assert_eq!(*of(&mut read.deck), model(&chart), "{chart}");
    }
}

#[test]
fn what_a_chart_looks_like_arrives_in_the_part_that_is_there_and_goes_from_it() {
    let (_, after) = edited(&plain(), |chart| *chart = model(&looking()));
    let xml = part(&after, CHART);
    assert!(xml.contains("<c:logBase val=\"10\"/>"), "{xml}");
    assert!(xml.contains("i=\"1\""), "the title keeps its slant: {xml}");
    let (_, after) = edited(&looking(), |chart| *chart = model(&plain()));
    let xml = part(&after, CHART);
    for gone in [
        "logBase",
        "trendline",
        "errBars",
        "manualLayout",
        "pattFill",
    ] {
        assert!(!xml.contains(gone), "{gone} in {xml}");
    }
}

/// What is read of a chart whose part says something else in one place.
fn read_with(chart: &Value, from: &str, to: &str) -> Chart {
    let (mut parts, _) = written(chart);
    for part in &mut parts.parts {
        if part.name == CHART {
            let xml = String::from_utf8(part.bytes.to_vec()).expect("UTF-8");
            assert!(xml.contains(from), "{from} in {xml}");
            part.bytes = xml.replacen(from, to, 1).into_bytes().into();
        }
    }
    let (_, mut read) = opened(parts);
    of(&mut read.deck).clone()
}

#[test]
fn what_other_programs_write_of_looks_is_understood() {
    let mut chart = plain();
    chart["plots"][0]["series"][0]["labels"] = json!(true);
    let field = "<c:dLbls><c:dLbl><c:idx val=\"1\"/><c:layout><c:manualLayout><c:x val=\"0.1\"/><c:y val=\"-0.05\"/></c:manualLayout></c:layout><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:rPr b=\"1\"/><a:t>about </a:t></a:r><a:fld id=\"{0}\" type=\"VALUE\"><a:t>[WERT]</a:t></a:fld></a:p></c:rich></c:tx><c:showVal val=\"1\"/></c:dLbl>";
    let found = read_with(&chart, "<c:dLbls>", field);
    let label = &found.plots[0].series[0].point_labels[0];
    assert_eq!(label.words.as_deref(), Some("about [VALUE]"));
    assert_eq!(
        (label.index, label.offset, label.text.bold),
        (1, Some((0.1, -0.05)), Some(true))
    );
    let layout = "<c:layout><c:manualLayout><c:xMode val=\"edge\"/><c:yMode val=\"edge\"/><c:wMode val=\"edge\"/><c:x val=\"0.25\"/><c:y val=\"0.1\"/><c:w val=\"0.75\"/><c:h val=\"0.5\"/></c:manualLayout></c:layout>";
    let place = read_with(&chart, "<c:layout/>", layout)
        .plot_place
        .expect("a place");
    assert_eq!(
        (place.width, place.height, place.inner),
        (Some(0.5), Some(0.5), false)
    );
    // A turn that no letters have stands for the one that fits.
    let turned = "<c:tickLblPos val=\"nextTo\"/><c:txPr><a:bodyPr rot=\"-60000000\" vert=\"horz\"/><a:p><a:pPr><a:defRPr sz=\"900\"/></a:pPr></a:p></c:txPr>";
    let text = &read_with(&chart, "<c:tickLblPos val=\"nextTo\"/>", turned).axes[0].text;
    assert_eq!((text.size, text.angle), (Some(9.0), None));
    let second = read_with(
        &chart,
        "<c:crosses val=\"max\"/>",
        "<c:crosses val=\"autoZero\"/>",
    );
    assert_eq!(second.axes[3].crosses, None);
    assert!(second.is_second(1) && !second.is_second(0));
}

#[test]
fn plots_are_measured_by_the_axes_that_they_name() {
    let chart = plain();
    // The columns on the second pair of axes, the line on the first.
    let mut swapped = chart.clone();
    swapped["plots"][0]["second"] = json!(true);
    let (parts, mut read) = written(&swapped);
    let found = of(&mut read.deck);
    assert_eq!(*found, model(&swapped));
    assert!(found.is_second(0) && !found.is_second(1));
    let xml = part(&parts, CHART);
    let ids = |plot: &str| {
        let from = xml.find(&format!("</{plot}>")).expect("a plot");
        xml[..from]
            .rsplit("<c:axId val=\"")
            .next()
            .map(str::to_owned)
    };
    assert_ne!(ids("c:barChart"), ids("c:lineChart"));
    let first = json!({ "second": false });
    let mut first_only = chart;
    put(&mut first_only["plots"][1], &first);
    let (_, mut read) = written(&first_only);
    assert_eq!(*of(&mut read.deck), model(&first_only));
}
