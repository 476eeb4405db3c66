//! What nodes say to each other on a channel.

use crate::domain::job::JobKind;
use crate::domain::tenant::TenantId;
use crate::storage::events::EventId;

/// What a node hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// An event was told.
    Event {
        /// To whom.
        tenant: &'a str,
        /// Its place.
        id: EventId,
        /// What.
        json: &'a str,
    },
    /// Something cached is no longer true.
    Forget(&'a str),
    /// Jobs of a kind became ready.
    Wake(JobKind),
    /// Events could not be told: whoever follows has a gap.
    Lost,
    /// Something may have been said that was not heard.
    Missed,
}

impl<'a> Word<'a> {
    /// Reads what was said; nothing where it is not one of our words, such as those of a newer version.
    pub fn read(said: &'a str) -> Option<Self> {
        let (kind, rest) = said.split_once(' ')?;
        match kind {
            "event" => {
                let (tenant, rest) = rest.split_once(' ')?;
                let (id, json) = rest.split_once(' ')?;
                Some(Self::Event {
                    tenant,
                    id: id.parse().ok()?,
                    json,
                })
            }
            "forget" => Some(Self::Forget(rest)),
            "wake" => rest.parse().ok().map(Self::Wake),
            "lost" => Some(Self::Lost),
            _ => None,
        }
    }
}

/// The beginning of the word for an event; its id and JSON follow.
pub fn event(tenant: &TenantId) -> String {
    format!("event {tenant} ")
}

/// The word for something that is no longer true.
pub fn forget(key: &str) -> String {
    format!("forget {key}")
}

/// The word for jobs that became ready.
pub fn wake(kind: JobKind) -> String {
    format!("wake {}", kind.name())
}

/// The word for events that could not be told.
pub const LOST: &str = "lost events";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        let tenant: TenantId = "acme".parse().unwrap();
        let told = format!("{}5-1 {{\"a\": \"b c\"}}", event(&tenant));
        let id = EventId {
            millis: 5,
            sequence: 1,
        };
        let heard = Word::Event {
            tenant: "acme",
            id,
            json: "{\"a\": \"b c\"}",
        };
        assert_eq!(Word::read(&told), Some(heard));
        assert_eq!(
            Word::read(&forget("job/a/1")),
            Some(Word::Forget("job/a/1"))
        );
        let woken = wake(JobKind::Export);
        assert_eq!(Word::read(&woken), Some(Word::Wake(JobKind::Export)));
        assert_eq!(Word::read(LOST), Some(Word::Lost));
        assert_eq!(Word::read("sing la la"), None);
        assert_eq!(Word::read(""), None);
    }
}
