//! The rule that every dependency may be used: its license is one of those that deny.toml allows.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Finding;
use crate::{shell, workspace::Source};

const POLICY: &str = "deny.toml";

pub(super) fn check(sources: &[Source]) -> Result<Vec<Finding>> {
    // That the file is missing is found elsewhere.
    let Some(policy) = sources.iter().find(|source| source.path == POLICY) else {
        return Ok(Vec::new());
    };
    let text = shell::output(&mut shell::cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
        // What other systems need is not downloaded for this; `cargo deny check` looks at it.
        "--filter-platform",
        &host()?,
    ]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let allowed = allowed(&policy.text);
    Ok(packages.iter().filter_map(|package| fault(package, &allowed)).collect())
}

/// The name of the system that this is built for, as cargo wants it.
fn host() -> Result<String> {
    let text = shell::output(&mut shell::cargo(&["--version", "--verbose"]))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("cargo names no host")?.to_owned())
}

fn fault(package: &Value, allowed: &[String]) -> Option<Finding> {
    let name = package["name"].as_str().unwrap_or_default();
    let license = package["license"].as_str().unwrap_or_default();
    if is_allowed(license, allowed) {
        return None;
    }
    let version = package["version"].as_str().unwrap_or_default();
    Some(Finding::new(POLICY, 0, format!("does not allow {name} {version}: `{license}`")))
}

/// The licenses in the list `allow` of the policy.
fn allowed(policy: &str) -> Vec<String> {
    let lines = policy.lines().skip_while(|line| line.trim() != "allow = [").skip(1);
    let lines = lines.take_while(|line| line.trim() != "]");
    lines.filter_map(|line| line.split('"').nth(1)).map(ToOwned::to_owned).collect()
}

/// Whether a license expression can be met with allowed licenses only.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let is_met = either(&mut words, allowed);
    is_met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut is_met = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        is_met |= both(words, allowed);
    }
    is_met
}

fn both(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut is_met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        is_met &= one(words, allowed);
    }
    is_met
}

fn one(words: &mut Words<'_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let is_met = either(words, allowed);
        return is_met & words.next_if_eq(&")").is_some();
    }
    let Some(license) = words.next() else { return false };
    let license = match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
        Some(exception) => format!("{license} WITH {exception}"),
        None => license.to_owned(),
    };
    allowed.contains(&license)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list() -> Vec<String> {
        allowed(
            "[licenses]\nallow = [\n    \"MIT\",\n    \"Apache-2.0\", # ours\n]\nother = [\"GPL-3.0\"]\n",
        )
    }

    #[test]
    fn the_policy_is_read() {
        assert_eq!(list(), ["MIT", "Apache-2.0"]);
    }

    #[test]
    fn an_expression_is_met_by_one_side_of_or_and_both_of_and() {
        let list = list();
        for met in ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(MIT OR GPL-3.0) AND Apache-2.0"] {
            assert!(is_allowed(met, &list), "{met}");
        }
        let not_met = ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT WITH exception", "AND"];
        for not_met in not_met {
            assert!(!is_allowed(not_met, &list), "{not_met}");
        }
    }

    #[test]
    fn a_package_with_another_license_is_found() {
        let package = json!({"name": "a", "version": "1.0.0", "license": "GPL-3.0"});
        assert_eq!(fault(&package, &list()).unwrap().message, "does not allow a 1.0.0: `GPL-3.0`");
        let without = json!({"name": "a", "version": "1.0.0", "license": null});
        assert!(fault(&without, &list()).is_some());
        let ours = json!({"name": "a", "version": "1.0.0", "license": "MIT"});
        assert!(fault(&ours, &list()).is_none());
    }
}
