//! Effects: glow, shadow, reflection and soft edge, in the order the standard wants (ECMA-376 part 1, 20.1.8.25).

use super::color::{self, Colors};
use super::number::{angle, fraction, positive, turn};
use super::vocabulary::{ALIGNMENTS, known};
use super::xml::Xml;
use crate::model::paint::{Effects, Reflection, Shadow};

/// Writes an effect list; an empty one says that nothing is inherited.
pub(super) fn write(xml: &mut Xml, colors: &Colors<'_>, effects: &Effects) {
    if *effects == Effects::default() {
        xml.empty("a:effectLst");
        return;
    }
    xml.open("a:effectLst");
    if let Some(glow) = &effects.glow {
        xml.tag("a:glow").at("rad", positive(glow.radius)).open();
        color::write(xml, colors, &glow.color);
        xml.close("a:glow");
    }
    if let Some(own) = &effects.shadow {
        shadow(xml, colors, own);
    }
    if let Some(own) = &effects.reflection {
        reflection(xml, own);
    }
    if let Some(radius) = effects.soft_edge {
        xml.tag("a:softEdge").at("rad", positive(radius)).empty();
    }
    xml.close("a:effectLst");
}

fn shadow(xml: &mut Xml, colors: &Colors<'_>, shadow: &Shadow) {
    let name = if shadow.inner {
        "a:innerShdw"
    } else {
        "a:outerShdw"
    };
    let tag = xml
        .tag(name)
        .at("blurRad", positive(shadow.blur))
        .at("dist", positive(shadow.distance))
        .at("dir", turn(shadow.angle));
    if shadow.inner {
        tag.open();
    } else if let Some(scale) = &shadow.scale {
        let part = |part: f64| Some(fraction(part)).filter(|part| *part != 100_000);
        let lean =
            |degrees: f64| Some(angle(degrees.clamp(-89.0, 89.0))).filter(|degrees| *degrees != 0);
        tag.opt("sx", part(scale.width))
            .opt("sy", part(scale.height))
            .opt("kx", lean(scale.skew_x))
            .opt("ky", lean(scale.skew_y))
            .at("algn", known(ALIGNMENTS, &scale.align).unwrap_or("b"))
            .at("rotWithShape", 0)
            .open();
    } else {
        tag.at("algn", "ctr").at("rotWithShape", 0).open();
    }
    color::write(xml, colors, &shadow.color);
    xml.close(name);
}

fn reflection(xml: &mut Xml, own: &Reflection) {
    let part = |part: f64| fraction(part).clamp(0, 100_000);
    xml.tag("a:reflection")
        .at("blurRad", positive(own.blur))
        .at("stA", part(own.start_opacity))
        .at("stPos", part(own.start))
        .at("endA", part(own.end_opacity))
        .at("endPos", part(own.end))
        .at("dist", positive(own.distance))
        .at("dir", turn(own.angle))
        .at("sy", -100_000)
        .at("algn", "bl")
        .at("rotWithShape", 0)
        .empty();
}
