//! `gong auth`, and everything that can be wrong with credentials.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::environment::{Environment, check};

const FILE: &str = ".config/gong/credentials.json";

/// Credentials in the plain form, for the sandbox of this environment.
fn in_file(environment: &mut Environment) -> String {
    let environment_url = environment.sandbox_url();
    for name in ["GONG_BASE_URL", "GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET"] {
        environment.unset(name);
    }
    let text = format!(
        r#"{{"base_url": "{environment_url}", "access_key": "KEY-1", "secret_key": "file-secret"}}"#
    );
    environment.write(FILE, &text);
    environment_url
}

#[test]
fn without_credentials_it_says_where_it_looked() {
    check!(Environment::empty(), "calls list");
}

#[test]
fn the_plain_file_is_read() {
    let mut environment = Environment::small();
    in_file(&mut environment);
    check!(environment, "auth status");
}

#[test]
fn status_as_a_table_shows_no_secret() {
    let mut environment = Environment::small();
    in_file(&mut environment);
    check!(environment, "auth status -o table --offline");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn the_environment_goes_before_the_file() {
    let mut environment = Environment::small();
    in_file(&mut environment);
    environment.set("GONG_ACCESS_KEY", "ENV-1");
    environment.set("GONG_SECRET_KEY", "env-secret");
    check!(environment, "auth status --jq .access_key");
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    let mut environment = Environment::small();
    in_file(&mut environment);
    let path = environment.home().join(FILE);
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    check!(environment, "calls list");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_broken_file_says_where_it_is_broken() {
    let environment = Environment::empty();
    environment.write(FILE, "{\"access_key\": \"K\",\n \"secret_key\": \"oops-secret }");
    check!(environment, "calls list");
}

#[test]
fn a_file_with_half_a_login_says_which_half() {
    let environment = Environment::empty();
    environment.write(FILE, r#"{"access_key": "K"}"#);
    check!(environment, "calls list");
}

#[test]
fn a_profile_that_is_not_there_lists_the_others() {
    let environment = Environment::empty();
    environment.write(FILE, r#"{"profiles": {"eu": {"access_key": "a", "secret_key": "b"}}}"#);
    check!(environment, "calls list --profile us");
}

#[test]
fn http_is_only_for_this_machine() {
    let mut environment = Environment::small();
    environment.set("GONG_BASE_URL", "http://api.gong.io");
    check!(environment, "calls list");
}

#[test]
fn a_dry_run_shows_no_password_of_an_address() {
    let mut environment = Environment::empty();
    environment.set("GONG_BASE_URL", "https://user:canary@us-1.api.gong.io");
    check!(environment, "workspaces list --dry-run");
}

#[test]
fn a_variable_that_is_no_text_is_not_passed_over() {
    use std::os::unix::ffi::OsStrExt as _;
    let environment = Environment::small();
    let odd = std::ffi::OsStr::from_bytes(b"http://\xff");
    let output = environment.command("workspaces list").env("GONG_BASE_URL", odd).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_state_folder_that_cannot_be_used_says_what_to_set() {
    let mut environment = Environment::small();
    environment.set("GONG_REQUESTS_PER_SECOND", "3");
    environment.set("GONG_STATE_DIR", "/dev/null/gong");
    check!(environment, "workspaces list");
}

#[test]
fn a_host_that_is_not_gongs_is_refused() {
    let mut environment = Environment::small();
    environment.set("GONG_BASE_URL", "https://gong.io.evil.example");
    check!(environment, "calls list");
}

#[test]
fn a_key_of_the_file_goes_to_no_other_host() {
    let mut environment = Environment::small();
    in_file(&mut environment);
    check!(environment, "calls list --base-url https://api.gong.io");
}

#[test]
fn login_from_a_pipe_keeps_a_key_that_gong_accepts() {
    let mut environment = Environment::small();
    for name in ["GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET"] {
        environment.unset(name);
    }
    let args = "auth login --access-key KEY-2";
    let output = environment.run_with(args, "piped-secret\n");
    insta::assert_snapshot!(environment.shown(args, &output));
    environment.unset("GONG_BASE_URL");
    let path = environment.home().join(FILE);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(environment.run("calls list").status.success());
    insta::assert_snapshot!(
        "profiles_after_login",
        environment
            .seen("auth profiles -o csv")
            .replace(&environment.sandbox_url(), "http://SANDBOX")
    );
    insta::assert_snapshot!("logout", environment.seen("auth logout"));
    insta::assert_snapshot!("logout_again", environment.seen("auth logout"));
}

#[test]
fn a_new_key_of_a_profile_stays_with_its_host() {
    let environment = Environment::empty();
    let url = "https://us-12345.api.gong.io";
    let old = format!(r#"{{"base_url": "{url}", "access_key": "a", "secret_key": "b"}}"#);
    let path = environment.write(FILE, &old);
    let dry = environment.run_with("auth login --access-key c --no-check --dry-run", "new");
    assert_eq!((dry.status.code(), fs::read_to_string(&path).unwrap()), (Some(0), old));
    environment.run_with("auth login --access-key c --no-check", "new");
    let text = fs::read_to_string(path).unwrap();
    assert!(
        text.contains(url) && text.contains("new") && !text.contains("api.gong.io\",\"a"),
        "{text}"
    );
}

#[test]
fn profiles_show_no_password_of_an_address() {
    let environment = Environment::empty();
    environment.write(FILE, r#"{"base_url": "https://joe:hunter2@us-1.api.gong.io"}"#);
    let output = environment.run("auth profiles");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("default") && !text.contains("hunter2"), "{text}");
}

#[test]
fn login_with_a_key_that_gong_refuses_keeps_nothing() {
    let access = gong_sandbox::Access::Key {
        access_key: "right".to_owned(),
        secret_key: gong_sandbox::Secret("right".to_owned()),
    };
    let options = gong_sandbox::Options { access, ..crate::environment::small() };
    let environment = Environment::with(options);
    let args = "auth login";
    let stdin = r#"{"access_key": "wrong", "secret_key": "wrong-secret"}"#;
    insta::assert_snapshot!(environment.shown(args, &environment.run_with(args, stdin)));
    assert!(!environment.home().join(FILE).exists());
}

#[test]
fn login_without_a_secret_says_how_to_pipe_it() {
    check!(Environment::small(), "auth login --access-key KEY");
}

#[test]
fn login_with_broken_json_does_not_quote_it() {
    let environment = Environment::small();
    let args = "auth login";
    let output = environment.run_with(args, r#"{"secret_key": "canary"#);
    insta::assert_snapshot!(environment.shown(args, &output));
}

#[test]
fn a_token_is_the_header_of_a_request() {
    check!(Environment::small(), "auth token");
}

#[test]
fn a_long_key_makes_a_header_of_one_line() {
    let mut environment = Environment::small();
    environment.set("GONG_ACCESS_KEY_SECRET", &"s".repeat(300));
    let output = environment.run("auth token");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    assert!(environment.run("calls list").status.success());
}

#[test]
fn a_secret_can_come_from_a_program() {
    let mut environment = Environment::small();
    let url = in_file(&mut environment);
    let text = format!(
        r#"{{"base_url": "{url}", "access_key": "K", "secret_key": {{"command": ["echo", "told"]}}}}"#
    );
    environment.write(FILE, &text);
    check!(environment, "auth token");
}

#[test]
fn login_can_name_a_program_that_prints_the_secret() {
    let mut environment = Environment::small();
    for name in ["GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET"] {
        environment.unset(name);
    }
    check!(environment, "auth login --access-key KEY --secret-command 'echo told'");
    let text = fs::read_to_string(environment.home().join(FILE)).unwrap();
    assert!(text.contains("\"command\"") && text.contains("\"told\""), "{text}");
    assert!(environment.run("users list").status.success());
    insta::assert_snapshot!(
        "a_program_is_no_shell",
        environment.seen("auth login --access-key KEY --secret-command 'pass show x | head -1'")
    );
}

/// A session bus that nobody listens on.
#[cfg(target_os = "linux")]
fn without_keyring() -> Environment {
    let mut environment = Environment::small();
    for name in ["GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET", "GONG_STORE"] {
        environment.unset(name);
    }
    environment.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    environment
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_keyring_the_file_is_used_and_said() {
    let environment = without_keyring();
    let output = environment.run_with("auth login --access-key KEY", "secret");
    let stderr = String::from_utf8(output.stderr).unwrap();
    let path = environment.home().join(FILE);
    let expected = format!("; the secrets went to {} (0600)\n", path.display());
    assert!(stderr.starts_with("warning: the operating system has no keyring here ("), "{stderr}");
    assert!(stderr.contains(&expected), "{stderr}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(environment.run("users list").status.success());
}

#[test]
#[cfg(target_os = "linux")]
fn a_keyring_that_is_wanted_and_not_there_is_an_error() {
    let environment = without_keyring();
    let output = environment.run_with("auth login --access-key KEY --store keyring", "secret");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("add `--store file`"), "{stderr}");
    assert!(!environment.home().join(FILE).exists());
}

#[test]
fn a_place_that_is_none_is_wrong_usage() {
    let mut environment = Environment::small();
    environment.set("GONG_STORE", "drawer");
    check!(environment, "auth login --access-key KEY");
}

#[test]
fn a_sandbox_leaves_credentials_alone() {
    let environment = Environment::empty();
    let path = environment.write(FILE, r#"{"access_key": "a", "secret_key": "b"}"#);
    for command in ["logout", "token", "profiles", "login --access-key x"] {
        let output = environment.run(&format!("--sandbox auth {command}"));
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{command}");
    }
    assert_eq!(fs::read_to_string(path).unwrap(), r#"{"access_key": "a", "secret_key": "b"}"#);
}

#[test]
fn the_doctor_finds_nothing_wrong() {
    check!(Environment::small(), "doctor -o table");
}

#[test]
fn the_doctor_without_credentials_says_what_to_do() {
    check!(Environment::empty(), "doctor -o table");
}

#[test]
fn the_doctor_names_the_scope_that_is_missing() {
    let script = "POST /v2/calls/transcript: scope:api:calls:read:transcript";
    check!(Environment::faulty(script), "doctor -o table");
}

#[test]
fn the_quota_counts_what_was_sent() {
    let mut environment = Environment::small();
    environment.set("GONG_REQUESTS_PER_DAY", "100");
    environment.run("calls list");
    environment.run("users list");
    check!(environment, "quota --jq '[.used,.left]'");
}

#[test]
fn a_quota_that_is_used_up_says_when_to_come_back() {
    let mut environment = Environment::small();
    environment.set("GONG_REQUESTS_PER_DAY", "1");
    environment.run("calls list");
    let output = environment.run("calls list");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("\"code\":\"limit\"") && stderr.contains("retry_at\":\"2"), "{stderr}");
    assert_eq!(environment.requests(), 1);
}
