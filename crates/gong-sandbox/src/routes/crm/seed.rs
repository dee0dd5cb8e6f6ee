//! What the CRM integration holds in the beginning: the accounts, deals, and people of late calls.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Crm, objects::Object};
use crate::ask::Ask;

/// How many calls back objects come from.
const LOOK_BACK: usize = 40;

/// Connects an integration and fills it.
pub(super) fn fill(ask: &Ask<'_>, crm: &mut Crm) {
    crm.is_seeded = true;
    let owner = ask.base.users().iter().find(|user| user["active"] != false);
    let owner = owner.and_then(|user| user["emailAddress"].as_str()).unwrap_or_default();
    crm.connect(ask, "Sandbox CRM".to_owned(), owner.to_owned());
    for (object_type, fields) in schema() {
        crm.schema.insert(object_type.to_owned(), fields);
    }
    for (object_type, objects) in objects(ask) {
        crm.objects.store(object_type, objects);
    }
}

fn schema() -> [(&'static str, Vec<Map<String, Value>>); 4] {
    let field = |name: &str, label: &str, kind: &str, values: &[&str]| {
        let values = if values.is_empty() { Value::Null } else { json!(values) };
        Map::from_iter([
            ("uniqueName".to_owned(), json!(name)),
            ("label".to_owned(), json!(label)),
            ("type".to_owned(), json!(kind)),
            ("lastModified".to_owned(), Value::Null),
            ("referenceTo".to_owned(), Value::Null),
            ("orderedValueList".to_owned(), values),
        ])
    };
    let tiers = ["Enterprise", "Mid-market", "Small"];
    [
        (
            "ACCOUNT",
            vec![
                field("industry", "Industry", "STRING", &[]),
                field("employees", "Employees", "NUMBER", &[]),
                field("tier", "Tier", "PICKLIST", &tiers),
            ],
        ),
        ("CONTACT", vec![field("leadSource", "Lead source", "STRING", &[])]),
        ("DEAL", vec![field("probability", "Probability", "PERCENT", &[])]),
        ("LEAD", vec![field("region", "Region", "STRING", &[])]),
    ]
}

fn objects(ask: &Ask<'_>) -> BTreeMap<&'static str, BTreeMap<String, Object>> {
    let modified = ask.base.now().strftime("%Y-%m-%dT00:00:00Z").to_string();
    let mut objects: BTreeMap<_, BTreeMap<String, Object>> = BTreeMap::new();
    let mut add = |object_type: &'static str, mut object: Value| {
        let Some(id) = object["objectId"].as_str().map(str::to_owned) else { return };
        object["modifiedDate"] = json!(modified);
        object["isDeleted"] = json!(false);
        object["url"] = json!(format!("https://crm.example/{id}"));
        let objects = objects.entry(object_type).or_default();
        objects.entry(id).or_insert(Some(object.to_string()));
    };
    let calls = ask.base.started(None, Some(ask.base.now()));
    for number in calls.rev().take(LOOK_BACK) {
        let blocks = ask.base.blocks(number);
        let Some(account) = in_context(&blocks["context"], "Account") else { continue };
        let id = account["objectId"].clone();
        add("ACCOUNT", self::account(&account));
        if let Some(deal) = in_context(&blocks["context"], "Opportunity") {
            add("DEAL", self::deal(&deal, &id));
        }
        for party in blocks["parties"].as_array().into_iter().flatten() {
            if let Some(contact) = in_context(&party["context"], "Contact") {
                add("CONTACT", self::contact(party, &contact["objectId"], &id));
            }
        }
    }
    for (place, (first, last)) in LEADS.iter().enumerate() {
        add(
            "LEAD",
            json!({
                "objectId": format!("lead-{}", place + 1),
                "firstName": first,
                "lastName": last,
                "emailAddress": format!("{}@leads.example", first.to_lowercase()),
                "title": "Head of Sales",
                "phoneNumber": format!("+155501{place:02}"),
                "region": "EMEA",
            }),
        );
    }
    objects
}

const LEADS: [(&str, &str); 3] = [("Ines", "Moreau"), ("Tomasz", "Baran"), ("Grace", "Okafor")];

fn account(account: &Value) -> Value {
    let website = field(account, "Website");
    let domain = website.as_str().and_then(|site| site.rsplit_once("www.")).map(|(_, site)| site);
    json!({
        "objectId": account["objectId"],
        "name": field(account, "Name"),
        "domains": domain.into_iter().collect::<Vec<_>>(),
        "industry": field(account, "Industry"),
        "employees": field(account, "NumberOfEmployees"),
    })
}

fn deal(deal: &Value, account: &Value) -> Value {
    let stage = field(deal, "StageName");
    let status = match stage.as_str() {
        Some("Closed Won") => "WON",
        Some("Closed Lost") => "LOST",
        _ => "OPEN",
    };
    json!({
        "objectId": deal["objectId"],
        "accountId": account,
        "ownerId": field(deal, "OwnerId"),
        "name": field(deal, "Name"),
        "status": status,
        "stage": stage,
        "amount": field(deal, "Amount"),
        "probability": field(deal, "Probability"),
    })
}

fn contact(party: &Value, id: &Value, account: &Value) -> Value {
    let name = party["name"].as_str().unwrap_or_default().trim();
    let (first, last) = name.split_once(' ').unwrap_or(("", name));
    json!({
        "objectId": id,
        "accountId": account,
        "emailAddress": party["emailAddress"],
        "firstName": first,
        "lastName": last,
        "title": party["title"],
        "phoneNumber": party["phoneNumber"],
        "leadSource": "Web",
    })
}

/// The object of a type that a call or a person is linked with.
fn in_context(context: &Value, object_type: &str) -> Option<Value> {
    let systems = context.as_array()?.iter();
    let mut objects = systems.filter_map(|system| system["objects"].as_array()).flatten();
    objects.find(|object| object["objectType"] == object_type).cloned()
}

fn field(object: &Value, name: &str) -> Value {
    let fields = object["fields"].as_array().into_iter().flatten();
    let mut named = fields.filter(|field| field["name"] == name);
    named.next().map_or(Value::Null, |field| field["value"].clone())
}
