//! The table of operations in `gong-types`: what is known of every operation of the API.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::workspace;

const TABLE: &str = "crates/gong-types/spec/operations.json";

/// One row of the table.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// A short name, such as `calls-list`.
    pub(crate) id: String,
    pub(crate) method: String,
    /// With the names of its placeholders, such as `/v2/calls/{id}`.
    pub(crate) path: String,
    /// None where Gong states none.
    pub(crate) scopes: Vec<String>,
    /// The member of the answer that holds what was asked for.
    pub(crate) answer: Option<String>,
}

impl Operation {
    /// Whether it is sent with this method to this path, whatever the placeholders are called.
    pub(crate) fn is_at(&self, method: &str, path: &str) -> bool {
        self.method == method && anonymous(&self.path) == anonymous(path)
    }
}

/// The path with its placeholders unnamed: `/v2/calls/{}`.
pub(crate) fn anonymous(path: &str) -> String {
    let mut plain = String::new();
    let mut is_inside = false;
    for letter in path.chars() {
        match letter {
            '{' => is_inside = true,
            '}' => {
                is_inside = false;
                plain.push_str("{}");
            }
            _ if is_inside => {}
            letter => plain.push(letter),
        }
    }
    plain
}

/// All rows, in order.
pub(crate) fn all() -> Result<Vec<Operation>> {
    parse(&workspace::read(TABLE)?).with_context(|| format!("{TABLE} is not as expected"))
}

fn parse(text: &str) -> Result<Vec<Operation>> {
    let rows: Vec<Value> = serde_json::from_str(text)?;
    rows.iter().map(row).collect()
}

fn row(row: &Value) -> Result<Operation> {
    let text = |name: &str| {
        row[name].as_str().map(ToOwned::to_owned).with_context(|| format!("a row has no {name}"))
    };
    let scopes = row["scopes"].as_array().context("a row has no scopes")?;
    Ok(Operation {
        id: text("id")?,
        method: text("method")?,
        path: text("path")?,
        scopes: scopes.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        answer: row["answer"].as_str().map(ToOwned::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_whatever_its_placeholder_is_called() {
        let rows = parse(
            r#"[{"id": "calls-get", "method": "GET", "path": "/v2/calls/{id}", "scopes": ["s"],
                 "answer": "call"}]"#,
        )
        .unwrap();
        assert!(rows[0].is_at("GET", "/v2/calls/{}"));
        assert!(rows[0].is_at("GET", "/v2/calls/{call_id}"));
        assert!(!rows[0].is_at("POST", "/v2/calls/{}"));
        assert!(!rows[0].is_at("GET", "/v2/calls/{}/media"));
    }

    #[test]
    fn a_row_without_a_method_is_an_error() {
        let error = parse(r#"[{"id": "x", "scopes": []}]"#).unwrap_err();
        assert_eq!(error.to_string(), "a row has no method");
    }
}
