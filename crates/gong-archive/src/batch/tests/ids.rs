//! Ids: up to 20 digits survive bit by bit, and what is none is put aside.

use proptest::prelude::*;
use serde_json::json;

use super::{super::Saved, Scratch};

#[test]
fn what_is_no_id_is_put_aside() {
    let mut scratch = Scratch::new();
    for id in ["\"123456789012345678901\"", "-1", "\"-1\"", "1.5", "1e3", "\"\"", "\"12a\"", "null"]
    {
        let call = format!(r#"{{"metaData":{{"id":{id},"title":"x"}}}}"#);
        assert_eq!(scratch.call(&call), Saved::Quarantined, "{id}");
    }
    assert_eq!(scratch.rows("SELECT count(*) FROM calls"), ["0"]);
    assert_eq!(scratch.rows("SELECT count(*) FROM quarantine WHERE kind = 'calls'"), ["8"]);
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![any::<u64>().prop_map(|id| id.to_string()), "[1-9][0-9]{19}", "[0-9]{1,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ids_survive_every_table(ids in prop::collection::hash_set(id(), 6), as_number: bool) {
        let ids: Vec<String> = ids.into_iter().collect();
        let mut scratch = Scratch::new();
        // A number of JSON has no zero in front.
        let as_number = as_number && !ids[0].starts_with('0');
        let first = if as_number { ids[0].clone() } else { format!("\"{}\"", ids[0]) };
        let call = format!(
            r#"{{"metaData":{{"id":{first},"primaryUserId":"{}"}},
                "parties":[{{"id":"{}","speakerId":"{}","userId":"{}"}}],
                "content":{{"trackers":[{{"id":"{}","count":1}}]}}}}"#,
            ids[1], ids[2], ids[3], ids[4], ids[5]
        );
        prop_assert_eq!(scratch.call(&call), Saved::New);
        let said = json!({"callId": ids[0], "transcript": [
            {"speakerId": ids[3], "sentences": [{"text": "here"}]}]});
        prop_assert_eq!(scratch.transcript(&said), Saved::New);
        let of_calls = scratch.rows("SELECT call_id, host_user_id FROM calls");
        prop_assert_eq!(of_calls, [format!("{}|{}", ids[0], ids[1])]);
        let of_parties = scratch.rows("SELECT call_id, party_id, speaker_id, user_id FROM parties");
        prop_assert_eq!(of_parties, [format!("{}|{}|{}|{}", ids[0], ids[2], ids[3], ids[4])]);
        let hits = scratch.rows("SELECT call_id, tracker_id FROM tracker_hits JOIN trackers USING (tracker_id)");
        prop_assert_eq!(hits, [format!("{}|{}", ids[0], ids[5])]);
        let found = scratch.rows(
            "SELECT call_id, speaker_id
             FROM monologue_words ('here') AS found
             JOIN spoken ON spoken.id = found.rowid
             JOIN calls ON number = spoken.id >> 18
             JOIN speakers ON call_number = number AND speakers.speaker = spoken.speaker",
        );
        prop_assert_eq!(found, [format!("{}|{}", ids[0], ids[3])]);
        prop_assert_eq!(scratch.text("calls", &ids[0]), Some(call));
        prop_assert_eq!(scratch.text("transcripts", &ids[0]), Some(said.to_string()));
    }
}
