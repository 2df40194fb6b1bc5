//! `*` and `?` matching in time linear in pattern times text, without recursion.
//!
//! A compiled pattern is bytes in which values that never occur in UTF-8 stand for the wildcards; text that a policy
//! variable put in keeps its `*` and `?` as characters.

/// Any run of characters.
pub(crate) const ANY: u8 = 0xff;
/// Exactly one character.
pub(crate) const ONE: u8 = 0xfe;
/// Any run of characters without a colon.
pub(crate) const ANY_IN_SEGMENT: u8 = 0xfd;
/// Exactly one character, not a colon.
pub(crate) const ONE_IN_SEGMENT: u8 = 0xfc;

/// A compiled pattern with what makes most comparisons short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    bytes: Box<[u8]>,
    /// How many bytes stand before the first wildcard.
    literal: usize,
}

impl Pattern {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let literal = bytes
            .iter()
            .position(|byte| *byte >= ONE_IN_SEGMENT)
            .unwrap_or(bytes.len());
        Self {
            bytes: bytes.into_boxed_slice(),
            literal,
        }
    }

    /// Compiles text in which every `*` and `?` is a wildcard.
    pub(crate) fn glob(text: &str) -> Self {
        Self::new(text.bytes().map(wildcard).collect())
    }

    /// Compiles text in which every `*` and `?` is a wildcard, to be matched with text in lower case.
    pub(crate) fn ignoring_case(text: &str) -> Self {
        let lower = |byte: u8| wildcard(byte.to_ascii_lowercase());
        Self::new(text.bytes().map(lower).collect())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text before the first wildcard, and what follows it.
    pub(crate) fn split(&self) -> (&[u8], &[u8]) {
        self.bytes.split_at_checked(self.literal).unwrap_or_default()
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let (literal, rest) = self.split();
        let Some(tail) = text.as_bytes().strip_prefix(literal) else {
            return false;
        };
        match rest {
            [] => tail.is_empty(),
            [ANY] => true,
            _ => matches(rest, tail),
        }
    }
}

/// The wildcard that this byte of a policy stands for, or the byte itself.
pub(crate) fn wildcard(byte: u8) -> u8 {
    match byte {
        b'*' => ANY,
        b'?' => ONE,
        other => other,
    }
}

/// Whether compiled pattern bytes match all of the text.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    if pattern.contains(&ANY_IN_SEGMENT) {
        matches_with_segments(pattern, text)
    } else {
        matches_greedily(pattern, text)
    }
}

/// When a later star has been reached, an earlier one never needs another try, so one point of return is enough.
fn matches_greedily(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut here) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(here)) {
            (None, None) => return true,
            (Some(&ANY), _) => {
                at += 1;
                retry = Some((at, here));
                continue;
            }
            (Some(&ONE), Some(_)) => {
                at += 1;
                here = next_character(text, here);
                continue;
            }
            (Some(&ONE_IN_SEGMENT), Some(byte)) if *byte != b':' => {
                at += 1;
                here = next_character(text, here);
                continue;
            }
            (Some(wanted), Some(byte)) if wanted == byte => {
                at += 1;
                here += 1;
                continue;
            }
            _ => {}
        }
        match retry {
            Some((after_star, from)) if from < text.len() => {
                let from = next_character(text, from);
                retry = Some((after_star, from));
                (at, here) = (after_star, from);
            }
            _ => return false,
        }
    }
}

/// Walks the text once and keeps, for every position of the pattern, whether the text so far can end there.
fn matches_with_segments(pattern: &[u8], text: &[u8]) -> bool {
    let (pattern, text) = (symbols(pattern), symbols(text));
    let mut now = vec![false; pattern.len() + 1];
    let mut next = now.clone();
    if let Some(start) = now.first_mut() {
        *start = true;
    }
    skip_stars(&pattern, &mut now);
    for character in &text {
        next.fill(false);
        let in_segment = *character != Symbol::Character(':');
        for (at, wanted) in pattern.iter().enumerate() {
            if now.get(at) != Some(&true) {
                continue;
            }
            let to = match *wanted {
                Symbol::Wildcard(ANY) => at,
                Symbol::Wildcard(ANY_IN_SEGMENT) if in_segment => at,
                Symbol::Wildcard(ONE) => at + 1,
                Symbol::Wildcard(ONE_IN_SEGMENT) if in_segment => at + 1,
                literal if literal == *character => at + 1,
                _ => continue,
            };
            if let Some(state) = next.get_mut(to) {
                *state = true;
            }
        }
        skip_stars(&pattern, &mut next);
        std::mem::swap(&mut now, &mut next);
    }
    now.last() == Some(&true)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Wildcard(u8),
    Character(char),
}

fn symbols(bytes: &[u8]) -> Vec<Symbol> {
    let mut all = Vec::with_capacity(bytes.len());
    for run in bytes.chunk_by(|left, right| *left < ONE_IN_SEGMENT && *right < ONE_IN_SEGMENT) {
        match run {
            [wildcard] if *wildcard >= ONE_IN_SEGMENT => all.push(Symbol::Wildcard(*wildcard)),
            _ => all.extend(String::from_utf8_lossy(run).chars().map(Symbol::Character)),
        }
    }
    all
}

fn skip_stars(pattern: &[Symbol], states: &mut [bool]) {
    for (at, wanted) in pattern.iter().enumerate() {
        if matches!(*wanted, Symbol::Wildcard(ANY | ANY_IN_SEGMENT))
            && states.get(at) == Some(&true)
            && let Some(state) = states.get_mut(at + 1)
        {
            *state = true;
        }
    }
}

fn next_character(text: &[u8], from: usize) -> usize {
    let mut to = from + 1;
    while text.get(to).is_some_and(|byte| is_continuation(*byte)) {
        to += 1;
    }
    to
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::{ANY, ANY_IN_SEGMENT, Pattern, matches};

    #[test]
    fn wildcards_stand_for_characters() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*", "a", true),
            ("a?", "a", false),
            ("a?c", "aéc", true),
            ("a??c", "aéc", false),
            ("*b*d", "abcbcd", true),
            ("*b*d", "abcbce", false),
            ("**a**", "bab", true),
            ("ab", "abc", false),
            ("*é", "aéé", true),
        ] {
            assert_eq!(
                Pattern::ignoring_case(pattern).matches(text),
                expected,
                "{pattern} on {text}"
            );
        }
    }

    #[test]
    fn many_stars_on_a_long_text_stay_cheap() {
        let pattern = Pattern::ignoring_case(&"a*".repeat(500));
        let text = "a".repeat(5_000);
        assert!(pattern.matches(&text));
        let never = Pattern::ignoring_case(&format!("{}b", "a*".repeat(500)));
        assert!(!never.matches(&text));
    }

    #[test]
    fn a_star_of_a_segment_stops_at_the_colon() {
        let inside = |tail: u8| [&b"a"[..], &[ANY_IN_SEGMENT], b"b:", &[tail], b"z"].concat();
        assert!(matches(&inside(ANY), b"a12b:q:z"));
        assert!(!matches(&inside(ANY), b"a1:2b:q:z"));
        assert!(matches(&inside(ANY_IN_SEGMENT), b"a\xc3\xa9b:qz"));
        assert!(!matches(&inside(ANY_IN_SEGMENT), b"ab:q:z"));
    }
}
