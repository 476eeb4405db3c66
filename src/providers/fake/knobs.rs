//! What a fake provider is to do.

use std::time::Duration;

/// A fault of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429, with `retry-after-ms` where a wait is given.
    RateLimited(Option<Duration>),
    /// 429 whose only hint is `x-should-retry: true`.
    RateLimitedHint,
    /// 429 of an account that is used up.
    Billing,
    /// 529, as Anthropic says that it is overloaded; 503 on the wires of OpenAI.
    Overloaded,
    /// 500.
    Server,
    /// 401.
    Auth,
    /// An error event after so many pieces of the answer.
    ErrorAfter(usize),
    /// Nothing more after so many pieces, though the connection stays.
    StallAfter(usize),
    /// The connection breaks after so many pieces.
    ResetAfter(usize),
}

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = text.split_once('=').unwrap_or((text, "0"));
        let number: u64 = number
            .parse()
            .map_err(|_| format!("`{number}` in `{text}` is no number"))?;
        let pieces = usize::try_from(number).unwrap_or(usize::MAX);
        Ok(match name {
            "429" => Self::RateLimited((number > 0).then(|| Duration::from_millis(number))),
            "429-hint" => Self::RateLimitedHint,
            "billing" => Self::Billing,
            "529" | "503" => Self::Overloaded,
            "500" => Self::Server,
            "401" => Self::Auth,
            "error" => Self::ErrorAfter(pieces),
            "stall" => Self::StallAfter(pieces),
            "reset" => Self::ResetAfter(pieces),
            _ => {
                let known =
                    "429[=MS], 429-hint, billing, 529, 503, 500, 401, error=N, stall=N, reset=N";
                return Err(format!("there is no fault `{text}`; there are {known}"));
            }
        })
    }
}

/// A call of a tool that is made where tools are offered and none has answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedCall {
    /// The tool.
    pub tool: String,
    /// Its arguments, JSON.
    pub arguments: String,
}

/// What it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knobs {
    /// How long the first piece takes.
    pub first_token: Duration,
    /// How long passes between pieces.
    pub between: Duration,
    /// Pieces of an answer.
    pub pieces: usize,
    /// Bytes that are sent at once; 0: an event at a time. Small ones split letters.
    pub split: usize,
    /// Whether usage is told.
    pub usage: bool,
    /// Whether pieces say when they were sent: `@` and microseconds since 1970.
    pub stamps: bool,
    /// Requests until `remaining` is 0 and 429 is answered; then it begins again.
    pub limit: Option<u64>,
    /// What request number n does: the nth of these, over and over. Empty: all are well.
    pub faults: Vec<Option<Fault>>,
    /// The call it makes.
    pub call: Option<ScriptedCall>,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            first_token: Duration::ZERO,
            between: Duration::ZERO,
            pieces: 8,
            split: 0,
            usage: true,
            stamps: false,
            limit: None,
            faults: Vec::new(),
            call: None,
        }
    }
}

impl Knobs {
    /// The fault of a request, by its number from 0.
    pub fn fault(&self, number: u64) -> Option<Fault> {
        let all = self.faults.len() as u64;
        let place = number.checked_rem(all)?;
        self.faults
            .get(usize::try_from(place).unwrap_or(0))
            .copied()
            .flatten()
    }
}
