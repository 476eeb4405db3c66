//! One page as an SVG.

use std::fmt::Write as _;
use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};

use super::markup::{self, escaped, number};
use crate::layout::fonts::FontBook;
use crate::layout::page::{
    GlyphRun, ImageItem, Ink, Item, Layer, LinkArea, Matrix, Page, Paint, PathItem, Segment,
    bounds, narrow, rectangle,
};
use crate::layout::pattern;
use crate::layout::picture;
use crate::model::asset::AssetSource;
use crate::model::text::Link;

/// What is written so far, and how many things have a name in it.
struct Writer<'a> {
    out: String,
    names: usize,
    assets: &'a dyn AssetSource,
    fonts: &'a FontBook,
    open: usize,
}

/// Writes a page. The same page gives the same bytes.
pub fn draw_svg(page: &Page, assets: &dyn AssetSource, fonts: &FontBook) -> Vec<u8> {
    let (width, height) = (number(page.width), number(page.height));
    let mut writer = Writer {
        out: format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\">\n"
        ),
        names: 0,
        assets,
        fonts,
        open: 0,
    };
    if let Some(title) = &page.title {
        writer.line(format_args!("<title>{}</title>", escaped(title)));
    }
    writer.line(format_args!(
        "<rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>"
    ));
    for item in &page.items {
        writer.item(item);
    }
    while writer.open > 0 {
        writer.close();
    }
    writer.out.push_str("</svg>\n");
    writer.out.into_bytes()
}

impl Writer<'_> {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.out.write_fmt(text);
        self.out.push('\n');
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("d{}", self.names)
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Path(path) => self.path(path),
            Item::Glyphs(run) => self.glyphs(run),
            Item::Image(image) => self.image(image),
            Item::Link(area) => self.link(area),
            Item::Open(layer) => self.open(layer),
            Item::Close => self.close(),
            Item::Begin(_) | Item::End => {}
        }
    }

    fn open(&mut self, layer: &Layer) {
        let mut attributes = String::new();
        if !layer.clip.is_empty() {
            let name = self.clip(&layer.clip, layer.even_odd);
            attributes = format!(" clip-path=\"url(#{name})\"");
        }
        if layer.opacity < 0.999 {
            let _ = write!(attributes, " opacity=\"{}\"", number(layer.opacity));
        }
        if !layer.mask.is_empty() {
            let name = self.mask(&layer.mask);
            let _ = write!(attributes, " mask=\"url(#{name})\"");
        }
        self.open += 1;
        self.line(format_args!("<g{attributes}>"));
    }

    /// Defines what lets as much through as its paths are light.
    fn mask(&mut self, paths: &[PathItem]) -> String {
        let name = self.name();
        let all = paths
            .iter()
            .map(|path| bounds(&path.segments, path.matrix))
            .reduce(|a, b| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ]
            });
        let [l, t, r, b] = all.unwrap_or_default();
        let [x, y, w, h] = [l, t, r - l, b - t].map(number);
        // What the paths are painted with is defined before the mask.
        let inside: String = paths.iter().map(|path| self.path_line(path)).collect();
        self.line(format_args!(
            "<mask id=\"{name}\" maskUnits=\"userSpaceOnUse\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\">{inside}</mask>"
        ));
        name
    }

    fn close(&mut self) {
        if self.open > 0 {
            self.open -= 1;
            self.line(format_args!("</g>"));
        }
    }

    fn clip(&mut self, segments: &[Segment], even_odd: bool) -> String {
        let name = self.name();
        let rule = if even_odd {
            " clip-rule=\"evenodd\""
        } else {
            ""
        };
        let data = markup::path_data(segments);
        self.line(format_args!(
            "<clipPath id=\"{name}\"><path d=\"{data}\"{rule}/></clipPath>"
        ));
        name
    }

    /// The value of a paint attribute and its opacity; gradients are defined first.
    fn paint(&mut self, paint: &Paint, matrix: Matrix) -> (String, f64) {
        let (head, tail, stops) = match paint {
            Paint::Solid(ink) => return (ink.rgb.to_string(), ink.alpha),
            Paint::Pattern {
                rows,
                marks,
                ground,
            } => return (self.tiles(*rows, [*marks, *ground], matrix), 1.0),
            Paint::Linear { line, stops } => {
                let [x1, y1, x2, y2] = line.map(number);
                let places = format!("x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"");
                ("linearGradient", places, stops)
            }
            Paint::Radial { circle, stops } => {
                let [x, y, r] = circle.map(number);
                let places = format!("cx=\"{x}\" cy=\"{y}\" r=\"{r}\"");
                ("radialGradient", places, stops)
            }
        };
        let name = self.name();
        let mut inside = String::new();
        for (at, ink) in stops {
            // Writing to a String cannot fail.
            let _ = write!(
                inside,
                "<stop offset=\"{}\" stop-color=\"{}\" stop-opacity=\"{}\"/>",
                number(*at),
                ink.rgb,
                number(ink.alpha)
            );
        }
        self.line(format_args!(
            "<{head} id=\"{name}\" gradientUnits=\"userSpaceOnUse\" {tail}>{inside}</{head}>"
        ));
        (format!("url(#{name})"), 1.0)
    }

    /// Defines a pattern, laid out on the page whatever map the item has, and gives the address of it.
    fn tiles(&mut self, rows: pattern::Rows, [marks, ground]: [Ink; 2], matrix: Matrix) -> String {
        let (name, side) = (self.name(), number(pattern::TILE));
        let whole = rectangle(0.0, 0.0, pattern::TILE, pattern::TILE);
        let at = markup::transform(matrix.inverse().unwrap_or(Matrix::IDENTITY));
        let at = at.replacen(" transform=", " patternTransform=", 1);
        let mut inside = String::new();
        for (segments, ink) in [(whole, ground), (pattern::marks(rows), marks)] {
            let (data, fill) = (markup::path_data(&segments), ink.rgb);
            let opacity = markup::opacity("fill", ink.alpha);
            // Writing to a String cannot fail.
            let _ = write!(inside, "<path d=\"{data}\" fill=\"{fill}\"{opacity}/>");
        }
        self.line(format_args!(
            "<pattern id=\"{name}\" patternUnits=\"userSpaceOnUse\" width=\"{side}\" height=\"{side}\"{at}>{inside}</pattern>"
        ));
        format!("url(#{name})")
    }

    fn path(&mut self, item: &PathItem) {
        let line = self.path_line(item);
        self.line(format_args!("{line}"));
    }

    /// The element of a path; what it is painted with is defined first.
    fn path_line(&mut self, item: &PathItem) -> String {
        let mut look = match &item.fill {
            Some(fill) => {
                let (fill, opacity) = self.paint(fill, item.matrix);
                let rule = if item.even_odd {
                    " fill-rule=\"evenodd\""
                } else {
                    ""
                };
                format!("fill=\"{fill}\"{}{rule}", markup::opacity("fill", opacity))
            }
            None => "fill=\"none\"".to_owned(),
        };
        if let Some(stroke) = &item.stroke {
            let (paint, opacity) = self.paint(&stroke.paint, item.matrix);
            let opacity = markup::opacity("stroke", opacity);
            let line = markup::line(stroke);
            let _ = write!(look, " stroke=\"{paint}\"{opacity}{line}");
        }
        let data = markup::path_data(&item.segments);
        let at = markup::transform(item.matrix);
        format!("<path d=\"{data}\" {look}{at}/>")
    }

    fn glyphs(&mut self, run: &GlyphRun) {
        let Some(face) = self.fonts.face(run.face) else {
            return;
        };
        let outlines = face.outlines.outline_glyphs();
        let mut pen = Pen {
            segments: Vec::new(),
            x: 0.0,
            y: 0.0,
        };
        for glyph in &run.glyphs {
            (pen.x, pen.y) = (run.x + glyph.x, run.y - glyph.rise);
            let size = Size::new(narrow(run.size));
            let settings = DrawSettings::unhinted(size, LocationRef::default());
            if let Some(outline) = outlines.get(GlyphId::new(glyph.id)) {
                // A glyph that cannot be drawn leaves its space empty.
                let _ = outline.draw(settings, &mut pen);
            }
        }
        let data = markup::path_data(&pen.segments);
        let at = markup::transform(run.matrix);
        let opacity = markup::opacity("fill", run.ink.alpha);
        let (fill, said) = (run.ink.rgb, escaped(&run.text));
        self.line(format_args!(
            "<g role=\"text\" aria-label=\"{said}\"><path d=\"{data}\" fill=\"{fill}\"{opacity}{at}/></g>"
        ));
    }

    fn image(&mut self, item: &ImageItem) {
        let Some(address) = data(item, self.assets) else {
            return;
        };
        let [x, y, w, h] = item.place;
        let crop = item.crop;
        let (full_w, full_h) = (
            w / (1.0 - crop.left - crop.right),
            h / (1.0 - crop.top - crop.bottom),
        );
        let bound = if item.clip.is_empty() {
            rectangle(x, y, w, h)
        } else {
            item.clip.clone()
        };
        let clip = self.clip(&bound, false);
        let at = markup::transform(item.matrix);
        let opacity = number(item.opacity);
        let (left, top) = (
            number(x - crop.left * full_w),
            number(y - crop.top * full_h),
        );
        let (wide, high) = (number(full_w), number(full_h));
        let said = item.alt.as_deref().map(escaped).unwrap_or_default();
        self.line(format_args!(
            "<g{at}><g clip-path=\"url(#{clip})\" opacity=\"{opacity}\"><image x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" preserveAspectRatio=\"none\" href=\"{address}\"><title>{said}</title></image></g></g>"
        ));
    }

    /// Addresses of the web and of mail only: others could run in the page that shows the picture.
    fn link(&mut self, area: &LinkArea) {
        let Link::Url(url) = &area.link else {
            return;
        };
        let lower = url.to_ascii_lowercase();
        if !["http://", "https://", "mailto:"]
            .iter()
            .any(|s| lower.starts_with(s))
        {
            return;
        }
        let [l, t, r, b] = area.bounds;
        let data = markup::path_data(&rectangle(l, t, r - l, b - t));
        let url = escaped(url);
        self.line(format_args!(
            "<a href=\"{url}\"><path d=\"{data}\" fill=\"#000000\" fill-opacity=\"0\"/></a>"
        ));
    }
}

/// A picture as a `data:` address: the forms that browsers know as they are, photographs in other colours as JPEG, others
/// as PNG.
fn data(item: &ImageItem, assets: &dyn AssetSource) -> Option<String> {
    let bytes = item.bytes(assets)?;
    let seen = crate::package::sniff::sniff(&bytes).content_type;
    let seen = seen.filter(|_| item.recolor.is_empty());
    if let Some(kind @ ("image/png" | "image/jpeg" | "image/gif" | "image/webp")) = seen {
        return Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)));
    }
    let pixels = item.pixels(assets)?;
    let photograph = picture::is_jpeg(&bytes).then(|| picture::photograph(&pixels));
    if let Some(jpeg) = photograph.flatten() {
        return Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)));
    }
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).ok()?;
    let png = STANDARD.encode(png.into_inner());
    Some(format!("data:image/png;base64,{png}"))
}

/// Takes a glyph's outline, turned upside down and moved to its place.
struct Pen {
    segments: Vec<Segment>,
    x: f64,
    y: f64,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f64, f64) {
        Matrix([1.0, 0.0, 0.0, -1.0, self.x, self.y]).apply(f64::from(x), f64::from(y))
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.segments.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.segments.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        let ((a, b), (x, y)) = (self.at(a, b), self.at(x, y));
        self.segments.push(Segment::Quad(a, b, x, y));
    }

    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let ((a, b), (c, d), (x, y)) = (self.at(a, b), self.at(c, d), self.at(x, y));
        self.segments.push(Segment::Cubic(a, b, c, d, x, y));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}
