//! Logs: required parameters, what is kept, and what each kind records.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::harness::{all_of, get, sandbox};

const KINDS: [&str; 5] = [
    "AccessLog",
    "UserActivityLog",
    "UserCallPlay",
    "ExternallySharedCallAccess",
    "ExternallySharedCallPlay",
];

fn times(entries: &[Value]) -> Vec<Timestamp> {
    let text = |entry: &Value| entry["eventTime"].as_str().unwrap().to_owned();
    assert!(entries.iter().all(|entry| text(entry).ends_with('Z')));
    entries.iter().map(|entry| text(entry).parse().unwrap()).collect()
}

#[tokio::test]
async fn each_kind_has_entries_in_the_range_and_in_order() {
    let sandbox = sandbox();
    let range = "fromDateTime=2026-11-10T12:00:00Z&toDateTime=2026-11-17T12:00:00Z";
    let bounds: [Timestamp; 2] =
        ["2026-11-10T12:00:00Z", "2026-11-17T12:00:00Z"].map(|text| text.parse().unwrap());
    for kind in KINDS {
        let path = format!("/v2/logs?logType={kind}&{range}");
        let entries = all_of(&sandbox, &path, "logEntries").await;
        let times = times(&entries);
        assert!(times.is_sorted() && !times.is_empty(), "{kind}");
        assert!(times.iter().all(|time| (bounds[0]..bounds[1]).contains(time)), "{kind}");
        for entry in &entries {
            assert!(entry["userId"].is_string() && entry["userFullName"].is_string(), "{entry}");
            assert!(!entry["logRecord"].as_object().unwrap().is_empty());
        }
        // Two halves are the whole.
        let middle = "2026-11-14T00:00:00Z";
        let mut halves = Vec::new();
        for half in [
            format!("fromDateTime=2026-11-10T12:00:00Z&toDateTime={middle}"),
            format!("fromDateTime={middle}&toDateTime=2026-11-17T12:00:00Z"),
        ] {
            let path = format!("/v2/logs?logType={kind}&{half}");
            if get(&sandbox, &path).await.status == 200 {
                halves.extend(all_of(&sandbox, &path, "logEntries").await);
            }
        }
        assert_eq!(halves, entries, "{kind}");
    }
}

#[tokio::test]
async fn logins_are_kept_for_two_weeks_and_changes_since_2021() {
    let sandbox = sandbox();
    let first = async |kind: &str| {
        let path = format!("/v2/logs?logType={kind}&fromDateTime=2001-01-01T00:00:00Z");
        let answer = get(&sandbox, &path).await;
        times(&answer.items("logEntries"))[0].to_string()[..10].to_owned()
    };
    assert_eq!(first("AccessLog").await, "2026-11-06");
    assert_eq!(first("UserActivityLog").await, "2021-03-01");
    let gone = "/v2/logs?logType=AccessLog&fromDateTime=2026-10-01T00:00:00Z\
        &toDateTime=2026-10-02T00:00:00Z";
    let (status, text) = get(&sandbox, gone).await.error();
    assert_eq!(
        (status, text.as_str()),
        (404, "No logs found corresponding to the provided filters")
    );
}

#[tokio::test]
async fn some_changes_were_made_in_the_name_of_another() {
    let sandbox = sandbox();
    let path = "/v2/logs?logType=UserActivityLog&fromDateTime=2026-11-01T00:00:00Z";
    let entries = all_of(&sandbox, path, "logEntries").await;
    let sizes: BTreeSet<_> = entries.iter().map(|entry| entry.as_object().unwrap().len()).collect();
    assert_eq!(sizes, [5, 9].into(), "the members are absent where nobody did");
}

#[tokio::test]
async fn kind_and_start_are_required() {
    let sandbox = sandbox();
    for query in [
        "",
        "?logType=AccessLog",
        "?fromDateTime=2026-11-10T12:00:00Z",
        "?logType=accesslog&fromDateTime=2026-11-10T12:00:00Z",
        "?logType=AccessLog&fromDateTime=2026-11-10",
        "?logType=AccessLog&fromDateTime=2026-11-10T12:00:00Z&toDateTime=2026-11-10T12:00:00Z",
    ] {
        assert_eq!(get(&sandbox, &format!("/v2/logs{query}")).await.error().0, 400, "{query}");
    }
}
