//! The rule that an endpoint says in its documentation what it does in code, and both agree with the
//! table of operations.

use super::Finding;
use crate::{
    models::{Endpoint, Models},
    operations::Operation,
};

pub(super) fn check(models: &Models, operations: &[Operation]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for endpoint in &models.endpoints {
        let summary = models.summary(&endpoint.name).unwrap_or_default();
        for message in faults(endpoint, &summary, operations) {
            findings.push(Finding::new(&endpoint.file, endpoint.line, message));
        }
    }
    findings
}

fn faults(endpoint: &Endpoint, summary: &str, operations: &[Operation]) -> Vec<String> {
    let Endpoint { name, method, path, answer, .. } = endpoint;
    let row = operations.iter().find(|operation| operation.is_at(method, path));
    let Some(operation) = row else {
        return vec![format!("{name} sends {method} {path}, which the table does not have")];
    };
    let mut faults = Vec::new();
    let heading = format!("`{} {}`: ", operation.method, operation.path);
    if !summary.starts_with(&heading) {
        faults.push(format!("the documentation of {name} does not begin with {heading}"));
    }
    if operation.scopes.is_empty() && summary.contains("`api:") {
        faults.push(format!("the documentation of {name} has a scope, the table has none"));
    }
    for scope in &operation.scopes {
        if !summary.contains(&format!("`{scope}`")) {
            faults.push(format!("the documentation of {name} does not name the scope `{scope}`"));
        }
    }
    if *answer != operation.answer {
        let shown = |member: &Option<String>| member.clone().unwrap_or("(all)".to_owned());
        let (code, table) = (shown(answer), shown(&operation.answer));
        faults.push(format!("{name} takes `{code}` for the answer, the table `{table}`"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation() -> Operation {
        Operation {
            id: "calls-get".to_owned(),
            method: "GET".to_owned(),
            path: "/v2/calls/{id}".to_owned(),
            scopes: vec!["api:calls:read".to_owned()],
            answer: Some("call".to_owned()),
        }
    }

    fn endpoint() -> Endpoint {
        Endpoint {
            name: "GetCall".to_owned(),
            file: "calls.rs".to_owned(),
            line: 1,
            response: "Record<Call>".to_owned(),
            method: "GET".to_owned(),
            path: "/v2/calls/{}".to_owned(),
            answer: Some("call".to_owned()),
            has_query: false,
            parameters: Vec::new(),
            body: Vec::new(),
            part: None,
        }
    }

    const SUMMARY: &str = "`GET /v2/calls/{id}`: one call. Scope `api:calls:read`.";

    #[test]
    fn what_agrees_passes() {
        assert_eq!(faults(&endpoint(), SUMMARY, &[operation()]), [""; 0]);
    }

    #[test]
    fn an_operation_that_the_table_does_not_have_is_found() {
        let lost = Endpoint { path: "/v2/call/{}".to_owned(), ..endpoint() };
        assert_eq!(
            faults(&lost, SUMMARY, &[operation()]),
            ["GetCall sends GET /v2/call/{}, which the table does not have"]
        );
    }

    #[test]
    fn documentation_that_says_otherwise_is_found() {
        let with = |summary| faults(&endpoint(), summary, &[operation()]);
        assert_eq!(with("`POST /v2/calls/{id}`: one call. Scope `api:calls:read`.").len(), 1);
        assert_eq!(with("`GET /v2/calls/{id}`: one call. Scope `api:users:read`.").len(), 1);
        assert_eq!(with("One call.").len(), 2);
        let free = Operation { scopes: Vec::new(), ..operation() };
        assert_eq!(faults(&endpoint(), SUMMARY, &[free]).len(), 1);
    }

    #[test]
    fn an_answer_taken_from_elsewhere_is_found() {
        let whole = Endpoint { answer: None, ..endpoint() };
        assert_eq!(
            faults(&whole, SUMMARY, &[operation()]),
            ["GetCall takes `(all)` for the answer, the table `call`"]
        );
    }
}
