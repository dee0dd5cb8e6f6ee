//! What a person may have meant by words that are not in the grammar.

use jiff::{Timestamp, civil::Date};

use super::grammar::WORDS;

const EXAMPLES: &str =
    "is no date: say for example 2025-01-15, yesterday, monday, 7d or last-month";

/// Says what is wrong with words that are neither a moment nor a day.
pub(super) fn for_when(said: &str) -> String {
    lone_number(said)
        .or_else(|| instead("is no date", &days_in_figures(said)))
        .or_else(|| month_in_figures(said))
        .or_else(|| minutes(said))
        .or_else(|| instead("is no date", &lengths_in_words(said)))
        .or_else(|| instead("is no date", &alike_words(said)))
        .unwrap_or_else(|| EXAMPLES.to_owned())
}

/// Says what is wrong with words that are no length of time.
pub(super) fn for_length(said: &str) -> String {
    lone_number(said)
        .or_else(|| instead("is no length of time", &lengths_in_words(said)))
        .or_else(|| minutes(said))
        .unwrap_or_else(|| {
            "is no length of time: say for example 36h, 7d, 2w, 1mo or 1y".to_owned()
        })
}

fn instead(problem: &str, choices: &[String]) -> Option<String> {
    let (last, others) = choices.split_last()?;
    let others = others.join(", ");
    let or = if others.is_empty() { "" } else { " or " };
    Some(format!("{problem}: write {others}{or}{last}"))
}

/// A number without a unit: a length, a date run together, or seconds since 1970.
fn lone_number(said: &str) -> Option<String> {
    if said.is_empty() || !said.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = said.parse().ok()?;
    match said.len() {
        8 => {
            let date = Date::strptime("%Y%m%d", said).ok()?;
            Some(format!("is no date: write {date}"))
        }
        4 if (1970..2100).contains(&number) => {
            Some(format!("is a year: write {said}-01-01, this-year or last-year"))
        }
        1..=5 => Some(format!(
            "has no unit: write {said}d for days, {said}h, {said}w, {said}mo or {said}y"
        )),
        10 => Some(seconds_since_1970(Timestamp::from_second(number).ok()?)),
        13 => Some(seconds_since_1970(Timestamp::from_millisecond(number).ok()?)),
        _ => None,
    }
}

fn seconds_since_1970(at: Timestamp) -> String {
    format!("is no date; if it counts from 1970, write {at}")
}

/// Three numbers with something between them, one of four digits: the days it can be.
fn days_in_figures(said: &str) -> Vec<String> {
    let parts: Vec<&str> = said.split(|next: char| !next.is_ascii_digit()).collect();
    let number = |at: usize| parts[at].parse::<i16>().ok();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let orders: &[[usize; 3]] = match lengths.as_slice() {
        [4, 1..=2, 1..=2, ..] => &[[0, 1, 2]],
        // Americans put the month first, most others the day.
        [1..=2, 1..=2, 4, ..] => &[[2, 0, 1], [2, 1, 0]],
        _ => &[],
    };
    let mut days: Vec<String> = orders
        .iter()
        .filter_map(|[year, month, day]| {
            let (month, day) = (number(*month)?, number(*day)?);
            Date::new(number(*year)?, month.try_into().ok()?, day.try_into().ok()?).ok()
        })
        .map(|date| date.to_string())
        .collect();
    days.dedup();
    days
}

/// `2025-01`, which could be its first day or the whole of it.
fn month_in_figures(said: &str) -> Option<String> {
    let (year, month) = said.split_once(['-', '/', '.'])?;
    if year.len() != 4 {
        return None;
    }
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    Some(format!("is a month: write its days, from {first} to {}", first.last_of_month()))
}

/// `90min`: a unit that is not there.
fn minutes(said: &str) -> Option<String> {
    let digits = said.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = said.split_at(digits);
    let count: u32 = count.parse().ok()?;
    let hours = count.div_ceil(60);
    unit.trim_start()
        .to_ascii_lowercase()
        .starts_with("min")
        .then(|| format!("counts minutes, but the smallest unit is the hour: write {hours}h"))
}

/// `7 days ago` and its kin.
fn lengths_in_words(said: &str) -> Vec<String> {
    let said = said.to_ascii_lowercase();
    let said = ["last", "past", "-"].iter().fold(said.as_str(), |said, word| {
        said.strip_prefix(word).unwrap_or(said).trim_start_matches([' ', '-', '_'])
    });
    let count = said.trim_start_matches(|next: char| next.is_ascii_digit());
    let (count, unit) = said.split_at(said.len() - count.len());
    let unit = unit.trim_start_matches([' ', '-', '_']);
    let unit = unit.strip_suffix("ago").unwrap_or(unit).trim_end_matches([' ', '-', '_']);
    let unit = match unit {
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "wk" | "wks" | "week" | "weeks" => "w",
        "mo" | "mos" | "mon" | "month" | "months" => "mo",
        "y" | "yr" | "yrs" | "year" | "years" => "y",
        _ => return Vec::new(),
    };
    if count.is_empty() || count.len() > 6 { Vec::new() } else { vec![format!("{count}{unit}")] }
}

/// The words that begin or end with what was said, if they are few enough to name.
fn alike_words(said: &str) -> Vec<String> {
    let said = said.to_ascii_lowercase().replace([' ', '_'], "-");
    if said.len() < 3 {
        return Vec::new();
    }
    let is_alike = |word: &str| {
        word.starts_with(&said) || word.ends_with(&said) || word.replace('-', "") == said
    };
    let words: Vec<String> = WORDS
        .iter()
        .map(|(word, _)| *word)
        .filter(|word| is_alike(word))
        .map(str::to_owned)
        .collect();
    if words.len() > 4 { Vec::new() } else { words }
}
