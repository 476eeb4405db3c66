//! Frames: where an element says it is, and where that is on the slide once its groups have moved it.

use super::lexical::{emu, get, is_on, length, turn, units};
use crate::model::units::{Emu, Frame};
use crate::package::namespaces::Ns;
use crate::package::xml::Element as Node;

/// Reads an `xfrm`. `None` where it does not say both place and size.
pub(super) fn read(node: Node<'_>) -> Option<Frame> {
    let (x, y) = point(node, "off")?;
    let (width, height) = size(node, "ext")?;
    Some(Frame {
        x,
        y,
        width,
        height,
        rotation: get(node, "rot", turn).unwrap_or(0.0),
        flip_h: is_on(node, "flipH"),
        flip_v: is_on(node, "flipV"),
    })
}

fn point(node: Node<'_>, name: &str) -> Option<(Emu, Emu)> {
    let point = node.child(Ns::A, name)?;
    Some((get(point, "x", emu)?, get(point, "y", emu)?))
}

fn size(node: Node<'_>, name: &str) -> Option<(Emu, Emu)> {
    let size = node.child(Ns::A, name)?;
    let side = |name| get(size, name, emu).map(|side| side.max(Emu(0)));
    Some((side("cx")?, side("cy")?))
}

/// The space that the children of a group are placed in.
#[derive(Clone, Copy)]
pub(super) struct Space<'a> {
    above: Option<&'a Space<'a>>,
    group: Frame,
    /// Left, top, width and height that the group's frame stands for.
    child: [f64; 4],
    pub(super) depth: usize,
}

impl<'a> Space<'a> {
    /// The space inside a group whose frame is still in its own parent's space.
    pub(super) fn new(above: Option<&'a Self>, group: Frame, child: Frame) -> Self {
        let child = [
            units(child.x),
            units(child.y),
            units(child.width),
            units(child.height),
        ];
        let depth = above.map_or(1, |above| above.depth + 1);
        Self {
            above,
            group,
            child,
            depth,
        }
    }

    /// The space that a group's `xfrm` opens.
    pub(super) fn of_group(above: Option<&'a Self>, group: Frame, xfrm: Option<Node<'_>>) -> Self {
        let child = xfrm.and_then(|xfrm| {
            let (x, y) = point(xfrm, "chOff")?;
            let (width, height) = size(xfrm, "chExt")?;
            Some(Frame {
                x,
                y,
                width,
                height,
                ..Frame::default()
            })
        });
        Self::new(above, group, child.unwrap_or(group))
    }

    /// The frame in the space around the group.
    fn out(&self, frame: Frame) -> Frame {
        let [left, top, wide, high] = self.child;
        let group = &self.group;
        let (gx, gy, gw, gh) = (
            units(group.x),
            units(group.y),
            units(group.width),
            units(group.height),
        );
        let ratio = |to: f64, from: f64| if from > 0.0 { to / from } else { 1.0 };
        let (sx, sy) = (ratio(gw, wide), ratio(gh, high));
        let (width, height) = (units(frame.width), units(frame.height));
        let mut cx = gx + (units(frame.x) + width / 2.0 - left) * sx;
        let mut cy = gy + (units(frame.y) + height / 2.0 - top) * sy;
        // A child that lies on its side is stretched along the sides one sees.
        let sideways = (frame.rotation + 45.0).rem_euclid(180.0) >= 90.0;
        let (width, height) = if sideways {
            (width * sy, height * sx)
        } else {
            (width * sx, height * sy)
        };
        let mut rotation = frame.rotation;
        let (mx, my) = (gx + gw / 2.0, gy + gh / 2.0);
        if group.flip_h {
            cx = 2.0 * mx - cx;
            rotation = -rotation;
        }
        if group.flip_v {
            cy = 2.0 * my - cy;
            rotation = -rotation;
        }
        if group.rotation != 0.0 {
            let (sin, cos) = group.rotation.to_radians().sin_cos();
            let (dx, dy) = (cx - mx, cy - my);
            (cx, cy) = (mx + dx * cos - dy * sin, my + dx * sin + dy * cos);
            rotation += group.rotation;
        }
        let rotation = rotation.rem_euclid(360.0);
        Frame {
            x: length(cx - width / 2.0),
            y: length(cy - height / 2.0),
            width: length(width),
            height: length(height),
            rotation: if rotation >= 360.0 { 0.0 } else { rotation },
            flip_h: frame.flip_h != group.flip_h,
            flip_v: frame.flip_v != group.flip_v,
        }
    }
}

/// Where a frame is on the slide.
pub(super) fn on_slide(space: Option<&Space<'_>>, frame: Frame) -> Frame {
    let mut frame = frame;
    let mut next = space;
    while let Some(space) = next {
        frame = space.out(frame);
        next = space.above;
    }
    frame
}
