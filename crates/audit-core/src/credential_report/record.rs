//! Splits a report into records and fields: RFC 4180, line by line where no quotes are, byte by byte where they are.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr3};

/// Bytes of one field that are accepted; the longest legal value, an ARN, has about 700.
pub(super) const MAX_FIELD: usize = 64 * 1024;

/// The records of a text, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    rest: &'a str,
    line: u64,
    has_quotes: bool,
}

/// Where a record is and what it is made of; the fields themselves are in the caller's vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    /// Line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Fields in it, also those beyond the ones that were kept.
    pub(super) fields: usize,
    /// The line itself, if nothing in it is quoted.
    pub(super) plain: Option<&'a str>,
}

/// Why a record could not be split. The next record begins on a later line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    StrayQuote,
    /// There is no next record.
    UnclosedQuote,
    FieldTooLong,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
            has_quotes: memchr(b'"', text.as_bytes()).is_some(),
        }
    }

    /// Whether only line ends are left.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.bytes().all(|byte| matches!(byte, b'\r' | b'\n'))
    }

    /// Splits the next record into `fields`, of which at most `keep` are kept. Empty lines are no records.
    pub(super) fn next(
        &mut self,
        fields: &mut Vec<Cow<'a, str>>,
        keep: usize,
    ) -> Option<(u64, Result<Record<'a>, Malformed>)> {
        fields.clear();
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let line = self.line;
            let (text, rest) = match memchr(b'\n', self.rest.as_bytes()) {
                Some(end) => (
                    self.rest.get(..end).unwrap_or_default(),
                    self.rest.get(end + 1..).unwrap_or_default(),
                ),
                None => (self.rest, ""),
            };
            if self.has_quotes && memchr(b'"', text.as_bytes()).is_some() {
                return Some((line, self.next_quoted(fields, keep)));
            }
            (self.rest, self.line) = (rest, line + 1);
            let text = text.strip_suffix('\r').unwrap_or(text);
            if !text.is_empty() {
                return Some((line, split_plain(line, text, fields, keep)));
            }
        }
    }

    fn next_quoted(&mut self, fields: &mut Vec<Cow<'a, str>>, keep: usize) -> Result<Record<'a>, Malformed> {
        let line = self.line;
        let mut count = 0;
        let mut too_long = false;
        loop {
            let field = match self.rest.strip_prefix('"') {
                Some(inside) => self.quoted_field(inside),
                None => self.unquoted_field(),
            };
            let field = field.map_err(|malformed| self.give_up(line, malformed))?;
            too_long |= field.len() > MAX_FIELD;
            count += 1;
            if count <= keep {
                fields.push(field);
            }
            match self.rest.as_bytes() {
                [b',', ..] => self.rest = self.rest.get(1..).unwrap_or_default(),
                [b'\r', b'\n', ..] | [b'\n', ..] | [b'\r'] | [] => break,
                _ => return Err(self.give_up(line, Malformed::StrayQuote)),
            }
        }
        self.skip_line();
        if too_long {
            return Err(Malformed::FieldTooLong);
        }
        Ok(Record {
            line,
            fields: count,
            plain: None,
        })
    }

    /// The field up to its closing quote; the position behind that.
    fn quoted_field(&mut self, inside: &'a str) -> Result<Cow<'a, str>, Malformed> {
        let mut field = Cow::Borrowed("");
        let mut rest = inside;
        loop {
            let end = memchr(b'"', rest.as_bytes()).ok_or(Malformed::UnclosedQuote)?;
            let part = rest.get(..end).unwrap_or_default();
            rest = rest.get(end + 1..).unwrap_or_default();
            self.line += memchr_iter(b'\n', part.as_bytes()).count() as u64;
            // A field that is too long already need not grow further to be refused.
            if field.is_empty() {
                field = Cow::Borrowed(part);
            } else if field.len() <= MAX_FIELD {
                field.to_mut().push_str(part);
            }
            let Some(after) = rest.strip_prefix('"') else {
                self.rest = rest;
                return Ok(field);
            };
            if field.len() <= MAX_FIELD {
                field.to_mut().push('"');
            }
            rest = after;
        }
    }

    /// The field up to the comma or the line's end; the position there.
    fn unquoted_field(&mut self) -> Result<Cow<'a, str>, Malformed> {
        let bytes = self.rest.as_bytes();
        let end = memchr3(b',', b'\n', b'"', bytes).unwrap_or(bytes.len());
        let field = self.rest.get(..end).unwrap_or_default();
        self.rest = self.rest.get(end..).unwrap_or_default();
        match self.rest.as_bytes() {
            [b'"', ..] => Err(Malformed::StrayQuote),
            [b',', ..] => Ok(Cow::Borrowed(field)),
            _ => Ok(Cow::Borrowed(field.strip_suffix('\r').unwrap_or(field))),
        }
    }

    /// What a misplaced quote means for the rest of the text.
    ///
    /// Within one line the damage ends with the line. If a quoted field has run over a line's end before,
    /// an unclosed quote may have swallowed rows, and no later line is certain to begin a record.
    fn give_up(&mut self, began: u64, malformed: Malformed) -> Malformed {
        if self.line != began || malformed == Malformed::UnclosedQuote {
            self.rest = "";
            Malformed::UnclosedQuote
        } else {
            self.skip_line();
            malformed
        }
    }

    fn skip_line(&mut self) {
        self.rest = match memchr(b'\n', self.rest.as_bytes()) {
            Some(end) => self.rest.get(end + 1..).unwrap_or_default(),
            None => "",
        };
        self.line += 1;
    }
}

fn split_plain<'a>(
    line: u64,
    text: &'a str,
    fields: &mut Vec<Cow<'a, str>>,
    keep: usize,
) -> Result<Record<'a>, Malformed> {
    let mut count = 0;
    let mut longest = 0;
    for field in plain_fields(text) {
        count += 1;
        longest = longest.max(field.len());
        if count <= keep {
            fields.push(Cow::Borrowed(field));
        }
    }
    if longest > MAX_FIELD {
        return Err(Malformed::FieldTooLong);
    }
    Ok(Record {
        line,
        fields: count,
        plain: Some(text),
    })
}

/// The fields of a line without quotes.
pub(super) fn plain_fields(line: &str) -> impl Iterator<Item = &str> {
    let ends = memchr_iter(b',', line.as_bytes()).chain(std::iter::once(line.len()));
    let mut start = 0;
    ends.map(move |end| {
        let field = line.get(start..end).unwrap_or_default();
        start = end + 1;
        field
    })
}
