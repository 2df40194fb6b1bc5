//! The words of a query.

use super::{InvalidQuery, between};

/// A word, and where it stands.
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The bare words of a query, those in quotes and parentheses left out.
pub(super) fn words(query: &str) -> Result<Vec<Word<'_>>, InvalidQuery> {
    let (mut words, mut quote, mut depth, mut start) = (Vec::new(), false, 0_usize, None);
    for (place, letter) in query.char_indices().chain([(query.len(), ' ')]) {
        let of_word = !quote && depth == 0 && (letter.is_alphanumeric() || "._:-*/".contains(letter));
        match (start, of_word) {
            (None, true) => start = Some(place),
            (Some(from), false) => {
                let text = between(query, from, place);
                words.push(Word {
                    text,
                    start: from,
                    end: place,
                });
                start = None;
            }
            _ => {}
        }
        match letter {
            '\'' => quote = !quote,
            '(' if !quote => depth += 1,
            ')' if !quote => depth = depth.checked_sub(1).ok_or(InvalidQuery::Open)?,
            _ => {}
        }
    }
    if quote || depth > 0 {
        return Err(InvalidQuery::Open);
    }
    Ok(words)
}
