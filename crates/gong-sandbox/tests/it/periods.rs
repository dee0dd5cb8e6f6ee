//! Statistics by day and by period, of interaction, and of scorecards: they agree with each other
//! and with the calls.

use std::collections::{BTreeMap, HashMap};

use gong_sandbox::{Error, Options, Sandbox, Webhook};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{all, all_of, get, options, post};

const BY_PERIOD: &str = "/v2/stats/activity/aggregate-by-period";
const DAY_BY_DAY: &str = "/v2/stats/activity/day-by-day";
const SCORECARDS: &str = "/v2/stats/activity/scorecards";
const INTERACTION: &str = "/v2/stats/interaction";

/// A company that is old enough for months.
fn sandbox() -> Sandbox {
    Sandbox::new(Options { calls: 2_500, ..options() }).unwrap()
}

fn range() -> Value {
    json!({ "fromDate": "2026-10-14", "toDate": "2026-11-18" })
}

/// Counters that are not 0, by user and name.
type Counted = BTreeMap<(String, String), u64>;

fn add(counted: &mut Counted, user: &Value, counters: &Value) {
    for (name, value) in counters.as_object().unwrap() {
        let count = match value {
            Value::Array(ids) => u64::try_from(ids.len()).unwrap(),
            value => value.as_u64().unwrap_or(0),
        };
        if count > 0 {
            let key = (user["userId"].as_str().unwrap().to_owned(), name.clone());
            *counted.entry(key).or_default() += count;
        }
    }
}

async fn aggregate(sandbox: &Sandbox) -> Counted {
    let body = json!({ "filter": range() });
    let mut counted = Counted::new();
    let key = "usersAggregateActivityStats";
    for user in all(sandbox, "/v2/stats/activity/aggregate", key, body).await {
        add(&mut counted, &user, &user["userAggregateActivityStats"]);
    }
    assert!(counted.len() > 100);
    counted
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn periods_add_up_to_the_aggregate_and_are_cut_off_at_the_ends() {
    let sandbox = Sandbox::new(Options { page_size: 7, calls: 2_500, ..options() }).unwrap();
    let expected = aggregate(&sandbox).await;
    let mut starts = HashMap::new();
    for unit in ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"] {
        let body = json!({ "filter": range(), "aggregationPeriod": unit });
        let mut counted = Counted::new();
        let own = starts.entry(unit).or_insert_with(Vec::new);
        for user in all(&sandbox, BY_PERIOD, "usersAggregateActivity", body).await {
            for period in user["userAggregateActivity"].as_array().unwrap() {
                assert_eq!(period.as_object().unwrap().len(), 17);
                let (from, to) = (moment(&period["fromDate"]), moment(&period["toDate"]));
                assert!(from < to);
                own.push(period["fromDate"].as_str().unwrap()[..10].to_owned());
                add(&mut counted, &user, period);
            }
        }
        assert_eq!(counted, expected, "{unit}");
        own.sort_unstable();
        own.dedup();
    }
    assert_eq!(starts["YEAR"], ["2026-10-14"]);
    assert_eq!(starts["MONTH"], ["2026-10-14", "2026-11-01"]);
    assert_eq!(starts["WEEK"][..3], ["2026-10-14", "2026-10-19", "2026-10-26"], "Mondays");
    assert!(starts["DAY"].len() > 20);
}

#[tokio::test]
async fn days_name_the_calls_that_are_counted() {
    let sandbox = sandbox();
    let body = json!({ "filter": range() });
    let mut counted = Counted::new();
    let mut calls = HashMap::new();
    for user in all(&sandbox, DAY_BY_DAY, "usersDetailedActivities", body).await {
        for day in user["userDailyActivityStats"].as_array().unwrap() {
            let mut lists = day.clone();
            let (from, to) = (moment(&day["fromDate"]), moment(&day["toDate"]));
            assert!((23..=25).contains(&from.duration_until(to).as_hours()), "{day}");
            lists.as_object_mut().unwrap().retain(|_, value| value.is_array());
            add(&mut counted, &user, &lists);
            for id in lists["callsAsHost"].as_array().unwrap() {
                calls.insert(id.as_str().unwrap().to_owned(), (from, to, user["userId"].clone()));
            }
        }
    }
    assert_eq!(counted, aggregate(&sandbox).await);
    for (id, (from, to, host)) in calls.iter().take(25) {
        let call = get(&sandbox, &format!("/v2/calls/{id}")).await.json()["call"].take();
        assert!((*from..*to).contains(&moment(&call["started"])), "{call}");
        assert_eq!(call["primaryUserId"], *host);
    }
}

#[tokio::test]
async fn a_user_who_did_nothing_is_there_only_if_asked_for() {
    let sandbox = sandbox();
    let ids = |rows: &[Value]| rows.iter().map(|row| row["userId"].clone()).collect::<Vec<_>>();
    let body = json!({ "filter": range(), "aggregationPeriod": "YEAR" });
    let active = ids(&post(&sandbox, BY_PERIOD, body).await.items("usersAggregateActivity"));
    let users = get(&sandbox, "/v2/users").await.items("users");
    let idle = users.iter().find(|user| !active.contains(&user["id"])).unwrap();
    let mut filter = range();
    filter["userIds"] = json!([idle["id"], active[0]]);
    let body = json!({ "filter": filter, "aggregationPeriod": "YEAR" });
    let rows = post(&sandbox, BY_PERIOD, body).await.items("usersAggregateActivity");
    assert_eq!(rows.len(), 2);
    let idle_row = rows.iter().find(|row| row["userId"] == idle["id"]).unwrap();
    assert_eq!(idle_row["userAggregateActivity"], json!([]));
}

#[tokio::test]
async fn a_period_must_be_one_of_five_words() {
    let sandbox = sandbox();
    let ask = async |unit: Value| {
        let body = json!({ "filter": range(), "aggregationPeriod": unit });
        post(&sandbox, BY_PERIOD, body).await.error()
    };
    assert_eq!(ask(Value::Null).await, (400, "aggregationPeriod must not be null".to_owned()));
    for wrong in [json!("week"), json!("FORTNIGHT"), json!(7)] {
        let (status, text) = ask(wrong.clone()).await;
        assert_eq!((status, text.starts_with("Json parse error")), (400, true), "{wrong}: {text}");
    }
    let inside = json!({ "filter": { "aggregationPeriod": "DAY", "fromDate": "2026-11-12",
        "toDate": "2026-11-18" } });
    assert_eq!(post(&sandbox, BY_PERIOD, inside).await.error().0, 400, "it goes beside the filter");
    for path in [BY_PERIOD, DAY_BY_DAY, INTERACTION] {
        let unit = json!("DAY");
        for filter in [
            json!({ "fromDate": "2026-11-18", "toDate": "2026-11-21" }),
            json!({ "fromDate": "2026-11-18" }),
            json!({}),
        ] {
            let body = json!({ "filter": filter, "aggregationPeriod": unit });
            assert_eq!(post(&sandbox, path, body).await.error().0, 400, "{path} {filter}");
        }
        let before = json!({ "fromDate": "1999-11-18", "toDate": "1999-11-21" });
        let body = json!({ "filter": before, "aggregationPeriod": unit });
        assert_eq!(post(&sandbox, path, body).await.error().0, 404, "{path}");
        assert_eq!(post(&sandbox, path, json!({})).await.error().0, 400, "{path}");
    }
}

#[tokio::test]
async fn interaction_is_averaged_over_the_calls_of_a_host() {
    let sandbox = sandbox();
    let filter = json!({ "fromDate": "2026-11-12", "toDate": "2026-11-18" });
    let answer = post(&sandbox, INTERACTION, json!({ "filter": filter })).await.json();
    let range =
        json!({ "fromDateTime": answer["fromDateTime"], "toDateTime": answer["toDateTime"] });
    assert!(answer["timeZone"].is_string());
    let selector =
        json!({ "exposedFields": { "interaction": { "personInteractionStats": true } } });
    let body = json!({ "filter": range, "contentSelector": selector });
    let mut values: HashMap<(Value, Value), Vec<f64>> = HashMap::new();
    for call in all(&sandbox, "/v2/calls/extensive", "calls", body).await {
        for stat in call["interaction"]["interactionStats"].as_array().into_iter().flatten() {
            let key = (call["metaData"]["primaryUserId"].clone(), stat["name"].clone());
            values.entry(key).or_default().push(stat["value"].as_f64().unwrap());
        }
    }
    let mut n_checked = 0;
    let people = answer["peopleInteractionStats"].as_array().unwrap();
    for person in people {
        for stat in person["personInteractionStats"].as_array().unwrap() {
            assert_ne!(stat["name"], "Talk Ratio");
            let found = values.get(&(person["userId"].clone(), stat["name"].clone()));
            if let Some(found) = found {
                let n_calls = f64::from(u32::try_from(found.len()).unwrap());
                let mean = found.iter().sum::<f64>() / n_calls;
                assert!((stat["value"].as_f64().unwrap() - mean).abs() < 0.006, "{stat} {mean}");
                n_checked += 1;
            } else {
                assert_eq!(stat["name"], "Question Rate");
            }
        }
    }
    assert!(n_checked > 20, "{n_checked}");
}

#[tokio::test]
async fn answered_scorecards_are_those_that_users_filled_in() {
    let sandbox = sandbox();
    let days = json!({ "callFromDate": "2026-10-14", "callToDate": "2026-11-01" });
    let reviews = all(&sandbox, SCORECARDS, "answeredScorecards", json!({ "filter": days })).await;
    let counts = {
        let filter = json!({ "fromDate": "2026-10-14", "toDate": "2026-11-01" });
        let path = "/v2/stats/activity/aggregate";
        let rows = post(&sandbox, path, json!({ "filter": filter })).await;
        let rows = rows.items("usersAggregateActivityStats");
        let count =
            |row: &Value| row["userAggregateActivityStats"]["callsScorecardsFilled"].as_u64();
        rows.iter().filter_map(count).sum::<u64>()
    };
    assert!(counts > 3);
    assert_eq!(u64::try_from(reviews.len()).unwrap(), counts);
    let scorecards = get(&sandbox, "/v2/settings/scorecards").await.items("scorecards");
    for review in &reviews {
        for member in ["answeredScorecardId", "scorecardId", "callId", "reviewedUserId"] {
            assert!(review[member].is_string(), "{member} of {review}");
        }
        assert_eq!(review["reviewMethod"], "MANUAL");
        let scorecard =
            scorecards.iter().find(|card| card["scorecardId"] == review["scorecardId"]).unwrap();
        assert_eq!(scorecard["scorecardName"], review["scorecardName"]);
        let questions = scorecard["questions"].as_array().unwrap();
        let answers = review["answers"].as_array().unwrap();
        assert_eq!(questions.len(), answers.len());
        for (question, answer) in questions.iter().zip(answers) {
            assert_eq!(question["questionId"], answer["questionId"]);
            let given =
                ["score", "answerText", "selectedOptions"].map(|name| !answer[name].is_null());
            let n_given = given.iter().filter(|is_given| **is_given).count();
            assert_eq!(n_given, usize::from(answer["notApplicable"] == false), "{answer}");
        }
        let path = format!("/v2/calls/{}", review["callId"].as_str().unwrap());
        let call = get(&sandbox, &path).await;
        assert_eq!(call.json()["call"]["primaryUserId"], review["reviewedUserId"]);
    }
}

#[tokio::test]
async fn answered_scorecards_are_filtered() {
    let sandbox = sandbox();
    let find = async |filter: Value| {
        all(&sandbox, SCORECARDS, "answeredScorecards", json!({ "filter": filter })).await
    };
    let manual = find(json!({})).await;
    let automatic = find(json!({ "reviewMethod": "AUTOMATIC" })).await;
    assert!(automatic.iter().all(|review| review["reviewerUserId"].is_null()));
    assert!(manual.iter().all(|review| review["reviewerUserId"].is_string()));
    let both = find(json!({ "reviewMethod": "BOTH" })).await;
    assert_eq!(both.len(), manual.len() + automatic.len());
    assert!(!automatic.is_empty());

    let (user, card) = (&manual[0]["reviewedUserId"], &manual[0]["scorecardId"]);
    let some = find(json!({ "reviewedUserIds": [user], "scorecardIds": [card] })).await;
    let expected = manual
        .iter()
        .filter(|review| review["reviewedUserId"] == *user && review["scorecardId"] == *card);
    assert_eq!(some, expected.cloned().collect::<Vec<_>>());
    let day = |review: &Value| review["reviewTime"].as_str().unwrap()[..10].to_owned();
    let late = find(json!({ "reviewFromDate": "2026-11-01", "reviewToDate": "2026-11-10" })).await;
    let expected = manual
        .iter()
        .filter(|review| ("2026-11-01".to_owned().."2026-11-10".to_owned()).contains(&day(review)));
    assert_eq!(late, expected.cloned().collect::<Vec<_>>());
    assert!(!late.is_empty());

    let refused = async |filter: Value| {
        post(&sandbox, SCORECARDS, json!({ "filter": filter })).await.error().0
    };
    assert_eq!(refused(json!({ "reviewMethod": "manual" })).await, 400);
    assert_eq!(refused(json!({ "callToDate": "2026-11-30" })).await, 400);
    assert_eq!(refused(json!({ "callFromDate": "2026-11-12T00:00:00Z" })).await, 400);
    assert_eq!(refused(json!({ "scorecardIds": ["17"] })).await, 404);
    assert_eq!(post(&sandbox, SCORECARDS, json!({})).await.error().0, 400);
}

#[tokio::test(start_paused = true)]
async fn what_is_erased_changes_nothing_else() {
    let sandbox = sandbox();
    let body = json!({ "filter": { "reviewMethod": "BOTH" } });
    let before = all(&sandbox, SCORECARDS, "answeredScorecards", body.clone()).await;
    let plays = "/v2/logs?logType=UserCallPlay&fromDateTime=2026-10-01T00:00:00Z";
    let heard = all_of(&sandbox, plays, "logEntries").await;
    let selector = json!({ "exposedFields": { "parties": true } });
    let filter = json!({ "callIds": [before[before.len() / 2]["callId"]] });
    let call = json!({ "filter": filter, "contentSelector": selector });
    let call = all(&sandbox, "/v2/calls/extensive", "calls", call).await.remove(0);
    let parties = call["parties"].as_array().unwrap();
    let outsider = parties
        .iter()
        .find(|party| party["affiliation"] == "External" && party["emailAddress"].is_string());
    let email = outsider.unwrap()["emailAddress"].as_str().unwrap();
    let path = format!("/v2/data-privacy/erase-data-for-email-address?emailAddress={email}");
    assert_eq!(post(&sandbox, &path, Value::Null).await.status, 200);
    tokio::time::advance(std::time::Duration::from_mins(10)).await;

    let after = all(&sandbox, SCORECARDS, "answeredScorecards", body).await;
    assert!(after.len() < before.len() && !after.is_empty());
    assert!(after.iter().all(|review| before.contains(review)), "another review changed");
    let heard_now = all_of(&sandbox, plays, "logEntries").await;
    assert!(heard_now.len() <= heard.len());
    assert!(heard_now.iter().all(|entry| heard.contains(entry)), "another entry changed");
    let call_id = call["metaData"]["id"].as_str().map(str::to_owned);
    let webhook = Webhook { call_id, ..Webhook::to("http://127.0.0.1:9/") };
    assert!(matches!(sandbox.webhook(&webhook), Err(Error::UnknownCall { .. })));
}
