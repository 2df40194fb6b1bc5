//! The `aws-chunked` encoding: chunks with optional signatures, then trailing headers.

/// A decoded body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) body: Vec<u8>,
    /// Trailing headers, names in lower case.
    pub(crate) trailers: Vec<(String, String)>,
}

/// Decodes a body; none if it is not well formed or ends early.
pub(crate) fn decode(mut rest: &[u8]) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    loop {
        let (line, after) = line(rest)?;
        let size = line.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            rest = after;
            break;
        }
        decoded.body.extend_from_slice(after.get(..size)?);
        rest = after.get(size..)?.strip_prefix(b"\r\n")?;
    }
    while let Some((trailer, after)) = line(rest) {
        if trailer.is_empty() {
            return Some(decoded);
        }
        let (name, value) = trailer.split_once(':')?;
        let name = name.trim().to_lowercase();
        decoded.trailers.push((name, value.trim().to_owned()));
        rest = after;
    }
    rest.is_empty().then_some(decoded)
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
    Some((line, bytes.get(end + 2..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        let good = |body: &str, trailers: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| (String::from(*name), String::from(*value));
            Some(Decoded {
                body: body.as_bytes().to_vec(),
                trailers: trailers.iter().map(owned).collect(),
            })
        };
        let trailing = [("x-amz-checksum-crc32", "AAAA")];
        let cases = [
            ("0\r\n\r\n", good("", &[])),
            (
                "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n",
                good("hello", &trailing),
            ),
            (
                "2;chunk-signature=ab\r\nhi\r\n1\r\n!\r\n0;chunk-signature=cd\r\n\r\n",
                good("hi!", &[]),
            ),
            ("5\r\nhel", None),
            ("zz\r\n", None),
            ("5\r\nhelloXX0\r\n\r\n", None),
            ("", None),
        ];
        for (input, expected) in cases {
            assert_eq!(decode(input.as_bytes()), expected, "{input:?}");
        }
    }
}
