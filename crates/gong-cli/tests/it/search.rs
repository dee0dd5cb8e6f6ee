//! `gong search`: what was said, for people and for programs.

use crate::environment::{Environment, check};

#[test]
fn what_was_said_is_found_in_every_form() {
    let environment = Environment::archived();
    for format in ["text", "json", "jsonl", "csv", "table", "md"] {
        let seen = environment.seen(&format!("search price -o {format}"));
        insta::assert_snapshot!(format!("found_as_{format}"), seen);
    }
}

#[test]
fn filters_say_where_to_look() {
    let environment = Environment::archived();
    let all = [
        "search price --internal --jq .sentence",
        "search price --external --jq .sentence",
        "search price --to 2020-01-01",
        "search numbers --context 1 -o text --limit 1",
        "search price --fields speakerName,start -o csv",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn who_wants_to_see_nothing_is_told_how_much_there_is() {
    let seen = Environment::archived().seen("search price --limit 0");
    assert!(seen.contains("none of ") && !seen.contains("nothing was found"), "{seen}");
}

#[test]
fn without_an_archive_it_says_how_to_make_one() {
    let environment = Environment::small();
    let all = ["search price", "sql 'select 1'", "export --format md", "archive status"];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    assert!(all.iter().all(|seen| seen.ends_with("[exit 3]")), "{all:?}");
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn words_that_cannot_be_meant_are_told() {
    let environment = Environment::archived();
    let all = [
        "search NOT",
        "search '\"'",
        "search 'a AND'",
        "search 'a NEAR/5'",
        "search --internal --external a",
    ];
    let all: Vec<_> = all.iter().map(|args| environment.seen(args)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_filter_with_nothing_in_it_is_wrong_usage() {
    let environment = Environment::archived();
    let options = ["speaker", "account", "participant", "host", "tracker", "title", "language"];
    for option in options {
        for given in [format!("--{option}="), format!("--{option} ' '")] {
            for command in ["search price", "export --format md"] {
                let output = environment.run(&format!("{command} {given}"));
                assert_eq!(output.status.code(), Some(2), "{command} {given}: {output:?}");
                assert!(output.stdout.is_empty(), "{output:?}");
            }
        }
    }
    check!(environment, "search price --account ' '");
}

#[test]
fn nothing_is_sent() {
    let environment = Environment::archived();
    let before = environment.requests();
    check!(environment, "search unicorn");
    assert_eq!(environment.requests(), before);
}

#[test]
fn a_hint_can_be_pasted_for_the_company_that_was_meant() {
    let mut environment = Environment::empty();
    for (args, says) in [
        ("--sandbox search price", "run `gong --sandbox sync --since 90d` to"),
        ("search price --profile eu", "run `gong --profile eu sync --since 90d` to"),
        ("--profile 'the EU' sql 'select 1'", "run `gong --profile 'the EU' sync --since 90d` to"),
        ("sync --sandbox", "goes: gong --sandbox sync --since 90d"),
        ("--sandbox doctor --offline", "none yet; `gong --sandbox sync` makes one"),
        ("--profile eu users list", "`gong auth login --profile eu`"),
        ("search price", "run `gong sync --since 90d` to"),
    ] {
        let seen = environment.seen(args);
        assert!(seen.contains(says), "{seen}");
    }
    // What the environment says, it says again.
    environment.set("GONG_SANDBOX", "1");
    let seen = environment.seen("search price");
    assert!(seen.contains("run `gong sync --since 90d` to"), "{seen}");
}

#[test]
fn subtitles_are_refused_with_the_forms_that_there_are() {
    let seen = Environment::archived().seen("search price -o srt");
    assert!(seen.contains("csv, md and text") && seen.ends_with("[exit 2]"), "{seen}");
}
