//! Tests of output as a whole: what each format makes of the same records.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use gong_types::{Answer as _, Page, UserId};
use serde::Deserialize;

use super::*;

const RECORDS: &str = r#"{"people":[
    {"id":"18446744073709551617","name":"Ann","n":18446744073709551617,"tags":["a","b"],"new":{"x":1.50}},
    {"id": 2, "name": "=1+1\u001b[2J\u009b\n日本", "tags": [], "active": false},
    {"id":"3","name":null,"n":-5}]}"#;

#[derive(Debug, Deserialize)]
struct Person {
    id: UserId,
    name: Option<String>,
    n: Option<Box<serde_json::value::RawValue>>,
    tags: Option<Vec<String>>,
    active: Option<bool>,
}

impl View for Person {
    const COLUMNS: &'static [&'static str] = &["ID", "FULL NAME", "N", "TAGS"];
    const FOR_PEOPLE: usize = 3;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let mark = if self.active == Some(false) { Mark::Dim } else { Mark::None };
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.name.as_deref()).marked(mark),
            Cell::number(self.n.as_ref().map_or("", |n| n.get())),
            Cell::text(self.tags.as_deref().unwrap_or_default().join(" ")),
        ]
    }
}

#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn settings(format: Format) -> Settings {
    Settings {
        format,
        fields: Vec::new(),
        jq: None,
        color: false,
        formulas: Formulas::Defused,
        zone: TimeZone::UTC,
        stdout_is_terminal: false,
        width: Some(40),
    }
}

fn people() -> Vec<Record<Person>> {
    Page::decode(RECORDS, Some("people")).unwrap().items
}

/// What is printed of a list, and the error that ended it.
fn print(settings: Settings, people: &[Record<Person>]) -> String {
    let screen = Screen::default();
    let mut output = match Output::to(settings, screen.clone()) {
        Ok(output) => output,
        Err(error) => return format!("refused: {error}\n"),
    };
    let mut list = output.list::<Person>();
    let failure = people.iter().find_map(|person| list.push(person).err());
    let finished = list.finish();
    let mut text = screen.text();
    if let Some(error) = failure.or(finished.err()) {
        text.extend(["error: ", &error.to_string(), "\n"]);
    }
    text
}

fn shown(text: &str) -> String {
    text.replace('\u{1b}', "<ESC>").replace('\u{9b}', "<CSI>")
}

#[test]
fn lists_look_like_this_in_every_format() {
    let mut all = Vec::new();
    let formats =
        [Format::Auto, Format::Json, Format::Jsonl, Format::Csv, Format::Table, Format::Md];
    let parts = [("", None), ("tags,id,new.x", None), ("", Some(".id, {n}")), ("n", Some(".n"))];
    for (fields, jq) in parts {
        for format in formats {
            for stdout_is_terminal in [false, true] {
                let settings = Settings {
                    fields: if fields.is_empty() { vec![] } else { vec![fields.to_owned()] },
                    jq: jq.map(str::to_owned),
                    stdout_is_terminal,
                    color: stdout_is_terminal,
                    ..settings(format)
                };
                let place = if stdout_is_terminal { "terminal" } else { "file" };
                let jq = jq.unwrap_or_default();
                all.push(format!("--- {format:?} {fields} {jq} ({place})"));
                all.push(shown(&print(settings, &people())));
            }
        }
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn json_is_the_very_text_that_came() {
    let text = print(settings(Format::Json), &people());
    for person in people() {
        assert!(text.contains(person.text()), "{text}");
    }
    let lines = print(settings(Format::Jsonl), &people());
    assert_eq!(lines.lines().next(), Some(people()[0].text()));
}

#[test]
fn a_failure_midway_leaves_valid_json() {
    for count in 0..3 {
        let screen = Screen::default();
        let mut output = Output::to(settings(Format::Json), screen.clone()).unwrap();
        let mut list = output.list::<Person>();
        for person in &people()[..count] {
            list.push(person).unwrap();
        }
        assert_eq!(list.finish().unwrap(), count);
        let values: Vec<serde_json::Value> = serde_json::from_str(&screen.text()).unwrap();
        assert_eq!(values.len(), count);
    }
}

#[test]
fn a_record_that_cannot_be_shown_leaves_the_list_as_it_was() {
    let odd = r#"{"people":[{"id":"1"},{"id":{}},7,{"id":"2"}]}"#;
    let people: Vec<Record<Person>> = Page::decode(odd, Some("people")).unwrap().items;
    for (format, fields, expected) in [
        (Format::Csv, vec![], "id,full_name,n,tags\n1,,,\n2,,,\n"),
        (Format::Table, vec![], "ID  FULL NAME  N\n1\n2\n"),
        (Format::Csv, vec!["id".to_owned()], "id\n1\n{}\n\n2\n"),
    ] {
        let screen = Screen::default();
        let mut output =
            Output::to(Settings { fields, ..settings(format) }, screen.clone()).unwrap();
        let mut list = output.list::<Person>();
        for person in &people {
            if let Err(error) = list.push(person) {
                assert!(error.is_of_one_record(), "{error}");
            }
        }
        list.finish().unwrap();
        assert_eq!(screen.text().replace("\"\"", ""), expected);
    }
}

#[test]
fn empty_lists_are_empty_in_their_own_way() {
    for (format, expected) in [
        (Format::Json, "[]\n"),
        (Format::Jsonl, ""),
        (Format::Csv, "id,full_name,n,tags\n"),
        (Format::Table, ""),
        (Format::Md, ""),
    ] {
        assert_eq!(print(settings(format), &[]), expected, "{format:?}");
    }
}

#[test]
fn one_record_is_no_array() {
    let mut all = Vec::new();
    for format in [Format::Json, Format::Jsonl, Format::Csv, Format::Table, Format::Md] {
        for (fields, jq) in [("", None), ("n,tags", None), ("", Some(".tags[]"))] {
            let screen = Screen::default();
            let settings = Settings {
                fields: if fields.is_empty() { vec![] } else { vec![fields.to_owned()] },
                jq: jq.map(str::to_owned),
                ..settings(format)
            };
            let Ok(mut output) = Output::to(settings, screen.clone()) else { continue };
            output.one(&people()[0]).unwrap();
            output.flush().unwrap();
            let jq = jq.unwrap_or_default();
            all.push(format!("--- {format:?} {fields}{jq}\n{}", screen.text()));
        }
    }
    insta::assert_snapshot!(all.concat());
}

#[test]
fn wrong_options_are_known_before_anything_is_asked() {
    let with_jq = |format, jq: &str| Settings { jq: Some(jq.to_owned()), ..settings(format) };
    let with_fields =
        |fields: &str| Settings { fields: vec![fields.to_owned()], ..settings(Format::Json) };
    for settings in [with_jq(Format::Json, ".["), with_jq(Format::Csv, "."), with_fields("a,,b")] {
        assert!(Output::to(settings, io::sink()).is_err_and(|error| error.is_usage()));
    }
    let text = print(with_fields("nmae"), &people());
    assert_eq!(text, "error: there is no field `nmae`\n");
}

#[test]
fn text_and_raw_json_are_clean_on_a_terminal() {
    for (stdout_is_terminal, expected) in [
        (true, "Ann: \\u{1b}[2J\nBob\n{\"a\":\"\\u009b\"}\n"),
        (false, "Ann: \\u{1b}[2J\nBob\n{\"a\":\"\u{9b}\"}\n"),
    ] {
        let screen = Screen::default();
        let settings = Settings { stdout_is_terminal, ..settings(Format::Auto) };
        let mut output = Output::to(settings, screen.clone()).unwrap();
        output.text("Ann: \u{1b}[2J\r\nBob\n").unwrap();
        output.raw_json("{\"a\":\"\u{9b}\"}\n").unwrap();
        output.flush().unwrap();
        assert_eq!(screen.text(), expected);
    }
}

#[test]
fn a_pipe_that_closes_is_told_from_a_disk_that_is_full() {
    struct Full(io::ErrorKind);
    impl Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in [Format::Json, Format::Jsonl, Format::Csv, Format::Table] {
        for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            let mut output = Output::to(settings(format), Full(kind)).unwrap();
            let mut list = output.list::<Person>();
            for person in &people() {
                list.push(person).unwrap();
            }
            let error = list.finish().unwrap_err();
            assert_eq!(error.is_closed_pipe(), kind == io::ErrorKind::BrokenPipe);
        }
    }
}

#[test]
fn on_a_terminal_the_only_escapes_are_our_own() {
    let hostile: String = (0..=0x9f_u32)
        .chain([0x61c, 0x200e, 0x2028, 0x202e, 0x2066, 0xfeff, 0xfff9, 0xe0041, 0xe0100])
        .filter_map(char::from_u32)
        .chain("\u{1b}]52;c;eA==\u{7}\u{1b}[2J\u{9b}31m".chars())
        .collect();
    let record = serde_json::json!({
        "people": [{ "id": "1", "name": &hostile, "tags": [&hostile], (&hostile): &hostile }],
    });
    let people: Vec<Record<Person>> =
        Page::decode(&record.to_string(), Some("people")).unwrap().items;
    let formats =
        [Format::Json, Format::Jsonl, Format::Csv, Format::Table, Format::Text, Format::Md];
    for (fields, jq) in [(None, None), (Some("name,tags"), None), (None, Some(".name, ."))] {
        for format in formats {
            let settings = Settings {
                fields: fields.map(str::to_owned).into_iter().collect(),
                jq: jq.map(str::to_owned),
                stdout_is_terminal: true,
                color: true,
                ..settings(format)
            };
            let screen = Screen::default();
            let Ok(mut output) = Output::to(settings, screen.clone()) else { continue };
            output.one(&people[0]).unwrap();
            let mut list = output.list::<Person>();
            list.push(&people[0]).unwrap();
            list.finish().unwrap();
            let mut seen = screen.text();
            for ours in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m"] {
                seen = seen.replace(ours, "");
            }
            assert!(seen.len() > 100, "{format:?}: {seen}");
            let is_foreign = |it: char| clean::is_unsafe(it) && !matches!(it, '\n' | '\t');
            assert!(!seen.contains(is_foreign), "{format:?}: {seen:?}");
        }
    }
}

#[test]
fn a_long_list_holds_back_no_more_than_a_page() {
    for (format, head) in
        [(Format::Json, 1), (Format::Jsonl, 0), (Format::Csv, 1), (Format::Table, 1)]
    {
        let screen = Screen::default();
        let mut output = Output::to(settings(format), screen.clone()).unwrap();
        let mut list = output.list::<Person>();
        let person = &people()[0];
        for count in 1..=2_000_usize {
            list.push(person).unwrap();
            if count.is_multiple_of(100) {
                // The last line of an array ends with the comma of the next one.
                assert_eq!(screen.text().lines().count(), count + head, "{format:?}");
            }
        }
        list.finish().unwrap();
    }
}
