//! Every oddity that real tenants have is met in any 150 calls.

use super::*;

/// What is looked for: the metaData, the other blocks, and the transcript of a call.
type Case = (&'static str, fn(&Value, &Value, &Value) -> bool);

fn title(meta: &Value, test: fn(&str) -> bool) -> bool {
    meta["title"].as_str().is_some_and(test)
}

fn any(list: &Value, test: impl Fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(test))
}

const CASES: [Case; 31] = [
    ("no parties", |_, blocks, _| blocks.get("parties").is_none()),
    ("empty parties", |_, blocks, _| blocks["parties"] == json!([])),
    ("null speaker", |_, _, talk| any(talk, |monologue| monologue["speakerId"].is_null())),
    ("unknown speaker", |_, blocks, talk| {
        any(&blocks["parties"], |_| true)
            && any(talk, |monologue| {
                monologue["speakerId"].is_string()
                    && !any(&blocks["parties"], |party| {
                        party["speakerId"] == monologue["speakerId"]
                    })
            })
    }),
    ("unknown affiliation", |_, blocks, _| {
        any(&blocks["parties"], |party| party["affiliation"] == "Unknown")
    }),
    ("party without email", |_, blocks, _| {
        any(&blocks["parties"], |party| party.get("emailAddress").is_none())
    }),
    ("party without name", |_, blocks, _| {
        any(&blocks["parties"], |party| party.get("name").is_none())
    }),
    ("silent party", |_, blocks, _| any(&blocks["parties"], |party| party["speakerId"].is_null())),
    ("private", |meta, _, _| meta["isPrivate"] == true),
    ("null title", |meta, _, _| meta["title"].is_null()),
    ("escape in title", |meta, _, _| title(meta, |title| title.contains('\u{1b}'))),
    ("bell in title", |meta, _, _| title(meta, |title| title.contains('\u{7}'))),
    ("newline in title", |meta, _, _| title(meta, |title| title.contains('\n'))),
    ("formula", |meta, _, _| title(meta, |title| title.starts_with('='))),
    ("plus", |meta, _, _| title(meta, |title| title.starts_with('+'))),
    ("at", |meta, _, _| title(meta, |title| title.starts_with('@'))),
    ("minus", |meta, _, _| title(meta, |title| title.starts_with('-'))),
    ("path", |meta, _, _| title(meta, |title| title.contains("../"))),
    ("backslash", |meta, _, _| title(meta, |title| title.contains('\\'))),
    ("right to left", |meta, _, _| title(meta, |title| title.contains('\u{202e}'))),
    ("emoji", |meta, _, _| title(meta, |title| title.contains('🚀'))),
    ("20 digits", |meta, _, _| meta["id"].as_str().is_some_and(|id| id.len() == 20)),
    ("null members", |meta, _, _| meta["url"].is_null() && meta["system"].is_null()),
    ("unknown members", |meta, _, _| meta["aiScore"] == 0.5),
    ("unknown party members", |_, blocks, _| {
        any(&blocks["parties"], |party| party.get("sentiment").is_some())
    }),
    ("no content", |_, blocks, _| blocks.get("content").is_none()),
    ("no transcript", |_, _, talk| talk.is_null()),
    ("hostile sentence", |_, _, talk| {
        any(talk, |monologue| {
            any(&monologue["sentences"], |sentence| {
                sentence["text"].as_str().is_some_and(|text| text.contains("\u{1b}]8"))
            })
        })
    }),
    ("comments", |_, blocks, _| blocks.get("collaboration").is_some()),
    ("other language", |meta, _, _| meta["language"] != "eng"),
    ("audio", |meta, blocks, _| {
        meta["media"] == "Audio" && blocks["media"].get("videoUrl").is_none()
    }),
];

#[test]
fn any_150_calls_have_every_hard_case() {
    let company = company(6, 1_000);
    for first in [0, 850] {
        let calls: Vec<(Value, Value, Value)> = (first..first + 150)
            .map(|number| {
                let talk = company.transcript(number).unwrap_or_default();
                (company.meta_data(number), company.blocks(number), talk)
            })
            .collect();
        for (name, is_met) in CASES {
            let met = calls.iter().filter(|(meta, blocks, talk)| is_met(meta, blocks, talk));
            let count = met.count();
            assert!(count > 0, "{name} in {first}..");
        }
        let titles: BTreeSet<String> =
            calls.iter().map(|call| call.0["title"].to_string()).collect();
        assert!(titles.len() < 150, "duplicate titles in {first}..");
    }
}

#[test]
fn a_company_speaks_eight_languages_and_lasts_seconds_to_hours() {
    let company = company(6, 1_000);
    let metas: Vec<Value> = (0..1_000).map(|number| company.meta_data(number)).collect();
    let languages: BTreeSet<&str> =
        metas.iter().filter_map(|meta| meta["language"].as_str()).collect();
    assert_eq!(
        languages.into_iter().collect::<Vec<_>>(),
        ["ara", "deu", "eng", "fra", "heb", "jpn", "por", "spa", "und", "zxx"]
    );
    let durations: BTreeSet<u64> =
        metas.iter().filter_map(|meta| meta["duration"].as_u64()).collect();
    assert!(durations.first().is_some_and(|shortest| *shortest < 60));
    assert!(durations.last().is_some_and(|longest| *longest > 6_600));
    for (member, values) in [
        ("direction", ["Conference", "Inbound", "Outbound", "Unknown"].as_slice()),
        ("scope", &["External", "Internal", "Unknown"]),
        ("media", &["Audio", "Video"]),
    ] {
        let met: BTreeSet<&str> = metas.iter().filter_map(|meta| meta[member].as_str()).collect();
        assert_eq!(met.into_iter().collect::<Vec<_>>(), values, "{member}");
    }
}
