//! A deck against its schema: each fault with its place and a sentence.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// Faults told at once.
pub const MOST_FAULTS: usize = 20;

/// A place in a deck, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where (RFC 6901).
    pub pointer: String,
    /// A sentence.
    pub detail: String,
}

/// What a value does against the schema. The schema is compiled once; it is always the same.
pub(super) fn schema_faults(schema: &Value, value: &Value) -> Vec<Fault> {
    static COMPILED: OnceLock<Option<Validator>> = OnceLock::new();
    let Some(validator) = COMPILED.get_or_init(|| jsonschema::validator_for(schema).ok()) else {
        let detail = "the schema of decks cannot be compiled".to_owned();
        return vec![Fault {
            pointer: String::new(),
            detail,
        }];
    };
    let mut faults = Vec::new();
    for error in validator.iter_errors(value) {
        tell(&error, value, &mut faults);
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    faults.truncate(MOST_FAULTS);
    faults
}

fn tell(error: &ValidationError<'_>, whole: &Value, faults: &mut Vec<Fault>) {
    let pointer = error.instance_path().to_string();
    let kind = error.kind();
    if let ValidationErrorKind::AdditionalProperties { unexpected }
    | ValidationErrorKind::UnevaluatedProperties { unexpected } = kind
    {
        for key in unexpected {
            let place = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
            let detail = format!("`{key}` is no key of this object");
            faults.push(Fault {
                pointer: place,
                detail,
            });
        }
        return;
    }
    if let ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } =
        kind
        && let Some(branch) = meant(context, &pointer, whole)
    {
        for inner in branch {
            tell(inner, whole, faults);
        }
        return;
    }
    let detail = error.masked_with("the value").to_string();
    faults.push(Fault { pointer, detail });
}

/// The branch that was meant: the one that does not fail at the tag, `type`, and among those the one that fails least.
fn meant<'a>(
    context: &'a [Vec<ValidationError<'static>>],
    pointer: &str,
    whole: &Value,
) -> Option<&'a Vec<ValidationError<'static>>> {
    let tag = format!("{pointer}/type");
    let tagged = whole.pointer(&tag).is_some();
    context
        .iter()
        .filter(|branch| {
            !tagged
                || branch
                    .iter()
                    .all(|error| error.instance_path().to_string() != tag)
        })
        .filter(|branch| !branch.is_empty())
        .min_by_key(|branch| branch.len())
}
