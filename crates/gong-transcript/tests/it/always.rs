//! What holds for every transcript, whatever the times, texts and names are.

use std::collections::HashMap;

use gong_transcript::{Dialogue, Format, Look};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{joined, rendered};

/// Text that is likely to break a format.
fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(
        &[
            "",
            " ",
            "\n",
            "\r\n",
            "\n\n",
            "-->",
            "00:00:01,000 --> 00:00:02,000",
            "<v Eve>",
            "</v>",
            "&lt;",
            "1",
            "WEBVTT",
            "NOTE",
            "\u{2028}",
            "\u{85}",
            "\"",
            ",",
            "=1+1",
            "**",
            "Anna: ",
            "\u{0}",
            "\u{1b}[31m",
            "\u{202e}",
            "😀",
            "\t",
        ][..],
    );
    prop_oneof![
        prop::collection::vec(nasty, 0..5).prop_map(|parts| parts.concat()),
        any::<String>(),
        "[a-z ]{1,20}",
    ]
}

fn time() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0_i64..7_200_000).prop_map(|time| json!(time)),
        1 => any::<i64>().prop_map(|time| json!(time)),
        1 => Just(Value::Null),
    ]
}

fn speaker_id() -> impl Strategy<Value = Value> {
    prop_oneof![5 => (1_u8..6).prop_map(|id| json!(id.to_string())), 1 => Just(Value::Null)]
}

fn dialogue() -> impl Strategy<Value = Dialogue> {
    let sentence = (time(), time(), prop::option::of(text()))
        .prop_map(|(start, end, text)| json!({ "start": start, "end": end, "text": text }));
    let sentences = prop::option::of(prop::collection::vec(sentence, 0..4));
    let monologue = (speaker_id(), prop::option::of(text()), sentences).prop_map(
        |(speaker, topic, sentences)| {
            json!({ "speakerId": speaker, "topic": topic, "sentences": sentences })
        },
    );
    let party = (speaker_id(), prop::option::of(text()), prop::option::of("[ab]@x"))
        .prop_map(|(speaker, name, email)| {
            json!({ "speakerId": speaker, "name": name, "emailAddress": email })
        });
    let monologues = prop::collection::vec(monologue, 0..8);
    let parties = prop::option::of(prop::collection::vec(party, 0..6));
    (monologues, parties).prop_map(|(monologues, parties)| {
        let transcript = json!({ "callId": "1", "transcript": monologues });
        let details = json!({ "metaData": { "id": "1" }, "parties": parties });
        joined(&transcript.to_string(), Some(&details.to_string()))
    })
}

fn one(dialogue: &Dialogue, format: Format) -> String {
    rendered(std::slice::from_ref(dialogue), format, Look { timestamps: true, titles: false })
}

/// How many sentences have something to show.
fn n_spoken(dialogue: &Dialogue) -> usize {
    let is_spoken = |text: &str| {
        // What Rust trims, and the line breaks that become blanks.
        !text.trim().is_empty()
    };
    dialogue.lines().filter(|line| line.text.is_some_and(is_spoken)).count()
}

/// Reads a time such as `00:00:01,000` back into milliseconds.
fn milliseconds(time: &str, point: char) -> i64 {
    let (clock, thousandths) = time.split_once(point).unwrap();
    assert_eq!(thousandths.len(), 3);
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    let [hours, minutes, seconds] = parts.as_slice() else { panic!("{time}") };
    assert!(*minutes < 60 && *seconds < 60);
    let seconds = (hours * 60 + minutes) * 60 + seconds;
    seconds * 1000 + thousandths.parse::<i64>().unwrap()
}

/// Reads cues strictly: number, times, one line of text, an empty line.
fn read_cues(file: &str, point: char) -> Vec<(i64, i64, String)> {
    if file.is_empty() {
        return Vec::new();
    }
    let cues = file.strip_suffix('\n').unwrap().split("\n\n").enumerate().map(|(at, cue)| {
        let lines: Vec<&str> = cue.split('\n').collect();
        let [number, times, text] = lines.as_slice() else { panic!("{cue:?}") };
        assert_eq!(*number, (at + 1).to_string());
        let (start, end) = times.split_once(" --> ").unwrap();
        assert!(!text.contains("-->") && !text.contains(['\r', '\u{2028}', '\u{85}']));
        (milliseconds(start, point), milliseconds(end, point), (*text).to_owned())
    });
    cues.collect()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn subtitles_can_be_read_back(dialogue in dialogue()) {
        let srt = read_cues(&one(&dialogue, Format::Srt), ',');
        let vtt = one(&dialogue, Format::Vtt);
        let vtt = vtt.strip_prefix("WEBVTT\n").unwrap();
        let vtt = read_cues(vtt.strip_prefix('\n').unwrap_or(vtt), '.');
        prop_assert_eq!(srt.len(), n_spoken(&dialogue));
        prop_assert_eq!(vtt.len(), srt.len());
        let mut last = 0;
        for ((start, end, srt), (vtt_start, vtt_end, vtt)) in srt.iter().zip(&vtt) {
            prop_assert_eq!((start, end), (vtt_start, vtt_end));
            prop_assert!(last <= *start && (start < end || *end == i64::MAX));
            last = *start;
            let inner = vtt.strip_prefix("<v ").unwrap().strip_suffix("</v>").unwrap();
            let (name, text) = inner.split_once('>').unwrap();
            prop_assert!(!text.contains(['<', '>']));
            let line = format!("{}: {}", unescape(name), unescape(text));
            prop_assert_eq!(line.replace("-->", "->"), srt.replace('\0', "\u{fffd}"));
        }
    }

    #[test]
    fn rows_can_be_read_back(dialogue in dialogue()) {
        let jsonl = one(&dialogue, Format::Jsonl);
        let lines: Vec<Value> =
            jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let expected: Vec<Value> =
            dialogue.lines().map(|line| serde_json::to_value(line).unwrap()).collect();
        prop_assert_eq!(&lines, &expected);

        let csv = one(&dialogue, Format::Csv);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), expected.len());
        for (row, line) in rows.iter().zip(&expected) {
            for (name, cell) in header.iter().zip(row) {
                let value = match &line[name] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                prop_assert_eq!(cell, value);
            }
        }
    }

    #[test]
    fn json_is_what_gong_sent_and_the_names(dialogue in dialogue()) {
        let calls: Value = serde_json::from_str(&one(&dialogue, Format::Json)).unwrap();
        let monologues = calls[0]["transcript"].as_array().unwrap();
        prop_assert_eq!(monologues.len(), dialogue.turns.len());
        for (monologue, turn) in monologues.iter().zip(&dialogue.turns) {
            prop_assert_eq!(monologue["speakerName"].as_str(), Some(turn.speaker.name.as_str()));
        }
    }

    #[test]
    fn text_has_a_line_a_turn_and_nobody_speaks_for_another(dialogue in dialogue()) {
        let text = one(&dialogue, Format::Text);
        let spoken = dialogue.turns.iter().filter(|turn| {
            turn.sentences.iter().any(|it| it.text.as_deref().is_some_and(|it| !it.trim().is_empty()))
        });
        let spoken: Vec<_> = spoken.collect();
        prop_assert_eq!(text.lines().count(), spoken.len());
        prop_assert!(text.is_empty() || text.ends_with('\n'));
        let breaks = ['\r', '\u{2028}', '\u{2029}', '\u{85}'];
        prop_assert!(!text.contains(breaks));
    }

    #[test]
    fn a_name_is_one_person_and_an_id_has_one_name(dialogue in dialogue()) {
        let mut names = HashMap::new();
        for turn in &dialogue.turns {
            let name = names.entry(turn.speaker.id.clone()).or_insert_with(|| turn.speaker.name.clone());
            prop_assert_eq!(&*name, &turn.speaker.name);
            prop_assert!(!turn.speaker.name.trim().is_empty());
        }
        let mut unknown: Vec<&String> =
            names.values().filter(|name| name.ends_with("(unknown)")).collect();
        let n_unknown = unknown.len();
        unknown.sort();
        unknown.dedup();
        prop_assert_eq!(unknown.len(), n_unknown);
    }

    #[test]
    fn markdown_is_a_heading_and_paragraphs(dialogue in dialogue()) {
        let markdown = one(&dialogue, Format::Markdown);
        let mut paragraphs = markdown.split("\n\n");
        prop_assert_eq!(paragraphs.next().map(str::trim_end), Some("# Call 1"));
        for paragraph in paragraphs {
            let paragraph = paragraph.strip_suffix('\n').unwrap_or(paragraph);
            prop_assert!(!paragraph.contains('\n'), "{:?}", paragraph);
            let stars = paragraph.replace("\\*", "").matches("**").count();
            prop_assert_eq!(stars, 2, "{:?}", paragraph);
        }
    }
}
