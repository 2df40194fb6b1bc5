//! Text of others inside HTML: it can neither become markup nor turn the page around.

use std::fmt::{self, Write as _};

/// A text that is shown as it is, in content and in quoted attributes.
pub(super) struct Text<'a>(&'a str);

/// Escapes on display.
pub(super) fn text(text: &str) -> Text<'_> {
    Text(text)
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Marks that reorder what follows them, and controls, are shown by their number.
                '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    write!(f, "{}", character.escape_unicode())?;
                }
                c if c.is_control() => write!(f, "{}", c.escape_default())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// An address that a page may link to: `https://`, or a path beside the page. Others are shown as text.
pub(super) fn is_safe_link(target: &str) -> bool {
    let relative = !target.contains(':') && !target.starts_with(['/', '\\']);
    relative || target.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_others_is_markup() {
        for (from, to) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("a&amp;b", "a&amp;amp;b"),
            ("a\u{202e}b\u{1b}[2J\n", "a\\u{202e}b\\u{1b}[2J\\n"),
            ("Jürgen 東京", "Jürgen 東京"),
        ] {
            assert_eq!(text(from).to_string(), to);
        }
    }

    #[test]
    fn links_go_to_the_web_or_beside_the_page() {
        for (target, safe) in [
            ("https://example.com/report.html", true),
            ("findings.csv", true),
            ("2026-11-20/findings.csv", true),
            ("s3://bucket/key", false),
            ("http://example.com", false),
            ("javascript:alert(1)", false),
            ("//example.com/x", false),
            ("\\\\host\\share", false),
        ] {
            assert_eq!(is_safe_link(target), safe, "{target}");
        }
    }
}
