//! Wrong usage of commands whose own files have none: said in words, before anything is sent.

use crate::environment::Environment;

/// Arguments that are wrong each in a way of its own.
const WRONG: &[&str] = &[
    "users search --id jane",
    "users search --from 01/15/2026",
    "settings scorecards --workspace 1",
    "flows folders",
    "flows folders --owner ada@lumen.example --parent outbound",
    "flows prospects override-cool-off lead-1 --owner ada@lumen.example",
    "flows prospects override-cool-off lead-1 --owner ada@lumen.example --flow first",
    "crm integrations list 7",
    "privacy find-phone 4155550123",
    "privacy find-phone +1-415-CALL-NOW",
    "meetings list --from fortnight",
    "meetings list --last 7d --on today",
    "meetings status",
    "integration-settings get dialer",
];

#[test]
fn nothing_is_sent_and_the_mistake_is_named() {
    let environment = Environment::small();
    let all: Vec<_> = WRONG.iter().map(|args| environment.seen(args)).collect();
    for seen in &all {
        assert!(seen.ends_with("[exit 2]"), "{seen}");
    }
    assert_eq!(environment.requests(), 0);
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn more_addresses_than_gong_takes_are_told_before_they_are_sent() {
    let environment = Environment::small();
    let addresses: Vec<_> = (0..101).map(|n| format!("u{n}@lumen.example")).collect();
    let output = environment.run(&format!("meetings status {}", addresses.join(" ")));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), environment.requests()), (Some(2), 0), "{said}");
    assert!(said.contains("100") && said.contains("101"), "{said}");
}
