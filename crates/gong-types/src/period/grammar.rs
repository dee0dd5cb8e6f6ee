//! The grammar itself: from words to what they mean. Closed; what is not in it is an error.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::Offset,
};

use super::{
    calendar::Unit,
    error::DateError,
    suggest,
    when::{Length, LengthUnit, Meaning},
};

/// The words, in the order in which suggestions name them.
pub(super) const WORDS: &[(&str, Meaning)] = &[
    ("now", Meaning::Now),
    ("today", Meaning::Today),
    ("yesterday", Meaning::Yesterday),
    ("tomorrow", Meaning::Tomorrow),
    ("monday", Meaning::Latest(Weekday::Monday)),
    ("tuesday", Meaning::Latest(Weekday::Tuesday)),
    ("wednesday", Meaning::Latest(Weekday::Wednesday)),
    ("thursday", Meaning::Latest(Weekday::Thursday)),
    ("friday", Meaning::Latest(Weekday::Friday)),
    ("saturday", Meaning::Latest(Weekday::Saturday)),
    ("sunday", Meaning::Latest(Weekday::Sunday)),
    ("this-week", Meaning::This(Unit::Week)),
    ("last-week", Meaning::Last(Unit::Week)),
    ("this-month", Meaning::This(Unit::Month)),
    ("last-month", Meaning::Last(Unit::Month)),
    ("this-quarter", Meaning::This(Unit::Quarter)),
    ("last-quarter", Meaning::Last(Unit::Quarter)),
    ("this-year", Meaning::This(Unit::Year)),
    ("last-year", Meaning::Last(Unit::Year)),
];

/// Reads a moment or a day.
pub(super) fn when(said: &str) -> Result<Meaning, DateError> {
    if let Some((_, meaning)) = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(said)) {
        return Ok(*meaning);
    }
    if let Some((day, rest)) = split_day(said) {
        return written(day, rest).map_err(|problem| DateError::new(said, problem));
    }
    match length(said) {
        Some(Ok(length)) => Ok(Meaning::Ago(length)),
        Some(Err(problem)) => Err(DateError::new(said, problem)),
        None => Err(DateError::new(said, suggest::for_when(said))),
    }
}

/// Reads a length of time.
pub(super) fn ago(said: &str) -> Result<Length, DateError> {
    match length(said) {
        Some(Ok(length)) => Ok(length),
        Some(Err(problem)) => Err(DateError::new(said, problem)),
        None => Err(DateError::new(said, suggest::for_length(said))),
    }
}

/// `7d` and its kin. `None` if it looks like nothing of the kind.
fn length(said: &str) -> Option<Result<Length, String>> {
    let digits = said.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = said.split_at(digits);
    if count.is_empty() {
        return None;
    }
    let unit = match unit.to_ascii_lowercase().as_str() {
        "h" => LengthUnit::Hours,
        "d" => LengthUnit::Days,
        "w" => LengthUnit::Weeks,
        "mo" => LengthUnit::Months,
        "y" => LengthUnit::Years,
        "m" => {
            return Some(Err(format!(
                "could be minutes or months: write {count}mo for months; the smallest unit is the \
                 hour, h"
            )));
        }
        _ => return None,
    };
    let length = count.parse().ok().map(|count| Length { count, unit });
    Some(
        length
            .filter(|length| length.span().is_ok())
            .ok_or_else(|| "is longer ago than can be reckoned with".to_owned()),
    )
}

/// Splits what starts with the shape of a day, `2025-01-15`, behind it.
fn split_day(said: &str) -> Option<(&str, &str)> {
    let (day, rest) = said.split_at_checked(10)?;
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    // A further digit belongs to a number that is something else.
    let ends = !rest.starts_with(|next: char| next.is_ascii_digit());
    (ends && day.bytes().enumerate().all(shape)).then_some((day, rest))
}

/// A day in figures, and a time and an offset if they follow.
fn written(day: &str, rest: &str) -> Result<Meaning, String> {
    let date = date(day)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return if rest.is_empty() {
            Ok(Meaning::Day(date))
        } else {
            Err(format!("has something odd after the day: write {day} or {day}T10:00"))
        };
    };
    let end =
        rest.find(|next: char| !matches!(next, '0'..='9' | ':' | '.' | ',')).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(end);
    let time = time(clock, day)?;
    let local = DateTime::from_parts(date, time);
    if zone.is_empty() {
        return Ok(Meaning::Local(local));
    }
    let offset = offset(zone).ok_or_else(|| {
        format!("has no offset that can be read: write {day}T{clock}Z or {day}T{clock}+02:00")
    })?;
    let instant: Result<Timestamp, _> = offset.to_timestamp(local);
    instant
        .map(Meaning::Instant)
        .map_err(|_| "is outside the years that can be reckoned with".to_owned())
}

fn date(day: &str) -> Result<Date, String> {
    let (year, month, day) = (
        i16::from(number(&day[..2])) * 100 + i16::from(number(&day[2..4])),
        number(&day[5..7]),
        number(&day[8..]),
    );
    let Ok(first) = Date::new(year, month, 1) else {
        return Err(format!("is no date: there is no month {month}"));
    };
    Date::new(year, month, day).map_err(|_| {
        format!("is no date: {} has {} days", first.strftime("%B %Y"), first.days_in_month())
    })
}

/// `10:00`, `10:00:00` or `10:00:00.25`, with up to nine digits of a second.
fn time(clock: &str, day: &str) -> Result<Time, String> {
    let shape = || {
        format!(
            "has no time that can be read: write {day}T10:00, {day}T10:00:00Z or \
             {day}T10:00:00+02:00"
        )
    };
    let (whole, fraction) = match clock.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let parts: Vec<&str> = whole.split(':').collect();
    let is_pair = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(is_pair) {
        return Err(shape());
    }
    let (hour, minute, second) = match (parts.as_slice(), fraction) {
        ([hour, minute], None) => (number(hour), number(minute), 0),
        ([hour, minute, second], _) => (number(hour), number(minute), number(second)),
        _ => return Err(shape()),
    };
    let nanosecond = match fraction {
        Some(digits) if (1..=9).contains(&digits.len()) => {
            format!("{digits:0<9}").parse().map_err(|_| shape())?
        }
        Some(_) => return Err("has a fraction of a second that is not 1 to 9 digits".to_owned()),
        None => 0,
    };
    if hour > 23 || minute > 59 || second > 60 {
        return Err(format!("is no time: a day ends at 23:59:59, not {whole}"));
    }
    // A leap second has no place of its own in time stamps; it counts as the second before.
    Time::new(hour, minute, second.min(59), nanosecond).map_err(|_| shape())
}

/// `Z`, `+02:00` or `+0200`. RFC 3339 lets `-00:00` mean UTC too.
fn offset(zone: &str) -> Option<Offset> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let bytes = rest.as_bytes();
    let (hours, minutes) = match bytes.len() {
        5 if bytes[2] == b':' => (rest.get(..2)?, rest.get(3..)?),
        4 => (rest.get(..2)?, rest.get(2..)?),
        _ => return None,
    };
    if !(hours.bytes().chain(minutes.bytes())).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (number(hours), number(minutes));
    if hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()
}

/// The value of two digits.
fn number(digits: &str) -> i8 {
    digits.parse().expect("two digits, as was checked, are less than 100")
}
