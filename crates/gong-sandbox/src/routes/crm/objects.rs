//! Objects: what was sent to the CRM integration, kept as text, and how it is read back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{READABLE, integration_id, object_type, with};
use crate::ask::{Answered, Ask, Problem, object};

/// How many objects one request reads; others are ignored.
const MOST_READ: usize = 100;

/// An object as JSON text; absent if it was deleted.
pub(super) type Object = Option<String>;

/// All objects, by type and id.
#[derive(Debug, Default)]
pub(super) struct Objects(BTreeMap<String, BTreeMap<String, Object>>);

impl Objects {
    pub(super) fn store(&mut self, object_type: &str, objects: BTreeMap<String, Object>) {
        let stored = self.0.entry(object_type.to_owned()).or_default();
        for (id, text) in objects {
            match text {
                Some(text) => stored.insert(id, Some(text)),
                None => stored.remove(&id),
            };
        }
    }

    pub(super) fn get(&self, object_type: &str, id: &str) -> Option<Value> {
        let text = self.0.get(object_type)?.get(id)?.as_ref()?;
        serde_json::from_str(text).ok()
    }

    /// The address of each object of a type.
    pub(super) fn email_addresses(&self, object_type: &str) -> BTreeMap<String, Value> {
        let ids = self.0.get(object_type).into_iter().flat_map(BTreeMap::keys);
        ids.filter_map(|id| {
            let object = self.get(object_type, id)?;
            Some((id.clone(), object["emailAddress"].clone()))
        })
        .collect()
    }

    /// Deletes the values of some fields.
    pub(super) fn drop_values(&mut self, object_type: &str, fields: &[&str]) {
        let objects = self.0.get_mut(object_type).into_iter().flat_map(BTreeMap::values_mut);
        for text in objects.flatten() {
            let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(text) else {
                continue;
            };
            members.retain(|name, _| !fields.contains(&name.as_str()));
            *text = Value::Object(members).to_string();
        }
    }
}

/// `GET /v2/crm/entities`: objects by id, which come in the body. Scope `api:crm:get-objects`.
pub(in crate::routes) fn get(ask: &Ask<'_>) -> Answered {
    ask.need_json_type()?;
    let ids: Vec<String> = serde_json::from_slice(ask.body)
        .map_err(|_| Problem::bad_json("the body is not a list of texts"))?;
    let (integration, object_type) = (integration_id(ask)?, object_type(ask, &READABLE)?);
    with(ask, |crm| {
        crm.need_integration(integration)?;
        let found: Map<String, Value> = ids
            .into_iter()
            .take(MOST_READ)
            .map(|id| {
                let found = crm.objects.get(&object_type, &id).unwrap_or_default();
                (id, found)
            })
            .collect();
        Ok(object(json!({ "crmObjectsMap": found })))
    })
}
