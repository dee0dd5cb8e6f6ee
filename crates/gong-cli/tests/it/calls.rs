//! `gong calls` on the small company: what is printed in each form.

use crate::environment::{Environment, check};

const PRICING: &str = "18446744073709551615";

#[test]
fn a_list_is_an_array_of_what_gong_sent() {
    check!(Environment::small(), "calls list --last 7d");
}

#[test]
fn a_list_as_a_table() {
    check!(Environment::small(), "calls list --last 7d -o table");
}

#[test]
fn a_list_as_csv_defuses_formulas() {
    check!(Environment::small(), "calls list --last 7d -o csv");
}

#[test]
fn csv_can_be_had_raw() {
    check!(Environment::small(), "calls list --last 7d -o csv --csv-raw --fields id,title");
}

#[test]
fn fields_keep_twenty_digits() {
    check!(Environment::small(), "calls list --fields id,primaryUserId -o jsonl");
}

#[test]
fn jq_keeps_twenty_digits() {
    check!(Environment::small(), "calls list --jq '{id,n:(.duration/60|floor)}'");
}

#[test]
fn a_list_in_the_zone_of_the_person() {
    check!(Environment::small(), "calls list --on 2026-06-12 --tz America/New_York -o table -v");
}

#[test]
fn a_list_of_nothing_is_an_empty_list() {
    check!(Environment::small(), "calls list --on 2020-01-01");
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let environment = Environment::small();
    check!(environment, "calls list --from 2026-06-01 --to 2026-06-30 --workspace 71 --dry-run");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn a_limit_says_how_many_there_are() {
    check!(Environment::small(), "calls list --limit 1 --fields id");
}

#[test]
fn search_filters_by_who_took_part() {
    check!(
        Environment::small(),
        "calls search --participant dana --fields metaData.id,parties.name"
    );
}

#[test]
fn search_filters_by_domain_account_tracker_and_length() {
    let environment = Environment::small();
    check!(
        environment,
        "calls search --domain kestrel.example --account KESTREL --tracker pricing --min-minutes 25 --jq .metaData.id"
    );
    assert_eq!(environment.requests(), 1);
}

#[test]
fn search_filters_by_what_gong_knows_of_the_call() {
    let args = "calls search --scope internal --direction conference --title 'ONE ON' -o table";
    check!(Environment::small(), args);
}

#[test]
fn search_finds_calls_by_the_address_of_the_host() {
    check!(Environment::small(), "calls search --host a.okafor@lumen.example --jq .metaData.id");
}

#[test]
fn a_dry_run_that_needs_an_answer_shows_the_first_request() {
    let environment = Environment::small();
    check!(environment, "calls search --host a.okafor@lumen.example --dry-run");
    assert_eq!(environment.requests(), 0);
}

#[test]
fn search_of_an_unknown_host_is_not_found() {
    check!(Environment::small(), "calls search --host nobody@lumen.example");
}

#[test]
fn search_of_a_word_that_is_no_block_lists_the_blocks() {
    check!(Environment::small(), "calls search --include transcript");
}

#[test]
fn search_of_a_wrong_scope_lists_the_scopes() {
    check!(Environment::small(), "calls search --scope outside");
}

#[test]
fn get_shows_one_call_with_parties_and_content() {
    check!(Environment::small(), &format!("calls get {PRICING}"));
}

#[test]
fn get_sends_objects_of_flags() {
    check!(
        Environment::small(),
        &format!("calls get {PRICING} --include interaction,context --dry-run")
    );
}

#[test]
fn get_as_a_table_is_upright() {
    check!(Environment::small(), &format!("calls get {PRICING} -o table"));
}

#[test]
fn get_takes_the_address_of_a_call() {
    let args = format!("calls get https://us-12345.app.gong.io/call?id={PRICING} --basic --jq .id");
    check!(Environment::small(), &args);
}

#[test]
fn get_keeps_the_order_that_was_asked_for() {
    check!(Environment::small(), &format!("calls get 403 {PRICING} 403 402 --jq .metaData.id"));
}

#[test]
fn get_of_an_unknown_id_is_not_found() {
    check!(Environment::small(), "calls get 12345");
}

#[test]
fn get_of_some_unknown_ids_is_done_in_part() {
    check!(Environment::small(), "calls get 12345 402 --jq .metaData.id");
}

#[test]
fn get_of_what_is_no_id_shows_one() {
    check!(Environment::small(), "calls get call-7");
}

#[test]
fn get_of_an_address_elsewhere_is_refused() {
    check!(Environment::small(), "calls get https://evil.example/call?id=12345");
}

#[test]
fn ids_from_stdin_can_be_records() {
    let environment = Environment::small();
    let args = "calls get - --jq .metaData.id";
    let stdin = format!("{{\"id\":{PRICING},\"title\":\"x\"}}\n402\n");
    insta::assert_snapshot!(environment.shown(args, &environment.run_with(args, &stdin)));
    assert_eq!(environment.requests(), 1);
}

#[test]
fn an_empty_stdin_is_wrong_usage() {
    check!(Environment::small(), "calls get -");
}

#[test]
fn a_transcript_has_the_names_of_the_parties() {
    let environment = Environment::small();
    check!(environment, &format!("calls transcript {PRICING}"));
    assert_eq!(environment.requests(), 2);
}

#[test]
fn a_transcript_with_timestamps() {
    check!(Environment::small(), &format!("calls transcript {PRICING} --timestamps"));
}

#[test]
fn a_transcript_as_markdown() {
    check!(Environment::small(), &format!("calls transcript {PRICING} -o md"));
}

#[test]
fn a_transcript_as_json() {
    check!(Environment::small(), &format!("calls transcript {PRICING} -o json"));
}

#[test]
fn a_transcript_as_json_lines_is_a_sentence_a_line() {
    check!(Environment::small(), &format!("calls transcript {PRICING} -o jsonl"));
}

#[test]
fn a_transcript_as_csv() {
    check!(Environment::small(), &format!("calls transcript {PRICING} -o csv"));
}

#[test]
fn a_transcript_as_subrip() {
    check!(Environment::small(), &format!("calls transcript {PRICING} -o srt"));
}

#[test]
fn a_transcript_as_webvtt() {
    check!(Environment::small(), &format!("calls transcript {PRICING} -o vtt"));
}

#[test]
fn a_transcript_has_no_escape_sequences() {
    check!(Environment::small(), "calls transcript 402");
}

#[test]
fn several_transcripts_have_their_titles() {
    check!(Environment::small(), &format!("calls transcript 402 {PRICING}"));
}

#[test]
fn a_transcript_that_is_still_made_is_done_in_part() {
    check!(Environment::small(), "calls transcript 403 402 --jq .callId -o json");
}

#[test]
fn waiting_for_a_transcript_ends() {
    let environment = Environment::small();
    check!(environment, "calls transcript 403 --wait=10ms");
    assert_eq!(environment.requests(), 4);
}

#[test]
fn a_transcript_that_comes_while_waiting_is_shown() {
    let environment = Environment::faulty("POST /v2/calls/transcript: null:transcript");
    check!(environment, "calls transcript 402 --wait=20ms");
    assert_eq!(environment.requests(), 4);
}

#[test]
fn a_transcript_of_an_unknown_call_is_not_found() {
    check!(Environment::small(), "calls transcript 12345");
}

#[test]
fn a_transcript_costs_two_requests_for_a_hundred_calls() {
    let environment =
        Environment::with(gong_sandbox::Options { calls: 300, ..gong_sandbox::Options::default() });
    let listed = environment.run("calls list --to 5d --jq .id --limit 150");
    let ids = String::from_utf8(listed.stdout).unwrap();
    let listing = environment.requests();
    let output = environment.run_with("calls transcript - -o jsonl --jq .callId", &ids);
    assert_eq!(ids.lines().count(), 150, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((listing, environment.requests() - listing), (2, 4));
}
