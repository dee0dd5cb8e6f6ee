//! The workspace on disk: where it is, and its text files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Folders that hold nothing written by hand.
const SKIPPED: [&str; 2] = [".git", "target"];

/// A text file of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its path from the root of the workspace, with `/` on every system.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
}

impl Source {
    /// The folder under `crates`, or `xtask`.
    pub(crate) fn member(&self) -> Option<&str> {
        match self.path.strip_prefix("crates/") {
            Some(rest) => rest.split('/').next(),
            None => self.path.starts_with("xtask/").then_some("xtask"),
        }
    }

    /// The name without folders and ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.has_ending("rs")
    }

    pub(crate) fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == ending)
    }

    /// Whether it is the code of a crate, rather than its tests.
    pub(crate) fn is_in_src(&self) -> bool {
        self.member().is_some_and(|member| {
            let path = self.path.strip_prefix("crates/").unwrap_or(&self.path);
            path.strip_prefix(member).is_some_and(|inner| inner.starts_with("/src/"))
        })
    }

    /// The lines before the unit tests, with their numbers from 1.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]")
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member.parent().unwrap_or(member).to_owned()
}

/// Every text file of the workspace, in order of path.
pub(crate) fn sources() -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    collect(&root(), "", &mut sources)?;
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

/// The text of one file, by its path from the root.
pub(crate) fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))
}

fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(&entry.path(), &format!("{path}/"), sources)?;
            }
        } else if let Ok(text) = String::from_utf8(fs::read(entry.path())?) {
            sources.push(Source { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Source {
        Source { path: path.to_owned(), text: String::new() }
    }

    #[test]
    fn a_file_knows_its_crate_and_whether_it_is_code() {
        let facts = |path| {
            let source = at(path);
            (source.member().map(ToOwned::to_owned), source.is_in_src(), source.is_rust())
        };
        assert_eq!(facts("crates/a/src/b/c.rs"), (Some("a".to_owned()), true, true));
        assert_eq!(facts("crates/a/tests/it/c.rs"), (Some("a".to_owned()), false, true));
        assert_eq!(facts("xtask/src/main.rs"), (Some("xtask".to_owned()), true, true));
        assert_eq!(facts("README.md"), (None, false, false));
    }

    #[test]
    fn code_ends_where_the_unit_tests_begin() {
        let source = Source {
            path: "crates/a/src/lib.rs".to_owned(),
            text: "//! a\nfn f() {}\n\n#[cfg(test)]\nmod tests {}\n".to_owned(),
        };
        assert_eq!(source.code().last(), Some((3, "")));
    }

    #[test]
    fn the_workspace_is_found() {
        assert!(sources().unwrap().iter().any(|source| source.path == "xtask/src/workspace.rs"));
    }
}
