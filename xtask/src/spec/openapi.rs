//! Holds every built operation against Gong's own description of its API, in the format `OpenAPI`.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    compare::{Comparison, Difference, Kind},
    exceptions::{self, Exception},
};
use crate::{
    models::Models,
    operations::{self, Operation, anonymous},
    workspace,
};

/// Compares, prints what differs and is not explained, and fails if there is any.
pub(super) fn check(file: &Path) -> Result<()> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let description: Value =
        serde_json::from_str(&text).with_context(|| format!("{name} is no JSON"))?;
    let mut exceptions = exceptions::parse(&workspace::read(exceptions::FILE)?)
        .with_context(|| format!("{} is not as expected", exceptions::FILE))?;
    let models = Models::of(&workspace::sources()?);
    let faults = faults(&description, &models, &operations::all()?, &mut exceptions);
    for fault in &faults {
        println!("{fault}");
    }
    match faults.len() {
        0 => Ok(()),
        count => bail!("{count} differences from the description are not explained"),
    }
}

/// What differs and is not explained, in both directions: operations, parameters, and members.
fn faults(
    description: &Value,
    models: &Models,
    operations: &[Operation],
    exceptions: &mut [Exception],
) -> Vec<String> {
    let mut differences = untyped(description, models, operations);
    let (mut compared, mut members) = (0, 0);
    for endpoint in &models.endpoints {
        let mut rows = operations.iter();
        let row = rows.find(|row| row.is_at(&endpoint.method, &endpoint.path));
        let Some(row) = row else { continue };
        let Some(described) = described(description, row) else {
            differences.push(whole(&row.id, Kind::Extra));
            continue;
        };
        let operation = &row.id;
        let mut comparison =
            Comparison { description, models, operation, differences: Vec::new(), members: 0 };
        comparison.request(endpoint, described);
        comparison.response(endpoint, described);
        compared += 1;
        members += comparison.members;
        differences.append(&mut comparison.differences);
    }
    let all = differences.len();
    let left = exceptions::unexplained(differences, exceptions);
    println!(
        "{compared} operations compared with the description: {members} parameters and members, {} \
         differences explained, {} not",
        all - left.len(),
        left.len()
    );
    let mut faults: Vec<_> = left.iter().map(ToString::to_string).collect();
    faults.extend(exceptions::unused(exceptions));
    faults
}

/// The operations of the description that no endpoint is written for.
fn untyped(description: &Value, models: &Models, operations: &[Operation]) -> Vec<Difference> {
    let mut untyped = Vec::new();
    for (path, methods) in description["paths"].as_object().into_iter().flatten() {
        let methods = methods.as_object().into_iter().flatten();
        for (method, _) in methods.filter(|(_, operation)| operation["responses"].is_object()) {
            let (method, path) = (method.to_ascii_uppercase(), anonymous(path));
            let mut endpoints = models.endpoints.iter();
            if endpoints.any(|endpoint| endpoint.method == method && endpoint.path == path) {
                continue;
            }
            let row = operations.iter().find(|row| row.is_at(&method, &path));
            let name = row.map_or(format!("{method} {path}"), |row| row.id.clone());
            untyped.push(whole(&name, Kind::Missing));
        }
    }
    untyped
}

/// A difference that is about an operation as a whole.
fn whole(operation: &str, kind: Kind) -> Difference {
    Difference { operation: operation.to_owned(), member: String::new(), kind }
}

fn described<'a>(description: &'a Value, operation: &Operation) -> Option<&'a Value> {
    let paths = description["paths"].as_object()?;
    let mut paths = paths.iter();
    let (_, methods) = paths.find(|(path, _)| anonymous(path) == anonymous(&operation.path))?;
    methods.get(operation.method.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workspace::Source;

    fn row() -> Operation {
        Operation {
            id: "users-get".to_owned(),
            method: "GET".to_owned(),
            path: "/v2/users/{id}".to_owned(),
            scopes: Vec::new(),
            answer: Some("user".to_owned()),
        }
    }

    fn models() -> Models {
        let text = "//! x\nimpl Endpoint for GetUser {\n    type Response = Record<User>;\n    \
            Request::get(format!(\"/v2/users/{}\")).answer(\"user\")\n}\n";
        let path = "crates/gong-types/src/users.rs".to_owned();
        Models::of(&[Source { path, text: text.to_owned() }])
    }

    fn with(description: &Value, exceptions: &str) -> Vec<String> {
        let mut exceptions = exceptions::parse(exceptions).unwrap();
        faults(description, &models(), &[row()], &mut exceptions)
    }

    fn explained(operation: &str, member: &str, difference: &str) -> String {
        json!([{"operation": operation, "member": member, "difference": difference, "why": "w"}])
            .to_string()
    }

    #[test]
    fn an_operation_that_is_not_described_needs_an_explanation() {
        let nothing = json!({"paths": {}});
        assert_eq!(with(&nothing, "[]"), ["users-get: the operation: extra"]);
        assert_eq!(with(&nothing, &explained("users-get", "", "extra")), [""; 0]);
    }

    #[test]
    fn an_operation_that_has_no_type_is_found() {
        let answer = json!({"responses": {}});
        let user = json!({"get": answer, "delete": answer, "parameters": []});
        let description = json!({"paths": {"/v2/users/{userId}": user}});
        let found = with(&description, "[]");
        assert_eq!(found[0], "DELETE /v2/users/{}: the operation: missing");
    }

    #[test]
    fn an_exception_that_explains_nothing_is_found() {
        let found = with(&json!({"paths": {}}), &explained("users-get", "response.x", "missing"));
        assert!(found[1].contains("no such difference any more"), "{found:?}");
    }

    #[test]
    fn a_difference_that_is_explained_is_none() {
        let text = json!({"type": "string"});
        let schema = json!({"properties": {"requestId": text, "user": text, "extra": text}});
        let answer = json!({"200": {"content": {"application/json": {"schema": schema}}}});
        let description = json!({"paths": {"/v2/users/{userId}": {"get": {"responses": answer}}}});
        let list = explained("*", "response.requestId", "missing");
        assert_eq!(with(&description, &list), ["users-get: response.extra: missing"]);
    }
}
