//! Pages of at most twenty, some of them empty, with tokens that hold for one listing only.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::invalid;
use crate::random::{Random, fnv};
use crate::wire::refusal::Refusal;
use crate::world::World;

const LARGEST: usize = 20;

/// Where a listing stands.
#[derive(Debug)]
pub(super) struct Paging<'a> {
    world: &'a World,
    /// The operation and what it lists.
    listing: String,
    offset: usize,
    /// Pages given before this one.
    pub(super) number: usize,
    /// The page before this one was empty.
    after_empty: bool,
    size: usize,
}

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) range: Range<usize>,
    pub(super) next: Option<String>,
}

impl<'a> Paging<'a> {
    /// Reads `MaxResults` and `NextToken` of a call.
    pub(super) fn read(world: &'a World, operation: &str, subject: &str, input: &Value) -> Result<Self, Refusal> {
        let listing = format!("{operation}/{subject}");
        let mut paging = Self {
            world,
            listing,
            offset: 0,
            number: 0,
            after_empty: false,
            size: size(input)?,
        };
        match input.get("NextToken") {
            None | Some(Value::Null) => Ok(paging),
            Some(token) => {
                let token = token.as_str().ok_or_else(bad_token)?;
                paging.resume(token).ok_or_else(bad_token)?;
                Ok(paging)
            }
        }
    }

    /// The page of a list of so many items.
    pub(super) fn page(&self, total: usize) -> Page {
        let start = self.offset.min(total);
        let empty = start > 0 && start < total && !self.after_empty && self.is_empty_page();
        let end = if empty { start } else { total.min(start + self.size) };
        Page {
            range: start..end,
            next: (end < total).then(|| self.token(end, empty)),
        }
    }

    /// Every listing of several pages has an empty second one; later ones are rare.
    fn is_empty_page(&self) -> bool {
        let spec = self.world.spec();
        let mut random = Random::of(spec.seed, &self.listing, self.offset as u64);
        spec.empty_pages && (self.number == 1 || random.chance(3))
    }

    fn token(&self, offset: usize, empty: bool) -> String {
        let claims = format!("{offset} {} {}", self.number + 1, u8::from(empty));
        STANDARD.encode(format!("{claims} {:016x}", self.seal(&claims)))
    }

    fn resume(&mut self, token: &str) -> Option<()> {
        let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        let (claims, seal) = text.rsplit_once(' ')?;
        if seal != format!("{:016x}", self.seal(claims)) {
            return None;
        }
        let mut fields = claims.split(' ');
        self.offset = fields.next()?.parse().ok()?;
        self.number = fields.next()?.parse().ok()?;
        self.after_empty = fields.next()? == "1";
        Some(())
    }

    fn seal(&self, claims: &str) -> u64 {
        let text = format!("{}/{}/{claims}", self.world.spec().seed, self.listing);
        fnv(text.as_bytes())
    }
}

/// The refusal of a token that is not, or no longer, good.
pub(super) fn bad_token() -> Refusal {
    invalid("INVALID_NEXT_TOKEN", "You provided an invalid pagination token.")
}

fn size(input: &Value) -> Result<usize, Refusal> {
    let Some(asked) = input.get("MaxResults").filter(|value| !value.is_null()) else {
        return Ok(LARGEST);
    };
    let asked = asked.as_i64().unwrap_or(0);
    if asked < 1 {
        return Err(invalid(
            "MIN_VALUE_EXCEEDED",
            "You specified a value that is too low for MaxResults.",
        ));
    }
    let size = usize::try_from(asked).unwrap_or(usize::MAX);
    if size > LARGEST {
        return Err(invalid(
            "MAX_VALUE_EXCEEDED",
            "You specified a value that is too high for MaxResults.",
        ));
    }
    Ok(size)
}
