//! The context of a trace as it travels: `traceparent` of W3C Trace Context, level 2.

use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};

/// The header that carries a context.
pub const HEADER: &str = "traceparent";

/// Set where the caller may have recorded its part.
const SAMPLED: u8 = 0x01;
/// The flags that are known and passed on: sampled, and that the trace id is random. The rest is 0 in what we send.
const KNOWN: u8 = 0x03;
/// How long a context of version 00 is; later versions may be longer.
const LENGTH: usize = 55;

/// A trace: 16 bytes, never all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(NonZeroU128);

/// A part of a trace: 8 bytes, never all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(NonZeroU64);

impl TraceId {
    /// That of these bytes; none of zeros alone.
    pub fn of(bytes: [u8; 16]) -> Option<Self> {
        NonZeroU128::new(u128::from_be_bytes(bytes)).map(Self)
    }

    /// Its bytes.
    pub fn bytes(self) -> [u8; 16] {
        self.0.get().to_be_bytes()
    }

    /// Where in `[0, 1)` it lies by its last 7 bytes, which are random where anything of it is. Every process that samples
    /// by it chooses the same traces.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn fraction(self) -> f64 {
        let random = (self.0.get() & ((1 << 56) - 1)) >> 3;
        random as f64 / (1_u64 << 53) as f64
    }
}

impl SpanId {
    /// That of these bytes; none of zeros alone.
    pub fn of(bytes: [u8; 8]) -> Option<Self> {
        NonZeroU64::new(u64::from_be_bytes(bytes)).map(Self)
    }

    /// Its bytes.
    pub fn bytes(self) -> [u8; 8] {
        self.0.get().to_be_bytes()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A part of a trace, as the parts below it know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    /// The trace.
    pub trace: TraceId,
    /// The part.
    pub span: SpanId,
    flags: u8,
}

/// A text that is no context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no traceparent of W3C Trace Context")]
pub struct NoContext;

impl TraceContext {
    /// The first part of a new trace. The flag for random ids is not set, though ours are: readers of level 1 are known to
    /// refuse what they do not know.
    pub fn root(trace: TraceId, span: SpanId, sampled: bool) -> Self {
        Self {
            trace,
            span,
            flags: if sampled { SAMPLED } else { 0 },
        }
    }

    /// A part below this one.
    #[must_use]
    pub fn child(self, span: SpanId) -> Self {
        Self { span, ..self }
    }

    /// Whether the trace is to be recorded.
    pub fn sampled(self) -> bool {
        self.flags & SAMPLED != 0
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, self.flags)
    }
}

impl FromStr for TraceContext {
    type Err = NoContext;

    /// Reads version 00 strictly, and of a later version as much as that one has in common with it.
    fn from_str(text: &str) -> Result<Self, NoContext> {
        let (head, rest) = text.split_at_checked(LENGTH).ok_or(NoContext)?;
        let mut parts = head.split('-');
        let mut next = |digits| number(parts.next()?, digits);
        let mut read = || {
            let version = next(2)?;
            let trace = TraceId(NonZeroU128::new(next(32)?)?);
            let span = SpanId(NonZeroU64::new(u64::try_from(next(16)?).ok()?)?);
            let flags = u8::try_from(next(2)?).ok()? & KNOWN;
            let later = version > 0 && (rest.is_empty() || rest.starts_with('-'));
            let known = later || (version == 0 && rest.is_empty());
            (known && version != 0xff).then_some(Self { trace, span, flags })
        };
        read().ok_or(NoContext)
    }
}

/// A number in exactly so many lower-case hexadecimal digits.
fn number(text: &str, digits: usize) -> Option<u128> {
    let fits = text.len() == digits
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    u128::from_str_radix(text, 16).ok().filter(|_| fits)
}

impl Serialize for TraceContext {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TraceContext {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
