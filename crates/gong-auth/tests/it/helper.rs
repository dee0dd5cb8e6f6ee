//! Programs that print a secret: what they see, what they may answer, and how they may fail.
#![cfg(unix)]

use std::{ffi::OsString, fs, os::unix::fs::symlink, path::Path};

use gong_auth::{Error, Given, HelperEnv, Login, Store, resolve};
use serde_json::json;

use crate::store::store_with;

fn env(variables: &[(&str, &str)]) -> HelperEnv {
    let variables =
        variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    HelperEnv { variables: variables.collect() }
}

fn run_in(env: HelperEnv, command: &[&str]) -> Result<String, Error> {
    let (_directory, store): (_, Store) =
        store_with(json!({ "access_token": { "command": command } }).to_string());
    let resolved = resolve(&Given { helper_env: env, ..Given::default() }, &store)?;
    match resolved.credentials.login {
        Login::Token(token) => Ok(token.expose().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// Runs a shell script in the usual environment.
fn run(script: &str) -> Result<String, Error> {
    run_in(env(&[("PATH", "/usr/bin:/bin")]), &["/bin/sh", "-c", script])
}

fn problem(script: &str) -> &'static str {
    match run(script) {
        Err(Error::HelperAnswer { problem, program, what: "access_token" }) => {
            assert_eq!(program, "/bin/sh");
            problem
        }
        other => panic!("{script}: {other:?}"),
    }
}

#[test]
fn what_it_prints_is_the_secret() {
    assert_eq!(run("echo T0KEN").unwrap(), "T0KEN");
    assert_eq!(run("printf T0KEN").unwrap(), "T0KEN");
    assert_eq!(run("printf 'T0KEN\\r\\n'").unwrap(), "T0KEN");
    assert_eq!(run("echo a warning >&2; echo T0KEN").unwrap(), "T0KEN");
}

#[test]
fn arguments_are_passed_as_they_are_without_a_shell() {
    let path = env(&[("PATH", "/usr/bin:/bin")]);
    assert_eq!(run_in(path, &["printf", "%s", "T$(id);`id`&"]).unwrap(), "T$(id);`id`&");
}

#[test]
fn an_answer_that_is_no_secret_is_refused() {
    assert_eq!(problem("printf 'T\\nX: 1\\n'"), "has more than one line");
    assert_eq!(problem("printf 'T\\n\\n'"), "has more than one line");
    assert_eq!(problem("printf 'T\\rX'"), "has more than one line");
    assert_eq!(problem("printf 'T\\0X'"), "has a control character in it");
    assert_eq!(problem("printf '\\033[2J'"), "has a control character in it");
    assert_eq!(problem("printf '\\377\\376'"), "is not text");
    assert_eq!(problem("true"), "is empty");
    assert_eq!(problem("echo"), "is empty");
    assert_eq!(problem("echo '  '"), "is empty");
    assert!(matches!(run("echo '<html>'"), Err(Error::BadValue { .. })));
}

#[test]
fn an_endless_answer_is_cut_off_at_once() {
    assert_eq!(problem("exec yes"), "is over 64 KiB");
    assert_eq!(problem("head -c 65537 /dev/zero | tr '\\0' x"), "is over 64 KiB");
    assert_eq!(run("head -c 65536 /dev/zero | tr '\\0' k").unwrap().len(), 65_536);
}

#[test]
fn much_on_stderr_does_not_block_it() {
    assert_eq!(run("yes | head -c 1000000 >&2; echo T0KEN").unwrap(), "T0KEN");
}

#[test]
fn a_failure_tells_the_status_and_the_first_line_of_stderr_only() {
    let script = "echo T0KEN; printf '\\n\\033[31mno such entry\\nsecond\\n' >&2; exit 3";
    assert_eq!(
        run(script).unwrap_err().to_string(),
        "`/bin/sh` for access_token failed with exit status: 3: [31mno such entry"
    );
    assert_eq!(
        run("exit 1").unwrap_err().to_string(),
        "`/bin/sh` for access_token failed with exit status: 1"
    );
    let killed = run("kill -9 $$").unwrap_err().to_string();
    assert!(killed.contains("signal: 9"), "{killed}");
    match run("head -c 5000 /dev/zero | tr '\\0' e >&2; exit 1") {
        Err(Error::HelperFailed { complaint, .. }) => assert_eq!(complaint.len(), 200),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_absolute_paths_and_plain_names_are_programs() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("sub")).unwrap();
    for name in ["gong-test-helper", "sub/gong-test-helper"] {
        symlink("/bin/echo", directory.path().join(name)).unwrap();
    }
    fs::write(directory.path().join("not-executable"), "").unwrap();
    fs::create_dir(directory.path().join("a-directory")).unwrap();
    let here = directory.path().to_str().unwrap();
    let path = format!("relative:.:{here}::");
    let run = |program: &str| run_in(env(&[("PATH", &path)]), &[program, "T0KEN"]);
    assert_eq!(run("gong-test-helper").unwrap(), "T0KEN");
    assert_eq!(run(&format!("{here}/gong-test-helper")).unwrap(), "T0KEN");
    let missing = format!("{here}/missing");
    for program in [
        "./gong-test-helper",
        "sub/gong-test-helper",
        "../gong-test-helper",
        ".",
        "..",
        "/",
        "not-executable",
        "a-directory",
        "sub",
        "missing",
        missing.as_str(),
        "gong-test-helper/",
    ] {
        let error = run(program).unwrap_err();
        assert!(error.is_helper(), "{program}: {error}");
        let is_found = matches!(error, Error::HelperNotRun { .. });
        assert_eq!(is_found, program == "/", "{program}: {error}");
    }
    let error = run_in(HelperEnv::default(), &["echo", "T0KEN"]).unwrap_err();
    assert!(matches!(error, Error::HelperNotFound { .. }), "no PATH, no program");
}

#[test]
fn a_program_is_never_found_by_way_of_the_working_directory() {
    let directory = tempfile::tempdir().unwrap();
    symlink("/bin/echo", directory.path().join("gong-test-helper")).unwrap();
    let here = std::env::current_dir().unwrap();
    let up = "../".repeat(here.components().count() - 1);
    let relative = format!("{up}{}", directory.path().strip_prefix("/").unwrap().display());
    assert!(Path::new(&relative).join("gong-test-helper").exists());
    let by_path = run_in(env(&[("PATH", &relative)]), &["gong-test-helper", "T0KEN"]);
    assert!(matches!(by_path, Err(Error::HelperNotFound { .. })), "{by_path:?}");
    let by_name = format!("{relative}/gong-test-helper");
    let by_name = run_in(env(&[("PATH", "/bin")]), &[&by_name, "T0KEN"]);
    assert!(matches!(by_name, Err(Error::HelperNotFound { .. })), "{by_name:?}");
}

#[test]
fn it_sees_the_environment_that_it_is_given_but_for_our_variables() {
    let given = env(&[
        ("PATH", "relative:/usr/bin:.:/bin:"),
        ("HOME", "/home/jane"),
        ("GONG_ACCESS_KEY", "LEAK1"),
        ("GONG_ACCESS_KEY_SECRET", "LEAK2"),
        ("gong_access_token", "LEAK3"),
        ("GONGX", "fine"),
    ]);
    let seen = run_in(given, &["/bin/sh", "-c", "env | sort | tr '\\n' ' ' | tr ' ' ','"]).unwrap();
    let seen: Vec<&str> = seen
        .split(',')
        // A shell sets these by itself.
        .filter(|it| !["PWD=", "SHLVL=", "_=", "OLDPWD="].iter().any(|own| it.starts_with(own)))
        .filter(|it| !it.is_empty())
        .collect();
    assert_eq!(seen, ["GONGX=fine", "HOME=/home/jane", "PATH=/usr/bin:/bin"]);
}

#[test]
fn it_has_no_input_to_wait_for() {
    assert_eq!(run("read line; echo \"got${line}nothing\"").unwrap(), "gotnothing");
}

#[test]
fn it_is_not_run_when_the_login_would_be_refused_anyway() {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("ran");
    let command = ["/bin/sh", "-c", &format!("touch {}; echo T", trace.display())];
    let text = json!({ "base_url": "https://evil.com", "access_token": { "command": command } });
    let (_directory, store) = store_with(text.to_string());
    assert!(resolve(&Given::default(), &store).is_err());
    assert!(!trace.exists());
    let given = Given { allow_hosts: vec!["evil.com".to_owned()], ..Given::default() };
    // Without a PATH there is no `touch`, but the shell runs.
    let _ = resolve(&given, &store);
    let given = Given { helper_env: env(&[("PATH", "/usr/bin:/bin")]), ..given };
    let resolved = resolve(&given, &store).unwrap();
    assert!(trace.exists());
    let (what, source) = resolved.sources.last().unwrap();
    assert_eq!(*what, "access_token");
    assert!(source.ends_with("(profile default), by `/bin/sh`"), "{source}");
}
