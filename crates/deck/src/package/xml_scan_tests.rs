//! The scanner sees what quick-xml's reader sees, in texts that are whole and in texts that are bent.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::xml_scan::{Scanner, Token};
use super::xml_tree::grow;

const WHOLE: &str = "\u{FEFF}<?xml version=\"1.0\"?>\r\n<!-- a > b -->\n<p:a xmlns:p='x' xmlns=\"y\" p:b = \"1 &lt; 2\" c='\"'>\r\n\
    text &amp; more &#65;<b/><b c=\"ä\td\"  /><![CDATA[<raw> ]] &]]><p:c\n>é</p:c ><d e=''><f/></d></p:a>\n<?end?>";

/// What the two have to agree on, a line a token.
type Seen = Option<Vec<String>>;

fn ours(source: &str) -> Seen {
    grow("part", source, 64).ok()?;
    let mut scanner = Scanner::new(source);
    let mut seen = Vec::new();
    loop {
        let token = scanner.next().ok()?;
        let at = |(from, to): (usize, usize)| source[from..to].to_owned();
        match token {
            Token::Open(name, closes) => {
                let written = scanner.attributes.iter();
                let list: Vec<_> = written.map(|one| (at(one.name), at(one.value))).collect();
                seen.push(format!("open {} {list:?} {closes}", at(name)));
            }
            Token::Close(name) => seen.push(format!("close {}", at(name))),
            Token::Text(text) => seen.push(format!("text {}", at(text))),
            Token::Data(text) => seen.push(format!("data {}", at(text))),
            Token::Reference(name) => seen.push(format!("reference {}", at(name))),
            Token::DocType => return None,
            Token::Other => {}
            Token::End => return Some(seen),
        }
    }
}

fn theirs(source: &str) -> Seen {
    let mut reader = Reader::from_str(source);
    let (mut seen, mut depth, mut roots) = (Vec::new(), 0_usize, 0);
    loop {
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let mut list = Vec::new();
                for attribute in start.attributes() {
                    let attribute = attribute.ok()?;
                    let normal = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                    normal.ok()?;
                    list.push((attribute.key.0.to_owned(), attribute.value.into_owned()));
                }
                let closes = matches!(event, Event::Empty(_));
                let name = start.name();
                seen.push(format!("open {} {list:?} {closes}", name.0));
                roots += usize::from(depth == 0);
                depth += usize::from(!closes);
            }
            Event::End(end) => {
                seen.push(format!("close {}", end.name().0));
                depth -= 1;
            }
            Event::Text(text) => seen.push(format!("text {}", &*text)),
            Event::CData(text) => seen.push(format!("data {}", &*text)),
            Event::GeneralRef(name) => {
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*name);
                let letter = name.resolve_char_ref().ok()?;
                letter.map(drop).or(known.then_some(()))?;
                seen.push(format!("reference {}", &*name));
            }
            Event::DocType(_) => return None,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return (depth == 0 && roots == 1).then_some(seen),
        }
    }
}

/// Whether a tag has a name that the reader lets pass, though no name may hold such letters.
fn is_odd(line: &str) -> bool {
    let name = line
        .strip_prefix("open ")
        .or_else(|| line.strip_prefix("close "));
    let list = line
        .split("(\"")
        .skip(1)
        .filter_map(|pair| pair.split("\", \"").next());
    let name = name.map(|name| name.split(" [").next().unwrap_or(name));
    let mut names = name.into_iter().chain(list);
    name.is_some()
        && names.any(|name| name.is_empty() || name.contains(['/', '<', '"', '\'', '=', '&']))
}

#[test]
fn a_text_that_is_whole_is_seen_the_same() {
    assert_eq!(ours(WHOLE), theirs(WHOLE));
    assert!(ours(WHOLE).is_some_and(|seen| seen.len() > 15));
}

#[test]
fn a_text_that_is_bent_is_seen_the_same_or_refused_by_both() {
    const LETTERS: &[char] = &[
        '<', '>', '/', '=', '"', '\'', '&', ';', '!', '?', '-', '[', ']', ':', ' ', '\r', 'b', 'é',
    ];
    let mut state = 1_u64;
    let mut dice = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).map_or(0, |number| number % below)
    };
    let whole: Vec<char> = WHOLE.chars().collect();
    let mut read = 0;
    for _ in 0..20_000 {
        let mut bent = whole.clone();
        for _ in 0..=dice(3) {
            let at = dice(bent.len() - 1);
            match dice(3) {
                0 => bent[at] = LETTERS[dice(LETTERS.len())],
                1 => bent.insert(at, LETTERS[dice(LETTERS.len())]),
                _ => drop(bent.drain(at..(at + 1 + dice(6)).min(bent.len()))),
            }
        }
        let bent: String = bent.into_iter().collect();
        let (ours, theirs) = (ours(&bent), theirs(&bent));
        if ours.is_some()
            || !theirs
                .as_ref()
                .is_some_and(|seen| seen.iter().any(|one| is_odd(one)))
        {
            assert_eq!(ours, theirs, "{bent:?}");
        }
        read += usize::from(ours.is_some());
    }
    assert!(read > 1_000, "only {read} could be read");
}

#[test]
fn an_attribute_twice_is_refused_however_many_there_are() {
    let many: Vec<String> = (0..40).map(|number| format!(" a{number}=''")).collect();
    let many = many.concat();
    assert!(grow("part", &format!("<a{many}/>"), 4).is_ok());
    for twice in ["<a b='' b=''/>".to_owned(), format!("<a{many} a7=''/>")] {
        assert!(grow("part", &twice, 4).is_err());
    }
}

#[test]
fn prefixes_that_are_alike_in_their_first_letters_are_told_apart() {
    let text = "<office1:a xmlns:office1='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
        xmlns:office12='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' \
        xmlns:office123='urn:oasis:names:tc:opendocument:xmlns:style:1.0'><office12:b/><office123:c/></office1:a>";
    let grown = grow("part", text, 4).unwrap();
    let found: Vec<_> = grown.nodes.iter().map(|node| node.ns).collect();
    assert_eq!(
        found,
        [
            super::namespaces::Ns::Office,
            super::namespaces::Ns::Draw,
            super::namespaces::Ns::Style
        ]
    );
}

#[test]
fn more_prefixes_than_any_program_declares_are_refused() {
    let many: Vec<String> = (0..1_001)
        .map(|number| format!(" xmlns:a{number}=''"))
        .collect();
    let many = many.concat();
    assert!(matches!(
        grow("part", &format!("<a{many}/>"), 4),
        Err(crate::error::ReadError::TooLarge { .. })
    ));
}
