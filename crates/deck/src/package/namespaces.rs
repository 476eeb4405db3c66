//! Namespaces: one internal form, whatever prefix a file uses and whether it is Strict or Transitional (ECMA-376 part 1).

/// The namespaces that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ns {
    /// None at all: most attributes.
    None,
    /// `p:` `PresentationML`.
    P,
    /// `a:` `DrawingML`.
    A,
    /// `r:` references to relationships.
    R,
    /// The package's own relationships.
    Relationships,
    /// The package's content types.
    ContentTypes,
    /// `mc:` alternatives.
    Mc,
    /// `c:` charts.
    Chart,
    /// `dgm:` the data of diagrams.
    Diagram,
    /// `dsp:` the drawing of diagrams.
    DiagramDrawing,
    /// `p14:` `PowerPoint` 2010.
    P14,
    /// `a14:` `DrawingML` 2010.
    A14,
    /// `asvg:` the SVG twin of a picture.
    Svg,
    /// `dc:` Dublin Core.
    Dc,
    /// `dcterms:` Dublin Core terms.
    DcTerms,
    /// `cp:` core properties.
    Core,
    /// Extended properties.
    App,
    /// `m:` formulas.
    Math,
    /// `p188:` threaded comments.
    Threads,
    /// `office:` OpenDocument.
    Office,
    /// `draw:` OpenDocument drawings.
    Draw,
    /// `style:` OpenDocument styles.
    Style,
    /// `text:` OpenDocument text.
    Text,
    /// `table:` OpenDocument tables.
    Table,
    /// `presentation:` OpenDocument presentations.
    Presentation,
    /// `svg:` what OpenDocument took from SVG.
    SvgLike,
    /// `fo:` what OpenDocument took from XSL.
    Fo,
    /// `xlink:` references.
    XLink,
    /// `meta:` OpenDocument properties.
    Meta,
    /// `chart:` OpenDocument charts.
    OdfChart,
    /// `manifest:` the parts of an OpenDocument package.
    Manifest,
    /// `dr3d:` OpenDocument scenes.
    Scene,
    /// `anim:` OpenDocument animation.
    Animation,
    /// `loext:` what `LibreOffice` adds to OpenDocument.
    Loext,
    /// Anything else.
    Other,
}

const NAMESPACES: &[(&str, Ns)] = &[
    (
        "http://schemas.openxmlformats.org/presentationml/2006/main",
        Ns::P,
    ),
    ("http://purl.oclc.org/ooxml/presentationml/main", Ns::P),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        Ns::A,
    ),
    ("http://purl.oclc.org/ooxml/drawingml/main", Ns::A),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        Ns::R,
    ),
    (
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
        Ns::R,
    ),
    (
        "http://schemas.openxmlformats.org/package/2006/relationships",
        Ns::Relationships,
    ),
    (
        "http://schemas.openxmlformats.org/package/2006/content-types",
        Ns::ContentTypes,
    ),
    (
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        Ns::Mc,
    ),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/chart",
        Ns::Chart,
    ),
    ("http://purl.oclc.org/ooxml/drawingml/chart", Ns::Chart),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        Ns::Diagram,
    ),
    ("http://purl.oclc.org/ooxml/drawingml/diagram", Ns::Diagram),
    (
        "http://schemas.microsoft.com/office/drawing/2008/diagram",
        Ns::DiagramDrawing,
    ),
    (
        "http://schemas.microsoft.com/office/powerpoint/2010/main",
        Ns::P14,
    ),
    (
        "http://schemas.microsoft.com/office/drawing/2010/main",
        Ns::A14,
    ),
    (
        "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
        Ns::Svg,
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        Ns::Math,
    ),
    ("http://purl.oclc.org/ooxml/officeDocument/math", Ns::Math),
    (
        "http://schemas.microsoft.com/office/powerpoint/2018/8/main",
        Ns::Threads,
    ),
    ("http://purl.org/dc/elements/1.1/", Ns::Dc),
    ("http://purl.org/dc/terms/", Ns::DcTerms),
    (
        "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        Ns::Core,
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        Ns::App,
    ),
    (
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
        Ns::App,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        Ns::Office,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        Ns::Draw,
    ),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", Ns::Style),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", Ns::Text),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", Ns::Table),
    (
        "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
        Ns::Presentation,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        Ns::SvgLike,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        Ns::Fo,
    ),
    ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", Ns::Meta),
    (
        "urn:oasis:names:tc:opendocument:xmlns:chart:1.0",
        Ns::OdfChart,
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
        Ns::Manifest,
    ),
    ("urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0", Ns::Scene),
    (
        "urn:oasis:names:tc:opendocument:xmlns:animation:1.0",
        Ns::Animation,
    ),
    ("http://www.w3.org/1999/xlink", Ns::XLink),
    (
        "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
        Ns::Loext,
    ),
];

impl Ns {
    /// The internal form of an address.
    pub fn of(address: &str) -> Self {
        if address.is_empty() {
            return Self::None;
        }
        NAMESPACES
            .iter()
            .find(|(known, _)| *known == address)
            .map_or(Self::Other, |(_, ns)| *ns)
    }
}

/// The prefixes that are declared where a reader stands, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Bindings<'a> {
    declared: Vec<(Key, &'a str, Ns)>,
}

/// The length of a prefix and its first letters: of two prefixes with one key the letters behind those are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key([u8; 8]);

impl Key {
    fn of(prefix: &str) -> Self {
        let mut key = [0; 8];
        for (to, from) in key.iter_mut().zip(prefix.bytes()) {
            *to = from;
        }
        key[7] = u8::try_from(prefix.len()).unwrap_or(u8::MAX);
        Self(key)
    }

    fn is_whole(self) -> bool {
        self.0[7] <= 7
    }
}

impl<'a> Bindings<'a> {
    /// How many there are, to come back to with [`Bindings::truncate`].
    pub(super) fn len(&self) -> usize {
        self.declared.len()
    }

    /// Forgets what was declared since there were so many.
    pub(super) fn truncate(&mut self, len: usize) {
        self.declared.truncate(len);
    }

    /// Adds a declaration; the default namespace has an empty prefix.
    pub(super) fn declare(&mut self, prefix: &'a str, ns: Ns) {
        self.declared.push((Key::of(prefix), prefix, ns));
    }

    /// What a prefix means; `Other` where it is not declared.
    pub(super) fn of_prefix(&self, prefix: &str) -> Ns {
        self.find(prefix).unwrap_or(Ns::Other)
    }

    /// The namespace of an element; none where it has no prefix and there is no default.
    pub(super) fn of_element(&self, prefix: &str) -> Ns {
        let undeclared = if prefix.is_empty() {
            Ns::None
        } else {
            Ns::Other
        };
        self.find(prefix).unwrap_or(undeclared)
    }

    fn find(&self, prefix: &str) -> Option<Ns> {
        let key = Key::of(prefix);
        let mut declared = self.declared.iter().rev();
        let same = |(own, known, _): &&(Key, &str, Ns)| {
            *own == key && (key.is_whole() || *known == prefix)
        };
        declared.find(same).map(|(_, _, ns)| *ns)
    }
}
