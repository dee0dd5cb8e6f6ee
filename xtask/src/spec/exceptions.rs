//! Differences between the models and Gong's description that are meant to be, each with its reason.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::compare::{Difference, Kind};

/// The list, by its path from the root.
pub(super) const FILE: &str = "crates/gong-types/spec/exceptions.json";

/// An explained difference.
#[derive(Debug)]
pub(super) struct Exception {
    /// The operation, or `*` for all.
    operation: String,
    member: String,
    kind: Kind,
    uses: usize,
}

/// Takes the explained differences away.
pub(super) fn unexplained(
    differences: Vec<Difference>,
    exceptions: &mut [Exception],
) -> Vec<Difference> {
    let mut left = Vec::new();
    for difference in differences {
        match exceptions.iter_mut().find(|exception| exception.explains(&difference)) {
            Some(exception) => exception.uses += 1,
            None => left.push(difference),
        }
    }
    left
}

/// The exceptions that explained nothing.
pub(super) fn unused(exceptions: &[Exception]) -> Vec<String> {
    let unused = exceptions.iter().filter(|exception| exception.uses == 0);
    unused
        .map(|Exception { operation, member, .. }| {
            format!("{FILE}: there is no such difference any more: {operation} {member}")
        })
        .collect()
}

impl Exception {
    fn explains(&self, difference: &Difference) -> bool {
        (self.operation == "*" || self.operation == difference.operation)
            && self.member == difference.member
            && self.kind == difference.kind
    }
}

/// Reads the list. Each entry must have a reason.
pub(super) fn parse(text: &str) -> Result<Vec<Exception>> {
    let entries: Vec<Value> = serde_json::from_str(text)?;
    entries.iter().map(|entry| read(entry).with_context(|| format!("in {entry}"))).collect()
}

fn read(entry: &Value) -> Result<Exception> {
    let text = |name: &str| entry[name].as_str().with_context(|| format!("no {name}"));
    let word = text("difference")?;
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == word) else {
        bail!("`{word}` is no difference: {}", Kind::ALL.map(Kind::word).join(", "));
    };
    if text("why")?.is_empty() {
        bail!("no why");
    }
    Ok(Exception {
        operation: text("operation")?.to_owned(),
        member: text("member")?.to_owned(),
        kind,
        uses: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[
        {"operation": "*", "member": "query.cursor", "difference": "missing", "why": "w"},
        {"operation": "users-list", "member": "query.x", "difference": "extra", "why": "w"}
    ]"#;

    fn difference(operation: &str, member: &str, kind: Kind) -> Difference {
        Difference { operation: operation.to_owned(), member: member.to_owned(), kind }
    }

    #[test]
    fn an_exception_explains_its_own_difference_only() {
        let mut exceptions = parse(LIST).unwrap();
        let found = vec![
            difference("calls-list", "query.cursor", Kind::Missing),
            difference("calls-list", "query.cursor", Kind::Shape),
            difference("calls-list", "query.x", Kind::Extra),
        ];
        let left = unexplained(found.clone(), &mut exceptions);
        assert_eq!(left, found[1..]);
        assert_eq!(unused(&exceptions).len(), 1);
    }

    #[test]
    fn an_exception_needs_a_reason() {
        let without = LIST.replace(r#""why": "w""#, r#""why": """#);
        assert!(format!("{:#}", parse(&without).unwrap_err()).ends_with("no why"));
    }
}
