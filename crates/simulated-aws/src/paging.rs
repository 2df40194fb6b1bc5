//! Pages of lists, some of them empty, with tokens that hold for one listing only.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::random::{Random, fnv};
use crate::world::World;

/// Where a listing stands.
#[derive(Debug)]
pub(crate) struct Paging<'a> {
    world: &'a World,
    /// The operation and what it lists.
    listing: String,
    offset: usize,
    /// Pages given before this one.
    pub(crate) number: usize,
    /// The page before this one was empty.
    after_empty: bool,
    /// The most items of a page.
    size: usize,
}

/// One page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) range: Range<usize>,
    pub(crate) next: Option<String>,
}

impl<'a> Paging<'a> {
    /// Where a listing, which its name tells from all others, goes on; none if the token is not of this listing.
    pub(crate) fn resume(world: &'a World, listing: String, size: usize, token: Option<&str>) -> Option<Self> {
        let mut paging = Self {
            world,
            listing,
            offset: 0,
            number: 0,
            after_empty: false,
            size: size.min(world.spec().largest_page.unwrap_or(size)).max(1),
        };
        if let Some(token) = token {
            paging.read(token)?;
        }
        Some(paging)
    }

    /// The page of a list of so many items.
    pub(crate) fn page(&self, total: usize) -> Page {
        let start = self.offset.min(total);
        let empty = start > 0 && start < total && !self.after_empty && self.is_empty_page();
        let end = if empty { start } else { total.min(start + self.size) };
        Page {
            range: start..end,
            next: (end < total).then(|| self.token(end, empty)),
        }
    }

    /// The same with pages that are sometimes shorter than the client allows, as IAM gives them.
    pub(crate) fn short_page(mut self, total: usize) -> Page {
        let mut random = Random::of(self.world.spec().seed, &self.listing, self.offset as u64);
        if self.world.spec().empty_pages && random.chance(40) {
            self.size = (self.size * 2 / 3).max(1);
        }
        self.page(total)
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

    fn read(&mut self, token: &str) -> Option<()> {
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
