//! Text cells that a spreadsheet shows and does not calculate.

use std::borrow::Cow;

/// The mark put before a cell that a spreadsheet could take for a formula.
const MARK: char = '\'';

/// Makes a text safe for a CSV file that a person may open in a spreadsheet.
///
/// An IAM user may be called `=1+1`, and account names hold anything. A text that begins with `=`, `+`, `-`, `@`
/// (also in their full-width forms), TAB, CR, LF or NUL gets an apostrophe in front, and so does one that begins with
/// an apostrophe, so that nothing is lost: [`original`] takes exactly that one away again. The cell still has to be
/// quoted as RFC 4180 says. Numbers, times and booleans need no such care; machine formats must not have it.
/// Source: OWASP Application Security Verification Standard 1.2.10 (CWE-1236).
///
/// ```
/// use audit_report::spreadsheet::{original, safe};
///
/// assert_eq!(safe("=1+1"), "'=1+1");
/// assert_eq!(original(&safe("=1+1")), "=1+1");
/// assert_eq!(safe("alice"), "alice");
/// ```
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    const RISKY: [char; 13] = [
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\t', '\r', '\n', '\0', MARK,
    ];
    if text.starts_with(RISKY) {
        Cow::Owned(format!("{MARK}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`safe`] was given.
#[must_use]
pub fn original(cell: &str) -> &str {
    cell.strip_prefix(MARK).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_be_a_formula_is_marked_and_the_rest_untouched() {
        for risky in [
            "=1+2",
            "+cmd",
            "-2+3",
            "@SUM",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0",
            "'=1",
            "'",
            "＝1",
            "=cmd|'/c calc'!A1",
        ] {
            assert_eq!(safe(risky), format!("'{risky}"), "{risky:?}");
        }
        for harmless in [
            "",
            "alice",
            "a=b",
            " =1",
            "1e9",
            "<root_account>",
            "arn:aws:iam::1:user/=x",
        ] {
            assert!(
                matches!(safe(harmless), Cow::Borrowed(same) if same == harmless),
                "{harmless:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[=+@'\t-]{0,2}.{0,8}") {
            let cell = safe(&text);
            prop_assert_eq!(original(&cell), &text);
        }

        #[test]
        fn equal_cells_come_from_equal_texts(left in "['=a]{0,4}", right in "['=a]{0,4}") {
            prop_assert_eq!(safe(&left) == safe(&right), left == right);
        }
    }
}
