//! Users: the list, one user, and the filtered list.

use std::ops::Range;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{calls::inputs, invented};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    paging::{Listing, page},
};

/// `GET /v2/users`: all users. Scope `api:users:read`.
pub(super) fn list(ask: &Ask<'_>) -> Answered {
    let parameters = ask.parameters();
    let users = Rows(all(ask, parameters.flag("includeAvatars")?));
    let inputs = ask.parameters().without_cursor();
    Ok(page(ask, parameters.get("cursor"), &inputs, &users)?.into_members("users"))
}

/// `GET /v2/users/{id}`: one user. Scope `api:users:read`.
pub(super) fn get(ask: &Ask<'_>) -> Answered {
    let id = ask.id.unwrap_or_default();
    let user = all(ask, true).into_iter().find(|user| user["id"].as_str() == Some(id));
    let user = user.ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, format!("User ID {id} was not found"))
    })?;
    Ok(Map::from_iter([("user".to_owned(), user.clone())]))
}

/// `GET /v2/users/{id}/settings-history`: when the settings of a user changed. Scope
/// `api:users:read`.
pub(super) fn settings_history(ask: &Ask<'_>) -> Answered {
    let user = get(ask)?["user"].take();
    let history = SETTINGS.iter().zip(0_u64..).flat_map(|((setting, own), number)| {
        let now = user["settings"][*own].as_bool().or_else(|| user[*own].as_bool());
        let now = now.unwrap_or(number % 3 == 0);
        let number =
            number + user["id"].as_str().map_or(0, |id| u64::try_from(id.len()).unwrap_or(0));
        let entry =
            |value: bool, time: Value| json!({ "setting": setting, "value": value, "time": time });
        let was_changed = invented::number(ask, setting, number, 6) == 0;
        let first = entry(now != was_changed, user["created"].clone());
        let changed = was_changed.then(|| entry(now, json!(invented::days_ago(ask, 5 + number))));
        std::iter::once(first).chain(changed).collect::<Vec<_>>()
    });
    Ok(Map::from_iter([("userSettingsHistory".to_owned(), history.collect())]))
}

/// The settings with a history, and the members of a user that show what they are now.
const SETTINGS: [(&str, &str); 10] = [
    ("active", "active"),
    ("webConferencesRecorded", "webConferencesRecorded"),
    ("preventWebConferenceRecording", "preventWebConferenceRecording"),
    ("emailsImported", "emailsImported"),
    ("preventEmailImport", "preventEmailImport"),
    ("nonRecordedMeetingsImported", "nonRecordedMeetingsImported"),
    ("gongConnectEnabled", "gongConnectEnabled"),
    ("callsImported", "telephonyCallsImported"),
    ("interviewsRecorded", "interviewsRecorded"),
    ("preventInterviewRecording", "preventInterviewRecording"),
];

/// First and last name.
pub(super) fn full_name(user: &Value) -> String {
    let names = ["firstName", "lastName"].map(|name| user[name].as_str().unwrap_or_default());
    names.join(" ").trim().to_owned()
}

/// `POST /v2/users/extensive`: users by id and by when they were created. Scope `api:users:read`.
pub(super) fn extensive(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let filter = members.filter()?;
    let from = filter.date_time("createdFromDateTime")?;
    let to = filter.date_time("createdToDateTime")?;
    let ids = filter.texts("userIds")?.filter(|ids| !ids.is_empty());
    let mut users = all(ask, filter.flag("includeAvatars")?);
    users.retain(|user| {
        let has_id =
            ids.as_ref().is_none_or(|ids| user["id"].as_str().is_some_and(|id| ids.contains(&id)));
        has_id && was_created_in(user, from, to)
    });
    let page = page(ask, members.text("cursor")?, &inputs(&body), &Rows(users))?;
    Ok(page.into_members("users"))
}

fn all<'a>(ask: &Ask<'a>, with_avatars: bool) -> Vec<&'a Value> {
    let avatars = if with_avatars { ask.data.avatars() } else { &[] };
    ask.data.users().iter().chain(avatars).collect()
}

fn was_created_in(user: &Value, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
    if from.is_none() && to.is_none() {
        return true;
    }
    let Some(created) = user["created"].as_str().and_then(|text| text.parse().ok()) else {
        return false;
    };
    from.is_none_or(|from| from <= created) && to.is_none_or(|to| created < to)
}

/// Records that are all at hand.
pub(super) struct Rows<'a>(pub(super) Vec<&'a Value>);

impl Listing for Rows<'_> {
    fn places(&self) -> Range<u64> {
        0..u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    fn has(&self, _place: u64) -> bool {
        true
    }

    fn record(&self, place: u64) -> Option<Value> {
        let row = self.0.get(usize::try_from(place).ok()?)?;
        Some((*row).clone())
    }
}
