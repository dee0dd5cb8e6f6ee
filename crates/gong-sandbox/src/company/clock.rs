//! Times and durations as Gong prints them: the company's offset, and seconds with float32 noise.

use jiff::{Timestamp, fmt::temporal::DateTimePrinter, tz::TimeZone};
use serde_json::Value;

/// A moment with the offset of the zone and as many fractional digits as it needs.
pub(super) fn text(moment: Timestamp, zone: &TimeZone) -> String {
    let printer = DateTimePrinter::new();
    printer.timestamp_with_offset_to_string(&moment, zone.to_offset(moment))
}

/// Milliseconds as seconds, rounded to a float of 32 bits and widened again, as Gong does.
pub(super) fn seconds(milliseconds: u64) -> Value {
    let exact = f64::from(u32::try_from(milliseconds).unwrap_or(u32::MAX)) / 1000.0;
    Value::from(single(exact))
}

/// The nearest float of 32 bits, widened; for numbers of ordinary size.
pub(super) fn single(exact: f64) -> f64 {
    const BELOW: u64 = (1 << 29) - 1;
    const HALF: u64 = 1 << 28;
    let bits = exact.to_bits();
    let (kept, lost) = (bits & !BELOW, bits & BELOW);
    let is_odd = kept & (1 << 29) != 0;
    let up = if lost > HALF || (lost == HALF && is_odd) { 1 << 29 } else { 0 };
    f64::from_bits(kept + up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_look_like_widened_floats() {
        for (milliseconds, expected) in
            [(304, 0.303_999_990_224_838_26_f64), (0, 0.0), (33_474, 33.473_999_023_437_5)]
        {
            assert_eq!(seconds(milliseconds).as_f64().unwrap().to_bits(), expected.to_bits());
        }
    }

    #[test]
    fn moments_have_the_offset_of_their_season() {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get("America/Los_Angeles").unwrap();
        let at = |moment: &str| text(moment.parse().unwrap(), &zone);
        assert_eq!(at("2026-05-19T10:30:46.814Z"), "2026-05-19T03:30:46.814-07:00");
        assert_eq!(at("2026-01-19T10:30:46.72Z"), "2026-01-19T02:30:46.72-08:00");
        assert_eq!(at("2026-01-19T10:30:00Z"), "2026-01-19T02:30:00-08:00");
    }
}
