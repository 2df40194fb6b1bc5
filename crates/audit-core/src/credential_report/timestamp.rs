//! RFC 3339 timestamps: a short way for the two forms that AWS writes, `jiff` for every other.

use jiff::Timestamp;

/// The least and the greatest byte at each place of `YYYY-MM-DDTHH:MM:SS`.
const LOWEST: &[u8; 19] = b"0000-00-00T00:00:00";
const HIGHEST: &[u8; 19] = b"9999-99-99T99:99:99";

/// Reads an RFC 3339 timestamp with any offset and any fraction of a second; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    fixed_form(text.as_bytes()).or_else(|| any_form(text))
}

/// `YYYY-MM-DDTHH:MM:SSZ` and the same with `+00:00`.
fn fixed_form(text: &[u8]) -> Option<Timestamp> {
    let (head, b"Z" | b"+00:00") = text.split_first_chunk::<19>()? else {
        return None;
    };
    // One pass without branches, which the compiler turns into a few vector instructions.
    let mut values = [0; 19];
    let mut is_fixed = true;
    for ((value, byte), (low, high)) in values.iter_mut().zip(head).zip(LOWEST.iter().zip(HIGHEST)) {
        is_fixed &= low <= byte && byte <= high;
        *value = byte.wrapping_sub(b'0');
    }
    if !is_fixed {
        return None;
    }
    let [y1, y2, y3, y4, _, m1, m2, _, d1, d2, _, h1, h2, _, n1, n2, _, s1, s2] = values;
    let pair = |tens: u8, ones: u8| i32::from(tens) * 10 + i32::from(ones);
    let (year, month, day) = (pair(y1, y2) * 100 + pair(y3, y4), pair(m1, m2), pair(d1, d2));
    let (hour, minute, second) = (pair(h1, h2), pair(n1, n2), pair(s1, s2));
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = i64::from(days_before_epoch_or_after(year, month, day));
    Timestamp::from_second(days * 86_400 + i64::from(hour * 3_600 + minute * 60 + second)).ok()
}

/// Whatever RFC 3339 allows beyond that. `jiff` accepts more than RFC 3339, so the shape is checked first.
fn any_form(text: &str) -> Option<Timestamp> {
    let (head, tail) = text.as_bytes().split_first_chunk::<19>()?;
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        _ => byte == form,
    };
    let is_rfc_3339 = head.iter().zip(b"0000-00-00T00:00:00").all(fits) && is_offset(without_fraction(tail)?);
    is_rfc_3339.then(|| text.parse().ok()).flatten()
}

/// What follows the fraction of a second, if there is one; `None` when a point stands without digits.
fn without_fraction(tail: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = tail.strip_prefix(b".") else {
        return Some(tail);
    };
    let end = fraction.iter().position(|byte| !byte.is_ascii_digit())?;
    (end > 0).then(|| fraction.get(end..)).flatten()
}

fn is_offset(tail: &[u8]) -> bool {
    match tail {
        b"Z" | b"z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit()),
        _ => false,
    }
}

fn days_in(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01, in the proleptic Gregorian calendar; years begin in March, so that the leap day is the last.
fn days_before_epoch_or_after(year: i32, month: i32, day: i32) -> i32 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_of_aws_and_every_rfc_3339_form_are_read() {
        for (text, same_as) in [
            ("2026-09-11T13:14:47Z", "2026-09-11T13:14:47Z"),
            ("2023-03-01T00:00:00+00:00", "2023-03-01T00:00:00Z"),
            ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("9999-12-30T00:00:00Z", "9999-12-30T00:00:00Z"),
            ("2026-09-11T13:14:47.123Z", "2026-09-11T13:14:47.123Z"),
            ("2026-09-11T13:14:47.123456789-05:30", "2026-09-11T18:44:47.123456789Z"),
            ("2026-09-11t13:14:47z", "2026-09-11T13:14:47Z"),
            ("2026-09-11 13:14:47-00:00", "2026-09-11T13:14:47Z"),
        ] {
            assert_eq!(read(text), Some(same_as.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-00T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:61Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+0000",
            "2024-01-01T00:00:00+00",
            "2024-01-01T00:00:00+99:00",
            "2024-01-01T00:00:00Z[UTC]",
            "2024-01-01T00:00:00+01:00[Europe/Berlin]",
            "2024-01-01",
            "20240101T000000Z",
            "-000001-01-01T00:00:00Z",
            "+002024-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            " 2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00Z ",
            "٢٠٢٤-01-01T00:00:00Z",
            "1704067200",
            "1e9",
            "never",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_agrees_with_jiff(seconds in -62_167_219_200_i64..253_402_207_200) {
            let timestamp = Timestamp::from_second(seconds).unwrap();
            let text = timestamp.to_string();
            prop_assert_eq!(fixed_form(text.as_bytes()), Some(timestamp));
            let offset = text.replace('Z', "+00:00");
            prop_assert_eq!(fixed_form(offset.as_bytes()), Some(timestamp));
        }

        #[test]
        fn the_short_way_accepts_nothing_that_jiff_refuses(text in "[0-2][0-9]{3}-[0-3][0-9]-[0-3][0-9]T[0-3][0-9]:[0-7][0-9]:[0-5][0-9]Z") {
            prop_assert_eq!(fixed_form(text.as_bytes()), text.parse().ok());
        }
    }
}
