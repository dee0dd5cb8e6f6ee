//! People: the users and workspaces that imported calls mention, and what the users did in them.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

/// A user for each id that calls mention, in the order in which they appear.
pub(super) fn users<'a>(
    calls: impl Iterator<Item = (&'a Value, &'a Value)> + Clone,
    created: &str,
) -> Vec<Value> {
    let mut seen = HashSet::new();
    let mut users = Vec::new();
    for (_, blocks) in calls.clone() {
        for party in parties(blocks) {
            if let Some(id) = party["userId"].as_str()
                && seen.insert(id)
            {
                users.push(user(id, party, created));
            }
        }
    }
    for (meta_data, _) in calls {
        if let Some(id) = meta_data["primaryUserId"].as_str()
            && seen.insert(id)
        {
            users.push(user(id, &Value::Null, created));
        }
    }
    users
}

fn user(id: &str, party: &Value, created: &str) -> Value {
    let name = party["name"].as_str();
    let (first, last) = match name.map(|name| name.split_once(' ').unwrap_or((name, ""))) {
        Some((first, last)) => (Some(first), Some(last)),
        None => (None, None),
    };
    json!({
        "id": id,
        "emailAddress": party["emailAddress"].as_str().unwrap_or_default(),
        "created": created,
        "active": true,
        "emailAliases": [],
        "trustedEmailAddress": null,
        "firstName": first,
        "lastName": last,
        "title": party["title"],
        "phoneNumber": party["phoneNumber"],
        "extension": null,
        "personalMeetingUrls": [],
        "settings": {
            "webConferencesRecorded": true,
            "preventWebConferenceRecording": false,
            "telephonyCallsImported": true,
            "emailsImported": true,
            "preventEmailImport": false,
            "nonRecordedMeetingsImported": false,
            "gongConnectEnabled": false,
        },
        "managerId": null,
        "meetingConsentPageUrl": null,
        "spokenLanguages": [],
    })
}

/// A workspace for each id that calls mention.
pub(super) fn workspaces<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Value> {
    let mut seen = HashSet::new();
    let new = ids.filter(|id| !id.is_empty() && seen.insert(*id));
    new.map(|id| json!({ "id": id, "name": format!("Workspace {id}"), "description": null }))
        .collect()
}

/// What one user did.
#[derive(Debug, Default)]
pub(super) struct Counters {
    hosted: u32,
    attended: u32,
    comments_given: u32,
    comments_received: u32,
}

impl Counters {
    /// All 15 counters; what calls do not show is 0.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "callsAsHost": self.hosted,
            "callsGaveFeedback": 0,
            "callsRequestedFeedback": 0,
            "callsReceivedFeedback": 0,
            "ownCallsListenedTo": 0,
            "othersCallsListenedTo": 0,
            "callsSharedInternally": 0,
            "callsSharedExternally": 0,
            "callsScorecardsFilled": 0,
            "callsScorecardsReceived": 0,
            "callsAttended": self.attended,
            "callsCommentsGiven": self.comments_given,
            "callsCommentsReceived": self.comments_received,
            "callsMarkedAsFeedbackGiven": 0,
            "callsMarkedAsFeedbackReceived": 0,
        })
    }
}

/// Counts what users did in a call: a comment counts a call once.
pub(super) fn count(meta_data: &Value, blocks: &Value, counters: &mut HashMap<String, Counters>) {
    let host = meta_data["primaryUserId"].as_str();
    if let Some(host) = host {
        counters.entry(host.to_owned()).or_default().hosted += 1;
    }
    let attended = parties(blocks).filter(|party| did_attend(party));
    let attended: HashSet<_> = attended.filter_map(|party| party["userId"].as_str()).collect();
    for user in attended {
        counters.entry(user.to_owned()).or_default().attended += 1;
    }
    let comments = blocks["collaboration"]["publicComments"].as_array().into_iter().flatten();
    let commenters: HashSet<_> =
        comments.filter_map(|comment| comment["commenterUserId"].as_str()).collect();
    for user in &commenters {
        counters.entry((*user).to_owned()).or_default().comments_given += 1;
    }
    if let Some(host) = host
        && commenters.iter().any(|user| *user != host)
    {
        counters.entry(host.to_owned()).or_default().comments_received += 1;
    }
}

fn did_attend(party: &Value) -> bool {
    let methods = party["methods"].as_array().into_iter().flatten();
    party["speakerId"].is_string() || methods.into_iter().any(|method| method == "Attendee")
}

fn parties(blocks: &Value) -> impl Iterator<Item = &Value> {
    blocks["parties"].as_array().into_iter().flatten()
}
