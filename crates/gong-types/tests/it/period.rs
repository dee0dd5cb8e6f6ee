//! The grammar of dates: what each word means, and what is said about words that mean nothing.

use std::fmt::Write as _;

use gong_types::{Ago, DateRange, Period, PeriodArgs, PeriodError, When};
use jiff::{
    Timestamp,
    civil::date,
    tz::{Offset, TimeZone},
};

/// Wednesday, 15 January 2025, 10:30 in Berlin, where the tests are unless they say otherwise.
const NOW: &str = "2025-01-15T10:30:00+01:00";

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// Reads arguments such as `--from monday --to 7d`, without the dashes.
fn args(words: &[(&str, &str)]) -> PeriodArgs {
    let mut args = PeriodArgs::default();
    for (name, said) in words {
        match *name {
            "from" => args.from = Some(said.parse().unwrap()),
            "to" => args.to = Some(said.parse().unwrap()),
            "last" => args.last = Some(said.parse().unwrap()),
            "on" => args.on = Some(said.parse().unwrap()),
            other => panic!("no such argument: {other}"),
        }
    }
    args
}

fn resolve_at(now: &str, zone_name: &str, words: &[(&str, &str)]) -> Result<Period, PeriodError> {
    args(words).resolve(now.parse().unwrap(), &zone(zone_name))
}

fn shown(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(
        || "open".to_owned(),
        |at| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string(),
    )
}

/// What the words mean at `now`, both ends as the clock of the zone shows them.
fn at(now: &str, zone_name: &str, words: &[(&str, &str)]) -> String {
    let zone = zone(zone_name);
    match resolve_at(now, zone_name, words) {
        Ok(Period { from, to }) => format!("{} .. {}", shown(from, &zone), shown(to, &zone)),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn every_word_has_one_meaning() {
    let mut table = format!("now is {NOW} in Europe/Berlin\n");
    for said in [
        "now",
        "today",
        "yesterday",
        "tomorrow",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "this-week",
        "last-week",
        "this-month",
        "last-month",
        "this-quarter",
        "last-quarter",
        "this-year",
        "last-year",
        "0d",
        "36h",
        "7d",
        "2w",
        "1mo",
        "1y",
        "2024-12-25",
        "2025-01-14T09:00",
        "2025-01-14 09:00:05",
        "2025-01-14T09:00:05.123456789",
        "2025-01-14T09:00Z",
        "2025-01-14T09:00:00-00:00",
        "2025-01-14t09:00:00.5z",
        "2025-01-14T09:00:00+14:00",
        "2025-01-14T09:00:00-1400",
        "2016-12-31T23:59:60Z",
        "  YesterDay\t",
        "LAST-WEEK",
        "7D",
    ] {
        let from = at(NOW, "Europe/Berlin", &[("from", said)]);
        let to = at(NOW, "Europe/Berlin", &[("to", said)]);
        let on = at(NOW, "Europe/Berlin", &[("on", said)]);
        let from = from.strip_suffix(" .. open").unwrap();
        let to = to.strip_prefix("open .. ").unwrap();
        let whole = if on == format!("{from} .. {to}") { "a day or more" } else { "a moment" };
        writeln!(table, "{said:?}: {whole}\n    from {from}\n    to   {to}").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn says_what_is_wrong_with_a_date_and_what_to_say_instead() {
    let mut table = String::new();
    for said in [
        "",
        "nonsense",
        "7",
        "100",
        "5m",
        "5M",
        "90min",
        "7 days",
        "7days ago",
        "last 7 days",
        "-7d",
        "99999999999999999999d",
        "20000y",
        "last week",
        "Last_Month",
        "lastweek",
        "week",
        "mon",
        "last",
        "day",
        "2025",
        "20250115",
        "1736899200",
        "1736899200000",
        "01/15/2025",
        "15.1.2025",
        "03/04/2025",
        "04/04/2025",
        "2025/01/15",
        "2025-1-5",
        "13/13/2025",
        "2025-01",
        "2025-02-30",
        "2024-02-30",
        "2025-13-01",
        "2025-00-10",
        "2025-01-00",
        "2025-01-15T",
        "2025-01-15T10",
        "2025-01-15T25:00",
        "2025-01-15T24:00:00Z",
        "2025-01-15T10:61",
        "2025-01-15T10:00:61Z",
        "2025-01-15T10:00.5Z",
        "2025-01-15T10:00:00.Z",
        "2025-01-15T10:00:00.1234567890Z",
        "2025-01-15T10:00:00 UTC",
        "2025-01-15T10:00:00+2",
        "2025-01-15T10:00:00+24:00",
        "2025-01-15T10:00:00+02:00[Europe/Berlin]",
        "2025-01-15x",
        "2025-01-155",
        "9999-12-31T23:59:59-23:59",
        "２０２５-01-15",
        "monday\u{202e}\u{1b}[31m",
        "a very long piece of text that somebody pasted by mistake into the wrong place",
    ] {
        let error = said.parse::<When>().unwrap_err();
        writeln!(table, "{error}").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn says_what_is_wrong_with_a_length() {
    let mut table = String::new();
    for said in ["", "7", "7m", "week", "7 days", "2025-01-15", "yesterday", "1w2d", "-7d", "1.5h"]
    {
        let error = said.parse::<Ago>().unwrap_err();
        writeln!(table, "{error}").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn says_why_dates_make_no_period() {
    let mut table = String::new();
    for words in [
        &[("last", "7d"), ("from", "monday")][..],
        &[("last", "7d"), ("on", "monday")],
        &[("on", "today"), ("to", "today")],
        &[("from", "today"), ("to", "yesterday")],
        &[("from", "2025-01-15T12:00"), ("to", "2025-01-15T10:00Z")],
        &[("from", "now"), ("to", "now")],
        &[("last", "0d")],
        &[("on", "7d")],
        &[("on", "now")],
        &[("on", "2025-01-15T10:00")],
        &[("from", "2025-01-15"), ("to", "2025-01-14")],
        &[("from", "12000y")],
        &[("from", "1900y"), ("to", "2025y")],
        &[("from", "0000-01-01")],
        &[("on", "9999-12-31")],
    ] {
        writeln!(table, "{words:?}\n    {}", at(NOW, "Europe/Berlin", words)).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn nothing_said_is_an_open_period() {
    let period = resolve_at(NOW, "Europe/Berlin", &[]).unwrap();
    assert_eq!(period, Period { from: None, to: None });
}

#[test]
fn a_length_ends_now() {
    assert_eq!(
        at(NOW, "Europe/Berlin", &[("last", "7d")]),
        "2025-01-08T10:30:00+01:00 .. 2025-01-15T10:30:00+01:00"
    );
}

#[test]
fn an_end_that_is_a_day_includes_the_day() {
    assert_eq!(
        at(NOW, "Europe/Berlin", &[("from", "2025-01-10"), ("to", "2025-01-12")]),
        "2025-01-10T00:00:00+01:00 .. 2025-01-13T00:00:00+01:00"
    );
    assert_eq!(
        at(NOW, "Europe/Berlin", &[("from", "last-month"), ("to", "yesterday")]),
        "2024-12-01T00:00:00+01:00 .. 2025-01-15T00:00:00+01:00"
    );
}

#[test]
fn a_weekday_on_that_day_is_today() {
    let monday = "2025-01-13T09:00:00+01:00";
    let today = at(monday, "Europe/Berlin", &[("on", "today")]);
    assert_eq!(at(monday, "Europe/Berlin", &[("on", "monday")]), today);
    assert_eq!(
        at(monday, "Europe/Berlin", &[("on", "tuesday")]),
        "2025-01-07T00:00:00+01:00 .. 2025-01-08T00:00:00+01:00"
    );
}

#[test]
fn today_depends_on_the_zone() {
    let now = "2025-01-15T01:00:00Z";
    assert_eq!(
        at(now, "America/Los_Angeles", &[("on", "today")]),
        "2025-01-14T00:00:00-08:00 .. 2025-01-15T00:00:00-08:00"
    );
    assert_eq!(
        at(now, "Asia/Kathmandu", &[("on", "today")]),
        "2025-01-15T00:00:00+05:45 .. 2025-01-16T00:00:00+05:45"
    );
}

#[test]
fn days_are_23_24_24_5_and_25_hours_long() {
    let hours = |zone: &str, day: &str| {
        let Period { from, to } = resolve_at(NOW, zone, &[("on", day)]).unwrap();
        to.unwrap().duration_since(from.unwrap()).as_secs_f64() / 3600.0
    };
    let near = |hours: f64, expected: f64| assert!((hours - expected).abs() < 1e-9, "{hours}");
    near(hours("America/Los_Angeles", "2025-03-09"), 23.0);
    near(hours("America/Los_Angeles", "2025-11-02"), 25.0);
    near(hours("Europe/Berlin", "2025-03-30"), 23.0);
    near(hours("Europe/Berlin", "2025-10-26"), 25.0);
    near(hours("Australia/Lord_Howe", "2025-04-06"), 24.5);
    near(hours("Australia/Lord_Howe", "2025-10-05"), 23.5);
    near(hours("America/Sao_Paulo", "2018-11-04"), 23.0);
}

#[test]
fn a_day_begins_after_clocks_jumped_over_midnight() {
    assert_eq!(
        at(NOW, "America/Sao_Paulo", &[("from", "2018-11-04")]),
        "2018-11-04T01:00:00-02:00 .. open"
    );
    // From 23:30 to 00:30, so that the gap began the day before.
    assert_eq!(
        at(NOW, "America/Toronto", &[("from", "1919-03-31")]),
        "1919-03-31T00:30:00-04:00 .. open"
    );
}

#[test]
fn days_ago_keep_the_time_of_day_and_hours_do_not() {
    // Clocks in Los Angeles jumped at 2:00 on 9 March 2025.
    let now = "2025-03-09T12:00:00-07:00";
    assert_eq!(
        at(now, "America/Los_Angeles", &[("from", "1d")]),
        "2025-03-08T12:00:00-08:00 .. open"
    );
    assert_eq!(
        at(now, "America/Los_Angeles", &[("from", "24h")]),
        "2025-03-08T11:00:00-08:00 .. open"
    );
}

#[test]
fn a_time_that_clocks_left_out_is_later_and_one_they_repeat_is_the_first() {
    assert_eq!(
        at(NOW, "America/Los_Angeles", &[("from", "2025-03-09T02:30")]),
        "2025-03-09T03:30:00-07:00 .. open"
    );
    assert_eq!(
        at(NOW, "America/Los_Angeles", &[("from", "2025-11-02T01:30")]),
        "2025-11-02T01:30:00-07:00 .. open"
    );
}

#[test]
fn months_and_years_ago_stop_at_the_last_day_of_a_short_month() {
    let from = |now: &str, said: &str| at(now, "UTC", &[("from", said)]);
    assert_eq!(from("2025-03-31T08:00:00Z", "1mo"), "2025-02-28T08:00:00+00:00 .. open");
    assert_eq!(from("2024-03-31T08:00:00Z", "1mo"), "2024-02-29T08:00:00+00:00 .. open");
    assert_eq!(from("2024-02-29T08:00:00Z", "1y"), "2023-02-28T08:00:00+00:00 .. open");
    assert_eq!(from("2024-03-01T08:00:00Z", "1d"), "2024-02-29T08:00:00+00:00 .. open");
    assert_eq!(from("2025-03-01T08:00:00Z", "yesterday"), "2025-02-28T00:00:00+00:00 .. open");
}

#[test]
fn quarters_begin_in_january_april_july_and_october() {
    for (now, this, last) in [
        ("2025-01-01T00:00:00Z", "2025-01-01", "2024-10-01"),
        ("2025-03-31T23:59:59Z", "2025-01-01", "2024-10-01"),
        ("2025-04-01T00:00:00Z", "2025-04-01", "2025-01-01"),
        ("2025-12-31T23:59:59Z", "2025-10-01", "2025-07-01"),
    ] {
        assert_eq!(
            at(now, "UTC", &[("from", "this-quarter")]),
            format!("{this}T00:00:00+00:00 .. open")
        );
        assert_eq!(
            at(now, "UTC", &[("on", "last-quarter")]),
            format!("{last}T00:00:00+00:00 .. {this}T00:00:00+00:00")
        );
    }
}

#[test]
fn a_day_that_samoa_left_out_is_empty_and_yesterday_skips_it() {
    let now = "2011-12-31T12:00:00+14:00";
    let on = |said| at(now, "Pacific/Apia", &[("on", said)]);
    assert_eq!(
        on("2011-12-30"),
        "error: \"2011-12-30\" holds nothing: it starts and ends at the same moment, \
         2011-12-31T00:00:00+14:00[Pacific/Apia]"
    );
    assert_eq!(on("yesterday"), "2011-12-29T00:00:00-10:00 .. 2011-12-31T00:00:00+14:00");
    let before = at("2011-12-29T12:00:00-10:00", "Pacific/Apia", &[("on", "tomorrow")]);
    assert_eq!(before, "2011-12-31T00:00:00+14:00 .. 2012-01-01T00:00:00+14:00");
}

#[test]
fn an_offset_alone_is_a_zone_too() {
    let zone = TimeZone::fixed(Offset::constant(-3));
    let period = args(&[("on", "2025-01-15")]).resolve(NOW.parse().unwrap(), &zone).unwrap();
    assert_eq!(period.from, Some("2025-01-15T03:00:00Z".parse().unwrap()));
}

/// The days of the company for words said in `person`.
fn dates(person: &str, company: &str, words: &[(&str, &str)]) -> Result<DateRange, PeriodError> {
    resolve_at(NOW, person, words)?.dates(NOW.parse().unwrap(), &zone(company))
}

#[test]
fn days_of_the_company_end_with_its_yesterday() {
    let range = |from, to| Ok(DateRange { from, to });
    let berlin = |words: &[(&str, &str)]| dates("Europe/Berlin", "Europe/Berlin", words);
    let today = date(2025, 1, 15);
    assert_eq!(berlin(&[("last", "7d")]), range(date(2025, 1, 8), today));
    assert_eq!(berlin(&[("from", "monday")]), range(date(2025, 1, 13), today));
    assert_eq!(berlin(&[("on", "this-year")]), range(date(2025, 1, 1), today));
    assert_eq!(berlin(&[("on", "last-week")]), range(date(2025, 1, 6), date(2025, 1, 13)));
    assert_eq!(
        berlin(&[("from", "2025-01-10"), ("to", "2030-01-01")]),
        range(date(2025, 1, 10), today)
    );
    assert_eq!(
        berlin(&[("from", "2025-01-10T12:00"), ("to", "2025-01-12T00:00:01")]),
        range(date(2025, 1, 10), date(2025, 1, 13))
    );
    assert_eq!(
        berlin(&[("from", "2025-01-10"), ("to", "2025-01-12T00:00")]),
        range(date(2025, 1, 10), date(2025, 1, 12))
    );
}

#[test]
fn days_of_the_company_cover_the_days_of_the_person() {
    // Monday in Berlin begins on Sunday in Los Angeles.
    assert_eq!(
        dates("Europe/Berlin", "America/Los_Angeles", &[("on", "monday")]),
        Ok(DateRange { from: date(2025, 1, 12), to: date(2025, 1, 14) })
    );
    // At 10:30 in Berlin it is already Wednesday in Auckland, and still Tuesday in Honolulu.
    assert_eq!(
        dates("Pacific/Honolulu", "Pacific/Auckland", &[("last", "36h")]),
        Ok(DateRange { from: date(2025, 1, 14), to: date(2025, 1, 15) })
    );
    assert_eq!(
        dates("Pacific/Auckland", "Pacific/Honolulu", &[("on", "yesterday")]),
        Ok(DateRange { from: date(2025, 1, 13), to: date(2025, 1, 14) })
    );
}

#[test]
fn days_that_are_not_over_are_refused() {
    let mut table = String::new();
    for words in [&[("on", "today")][..], &[("from", "tomorrow")], &[("to", "yesterday")]] {
        let error = dates("Europe/Berlin", "Europe/Berlin", words).unwrap_err();
        writeln!(table, "{words:?}\n    {error}").unwrap();
    }
    insta::assert_snapshot!(table);
}
