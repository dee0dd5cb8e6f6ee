//! Logs: who came in, who changed what, and who listened to which call.

use std::ops::Range;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{invented, users::full_name, workspaces};
use crate::{
    ask::{Answered, Ask, Problem},
    paging::{Listing, page},
};

/// How long logins are kept.
const LOGIN_DAYS: i64 = 14;

/// When changes began to be kept: March 2021.
const FIRST_CHANGE: i64 = 1_614_556_800;

/// How long after its start a call is listened to at the latest.
const LATEST_DAYS: i64 = 10;

/// `GET /v2/logs`: what happened in a range of time, oldest first. Scope `api:logs:read`.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let needed = |name: &str| Problem::bad_request(format!("{name} must not be null"));
    let kind = match parameters.get("logType").ok_or_else(|| needed("logType"))? {
        "AccessLog" => Kind::Access,
        "UserActivityLog" => Kind::Activity,
        "UserCallPlay" => Kind::Played,
        "ExternallySharedCallAccess" => Kind::SharedAccess,
        "ExternallySharedCallPlay" => Kind::SharedPlayed,
        _ => return Err(Problem::bad_request("logType is unknown")),
    };
    let from = parameters.date_time("fromDateTime")?.ok_or_else(|| needed("fromDateTime"))?;
    let to = parameters.date_time("toDateTime")?;
    if to.is_some_and(|to| to <= from) {
        return Err(Problem::bad_request("fromDateTime must be before toDateTime"));
    }
    let now = ask.moment.wall;
    let to = to.map_or(now, |to| to.min(now));
    let entries = match kind {
        Kind::Access => {
            let kept = now.saturating_sub(SignedDuration::from_hours(24 * LOGIN_DAYS));
            Entries::by_the_clock(ask, kind, from.max(kept.unwrap_or(from)), to)
        }
        Kind::Activity => {
            let kept = Timestamp::from_second(FIRST_CHANGE).unwrap_or(from);
            Entries::by_the_clock(ask, kind, from.max(kept), to)
        }
        Kind::Played | Kind::SharedAccess | Kind::SharedPlayed => {
            Entries::of_calls(ask, kind, from, to)
        }
    };
    let cursor = parameters.get("cursor");
    let page = page(ask, cursor, &ask.parameters().without_cursor(), &entries)?;
    if page.is_nothing() {
        let text = "No logs found corresponding to the provided filters";
        return Err(Problem::new(StatusCode::NOT_FOUND, text));
    }
    Ok(page.into_members("logEntries"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Access,
    Activity,
    Played,
    SharedAccess,
    SharedPlayed,
}

impl Kind {
    /// How many seconds are between two entries of a log that no call explains.
    fn step(self) -> i64 {
        if self == Self::Access { 47 * 60 + 7 } else { 173 * 60 + 11 }
    }

    fn draws(self) -> &'static str {
        match self {
            Self::Access => "login",
            Self::Activity => "change",
            Self::Played => "played",
            Self::SharedAccess => "shared",
            Self::SharedPlayed => "shared and played",
        }
    }
}

struct Entries<'a> {
    ask: &'a Ask<'a>,
    kind: Kind,
    source: Source,
}

enum Source {
    /// Entry `n` is `n` steps after 1970.
    Clock(Range<u64>),
    Calls(Vec<Seen>),
}

/// Somebody saw or heard a call.
struct Seen {
    time: Timestamp,
    /// The place of a user.
    user: usize,
    call: u64,
}

impl<'a> Entries<'a> {
    fn by_the_clock(ask: &'a Ask<'a>, kind: Kind, from: Timestamp, to: Timestamp) -> Self {
        // The first entry that is not before a moment.
        let number = |moment: Timestamp| {
            let seconds = moment.as_second() + i64::from(moment.subsec_nanosecond() > 0);
            let step = kind.step();
            u64::try_from((seconds + step - 1).div_euclid(step)).unwrap_or(0)
        };
        let (start, end) = (number(from), number(to));
        Self { ask, kind, source: Source::Clock(start..end.max(start)) }
    }

    fn of_calls(ask: &'a Ask<'a>, kind: Kind, from: Timestamp, to: Timestamp) -> Self {
        let mut seen = Vec::new();
        let earliest = from.saturating_sub(SignedDuration::from_hours(24 * LATEST_DAYS));
        let calls = ask.data.started(earliest.ok(), Some(to));
        for call in calls.filter(|_| ask.pass.sees_calls()) {
            for deed in ask.data.deeds(call) {
                let is_it = match deed.counter {
                    "ownCallsListenedTo" | "othersCallsListenedTo" => kind == Kind::Played,
                    "callsSharedExternally" => kind != Kind::Played,
                    _ => false,
                };
                if is_it {
                    let facts = ask.data.facts(call);
                    let key = invented::key(facts.started);
                    let minutes = invented::number(ask, kind.draws(), key, 5 * 24 * 60);
                    let minutes = SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(0));
                    let ready = facts.ready_at;
                    let time = ready.saturating_add(minutes).unwrap_or(ready);
                    seen.push(Seen { time, user: deed.user, call });
                }
            }
        }
        seen.retain(|seen| from <= seen.time && seen.time < to);
        seen.sort_by_key(|seen| (seen.time, seen.call, seen.user));
        Self { ask, kind, source: Source::Calls(seen) }
    }

    /// A login, or a change, one of which in nine somebody made in the name of another.
    fn by_number(&self, number: u64) -> Option<Value> {
        let (ask, kind) = (self.ask, self.kind);
        let user = invented::user(ask, kind.draws(), number);
        let time = Timestamp::from_second(i64::try_from(number).ok()? * kind.step()).ok()?;
        let address = format!("192.0.2.{}", invented::number(ask, "address", number, 254) + 1);
        if kind == Kind::Access {
            let failed = invented::number(ask, "failed", number, 12) == 0;
            let record = json!({
                "action": if failed { "Login failed" } else { "Login" },
                "loginMethod": if number.is_multiple_of(3) { "Google" } else { "SSO" },
                "ipAddress": address,
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64)",
            });
            return Some(entry(user, time, &record));
        }
        let record = json!({
            "auditId": invented::id(ask, "audit", number),
            "action": invented::turn(&["User updated", "Tracker updated", "Role assigned"], number),
            "workspaceId": workspaces::nth(ask, number),
            "tableChanges": [{ "table": "settings", "field": "enabled", "before": "false", "after": "true" }],
            "customData": [{ "key": "source", "values": ["settings page"] }],
            "httpRequest": { "method": "POST", "path": "/ajax/settings/update", "ipAddress": address },
        });
        let mut entry = entry(user, time, &record);
        if number.is_multiple_of(9)
            && let Some(other) = ask.data.avatars().first()
        {
            entry["impersonatorUserId"] = other["id"].clone();
            entry["impersonatorEmailAddress"] = other["emailAddress"].clone();
            entry["impersonatorFullName"] = json!(full_name(other));
            entry["impersonatorCompanyId"] = json!(invented::id(ask, "company", 0));
        }
        Some(entry)
    }

    fn of_call(&self, seen: &Seen) -> Value {
        let user = &self.ask.data.users()[seen.user];
        let call = self.ask.data.meta_data(seen.call);
        let mut record = json!({
            "callId": call["id"],
            "callTitle": call["title"],
            "workspaceId": call["workspaceId"],
        });
        if self.kind != Kind::SharedAccess {
            record["fromSecond"] = json!(0);
            record["toSecond"] = call["duration"].clone();
        }
        if self.kind != Kind::Played {
            let key = invented::key(self.ask.data.facts(seen.call).started);
            let viewer = invented::number(self.ask, "viewer", key, 900);
            record["viewerEmailAddress"] = json!(format!("viewer{viewer}@mailbox.example"));
        }
        entry(user, seen.time, &record)
    }
}

fn entry(user: &Value, time: Timestamp, record: &Value) -> Value {
    json!({
        "userId": user["id"],
        "userEmailAddress": user["emailAddress"],
        "userFullName": full_name(user),
        "eventTime": time.to_string(),
        "logRecord": record,
    })
}

impl Listing for Entries<'_> {
    fn places(&self) -> Range<u64> {
        match &self.source {
            Source::Clock(numbers) => numbers.clone(),
            Source::Calls(seen) => 0..u64::try_from(seen.len()).unwrap_or(u64::MAX),
        }
    }

    fn has(&self, _place: u64) -> bool {
        true
    }

    fn count(&self) -> u64 {
        let places = self.places();
        places.end - places.start
    }

    fn record(&self, place: u64) -> Option<Value> {
        match &self.source {
            Source::Clock(_) => self.by_number(place),
            Source::Calls(seen) => Some(self.of_call(seen.get(usize::try_from(place).ok()?)?)),
        }
    }
}
