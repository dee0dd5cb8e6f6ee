//! The retry tokens of a client: in an outage they run out, and then requests fail at once.

/// How many tokens there are at most, and at first.
const MOST: u32 = 50;

/// A stock of tokens. A failure costs some, a success earns one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens(u32);

impl Tokens {
    /// The price of a retry after a failure that is soon over, as most are.
    pub(crate) const TRANSIENT: u32 = 5;
    /// The price of a retry after a timeout.
    pub(crate) const TIMEOUT: u32 = 10;

    /// A full stock.
    pub(crate) fn full() -> Self {
        Self(MOST)
    }

    /// Pays for a retry; false if there are too few left.
    pub(crate) fn spend(&mut self, cost: u32) -> bool {
        let left = self.0.checked_sub(cost);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }

    /// A request was answered.
    pub(crate) fn earn(&mut self) {
        self.0 = MOST.min(self.0 + 1);
    }
}
