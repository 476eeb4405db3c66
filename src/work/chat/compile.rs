//! Typed edits become JSON Patches on the deck, computed here and never by a model.

use serde_json::{Value, json};

use super::patches::Operations;
use super::tools::{AddSlide, Edit, ReplaceText, Rewrite};
use super::wording;

/// The operations of an edit on a deck as it stands; a sentence for the model where it cannot be made.
pub(super) fn compile(deck: &Value, edit: &Edit) -> Result<Vec<Value>, String> {
    let mut operations = Operations::default();
    match edit {
        Edit::ReplaceText(edit) => replace_text(deck, edit, &mut operations)?,
        Edit::Rewrite(edit) => rewrite(deck, edit, &mut operations)?,
        Edit::SetNotes(edit) => {
            let path = slide_path(deck, edit.slide)?;
            let lines: Vec<&str> = edit.text.lines().collect();
            set_notes(deck, &path, &lines, &mut operations);
        }
        Edit::AddSlide(edit) => add_slide(deck, edit, &mut operations)?,
        Edit::DeleteSlide(edit) => delete_slide(deck, edit.slide, &mut operations)?,
        Edit::MoveSlide(edit) => {
            let from = slide_path(deck, edit.slide)?;
            let to = slide_path(deck, edit.to)?;
            let id = deck.pointer(&format!("{from}/id"));
            if from != to {
                operations.shift(&from, &to, id);
            }
        }
        Edit::SetLayout(edit) => {
            let slide = slide_path(deck, edit.slide)?;
            let layout = layout(deck, &edit.layout)?;
            set_member(deck, &slide, "layout", &layout, &mut operations);
        }
    }
    if operations.0.is_empty() {
        return Err("that changes nothing".to_owned());
    }
    Ok(operations.0)
}

/// The edit in a line, for the user.
pub(super) fn in_words(edit: &Edit) -> String {
    match edit {
        Edit::ReplaceText(edit) => {
            let place = edit
                .slide
                .map_or_else(String::new, |slide| format!(" on slide {slide}"));
            format!(
                "Replace “{}” by “{}”{place}",
                short(&edit.find),
                short(&edit.replace)
            )
        }
        Edit::Rewrite(edit) => format!(
            "Rewrite a text on slide {}: “{}”",
            edit.slide,
            short(&edit.paragraphs.join(" / "))
        ),
        Edit::SetNotes(edit) => format!(
            "Write notes for slide {}: “{}”",
            edit.slide,
            short(&edit.text)
        ),
        Edit::AddSlide(edit) => format!(
            "Add a slide “{}” after slide {}",
            short(&edit.title),
            edit.after
        ),
        Edit::DeleteSlide(edit) => format!("Delete slide {}", edit.slide),
        Edit::MoveSlide(edit) => format!("Move slide {} to place {}", edit.slide, edit.to),
        Edit::SetLayout(edit) => format!(
            "Give slide {} the layout “{}”",
            edit.slide,
            short(&edit.layout)
        ),
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain(['…']).collect()
}

fn slides(deck: &Value) -> &[Value] {
    deck["slides"].as_array().map_or(&[], Vec::as_slice)
}

/// Where a slide is, by its number from 1.
fn slide_path(deck: &Value, number: u32) -> Result<String, String> {
    let count = slides(deck).len();
    let index = usize::try_from(number)
        .unwrap_or(usize::MAX)
        .wrapping_sub(1);
    if index >= count {
        return Err(format!("there is no slide {number}; the deck has {count}"));
    }
    Ok(format!("/slides/{index}"))
}

fn layout(deck: &Value, asked: &str) -> Result<Value, String> {
    let all = deck["layouts"].as_array().map_or(&[][..], Vec::as_slice);
    let named = |member: &str, layout: &&Value| layout[member].as_str() == Some(asked);
    let found = all
        .iter()
        .find(|layout| named("id", layout))
        .or_else(|| all.iter().find(|layout| named("name", layout)));
    found.map(|layout| layout["id"].clone()).ok_or_else(|| {
        let names: Vec<&str> = all
            .iter()
            .filter_map(|layout| layout["name"].as_str())
            .collect();
        format!(
            "there is no layout `{asked}`; there are {}",
            names.join(", ")
        )
    })
}

fn replace_text(
    deck: &Value,
    edit: &ReplaceText,
    operations: &mut Operations,
) -> Result<(), String> {
    if edit.find.is_empty() {
        return Err("`find` is empty".to_owned());
    }
    let range = match edit.slide {
        Some(number) => {
            slide_path(deck, number)?;
            let index = usize::try_from(number).unwrap_or(usize::MAX) - 1;
            index..index + 1
        }
        None => 0..slides(deck).len(),
    };
    for index in range {
        let path = format!("/slides/{index}");
        for (place, paragraphs) in wording::paragraphs(deck, &path) {
            for (number, paragraph) in paragraphs.iter().enumerate() {
                let place = format!("{place}/{number}/runs");
                for (run, before, after) in wording::replaced(paragraph, &edit.find, &edit.replace)
                {
                    operations.replace(
                        &format!("{place}/{run}/text"),
                        &before.into(),
                        &after.into(),
                    );
                }
            }
        }
    }
    if operations.0.is_empty() {
        return Err(format!(
            "“{}” stands nowhere within one paragraph",
            short(&edit.find)
        ));
    }
    Ok(())
}

fn rewrite(deck: &Value, edit: &Rewrite, operations: &mut Operations) -> Result<(), String> {
    let slide = slide_path(deck, edit.slide)?;
    let element = wording::element(deck, &slide, &edit.element).ok_or_else(|| {
        format!(
            "there is no element `{}` on slide {}; read it with the tool `slide`",
            edit.element, edit.slide
        )
    })?;
    let path = format!("{element}/text/paragraphs");
    let Some(Value::Array(before)) = deck.pointer(&path) else {
        return Err(
            "that element has no text of its own; for cells of tables use replace_text".to_owned(),
        );
    };
    let lines: Vec<&str> = edit.paragraphs.iter().map(String::as_str).collect();
    let after = wording::rewritten(before, &lines);
    if after != *before {
        operations.replace(&path, &Value::Array(before.clone()), &Value::Array(after));
    }
    Ok(())
}

fn set_notes(deck: &Value, slide: &str, lines: &[&str], operations: &mut Operations) {
    let paragraphs = deck
        .pointer(&format!("{slide}/notes/paragraphs"))
        .and_then(Value::as_array);
    let after =
        json!({"paragraphs": wording::rewritten(paragraphs.map_or(&[], Vec::as_slice), lines)});
    set_member(deck, slide, "notes", &after, operations);
}

/// Sets a member of a slide that may not have it; the slide is known by its id then.
fn set_member(deck: &Value, slide: &str, member: &str, after: &Value, operations: &mut Operations) {
    let path = format!("{slide}/{member}");
    match deck.pointer(&path) {
        Some(before) if before == after => {}
        Some(before) => operations.replace(&path, before, after),
        None => {
            let id = format!("{slide}/id");
            let there = deck.pointer(&id).map(|there| (id.as_str(), there));
            operations.add(&path, after, there);
        }
    }
}

fn delete_slide(deck: &Value, number: u32, operations: &mut Operations) -> Result<(), String> {
    let path = slide_path(deck, number)?;
    if slides(deck).len() == 1 {
        return Err("a deck keeps at least one slide".to_owned());
    }
    let id = deck.pointer(&format!("{path}/id"));
    for (section, listed) in deck["sections"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let all = listed["slides"].as_array().map_or(&[][..], Vec::as_slice);
        for (place, slide) in all.iter().enumerate() {
            if Some(slide) == id {
                operations.remove_value(&format!("/sections/{section}/slides/{place}"), slide);
            }
        }
    }
    operations.remove(&path, id);
    Ok(())
}

/// A slide like the one it follows, or else the nearest that has a title and a text.
fn add_slide(deck: &Value, edit: &AddSlide, operations: &mut Operations) -> Result<(), String> {
    let all = slides(deck);
    let after = usize::try_from(edit.after).unwrap_or(usize::MAX);
    if after > all.len() {
        return Err(format!(
            "there is no slide {}; the deck has {}",
            edit.after,
            all.len()
        ));
    }
    let near = after.saturating_sub(1);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| index.abs_diff(near));
    let has_both = |index: &&usize| {
        let slide = &all[**index];
        wording::holder(slide, wording::TITLES).is_some()
            && wording::holder(slide, wording::TEXTS).is_some()
    };
    let like = order.iter().find(has_both).or_else(|| order.first());
    let like = like
        .and_then(|index| all.get(*index))
        .ok_or("the deck has no slide to be like")?;
    let mut elements = Vec::new();
    let title = wording::holder(like, wording::TITLES)
        .ok_or("no slide of the deck has a title to be like")?;
    elements.push(wording::with_text(title, &[&edit.title]));
    if !edit.lines.is_empty() {
        let text = wording::holder(like, wording::TEXTS);
        let text =
            text.ok_or("no slide of the deck has a text to be like; give the slide a title only")?;
        let lines: Vec<&str> = edit.lines.iter().map(String::as_str).collect();
        elements.push(wording::with_text(text, &lines));
    }
    let id = wording::free_id(all);
    let mut slide = json!({"id": id, "background": like["background"], "elements": elements});
    for member in ["layout", "hide_master_elements"] {
        if let Some(value) = like.get(member) {
            slide[member] = value.clone();
        }
    }
    // What stands before it, or what comes first, must be what it was.
    let beside = format!("/slides/{near}/id");
    let there = deck.pointer(&beside);
    operations.add(
        &format!("/slides/{after}"),
        &slide,
        there.map(|there| (beside.as_str(), there)),
    );
    if let Some((section, place)) = wording::section_of(deck, all.get(near)) {
        let place = if after == 0 { place } else { place + 1 };
        let name = format!("/sections/{section}/name");
        operations.add(
            &format!("/sections/{section}/slides/{place}"),
            &Value::String(id),
            deck.pointer(&name).map(|there| (name.as_str(), there)),
        );
    }
    Ok(())
}
