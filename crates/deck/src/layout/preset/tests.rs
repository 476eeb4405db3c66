//! The table against the standard: every name, the values its formulas give, and frames and adjustments at their worst.

use super::*;

/// `ST_ShapeType` (ECMA-376 part 1, 20.1.10.56).
const NAMES: &str = "
accentBorderCallout1 accentBorderCallout2 accentBorderCallout3 accentCallout1 accentCallout2 accentCallout3
actionButtonBackPrevious actionButtonBeginning actionButtonBlank actionButtonDocument actionButtonEnd
actionButtonForwardNext actionButtonHelp actionButtonHome actionButtonInformation actionButtonMovie
actionButtonReturn actionButtonSound arc bentArrow bentConnector2 bentConnector3 bentConnector4 bentConnector5
bentUpArrow bevel blockArc borderCallout1 borderCallout2 borderCallout3 bracePair bracketPair callout1 callout2
callout3 can chartPlus chartStar chartX chevron chord circularArrow cloud cloudCallout corner cornerTabs cube
curvedConnector2 curvedConnector3 curvedConnector4 curvedConnector5 curvedDownArrow curvedLeftArrow
curvedRightArrow curvedUpArrow decagon diagStripe diamond dodecagon donut doubleWave downArrow downArrowCallout
ellipse ellipseRibbon ellipseRibbon2 flowChartAlternateProcess flowChartCollate flowChartConnector
flowChartDecision flowChartDelay flowChartDisplay flowChartDocument flowChartExtract flowChartInputOutput
flowChartInternalStorage flowChartMagneticDisk flowChartMagneticDrum flowChartMagneticTape flowChartManualInput
flowChartManualOperation flowChartMerge flowChartMultidocument flowChartOfflineStorage flowChartOffpageConnector
flowChartOnlineStorage flowChartOr flowChartPredefinedProcess flowChartPreparation flowChartProcess
flowChartPunchedCard flowChartPunchedTape flowChartSort flowChartSummingJunction flowChartTerminator foldedCorner
frame funnel gear6 gear9 halfFrame heart heptagon hexagon homePlate horizontalScroll irregularSeal1
irregularSeal2 leftArrow leftArrowCallout leftBrace leftBracket leftCircularArrow leftRightArrow
leftRightArrowCallout leftRightCircularArrow leftRightRibbon leftRightUpArrow leftUpArrow lightningBolt line
lineInv mathDivide mathEqual mathMinus mathMultiply mathNotEqual mathPlus moon noSmoking nonIsoscelesTrapezoid
notchedRightArrow octagon parallelogram pentagon pie pieWedge plaque plaqueTabs plus quadArrow quadArrowCallout
rect ribbon ribbon2 rightArrow rightArrowCallout rightBrace rightBracket round1Rect round2DiagRect
round2SameRect roundRect rtTriangle smileyFace snip1Rect snip2DiagRect snip2SameRect snipRoundRect squareTabs
star10 star12 star16 star24 star32 star4 star5 star6 star7 star8 straightConnector1 stripedRightArrow sun
swooshArrow teardrop trapezoid triangle upArrow upArrowCallout upDownArrow upDownArrowCallout uturnArrow
verticalScroll wave wedgeEllipseCallout wedgeRectCallout wedgeRoundRectCallout";

fn evaluated(name: &str, adjustments: &[(&str, i64)], place: [f64; 4]) -> Outline {
    let adjustments = adjustments
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value));
    let geometry = PresetGeometry {
        name: name.to_owned(),
        adjustments: adjustments.collect(),
    };
    preset(&geometry, place).unwrap_or_else(|| panic!("{name} has no outline"))
}

/// Where the steps of a path end; of neighbouring curves, as an arc has, only the last.
fn corners(segments: &[Segment]) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let mut curved = false;
    for segment in segments {
        let (end, curve) = match *segment {
            Segment::Move(x, y) | Segment::Line(x, y) => ((x, y), false),
            Segment::Quad(_, _, x, y) | Segment::Cubic(_, _, _, _, x, y) => ((x, y), true),
            Segment::Close => continue,
        };
        if curve && curved {
            out.pop();
        }
        curved = curve;
        out.push(end);
    }
    out
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.01
}

#[test]
fn the_table_holds_the_standards_names_and_no_others() {
    let names: Vec<&str> = NAMES.split_ascii_whitespace().collect();
    assert_eq!(names.len(), 187);
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(TABLE.keys().copied().collect::<Vec<_>>(), sorted);
}

#[test]
fn every_line_of_the_table_is_understood() {
    for line in SOURCE.lines() {
        let read = Definition::default().read(line).is_some();
        assert!(
            read || line.starts_with("= ") || line.starts_with('#'),
            "{line}"
        );
    }
}

#[test]
fn every_formula_has_a_value_in_an_ordinary_frame() {
    for (name, definition) in TABLE.iter() {
        let geometry = PresetGeometry {
            name: (*name).to_owned(),
            adjustments: BTreeMap::new(),
        };
        let values = definition.values(&geometry, 200.0, 100.0);
        for (guide, formula) in &definition.guides {
            let value = formula::evaluate(formula, &|word| lookup(&values, word, 200.0, 100.0));
            assert!(value.is_some(), "{name}: {guide} = {formula}");
        }
    }
}

#[test]
fn every_preset_is_finite_in_any_frame_under_any_adjustment() {
    let frames = [
        [10.0, 20.0, 400.0, 30.0],
        [10.0, 20.0, 30.0, 400.0],
        [0.0, 0.0, 0.001, 0.002],
        [5.0, 5.0, 100.0, 0.0],
        [5.0, 5.0, 0.0, 100.0],
        [0.0; 4],
    ];
    for (name, definition) in TABLE.iter() {
        for value in [None, Some(0), Some(1), Some(i64::MIN), Some(i64::MAX)] {
            let given = value.map_or_else(Vec::new, |value| {
                let names = definition.adjustments.iter();
                names.map(|(adjustment, _)| (*adjustment, value)).collect()
            });
            for place in frames {
                let outline = evaluated(name, &given, place);
                assert!(!outline.paths.is_empty(), "{name}");
                assert!(outline.text.iter().all(|v| v.is_finite()), "{name}");
                assert!(
                    outline.paths.iter().all(is_drawable),
                    "{name} {value:?} {place:?}"
                );
            }
        }
    }
}

/// More than a point, and every number finite.
fn is_drawable(path: &OutlinePath) -> bool {
    let finite = |segment: &Segment| match *segment {
        Segment::Move(x, y) | Segment::Line(x, y) => (x + y).is_finite(),
        Segment::Quad(a, b, x, y) => (a + b + x + y).is_finite(),
        Segment::Cubic(a, b, c, d, x, y) => (a + b + c + d + x + y).is_finite(),
        Segment::Close => true,
    };
    path.segments.len() > 1 && path.segments.iter().all(finite)
}

#[test]
fn ordinary_frames_hold_the_outlines_that_stay_inside() {
    // Callouts, wedges and connectors reach outside; these are drawn within their frame by design.
    for name in [
        "cloud",
        "gear6",
        "gear9",
        "heart",
        "irregularSeal1",
        "sun",
        "ribbon2",
        "wave",
        "moon",
        "star32",
        "funnel",
        "can",
        "bevel",
        "plaque",
        "mathNotEqual",
        "uturnArrow",
        "swooshArrow",
        "lightningBolt",
    ] {
        for path in evaluated(name, &[], [0.0, 0.0, 200.0, 100.0]).paths {
            for (x, y) in corners(&path.segments) {
                let inside = (-0.5..200.5).contains(&x) && (-0.5..100.5).contains(&y);
                assert!(inside, "{name} at {x}, {y}");
            }
        }
    }
}

/// Name, adjustments, frame, path, and the points that are known.
type Case<'a> = (
    &'a str,
    &'a [(&'a str, i64)],
    [f64; 4],
    usize,
    &'a [(f64, f64)],
);

#[test]
fn paths_go_where_the_standards_formulas_say() {
    let wide = [0.0, 0.0, 200.0, 100.0];
    let tall = [0.0, 0.0, 100.0, 200.0];
    #[rustfmt::skip]
    let cases: [Case; 19] = [
        ("triangle", &[("adj", 25_000)], wide, 0, &[(0.0, 100.0), (50.0, 0.0), (200.0, 100.0)]),
        ("rightArrow", &[], wide, 0,
            &[(0.0, 25.0), (150.0, 25.0), (150.0, 0.0), (200.0, 50.0), (150.0, 100.0), (150.0, 75.0), (0.0, 75.0)]),
        ("upArrow", &[], wide, 0,
            &[(0.0, 50.0), (100.0, 0.0), (200.0, 50.0), (150.0, 50.0), (150.0, 100.0), (50.0, 100.0), (50.0, 50.0)]),
        ("upDownArrow", &[], tall, 0,
            &[(0.0, 50.0), (50.0, 0.0), (100.0, 50.0), (75.0, 50.0), (75.0, 150.0), (100.0, 150.0), (50.0, 200.0),
                (0.0, 150.0), (25.0, 150.0), (25.0, 50.0)]),
        ("chevron", &[], wide, 0,
            &[(0.0, 0.0), (150.0, 0.0), (200.0, 50.0), (150.0, 100.0), (0.0, 100.0), (50.0, 50.0)]),
        ("hexagon", &[], wide, 0,
            &[(0.0, 50.0), (25.0, 0.0), (175.0, 0.0), (200.0, 50.0), (175.0, 100.0), (25.0, 100.0)]),
        ("flowChartOffpageConnector", &[], wide, 0,
            &[(0.0, 0.0), (200.0, 0.0), (200.0, 80.0), (100.0, 100.0), (0.0, 80.0)]),
        ("flowChartPredefinedProcess", &[], wide, 1, &[(25.0, 0.0), (25.0, 100.0), (175.0, 0.0), (175.0, 100.0)]),
        ("mathPlus", &[], [0.0, 0.0, 100.0, 100.0], 0,
            &[(13.255, 38.24), (38.24, 38.24), (38.24, 13.255), (61.76, 13.255), (61.76, 38.24), (86.745, 38.24),
                (86.745, 61.76), (61.76, 61.76), (61.76, 86.745), (38.24, 86.745), (38.24, 61.76), (13.255, 61.76)]),
        ("borderCallout1", &[], wide, 1, &[(-16.666, 18.75), (-76.666, 112.5)]),
        ("accentCallout1", &[], wide, 1, &[(-16.666, 0.0), (-16.666, 100.0)]),
        ("leftBracket", &[], wide, 1, &[(200.0, 100.0), (0.0, 91.667), (0.0, 8.333), (200.0, 0.0)]),
        ("leftBrace", &[], wide, 1,
            &[(200.0, 100.0), (100.0, 91.667), (100.0, 58.333), (100.0, 41.667), (100.0, 8.333), (200.0, 0.0)]),
        ("roundRect", &[("adj", 50_000)], wide, 0, &[(0.0, 50.0), (50.0, 0.0), (150.0, 0.0), (200.0, 50.0),
            (200.0, 50.0), (150.0, 100.0), (50.0, 100.0), (0.0, 50.0)]),
        ("arc", &[], wide, 1, &[(100.0, 0.0), (200.0, 50.0)]),
        // Seen under 45° from the centre of this ellipse is where x and y are 100 / √5 away.
        ("arc", &[("adj1", 0), ("adj2", 2_700_000)], wide, 1, &[(200.0, 50.0), (144.721, 94.721)]),
        ("pie", &[], wide, 0, &[(200.0, 50.0), (100.0, 0.0), (100.0, 50.0)]),
        // Eleven arcs, seen in the units of a path of 43,200 each way, end next to where they began.
        ("cloud", &[], [0.0, 0.0, 432.0, 216.0], 0, &[(39.0, 71.85), (38.64, 72.52)]),
        ("bentConnector3", &[("adj1", 25_000)], wide, 0, &[(0.0, 0.0), (50.0, 0.0), (50.0, 100.0), (200.0, 100.0)]),
    ];
    for (name, adjustments, place, index, expected) in cases {
        let got = corners(&evaluated(name, adjustments, place).paths[index].segments);
        let same = got.len() == expected.len()
            && got
                .iter()
                .zip(expected)
                .all(|(a, b)| close(a.0, b.0) && close(a.1, b.1));
        assert!(same, "{name}: {got:?}");
    }
}

#[test]
fn stars_and_wedges_point_where_the_standard_has_them() {
    let wide = [0.0, 0.0, 200.0, 100.0];
    for (name, expected) in [
        (
            "star5",
            [
                (0.0, 38.197),
                (100.0, 0.0),
                (200.0, 38.197),
                (161.803, 100.0),
            ],
        ),
        (
            "wedgeRectCallout",
            [
                (83.333, 100.0),
                (58.334, 112.5),
                (33.333, 100.0),
                (0.0, 0.0),
            ],
        ),
    ] {
        let got = corners(&evaluated(name, &[], wide).paths[0].segments);
        for (x, y) in expected {
            let found = got.iter().any(|at| close(at.0, x) && close(at.1, y));
            assert!(found, "{name} has no {x}, {y}: {got:?}");
        }
    }
}

#[test]
fn text_goes_into_the_standards_rectangle() {
    let place = [10.0, 20.0, 200.0, 100.0];
    for (name, [l, t, r, b]) in [
        ("rect", [0.0, 0.0, 200.0, 100.0]),
        ("line", [0.0, 0.0, 200.0, 100.0]),
        ("triangle", [50.0, 50.0, 150.0, 100.0]),
        ("rightArrow", [0.0, 25.0, 175.0, 75.0]),
        ("upArrow", [50.0, 25.0, 150.0, 100.0]),
        ("ellipse", [29.289, 14.645, 170.711, 85.355]),
        ("diamond", [50.0, 25.0, 150.0, 75.0]),
        ("flowChartDocument", [0.0, 0.0, 200.0, 80.194]),
    ] {
        let text = evaluated(name, &[], place).text;
        let expected = [10.0 + l, 20.0 + t, 10.0 + r, 20.0 + b];
        let same = text.iter().zip(expected).all(|(a, b)| close(*a, b));
        assert!(same, "{name}: {text:?}");
    }
}

#[test]
fn paths_are_filled_stroked_and_shaded_as_the_standard_has_them() {
    let cube = evaluated("cube", &[], [0.0, 0.0, 100.0, 100.0]);
    let painted: Vec<_> = cube
        .paths
        .iter()
        .map(|path| (path.filled, path.stroked, path.shade))
        .collect();
    assert_eq!(
        painted,
        [
            (true, false, PathShade::None),
            (true, false, PathShade::DarkenLess),
            (true, false, PathShade::LightenLess),
            (false, true, PathShade::None),
        ]
    );
    let bevel = evaluated("bevel", &[], [0.0, 0.0, 100.0, 100.0]);
    let shades: Vec<_> = bevel.paths.iter().map(|path| path.shade).collect();
    assert_eq!(
        shades,
        [
            PathShade::None,
            PathShade::LightenLess,
            PathShade::DarkenLess,
            PathShade::Lighten,
            PathShade::Darken,
            PathShade::None
        ]
    );
}

#[test]
fn a_single_adjustment_goes_by_either_name() {
    let place = [0.0, 0.0, 200.0, 100.0];
    let [one, other] = ["adj", "adj1"].map(|name| evaluated("roundRect", &[(name, 30_000)], place));
    assert_eq!(one, other);
    assert_ne!(one, evaluated("roundRect", &[], place));
}
