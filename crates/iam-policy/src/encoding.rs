//! Policy documents as the IAM API returns them: percent-encoded after RFC 3986.

/// Why a percent-encoded document could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// A `%` without two hexadecimal digits after it; the offset counts bytes.
    #[error("no two hexadecimal digits after the percent sign at byte {0}")]
    Escape(usize),
    /// The decoded bytes are no text.
    #[error("the decoded document is not UTF-8")]
    Utf8,
}

/// Decodes a percent-encoded policy document ("URL-encoded JSON compliant with RFC 3986" in the IAM API Reference).
/// A `+` stays a `+`: RFC 3986 knows no other spelling of a space than `%20`.
///
/// # Errors
/// [`EncodingError`] when an escape is incomplete or the result is no UTF-8.
pub fn decode_url(encoded: &str) -> Result<String, EncodingError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        if byte == b'%' {
            let high = rest.next().and_then(|(_, digit)| hexadecimal(digit));
            let low = rest.next().and_then(|(_, digit)| hexadecimal(digit));
            let (Some(high), Some(low)) = (high, low) else {
                return Err(EncodingError::Escape(at));
            };
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| EncodingError::Utf8)
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::{EncodingError, decode_url};

    #[test]
    fn decodes_escapes_and_leaves_plus_alone() {
        assert_eq!(
            decode_url("%7B%22a%22%3A%20%22%C3%A9+%22%7d"),
            Ok("{\"a\": \"é+\"}".to_owned())
        );
    }

    #[test]
    fn refuses_what_is_no_escape() {
        assert_eq!(decode_url("ab%2"), Err(EncodingError::Escape(2)));
        assert_eq!(decode_url("%zz"), Err(EncodingError::Escape(0)));
        assert_eq!(decode_url("%ff"), Err(EncodingError::Utf8));
    }
}
