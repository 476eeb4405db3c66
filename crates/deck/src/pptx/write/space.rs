//! Frames inside groups: a deck places everything on the slide, a file places children as if their group lay straight.

use super::number::turn;
use super::xml::Xml;
use crate::model::units::{Emu, Frame};

/// The groups around an element, outermost first, each as it lies inside the one before.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    groups: Vec<Frame>,
}

impl Space {
    /// The space inside a group. `group` is its frame as it is written.
    pub(super) fn inside(&self, group: Frame) -> Self {
        let mut groups = self.groups.clone();
        groups.push(group);
        Self { groups }
    }

    /// A frame on the slide as it is written here: the turns and mirrorings of the groups around it undone.
    pub(super) fn local(&self, frame: Frame) -> Frame {
        self.groups.iter().fold(frame, undo)
    }
}

/// Undoes what one group does to a child: mirror, then turn, about the group's middle.
fn undo(frame: Frame, group: &Frame) -> Frame {
    if group.rotation == 0.0 && !group.flip_h && !group.flip_v {
        return frame;
    }
    let middle = |frame: &Frame| {
        (
            units(frame.x) + units(frame.width) / 2.0,
            units(frame.y) + units(frame.height) / 2.0,
        )
    };
    let ((mut x, mut y), (mx, my)) = (middle(&frame), middle(group));
    let mut rotation = frame.rotation;
    if group.rotation != 0.0 {
        let (sin, cos) = (-group.rotation).to_radians().sin_cos();
        let (dx, dy) = (x - mx, y - my);
        (x, y) = (mx + dx * cos - dy * sin, my + dx * sin + dy * cos);
        rotation -= group.rotation;
    }
    if group.flip_v {
        y = 2.0 * my - y;
        rotation = -rotation;
    }
    if group.flip_h {
        x = 2.0 * mx - x;
        rotation = -rotation;
    }
    Frame {
        x: length(x - units(frame.width) / 2.0),
        y: length(y - units(frame.height) / 2.0),
        rotation: rotation.rem_euclid(360.0),
        flip_h: frame.flip_h != group.flip_h,
        flip_v: frame.flip_v != group.flip_v,
        ..frame
    }
}

/// Writes `xfrm` under the name it has there; a group's children lie in the space of the group itself.
pub(super) fn write(xml: &mut Xml, name: &str, frame: &Frame, group: bool) {
    let rotation = Some(turn(frame.rotation)).filter(|turn| *turn != 0);
    xml.tag(name)
        .opt("rot", rotation)
        .flag("flipH", frame.flip_h)
        .flag("flipV", frame.flip_v)
        .open();
    let sides: &[(&str, &str)] = if group {
        &[("a:off", "a:ext"), ("a:chOff", "a:chExt")]
    } else {
        &[("a:off", "a:ext")]
    };
    for (offset, extent) in sides {
        xml.tag(offset)
            .at("x", frame.x.clamped().0)
            .at("y", frame.y.clamped().0)
            .empty();
        let side = |side: Emu| side.clamped().0.max(0);
        xml.tag(extent)
            .at("cx", side(frame.width))
            .at("cy", side(frame.height))
            .empty();
    }
    xml.close(name);
}

#[expect(
    clippy::cast_precision_loss,
    reason = "lengths are clamped far below 2^53"
)]
fn units(length: Emu) -> f64 {
    length.clamped().0 as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, which is the clamp wanted here"
)]
fn length(units: f64) -> Emu {
    Emu(units.round() as i64).clamped()
}
