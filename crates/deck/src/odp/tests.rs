//! Packages made by hand: what a page holds arrives, what is lost is told, and what is hostile ends typed.

use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;

use super::normalize::normalize;
use super::presentation::parse;
use crate::error::ReadError;
use crate::model::deck::Deck;
use crate::model::element::{Content, Element};
use crate::model::geometry::Geometry;
use crate::model::paint::Fill;
use crate::model::text::{BulletMark, Link, Paragraph};
use crate::model::units::Emu;
use crate::package::limits::PackageLimits;
use crate::schema::json::write_deck;
use crate::watch::Unwatched;

/// The documented list of what is not understood.
const LIST: &str = include_str!("../../../../docs/UNSUPPORTED.md");
const KIND: &str = "application/vnd.oasis.opendocument.presentation";
const SPACES: &str = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
    xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' \
    xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' \
    xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
    xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
    xmlns:presentation='urn:oasis:names:tc:opendocument:xmlns:presentation:1.0' \
    xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' \
    xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' \
    xmlns:chart='urn:oasis:names:tc:opendocument:xmlns:chart:1.0' \
    xmlns:dr3d='urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0' \
    xmlns:anim='urn:oasis:names:tc:opendocument:xmlns:animation:1.0' \
    xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xlink='http://www.w3.org/1999/xlink'";
const STYLES: &str = "<office:styles>\
    <style:default-style style:family='graphic'><style:text-properties fo:font-size='20pt' fo:font-family='Base'/></style:default-style>\
    <style:style style:name='standard' style:family='graphic'><style:graphic-properties draw:fill='solid' draw:fill-color='#112233' \
      draw:stroke='none'/></style:style>\
    <style:style style:name='M-outline1' style:family='presentation'><style:text-properties fo:font-size='30pt'/></style:style>\
    <style:style style:name='M-outline2' style:family='presentation' style:parent-style-name='M-outline1'>\
      <style:text-properties fo:font-size='50%'/></style:style></office:styles>\
    <office:automatic-styles><style:page-layout style:name='PM'><style:page-layout-properties fo:page-width='25.4cm' \
      fo:page-height='19.05cm'/></style:page-layout></office:automatic-styles>\
    <office:master-styles><style:master-page style:name='M' style:page-layout-name='PM'>\
      <draw:rect svg:x='0cm' svg:y='0cm' svg:width='1cm' svg:height='1cm' draw:style-name='standard'/>\
      <draw:frame presentation:class='page-number' svg:width='1cm' svg:height='1cm'><draw:text-box><text:p><text:page-number/>\
      </text:p></draw:text-box></draw:frame></style:master-page></office:master-styles>";

fn zipped(parts: &[(&str, &[u8])]) -> Arc<[u8]> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner().into()
}

fn content(automatic: &str, pages: &str) -> String {
    format!(
        "<office:document-content {SPACES}><office:automatic-styles>{automatic}</office:automatic-styles>\
         <office:body><office:presentation>{pages}</office:presentation></office:body></office:document-content>"
    )
}

fn package(content: &str, more: &[(&str, &[u8])]) -> Arc<[u8]> {
    let styles = format!("<office:document-styles {SPACES}>{STYLES}</office:document-styles>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("mimetype", KIND.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("styles.xml", styles.as_bytes()),
    ];
    parts.extend_from_slice(more);
    zipped(&parts)
}

fn read(bytes: Arc<[u8]>) -> Result<Deck, ReadError> {
    let parsed = parse(&PackageLimits::default(), bytes)?;
    normalize(&parsed, &Unwatched).map(|read| read.deck)
}

fn deck(automatic: &str, pages: &str) -> Deck {
    read(package(&content(automatic, pages), &[])).unwrap()
}

fn page(inside: &str) -> Deck {
    deck(
        "",
        &format!("<draw:page draw:name='one' draw:master-page-name='M'>{inside}</draw:page>"),
    )
}

fn only(deck: &Deck) -> &Element {
    assert_eq!(
        deck.slides[0].elements.len(),
        1,
        "{:?}",
        deck.slides[0].elements
    );
    &deck.slides[0].elements[0]
}

fn paragraphs(element: &Element) -> &[Paragraph] {
    &element.text.as_ref().unwrap().paragraphs
}

fn words(paragraph: &Paragraph) -> String {
    paragraph.runs.iter().map(|run| run.text.as_str()).collect()
}

fn said(deck: &Deck, code: &str) {
    assert!(
        LIST.contains(&format!("`{code}`")),
        "`{code}` is not in the list"
    );
    let found = deck.warnings.iter().any(|warning| warning.code == code);
    assert!(found, "no `{code}` in {:?}", deck.warnings);
}

#[test]
fn a_page_has_the_size_and_the_shapes_of_its_master() {
    let deck = page("");
    assert_eq!(
        (deck.size.width, deck.size.height),
        (Emu(9_144_000), Emu(6_858_000))
    );
    assert_eq!(deck.slides[0].layout.as_deref(), Some("layout1"));
    let behind = &deck.masters[0].elements[0];
    let Some(Fill::Solid { color }) = &behind.fill else {
        panic!("no fill: {behind:?}")
    };
    assert_eq!(color.rgb.to_string(), "#112233");
    write_deck(&deck, false);
}

#[test]
fn styles_come_from_spans_paragraphs_shapes_and_defaults() {
    let styles = "<style:style style:name='gr' style:family='graphic' style:parent-style-name='standard'>\
          <style:text-properties fo:font-weight='bold'/></style:style>\
        <style:style style:name='P' style:family='paragraph'><style:paragraph-properties fo:text-align='center' \
          fo:line-height='90%' fo:margin-top='12pt'/></style:style>\
        <style:style style:name='T' style:family='text'><style:text-properties fo:color='#ff0000' fo:font-size='150%'/></style:style>";
    let deck = deck(
        styles,
        "<draw:page draw:master-page-name='M'><draw:rect draw:style-name='gr' svg:width='5cm' svg:height='2cm'>\
         <text:p text:style-name='P'>plain <text:span text:style-name='T'>red<text:s text:c='2'/>one</text:span></text:p>\
         </draw:rect></draw:page>",
    );
    let paragraph = &paragraphs(only(&deck))[0];
    assert_eq!(words(paragraph), "plain red  one");
    let [plain, red] = paragraph.runs.as_slice() else {
        panic!("two runs: {:?}", paragraph.runs)
    };
    assert!(plain.style.bold && red.style.bold);
    assert_eq!(plain.style.font, "Base");
    assert!((plain.style.size - 20.0).abs() < 1e-9 && (red.style.size - 30.0).abs() < 1e-9);
    assert_eq!(red.style.color.rgb.to_string(), "#FF0000");
    assert_eq!(paragraph.align, crate::model::text::Align::Center);
}

#[test]
fn the_colour_of_the_window_is_seen_whatever_its_opacity() {
    let styles = "<style:style style:name='T' style:family='text'><style:text-properties fo:color='#ffffff' x:opacity='0%' \
        style:use-window-font-color='true' xmlns:x='urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0'/></style:style>\
        <style:style style:name='pr' style:family='presentation' style:parent-style-name='standard'/>";
    let deck = deck(
        styles,
        "<draw:page><draw:rect presentation:style-name='pr'><text:p><text:span text:style-name='T'>seen</text:span></text:p>\
         </draw:rect></draw:page>",
    );
    let color = &paragraphs(only(&deck))[0].runs[0].style.color;
    assert_eq!(
        (color.rgb.to_string().as_str(), color.alpha),
        ("#000000", 1.0)
    );
    assert!(
        only(&deck).fill.is_some(),
        "placeholders stand on the styles of shapes"
    );
}

#[test]
fn lists_have_levels_marks_and_places() {
    let styles = "<text:list-style style:name='L'>\
        <text:list-level-style-bullet text:level='1' text:bullet-char='•'><style:list-level-properties text:space-before='0.5cm' \
          text:min-label-width='1cm'/></text:list-level-style-bullet>\
        <text:list-level-style-number text:level='2' style:num-format='a' style:num-suffix=')'><style:list-level-properties \
          text:min-label-width='1cm'/></text:list-level-style-number></text:list-style>\
        <style:style style:name='pr' style:family='presentation' style:parent-style-name='M-outline1'/>";
    let deck = deck(
        styles,
        "<draw:page draw:master-page-name='M'><draw:frame presentation:style-name='pr' presentation:class='outline' \
         svg:width='9cm' svg:height='9cm'><draw:text-box><text:list text:style-name='L'><text:list-item><text:p>one</text:p>\
         <text:p>more</text:p><text:list><text:list-item><text:p>two</text:p></text:list-item></text:list></text:list-item>\
         </text:list></draw:text-box></draw:frame></draw:page>",
    );
    let outline = only(&deck);
    assert_eq!(outline.placeholder.as_ref().unwrap().role, "body");
    let [one, more, two] = paragraphs(outline) else {
        panic!("three paragraphs")
    };
    assert_eq!((one.level, more.level, two.level), (0, 0, 1));
    assert_eq!(
        one.bullet.as_ref().unwrap().mark,
        BulletMark::Char("•".to_owned())
    );
    assert_eq!((one.margin, one.indent), (Emu(540_000), Emu(-360_000)));
    assert!(
        more.bullet.is_none(),
        "only the first paragraph of an item has its mark"
    );
    let number = BulletMark::Number {
        scheme: "alphaLcParenR".to_owned(),
        start: 1,
    };
    assert_eq!(two.bullet.as_ref().unwrap().mark, number);
    assert!((one.runs[0].style.size - 30.0).abs() < 1e-9);
    assert!(
        (two.runs[0].style.size - 15.0).abs() < 1e-9,
        "the outline's second level"
    );
}

#[test]
fn tables_have_every_cell_and_their_spans() {
    let deck = page(
        "<draw:frame svg:width='8cm' svg:height='2cm'><table:table><table:table-column table:number-columns-repeated='2'/>\
         <table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>wide</text:p></table:table-cell>\
         <table:covered-table-cell/></table:table-row>\
         <table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell/></table:table-row>\
         </table:table></draw:frame>",
    );
    let Content::Table(table) = &only(&deck).content else {
        panic!("no table")
    };
    assert_eq!(table.columns, [Emu(1_440_000), Emu(1_440_000)]);
    assert_eq!(table.rows[0].cells[0].column_span, Some(2));
    assert!(table.rows[0].cells[1].covered);
    assert_eq!(
        words(&table.rows[1].cells[0].text.as_ref().unwrap().paragraphs[0]),
        "a"
    );
}

#[test]
fn shapes_turn_group_connect_and_say_what_they_are() {
    let deck = page(
        "<draw:g><draw:ellipse draw:id='a' svg:x='1cm' svg:y='1cm' svg:width='2cm' svg:height='2cm'><svg:title>Sun</svg:title>\
         </draw:ellipse><draw:rect svg:width='2cm' svg:height='1cm' draw:transform='rotate (1.5707963) translate (5cm 5cm)'/>\
         </draw:g><draw:connector draw:start-shape='a' draw:end-shape='gone' svg:x1='3cm' svg:y1='4cm' svg:x2='1cm' svg:y2='4cm' \
         draw:type='line'/>",
    );
    let [group, line] = deck.slides[0].elements.as_slice() else {
        panic!("two elements")
    };
    let Content::Group { elements } = &group.content else {
        panic!("no group")
    };
    assert_eq!(elements[0].alt.as_deref(), Some("Sun"));
    assert!((elements[1].frame.rotation - 270.0).abs() < 0.01);
    assert_eq!(group.frame.x, Emu(360_000));
    let Content::Connector { start, end } = &line.content else {
        panic!("no connector")
    };
    assert_eq!(
        start.as_ref().map(|start| start.element.as_str()),
        Some(elements[0].id.as_str())
    );
    assert!(end.is_none() && line.frame.flip_h);
}

#[test]
fn custom_shapes_are_presets_where_they_can_be_and_paths_else() {
    let shaped = |inside: &str| {
        let deck = page(&format!(
            "<draw:custom-shape svg:width='4cm' svg:height='2cm'><draw:enhanced-geometry {inside}</draw:enhanced-geometry>\
             </draw:custom-shape>"
        ));
        (only(&deck).geometry.clone(), deck)
    };
    let (preset, _) = shaped("draw:type='ooxml-roundRect' draw:modifiers='25000'>");
    let Some(Geometry::Preset(preset)) = preset else {
        panic!("no preset")
    };
    assert_eq!(
        (preset.name.as_str(), preset.adjustments["adj"]),
        ("roundRect", 25_000)
    );
    let (path, _) = shaped(
        "svg:viewBox='0 0 100 100' draw:type='mine' draw:modifiers='40' draw:enhanced-path='M 0 0 L ?f0 0 ?f0 100 Z N'>\
         <draw:equation draw:name='f0' draw:formula='$0 *2'/>",
    );
    let Some(Geometry::Custom(path)) = path else {
        panic!("no path")
    };
    assert_eq!(path.paths[0].d, "M 0 0 L 80 0 L 80 100 Z");
    let (none, told) = shaped("draw:type='odd' draw:enhanced-path='? ?'>");
    assert!(none.is_none());
    said(&told, "unknown_graphic");
}

#[test]
fn notes_comments_links_hidden_pages_and_numbers_arrive() {
    let deck = deck(
        "<style:style style:name='dp' style:family='drawing-page'><style:drawing-page-properties \
         presentation:visibility='hidden' presentation:display-page-number='true'/></style:style>",
        "<draw:page draw:name='one' draw:master-page-name='M'><draw:frame svg:width='1cm' svg:height='1cm'><draw:text-box><text:p>\
         <text:a xlink:href='#two'>there</text:a></text:p></draw:text-box></draw:frame>\
         <office:annotation><dc:creator>Ann</dc:creator><text:p>Why?</text:p></office:annotation>\
         <presentation:notes><draw:page-thumbnail/><draw:frame presentation:class='notes'><draw:text-box><text:p>Say it.</text:p>\
         </draw:text-box></draw:frame></presentation:notes></draw:page>\
         <draw:page draw:name='two' draw:style-name='dp' draw:master-page-name='M'/>",
    );
    let [one, two] = deck.slides.as_slice() else {
        panic!("two slides")
    };
    let run = &paragraphs(&one.elements[0])[0].runs[0];
    assert_eq!(run.link, Some(Link::Slide(two.id.clone())));
    assert_eq!(words(&one.notes.as_ref().unwrap().paragraphs[0]), "Say it.");
    assert_eq!(
        (
            one.comments[0].author.as_str(),
            one.comments[0].text.as_str()
        ),
        ("Ann", "Why?")
    );
    assert!(two.hidden && !one.hidden);
    assert_eq!(one.elements.len(), 1, "no number where the page shows none");
    assert_eq!(two.elements[0].placeholder.as_ref().unwrap().role, "sldNum");
}

#[test]
fn a_chart_has_the_values_of_its_own_table_and_an_object_its_picture() {
    let chart = format!(
        "<office:document-content {SPACES}><office:body><office:chart><chart:chart chart:class='chart:bar'><chart:plot-area>\
         <chart:axis chart:dimension='x'><chart:categories table:cell-range-address='local-table.$A$2:.$A$3'/></chart:axis>\
         <chart:series chart:values-cell-range-address='local-table.$B$2:.$B$3' chart:label-cell-address='local-table.$B$1'/>\
         </chart:plot-area><table:table><table:table-row><table:table-cell/><table:table-cell><text:p>Sold</text:p></table:table-cell>\
         </table:table-row><table:table-row><table:table-cell><text:p>May</text:p></table:table-cell><table:table-cell office:value='3'/>\
         </table:table-row><table:table-row><table:table-cell><text:p>June</text:p></table:table-cell><table:table-cell office:value='4.5'/>\
         </table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>"
    );
    let pages = "<draw:page><draw:frame svg:width='9cm' svg:height='9cm'><draw:object xlink:href='./Object 1'/></draw:frame>\
        <draw:frame svg:width='9cm' svg:height='9cm'><draw:object xlink:href='./Gone'/><draw:image xlink:href='./Pictures/no.png'/>\
        </draw:frame></draw:page>";
    let deck = read(package(
        &content("", pages),
        &[("Object 1/content.xml", chart.as_bytes())],
    ));
    let deck = deck.unwrap();
    let Content::Chart { chart } = &deck.slides[0].elements[0].content else {
        panic!("no chart")
    };
    let series = &chart.plots[0].series[0];
    assert_eq!(series.name.as_deref(), Some("Sold"));
    assert_eq!(
        (
            series.categories.join(" ").as_str(),
            series.values.as_slice()
        ),
        ("May June", &[Some(3.0), Some(4.5)][..])
    );
    assert!(matches!(
        deck.slides[0].elements[1].content,
        Content::Ole(_)
    ));
    said(&deck, "missing_part");
}

#[test]
fn what_is_lost_is_told() {
    let told = |inside: &str, code: &str| said(&page(inside), code);
    told("<dr3d:scene svg:width='1cm' svg:height='1cm'/>", "three_d");
    told(
        "<draw:control svg:width='1cm' svg:height='1cm'/>",
        "control",
    );
    told(
        "<draw:novelty svg:width='1cm' svg:height='1cm'/>",
        "unknown_graphic",
    );
    told(
        "<draw:frame><draw:image xlink:href='https://example.org/a.png'/></draw:frame>",
        "external_content",
    );
    told(
        "<draw:rect><text:p>a<draw:frame/></text:p></draw:rect>",
        "shape_in_text",
    );
    told(
        "<draw:custom-shape><draw:enhanced-geometry draw:type='fontwork-wave'/></draw:custom-shape>",
        "text_warp",
    );
    told(
        "<anim:par><anim:par><anim:seq/></anim:par></anim:par>",
        "animation",
    );
}

#[test]
fn other_kinds_of_files_are_refused_by_name() {
    let of = |kind: &str| {
        read(zipped(&[
            ("mimetype", kind.as_bytes()),
            ("content.xml", b"<a/>"),
        ]))
    };
    for (kind, word) in [
        ("text", "text"),
        ("spreadsheet", "spreadsheet"),
        ("graphics", "drawing"),
    ] {
        let Err(ReadError::WrongType { detail }) =
            of(&format!("application/vnd.oasis.opendocument.{kind}"))
        else {
            panic!("{kind} was read")
        };
        assert!(detail.contains(word), "{detail}");
    }
    let locked = "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><m:file-entry><m:encryption-data/>\
         </m:file-entry></m:manifest>";
    let parts = [
        ("mimetype", KIND.as_bytes()),
        ("META-INF/manifest.xml", locked.as_bytes()),
    ];
    assert_eq!(read(zipped(&parts)), Err(ReadError::Encrypted));
}

#[test]
fn hostile_files_end_typed() {
    let whole = content("", "<draw:page/>");
    let broken = |text: &str| read(package(text, &[])).unwrap_err();
    assert!(matches!(broken("<a"), ReadError::Malformed { .. }));
    assert!(matches!(
        broken(&whole[..whole.len() - 20]),
        ReadError::Malformed { .. }
    ));
    assert!(matches!(
        broken(&format!("<!DOCTYPE a>{whole}")),
        ReadError::Unsafe { .. }
    ));
    let deep = format!(
        "{}{}",
        "<draw:g>".repeat(100_000),
        "</draw:g>".repeat(100_000)
    );
    let deep = content("", &format!("<draw:page>{deep}</draw:page>"));
    assert!(matches!(broken(&deep), ReadError::TooLarge { .. }));
    let limits = PackageLimits {
        xml_bytes: 1 << 20,
        ..PackageLimits::default()
    };
    let bomb = content("", &" ".repeat(2 << 20));
    let ended = parse(&limits, package(&bomb, &[])).map(|_| ());
    assert!(matches!(ended, Err(ReadError::TooLarge { .. })));
}

#[test]
fn absurd_counts_circles_and_numbers_stay_small() {
    let deck = deck(
        "<style:style style:name='a' style:family='graphic' style:parent-style-name='b'/>\
         <style:style style:name='b' style:family='graphic' style:parent-style-name='a'/>",
        "<draw:page><draw:rect draw:style-name='a' svg:x='1e300cm' svg:width='NaNcm' svg:height='-5cm'>\
         <text:p>a<text:s text:c='4000000000'/>b</text:p></draw:rect>\
         <draw:frame svg:width='1cm' svg:height='1cm'><table:table><table:table-column table:number-columns-repeated='4000000000'/>\
         <table:table-row table:number-rows-repeated='90'><table:table-cell table:number-columns-repeated='4000000000'/>\
         </table:table-row></table:table></draw:frame></draw:page>",
    );
    let [rect, table] = deck.slides[0].elements.as_slice() else {
        panic!("two elements")
    };
    assert!(rect.frame.x.0 <= Emu::LIMIT && rect.frame.height.0 == 0);
    assert_eq!(words(&paragraphs(rect)[0]).len(), 1_002);
    let Content::Table(table) = &table.content else {
        panic!("no table")
    };
    assert_eq!(table.rows[0].cells.len(), 1_000);
}
