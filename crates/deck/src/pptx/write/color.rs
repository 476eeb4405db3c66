//! Colours: by their theme slot where that gives the same colour, else by what is drawn.

use std::sync::Arc;

use serde_json::Value;

use super::number::{angle, fraction};
use super::vocabulary::{SLOTS, known};
use super::xml::Xml;
use crate::model::color::{Color, ColorTransform, Rgb, ThemeColor};
use crate::model::element::Element;
use crate::model::template::Theme;
use crate::pptx::read::color_transform::apply;

/// What the slots of a colour scheme mean on a sheet.
#[derive(Clone)]
pub(super) struct Colors<'d> {
    theme: &'d Theme,
    /// Colours of the sheet as it was read: under a master of its own or another mapping they tell what its slots mean.
    seen: Arc<[Color]>,
}

impl<'d> Colors<'d> {
    /// The colours of a theme under the usual mapping.
    pub(super) fn of(theme: &'d Theme) -> Self {
        Self {
            theme,
            seen: Arc::default(),
        }
    }

    /// The same on a sheet that was read with these elements.
    pub(super) fn seen(self, elements: &[Element]) -> Self {
        let mut seen = Vec::new();
        if let Ok(tree) = serde_json::to_value(elements) {
            gather(&tree, &mut seen);
        }
        Self {
            seen: seen.into(),
            ..self
        }
    }

    /// The transforms after which a theme reference gives the colour that is to be drawn; `None` where it does not:
    /// the colour may have been changed without it, or come from a theme or a mapping that is not written.
    fn transforms<'c>(
        &self,
        color: &Color,
        own: &'c ThemeColor,
    ) -> Option<Vec<&'c ColorTransform>> {
        known(SLOTS, &own.slot)?;
        let read = |seen: &Color| seen.rgb == color.rgb && seen.theme.as_ref() == Some(own);
        let (rgb, alpha) = match self.seen.iter().find(|seen| read(seen)) {
            Some(seen) => (seen.rgb, seen.alpha),
            None => apply(self.slot(&own.slot)?, 1.0, &own.transforms),
        };
        let opacity = (alpha - color.alpha).abs() < 1e-6;
        let kept = |transform: &&ColorTransform| opacity || !transform.op.starts_with("alpha");
        (rgb == color.rgb).then(|| own.transforms.iter().filter(kept).collect())
    }

    /// The colour of a slot.
    fn slot(&self, slot: &str) -> Option<Rgb> {
        let plain = |seen: &&Color| {
            let theme = seen.theme.as_ref();
            theme.is_some_and(|theme| theme.slot == slot && theme.transforms.is_empty())
        };
        let usual = match slot {
            "bg1" => "lt1",
            "tx1" => "dk1",
            "bg2" => "lt2",
            "tx2" => "dk2",
            other => other,
        };
        let seen = self.seen.iter().find(plain).map(|seen| seen.rgb);
        seen.or_else(|| self.theme.colors.get(usual).copied())
    }
}

/// Notes every colour of a tree that names a slot, once.
fn gather(tree: &Value, seen: &mut Vec<Color>) {
    match tree {
        Value::Object(fields) if fields.contains_key("rgb") && fields.contains_key("theme") => {
            let color = serde_json::from_value(tree.clone()).ok();
            seen.extend(color.filter(|color| !seen.contains(color)));
        }
        Value::Object(fields) => fields.values().for_each(|own| gather(own, seen)),
        Value::Array(own) => own.iter().for_each(|own| gather(own, seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Writes a colour element.
pub(super) fn write(xml: &mut Xml, colors: &Colors<'_>, color: &Color) {
    let own = color.theme.as_ref();
    let held = own.and_then(|own| Some((own, colors.transforms(color, own)?)));
    if let Some((own, transforms)) = held {
        xml.tag("a:schemeClr").at("val", &own.slot).open();
        for transform in &transforms {
            write_transform(xml, transform);
        }
        let told = transforms.iter().any(|own| own.op.starts_with("alpha"));
        if !told {
            alpha(xml, color.alpha);
        }
        xml.close("a:schemeClr");
    } else {
        let Rgb { r, g, b } = color.rgb;
        xml.tag("a:srgbClr")
            .at("val", format_args!("{r:02X}{g:02X}{b:02X}"))
            .open();
        alpha(xml, color.alpha);
        xml.close("a:srgbClr");
    }
}

/// Writes a solid fill.
pub(super) fn solid(xml: &mut Xml, colors: &Colors<'_>, color: &Color) {
    xml.open("a:solidFill");
    write(xml, colors, color);
    xml.close("a:solidFill");
}

fn alpha(xml: &mut Xml, alpha: f64) {
    if alpha < 1.0 {
        xml.value("a:alpha", fraction(alpha.max(0.0)));
    }
}

fn write_transform(xml: &mut Xml, transform: &ColorTransform) {
    let name = format!("a:{}", transform.op);
    match transform.value {
        None => xml.empty(&name),
        Some(degrees) if matches!(transform.op.as_str(), "hue" | "hueOff") => {
            xml.value(&name, angle(degrees));
        }
        Some(part) => xml.value(&name, fraction(part)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(colors: &Colors<'_>, color: &Value) -> String {
        let color = serde_json::from_value(color.clone()).expect("a colour");
        let mut xml = Xml::default();
        write(&mut xml, colors, &color);
        xml.finish()
    }

    #[test]
    fn a_theme_colour_keeps_its_transforms_until_it_is_another_colour() {
        let theme =
            json!({ "colors": { "accent1": "#4472C4" }, "fonts": { "major": "A", "minor": "B" } });
        let theme: Theme = serde_json::from_value(theme).expect("a theme");
        let colors = Colors::of(&theme);
        let transforms =
            json!([{ "op": "lumMod", "value": 0.75 }, { "op": "alpha", "value": 0.5 }]);
        let own = json!({ "slot": "accent1", "transforms": transforms });
        let mut color = json!({ "rgb": "#2F5597", "alpha": 0.5, "theme": own });
        let kept = "<a:schemeClr val=\"accent1\"><a:lumMod val=\"75000\"/><a:alpha val=\"50000\"/></a:schemeClr>";
        assert_eq!(written(&colors, &color), kept);
        color["alpha"] = json!(0.25);
        assert_eq!(written(&colors, &color), kept.replace("50000", "25000"));
        color["rgb"] = json!("#2F5598");
        assert!(written(&colors, &color).contains("<a:srgbClr val=\"2F5598\">"));
        // What was read so on the sheet means that there, whatever the deck's theme says.
        color["alpha"] = json!(0.5);
        let line = json!({ "width": 1, "fill": { "type": "solid", "color": color } });
        let element = json!({ "id": "1", "name": "", "type": "shape", "frame": { "x": 0, "y": 0, "width": 1, "height": 1 }, "line": line });
        let element = serde_json::from_value(element).expect("an element");
        assert_eq!(written(&colors.seen(&[element]), &color), kept);
    }
}
