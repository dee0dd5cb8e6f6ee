//! Moments as the archive writes them: one form, in UTC, that sorts.

use jiff::{Timestamp, tz::TimeZone};

/// The moment as `2026-06-01T10:00:00.000Z`.
pub(crate) fn text(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_one_form() {
        let moment: Timestamp = "2026-06-01T12:00:00.5+02:00".parse().unwrap();
        assert_eq!(text(moment), "2026-06-01T10:00:00.500Z");
    }
}
