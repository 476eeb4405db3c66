//! JSON Patch on a deck, within bounds: a small patch must not make a deck that fills the memory.

use bytes::Bytes;
use json_patch::jsonptr::Pointer;
use json_patch::{PatchErrorKind, PatchOperation};
use serde_json::Value;
use utoipa::ToSchema;

use super::body;
use super::problem::{Code, Fault, Problem};
use super::unique::Unique;

/// Operations a patch may have.
const MOST_OPERATIONS: usize = 1_000;
/// How deep a deck may get. The reader of JSON goes no deeper either.
const DEEPEST: usize = 120;

/// An operation of a JSON Patch (RFC 6902 §4).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct Operation {
    /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
    #[schema(example = "replace")]
    op: String,
    /// Where (RFC 6901).
    #[schema(example = "/slides/0/name")]
    path: String,
    /// From where, for `move` and `copy`.
    from: Option<String>,
    /// What, for `add`, `replace` and `test`.
    value: Option<Value>,
}

/// Applies a patch to a deck; neither may grow beyond `most` bytes of JSON by it.
pub fn apply(deck: &[u8], patch: &[u8], most: usize) -> Result<Bytes, Problem> {
    body::parse::<Unique>(patch)?;
    let operations: Vec<PatchOperation> = body::parse(patch)?;
    if operations.len() > MOST_OPERATIONS {
        let detail = format!("A patch has at most {MOST_OPERATIONS} operations.");
        return Err(Problem::new(Code::InvalidPatch, detail));
    }
    let mut deck: Value = serde_json::from_slice(deck).map_err(|error| {
        tracing::error!(error = %error, "a stored deck is no JSON");
        Problem::new(Code::Internal, "The stored deck cannot be read.")
    })?;
    let mut copied = 0;
    for (number, operation) in operations.iter().enumerate() {
        copied += grows_by(&deck, operation).map_err(|detail| refused(number, detail))?;
        if copied > most {
            return Err(refused(number, "it copies more than a deck may hold"));
        }
        json_patch::patch(&mut deck, std::slice::from_ref(operation))
            .map_err(|error| failed(number, operation, &error.kind))?;
    }
    let patched = serde_json::to_vec(&deck).unwrap_or_default();
    if patched.len() > most {
        return Err(body::too_large(most));
    }
    Ok(patched.into())
}

/// By how many bytes of JSON an operation makes a deck larger, beyond those of the patch itself; refuses one that would
/// make it too deep. Copies of copies double, so both are bounded before each.
fn grows_by(deck: &Value, operation: &PatchOperation) -> Result<usize, &'static str> {
    let found = |from: &Pointer| deck.pointer(from.as_str());
    let (place, value, copied) = match operation {
        PatchOperation::Add(add) => (&add.path, Some(&add.value), false),
        PatchOperation::Replace(replace) => (&replace.path, Some(&replace.value), false),
        PatchOperation::Move(moved) => (&moved.path, found(&moved.from), false),
        PatchOperation::Copy(copy) => (&copy.path, found(&copy.from), true),
        PatchOperation::Remove(_) | PatchOperation::Test(_) => return Ok(0),
    };
    let Some(value) = value else {
        return Ok(0);
    };
    if place.as_str().matches('/').count() + depth(value) > DEEPEST {
        return Err("the deck would be nested too deep");
    }
    Ok(if copied { size(value) } else { 0 })
}

fn depth(value: &Value) -> usize {
    let within = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    1 + within.unwrap_or(0)
}

/// About how many bytes it takes as JSON.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 2 + items.iter().map(|item| 1 + size(item)).sum::<usize>(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| name.len() + 4 + size(value))
            .sum::<usize>(),
        Value::String(text) => text.len() + 2,
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

fn refused(number: usize, detail: &str) -> Problem {
    let fault = Fault::at(format!("/{number}"), detail);
    let detail = format!("Operation {number}: {detail}.");
    Problem::new(Code::InvalidPatch, detail).with_errors(vec![fault])
}

fn failed(number: usize, operation: &PatchOperation, kind: &PatchErrorKind) -> Problem {
    let place = operation.path();
    let detail = format!("{kind}: {place}");
    let fault = Fault::at(format!("/{number}"), detail.clone());
    let code = if matches!(kind, PatchErrorKind::TestFailed) {
        Code::PatchTestFailed
    } else {
        Code::InvalidPatch
    };
    let detail = format!("Operation {number}: {detail}.");
    Problem::new(code, detail).with_errors(vec![fault])
}
