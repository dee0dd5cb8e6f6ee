//! Prospects: the contacts and leads of the CRM, as flows know them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::with;
use crate::ask::Ask;

/// The ids of the contacts.
pub(in crate::routes) fn prospects(ask: &Ask<'_>) -> Vec<String> {
    with(ask, |crm| crm.objects.email_addresses("CONTACT").into_keys().collect())
}

/// Whether the CRM has this person. Salesforce, which calls are linked with, has whoever has an id
/// as it writes them.
pub(in crate::routes) fn has_prospect(ask: &Ask<'_>, id: &str) -> bool {
    let is_plain = id.chars().all(|letter| letter.is_ascii_alphanumeric());
    let is_salesforce =
        is_plain && matches!(id.len(), 15 | 18) && (id.starts_with("003") || id.starts_with("00Q"));
    is_salesforce
        || with(ask, |crm| {
            crm.objects.get("CONTACT", id).or_else(|| crm.objects.get("LEAD", id)).is_some()
        })
}

/// Makes a lead of a person, if a CRM is connected, and says its id.
pub(in crate::routes) fn add_prospect(ask: &Ask<'_>, prospect: &Value) -> Option<String> {
    with(ask, |crm| {
        crm.integration.as_ref()?;
        crm.n_prospects += 1;
        let id = ask.id("prospect", &crm.n_prospects.to_string());
        let lead = json!({
            "objectId": id,
            "modifiedDate": ask.moment.wall.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "isDeleted": false,
            "firstName": prospect["firstName"],
            "lastName": prospect["lastName"],
            "emailAddress": prospect["email"],
            "title": prospect["jobTitle"],
        });
        crm.objects.store("LEAD", BTreeMap::from([(id.clone(), Some(lead.to_string()))]));
        Some(id)
    })
}
