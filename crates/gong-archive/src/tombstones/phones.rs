//! Phones: the digits in a text that may be the number of a phone.

use std::borrow::Cow;

use super::unescaped;

/// Fewer digits tell no phone from another number.
pub(crate) const FEWEST_DIGITS: usize = 7;
/// No phone has more, with zeros before its country.
const MOST_DIGITS: usize = 17;

/// What a record of JSON says in words, one text after the other: no phone is written as a bare
/// number, and those of sentences are of their times.
pub(crate) fn strings(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find('"')? + 1;
        let mut is_escape = false;
        let end = rest[begin..].find(|it: char| {
            let is_end = it == '"' && !is_escape;
            is_escape = it == '\\' && !is_escape;
            is_end
        });
        let end = end.map_or(rest.len(), |end| begin + end);
        let string = &rest[begin..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(unescaped(string))
    })
}

/// What may be the digits of a phone in a text: groups that stand together, and are no date.
pub(crate) fn numbers(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(|it: char| !it.is_ascii_digit() && !separates(it));
    runs.filter(|run| run.len() >= FEWEST_DIGITS).flat_map(of_run)
}

/// Whether it may stand between the digits of one number.
fn separates(it: char) -> bool {
    " -().+/\u{a0}\u{2011}".contains(it)
}

/// A group of digits, and what stands between it and the next one.
type Group<'a> = (&'a str, &'a str);

fn of_run(run: &str) -> Vec<String> {
    let groups = groups(run);
    let mut numbers = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        if is_date(&groups, first) {
            first += 3;
            continue;
        }
        let mut digits = String::new();
        for at in first..groups.len() {
            digits.push_str(groups[at].0);
            if digits.len() > MOST_DIGITS || (at > first && is_date(&groups, at)) {
                break;
            }
            if digits.len() >= FEWEST_DIGITS {
                numbers.push(digits.clone());
            }
        }
        first += 1;
    }
    numbers
}

fn groups(run: &str) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let mut rest = run.trim_start_matches(separates);
    while !rest.is_empty() {
        let end = rest.find(separates).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        let next = after.trim_start_matches(separates);
        groups.push((digits, &after[..after.len() - next.len()]));
        rest = next;
    }
    groups
}

/// Whether three groups are a day, such as `2026-11-09` or `09.11.2026`, that no number goes on from.
fn is_date(groups: &[Group<'_>], at: usize) -> bool {
    let Some([(one, mark), (two, second), (three, after)]) = groups.get(at..at + 3) else {
        return false;
    };
    let before = at.checked_sub(1).map(|before| groups[before].1);
    if !["-", "/", "."].contains(mark)
        || mark != second
        || mark == after
        || before.is_some_and(|it| it == *mark || it.ends_with('+'))
    {
        return false;
    }
    let is_in = |digits: &str, least: u16, most: u16| {
        digits.len() <= 4 && digits.parse().is_ok_and(|it: u16| (least..=most).contains(&it))
    };
    let is_year = |digits: &str| digits.len() == 4 && is_in(digits, 1900, 2199);
    let is_day = |digits: &str| digits.len() <= 2 && is_in(digits, 1, 31);
    is_day(two) && ((is_year(one) && is_day(three)) || (is_day(one) && is_year(three)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_in_words_is_looked_at() {
        let text = r#"{"start":5551234,"text":"it is \"555 1234\"","id":"7\u0038"}"#;
        let all: Vec<_> = strings(text).collect();
        assert_eq!(all, ["start", "text", "it is \"555 1234\"", "id", "78"]);
        assert_eq!(strings(r#"{"open":"#).collect::<Vec<_>>(), ["open"]);
        assert_eq!(strings(r#"["a\\","b"#).collect::<Vec<_>>(), ["a\\", "b"]);
    }

    #[test]
    fn a_date_is_no_phone() {
        for text in [
            "2026-11-09",
            "2026-11-09T10:00:00.000Z",
            "on 09.11.2026 at 10",
            "11/09/2026",
            "from 2026-11-09 to 2026-12-01",
        ] {
            assert!(!numbers(text).any(|it| it.contains("2026") && it.len() > 7), "{text}");
        }
        for (text, number) in [
            ("555-1234", "5551234"),
            ("020-2026-11-09", "0202026 1109"),
            ("+44 20 7946 0000", "442079460000"),
            ("2026-11-09-12", "2026110912"),
            ("2026-46-00", "20264600"),
            ("on 2026-11-09 at 555 1234", "5551234"),
            ("2026-11-09 555 1234", "5551234"),
        ] {
            let number = number.replace(' ', "");
            assert!(numbers(text).any(|it| it == number), "{text}");
        }
    }
}
