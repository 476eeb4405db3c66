//! Colours: transforms against values that PowerPoint shows, slots and mappings.

use super::super::color_transform::apply;
use super::{Sample, shape};
use crate::model::color::{ColorTransform, Rgb};
use crate::model::paint::Fill;

fn after(hex: &str, transforms: &[(&str, f64)]) -> String {
    let transforms: Vec<_> = transforms
        .iter()
        .map(|(op, value)| ColorTransform {
            op: (*op).to_owned(),
            value: Some(*value),
        })
        .collect();
    apply(Rgb::parse(hex).unwrap(), 1.0, &transforms)
        .0
        .to_string()
}

#[test]
fn luminance_follows_what_powerpoint_shows_in_its_palette() {
    // The lighter and darker rows below accent 1 of the Office theme.
    assert_eq!(after("4472C4", &[("lumMod", 0.75)]), "#2F5597");
    assert_eq!(after("4472C4", &[("lumMod", 0.5)]), "#203864");
    assert_eq!(
        after("4472C4", &[("lumMod", 0.2), ("lumOff", 0.8)]),
        "#DAE3F3"
    );
    assert_eq!(
        after("000000", &[("lumMod", 0.5), ("lumOff", 0.5)]),
        "#808080"
    );
    assert_eq!(after("FFFFFF", &[("lumMod", 0.85)]), "#D9D9D9");
}

#[test]
fn tint_and_shade_work_on_linear_light() {
    assert_eq!(after("000000", &[("tint", 0.5)]), "#BCBCBC");
    assert_eq!(after("FFFFFF", &[("shade", 0.5)]), "#BCBCBC");
}

#[test]
fn the_rest_does_what_its_name_says() {
    assert_eq!(after("FF0000", &[("hueOff", 120.0)]), "#00FF00");
    assert_eq!(after("FF0000", &[("comp", 0.0)]), "#00FFFF");
    assert_eq!(after("102030", &[("inv", 0.0)]), "#EFDFCF");
    assert_eq!(after("FF8000", &[("satMod", 0.0)]), "#808080");
    assert_eq!(after("FF8040", &[("red", 0.0)]), "#008040");
    assert_eq!(
        after("4472C4", &[("satMod", 9.0)]),
        after("4472C4", &[("sat", 1.0)])
    );
}

#[test]
fn a_slot_is_resolved_and_still_named() {
    let fill = "<a:solidFill><a:schemeClr val='accent1'><a:lumMod val='75%'/><a:alpha val='40000'/></a:schemeClr></a:solidFill>";
    let deck = Sample::of(&[&shape(2, fill, "<a:p/>")]).deck();
    let Some(Fill::Solid { color }) = &deck.slides[0].elements[0].fill else {
        panic!("no solid fill");
    };
    assert_eq!(color.rgb.to_string(), "#2F5597");
    assert!((color.alpha - 0.4).abs() < 1e-9);
    let theme = color.theme.as_ref().unwrap();
    assert_eq!(
        (theme.slot.as_str(), theme.transforms.len()),
        ("accent1", 2)
    );
}

#[test]
fn a_slide_may_map_slots_anew() {
    let fill = "<a:solidFill><a:schemeClr val='bg1'/></a:solidFill>";
    let map = "<p:clrMapOvr><a:overrideClrMapping bg1='dk1' tx1='lt1' bg2='dk2' tx2='lt2'/></p:clrMapOvr>";
    let slide = format!(
        "<p:cSld><p:spTree>{}</p:spTree></p:cSld>{map}",
        shape(2, fill, "<a:p/>")
    );
    let deck = Sample::of(&[&slide]).deck();
    let Some(Fill::Solid { color }) = &deck.slides[0].elements[0].fill else {
        panic!("no solid fill");
    };
    assert_eq!(color.rgb.to_string(), "#101010");
}
