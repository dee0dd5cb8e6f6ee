//! `gong settings` and `gong outcomes`: what the company has set up.

use gong_sandbox::Options;

use crate::environment::{Environment, check};

fn company() -> Environment {
    Environment::with(Options::default())
}

#[test]
fn trackers_have_their_words() {
    check!(company(), "settings trackers -o table");
}

#[test]
fn trackers_of_one_workspace() {
    let args = "settings trackers --workspace 386119464622434063 --jq '.languageKeywords[].keywords[]' --limit 1";
    check!(company(), args);
}

#[test]
fn an_unknown_workspace_has_no_trackers() {
    check!(company(), "settings trackers --workspace 1");
}

#[test]
fn scorecards_have_a_row_for_each_question() {
    check!(company(), "settings scorecards -o csv");
}

#[test]
fn briefs_say_whether_they_are_published() {
    check!(company(), "settings briefs -o table");
}

#[test]
fn what_is_no_workspace_is_wrong_usage() {
    check!(company(), "settings briefs --workspace Sales");
}

#[test]
fn outcomes_have_an_order() {
    check!(company(), "outcomes list -o table");
}

#[test]
fn outcomes_are_filtered() {
    check!(company(), "outcomes list --jq 'select(.sentiment == \"POSITIVE\") | .callOutcome'");
}

#[test]
fn a_refusal_says_what_may_be_in_the_way() {
    let environment = Environment::faulty("GET /v2/call-outcomes: status:403 x9");
    check!(environment, "outcomes list");
}
