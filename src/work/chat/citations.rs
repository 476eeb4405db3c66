//! Citations: `[slide 3]` and `[slide 3 #id]` in an answer become places in the deck.

use crate::deck::model::deck::Deck;
use crate::domain::chat::Citation;

/// Places that an answer cites and that are there, each once, in their order.
pub(super) fn of(text: &str, deck: &Deck) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    for inner in text
        .split('[')
        .skip(1)
        .filter_map(|rest| rest.split(']').next())
    {
        for part in inner.split([',', ';']) {
            if let Some(citation) = one(part.trim(), deck)
                && !found.contains(&citation)
            {
                found.push(citation);
            }
        }
    }
    found
}

fn one(text: &str, deck: &Deck) -> Option<Citation> {
    let lower = text.to_lowercase();
    let rest = lower.strip_prefix("slide ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let slide: u32 = digits.parse().ok()?;
    let index = usize::try_from(slide).ok()?.checked_sub(1)?;
    let shown = deck.slides.get(index)?;
    let element = text.split('#').nth(1).map(|id| id.trim().to_owned());
    let element = element.filter(|id| {
        let all = super::texts::by_element(shown);
        all.iter().any(|(known, _, _)| known == id)
    });
    Some(Citation {
        slide,
        slide_id: shown.id.clone(),
        element,
    })
}
