//! Access to calls: which users were given it one by one, on top of what their profiles allow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{
    ask::{Answered, Ask, Members, Problem},
    rules::{
        Kind::{List, Object, Text, Texts},
        Rule, check, needs,
    },
    sandbox::lock,
};

/// Users by call.
#[derive(Debug, Default)]
pub(crate) struct Access(BTreeMap<String, BTreeSet<String>>);

/// `POST /v2/calls/users-access`: who was given access to calls. Scope `api:call-user-access:read`.
pub(in crate::routes) fn list(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    check(&body, &FILTER)?;
    let ids = Members::of(&body).filter()?.ids("callIds")?.unwrap_or_default();
    check_calls(ask, ids.iter().copied())?;
    let access = lock(&ask.store.access);
    let row = |id: &&str| {
        let users = access.0.get(*id).into_iter().flatten();
        let users: Vec<_> = users.map(|user| json!({ "userId": user })).collect();
        json!({ "callId": id, "users": users })
    };
    let rows: Vec<_> = ids.iter().map(row).collect();
    Ok(Map::from_iter([("callAccessList".to_owned(), json!(rows))]))
}

/// `PUT /v2/calls/users-access`: gives users access to calls. Scope `api:call-user-access:write`.
pub(in crate::routes) fn add(ask: &Ask<'_>) -> Answered {
    let wanted = read(ask)?;
    check_calls(ask, wanted.iter().map(|(call, _)| call.as_str()))?;
    if wanted.iter().any(|(_, user)| ask.user(user).is_none()) {
        return Err(Problem::bad_request("Some users not found"));
    }
    let mut access = lock(&ask.store.access);
    for (call, user) in wanted {
        access.0.entry(call).or_default().insert(user);
    }
    Ok(Map::new())
}

/// `DELETE /v2/calls/users-access`: takes back what was given here, and nothing else. Scope
/// `api:call-user-access:write`.
pub(in crate::routes) fn remove(ask: &Ask<'_>) -> Answered {
    let wanted = read(ask)?;
    let mut access = lock(&ask.store.access);
    for (call, user) in wanted {
        if let Some(users) = access.0.get_mut(&call) {
            users.remove(&user);
        }
    }
    Ok(Map::new())
}

/// Pairs of call and user.
fn read(ask: &Ask<'_>) -> Result<Vec<(String, String)>, Problem> {
    let body = ask.body()?;
    check(&body, &[needs("callAccessList", List(&CALL))])?;
    let mut pairs = Vec::new();
    for row in body["callAccessList"].as_array().into_iter().flatten() {
        let call = row["callId"].as_str().unwrap_or_default();
        let users = row["userIds"].as_array().into_iter().flatten().filter_map(Value::as_str);
        pairs.extend(users.map(|user| (call.to_owned(), user.to_owned())));
    }
    Ok(pairs)
}

static FILTER: [Rule; 1] = [needs("filter", Object(&CALL_IDS))];

static CALL_IDS: [Rule; 1] = [needs("callIds", Texts)];

static CALL: [Rule; 2] = [needs("callId", Text), needs("userIds", Texts)];

/// One call that cannot be read fails them all.
fn check_calls<'a>(ask: &Ask<'_>, ids: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
    for id in ids {
        let number = ask.data.find(id).filter(|_| ask.pass.sees_calls());
        let is_ready = |number| ask.data.facts(number).ready_at <= ask.moment.wall;
        if !number.is_some_and(is_ready) {
            return Err(Problem::bad_request("Some calls not found"));
        }
    }
    Ok(())
}
