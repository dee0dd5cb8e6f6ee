//! Activity statistics: days in the company's zone, and counters that agree with the calls.

use std::collections::HashMap;

use gong_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::harness::{all, options, post, sandbox};

const PATH: &str = "/v2/stats/activity/aggregate";

async fn ask(sandbox: &Sandbox, filter: Value) -> crate::harness::Answer {
    post(sandbox, PATH, json!({ "filter": filter })).await
}

#[tokio::test]
async fn hosts_are_counted_as_the_calls_say() {
    let sandbox = sandbox();
    let answer = ask(&sandbox, json!({ "fromDate": "2026-11-12", "toDate": "2026-11-18" })).await;
    let json = answer.json();
    let range = json!({ "fromDateTime": json["fromDateTime"], "toDateTime": json["toDateTime"] });
    let zone = jiff::tz::TimeZone::get(json["timeZone"].as_str().unwrap()).unwrap();
    let from: jiff::Timestamp = json["fromDateTime"].as_str().unwrap().parse().unwrap();
    assert_eq!(from.to_zoned(zone).datetime(), jiff::civil::date(2026, 11, 12).at(0, 0, 0, 0));

    let mut hosted: HashMap<Value, u64> = HashMap::new();
    for call in all(&sandbox, "/v2/calls/extensive", "calls", json!({ "filter": range })).await {
        *hosted.entry(call["metaData"]["primaryUserId"].clone()).or_default() += 1;
    }
    assert!(!hosted.is_empty());
    for user in answer.items("usersAggregateActivityStats") {
        let counters = &user["userAggregateActivityStats"];
        assert_eq!(counters.as_object().unwrap().len(), 15);
        let expected = hosted.remove(&user["userId"]).unwrap_or(0);
        assert_eq!(counters["callsAsHost"], expected, "{user}");
    }
    assert!(hosted.is_empty(), "hosts without a row: {hosted:?}");
}

#[tokio::test]
async fn only_the_users_asked_for_are_shown() {
    let sandbox = sandbox();
    let range = json!({ "fromDate": "2026-11-12", "toDate": "2026-11-18" });
    let rows = ask(&sandbox, range).await.items("usersAggregateActivityStats");
    let busy = rows.iter().find(|row| row["userAggregateActivityStats"]["callsAsHost"] != 0);
    let id = &busy.unwrap()["userId"];
    let one = json!({ "fromDate": "2026-11-12", "toDate": "2026-11-18", "userIds": [id, "17"] });
    let rows = ask(&sandbox, one).await.items("usersAggregateActivityStats");
    assert_eq!(rows.iter().map(|row| &row["userId"]).collect::<Vec<_>>(), [id]);
    let nobody = json!({ "fromDate": "2026-11-12", "toDate": "2026-11-18", "userIds": ["17"] });
    assert_eq!(ask(&sandbox, nobody).await.error().0, 404);
}

#[tokio::test]
async fn the_range_must_be_of_days_that_are_over() {
    let sandbox = sandbox();
    for filter in [
        json!({}),
        json!({ "fromDate": "2026-11-12" }),
        json!({ "toDate": "2026-11-12" }),
        json!({ "fromDate": "2026-11-12T00:00:00Z", "toDate": "2026-11-18" }),
        json!({ "fromDate": "12.11.2026", "toDate": "2026-11-18" }),
        json!({ "fromDate": "2026-11-18", "toDate": "2026-11-21" }),
        json!({ "fromDate": "2026-11-18", "toDate": "2026-11-18" }),
        json!({ "fromDate": 20_261_112, "toDate": "2026-11-18" }),
    ] {
        assert_eq!(ask(&sandbox, filter.clone()).await.error().0, 400, "{filter}");
    }
    let until_today = json!({ "fromDate": "2026-11-18", "toDate": "2026-11-20" });
    assert_eq!(ask(&sandbox, until_today).await.status, 200);
    let before_all = json!({ "fromDate": "1999-11-09", "toDate": "1999-11-20" });
    assert_eq!(ask(&sandbox, before_all).await.error().0, 404);
}

#[tokio::test]
async fn date_times_will_do_unless_strict() {
    let filter = json!({
        "fromDateTime": "2026-11-12T20:00:00Z", "toDateTime": "2026-11-18T20:00:00Z",
    });
    let lenient = sandbox();
    let days = json!({ "fromDate": "2026-11-12", "toDate": "2026-11-18" });
    let (by_time, by_day) = (ask(&lenient, filter.clone()).await, ask(&lenient, days).await);
    let key = "usersAggregateActivityStats";
    assert_eq!(by_time.items(key), by_day.items(key));
    let strict = Sandbox::new(Options { strict: true, ..options() }).unwrap();
    assert_eq!(ask(&strict, filter).await.error().0, 400);
}
