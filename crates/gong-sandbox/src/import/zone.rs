//! Zones: which time zone a company is in, guessed from the offsets of its time stamps.

use jiff::{
    Timestamp,
    fmt::temporal::{DateTimePrinter, Pieces},
    tz::{Offset, TimeZone},
};

/// Zones that many companies are in; the first that fits is taken.
const USUAL: [&str; 17] = [
    "UTC",
    "America/Los_Angeles",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "Europe/Helsinki",
    "Asia/Dubai",
    "America/Phoenix",
    "Pacific/Auckland",
];

/// The first usual zone that has the offset of each time stamp; else the offset of the last one.
pub(super) fn guess<'a>(stamps: impl Iterator<Item = &'a str>) -> TimeZone {
    let seen: Vec<(Timestamp, Offset)> = stamps.filter_map(read).collect();
    let fits =
        |zone: &TimeZone| seen.iter().all(|(moment, offset)| zone.to_offset(*moment) == *offset);
    let usual = USUAL.iter().filter_map(|name| TimeZone::get(name).ok()).find(fits);
    let fixed = || seen.last().map_or(TimeZone::UTC, |(_, offset)| TimeZone::fixed(*offset));
    usual.unwrap_or_else(fixed)
}

/// A moment with the offset that the zone has then.
pub(super) fn printed(moment: Timestamp, zone: &TimeZone) -> String {
    DateTimePrinter::new().timestamp_with_offset_to_string(&moment, zone.to_offset(moment))
}

fn read(stamp: &str) -> Option<(Timestamp, Offset)> {
    let offset = Pieces::parse(stamp).ok()?.to_numeric_offset()?;
    Some((stamp.parse().ok()?, offset))
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn a_zone_must_fit_summer_and_winter() {
        let name = |stamps: &[&str]| {
            let zone = guess(stamps.iter().copied());
            zone.iana_name().map(str::to_owned)
        };
        let summer = "2026-05-19T03:30:46.814-07:00";
        assert_eq!(name(&[summer]).as_deref(), Some("America/Los_Angeles"));
        let both = [summer, "2026-01-19T03:30:46-07:00"];
        assert_eq!(name(&both).as_deref(), Some("America/Phoenix"));
        assert_eq!(name(&["2026-05-19T03:30:46+05:45"]), None);
    }
}
