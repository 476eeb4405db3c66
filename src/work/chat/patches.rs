//! JSON Patches for edits: each change comes after a `test` of what it changes, and each has a patch that takes it back.

use serde_json::{Value, json};

/// Operations for one edit, written down against a deck as it is before the edit.
#[derive(Debug, Default)]
pub(super) struct Operations(pub(super) Vec<Value>);

impl Operations {
    /// A value takes the place of another.
    pub(super) fn replace(&mut self, path: &str, before: &Value, after: &Value) {
        self.test(path, before);
        self.0
            .push(json!({"op": "replace", "path": path, "value": after}));
    }

    /// Something new; `beside` is a place next to it and what must be there, since what is absent cannot be tested.
    pub(super) fn add(&mut self, path: &str, value: &Value, beside: Option<(&str, &Value)>) {
        if let Some((place, there)) = beside {
            self.test(place, there);
        }
        self.0
            .push(json!({"op": "add", "path": path, "value": value}));
    }

    /// Something goes; what is there is tested by `id`, a member of it.
    pub(super) fn remove(&mut self, path: &str, id: Option<&Value>) {
        if let Some(id) = id {
            self.test(&format!("{path}/id"), id);
        }
        self.0.push(json!({"op": "remove", "path": path}));
    }

    /// A value goes that is itself what is tested.
    pub(super) fn remove_value(&mut self, path: &str, value: &Value) {
        self.test(path, value);
        self.remove(path, None);
    }

    /// Something moves.
    pub(super) fn shift(&mut self, from: &str, to: &str, id: Option<&Value>) {
        if let Some(id) = id {
            self.test(&format!("{from}/id"), id);
        }
        self.0.push(json!({"op": "move", "from": from, "path": to}));
    }

    fn test(&mut self, path: &str, value: &Value) {
        self.0
            .push(json!({"op": "test", "path": path, "value": value}));
    }
}

/// Applies operations one by one. Answers the operations that take them back, in their order; where one cannot be applied,
/// `deck` is as it was and a sentence says why.
pub(super) fn apply(deck: &mut Value, operations: &[Value]) -> Result<Vec<Value>, String> {
    let before = deck.clone();
    let mut undo: Vec<Vec<Value>> = Vec::new();
    for operation in operations {
        let back = inverse(deck, operation);
        let parsed = serde_json::from_value::<json_patch::PatchOperation>(operation.clone());
        let applied = parsed
            .map_err(|error| error.to_string())
            .and_then(|parsed| {
                json_patch::patch(deck, &[parsed]).map_err(|error| error.to_string())
            });
        if let Err(error) = applied {
            *deck = before;
            return Err(error);
        }
        undo.push(back);
    }
    Ok(undo.into_iter().rev().flatten().collect())
}

/// Gives what operations bring the form that it has once it is stored: with all defaults written out.
pub(super) fn as_stored(operations: &mut [Value], stored: &Value) {
    for operation in operations {
        let brings = matches!(operation["op"].as_str(), Some("add" | "replace"));
        let path = operation["path"].as_str().filter(|_| brings);
        if let Some(found) = path.and_then(|path| stored.pointer(path)) {
            operation["value"] = found.clone();
        }
    }
}

/// What takes one operation back, by what it finds.
fn inverse(deck: &Value, operation: &Value) -> Vec<Value> {
    let text = |member: &str| operation[member].as_str().unwrap_or_default();
    let path = text("path");
    let value = &operation["value"];
    match text("op") {
        "replace" => {
            let mut back = Operations::default();
            if let Some(old) = deck.pointer(path) {
                back.replace(path, value, old);
            }
            back.0
        }
        "add" => {
            let mut back = Operations::default();
            let replaces = parent(deck, path).is_some_and(Value::is_object);
            if let Some(old) = deck.pointer(path).filter(|_| replaces) {
                back.replace(path, value, old);
            } else {
                back.test(path, value);
                back.remove(path, None);
            }
            back.0
        }
        "remove" => {
            let mut back = Operations::default();
            if let Some(old) = deck.pointer(path) {
                back.add(path, old, None);
            }
            back.0
        }
        "move" => {
            let mut back = Operations::default();
            let id = deck.pointer(&format!("{}/id", text("from")));
            back.shift(path, text("from"), id);
            back.0
        }
        _ => Vec::new(),
    }
}

fn parent<'a>(deck: &'a Value, path: &str) -> Option<&'a Value> {
    deck.pointer(path.rsplit_once('/')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_applied_can_be_taken_back() {
        let deck = json!({"slides": [{"id": "a", "notes": 1}, {"id": "b"}, {"id": "c"}]});
        let mut edit = Operations::default();
        edit.shift("/slides/0", "/slides/2", Some(&json!("a")));
        edit.add(
            "/slides/1",
            &json!({"id": "new"}),
            Some(("/slides/0/id", &json!("b"))),
        );
        edit.add("/slides/0/notes", &json!(2), None);
        edit.remove("/slides/2", Some(&json!("c")));
        edit.replace("/slides/2/notes", &json!(1), &json!(9));
        let mut changed = deck.clone();
        let undo = apply(&mut changed, &edit.0).unwrap();
        assert_eq!(
            changed,
            json!({"slides": [{"id": "b", "notes": 2}, {"id": "new"}, {"id": "a", "notes": 9}]})
        );
        apply(&mut changed, &undo).unwrap();
        assert_eq!(changed, deck);
    }

    #[test]
    fn a_patch_that_does_not_fit_changes_nothing() {
        let mut deck = json!({"slides": [{"id": "a"}]});
        let mut edit = Operations::default();
        edit.add("/title", &json!("x"), None);
        edit.remove("/slides/0", Some(&json!("b")));
        assert!(apply(&mut deck, &edit.0).is_err());
        assert_eq!(deck, json!({"slides": [{"id": "a"}]}));
    }
}
