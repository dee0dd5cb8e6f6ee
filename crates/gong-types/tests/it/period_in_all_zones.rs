//! Properties of the grammar that hold in every zone and at every moment.

use gong_types::{Ago, Period, PeriodArgs, When};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use proptest::prelude::*;

/// Zones with the odd habits: halves and quarters of an hour, clocks that jump over midnight or go
/// back over it, dates that never were, four changes a year, and both ends of the world.
const ZONES: &[&str] = &[
    "UTC",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Juba",
    "Africa/Monrovia",
    "America/Anchorage",
    "America/Asuncion",
    "America/Caracas",
    "America/Goose_Bay",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "America/Toronto",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Colombo",
    "Asia/Dhaka",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Enderbury",
    "Pacific/Fakaofo",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "Pacific/Marquesas",
];

/// Where and when somebody says something: any moment of 1990 to 2040, often one where the clocks of
/// the zone have just changed or are about to.
fn somewhere() -> impl Strategy<Value = (Timestamp, TimeZone)> {
    let second = 631_152_000_i64..2_240_524_800;
    let near = prop_oneof![Just(None), (-90_000_i64..90_000).prop_map(Some)];
    (second, prop::sample::select(ZONES), near).prop_map(|(second, name, near)| {
        let zone = TimeZone::get(name).unwrap();
        let at = Timestamp::from_second(second).unwrap();
        let change = zone.following(at).next().map(|change| change.timestamp());
        let at = match (near, change) {
            (Some(seconds), Some(change)) if change.as_second() < 2_300_000_000 => {
                change.checked_add(seconds.seconds()).unwrap()
            }
            _ => at,
        };
        (at, zone)
    })
}

fn on(said: &str, now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let args = PeriodArgs { on: Some(said.parse().unwrap()), ..PeriodArgs::default() };
    let Period { from, to } = args.resolve(now, zone).unwrap();
    (from.unwrap(), to.unwrap())
}

/// Anything a person could say, sensible or not quite.
fn said() -> impl Strategy<Value = String> {
    let words = prop::sample::select(
        &[
            "now",
            "today",
            "yesterday",
            "tomorrow",
            "monday",
            "sunday",
            "this-week",
            "last-week",
            "this-month",
            "last-month",
            "this-quarter",
            "last-quarter",
            "this-year",
            "last-year",
        ][..],
    );
    prop_oneof![
        words.prop_map(str::to_owned),
        (0_u16..2000, prop::sample::select(&["h", "d", "w", "mo", "y"][..]))
            .prop_map(|(count, unit)| format!("{count}{unit}")),
        (0_u16..=9999, 1_u8..=13, 1_u8..=32)
            .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}")),
        "[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9](:[0-6][0-9](\\.[0-9]{1,9})?)?([zZ]|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn named_spans_meet_without_gap_or_overlap((now, zone) in somewhere()) {
        prop_assert_eq!(on("yesterday", now, &zone).1, on("today", now, &zone).0);
        prop_assert_eq!(on("today", now, &zone).1, on("tomorrow", now, &zone).0);
        for unit in ["week", "month", "quarter", "year"] {
            let (start, end) = on(&format!("this-{unit}"), now, &zone);
            let last = on(&format!("last-{unit}"), now, &zone);
            prop_assert_eq!(last.1, start);
            prop_assert!(last.0 < last.1);
            // Seen from the next one, it is the last one.
            prop_assert_eq!(on(&format!("last-{unit}"), end, &zone), (start, end));
        }
    }

    #[test]
    fn what_is_called_this_holds_now((now, zone) in somewhere()) {
        for said in ["today", "this-week", "this-month", "this-quarter", "this-year"] {
            let (from, to) = on(said, now, &zone);
            prop_assert!(from <= now && now < to, "{} from {} to {}", said, from, to);
        }
        let (_, week) = on("this-week", now, &zone);
        prop_assert_eq!(on("monday", now, &zone).0, on("this-week", now, &zone).0);
        prop_assert!(week > now);
    }

    #[test]
    fn yesterday_is_the_today_of_a_day_ago((now, zone) in somewhere()) {
        let (from, to) = on("yesterday", now, &zone);
        prop_assert!(from < to);
        prop_assert_eq!(on("today", from, &zone), (from, to));
    }

    #[test]
    fn days_in_a_row_meet_and_make_the_month((now, zone) in somewhere()) {
        let (start, end) = on("this-month", now, &zone);
        let first: Date = {
            // An hour in, so that a day which begins twice is not taken for the one before.
            let within = start.checked_add(2.hours()).unwrap();
            within.to_zoned(zone.clone()).date().first_of_month()
        };
        let mut day = first;
        let mut reached = start;
        while day.month() == first.month() {
            let said: When = day.to_string().parse().unwrap();
            let from = PeriodArgs { from: Some(said.clone()), ..PeriodArgs::default() };
            let to = PeriodArgs { to: Some(said), ..PeriodArgs::default() };
            prop_assert_eq!(from.resolve(now, &zone).unwrap().from, Some(reached));
            let next = to.resolve(now, &zone).unwrap().to.unwrap();
            let hours = next.duration_since(reached).as_hours();
            // 27 in Casey on 11 March 2018, none where a date was left out.
            prop_assert!((0..=27).contains(&hours), "{} has {} hours", day, hours);
            reached = next;
            day = day.tomorrow().unwrap();
        }
        prop_assert_eq!(reached, end);
    }

    #[test]
    fn a_period_is_never_backwards_or_empty(
        (now, zone) in somewhere(),
        from in prop::option::of(said()),
        to in prop::option::of(said()),
    ) {
        let read = |said: Option<String>| said.and_then(|said| said.parse::<When>().ok());
        let args = PeriodArgs { from: read(from), to: read(to), ..PeriodArgs::default() };
        if let Ok(Period { from: Some(from), to: Some(to) }) = args.resolve(now, &zone) {
            prop_assert!(from < to);
        }
    }

    #[test]
    fn days_of_the_company_hold_all_that_is_over(
        (now, zone) in somewhere(),
        (_, company) in somewhere(),
        said in said(),
    ) {
        let Ok(said) = said.parse::<When>() else { return Ok(()) };
        let args = PeriodArgs { on: Some(said), ..PeriodArgs::default() };
        let Ok(period) = args.resolve(now, &zone) else { return Ok(()) };
        let Ok(range) = period.dates(now, &company) else { return Ok(()) };
        prop_assert!(range.from < range.to);
        let day = |date: Date| {
            let said: When = date.to_string().parse().unwrap();
            let args = PeriodArgs { from: Some(said), ..PeriodArgs::default() };
            args.resolve(now, &company).unwrap().from.unwrap()
        };
        let (today, _) = on("today", now, &company);
        prop_assert!(day(range.from) <= period.from.unwrap());
        prop_assert!(day(range.to) >= period.to.unwrap().min(today));
        prop_assert!(day(range.to) <= today);
    }

    #[test]
    fn lengths_reach_back_and_further_when_longer((now, zone) in somewhere(), count in 1_u16..900) {
        for unit in ["h", "d", "w", "mo", "y"] {
            let from = |count: u16| {
                let last: Ago = format!("{count}{unit}").parse().unwrap();
                let args = PeriodArgs { last: Some(last), ..PeriodArgs::default() };
                let period = args.resolve(now, &zone).unwrap();
                assert_eq!(period.to, Some(now));
                period.from.unwrap()
            };
            prop_assert!(from(count) < now);
            prop_assert!(from(count + 1) <= from(count));
        }
    }

    #[test]
    fn what_was_said_can_be_said_again(said in said()) {
        if let Ok(when) = said.parse::<When>() {
            prop_assert_eq!(when.to_string().parse::<When>().unwrap(), when);
        }
        if let Ok(ago) = format!("\t{said} ").parse::<Ago>() {
            prop_assert_eq!(ago.to_string(), said);
        }
    }

    #[test]
    fn sensible_times_agree_with_another_reader(
        second in -62_000_000_000_i64..250_000_000_000,
        nanosecond in 0_i32..1_000_000_000,
        offset in -50_i32..=56,
    ) {
        let at = Timestamp::new(second, nanosecond).unwrap();
        let offset = jiff::tz::Offset::from_seconds(offset * 900).unwrap();
        let said = at.display_with_offset(offset).to_string();
        let args = PeriodArgs { from: Some(said.parse().unwrap()), ..PeriodArgs::default() };
        prop_assert_eq!(args.resolve(at, &TimeZone::UTC).unwrap().from, Some(at));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), tail in "[-0-9TtZz:+. a-z/é]{0,30}") {
        for text in [text.as_str(), &tail, &format!("2025-01-15{tail}"), &format!("2025-01-15T{text}")] {
            for problem in [text.parse::<When>().err(), text.parse::<Ago>().err()] {
                let shown = problem.map(|problem| problem.to_string()).unwrap_or_default();
                prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
            }
        }
    }
}
