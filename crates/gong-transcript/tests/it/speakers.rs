//! Who the speakers are: names, their stand-ins, and people of the same name.

use crate::joined;

/// The names in the order of the speaker ids `heard`, given the parties as JSON.
fn names(parties: &str, heard: &[&str]) -> Vec<String> {
    let monologues: Vec<String> =
        heard.iter().map(|id| format!(r#"{{"speakerId":{id},"sentences":[]}}"#)).collect();
    let transcript = format!(r#"{{"callId":"1","transcript":[{}]}}"#, monologues.join(","));
    let details = format!(r#"{{"metaData":{{"id":"1"}},"parties":{parties}}}"#);
    let dialogue = joined(&transcript, Some(&details));
    dialogue.turns.iter().map(|turn| turn.speaker.name.clone()).collect()
}

#[test]
fn the_first_of_name_address_and_number_that_is_there_counts() {
    let parties = r#"[
        {"speakerId":"1","name":"Anna","emailAddress":"a@x.example","phoneNumber":"+1"},
        {"speakerId":"2","name":" ","emailAddress":"b@x.example","phoneNumber":"+2"},
        {"speakerId":"3","emailAddress":null,"phoneNumber":"+3"},
        {"speakerId":"4","title":"CEO"}
    ]"#;
    assert_eq!(
        names(parties, &["1", "2", "3", "4"]),
        ["Anna", "b@x.example", "+3", "Speaker 1 (unknown)"]
    );
}

#[test]
fn the_unknown_are_counted_by_who_speaks_first_and_keep_their_number() {
    let parties = r#"[{"speakerId":"2","name":"Bo"}, {"speakerId":null,"name":"Never spoke"}]"#;
    assert_eq!(
        names(parties, &["9", "2", "null", "9", "8", "null", "2"]),
        [
            "Speaker 1 (unknown)",
            "Bo",
            "Speaker 2 (unknown)",
            "Speaker 1 (unknown)",
            "Speaker 3 (unknown)",
            "Speaker 2 (unknown)",
            "Bo",
        ]
    );
}

#[test]
fn a_call_without_parties_has_unknown_speakers() {
    for parties in ["null", "[]"] {
        assert_eq!(
            names(parties, &["5", "6", "5"]),
            ["Speaker 1 (unknown)", "Speaker 2 (unknown)", "Speaker 1 (unknown)"]
        );
    }
}

#[test]
fn ids_match_as_text_and_as_numbers() {
    let parties = r#"[{"speakerId":99999999999999999999,"name":"Anna"}]"#;
    assert_eq!(names(parties, &["\"99999999999999999999\""]), ["Anna"]);
    // The next number, which a float would take for the same.
    assert_eq!(names(parties, &["\"99999999999999999998\""]), ["Speaker 1 (unknown)"]);
}

#[test]
fn namesakes_are_told_apart_by_what_differs() {
    let parties = r#"[
        {"speakerId":"1","name":"Anna","title":"CEO","emailAddress":"a@x.example"},
        {"speakerId":"2","name":"anna","title":"CTO","emailAddress":"b@x.example"},
        {"speakerId":"3","name":"Bo","title":"Rep","emailAddress":"c@x.example"},
        {"speakerId":"4","name":"Bo","title":"Rep","emailAddress":"d@y.example"},
        {"speakerId":"5","name":"Cy","affiliation":"Internal"},
        {"speakerId":"6","name":"Cy","affiliation":"External"},
        {"speakerId":"7","name":"Di","affiliation":"Unknown"},
        {"speakerId":"8","name":"Di","affiliation":"Unknown"}
    ]"#;
    assert_eq!(
        names(parties, &["1", "2", "3", "4", "5", "6", "7", "8", "1"]),
        [
            "Anna (CEO)",
            "anna (CTO)",
            "Bo (c@x.example)",
            "Bo (d@y.example)",
            "Cy (Internal)",
            "Cy (External)",
            "Di",
            "Di (2)",
            "Anna (CEO)",
        ]
    );
}

#[test]
fn who_joins_twice_is_no_namesake() {
    let parties = r#"[
        {"speakerId":"1","name":"Anna","userId":"5","emailAddress":"a@x.example"},
        {"speakerId":"2","name":"Anna","userId":"5"},
        {"speakerId":"3","name":"Bo","emailAddress":"B@x.example"},
        {"speakerId":"4","name":"Bo","emailAddress":"b@X.example"}
    ]"#;
    assert_eq!(names(parties, &["1", "2", "3", "4"]), ["Anna", "Anna", "Bo", "Bo"]);
}

#[test]
fn of_two_parties_with_one_voice_the_one_with_a_name_counts() {
    let parties = r#"[
        {"speakerId":"1","phoneNumber":"+1"},
        {"speakerId":"1","emailAddress":"a@x.example"},
        {"speakerId":"1","name":"Anna"}
    ]"#;
    assert_eq!(names(parties, &["1"]), ["Anna"]);
}

#[test]
fn nobody_can_pass_for_an_unknown_speaker() {
    let parties = r#"[{"speakerId":"1","name":"Speaker 1 (unknown)"}]"#;
    assert_eq!(names(parties, &["2", "1"]), ["Speaker 1 (unknown)", "Speaker 1 (unknown) (2)"]);
}
