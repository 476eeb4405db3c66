//! Blocks become elements with a place: titles, text, code, tables and pictures, one below the other or in columns.

use super::super::model::asset::AssetId;
use super::super::model::element::{Content, Crop, Element, Picture};
use super::super::model::geometry::{Geometry, PresetGeometry};
use super::super::model::paint::{Fill, Line as Stroke};
use super::super::model::table::{Borders, Cell, Row, Table, TableFlags};
use super::super::model::text::{
    Align, Anchor, Autofit, BodyStyle, Paragraph, Run, RunStyle, TextBody,
};
use super::super::model::units::{Emu, Frame, Insets};
use super::block::{Block, ColumnAlign, Image, Line, Span, TableBlock};
use super::estimate;
use super::images::Assets;
use super::paragraphs::{Look, paragraphs, runs};
use super::template::{self, LayoutKind, MONO, color, element, frame, solid};

/// Size of text in points.
const SIZE: f64 = 24.0;

/// Space between two blocks.
const GAP: i64 = 152_400;

/// Elements in the making.
pub struct Composer<'a> {
    /// Pictures found so far.
    pub assets: &'a mut Assets,
    /// Addresses of pictures that were left where they are, with the id of their element.
    pub linked: Vec<(String, String)>,
    elements: Vec<Element>,
    kind: LayoutKind,
    body_filled: bool,
}

impl<'a> Composer<'a> {
    /// An empty slide of a layout.
    pub fn new(kind: LayoutKind, assets: &'a mut Assets) -> Self {
        Self {
            assets,
            linked: Vec::new(),
            elements: Vec::new(),
            kind,
            body_filled: false,
        }
    }

    /// What was made.
    pub fn finish(self) -> (Vec<Element>, Vec<(String, String)>) {
        (self.elements, self.linked)
    }

    fn next_id(&self) -> String {
        (self.elements.len() + 2).to_string()
    }

    /// The title.
    pub fn title(&mut self, spans: &[Span]) {
        let cover = self.kind.is_cover();
        let look = Look {
            size: if cover { 48.0 } else { 34.0 },
            color: color(if cover { "bg1" } else { "tx2" }),
            bold: true,
            align: Align::Left,
        };
        let mut title = element(&self.next_id(), "Title", template::title_frame(self.kind));
        title.placeholder = Some(template::placeholder(self.kind, true));
        let mut body = template::title_body(self.kind);
        body.autofit = shrinks();
        title.text = Some(TextBody {
            body,
            paragraphs: vec![Paragraph {
                runs: runs(spans, &look, look.size, false),
                ..Paragraph::default()
            }],
        });
        self.elements.push(title);
    }

    /// What stands below the title of a cover.
    pub fn subtitle(&mut self, lines: &[Line]) {
        let look = Look {
            size: 24.0,
            color: color("bg2"),
            bold: false,
            align: Align::Left,
        };
        self.text(lines, &look, template::body_frame(self.kind), Anchor::Top);
    }

    /// Blocks one below the other in a box.
    pub fn stack(&mut self, blocks: &[Block], area: Frame) {
        let proportions: Vec<f64> = blocks.iter().map(|block| self.proportion(block)).collect();
        let gaps = GAP * i64::try_from(blocks.len().saturating_sub(1)).unwrap_or(0);
        let room = Emu(area.height.0 - gaps).points();
        let wanted: Vec<f64> = blocks
            .iter()
            .zip(&proportions)
            .map(|(block, proportion)| estimate::height(block, SIZE, area.width.0, *proportion))
            .collect();
        let total: f64 = wanted.iter().sum();
        let share = if total > room { room / total } else { 1.0 };
        let mut y = area.y.0;
        for (index, (block, wanted)) in blocks.iter().zip(&wanted).enumerate() {
            let last_text = index + 1 == blocks.len() && matches!(block, Block::Text(_));
            let height = if last_text {
                // The rest of the slide is the last text's: a placeholder as large as its layout's.
                area.y.0 + area.height.0 - y
            } else {
                Emu::from_points(wanted * share).0
            };
            self.block(block, frame(area.x.0, y, area.width.0, height));
            y += height + GAP;
        }
    }

    fn proportion(&mut self, block: &Block) -> f64 {
        match block {
            Block::Image(image) => {
                let id = self.assets.of_address(&image.address);
                self.assets.proportion(id.as_ref())
            }
            Block::Text(_) | Block::Code(_) | Block::Table(_) => 1.0,
        }
    }

    fn block(&mut self, block: &Block, area: Frame) {
        match block {
            Block::Text(lines) => {
                let look = Look {
                    size: SIZE,
                    color: color("tx1"),
                    bold: false,
                    align: Align::Left,
                };
                self.text(lines, &look, area, Anchor::Top);
            }
            Block::Code(text) => self.code(text, inside(area)),
            Block::Table(table) => self.table(table, inside(area)),
            Block::Image(image) => self.image(image, area),
        }
    }

    fn text(&mut self, lines: &[Line], look: &Look, area: Frame, anchor: Anchor) {
        let mut shape = element(&self.next_id(), "Text", area);
        if !self.body_filled && self.kind != LayoutKind::Blank {
            self.body_filled = true;
            shape.placeholder = Some(template::placeholder(self.kind, false));
        }
        shape.text = Some(TextBody {
            body: BodyStyle {
                anchor,
                autofit: shrinks(),
                ..BodyStyle::default()
            },
            paragraphs: paragraphs(lines, look),
        });
        self.elements.push(shape);
    }

    fn code(&mut self, text: &str, area: Frame) {
        let (size, _) = estimate::code(text, area.width.0);
        let style = RunStyle {
            font: MONO.to_owned(),
            size,
            color: color("tx1"),
            ..RunStyle::default()
        };
        let line = |text: &str| Paragraph {
            runs: (!text.is_empty())
                .then(|| Run {
                    text: text.to_owned(),
                    style: style.clone(),
                    ..Run::default()
                })
                .into_iter()
                .collect(),
            end_style: Some(Box::new(style.clone())),
            ..Paragraph::default()
        };
        let mut shape = element(&self.next_id(), "Code", area);
        shape.geometry = Some(Geometry::Preset(PresetGeometry {
            name: "roundRect".to_owned(),
            adjustments: [("adj".to_owned(), 3_000)].into(),
        }));
        shape.fill = Some(solid("bg2"));
        shape.text = Some(TextBody {
            body: BodyStyle {
                insets: Insets {
                    left: Emu(152_400),
                    top: Emu(114_300),
                    right: Emu(152_400),
                    bottom: Emu(114_300),
                },
                anchor: Anchor::Middle,
                autofit: shrinks(),
                ..BodyStyle::default()
            },
            paragraphs: text.lines().map(line).collect(),
        });
        self.elements.push(shape);
    }

    fn table(&mut self, table: &TableBlock, area: Frame) {
        let (columns, height) = estimate::table(table, area.width.0);
        let height = Emu::from_points(height);
        let rows = table
            .rows
            .iter()
            .enumerate()
            .map(|(number, cells)| Row {
                height,
                cells: (0..columns.len())
                    .map(|column| {
                        let spans = cells.get(column).map(Vec::as_slice).unwrap_or_default();
                        let align = table.aligns.get(column).copied();
                        cell(spans, number, align.unwrap_or(ColumnAlign::Left))
                    })
                    .collect(),
            })
            .collect::<Vec<_>>();
        let high = height.0 * i64::try_from(rows.len()).unwrap_or(1);
        let place = frame(area.x.0, area.y.0, columns.iter().sum(), high);
        let mut shape = element(&self.next_id(), "Table", place);
        shape.content = Content::Table(Table {
            columns: columns.into_iter().map(Emu).collect(),
            rows,
            style: None,
            flags: TableFlags {
                first_row: true,
                banded_rows: true,
                ..TableFlags::default()
            },
        });
        self.elements.push(shape);
    }

    fn image(&mut self, image: &Image, area: Frame) {
        let id = self.next_id();
        let asset = self.assets.of_address(&image.address);
        if asset.is_none() {
            self.linked.push((image.address.clone(), id.clone()));
        }
        let place = fitted(self.assets.proportion(asset.as_ref()), area);
        let mut shape = element(&id, "Picture", place);
        shape.alt = (!image.alt.is_empty()).then(|| image.alt.clone());
        shape.content = Content::Picture(picture(asset));
        self.elements.push(shape);
    }
}

fn picture(asset: Option<AssetId>) -> Picture {
    Picture {
        asset,
        svg: None,
        crop: Crop::default(),
        opacity: 1.0,
        recolor: Vec::new(),
    }
}

/// The box whose edge stands where text begins: boxes that are seen line up with text, not with its inset.
fn inside(area: Frame) -> Frame {
    let inset = Insets::default();
    Frame {
        x: Emu(area.x.0 + inset.left.0),
        width: Emu(area.width.0 - inset.left.0 - inset.right.0),
        ..area
    }
}

/// The largest frame of a proportion that fits, in the middle.
fn fitted(proportion: f64, area: Frame) -> Frame {
    let (width, height) = (area.width.points(), area.height.points());
    let (w, h) = if width / proportion <= height {
        (width, width / proportion)
    } else {
        (height * proportion, height)
    };
    Frame {
        x: Emu(area.x.0 + Emu::from_points((width - w) / 2.0).0),
        y: Emu(area.y.0 + Emu::from_points((height - h) / 2.0).0),
        width: Emu::from_points(w),
        height: Emu::from_points(h),
        ..Frame::default()
    }
}

fn shrinks() -> Autofit {
    Autofit::Text {
        font_scale: None,
        line_reduction: None,
    }
}

fn cell(spans: &[Span], row: usize, align: ColumnAlign) -> Cell {
    let head = row == 0;
    let look = Look {
        size: 18.0,
        color: color(if head { "bg1" } else { "tx1" }),
        bold: head,
        align: match align {
            ColumnAlign::Left => Align::Left,
            ColumnAlign::Center => Align::Center,
            ColumnAlign::Right => Align::Right,
        },
    };
    let fill = match row {
        0 => "accent1",
        n if n % 2 == 1 => "bg2",
        _ => "bg1",
    };
    let rule = Stroke {
        fill: Fill::Solid {
            color: color("bg1"),
        },
        width: Emu(12_700),
        dash: None,
        cap: super::super::model::paint::LineCap::default(),
        join: super::super::model::paint::LineJoin::default(),
        compound: None,
        head: None,
        tail: None,
    };
    Cell {
        text: Some(TextBody {
            body: BodyStyle::default(),
            paragraphs: vec![Paragraph {
                align: look.align,
                runs: runs(spans, &look, look.size, false),
                ..Paragraph::default()
            }],
        }),
        fill: Some(solid(fill)),
        borders: Borders {
            bottom: Some(rule),
            ..Borders::default()
        },
        anchor: Anchor::Middle,
        ..Cell::default()
    }
}
