//! The tests of `gong-types`, in one binary.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod mutations;
mod period;
mod period_in_all_zones;
