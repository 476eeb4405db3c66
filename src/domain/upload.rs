//! Uploads in parts: what a client announced, how it is cut, and whether what arrived is what was announced.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::ids::{DocumentId, JobId, UploadId};
use super::job::SourceFormat;
use super::tenant::TenantId;
use super::time::Timestamp;

const MIB: u64 = 1_024 * 1_024;
/// The least a part is advised to have: above the 5 MiB that S3 asks of all but the last.
const LEAST_PART: u64 = 8 * MIB;
/// The most parts that are advised: one page of S3's list.
const MOST_PARTS: u64 = 1_000;

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The document it will become. Promised from the start, so that taking it in twice makes one document.
    pub document: DocumentId,
    /// The job that will convert it, promised like the document.
    pub job: JobId,
    /// The object store's own name of it.
    pub store_id: String,
    /// The file's name, without folders.
    pub name: String,
    /// What it seems to be, by its name.
    pub format: SourceFormat,
    /// How many bytes it is to have.
    pub bytes: u64,
    /// The lower-case hexadecimal SHA-256 it is to have.
    pub sha256: String,
    /// How many bytes each part has but the last.
    pub part_bytes: u64,
    /// Where it stands.
    pub state: UploadState,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it is thrown away, unless it became a document.
    pub expires_at: Timestamp,
}

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Parts are awaited.
    Open,
    /// It is there, whole.
    Complete,
    /// It became a document.
    Taken,
    /// It is being thrown away.
    Discarded,
}

impl UploadState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Open, Self::Complete, Self::Taken, Self::Discarded];

    /// Its name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Taken => "taken",
            Self::Discarded => "discarded",
        }
    }
}

impl std::str::FromStr for UploadState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| format!("`{text}` is no state of an upload"))
    }
}

/// What is wrong with the parts that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartFault {
    /// This part is not there.
    Missing(u32),
    /// This part has another length than its place asks for.
    Length {
        /// Which part.
        number: u32,
        /// How many bytes arrived.
        bytes: u64,
        /// How many there are to be.
        expected: u64,
    },
}

impl Upload {
    /// How many parts it has.
    pub fn part_count(&self) -> u32 {
        let count = self.bytes.div_ceil(self.part_bytes.max(1));
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The bytes of the file that a part holds; parts are counted from 1. `None`: there is no such part.
    pub fn part(&self, number: u32) -> Option<Range<u64>> {
        let start = u64::from(number.checked_sub(1)?) * self.part_bytes;
        (start < self.bytes).then(|| start..self.bytes.min(start + self.part_bytes))
    }

    /// What is wrong with the parts that arrived, each with its length.
    pub fn faults(&self, arrived: &[(u32, u64)]) -> Vec<PartFault> {
        let mut faults = Vec::new();
        for number in 1..=self.part_count() {
            let range = self.part(number).unwrap_or_default();
            let expected = range.end - range.start;
            match arrived.iter().find(|(there, _)| *there == number) {
                None => faults.push(PartFault::Missing(number)),
                Some((_, bytes)) if *bytes != expected => faults.push(PartFault::Length {
                    number,
                    bytes: *bytes,
                    expected,
                }),
                Some(_) => {}
            }
        }
        faults
    }
}

/// How many bytes a part of a file is advised to have: small enough to be sent again cheaply, large enough that there
/// are not too many.
pub fn advised_part(bytes: u64) -> u64 {
    let least = bytes.div_ceil(MOST_PARTS).div_ceil(MIB) * MIB;
    least.max(LEAST_PART)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn upload(bytes: u64) -> Upload {
        Upload {
            id: UploadId(Uuid::nil()),
            tenant: "acme".parse().unwrap(),
            document: DocumentId(Uuid::nil()),
            job: JobId(Uuid::nil()),
            store_id: String::new(),
            name: "a.pptx".to_owned(),
            format: SourceFormat::Pptx,
            bytes,
            sha256: String::new(),
            part_bytes: 10,
            state: UploadState::Open,
            created_at: Timestamp(0),
            expires_at: Timestamp(1),
        }
    }

    #[test]
    fn parts_cover_the_file_once() {
        for (bytes, count) in [(1, 1), (10, 1), (11, 2), (20, 2), (25, 3)] {
            let upload = upload(bytes);
            assert_eq!(upload.part_count(), count);
            let mut end = 0;
            for number in 1..=count {
                let part = upload.part(number).unwrap();
                assert_eq!(part.start, end);
                end = part.end;
            }
            assert_eq!(end, bytes);
            assert_eq!(upload.part(0), None);
            assert_eq!(upload.part(count + 1), None);
        }
    }

    #[test]
    fn what_is_missing_and_what_is_too_short_is_said() {
        let upload = upload(25);
        assert_eq!(upload.faults(&[(1, 10), (2, 10), (3, 5)]), []);
        let faults = upload.faults(&[(3, 6), (1, 10)]);
        let length = PartFault::Length {
            number: 3,
            bytes: 6,
            expected: 5,
        };
        assert_eq!(faults, [PartFault::Missing(2), length]);
    }

    #[test]
    fn parts_are_advised_to_be_few_and_never_small() {
        for (bytes, part) in [(1, 8), (100 * MIB, 8), (5_120 * MIB, 8), (80_000 * MIB, 80)] {
            assert_eq!(advised_part(bytes), part * MIB);
        }
    }
}
