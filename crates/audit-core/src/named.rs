//! Text of others in messages of ours: quoted, escaped, and cut.

/// The text in backticks, with control characters escaped, cut to 80 characters.
#[must_use]
pub fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let mut quoted = String::from("`");
    for (index, character) in text.chars().enumerate() {
        if index == MOST {
            quoted.push('…');
            break;
        }
        match character {
            '`' => quoted.push('\''),
            c if steers(c) => quoted.extend(c.escape_default()),
            c => quoted.push(c),
        }
    }
    quoted.push('`');
    quoted
}

/// The text on one line: characters that break or turn a line are escaped, nothing is cut.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().fold(String::new(), |mut line, character| {
        if steers(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
        line
    })
}

/// Whether a character does something to the line instead of standing in it: controls, and Unicode's marks of direction
/// and invisible separators, with which a name could pass for another.
fn steers(character: char) -> bool {
    let is_invisible = matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    );
    character.is_control() || is_invisible
}

/// Names in a sentence: the first five in their order, then how many more there are.
#[must_use]
pub fn listed(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 5;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| quoted(name.as_ref())).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_can_neither_break_a_line_nor_flood_it() {
        assert_eq!(quoted("bob"), "`bob`");
        assert_eq!(quoted("a\nb`c\u{1b}[1m"), "`a\\nb'c\\u{1b}[1m`");
        assert_eq!(quoted(&"é".repeat(81)), format!("`{}…`", "é".repeat(80)));
    }

    #[test]
    fn a_line_stays_a_line_and_whole() {
        assert_eq!(plain("a\r\nb\u{1b}[2J`é"), "a\\r\\nb\\u{1b}[2J`é");
        assert_eq!(plain("abc\u{202e}gnp.exe 🚀"), "abc\\u{202e}gnp.exe 🚀");
    }

    #[test]
    fn long_lists_are_cut_with_a_count() {
        assert_eq!(listed(&["a", "b"]), "`a`, `b`");
        assert_eq!(
            listed(&["a", "b", "c", "d", "e", "f", "g"]),
            "`a`, `b`, `c`, `d`, `e` and 2 more"
        );
    }
}
