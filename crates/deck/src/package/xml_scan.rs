//! Markup in a text of XML, found one after the other as places in it: nothing is copied, and no letter is looked at twice.
//!
//! This is where most of the time of reading goes. A reader for streams checks each event's letters anew and hands out texts, and
//! takes three times as long; what is seldom (references, line ends) is still left to one.

/// From where to where in the source.
pub(super) type Place = (usize, usize);

/// What stands at a place of a text of XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A tag that opens, by its name; its attributes are in the scanner. `true` where it closes too.
    Open(Place, bool),
    /// A tag that closes, by its name.
    Close(Place),
    /// Letters between tags, without references.
    Text(Place),
    /// The letters of a section that is no markup.
    Data(Place),
    /// What stands between `&` and `;`.
    Reference(Place),
    /// The start of a document type.
    DocType,
    /// A comment, a declaration or an instruction.
    Other,
    /// Nothing is left.
    End,
}

/// An attribute as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) name: Place,
    pub(super) value: Place,
    /// Whether the value is meant as it stands: no references, no white space other than blanks.
    pub(super) plain: bool,
}

/// Where in the source it stands, and what was found so far.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    /// The attributes of the tag that was found last.
    pub(super) attributes: Vec<Written>,
}

type Found<T> = Result<T, &'static str>;

/// What a byte may end: white space 1, the end of a name 2, the end of a text 4, something to look at in a value 8.
const ENDS: [u8; 256] = {
    let mut ends = [0; 256];
    let (space, name, text, value) = (1, 2, 4, 8);
    ends[b' ' as usize] = space | name;
    ends[b'\t' as usize] = space | name | value;
    ends[b'\n' as usize] = space | name | value;
    ends[b'\r' as usize] = space | name | value;
    ends[b'/' as usize] = name;
    ends[b'>' as usize] = name;
    ends[b'=' as usize] = name;
    ends[b'"' as usize] = name | value;
    ends[b'\'' as usize] = name | value;
    ends[b'<' as usize] = name | text | value;
    ends[b'&' as usize] = text | value;
    ends
};
const SPACE: u8 = 1;
const NAME: u8 = 2;
const TEXT: u8 = 4;
const VALUE: u8 = 8;

impl<'a> Scanner<'a> {
    /// At the start of a text.
    pub(super) fn new(source: &'a str) -> Self {
        let mark = '\u{FEFF}';
        Self {
            bytes: source.as_bytes(),
            at: if source.starts_with(mark) {
                mark.len_utf8()
            } else {
                0
            },
            attributes: Vec::new(),
        }
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// Says what is not well formed.
    pub(super) fn next(&mut self) -> Found<Token> {
        match self.bytes.get(self.at) {
            None => Ok(Token::End),
            Some(b'<') => match self.bytes.get(self.at + 1) {
                Some(b'/') => self.close(),
                Some(b'!') => self.declared(),
                Some(b'?') => self.instruction(),
                Some(_) => self.open(),
                None => Err("a tag does not end"),
            },
            Some(b'&') => {
                let from = self.at + 1;
                let to = self.upto(from, |b| matches!(b, b';' | b'&' | b'<'));
                if self.bytes.get(to) != Some(&b';') {
                    return Err("`&` begins a reference that does not end");
                }
                self.at = to + 1;
                Ok(Token::Reference((from, to)))
            }
            Some(_) => {
                let from = self.at;
                self.at = self.until(from, TEXT);
                Ok(Token::Text((from, self.at)))
            }
        }
    }

    /// The first place from `from` on whose byte ends this.
    fn until(&self, from: usize, what: u8) -> usize {
        self.upto(from, |b| ENDS[usize::from(b)] & what != 0)
    }

    fn upto(&self, from: usize, ends: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = rest.iter().position(|b| ends(*b));
        from + length.unwrap_or(rest.len())
    }

    fn past_space(&self, from: usize) -> usize {
        self.upto(from, |b| ENDS[usize::from(b)] & SPACE == 0)
    }

    /// Goes behind the next `end`, seen from `skip` bytes on. Gives where it begins.
    fn beyond(&mut self, skip: usize, end: &[u8], fault: &'static str) -> Found<usize> {
        let from = self.at + skip;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        let found = from + found.ok_or(fault)?;
        self.at = found + end.len();
        Ok(found)
    }

    /// At `<?`.
    fn instruction(&mut self) -> Found<Token> {
        if self.bytes.get(self.at + 2) == Some(&b'>') {
            return Err("an instruction has no name");
        }
        self.beyond(2, b"?>", "an instruction does not end")?;
        Ok(Token::Other)
    }

    /// At `<!`.
    fn declared(&mut self) -> Found<Token> {
        let rest = &self.bytes[self.at + 2..];
        match rest {
            [b'-', b'-', ..] => {
                self.beyond(4, b"-->", "a comment does not end")?;
                Ok(Token::Other)
            }
            [b'D' | b'd', ..] => Ok(Token::DocType),
            _ if rest.starts_with(b"[CDATA[") => {
                let from = self.at + b"<![CDATA[".len();
                let to = self.beyond(from - self.at, b"]]>", "a CDATA section does not end")?;
                Ok(Token::Data((from, to)))
            }
            _ => Err("`<!` begins nothing that is known"),
        }
    }

    /// At `</`.
    fn close(&mut self) -> Found<Token> {
        let from = self.at + 2;
        let to = self.until(from, NAME);
        let end = self.past_space(to);
        if self.bytes.get(end) != Some(&b'>') {
            return Err("a closing tag does not end");
        }
        self.at = end + 1;
        Ok(Token::Close((from, to)))
    }

    /// At `<` before a name.
    fn open(&mut self) -> Found<Token> {
        let from = self.at + 1;
        let to = self.until(from, NAME);
        if to == from {
            return Err("a tag has no name");
        }
        self.attributes.clear();
        let mut at = to;
        loop {
            at = self.past_space(at);
            match self.bytes.get(at) {
                Some(b'>') => {
                    self.at = at + 1;
                    return Ok(Token::Open((from, to), false));
                }
                Some(b'/') if self.bytes.get(at + 1) == Some(&b'>') => {
                    self.at = at + 2;
                    return Ok(Token::Open((from, to), true));
                }
                Some(_) => at = self.attribute(at)?,
                None => return Err("a tag does not end"),
            }
        }
    }

    /// At the name of an attribute. Gives where it ends.
    fn attribute(&mut self, from: usize) -> Found<usize> {
        let name = (from, self.until(from, NAME));
        let sign = self.past_space(name.1);
        if name.0 == name.1 || self.bytes.get(sign) != Some(&b'=') {
            return Err("an attribute has no value");
        }
        let opens = self.past_space(sign + 1);
        let quote = match self.bytes.get(opens) {
            Some(quote @ (b'"' | b'\'')) => *quote,
            _ => return Err("the value of an attribute is not quoted"),
        };
        let (mut to, mut plain) = (opens + 1, true);
        loop {
            to = self.until(to, VALUE);
            match self.bytes.get(to) {
                Some(found) if *found == quote => break,
                Some(b'"' | b'\'') => {}
                Some(_) => plain = false,
                None => return Err("the value of an attribute does not end"),
            }
            to += 1;
        }
        let value = (opens + 1, to);
        self.attributes.push(Written { name, value, plain });
        Ok(to + 1)
    }
}
