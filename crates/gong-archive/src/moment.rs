//! Moments as the archive writes them: one form, in UTC, that sorts.

use jiff::{Timestamp, tz::TimeZone};

/// The moment as `2026-06-01T10:00:00.000Z`. What is before the year 0, which no text of this form
/// tells, is taken for its begin.
pub(crate) fn text(moment: Timestamp) -> String {
    let moment = moment.max(BEGIN);
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// When the year 0 begins.
const BEGIN: Timestamp = Timestamp::constant(-62_167_219_200, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_one_form() {
        let moment: Timestamp = "2026-06-01T12:00:00.5+02:00".parse().unwrap();
        assert_eq!(text(moment), "2026-06-01T10:00:00.500Z");
        for (moment, written) in [
            (Timestamp::MIN, "0000-01-01T00:00:00.000Z"),
            ("-000001-12-31T00:00:00Z".parse().unwrap(), "0000-01-01T00:00:00.000Z"),
            ("0001-01-01T00:00:00Z".parse().unwrap(), "0001-01-01T00:00:00.000Z"),
            ("9999-12-30T00:00:00Z".parse().unwrap(), "9999-12-30T00:00:00.000Z"),
        ] {
            assert_eq!(text(moment), written);
            assert!(text(moment).parse::<Timestamp>().is_ok());
        }
    }
}
