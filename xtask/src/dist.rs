//! `cargo xtask dist`: what a release consists of, checked and laid out in `target/dist`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{shell, workspace};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// What a registry shows of a crate, and what it is searched by.
const METADATA: [&str; 8] = [
    "authors",
    "categories",
    "description",
    "homepage",
    "keywords",
    "license",
    "readme",
    "repository",
];

pub(crate) fn run() -> Result<()> {
    let packages = published()?;
    let faults: Vec<_> = packages.iter().flat_map(faults).collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("{} crates have complete metadata", packages.len());

    semver(&packages)?;

    let folder = shell::target()?.join("dist");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut files = package(&packages, &folder)?;
    files.extend(program(&folder)?);
    report(&folder, &files)
}

/// The members of the workspace that are meant to be published.
fn published() -> Result<Vec<Value>> {
    let text = shell::output(&mut shell::cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--locked",
    ]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    // `publish = false` is an empty list of registries.
    let is_published = |package: &&Value| package["publish"].is_null();
    Ok(packages.iter().filter(is_published).cloned().collect())
}

/// Checks that the next version breaks nobody who uses a library, if there is a program that can tell
/// and a version to compare with.
fn semver(packages: &[Value]) -> Result<()> {
    if !shell::has("cargo-semver-checks") {
        println!(
            "skipped: cargo-semver-checks is not installed, so a break of the API goes unseen"
        );
        return Ok(());
    }
    let Some(before) = last_release()? else {
        println!("skipped: no release yet, so there is no API to break");
        return Ok(());
    };
    let mut arguments = vec!["semver-checks", "--baseline-rev", before.as_str()];
    for package in packages.iter().filter(|package| is_library(package)) {
        arguments.extend(["--package", name(package)]);
    }
    shell::run(&mut shell::cargo(&arguments))
}

/// The tag of the last release, such as `v0.1.0`.
fn last_release() -> Result<Option<String>> {
    let mut git = Command::new("git");
    git.args(["tag", "--list", "v*", "--sort=-version:refname"]).current_dir(workspace::root());
    Ok(shell::output(&mut git)?.lines().next().map(str::to_owned))
}

fn is_library(package: &Value) -> bool {
    let kinds = package["targets"].as_array().into_iter().flatten();
    kinds.filter_map(|target| target["kind"].as_array()).flatten().any(|kind| kind == "lib")
}

fn faults(package: &Value) -> Vec<String> {
    let name = name(package);
    let is_empty = |value: &Value| match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    let mut faults: Vec<_> = METADATA
        .iter()
        .filter(|member| is_empty(&package[**member]))
        .map(|member| format!("{name} has no {member}"))
        .collect();
    if package["keywords"].as_array().is_some_and(|keywords| keywords.len() > 5) {
        faults.push(format!("{name} has more than 5 keywords"));
    }
    faults
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap_or_default()
}

/// Packs every crate, and builds each from its package alone.
fn package(packages: &[Value], folder: &Path) -> Result<Vec<PathBuf>> {
    // What is not committed yet is packed, too: this is a rehearsal.
    let mut arguments = vec!["package", "--locked", "--allow-dirty"];
    for package in packages {
        arguments.extend(["--package", name(package)]);
    }
    shell::run(&mut shell::cargo(&arguments))?;
    let mut files = Vec::new();
    for package in packages {
        let version = package["version"].as_str().context("a package without a version")?;
        let file = format!("{}-{version}.crate", name(package));
        let from = shell::target()?.join("package").join(&file);
        let to = folder.join(&file);
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        files.push(to);
    }
    Ok(files)
}

/// The program, what completes its commands in shells, and its licenses.
fn program(folder: &Path) -> Result<Vec<PathBuf>> {
    shell::run(&mut shell::cargo(&["build", "--release", "--package", "gong-cli", "--locked"]))?;
    let built = shell::gong("release")?;
    let program = folder.join(built.file_name().context("the program has no name")?);
    fs::copy(&built, &program)?;
    print!("{}", shell::output(Command::new(&program).arg("--version"))?);
    let mut files = vec![program.clone()];
    for name in SHELLS {
        let file = folder.join(format!("gong.{name}"));
        let text = shell::output(Command::new(&program).args(["completion", name]))?;
        if text.is_empty() {
            bail!("`gong completion {name}` printed nothing");
        }
        fs::write(&file, text)?;
        files.push(file);
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        let file = folder.join(name);
        fs::copy(workspace::root().join(name), &file)?;
        files.push(file);
    }
    Ok(files)
}

fn report(folder: &Path, files: &[PathBuf]) -> Result<()> {
    println!("in {}:", folder.display());
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!("{:>10} bytes  {name}", fs::metadata(file)?.len());
    }
    if shell::has("sha256sum") {
        let names = files.iter().filter_map(|file| file.file_name());
        let mut command = Command::new("sha256sum");
        let sums = shell::output(command.args(names).current_dir(folder))?;
        fs::write(folder.join("SHA256SUMS"), &sums)?;
        print!("{sums}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package() -> Value {
        json!({
            "name": "gong-types",
            "authors": ["a"],
            "categories": ["api-bindings"],
            "description": "d",
            "homepage": "h",
            "keywords": ["gong"],
            "license": "MIT",
            "readme": "README.md",
            "repository": "r",
        })
    }

    #[test]
    fn a_crate_without_a_member_of_its_metadata_is_found() {
        assert_eq!(faults(&package()), [""; 0]);
        for member in METADATA {
            let mut package = package();
            package[member] = Value::Null;
            assert_eq!(faults(&package), [format!("gong-types has no {member}")]);
        }
        let mut package = package();
        package["keywords"] = json!([]);
        package["license"] = json!("");
        assert_eq!(faults(&package).len(), 2);
    }

    #[test]
    fn too_many_keywords_are_found() {
        let mut package = package();
        package["keywords"] = json!(["a", "b", "c", "d", "e", "f"]);
        assert_eq!(faults(&package), ["gong-types has more than 5 keywords"]);
    }

    #[test]
    fn programs_have_no_api_to_break() {
        let published = published().unwrap();
        let libraries: Vec<_> = published.iter().filter(|it| is_library(it)).map(name).collect();
        assert!(libraries.contains(&"gong-types") && !libraries.contains(&"gong-cli"));
    }

    #[test]
    fn chores_are_not_published() {
        let published = published().unwrap();
        let names: Vec<_> = published.iter().map(name).collect();
        assert!(names.contains(&"gong-cli") && !names.contains(&"xtask"), "{names:?}");
    }
}
