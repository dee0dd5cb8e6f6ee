//! Ids on the command line: typed, pasted as addresses, or read from stdin.

use std::{collections::HashSet, io::Read as _, path::Path, str::FromStr};

use anyhow::{Context as _, Result};
use gong_types::{CallId, InvalidId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::exit::Failure;

/// One argument that names calls: an id, the address of a call, or `-` for stdin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IdArg {
    /// The ids come from stdin.
    Stdin,
    /// One id.
    One(CallId),
}

impl FromStr for IdArg {
    type Err = InvalidId;

    fn from_str(given: &str) -> Result<Self, InvalidId> {
        if given == "-" { Ok(Self::Stdin) } else { given.parse().map(Self::One) }
    }
}

/// The ids that are meant, each once, in the order given.
pub(crate) fn collect(given: Vec<IdArg>) -> Result<Vec<CallId>> {
    let mut ids = Vec::new();
    for arg in given {
        match arg {
            IdArg::One(id) => ids.push(id),
            IdArg::Stdin => ids.extend(from_stdin()?),
        }
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    Ok(ids)
}

fn from_stdin() -> Result<Vec<CallId>> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).context("could not read stdin")?;
    let ids = parse(&text)?;
    if ids.is_empty() {
        let hint = "pipe one id a line, a JSON array, or the output of `gong calls list -o jsonl`";
        return Err(Failure::usage("there are no ids on stdin", hint).into());
    }
    Ok(ids)
}

/// Other ids as they were given, each once; `-` stands for those on stdin, one a line or in a JSON
/// array.
pub(crate) fn words(given: Vec<String>) -> Result<Vec<String>> {
    let mut words = Vec::new();
    for word in given {
        if word != "-" {
            words.push(word);
            continue;
        }
        let text = crate::body::text(Path::new("-"))?;
        let found = words_of(text.trim())?;
        if found.is_empty() {
            let hint = "pipe one id a line, or a JSON array of them";
            return Err(Failure::usage("there are no ids on stdin", hint).into());
        }
        words.extend(found);
    }
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
    Ok(words)
}

fn words_of(text: &str) -> Result<Vec<String>> {
    if text.starts_with('[') {
        let hint = "pipe one id a line, or a JSON array of texts";
        let read = serde_json::from_str(text);
        return read.map_err(|error| {
            Failure::usage(format!("stdin is no list of ids: {error}"), hint).into()
        });
    }
    let lines = text.lines().map(|line| line.trim().trim_matches('"'));
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Reads one id a line, a JSON array of ids, or records that have one.
fn parse(text: &str) -> Result<Vec<CallId>> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Failure::usage(
                format!("stdin begins like a JSON array but is none ({place})"),
                "pipe one id a line, or a whole JSON array",
            )
        })?;
        return items.into_iter().enumerate().map(|(n, item)| of_json(item.get(), n + 1)).collect();
    }
    text.lines()
        .enumerate()
        .map(|(n, line)| (n, line.trim()))
        .filter(|(_, line)| !line.is_empty())
        .map(|(n, line)| of_json(line, n + 1))
        .collect()
}

/// What of a record names its call.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    id: Option<CallId>,
    call_id: Option<CallId>,
    meta_data: Option<Inner>,
}

#[derive(Deserialize)]
struct Inner {
    id: CallId,
}

fn of_json(item: &str, number: usize) -> Result<CallId> {
    if item.starts_with('{') {
        let named: Option<Named> = serde_json::from_str(item).ok();
        let id = named
            .and_then(|named| named.meta_data.map(|inner| inner.id).or(named.call_id).or(named.id));
        let id = id.ok_or_else(|| {
            Failure::usage(
                format!("item {number} on stdin is a record without an id"),
                "pipe records of calls, or their ids",
            )
        })?;
        return Ok(id.as_str().parse()?);
    }
    let bare = item.trim_matches('"');
    bare.parse::<CallId>().with_context(|| format!("item {number} on stdin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        parse(text).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_arrays_and_records_are_the_same_ids() {
        let twenty = "18446744073709551617";
        for text in [
            format!("{twenty}\n\n 2 \r\n"),
            format!("[\"{twenty}\", 2]"),
            format!("[{twenty}, \"2\"]"),
            format!("{{\"id\":{twenty}}}\n{{\"metaData\":{{\"id\":\"2\"}}}}\n"),
            format!("{{\"callId\":\"{twenty}\",\"transcript\":[]}}\nhttps://app.gong.io/call?id=2"),
            format!("\u{FEFF}[{{\"id\":\"{twenty}\"}},{{\"id\":2}}]"),
        ] {
            assert_eq!(read(&text), [twenty, "2"], "{text}");
        }
    }

    #[test]
    fn words_are_given_one_by_one_or_come_from_a_list() {
        let given = ["b", "a", "b"].map(str::to_owned).to_vec();
        assert_eq!(words(given).unwrap(), ["b", "a"]);
        for text in ["0038d-1\n\n \"x@y.example\" \r\n", "[\"0038d-1\", \"x@y.example\"]"] {
            assert_eq!(words_of(text).unwrap(), ["0038d-1", "x@y.example"], "{text}");
        }
        assert!(words_of("[1, ").is_err());
    }

    #[test]
    fn what_is_no_id_is_an_error_that_says_where() {
        for text in ["1\nabc", "[1, true]", "[1,", "{\"title\":1}", "[\"\"]"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = format!("{:#}", parse("1\nabc").unwrap_err());
        assert!(error.contains("item 2"), "{error}");
    }
}
