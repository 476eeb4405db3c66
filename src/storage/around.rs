//! Something around every call of a store: timing it, or making it slow and fail.

use super::error::StoreError;

/// What is done around calls.
pub trait Around: Send + Sync + 'static {
    /// Makes a call of the operation `op`, or does not.
    fn around<T: Send>(
        &self,
        op: &'static str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;
}
