//! Work that goes on when the client leaves: a change that is stored must also be forgotten from caches and told.

use std::future::Future;

use tracing::Instrument;

use super::problem::{Code, Problem};

/// Does something to its end, whether or not anyone waits for the answer.
pub async fn unbroken<T: 'static>(
    work: impl Future<Output = Result<T, Problem>> + 'static,
) -> Result<T, Problem> {
    let done = actix_web::rt::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|_| {
        Err(Problem::new(
            Code::Internal,
            "The request was not finished.",
        ))
    })
}
