//! What goes wrong below, as failures of a job.

use std::any::Any;

use crate::deck::error::{ReadError, WriteError};
use crate::domain::failure::{Failure, FailureCode};
use crate::storage::error::StoreError;

/// A deck that could not be read.
pub fn read(error: &ReadError) -> Failure {
    let code = match error {
        ReadError::WrongType { .. } => FailureCode::WrongFileType,
        ReadError::Encrypted => FailureCode::EncryptedFile,
        ReadError::Malformed { .. } => FailureCode::DamagedFile,
        ReadError::TooLarge { .. } => FailureCode::FileTooLarge,
        ReadError::Unsafe { .. } => FailureCode::UnsafeFile,
        // Whoever asked to stop decides what becomes of the job; this is what is left if nobody did.
        ReadError::Stopped => FailureCode::WorkerLost,
    };
    Failure::new(code, error.to_string())
}

/// A deck that could not be written.
pub fn write(error: &WriteError) -> Failure {
    let code = match error {
        WriteError::Invalid { .. }
        | WriteError::NothingToShow
        | WriteError::NoSlides
        | WriteError::Drawing { .. } => FailureCode::DeckNotWritable,
        WriteError::Stopped => FailureCode::WorkerLost,
    };
    Failure::new(code, error.to_string())
}

/// A store that refused.
pub fn store(error: &StoreError) -> Failure {
    Failure::new(FailureCode::StorageUnavailable, error.to_string())
}

/// A panic, with its message where it has one.
pub fn panicked(panic: &(dyn Any + Send)) -> Failure {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Failure::new(
        FailureCode::Panicked,
        format!("the job's code panicked: {message}"),
    )
}
