//! What each format looks like, for plain and for hostile talk.

use std::fmt::Write as _;

use gong_transcript::{Dialogue, Format, Look};

use crate::{fixture, rendered};

fn pricing() -> Dialogue {
    fixture(include_str!("fixtures/pricing.json"))
}

fn nobody() -> Dialogue {
    fixture(include_str!("fixtures/nobody.json"))
}

fn hostile() -> Dialogue {
    fixture(include_str!("fixtures/hostile.json"))
}

/// Shows a call in all formats, control characters made visible.
fn check(name: &str, dialogue: &Dialogue) {
    let mut shown = String::new();
    for format in Format::ALL {
        let text = rendered(std::slice::from_ref(dialogue), *format, Look::default());
        writeln!(shown, "--- {format}").unwrap();
        for next in text.chars() {
            match next {
                '\n' => shown.push('\n'),
                next if next.is_control() || "\u{2028}\u{2029}\u{202e}".contains(next) => {
                    write!(shown, "{}", next.escape_debug()).unwrap();
                }
                next => shown.push(next),
            }
        }
    }
    insta::assert_snapshot!(name, shown);
}

#[test]
fn a_call_with_names() {
    check("a_call_with_names", &pricing());
}

#[test]
fn a_call_that_nobody_was_invited_to() {
    check("a_call_that_nobody_was_invited_to", &nobody());
}

#[test]
fn hostile_talk_stays_in_its_line() {
    check("hostile_talk_stays_in_its_line", &hostile());
}

#[test]
fn turns_can_say_when_they_began() {
    let look = Look { timestamps: true, ..Look::default() };
    let text = rendered(&[pricing()], Format::Text, look);
    let markdown = rendered(&[pricing()], Format::Markdown, look);
    let odd = rendered(&[nobody()], Format::Text, look);
    insta::assert_snapshot!(format!("{text}---\n{markdown}---\n{odd}"));
}

#[test]
fn several_calls_follow_each_other() {
    let mut shown = String::new();
    for format in Format::ALL {
        let look = Look { titles: true, ..Look::default() };
        let calls = [pricing(), nobody()];
        writeln!(shown, "--- {format}\n{}", rendered(&calls, *format, look)).unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn no_call_is_an_empty_file_of_its_format() {
    let empty = |format| rendered(&[], format, Look::default());
    assert_eq!(empty(Format::Text), "");
    assert_eq!(empty(Format::Markdown), "");
    assert_eq!(empty(Format::Json), "[\n]\n");
    assert_eq!(empty(Format::Jsonl), "");
    assert_eq!(empty(Format::Csv), "callId,speakerId,speakerName,start,end,text,topic\n");
    assert_eq!(empty(Format::Srt), "");
    assert_eq!(empty(Format::Vtt), "WEBVTT\n");
}

#[test]
fn gongs_own_text_is_kept_but_for_the_name() {
    let dialogue = pricing();
    let joined = dialogue.joined().unwrap();
    for kept in [
        r#""big": 123456789012345678901234567890, "small": 0.30399999022483826"#,
        r#""speakerId":"99999999999999999999","speakerName":"bo@acme.example","topic":null"#,
        r#"{"topic":"Pricing","speakerId":"18446744073709551615","speakerName":"Anna Lee","addedTomorrow":null"#,
    ] {
        assert!(joined.text().contains(kept), "{kept} in {}", joined.text());
    }
    // Without the names it is what it was.
    let mut value: serde_json::Value = serde_json::from_str(joined.text()).unwrap();
    for monologue in value["transcript"].as_array_mut().unwrap() {
        monologue.as_object_mut().unwrap().remove("speakerName").unwrap();
    }
    let before: serde_json::Value = serde_json::from_str(dialogue.record.text()).unwrap();
    assert_eq!(value, before);
}

#[test]
fn a_name_that_gong_will_send_one_day_wins() {
    let dialogue = crate::joined(
        r#"{"callId":"1","transcript":[{"speakerId":"2","speakerName":"Gong knows","sentences":[]}]}"#,
        None,
    );
    assert_eq!(dialogue.joined().unwrap().text(), dialogue.record.text());
}

#[test]
fn a_transcript_that_is_null_has_no_turns() {
    for transcript in [r#"{"callId":"1"}"#, r#"{"callId":"1","transcript":null}"#] {
        let dialogue = crate::joined(transcript, None);
        assert!(dialogue.turns.is_empty());
        assert_eq!(dialogue.joined().unwrap().text(), transcript);
    }
}

#[test]
fn a_format_is_known_by_its_word() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse::<Format>().unwrap(), *format);
    }
    let error = "docx".parse::<Format>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"docx\" is no format of a transcript: say text, md, json, jsonl, csv, srt or vtt"
    );
}
