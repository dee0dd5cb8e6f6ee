//! Answers in which one member is not as described: no page is lost, and nothing panics.
//!
//! `answers/` has one full answer for each operation, with every member that Gong is known to send.
//! Each member in turn is left out, null, of a wrong type, given a sibling that nobody knows, and,
//! where Gong chooses the value, given a value that nobody knows.

use std::collections::BTreeMap;

use gong_types::{DecodeError, Operation};
use serde::Deserialize;
use serde_json::Value;

mod cases;
mod endpoints;

use cases::{Case, Change, cases};
use endpoints::ENDPOINTS;

const ANSWERS: [&str; 14] = [
    include_str!("answers/calls.json"),
    include_str!("answers/crm.json"),
    include_str!("answers/entities.json"),
    include_str!("answers/flows.json"),
    include_str!("answers/interactions.json"),
    include_str!("answers/library.json"),
    include_str!("answers/meetings.json"),
    include_str!("answers/permissions.json"),
    include_str!("answers/privacy.json"),
    include_str!("answers/settings.json"),
    include_str!("answers/stats.json"),
    include_str!("answers/targets.json"),
    include_str!("answers/tasks.json"),
    include_str!("answers/users.json"),
];

/// A full answer.
#[derive(Deserialize)]
struct Full {
    answer: Value,
    /// Where Gong chooses among values that it may add to, such as `calls[].direction`.
    #[serde(default)]
    enums: Vec<String>,
    /// The objects whose keys are no members.
    #[serde(default)]
    maps: Vec<String>,
    /// The members without which a record is not the one that it should be.
    #[serde(default)]
    named_by: Vec<String>,
}

/// What became of an answer: each record's text, and whether it could be read.
type Outcome = Result<Vec<(String, Result<(), DecodeError>)>, DecodeError>;

/// Every full answer with its operation.
fn answers() -> Vec<(&'static Operation, Full)> {
    let mut answers = BTreeMap::new();
    for file in ANSWERS {
        answers.extend(serde_json::from_str::<BTreeMap<String, Full>>(file).unwrap());
    }
    let operations = Operation::all().iter();
    let found = operations.map(|operation| (operation, answers.remove(&operation.id).unwrap()));
    let found = found.collect();
    assert!(answers.is_empty(), "answers of no operation");
    found
}

/// Decodes an answer as the endpoint of the operation does, and reads every record.
fn read(operation: &Operation, answer: &Value) -> Outcome {
    let (_, read) = ENDPOINTS.iter().find(|(id, _)| *id == operation.id).unwrap();
    read(&answer.to_string(), operation.answer.as_deref())
}

/// The answer with its first record twice, so that there is one to be lost.
fn doubled(operation: &Operation, full: &Full) -> Value {
    let mut answer = full.answer.clone();
    let list = operation.answer.as_ref().and_then(|member| answer[member].as_array_mut());
    if let Some(list) = list {
        list.extend(list.first().cloned());
    }
    answer
}

#[test]
fn every_full_answer_is_read() {
    for (operation, full) in answers() {
        let outcome = read(operation, &full.answer).unwrap();
        assert!(!outcome.is_empty(), "{}", operation.id);
        for (text, outcome) in outcome {
            assert_eq!(outcome, Ok(()), "{}: {text}", operation.id);
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how many there are is a part of the result")]
fn one_member_that_is_not_as_described_loses_no_page() {
    let (mut count, mut kinds, mut failures) = (0, BTreeMap::new(), Vec::new());
    for (operation, full) in answers() {
        let answer = doubled(operation, &full);
        for case in cases(&answer, &full) {
            count += 1;
            *kinds.entry(format!("{:?}", case.change)).or_insert(0) += 1;
            if let Err(problem) = check(operation, &full, &answer, &case) {
                failures
                    .push(format!("{}: {} {:?}: {problem}", operation.id, case.path, case.change));
            }
        }
    }
    println!("{count} cases: {kinds:?}");
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 5_800, "only {count} cases");
}

/// Whether the answer with the change is read as far as it can be.
fn check(operation: &Operation, full: &Full, answer: &Value, case: &Case) -> Result<(), String> {
    let changed = case.apply(answer);
    let outcome = read(operation, &changed);
    let member = operation.answer.as_deref().unwrap_or_default();
    let is_wrong = case.change == Change::WrongType;
    let is_gone = matches!(case.change, Change::Absent | Change::Null);
    let (is_list, is_paged) = (answer[member].is_array(), answer["records"].is_object());
    // What would look like the last page, or like an empty one, must be an error instead.
    let is_loud = match (&*case.path, case.change) {
        ("records" | "records.cursor", Change::WrongType) => is_paged,
        (path, Change::Absent) => path == member,
        (path, Change::Null) => path == member && is_list && is_paged,
        (path, Change::WrongType) => path == member && is_list,
        _ => false,
    };
    let records = match outcome {
        Err(_) if is_loud => return Ok(()),
        Err(error) => return Err(format!("the page is lost: {error}")),
        Ok(records) => records,
    };
    let is_of_a_record = operation.answer.is_none() || case.path.starts_with(member);
    for (index, (text, outcome)) in records.iter().enumerate() {
        if *text != expected_text(&changed, member, index) {
            return Err("its text did not survive".to_owned());
        }
        let is_changed = index == 0 && is_of_a_record;
        let is_all_of_it = case.path == member && (is_gone || is_wrong);
        let is_nameless = is_all_of_it || (is_gone && full.named_by.contains(&case.path));
        let is_nameless = is_changed && is_nameless;
        match outcome {
            Ok(()) if is_nameless => return Err("it is read without its name".to_owned()),
            Ok(()) => {}
            Err(_) if is_nameless || (is_changed && is_wrong) => {}
            Err(error) => return Err(format!("record {index} is not read: {error}")),
        }
    }
    if is_loud { Err("nothing says that it is not whole".to_owned()) } else { Ok(()) }
}

/// What Gong sent for one record.
fn expected_text(answer: &Value, member: &str, index: usize) -> String {
    let taken = if member.is_empty() { answer } else { &answer[member] };
    taken.get(index).unwrap_or(taken).to_string()
}
