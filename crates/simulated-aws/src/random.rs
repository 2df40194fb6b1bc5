//! A small pseudo-random stream whose values never change: the same seed, topic and index give the same world for ever.

/// A stream of numbers (`SplitMix64`) that depends on nothing but how it was named.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream for one topic and one index under a seed; streams of different names are independent.
    pub(crate) fn of(seed: u64, topic: &str, index: u64) -> Self {
        let named = mix(seed ^ fnv(topic.as_bytes()));
        Self(mix(named ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The next number.
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 to `bound` - 1; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// An index below `bound`; 0 when `bound` is 0.
    pub(crate) fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of a hundred draws.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// True with a probability between 0 and 1.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "53 random bits fill a float exactly")]
        let uniform = (self.draw() >> 11) as f64 / (1_u64 << 53) as f64;
        uniform < probability
    }

    /// One of the given words; the empty word if there is none.
    pub(crate) fn word<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.get(self.index(from.len())).copied().unwrap_or("")
    }

    /// A text of `length` characters of an ASCII alphabet.
    pub(crate) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..length)
            .filter_map(|_| letters.get(self.index(letters.len())))
            .map(|letter| char::from(*letter))
            .collect()
    }
}

/// A stable 64-bit hash of some bytes (FNV-1a), for keys that must be the same in every build.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_pinned() {
        let mut random = Random::of(7, "users", 3);
        assert_eq!([random.draw(), random.draw()], PINNED);
    }

    const PINNED: [u64; 2] = [13_597_167_592_576_706_581, 7_251_906_598_892_440_663];

    #[test]
    fn bounds_hold() {
        let mut random = Random::of(1, "bounds", 0);
        for _ in 0..1_000 {
            assert!(random.below(7) < 7);
            assert!((3..=5).contains(&random.between(3, 5)));
        }
        assert_eq!(random.below(0), 0);
        assert!(!random.happens(0.0));
        assert!(random.happens(1.0));
    }
}
