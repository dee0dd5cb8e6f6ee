//! Events: what other systems tell Gong that customers did, each told once.

use std::collections::HashSet;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    ask::{Answered, Ask, Problem},
    rules::{
        Kind::{DateTime, List, Object, OneOf, Text, Texts, Whole},
        Rule, check, may, needs,
    },
    sandbox::lock,
};

/// What was told so far.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// Operation and `eventId` of events that have one.
    seen: HashSet<(&'static str, String)>,
    told: Vec<Event>,
}

/// One event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// What data privacy calls its kind.
    pub(crate) kind: &'static str,
    pub(crate) body: Value,
    /// When it is gone.
    erased_at: Option<Timestamp>,
}

impl Events {
    /// What was told and is not gone.
    pub(crate) fn told(&self, now: Timestamp) -> impl Iterator<Item = &Event> {
        self.told.iter().filter(move |event| event.erased_at.is_none_or(|gone_at| now < gone_at))
    }

    /// Erases the events that somebody had a part in, once the moment has come.
    pub(crate) fn erase(&mut self, email: &str, gone_at: Timestamp) {
        for event in &mut self.told {
            if event.erased_at.is_none() && event.is_by(email) {
                event.erased_at = Some(gone_at);
            }
        }
    }
}

impl Event {
    /// Whether it names the address as somebody's who had a part in it.
    pub(crate) fn is_by(&self, email: &str) -> bool {
        let is_it = |person: &Value| {
            person["email"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(email))
        };
        let lists = ["recipients", "nonCompanyParticipants"].map(|name| self.body[name].as_array());
        ["person", "viewer", "actor"].iter().any(|name| is_it(&self.body[*name]))
            || lists.into_iter().flatten().flatten().any(is_it)
    }
}

/// `POST /v2/digital-interaction`: what somebody did on a web site or in a product. Scope
/// `api:digital-interactions:write`.
pub(super) fn digital_interaction(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    check(&body, &DIGITAL_INTERACTION)?;
    let has = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    if has("person") == has("trackingId") {
        return Err(Problem::bad_request("Exactly one of person and trackingId must be given"));
    }
    tell(ask, "digitalInteraction", body)
}

/// `PUT /v2/customer-engagement/content/shared`: what was shared with a customer. Scope
/// `api:engagement-data:write`.
pub(super) fn content_shared(ask: &Ask<'_>) -> Answered {
    let body = ask.body_of_any_type()?;
    check(&body, &ENGAGEMENT)?;
    check(&body, &CONTENT)?;
    check(&body, &[may("recipients", List(&ACTOR)), may("agentPlatform", Text)])?;
    tell(ask, "contentShared", body)
}

/// `PUT /v2/customer-engagement/content/viewed`: what a customer looked at. Scope
/// `api:engagement-data:write`.
pub(super) fn content_viewed(ask: &Ask<'_>) -> Answered {
    let body = ask.body_of_any_type()?;
    check(&body, &ENGAGEMENT)?;
    check(&body, &CONTENT)?;
    check(&body, &[may("viewActionTitle", Text), may("viewInfoUrl", Text), AGENT])?;
    check(&body, &[may("viewer", Object(&ACTOR))])?;
    let has = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    if has("trackingId") && has("viewer") {
        return Err(Problem::bad_request("viewer must be null when trackingId is given"));
    }
    let viewer = body.get("viewer").and_then(|viewer| viewer["email"].as_str());
    if !has("trackingId") && viewer.is_none() && !names_account(&body) {
        return Err(Problem::bad_request(
            "viewer must have an email unless crmContext names an account",
        ));
    }
    tell(ask, "contentViewed", body)
}

/// `PUT /v2/customer-engagement/action`: what else a customer did. Scope
/// `api:engagement-data:write`.
pub(super) fn custom_action(ask: &Ask<'_>) -> Answered {
    let body = ask.body_of_any_type()?;
    check(&body, &ENGAGEMENT)?;
    check(&body, &[may("eventInfoUrl", Text), may("actor", Object(&ACTOR)), AGENT])?;
    tell(ask, "customEvent", body)
}

/// Keeps an event, unless it was told before.
fn tell(ask: &Ask<'_>, kind: &'static str, body: Map<String, Value>) -> Answered {
    let mut events = lock(&ask.store.events);
    if let Some(id) = body.get("eventId").and_then(Value::as_str)
        && !events.seen.insert((ask.operation, id.to_owned()))
    {
        let text = "Event was already reported in the past.";
        return Err(Problem::new(StatusCode::CONFLICT, text));
    }
    events.told.push(Event { kind, body: Value::Object(body), erased_at: None });
    Ok(Map::new())
}

fn names_account(body: &Map<String, Value>) -> bool {
    let systems = body.get("crmContext").and_then(Value::as_array).into_iter().flatten();
    let mut objects = systems.filter_map(|system| system["objects"].as_array()).flatten();
    objects.any(|object| object["objectType"] == "Account")
}

static DIGITAL_INTERACTION: [Rule; 10] = [
    needs("eventId", Text),
    needs("timestamp", DateTime),
    needs("eventType", Text),
    may("sourceSystemName", Text),
    may("sessionId", Text),
    may("device", OneOf(&["MOBILE", "PC"])),
    needs("content", Object(&INTERACTION_CONTENT)),
    may("person", Object(&PERSON)),
    may("customFields", List(&CUSTOM_FIELD)),
    may("trackingId", Text),
];

static INTERACTION_CONTENT: [Rule; 9] = [
    may("contentId", Text),
    needs("contentTitle", Text),
    may("contentLabel", Texts),
    may("contentUrl", Text),
    may("contentAdditionalInfoUrl", Text),
    may("numericContentDetails", Object(&NUMERIC)),
    may("stepContentDetails", Object(&STEP)),
    may("searchObjectDetails", Object(&SEARCH)),
    may("contentCustomFields", List(&CUSTOM_FIELD)),
];

const ANY_INTEGER: crate::rules::Kind = Whole(-2_147_483_648, 2_147_483_647);

static NUMERIC: [Rule; 4] = [
    may("value", ANY_INTEGER),
    needs("rangeFrom", ANY_INTEGER),
    needs("rangeTo", ANY_INTEGER),
    may("numericType", OneOf(&["PERCENTAGE", "NPS", "RATING", "OTHER"])),
];

static STEP: [Rule; 2] = [needs("value", Text), needs("availableSteps", Texts)];

static SEARCH: [Rule; 5] = [
    needs("name", Text),
    needs("objectType", OneOf(&["VENDOR", "PRODUCT", "CATEGORY"])),
    needs("domain", Text),
    may("objectId", Text),
    may("url", Text),
];

static CUSTOM_FIELD: [Rule; 3] = [
    needs("name", Text),
    needs("value", Text),
    may("dataType", OneOf(&["STRING", "NUMBER", "DATE", "URL", "BOOLEAN", "DURATION"])),
];

static PERSON: [Rule; 8] = [
    may("name", Text),
    may("email", Text),
    may("phoneNumber", Text),
    may("personId", Text),
    may("personBusinessContext", Object(&PERSON_OBJECT)),
    may("location", Object(&LOCATION)),
    may("company", Object(&COMPANY)),
    may("personCustomFields", List(&CUSTOM_FIELD)),
];

static PERSON_OBJECT: [Rule; 3] = [
    needs("objectType", OneOf(&["CONTACT", "LEAD"])),
    needs("objectId", Text),
    may("systemName", Text),
];

static LOCATION: [Rule; 4] =
    [may("country", Text), may("state", Text), may("region", Text), may("city", Text)];

static COMPANY: [Rule; 4] = [
    may("companyId", Text),
    may("name", Text),
    may("domain", Text),
    may("companyBusinessContexts", List(&COMPANY_OBJECT)),
];

static COMPANY_OBJECT: [Rule; 3] = [
    needs("objectType", OneOf(&["ACCOUNT", "OPPORTUNITY"])),
    needs("objectId", Text),
    may("systemName", Text),
];

/// What all events of customer engagement have.
static ENGAGEMENT: [Rule; 17] = [
    needs("reportingSystem", Text),
    needs("eventTimestamp", DateTime),
    may("eventId", Text),
    may("shareId", Text),
    may("actionName", Text),
    may("sharer", Object(&SHARER)),
    may("sharingMessageSubject", Text),
    may("sharingMessageBody", Text),
    may("nonCompanyParticipants", List(&ACTOR)),
    may("moreInfoUrl", Text),
    may("crmContext", List(&super::crm_context::CALL_CONTEXT)),
    may("contentProperties", List(&PROPERTY)),
    may("eventProperties", List(&PROPERTY)),
    may("workspaceId", Text),
    may("trackingId", Text),
    may("mobileAppId", Text),
    may("userAgent", Text),
];

/// What events about content have.
static CONTENT: [Rule; 3] =
    [needs("contentId", Text), needs("contentUrl", Text), needs("contentTitle", Text)];

const AGENT: Rule = may("agentPlatform", OneOf(&["Windows", "Linux", "MacOS", "iOS", "Android"]));

static SHARER: [Rule; 3] = [may("id", Text), may("email", Text), may("name", Text)];

static ACTOR: [Rule; 4] = [
    may("email", Text),
    may("name", Text),
    may("title", Text),
    may("context", List(&super::crm_context::PERSON_CONTEXT)),
];

static PROPERTY: [Rule; 3] = [
    needs("name", Text),
    needs("value", Text),
    needs("dataType", OneOf(&["number", "string", "url", "date"])),
];
