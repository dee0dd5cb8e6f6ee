//! Help, topics, completions and wrong usage.

use crate::environment::{Environment, check};

#[test]
fn gong_alone_says_where_to_start() {
    check!(Environment::empty(), "");
}

#[test]
fn every_topic_is_there() {
    let of_tables = ["exit-codes", "environment", "operations"];
    for topic in ["dates", "output", "limits", "sandbox"].into_iter().chain(of_tables) {
        insta::assert_snapshot!(
            format!("topic_{topic}"),
            Environment::empty().seen(&format!("help {topic}"))
        );
    }
}

#[test]
fn the_commands_are_in_groups() {
    check!(Environment::empty(), "-h");
}

#[test]
fn help_says_more_than_the_line_in_the_list() {
    check!(Environment::empty(), "logs list --help");
}

#[test]
fn help_on_a_command() {
    check!(Environment::empty(), "help calls transcript");
}

#[test]
fn help_on_nothing_lists_the_topics() {
    check!(Environment::empty(), "help frobnicate");
}

#[test]
fn a_wrong_option_is_one_line_of_json() {
    check!(Environment::empty(), "calls list --since 7d");
}

#[test]
fn a_wrong_date_shows_right_ones() {
    check!(Environment::empty(), "calls list --from 01/15/2026");
}

#[test]
fn a_wrong_zone_shows_right_ones() {
    check!(Environment::small(), "calls list --tz Mars/Olympus");
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish"] {
        let output = Environment::empty().run(&format!("completion {shell}"));
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && script.contains("transcript"), "{shell}");
    }
}

#[test]
fn no_option_takes_a_secret() {
    let output = Environment::empty().run("reference cli");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("--access-key <")
            && !text.contains("--secret <")
            && !text.contains("--token <")
    );
}
