//! The words of a query.

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A keyword, property or bare value.
    Word(String),
    /// A text in single quotes.
    Text(String),
    /// An operator, comma or parenthesis.
    Sign(&'static str),
}

const SIGNS: [&str; 10] = ["<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ","];

/// Splits an expression into its words.
pub(super) fn all(expression: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '\'' {
            text(rest)?
        } else if let Some((sign, after)) = SIGNS.iter().find_map(|sign| Some((*sign, rest.strip_prefix(sign)?))) {
            (Token::Sign(sign), after)
        } else {
            let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if word.is_empty() {
                return Err(format!("Syntax error near: {first}"));
            }
            (Token::Word(word.to_owned()), after)
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._:-*/".contains(letter)
}

/// A text in single quotes, in which two of them are one.
fn text(from: &str) -> Result<(Token, &str), String> {
    let mut text = String::new();
    let mut rest = from.strip_prefix('\'').unwrap_or(from);
    loop {
        let (part, after) = rest.split_once('\'').ok_or("Syntax error: a text is not closed")?;
        text.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => return Ok((Token::Text(text), after)),
        }
    }
}
