//! Refusals: why a statement was not run or not finished, and what to write instead.

use rusqlite::{Connection, Error as Sqlite, ErrorCode};

use super::{
    SqlLimits,
    guard::{CLOSED, DENIED, LONGEST_STATEMENT, LONGEST_VALUE},
};
use crate::{archive::Archive, error::Error};

/// Says what is wrong with a statement or the file, in words of ours.
pub(super) fn explain(
    archive: &Archive,
    statement: &str,
    limits: &SqlLimits,
    error: Sqlite,
) -> Error {
    let refused = |problem: String, hint: &str| Error::Statement {
        problem,
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
    };
    let message = match &error {
        Sqlite::MultipleStatement => {
            let hint = "run one after the other";
            return refused("there is more than one statement".to_owned(), hint);
        }
        Sqlite::SqlInputError { msg, .. } => msg.clone(),
        Sqlite::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::OperationInterrupted => {
                return too_long(limits);
            }
            ErrorCode::OutOfMemory => {
                let most = limits.memory.map_or("memory than there is".to_owned(), |memory| {
                    format!("than {} MiB of memory", memory >> 20)
                });
                let problem = format!("the statement takes more {most}");
                return refused(problem, "ask for less, or without order by and group by");
            }
            ErrorCode::TooBig => {
                if i32::try_from(statement.len()).is_ok_and(|it| it <= LONGEST_STATEMENT) {
                    let problem = format!("a value is longer than {} MiB", LONGEST_VALUE >> 20);
                    let hint = "put less together in one value, or leave the column out";
                    return refused(problem, hint);
                }
                let problem =
                    format!("the statement is longer than {} KiB", LONGEST_STATEMENT >> 10);
                return refused(problem, "leave some of it out");
            }
            ErrorCode::AuthorizationForStatementDenied => message.clone().unwrap_or_default(),
            ErrorCode::Unknown | ErrorCode::TypeMismatch | ErrorCode::ApiMisuse => {
                message.clone().unwrap_or_else(|| "the statement is wrong".to_owned())
            }
            _ => return Error::of(error, &archive.path()),
        },
        _ => return Error::of(error, &archive.path()),
    };
    let (problem, hint) = in_our_words(&archive.connection, statement, &message);
    refused(problem, &hint)
}

/// Says that the time is over.
pub(super) fn too_long(limits: &SqlLimits) -> Error {
    let problem = format!("the statement takes longer than {:?}", limits.time);
    let hint = Some("ask for less, such as for the calls of one month".to_owned());
    Error::Statement { problem, hint }
}

fn in_our_words(connection: &Connection, statement: &str, message: &str) -> (String, String) {
    let starts = |with: &str| message.strip_prefix(with);
    if let Some((name, _)) =
        starts("no such column: ").and_then(|it| it.split_once(" - should this be"))
    {
        let text = format!("'{}'", name.trim_matches('"'));
        let hint = format!("a text stands between single quotes: {text}");
        let columns = columns(connection, statement);
        let hint = if columns.is_empty() { hint } else { format!("{hint}; {columns}") };
        return (format!("there is no column {name}"), hint);
    }
    if let Some(column) = starts("no such column: ") {
        return (format!("there is no column {column}"), columns(connection, statement));
    }
    if let Some(table) = starts("no such table: ") {
        let table = table.strip_prefix("main.").unwrap_or(table);
        let hint = format!("there are {}", tables(connection).join(", "));
        return (format!("there is no table {table}"), hint);
    }
    if starts("no such function: ").is_some_and(|it| it.eq_ignore_ascii_case("regexp")) {
        let hint = "use like '%word%' or glob '*[0-9]*' in its place".to_owned();
        return ("there are no regular expressions".to_owned(), hint);
    }
    if let Some(function) = starts("no such function: ") {
        return (format!("there is no function {function}"), String::new());
    }
    if let Some(function) = starts("not authorized to use function: ") {
        return (format!("the function {function} is not allowed here"), String::new());
    }
    if let Some(what) = starts("access to ").and_then(|it| it.strip_suffix(" is prohibited")) {
        return (format!("{what} cannot be read"), String::new());
    }
    if let Some(near) = message.strip_suffix(": syntax error") {
        return (format!("the statement cannot be understood {near}"), String::new());
    }
    if let Some(token) = starts("unrecognized token: ") {
        let token = token.trim_matches('"');
        if token.starts_with(['\'', '"', '`', '[']) || token.is_empty() {
            let hint = "a text ends with a single quote; one in it is written twice: 'it''s'";
            return ("there is a quote that nothing closes".to_owned(), hint.to_owned());
        }
        return (format!("the statement cannot be understood near \"{token}\""), String::new());
    }
    if let Some(problem) = starts("fts5: ") {
        let near = problem.strip_prefix("syntax error ").unwrap_or_default();
        let problem = format!("the words behind match cannot be understood {near}");
        let hint = "put them between double quotes, as in match '\"not now\"'";
        return (problem.trim_end().to_owned(), hint.to_owned());
    }
    if message.starts_with("SELECTs to the left and right of ") {
        let hint = "give each the same number of columns".to_owned();
        return ("the selects that are joined differ in their columns".to_owned(), hint);
    }
    match message {
        "unterminated string" => {
            let problem = "the words behind match have a double quote that nothing closes";
            (problem.to_owned(), "close it, or leave it out".to_owned())
        }
        DENIED if reads(statement) => {
            let problem =
                format!("the statement reads what is closed, such as {}", CLOSED.join(" or "));
            (problem, format!("there are {}", tables(connection).join(", ")))
        }
        DENIED => {
            let problem = "the statement does something else than read".to_owned();
            (problem, "begin it with select".to_owned())
        }
        "incomplete input" => ("the statement ends too early".to_owned(), String::new()),
        _ => (lower(message), String::new()),
    }
}

/// Whether a statement only reads, by its words.
fn reads(statement: &str) -> bool {
    let mut words = words(statement);
    words.retain(|it| !matches!(&**it, "explain" | "query" | "plan"));
    match words.first().map_or("", String::as_str) {
        "select" | "values" => true,
        "with" => {
            !words.iter().any(|it| matches!(&**it, "insert" | "replace" | "update" | "delete"))
        }
        _ => false,
    }
}

/// The words of a statement, in lower case.
fn words(statement: &str) -> Vec<String> {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    let words = statement.split(|it| !is_word(it)).filter(|it| !it.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

/// The tables and views that can be read.
fn tables(connection: &Connection) -> Vec<String> {
    let names = || {
        connection
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')
                 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'monologue_words_%' ORDER BY name",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<String>>>()
    };
    let mut names = names().unwrap_or_default();
    names.retain(|name| !CLOSED.contains(&&**name));
    names
}

/// The columns of those tables that the statement names.
fn columns(connection: &Connection, statement: &str) -> String {
    let words = words(statement);
    let all = tables(connection);
    let named: Vec<&String> = all.iter().filter(|it| words.contains(it)).collect();
    let columns = |table: &String| {
        connection
            .prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([table], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<String>>>()
    };
    let lists: Vec<String> = named
        .into_iter()
        .map(|table| format!("{table} has {}", columns(table).unwrap_or_default().join(", ")))
        .collect();
    lists.join("; ")
}

/// Texts of errors begin in lower case, but for a name in capitals.
fn lower(message: &str) -> String {
    if message.chars().nth(1).is_some_and(char::is_uppercase) {
        return message.to_owned();
    }
    let mut characters = message.chars();
    let first = characters.next().map(|it| it.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
