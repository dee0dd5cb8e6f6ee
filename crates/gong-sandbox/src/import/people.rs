//! People: the users and workspaces that imported calls mention, and what the users did in them.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::data::{CrmObject, Tracker};

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

/// What users did with a call, as far as the call shows it: a comment counts a call once.
pub(super) fn deeds<'a>(meta_data: &'a Value, blocks: &'a Value) -> Vec<(&'a str, &'static str)> {
    let mut deeds = Vec::new();
    let host = meta_data["primaryUserId"].as_str();
    deeds.extend(host.map(|host| (host, "callsAsHost")));
    let attended = parties(blocks).filter(|party| did_attend(party));
    let attended: HashSet<_> = attended.filter_map(|party| party["userId"].as_str()).collect();
    deeds.extend(attended.into_iter().map(|user| (user, "callsAttended")));
    let comments = blocks["collaboration"]["publicComments"].as_array().into_iter().flatten();
    let commenters: HashSet<_> =
        comments.filter_map(|comment| comment["commenterUserId"].as_str()).collect();
    if let Some(host) = host
        && commenters.iter().any(|user| *user != host)
    {
        deeds.push((host, "callsCommentsReceived"));
    }
    deeds.extend(commenters.into_iter().map(|user| (user, "callsCommentsGiven")));
    deeds
}

/// The objects of the CRM that a call and its parties are linked to.
pub(crate) fn crm_objects(blocks: &Value) -> Vec<CrmObject> {
    let of_parties = parties(blocks).map(|party| &party["context"]);
    let contexts = std::iter::once(&blocks["context"]).chain(of_parties);
    let systems = contexts.filter_map(Value::as_array).flatten();
    let objects = systems.filter_map(|system| system["objects"].as_array()).flatten();
    let object = |object: &Value| {
        let fields = object["fields"].as_array().into_iter().flatten();
        let name = fields.into_iter().find(|field| field["name"] == "Name");
        Some(CrmObject {
            kind: object["objectType"].as_str()?.to_owned(),
            id: object["objectId"].as_str()?.to_owned(),
            name: name.and_then(|name| name["value"].as_str()).unwrap_or_default().to_owned(),
        })
    };
    objects.filter_map(object).collect()
}

/// The keyword trackers of calls, in the order in which they appear.
pub(super) fn trackers<'a>(blocks: impl Iterator<Item = &'a Value>) -> Vec<Tracker> {
    let mut trackers: Vec<Tracker> = Vec::new();
    let shown = blocks.filter_map(|blocks| blocks["content"]["trackers"].as_array()).flatten();
    for tracker in shown.filter(|tracker| tracker["type"] == "KEYWORD") {
        let (Some(id), Some(name)) = (tracker["id"].as_str(), tracker["name"].as_str()) else {
            continue;
        };
        let place = trackers.iter().position(|known| known.id == id).unwrap_or_else(|| {
            let (id, name) = (id.to_owned(), name.to_owned());
            trackers.push(Tracker { id, name, keywords: Vec::new() });
            trackers.len() - 1
        });
        let keywords = &mut trackers[place].keywords;
        for phrase in tracker["phrases"].as_array().into_iter().flatten() {
            let phrase = phrase["phrase"].as_str().unwrap_or_default();
            if !phrase.is_empty() && !keywords.iter().any(|known| known == phrase) {
                keywords.push(phrase.to_owned());
            }
        }
    }
    trackers
}

fn did_attend(party: &Value) -> bool {
    let methods = party["methods"].as_array().into_iter().flatten();
    party["speakerId"].is_string() || methods.into_iter().any(|method| method == "Attendee")
}

fn parties(blocks: &Value) -> impl Iterator<Item = &Value> {
    blocks["parties"].as_array().into_iter().flatten()
}
