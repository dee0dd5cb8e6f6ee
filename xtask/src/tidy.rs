//! `cargo xtask tidy`: the rules of this repository that no linter has.

use anyhow::{Result, bail};

use crate::{
    models::Models,
    operations,
    workspace::{self, Source},
};

mod endpoints;
mod files;
mod layers;
mod licenses;
mod rust;
mod text;

/// A place where a rule is broken.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 is the file as a whole.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

pub(crate) fn run() -> Result<()> {
    let sources = workspace::sources()?;
    let mut findings = Vec::new();
    for source in &sources {
        findings.extend(text::check(source));
        findings.extend(rust::check(source));
        findings.extend(layers::check(source));
    }
    findings.extend(files::check(&sources));
    findings.extend(endpoints::check(&Models::of(&sources), &operations::all()?));
    findings.extend(licenses::check(&sources)?);

    for Finding { path, line, message } in &findings {
        match line {
            0 => println!("{path}: {message}"),
            line => println!("{path}:{line}: {message}"),
        }
    }
    println!("{}", sizes(&sources));
    match findings.len() {
        0 => Ok(()),
        1 => bail!("1 rule is broken"),
        count => bail!("{count} rules are broken"),
    }
}

/// How long the Rust files are, in one line.
fn sizes(sources: &[Source]) -> String {
    let mut lengths: Vec<_> =
        sources.iter().filter(|source| source.is_rust()).map(|s| s.lines().count()).collect();
    lengths.sort_unstable();
    let at = |tenths: usize| {
        let last = lengths.len().saturating_sub(1);
        lengths.get(last * tenths / 10).copied().unwrap_or_default()
    };
    format!(
        "{} Rust files: median {} lines, nine in ten at most {}, the longest {}",
        lengths.len(),
        at(5),
        at(9),
        at(10)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the rules of `check` say about a file.
    pub(crate) fn said(
        check: impl Fn(&Source) -> Vec<Finding>,
        path: &str,
        text: &str,
    ) -> Vec<String> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        check(&source)
            .into_iter()
            .map(|found| format!("{}: {}", found.line, found.message))
            .collect()
    }

    #[test]
    fn sizes_are_of_rust_files_only() {
        let file = |path: &str, lines| Source { path: path.to_owned(), text: "x\n".repeat(lines) };
        let mut sources: Vec<_> = (1..=11).map(|lines| file("a.rs", lines * 10)).collect();
        sources.push(file("a.md", 1000));
        assert_eq!(
            sizes(&sources),
            "11 Rust files: median 60 lines, nine in ten at most 100, the longest 110"
        );
    }

    #[test]
    fn this_repository_has_its_sizes() {
        assert!(sizes(&workspace::sources().unwrap()).contains("Rust files"));
    }
}
