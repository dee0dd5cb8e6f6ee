//! Randomness for waits: so that clients which failed together do not come back together.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

/// A source of random waits (the splitmix64 sequence). It is no good for secrets.
#[derive(Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    /// The same waits each time for the same seed; other waits each time without one.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.unwrap_or_else(|| RandomState::new().hash_one(0)))
    }

    /// Any wait from none to `longest`.
    pub(crate) fn up_to(&mut self, longest: Duration) -> Duration {
        let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX - 1);
        Duration::from_micros(self.next() % micros.saturating_add(1))
    }

    /// A line that parts a body, which holds it nowhere else unless by chance in 2^128.
    pub(crate) fn boundary(&mut self) -> String {
        format!("gong-{:016x}{:016x}", self.next(), self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_fill_their_span_and_stay_in_it() {
        let longest = Duration::from_secs(1);
        let mut jitter = Jitter::new(Some(7));
        let waits: Vec<_> = (0..1000).map(|_| jitter.up_to(longest)).collect();
        assert!(waits.iter().all(|wait| *wait <= longest));
        assert!(waits.iter().any(|wait| *wait < longest / 20));
        assert!(waits.iter().any(|wait| *wait > longest * 19 / 20));
    }

    #[test]
    fn no_span_is_no_wait() {
        assert_eq!(Jitter::new(None).up_to(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_seed_makes_the_same_waits() {
        let waits = |seed| {
            let mut jitter = Jitter::new(Some(seed));
            [(); 8].map(|()| jitter.up_to(Duration::from_secs(20)))
        };
        let (one, again, other) = (waits(1), waits(1), waits(2));
        assert_eq!(one, again);
        assert_ne!(one, other);
    }
}
