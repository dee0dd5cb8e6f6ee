//! Which operations the sandbox answers, and whether its own table agrees with that of the types.

use std::collections::BTreeMap;

use crate::{operations::Operation, workspace::Source};

const FOLDER: &str = "crates/gong-sandbox/src/";

/// The file that says which function answers which operation.
const ROUTES: &str = "routes.rs";

/// The operations that the sandbox has a function for, and its name.
pub(super) fn answered(sources: &[Source]) -> BTreeMap<String, String> {
    let mut answered = BTreeMap::new();
    for source in routes(sources).filter(|source| source.path.ends_with(ROUTES)) {
        for (_, line) in source.code() {
            let arm = line.trim().strip_prefix('"').and_then(|line| line.split_once("\" => "));
            if let Some((id, call)) = arm {
                let function = call.split('(').next().unwrap_or(call);
                answered.insert(id.to_owned(), function.to_owned());
            }
        }
    }
    answered
}

/// Where the sandbox's table names another method or path for an operation than ours does.
pub(super) fn disputes(sources: &[Source], operations: &[Operation]) -> Vec<String> {
    let mut disputes = Vec::new();
    for source in routes(sources) {
        for (_, line) in source.code() {
            let Some(row) = line.trim().strip_prefix("operation(\"") else { continue };
            let texts: Vec<_> = row.split('"').collect();
            let [id, method, path, ..] = texts[..] else { continue };
            let method = method.trim_matches([',', ' ']).trim_start_matches("Method::");
            match operations.iter().find(|operation| operation.id == id) {
                Some(operation) if operation.is_at(method, path) => {}
                Some(Operation { method: wanted, path: place, .. }) => disputes.push(format!(
                    "{id} is {wanted} {place} in the table, but {method} {path} in the sandbox"
                )),
                None => disputes.push(format!("{id} is only in the sandbox")),
            }
        }
    }
    disputes
}

fn routes(sources: &[Source]) -> impl Iterator<Item = &Source> {
    sources.iter().filter(|source| {
        source.path.strip_prefix(FOLDER).is_some_and(|file| file.starts_with("routes"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> [Source; 1] {
        [Source { path: format!("{FOLDER}{name}"), text: text.to_owned() }]
    }

    fn operation() -> Operation {
        Operation {
            id: "calls-get".to_owned(),
            method: "GET".to_owned(),
            path: "/v2/calls/{id}".to_owned(),
            scopes: Vec::new(),
            answer: None,
        }
    }

    #[test]
    fn an_arm_that_answers_counts_and_one_with_a_condition_alone_does_not() {
        let text = "\"calls-get\" => calls::get(ask),\n\"meetings-list\" if strict => refuse(),\n";
        let found = answered(&file("routes.rs", text));
        let found: Vec<_> = found.iter().map(|(id, function)| (&**id, &**function)).collect();
        assert_eq!(found, [("calls-get", "calls::get")]);
        assert!(answered(&file("routes/selector.rs", "\"Now\" => Timing::Now,\n")).is_empty());
    }

    #[test]
    fn tables_that_differ_are_found() {
        let with = |row: &str| disputes(&file("routes/operations.rs", row), &[operation()]);
        assert_eq!(
            with("operation(\"calls-get\", Method::GET, \"/v2/calls/{x}\", None),"),
            [""; 0]
        );
        assert_eq!(
            with("operation(\"calls-get\", Method::PUT, \"/v2/calls/{id}\", None),"),
            ["calls-get is GET /v2/calls/{id} in the table, but PUT /v2/calls/{id} in the sandbox"]
        );
        assert_eq!(
            with("operation(\"other\", Method::PUT, \"/v2/other\", None),"),
            ["other is only in the sandbox"]
        );
    }
}
