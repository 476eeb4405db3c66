//! Effects: glow, shadow, reflection and soft edge, in the order the standard wants (ECMA-376 part 1, 20.1.8.25).

use super::color::{self, Colors};
use super::number::{positive, turn};
use super::xml::Xml;
use crate::model::paint::{Effects, Shadow};

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
    if effects.reflection {
        // What PowerPoint calls a half reflection, touching.
        xml.tag("a:reflection")
            .at("blurRad", 6_350)
            .at("stA", 50_000)
            .at("endA", 300)
            .at("endPos", 55_000)
            .at("dir", 5_400_000)
            .at("sy", -100_000)
            .at("algn", "bl")
            .at("rotWithShape", 0)
            .empty();
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
    } else {
        tag.at("algn", "ctr").at("rotWithShape", 0).open();
    }
    color::write(xml, colors, &shadow.color);
    xml.close(name);
}
