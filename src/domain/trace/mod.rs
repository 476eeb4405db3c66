//! Traces: which work belongs together across processes (W3C Trace Context), and what is told of each part of it.

pub mod context;
pub mod span;
pub mod tracer;

#[cfg(test)]
pub(crate) mod kept;
#[cfg(test)]
mod tests;
