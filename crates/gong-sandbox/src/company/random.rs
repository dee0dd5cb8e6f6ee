//! A small random stream: the same numbers for the same seed on every platform.

/// The purpose of a stream, so that what is drawn for one never shifts another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Accounts,
    Activity,
    Comments,
    Content,
    Context,
    Hazards,
    Parties,
    Plan,
    Slots,
    Talk,
    Users,
}

/// Mixes the bits of one word so that near inputs give far outputs (the finalizer of splitmix64).
pub(super) fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// One word from three: the seed, what the number counts, and the number.
pub(super) fn hash(seed: u64, purpose: Purpose, number: u64) -> u64 {
    let tag = match purpose {
        Purpose::Accounts => 1,
        Purpose::Activity => 2,
        Purpose::Comments => 3,
        Purpose::Content => 4,
        Purpose::Context => 5,
        Purpose::Hazards => 6,
        Purpose::Parties => 7,
        Purpose::Plan => 8,
        Purpose::Slots => 9,
        Purpose::Talk => 10,
        Purpose::Users => 11,
    };
    mix(mix(mix(seed ^ 0x6a09_e667_f3bc_c909).wrapping_add(tag)).wrapping_add(number))
}

/// A stream of random numbers (splitmix64).
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The stream of one number for one purpose.
    pub(super) fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        Self { state: hash(seed, purpose, number) }
    }

    /// 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number in `0..bound`; 0 if `bound` is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number in `low..=high`.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// An index in `0..len`; 0 if `len` is 0.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(u64::try_from(len).unwrap_or(0))).unwrap_or(0)
    }

    /// True in `percent` of 100 draws.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`, which is not empty.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    /// An index drawn in proportion to `weights`.
    pub(super) fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// The indices `0..len` in random order.
    pub(super) fn order(&mut self, len: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..len).collect();
        for index in (1..len).rev() {
            order.swap(index, self.index(index + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_same_numbers_on_every_platform() {
        let mut random = Random::new(1, Purpose::Plan, 2);
        let drawn = [random.next(), random.below(1000), random.between(5, 9)];
        let mut again = Random::new(1, Purpose::Plan, 2);
        assert_eq!(drawn, [again.next(), again.below(1000), again.between(5, 9)]);
        assert_eq!(mix(1), 0x5692_161d_100b_05e5);
        assert_ne!(drawn[0], Random::new(1, Purpose::Talk, 2).next());
    }

    #[test]
    fn shuffles_without_loss() {
        let mut order = Random::new(1, Purpose::Plan, 2).order(50);
        assert_ne!(order, (0..50).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }
}
