//! The people of the company itself: sixty users in a tree of managers, and two avatars.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    clock,
    ids::{Ids, Kind},
    names,
    random::{Purpose, Random},
};

/// The company's own name, which is also the name of its product.
pub(super) const COMPANY: &str = "Lumenfold";
const DOMAIN: &str = "lumenfold.example";
const USERS: usize = 60;

/// What a user does, which decides the calls that he or she is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Executive,
    SalesManager,
    SuccessManager,
    Seller,
    Prospector,
    Success,
    Engineer,
    Support,
    Product,
    Recruiter,
    Staff,
}

/// All roles.
pub(super) const ROLES: [Role; 11] = [
    Role::Executive,
    Role::SalesManager,
    Role::SuccessManager,
    Role::Seller,
    Role::Prospector,
    Role::Success,
    Role::Engineer,
    Role::Support,
    Role::Product,
    Role::Recruiter,
    Role::Staff,
];

/// One user.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) title: Option<&'static str>,
    pub(super) phone: Option<String>,
    pub(super) role: Role,
    pub(super) active: bool,
}

impl User {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Title, role and manager (an index into this list) of every user.
const STAFF: [(&str, Role, Option<usize>); USERS] = {
    use Role::{
        Engineer, Executive, Product, Prospector, Recruiter, SalesManager, Seller, Staff, Success,
        SuccessManager, Support,
    };
    [
        ("Chief Executive Officer", Executive, None),
        ("Chief Revenue Officer", Executive, Some(0)),
        ("VP Customer Success", Executive, Some(0)),
        ("VP Product", Executive, Some(0)),
        ("Head of People", Executive, Some(0)),
        ("Director of Sales, East", SalesManager, Some(1)),
        ("Director of Sales, West", SalesManager, Some(1)),
        ("Director of Sales, International", SalesManager, Some(1)),
        ("Customer Success Manager, Team Lead", SuccessManager, Some(2)),
        ("Head of Onboarding", SuccessManager, Some(2)),
        ("Solutions Engineering Manager", SalesManager, Some(1)),
        ("Support Manager", SuccessManager, Some(2)),
        ("Account Executive", Seller, Some(5)),
        ("Account Executive", Seller, Some(5)),
        ("Account Executive", Seller, Some(5)),
        ("Senior Account Executive", Seller, Some(5)),
        ("Senior Account Executive", Seller, Some(5)),
        ("Account Executive", Seller, Some(6)),
        ("Account Executive", Seller, Some(6)),
        ("Account Executive", Seller, Some(6)),
        ("Senior Account Executive", Seller, Some(6)),
        ("Enterprise Account Executive", Seller, Some(6)),
        ("Account Executive EMEA", Seller, Some(7)),
        ("Account Executive EMEA", Seller, Some(7)),
        ("Account Executive LATAM", Seller, Some(7)),
        ("Account Executive Japan", Seller, Some(7)),
        ("Senior Account Executive EMEA", Seller, Some(7)),
        ("Sales Development Representative", Prospector, Some(5)),
        ("Sales Development Representative", Prospector, Some(5)),
        ("Sales Development Representative", Prospector, Some(5)),
        ("Sales Development Representative", Prospector, Some(6)),
        ("Sales Development Representative", Prospector, Some(6)),
        ("Sales Development Representative", Prospector, Some(6)),
        ("Sales Development Representative", Prospector, Some(7)),
        ("Senior Sales Development Representative", Prospector, Some(7)),
        ("Customer Success Manager", Success, Some(8)),
        ("Customer Success Manager", Success, Some(8)),
        ("Customer Success Manager", Success, Some(8)),
        ("Senior Customer Success Manager", Success, Some(8)),
        ("Onboarding Consultant", Success, Some(9)),
        ("Onboarding Consultant", Success, Some(9)),
        ("Customer Success Manager", Success, Some(9)),
        ("Customer Success Manager", Success, Some(9)),
        ("Solutions Engineer", Engineer, Some(10)),
        ("Solutions Engineer", Engineer, Some(10)),
        ("Senior Solutions Engineer", Engineer, Some(10)),
        ("Senior Solutions Engineer", Engineer, Some(10)),
        ("Solutions Architect", Engineer, Some(10)),
        ("Support Engineer", Support, Some(11)),
        ("Support Engineer", Support, Some(11)),
        ("Senior Support Engineer", Support, Some(11)),
        ("Support Engineer", Support, Some(11)),
        ("Support Escalation Lead", Support, Some(11)),
        ("Product Manager", Product, Some(3)),
        ("Senior Product Manager", Product, Some(3)),
        ("Product Designer", Product, Some(3)),
        ("Recruiter", Recruiter, Some(4)),
        ("Technical Recruiter", Recruiter, Some(4)),
        ("Field Marketing Manager", Staff, Some(1)),
        ("Deal Desk Analyst", Staff, Some(1)),
    ]
};
/// Users who have left; what they hosted stays.
const LEFT: [usize; 6] = [19, 31, 40, 47, 51, 58];

/// Makes the users and their records in Gong's `UserMetadata` shape.
pub(super) fn users(seed: u64, now: Timestamp, zone: &TimeZone) -> (Vec<User>, Vec<Value>) {
    let ids = Ids::new(seed, Kind::User);
    let mut random = Random::new(seed, Purpose::Users, 0);
    let first_names = random.order(names::FIRST.len());
    let last_names = random.order(names::LAST.len());
    let users: Vec<User> = STAFF
        .iter()
        .enumerate()
        .map(|(index, (title, role, _))| {
            let first_name = names::FIRST[first_names[index % first_names.len()]];
            let last_name = names::LAST[last_names[index % last_names.len()]];
            let number = u64::try_from(index).unwrap_or(0);
            User {
                id: ids.text(number),
                email: format!("{}.{}@{DOMAIN}", names::ascii(first_name), names::ascii(last_name)),
                first_name,
                last_name,
                title: (index % 17 != 13).then_some(title),
                phone: (index % 4 != 1).then(|| format!("+1 415-555-{:04}", 100 + number * 7)),
                role: *role,
                active: !LEFT.contains(&index),
            }
        })
        .collect();
    let records = users
        .iter()
        .enumerate()
        .map(|(index, user)| {
            let manager = STAFF[index].2.map(|manager| users[manager].id.as_str());
            record(index, user, manager, &mut random, &Created { now, zone })
        })
        .collect();
    (users, records)
}

struct Created<'a> {
    now: Timestamp,
    zone: &'a TimeZone,
}

fn record(
    index: usize,
    user: &User,
    manager: Option<&str>,
    random: &mut Random,
    created: &Created<'_>,
) -> Value {
    let seconds = i64::try_from(random.between(86_400 * 20, 86_400 * 1_400)).unwrap_or(0);
    // Counted from the beginning of the year, so that it is the same from run to run.
    let year = created.now.to_zoned(created.zone.clone()).first_of_year();
    let since = year.and_then(|day| day.start_of_day()).map_or(created.now, |day| day.timestamp());
    let moment = since - jiff::SignedDuration::new(seconds, 316_000_000);
    let alias = format!("{}{}@{DOMAIN}", names::ascii(user.first_name), index + 1);
    let languages = match user.title {
        Some("Account Executive EMEA" | "Senior Account Executive EMEA") => {
            json!([{"language": "en-GB", "primary": false}, {"language": "de-DE", "primary": true},
                {"language": "fr-FR", "primary": false}])
        }
        Some("Account Executive LATAM") => {
            json!([{"language": "es-MX", "primary": true}, {"language": "pt-BR", "primary": false}])
        }
        Some("Account Executive Japan") => json!([{"language": "ja-JP", "primary": true}]),
        _ => json!([{"language": "en-US", "primary": true}]),
    };
    let personal = format!("https://meet.lumenfold.example/{}", names::ascii(user.last_name));
    let mut record = json!({
        "id": user.id,
        "emailAddress": user.email,
        "created": clock::text(moment, created.zone),
        "active": user.active,
        "emailAliases": if index % 5 == 2 { json!([alias]) } else { json!([]) },
        "trustedEmailAddress": if index % 9 == 4 { json!(user.email) } else { Value::Null },
        "firstName": user.first_name,
        "lastName": user.last_name,
        "title": user.title,
        "phoneNumber": user.phone,
        "extension": if index % 11 == 6 { json!((200 + index).to_string()) } else { Value::Null },
        "personalMeetingUrls": if index.is_multiple_of(3) { json!([personal]) } else { json!([]) },
        "settings": {
            "webConferencesRecorded": user.active,
            "preventWebConferenceRecording": user.role == Role::Recruiter,
            "telephonyCallsImported": matches!(user.role, Role::Seller | Role::Prospector),
            "emailsImported": user.active && index % 7 != 3,
            "preventEmailImport": index % 7 == 3,
            "nonRecordedMeetingsImported": index.is_multiple_of(2),
            "gongConnectEnabled": user.role == Role::Prospector
        },
        "managerId": manager,
        "meetingConsentPageUrl": if index % 6 == 1 {
            json!(format!("https://join.lumenfold.example/{}", names::ascii(user.first_name)))
        } else {
            Value::Null
        },
        "conferencingProviders": match index % 4 {
            0 => json!([{"provider": "zoom", "isDefault": true}]),
            1 => json!([{"provider": "googleMeet", "isDefault": true},
                {"provider": "zoom", "isDefault": false}]),
            2 => json!([]),
            _ => Value::Null,
        },
        "spokenLanguages": languages
    });
    if index % 10 == 7
        && let Some(members) = record.as_object_mut()
    {
        members.insert("coachingCohort".into(), json!({"name": "Spring", "size": 6}));
    }
    record
}

/// The synthetic users that stand for Gong's own staff.
pub(super) fn avatars(seed: u64, now: Timestamp, zone: &TimeZone) -> Vec<Value> {
    let ids = Ids::new(seed, Kind::User);
    [("Support", 1_000), ("Onboarding", 1_001)]
        .map(|(name, number)| {
            let user = User {
                id: ids.text(number),
                email: format!("gong-{}@avatars.example", name.to_lowercase()),
                first_name: "Gong",
                last_name: name,
                title: None,
                phone: None,
                role: Role::Staff,
                active: true,
            };
            let mut random = Random::new(seed, Purpose::Users, number);
            record(2, &user, None, &mut random, &Created { now, zone })
        })
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn managers_form_a_tree_and_addresses_differ() {
        let now = "2026-03-11T17:00:00Z".parse().unwrap();
        let (users, records) = users(1, now, &TimeZone::UTC);
        assert_eq!(users.len(), USERS);
        let ids: BTreeSet<&str> = users.iter().map(|user| user.id.as_str()).collect();
        let emails: BTreeSet<&str> = users.iter().map(|user| user.email.as_str()).collect();
        assert_eq!((ids.len(), emails.len()), (USERS, USERS));
        for (index, (_, _, manager)) in STAFF.iter().enumerate() {
            assert!(manager.is_none_or(|manager| manager < index));
            let id = records[index]["managerId"].as_str();
            assert!(id.is_none_or(|id| ids.contains(id)));
        }
        assert!(records.iter().any(|record| record["title"].is_null()));
        assert!(records.iter().any(|record| record["phoneNumber"].is_null()));
        assert!(records.iter().any(|record| record["active"] == false));
        assert!(records.iter().all(|record| record.as_object().unwrap().len() >= 17));
    }
}
