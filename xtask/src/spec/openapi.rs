//! Holds every built operation against Gong's own description of its API, in the format `OpenAPI`.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    compare::Comparison,
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

fn faults(
    description: &Value,
    models: &Models,
    operations: &[Operation],
    exceptions: &mut [Exception],
) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut compared, mut members, mut explained) = (0, 0, 0);
    for endpoint in &models.endpoints {
        let mut rows = operations.iter();
        let Some(row) = rows.find(|row| row.is_at(&endpoint.method, &endpoint.path)) else {
            continue;
        };
        let Some(described) = described(description, row) else {
            if row.status == "current" {
                faults.push(format!("{}: not in the description", row.id));
            } else {
                println!("{}: not in the description, and said to be {}", row.id, row.status);
            }
            continue;
        };
        let mut comparison = Comparison {
            description,
            models,
            operation: &row.id,
            differences: Vec::new(),
            members: 0,
        };
        comparison.request(endpoint, described);
        comparison.response(endpoint, described);
        compared += 1;
        members += comparison.members;
        let all = comparison.differences.len();
        let left = exceptions::unexplained(comparison.differences, exceptions);
        explained += all - left.len();
        faults.extend(left.iter().map(ToString::to_string));
    }
    println!(
        "{compared} operations compared with the description: {members} members, {explained} \
         differences explained, {} not",
        faults.len()
    );
    faults.extend(exceptions::unused(exceptions));
    faults
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

    fn row(status: &str) -> Operation {
        Operation {
            id: "users-get".to_owned(),
            method: "GET".to_owned(),
            path: "/v2/users/{id}".to_owned(),
            scopes: Vec::new(),
            answer: Some("user".to_owned()),
            status: status.to_owned(),
        }
    }

    fn models() -> Models {
        let text = "//! x\nimpl Endpoint for GetUser {\n    type Response = Record<User>;\n    \
            Request::get(format!(\"/v2/users/{}\")).answer(\"user\")\n}\n";
        let path = "crates/gong-types/src/users.rs".to_owned();
        Models::of(&[Source { path, text: text.to_owned() }])
    }

    fn with(description: &Value, status: &str) -> Vec<String> {
        let list = r#"[{"operation": "*", "member": "response.requestId",
            "difference": "missing", "why": "w"}]"#;
        let mut exceptions = exceptions::parse(list).unwrap();
        faults(description, &models(), &[row(status)], &mut exceptions)
    }

    #[test]
    fn an_operation_that_is_not_described_is_found_unless_the_table_says_so() {
        let nothing = json!({"paths": {}});
        assert_eq!(with(&nothing, "current")[0], "users-get: not in the description");
        assert_eq!(with(&nothing, "phantom").len(), 1);
    }

    #[test]
    fn an_exception_that_explains_nothing_is_found() {
        assert!(with(&json!({"paths": {}}), "phantom")[0].contains("no such difference any more"));
    }

    #[test]
    fn a_difference_that_is_explained_is_none() {
        let text = json!({"type": "string"});
        let schema = json!({"properties": {"requestId": text, "user": text, "extra": text}});
        let answer = json!({"200": {"content": {"application/json": {"schema": schema}}}});
        let description = json!({"paths": {"/v2/users/{userId}": {"get": {"responses": answer}}}});
        assert_eq!(with(&description, "current"), ["users-get: response.extra: missing"]);
    }
}
