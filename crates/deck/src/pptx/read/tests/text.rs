//! Runs, breaks, fields, links and notes.

use super::{Sample, codes, shape, texts};
use crate::model::text::Link;

#[test]
fn runs_that_look_alike_become_one_and_breaks_stay() {
    let text = "<a:p><a:r><a:rPr lang='en-US'/><a:t>One </a:t></a:r><a:r><a:rPr lang='en-US'/><a:t>word</a:t></a:r><a:br/><a:br/>\
        <a:r><a:rPr lang='en-US' b='1'/><a:t>bold</a:t></a:r><a:r><a:rPr lang='de-DE' b='1'/><a:t>er</a:t></a:r></a:p>";
    let deck = Sample::of(&[&shape(2, "", text)]).deck();
    assert_eq!(
        texts(&deck.slides[0].elements[0]),
        ["One word", "\n", "\n", "bolder"]
    );
}

#[test]
fn a_field_shows_its_last_value() {
    let text = "<a:p><a:r><a:t>Page </a:t></a:r><a:fld type='slidenum' id='{1}'><a:t>7</a:t></a:fld></a:p>";
    let deck = Sample::of(&[&shape(2, "", text)]).deck();
    let runs = &deck.slides[0].elements[0].text.as_ref().unwrap().paragraphs[0].runs;
    assert_eq!(
        (runs[1].text.as_str(), runs[1].field.as_deref()),
        ("7", Some("slidenum"))
    );
}

#[test]
fn links_lead_outside_to_slides_and_to_actions() {
    let click = |link: &str| format!("<a:p><a:r><a:rPr>{link}</a:rPr><a:t>go</a:t></a:r></a:p>");
    let all = [
        click("<a:hlinkClick r:id='web'/>"),
        click("<a:hlinkClick r:id='two' action='ppaction://hlinksldjump'/>"),
        click("<a:hlinkClick r:id='' action='ppaction://hlinkshowjump?jump=nextslide'/>"),
        click("<a:hlinkClick r:id='gone' action='ppaction://hlinksldjump'/>"),
    ]
    .concat();
    let deck = Sample::of(&[&shape(2, "", &all), ""])
        .linked("web", "hyperlink", "https://example.org/")
        .linked("two", "slide", "s1.xml")
        .linked("gone", "slide", "s9.xml")
        .deck();
    let paragraphs = &deck.slides[0].elements[0].text.as_ref().unwrap().paragraphs;
    let links: Vec<_> = paragraphs
        .iter()
        .map(|paragraph| paragraph.runs[0].link.clone())
        .collect();
    assert_eq!(
        links,
        [
            Some(Link::Url("https://example.org/".to_owned())),
            Some(Link::Slide("257".to_owned())),
            Some(Link::Action("nextslide".to_owned())),
            None
        ]
    );
    assert_eq!(codes(&deck), ["broken_link"]);
}

#[test]
fn notes_are_the_body_of_the_notes_page() {
    let notes = |body: &str| {
        format!(
            "<p:cSld><p:spTree>{}{}</p:spTree></p:cSld>",
            super::placeholder(2, "type='sldNum'", "<a:p><a:r><a:t>4</a:t></a:r></a:p>"),
            super::placeholder(3, "type='body' idx='1'", body)
        )
    };
    let read = |body: &str| {
        Sample::of(&[""])
            .linked("n", "notesSlide", "../notesSlides/n.xml")
            .with_xml("ppt/notesSlides/n.xml", "p:notes", &notes(body))
            .deck()
    };
    let deck = read("<a:p><a:r><a:t>Say this</a:t></a:r></a:p>");
    assert_eq!(
        deck.slides[0].notes.as_ref().unwrap().paragraphs[0].runs[0].text,
        "Say this"
    );
    assert_eq!(read("<a:p/>").slides[0].notes, None);
}

#[test]
fn of_alternatives_one_is_read() {
    let both = format!(
        "<mc:AlternateContent><mc:Choice Requires='p14'>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>\
         <mc:AlternateContent><mc:Choice Requires='cx9'>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>",
        shape(2, "", "<a:p><a:r><a:t>new</a:t></a:r></a:p>"),
        shape(3, "", "<a:p><a:r><a:t>old</a:t></a:r></a:p>"),
        shape(4, "", "<a:p><a:r><a:t>future</a:t></a:r></a:p>"),
        shape(5, "", "<a:p><a:r><a:t>fallback</a:t></a:r></a:p>"),
    );
    let deck = Sample::of(&[&both]).deck();
    let all: Vec<_> = deck.slides[0].elements.iter().flat_map(texts).collect();
    assert_eq!(all, ["new", "fallback"]);
}

#[test]
fn a_title_is_taken_from_the_first_slide_where_the_properties_have_none() {
    let title = super::placeholder(
        2,
        "type='ctrTitle'",
        "<a:p><a:r><a:t>Our</a:t></a:r></a:p><a:p><a:r><a:t>year</a:t></a:r></a:p>",
    );
    assert_eq!(Sample::of(&[&title]).deck().title, "Our year");
}

#[test]
fn the_line_below_text_may_have_a_colour_of_its_own() {
    let run =
        |own: &str| format!("<a:p><a:r><a:rPr u='wavy'>{own}</a:rPr><a:t>x</a:t></a:r></a:p>");
    let red = "<a:solidFill><a:srgbClr val='C00000'/></a:solidFill>";
    let all = [
        run(""),
        run("<a:uLnTx/><a:uFillTx/>"),
        run(&format!("<a:uFill>{red}</a:uFill>")),
        run(&format!("<a:uLn w='9525'>{red}</a:uLn>")),
        run(&format!("<a:uLn w='9525'>{red}</a:uLn><a:uFillTx/>")),
        run(&format!("<a:uFill>{red}</a:uFill>")).replace("u='wavy'", "u='none'"),
    ];
    let deck = Sample::of(&[&shape(2, "", &all.concat())]).deck();
    let paragraphs = &deck.slides[0].elements[0].text.as_ref().unwrap().paragraphs;
    let colors = paragraphs.iter().map(|own| {
        let color = own.runs[0].style.underline_color.as_ref();
        color.map(|color| color.rgb.to_string())
    });
    let red = Some("#C00000".to_owned());
    assert_eq!(
        colors.collect::<Vec<_>>(),
        [None, None, red.clone(), red, None, None]
    );
}
