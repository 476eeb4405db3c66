//! Text inside the JSON of a deck: where it stands, and how it is changed so that its style stays.

use serde_json::{Map, Value, json};

/// Roles of placeholders that hold a title.
pub(super) const TITLES: &[&str] = &["title", "ctrTitle"];
/// Roles of placeholders that hold a text.
pub(super) const TEXTS: &[&str] = &["body", "obj", "subTitle"];

/// Every list of paragraphs below a place, with where it is: of elements, of groups, of cells of tables.
pub(super) fn paragraphs<'a>(deck: &'a Value, slide: &str) -> Vec<(String, &'a [Value])> {
    let mut found = Vec::new();
    let path = format!("{slide}/elements");
    if let Some(elements) = deck.pointer(&path) {
        gather(elements, &path, &mut found);
    }
    found
}

fn gather<'a>(elements: &'a Value, path: &str, found: &mut Vec<(String, &'a [Value])>) {
    for (index, element) in elements.as_array().into_iter().flatten().enumerate() {
        let here = format!("{path}/{index}");
        if let Some(all) = element["text"]["paragraphs"].as_array() {
            found.push((format!("{here}/text/paragraphs"), all));
        }
        for (row, cells) in element["rows"].as_array().into_iter().flatten().enumerate() {
            for (cell, held) in cells["cells"].as_array().into_iter().flatten().enumerate() {
                if let Some(all) = held["text"]["paragraphs"].as_array() {
                    found.push((
                        format!("{here}/rows/{row}/cells/{cell}/text/paragraphs"),
                        all,
                    ));
                }
            }
        }
        if let Some(inner) = element.get("elements") {
            gather(inner, &format!("{here}/elements"), found);
        }
    }
}

/// Where an element of a slide is, by its id.
pub(super) fn element(deck: &Value, slide: &str, id: &str) -> Option<String> {
    fn find(elements: &Value, path: &str, id: &str) -> Option<String> {
        for (index, element) in elements.as_array()?.iter().enumerate() {
            let here = format!("{path}/{index}");
            if element["id"].as_str() == Some(id) {
                return Some(here);
            }
            let inner = element.get("elements");
            let within = inner.and_then(|inner| find(inner, &format!("{here}/elements"), id));
            if within.is_some() {
                return within;
            }
        }
        None
    }
    let path = format!("{slide}/elements");
    find(deck.pointer(&path)?, &path, id)
}

/// The runs of a paragraph that change when `find` is replaced: which, what they say, what they then say. Text that spans
/// runs is replaced in the style of the run it begins in.
pub(super) fn replaced(
    paragraph: &Value,
    find: &str,
    replace: &str,
) -> Vec<(usize, String, String)> {
    let runs = paragraph["runs"].as_array().map_or(&[][..], Vec::as_slice);
    let texts: Vec<&str> = runs
        .iter()
        .map(|run| run["text"].as_str().unwrap_or_default())
        .collect();
    let whole = texts.concat();
    if !whole.contains(find) {
        return Vec::new();
    }
    let mut owners = Vec::with_capacity(whole.len());
    for (run, text) in texts.iter().enumerate() {
        owners.extend(std::iter::repeat_n(run, text.len()));
    }
    let mut after = vec![String::new(); texts.len()];
    let mut place = 0;
    let keep = |from: usize, to: usize, after: &mut Vec<String>| {
        let mut at = from;
        for letter in whole[from..to].chars() {
            after[owners[at]].push(letter);
            at += letter.len_utf8();
        }
    };
    for (start, found) in whole.match_indices(find) {
        keep(place, start, &mut after);
        after[owners[start]].push_str(replace);
        place = start + found.len();
    }
    keep(place, whole.len(), &mut after);
    texts
        .into_iter()
        .zip(after)
        .enumerate()
        .filter(|(_, (before, after))| before != after)
        .map(|(run, (before, after))| (run, before.to_owned(), after))
        .collect()
}

/// New paragraphs in the style of those that were there: the first like the first, and so on; more are like the last.
pub(super) fn rewritten(before: &[Value], lines: &[&str]) -> Vec<Value> {
    let styled = before
        .iter()
        .find(|paragraph| first_run(paragraph).is_some());
    let build = |(index, line): (usize, &&str)| {
        let like = before.get(index).or_else(|| before.last());
        let mut paragraph = like.cloned().unwrap_or_else(|| json!({}));
        let run = like
            .and_then(first_run)
            .or_else(|| styled.and_then(first_run));
        let mut run = run.cloned().unwrap_or_default();
        run.remove("link");
        run.remove("field");
        run.insert("text".to_owned(), Value::String((*line).to_owned()));
        let runs = if line.is_empty() {
            json!([])
        } else {
            json!([run])
        };
        if let Some(members) = paragraph.as_object_mut() {
            members.insert("runs".to_owned(), runs);
        }
        paragraph
    };
    let build_all = lines.iter().enumerate().map(build);
    build_all.collect()
}

fn first_run(paragraph: &Value) -> Option<&Map<String, Value>> {
    paragraph["runs"].as_array()?.first()?.as_object()
}

/// The first placeholder of a slide in one of these roles that has text.
pub(super) fn holder<'a>(slide: &'a Value, roles: &[&str]) -> Option<&'a Value> {
    let elements = slide["elements"].as_array()?;
    elements.iter().find(|element| {
        let role = element["placeholder"]["role"].as_str();
        role.is_some_and(|role| roles.contains(&role)) && element["text"]["paragraphs"].is_array()
    })
}

/// An element like another, that says something else.
pub(super) fn with_text(like: &Value, lines: &[&str]) -> Value {
    let mut element = like.clone();
    let before = element["text"]["paragraphs"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    element["text"]["paragraphs"] = Value::Array(rewritten(&before, lines));
    if let Some(members) = element.as_object_mut() {
        members.remove("link");
    }
    element
}

/// An id that no slide has.
pub(super) fn free_id(slides: &[Value]) -> String {
    let taken = |id: &str| slides.iter().any(|slide| slide["id"].as_str() == Some(id));
    let mut number = slides.len() + 1;
    loop {
        let id = format!("new-{number}");
        if !taken(&id) {
            return id;
        }
        number += 1;
    }
}

/// The section that lists a slide, and at which place.
pub(super) fn section_of(deck: &Value, slide: Option<&Value>) -> Option<(usize, usize)> {
    let id = &slide?["id"];
    for (section, listed) in deck["sections"].as_array()?.iter().enumerate() {
        let all = listed["slides"].as_array().map_or(&[][..], Vec::as_slice);
        if let Some(place) = all.iter().position(|slide| slide == id) {
            return Some((section, place));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_spans_runs_is_replaced_in_the_style_it_begins_in() {
        let paragraph =
            json!({"runs": [{"text": "Our rev"}, {"text": "enue ü"}, {"text": " grew"}]});
        let changed = replaced(&paragraph, "revenue", "sales");
        assert_eq!(
            changed,
            [
                (0, "Our rev".to_owned(), "Our sales".to_owned()),
                (1, "enue ü".to_owned(), " ü".to_owned())
            ]
        );
        assert_eq!(replaced(&paragraph, "profit", "x"), []);
        let twice = json!({"runs": [{"text": "aXbXc"}]});
        assert_eq!(replaced(&twice, "X", "YY")[0].2, "aYYbYYc");
    }

    #[test]
    fn new_paragraphs_keep_the_style_of_the_old_ones() {
        let before = [
            json!({"level": 0, "runs": [{"text": "a", "style": 1, "link": 2}]}),
            json!({"level": 1, "runs": []}),
        ];
        let after = rewritten(&before, &["x", "", "z"]);
        assert_eq!(
            after,
            [
                json!({"level": 0, "runs": [{"text": "x", "style": 1}]}),
                json!({"level": 1, "runs": []}),
                json!({"level": 1, "runs": [{"text": "z", "style": 1}]}),
            ]
        );
    }
}
