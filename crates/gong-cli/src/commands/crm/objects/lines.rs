//! Looking at a file of objects before it is sent: what Gong would certainly refuse, line by line.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context as _, Result};
use gong_types::CrmUploadType;
use serde_json::value::RawValue;

use crate::exit::Failure;

/// So many problems are told; of the others only the number.
const MOST_PROBLEMS: usize = 20;

/// What is wrong with the lines of a file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// How many objects there are.
    pub(super) n_objects: usize,
    first: Vec<(usize, String)>,
    n_wrong: usize,
}

/// Looks at every line.
pub(super) fn check(file: &Path, kind: &CrmUploadType) -> Result<Problems> {
    let unreadable = || format!("could not read {}", file.display());
    let mut lines = BufReader::new(File::open(file).with_context(unreadable)?);
    problems_in(&mut lines, kind).with_context(unreadable)
}

impl Problems {
    /// Fails if there are any.
    pub(super) fn refuse(&self, file: &Path) -> Result<()> {
        if self.n_wrong == 0 && self.n_objects > 0 {
            return Ok(());
        }
        let mut message = format!("nothing was sent: {}", file.display());
        // Writing to a string cannot fail.
        let _ = match self.n_wrong {
            0 => write!(message, " has no objects"),
            1 => write!(message, " has a line that Gong would refuse"),
            n => write!(message, " has {n} lines that Gong would refuse"),
        };
        for (line, problem) in &self.first {
            let _ = write!(message, "\nline {line}: {problem}");
        }
        if self.n_wrong > self.first.len() {
            let _ = write!(message, "\nand {} more", self.n_wrong - self.first.len());
        }
        let hint = if self.is_array() {
            "a JSON array becomes such a file with: jq -c '.[]' FILE"
        } else {
            "mend the lines, or add --no-check to send them as they are"
        };
        Err(Failure::usage(message, hint).into())
    }

    fn add(&mut self, line: usize, problem: String) {
        self.n_wrong += 1;
        if self.first.len() < MOST_PROBLEMS {
            self.first.push((line, problem));
        }
    }

    fn is_array(&self) -> bool {
        self.first.first().is_some_and(|(_, problem)| problem == ARRAY)
    }
}

const ARRAY: &str = "a JSON array begins here, and Gong wants an object on each line";

fn problems_in(lines: &mut impl BufRead, kind: &CrmUploadType) -> std::io::Result<Problems> {
    let mut problems = Problems::default();
    let mut seen = HashMap::new();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 || problems.is_array() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        problems.n_objects += 1;
        match object_id(line.trim_ascii(), kind) {
            Ok(id) => {
                if let Some(before) = seen.insert(id, number) {
                    problems.add(number, format!("the same objectId is in line {before}"));
                }
            }
            Err(problem) => problems.add(number, problem),
        }
    }
    Ok(problems)
}

/// The members of an object, as they stand in the line.
type Members<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// The id of the object in a line, or what is wrong with it.
fn object_id(line: &[u8], kind: &CrmUploadType) -> Result<String, String> {
    if line.starts_with("\u{FEFF}".as_bytes()) {
        return Err("a byte order mark stands before it".to_owned());
    }
    let line = str::from_utf8(line).map_err(|_| "it is not in UTF-8".to_owned())?;
    if line.starts_with('[') {
        return Err(ARRAY.to_owned());
    }
    if !line.starts_with('{') {
        return Err("it is no JSON object".to_owned());
    }
    let members: Members<'_> = serde_json::from_str(line)
        .map_err(|error| format!("it is no JSON object: column {}", error.column()))?;
    let id = text(&members, "objectId")?;
    if !is_id(&id) {
        return Err(
            "objectId has up to 64 letters, digits and -, or is an e-mail address".to_owned()
        );
    }
    let is_deleted = members.get("isDeleted").is_some_and(|it| it.get() == "true");
    if *kind != CrmUploadType::Stage {
        let modified = text(&members, "modifiedDate")?;
        if modified.contains('.') || modified.parse::<jiff::Timestamp>().is_err() {
            return Err("modifiedDate looks like 2026-06-15T09:00:00Z, in whole seconds".to_owned());
        }
    }
    match kind {
        CrmUploadType::BusinessUser if !is_deleted => text(&members, "emailAddress").map(drop)?,
        CrmUploadType::Stage => text(&members, "name").map(drop)?,
        _ => {}
    }
    Ok(id)
}

/// The text of a member that must be there.
fn text(members: &Members<'_>, name: &str) -> Result<String, String> {
    let given = members.get(name).filter(|value| value.get() != "null");
    let given = given.ok_or_else(|| format!("{name} is missing"))?;
    let text: String =
        serde_json::from_str(given.get()).map_err(|_| format!("{name} is no text"))?;
    if text.trim().is_empty() { Err(format!("{name} is empty")) } else { Ok(text) }
}

fn is_id(id: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let is_address = || {
        let parts = id.split_once('@');
        parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    id.len() <= 64 && (id.chars().all(is_plain) || is_address())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: &CrmUploadType) -> Problems {
        problems_in(&mut text.as_bytes(), kind).unwrap()
    }

    fn problem(line: &str, kind: &CrmUploadType) -> Option<String> {
        check(line, kind).first.pop().map(|(_, problem)| problem)
    }

    const GOOD: &str = r#"{"objectId":"a-1","modifiedDate":"2026-06-15T09:00:00Z","emailAddress":"a@b.example","name":"A"}"#;

    #[test]
    fn good_lines_of_any_type_have_no_problems() {
        for kind in CrmUploadType::KNOWN.iter().copied().map(CrmUploadType::from) {
            let problems =
                check(&format!("{GOOD}\r\n\n{}\n", GOOD.replace("a-1", "a@b.example")), &kind);
            assert_eq!((problems.n_objects, problems.n_wrong), (2, 0), "{problems:?}");
            problems.refuse(Path::new("f")).unwrap();
        }
    }

    #[test]
    fn what_gong_would_refuse_is_found() {
        use CrmUploadType::{Account, BusinessUser, Stage};
        for (line, kind, found) in [
            (GOOD.replace("a-1", "a_1"), Account, "objectId has up to"),
            (GOOD.replace("a-1", &"a".repeat(65)), Account, "objectId has up to"),
            (GOOD.replace("\"a-1\"", "1"), Account, "objectId is no text"),
            (GOOD.replace("objectId", "id"), Account, "objectId is missing"),
            (GOOD.replace("\"a-1\"", "\" \""), Account, "objectId is empty"),
            (GOOD.replace("00Z", "00.123Z"), Account, "modifiedDate looks like"),
            (GOOD.replace("modifiedDate", "x"), Account, "modifiedDate is missing"),
            (GOOD.replace("emailAddress", "x"), BusinessUser, "emailAddress is missing"),
            (GOOD.replace("name", "x"), Stage, "name is missing"),
            (format!("\u{FEFF}{GOOD}"), Account, "byte order mark"),
            (format!("[{GOOD}]"), Account, "a JSON array"),
            (GOOD.replace('}', ""), Account, "no JSON object: column"),
            ("7".to_owned(), Account, "no JSON object"),
            (format!("{GOOD}\n{GOOD}"), Account, "same objectId is in line 1"),
        ] {
            let problem = problem(&line, &kind).unwrap_or_default();
            assert!(problem.contains(found), "{line}: {problem:?} is not {found:?}");
        }
    }

    #[test]
    fn what_a_type_does_not_need_may_be_absent() {
        let stage = GOOD.replace("modifiedDate", "x");
        assert_eq!(problem(&stage, &CrmUploadType::Stage), None);
        let gone = GOOD.replace("\"emailAddress\":\"a@b.example\"", "\"isDeleted\":true");
        assert_eq!(problem(&gone, &CrmUploadType::BusinessUser), None);
    }

    #[test]
    fn twenty_problems_are_told_and_the_others_counted() {
        let problems = check(&"{}\n".repeat(25), &CrmUploadType::Lead);
        assert_eq!((problems.first.len(), problems.n_wrong), (20, 25));
        let told = problems.refuse(Path::new("f")).unwrap_err().to_string();
        assert!(told.contains("25 lines") && told.ends_with("and 5 more"), "{told}");
        assert!(check("\n", &CrmUploadType::Lead).refuse(Path::new("f")).is_err());
    }
}
