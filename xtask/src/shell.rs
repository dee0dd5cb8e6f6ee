//! Runs other programs and shows their command lines in a form that can be pasted.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// `cargo` with these arguments, in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Builds everything in the debug profile, the tests too: `gong` alone would choose fewer features of
/// its dependencies, and the tests would build most of them a second time.
pub(crate) fn build() -> Result<()> {
    run(&mut cargo(&["build", "--workspace", "--all-targets", "--locked"]))
}

/// Shows the command, runs it with our own streams, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// What the command prints on stdout. What it prints on stderr goes to ours.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed no text"))
}

/// Whether a program of this name can be started.
pub(crate) fn has(program: &str) -> bool {
    version(program).is_some()
}

/// Whether `time` is the one that can tell how much memory a program held.
pub(crate) fn has_gnu_time() -> bool {
    version("time").is_some_and(|version| version.contains("GNU"))
}

fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    output.status.success().then(|| String::from_utf8_lossy(&text).into_owned())
}

/// The folder that cargo builds into.
pub(crate) fn target() -> Result<PathBuf> {
    // This program is in `<target>/debug`, wherever the user told cargo to put that.
    let program = env::current_exe().context("cannot tell where this program is")?;
    let target = program.ancestors().nth(2).context("this program is in no target folder")?;
    Ok(target.to_owned())
}

/// The built `gong` of a profile, `debug` or `release`.
pub(crate) fn gong(profile: &str) -> Result<PathBuf> {
    Ok(target()?.join(profile).join(format!("gong{}", env::consts::EXE_SUFFIX)))
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())));
        }
    }
    let program = PathBuf::from(command.get_program());
    // The full path of the tool chain's cargo would only be noise.
    let name = if program.file_stem().is_some_and(|stem| stem == "cargo") {
        "cargo".to_owned()
    } else {
        quoted(&program.to_string_lossy())
    };
    words.push(name);
    words.extend(command.get_args().map(|word| quoted(&word.to_string_lossy())));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./:,@%+\\".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_can_be_pasted() {
        let mut command = Command::new("/opt/tools/cargo");
        command.args(["doc", "--config", "a='b c'"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            line(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo doc --config 'a='\''b c'\'''"
        );
    }

    #[test]
    fn a_command_that_fails_is_an_error_that_names_it() {
        let error = run(cargo(&["no-such-verb-at-all", "--quiet"]).stderr(Stdio::null()));
        assert!(error.unwrap_err().to_string().contains("cargo no-such-verb-at-all --quiet"));
    }
}
