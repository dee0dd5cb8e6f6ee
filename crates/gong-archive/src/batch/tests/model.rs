//! Any sequence of saves, changes, and deletes leaves what the last of each call left.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Scratch;

#[derive(Debug, Clone)]
enum Step {
    Call { id: u64, version: u64 },
    Transcript { id: u64, version: u64 },
    Delete { id: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..5_u64, 0..6_u64).prop_map(|(id, version)| Step::Call { id, version }),
        3 => (0..5_u64, 0..6_u64).prop_map(|(id, version)| Step::Transcript { id, version }),
        1 => (0..5_u64).prop_map(|id| Step::Delete { id }),
    ]
}

/// Versions differ in when the call was, who took part, and what it is linked to.
fn call(id: u64, version: u64) -> Value {
    json!({
        "metaData": {"id": id, "started": format!("2026-05-0{}T10:00:00Z", 1 + version / 2 * 3)},
        "context": [{"objects": [{"objectType": "Account", "objectId": format!("a{}", version % 3)}]}],
        "parties": [{"id": "1", "speakerId": "9", "name": format!("Jane {version}")}],
        "content": {"trackers": [{"id": version % 4, "name": "Price", "count": 1}]}
    })
}

fn transcript(id: u64, version: u64) -> Value {
    let sentence = |place| json!({"start": place, "text": format!("version {version} naïve Nguyễn ёлка Straße か\u{3099} 価格 {place}")});
    let turn = |speaker: u64, length: u64| json!({"speakerId": speaker, "sentences": (0..length).map(sentence).collect::<Vec<_>>()});
    json!({"callId": id, "transcript": [turn(9, version), turn(8, 2), turn(9, 1)]})
}

/// What must be there.
type Model = BTreeMap<u64, (u64, Option<u64>)>;

fn play(steps: &[Step]) -> (Scratch, Model) {
    let mut scratch = Scratch::new();
    let mut model = Model::new();
    for step in steps {
        match *step {
            Step::Call { id, version } => {
                scratch.call(call(id, version));
                model.entry(id).or_insert((version, None)).0 = version;
            }
            Step::Transcript { id, version } => {
                scratch.transcript(transcript(id, version));
                if let Some(kept) = model.get_mut(&id) {
                    kept.1 = Some(version);
                }
            }
            Step::Delete { id } => {
                assert_eq!(scratch.delete(&id.to_string()), model.remove(&id).is_some());
            }
        }
    }
    (scratch, model)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_tables_agree_after_anything(steps in prop::collection::vec(step(), 1..40)) {
        let (scratch, model) = play(&steps);
        scratch.check();
        let mut n_kept = 0;
        for (id, (of_call, said)) in &model {
            let key = id.to_string();
            let text = scratch.text("calls", &key).unwrap();
            prop_assert_eq!(text, call(*id, *of_call).to_string());
            let text = said.map(|said| transcript(*id, said).to_string());
            prop_assert_eq!(scratch.text("transcripts", &key), text);
            let n_sentences = said.map_or(0, |said| said + 3);
            let count = scratch.rows(&format!("SELECT count(*) FROM sentences WHERE call_id = '{id}'"));
            prop_assert_eq!(count, [n_sentences.to_string()]);
            if said.is_some() {
                let first = format!("SELECT DISTINCT speaker_name FROM sentences WHERE call_id = '{id}' AND speaker_id = '9'");
                prop_assert_eq!(scratch.rows(&first), [format!("Jane {of_call}")]);
            }
            n_kept += 1 + u64::from(said.is_some());
        }
        let set = |of: fn(u64) -> String| -> Vec<String> {
            let all: BTreeSet<String> = model.values().map(|(version, _)| of(*version)).collect();
            all.into_iter().collect()
        };
        prop_assert_eq!(scratch.rows("SELECT account_id FROM accounts ORDER BY 1"), set(|it| format!("a{}", it % 3)));
        prop_assert_eq!(scratch.rows("SELECT tracker_id FROM trackers ORDER BY 1"), set(|it| (it % 4).to_string()));
        let calls: Vec<String> = model.keys().map(ToString::to_string).collect();
        prop_assert_eq!(scratch.rows("SELECT call_id FROM calls ORDER BY 1"), calls);
        for table in ["parties", "tracker_hits", "call_accounts", "call_states"] {
            let count = scratch.rows(&format!("SELECT count(*) FROM {table}"));
            prop_assert_eq!(count, [model.len().to_string()], "{}", table);
        }
        prop_assert_eq!(scratch.rows("SELECT count(*) FROM kept"), [n_kept.to_string()]);
        let unordered = "SELECT count(*) FROM calls AS a JOIN calls AS b ON a.number < b.number AND a.started > b.started";
        prop_assert_eq!(scratch.rows(unordered), ["0"]);
    }
}
