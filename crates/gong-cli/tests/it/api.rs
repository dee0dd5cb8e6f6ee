//! `gong api`: any request, passed through.

use crate::environment::{Environment, check};

#[test]
fn a_get_prints_what_gong_answered() {
    check!(Environment::small(), "api GET /v2/workspaces");
}

#[test]
fn fields_of_a_get_go_into_the_query() {
    check!(
        Environment::small(),
        "api get v2/calls -f fromDateTime=2026-06-12T00:00:00+02:00 --dry-run"
    );
}

#[test]
fn fields_of_a_post_go_into_the_body() {
    let args = "api POST /v2/calls/extensive -f filter[callIds][]=402 --jq '.calls[].metaData.id'";
    check!(Environment::small(), args);
}

#[test]
fn a_body_comes_from_stdin_as_it_is() {
    let environment = Environment::small();
    let args = "api POST /v2/users/extensive --input - --jq '.users|length'";
    let body = r#"{"filter": {"userIds": ["302"]}}"#;
    insta::assert_snapshot!(environment.shown(args, &environment.run_with(args, body)));
}

#[test]
fn a_body_that_is_no_json_is_not_sent() {
    let environment = Environment::small();
    let args = "api POST /v2/users/extensive --input -";
    insta::assert_snapshot!(environment.shown(args, &environment.run_with(args, "{filter}")));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn all_pages_are_asked_for_in_query_and_body() {
    let options = gong_sandbox::Options { page_size: 1, ..crate::environment::small() };
    let environment = Environment::with(options);
    check!(environment, "api GET /v2/calls --paginate --jq '.calls[].id'");
    let post = "api POST /v2/users/extensive -f filter[x]=1 --paginate --jq '.users[].id'";
    insta::assert_snapshot!("pages_of_a_post", environment.seen(post));
}

#[test]
fn the_answer_can_be_had_with_its_headers() {
    let output = Environment::small().run("api GET /v2/workspaces --include");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("HTTP 200 OK\n") && text.contains("content-type: application/json"));
}

#[test]
fn a_path_elsewhere_is_refused() {
    check!(Environment::small(), "api GET https://evil.example/v2/calls");
}

#[test]
fn an_answer_is_no_table() {
    check!(Environment::small(), "api GET /v2/users -o csv");
}

#[test]
fn a_page_of_html_is_no_answer() {
    let environment = Environment::faulty("GET /v2/users: html200 x2");
    let output = environment.run("api GET /v2/users");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(6), 0));
}

#[test]
fn what_gong_does_not_know_is_not_found() {
    check!(Environment::small(), "api GET /v2/nothing");
}

#[test]
fn erasing_wants_the_address_again() {
    let environment = Environment::small();
    let erase = "api POST /v2/data-privacy/erase-data-for-email-address?emailAddress=a@b.example";
    check!(environment, &format!("{erase} --yes"));
    let wrong = format!("{erase} --yes --confirm a@b.exampl");
    insta::assert_snapshot!("erasing_with_another_address", environment.seen(&wrong));
    assert_eq!(environment.requests(), 0);
}

#[test]
fn what_others_see_is_asked_first() {
    let environment = Environment::small();
    check!(environment, "api DELETE /v2/meetings/1 --input -");
    assert_eq!(environment.requests(), 0);
}
