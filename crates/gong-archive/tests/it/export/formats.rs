//! What each format holds: all of it, unchanged, and safe to open.

use gong_archive::{ExportFormat, Partition};
use proptest::prelude::*;
use serde_json::{Value, value::RawValue};

use super::{
    made::{World, call, files, transcript},
    read::{Rows, table},
};

const TABLES: &[ExportFormat] = &[
    ExportFormat::Csv,
    #[cfg(feature = "export")]
    ExportFormat::Parquet,
];

#[tokio::test(flavor = "multi_thread")]
async fn markdown_is_read_by_people_and_by_programs() {
    let world = World::new();
    let mut call = call(
        "7782342274025937895",
        "2026-05-19T10:30:46.814Z",
        "\"Acme\": *pricing*\n--- & <b>more</b> \u{85}\\",
        &["001A", "00000000000000000002"],
    );
    call["content"] = serde_json::json!({
        "brief": "- They talked\nabout [prices](https://evil.example).",
        "keyPoints": [{ "text": "1. The price is high" }, { "text": null }],
        "highlights": [{ "title": "Next steps", "items": [{ "text": "Send the offer" }] }],
        "outline": [{ "section": "Opening", "items": [{ "text": "Hello" }, { "text": "# Weather" }] }],
    });
    let said = transcript("7782342274025937895", &["Hello.", "What does it cost?", "*Nothing.*"]);
    world.keep(&call, Some(&said));
    world.exported(ExportFormat::Markdown, Partition::None).await;
    let names = files(&world.out());
    let text = std::fs::read_to_string(world.out().join(&names[0])).unwrap();
    insta::assert_snapshot!(format!("{names:?}\n{text}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_lines_are_gongs_own_text() {
    let world = World::of_company(30).await;
    let exported = world.exported(ExportFormat::Jsonl, Partition::Month).await;
    assert_eq!(exported.rows, u64::try_from(world.calls.len()).unwrap());
    let archive = world.archive();
    let mut n_transcripts = 0;
    for name in files(&world.out()) {
        let month = name.strip_prefix("calls/month=").unwrap().strip_suffix("/part-0.jsonl");
        for line in std::fs::read_to_string(world.out().join(&name)).unwrap().lines() {
            let line: std::collections::BTreeMap<String, Box<RawValue>> =
                serde_json::from_str(line).unwrap();
            let call: Value = serde_json::from_str(line["call"].get()).unwrap();
            let id = call["metaData"]["id"].as_str().unwrap();
            let started: jiff::Timestamp =
                call["metaData"]["started"].as_str().unwrap().parse().unwrap();
            assert_eq!(Some(&started.to_string()[..7]), month);
            assert_eq!(archive.text("calls", id).unwrap().as_deref(), Some(line["call"].get()));
            let transcript = archive.text("transcripts", id).unwrap();
            assert_eq!(transcript.as_deref().unwrap_or("null"), line["transcript"].get());
            n_transcripts += usize::from(transcript.is_some());
        }
    }
    assert!(n_transcripts > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_hold_every_call_party_and_sentence() {
    let world = World::of_company(30).await;
    let archive = world.archive();
    for &format in TABLES {
        for partition in [Partition::None, Partition::Month] {
            let out = world.out();
            let exported = world.exported(format, partition).await;
            let calls = table(&out, "calls", format);
            let parties = table(&out, "parties", format);
            let sentences = table(&out, "sentences", format);
            assert_eq!(calls.len(), world.calls.len());
            let rows = calls.len() + parties.len() + sentences.len();
            assert_eq!(exported.rows, u64::try_from(rows).unwrap());
            for row in &calls {
                let id = row["call_id"].as_deref().unwrap();
                let of_call = |rows: &Rows, column: &str| -> Vec<Option<String>> {
                    let rows = rows.iter().filter(|it| it["call_id"].as_deref() == Some(id));
                    rows.map(|it| it[column].clone()).collect()
                };
                let call: Value =
                    serde_json::from_str(&archive.text("calls", id).unwrap().unwrap()).unwrap();
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let facts = &call["metaData"];
                assert_eq!(row["title"], text(&facts["title"]));
                let started: jiff::Timestamp = facts["started"].as_str().unwrap().parse().unwrap();
                let ms = started.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
                assert_eq!(row["started"], Some(ms));
                assert_eq!(
                    row["is_private"],
                    facts["isPrivate"].as_bool().map(|it| it.to_string())
                );
                let emails: Vec<_> = call["parties"]
                    .as_array()
                    .map(|it| it.iter().map(|it| text(&it["emailAddress"])).collect())
                    .unwrap_or_default();
                assert_eq!(of_call(&parties, "email"), emails);
                let transcript = archive.text("transcripts", id).unwrap();
                let transcript: Value =
                    serde_json::from_str(transcript.as_deref().unwrap_or("{}")).unwrap();
                let said: Vec<_> = transcript["transcript"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .flat_map(|it| it["sentences"].as_array().unwrap())
                    .map(|it| text(&it["text"]))
                    .collect();
                assert_eq!(of_call(&sentences, "text"), said);
            }
            std::fs::remove_dir_all(out).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_several_accounts_is_in_the_folder_of_each() {
    let world = World::new();
    let of_one = ["001Ab", "001aB", "a/../b"];
    world.keep(&call("1", "2026-05-19T10:30:46Z", "One", &of_one), None);
    world.keep(&call("2", "2026-05-20T10:30:46Z", "Two", &[]), None);
    world.exported(ExportFormat::Csv, Partition::Account).await;
    let names = files(&world.out());
    let calls: Vec<_> = names.iter().filter(|it| it.starts_with("calls/")).collect();
    assert_eq!(
        calls,
        [
            "calls/account=001%41b/part-0.csv",
            "calls/account=001a%42/part-0.csv",
            "calls/account=__HIVE_DEFAULT_PARTITION__/part-0.csv",
            "calls/account=a%2F%2E%2E%2Fb/part-0.csv",
        ]
    );
    let rows = table(&world.out(), "calls", ExportFormat::Csv);
    let ids: Vec<_> = rows.iter().map(|it| it["call_id"].as_deref().unwrap()).collect();
    assert_eq!(ids, ["1", "1", "2", "1"]);
    let accounts = rows[0]["account_ids"].as_deref();
    assert_eq!(accounts, Some(r#"["001Ab","001aB","a/../b"]"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn formulas_are_defused_unless_they_are_wanted_raw() {
    let world = World::new();
    let said = transcript("1", &["=cmd|' /C calc'!A0", "fine"]);
    world.keep(&call("1", "2026-05-19T10:30:46Z", "+1", &[]), Some(&said));
    let mut export = world.whole(ExportFormat::Csv, Partition::None);
    for (formulas, title, text, phone) in [
        (gong_transcript::Formulas::Defused, "'+1", "'=cmd|' /C calc'!A0", "'+49 30 1234"),
        (gong_transcript::Formulas::Raw, "+1", "=cmd|' /C calc'!A0", "+49 30 1234"),
    ] {
        export.formulas = formulas;
        world.export(&export).await.unwrap();
        let cell = |name: &str, row: usize, column: &str| {
            table(&world.out(), name, ExportFormat::Csv)[row][column].clone()
        };
        assert_eq!(cell("calls", 0, "title").as_deref(), Some(title));
        assert_eq!(cell("sentences", 0, "text").as_deref(), Some(text));
        assert_eq!(cell("parties", 1, "phone").as_deref(), Some(phone));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_any_id_come_back(
        made in prop::collection::btree_map(
            "[0-9]{1,20}",
            (
                "\\PC{0,20}|[\\x00-\\x7f]{0,20}|.{0,10}",
                prop::collection::vec("[^\\x00]{1,20}", 1..5),
                -62_000_000_000_000_i64..250_000_000_000_000,
            ),
            1..20,
        ),
    ) {
        let world = World::new();
        world.keep_all(made.iter().map(|(id, (title, texts, ms))| {
            let started = jiff::Timestamp::from_millisecond(*ms).unwrap().to_string();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            (call(id, &started, title, &[]), Some(transcript(id, &texts)))
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for &format in TABLES {
            runtime.block_on(world.exported(format, Partition::None));
            let calls = table(&world.out(), "calls", format);
            let sentences = table(&world.out(), "sentences", format);
            prop_assert_eq!(calls.len(), made.len());
            for row in calls {
                let id = row["call_id"].as_ref().unwrap();
                let (title, texts, ms) = &made[id];
                let read = row["title"].clone().unwrap_or_default();
                prop_assert_eq!(read, title.replace('\0', "\u{FFFD}"));
                let moment = jiff::Timestamp::from_millisecond(*ms).unwrap();
                let moment = moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
                prop_assert_eq!(row["started"].as_ref(), Some(&moment));
                let said = sentences.iter().filter(|it| it["call_id"].as_ref() == Some(id));
                let read: Vec<_> = said.clone().map(|it| it["text"].clone().unwrap()).collect();
                prop_assert_eq!(&read, texts);
                let speakers: Vec<_> = said.map(|it| it["speaker_id"].clone().unwrap()).collect();
                prop_assert_eq!(&speakers[0], "18446744073709551615");
            }
        }
    }
}
