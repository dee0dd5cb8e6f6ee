//! The schema: which fields objects of each type have beside those that all have.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{READABLE, integration_id, object_type, with};
use crate::{
    ask::{Answered, Ask, Problem, object},
    rules::{
        Kind::{DateTime, Flag, List, OneOf, Text, Texts},
        Rule, check, may, needs,
    },
};

/// `GET /v2/crm/entity-schema`: the fields of one type of object, or of all. Scope
/// `api:crm:schema`.
pub(in crate::routes) fn list(ask: &Ask<'_>) -> Answered {
    let integration = integration_id(ask)?;
    let wanted = match ask.parameters().get("objectType") {
        Some(_) => vec![object_type(ask, &READABLE)?],
        None => READABLE.map(str::to_owned).to_vec(),
    };
    with(ask, |crm| {
        crm.need_integration(integration)?;
        let shown = |object_type: String| {
            let fields: Vec<_> = crm.fields(&object_type).iter().map(shown).collect();
            (object_type, Value::Array(fields))
        };
        let types: Map<String, Value> = wanted.into_iter().map(shown).collect();
        Ok(object(json!({ "objectTypeToSelectedFields": types })))
    })
}

/// A field as Gong lists it: what is sent as `uniqueName` comes back as `name`.
fn shown(field: &Map<String, Value>) -> Value {
    let member = |name: &str| field.get(name).cloned().unwrap_or_default();
    json!({
        "name": member("uniqueName"),
        "label": member("label"),
        "type": member("type"),
        "lastModified": member("lastModified"),
        "isDeleted": false,
        "referenceTo": member("referenceTo"),
        "orderedValueList": member("orderedValueList"),
    })
}

/// `POST /v2/crm/entity-schema`: all fields of a type of object, old and new. Scope
/// `api:crm:schema`.
pub(in crate::routes) fn upload(ask: &Ask<'_>) -> Answered {
    let (integration, object_type) = (integration_id(ask)?, object_type(ask, &READABLE)?);
    let fields = fields(ask)?;
    with(ask, |crm| {
        crm.need_integration(integration)?;
        let mut stale = Vec::new();
        for old in crm.fields(&object_type) {
            let name = name(old);
            let Some(new) = fields.iter().find(|new| self::name(new) == name) else {
                let text = format!("Field [{name}] is missing: all fields must be sent");
                return Err(Problem::bad_request(text));
            };
            if is_deleted(new) || new["type"] != old["type"] {
                stale.push(name.to_owned());
            }
        }
        let stale: Vec<_> = stale.iter().map(String::as_str).collect();
        crm.objects.drop_values(&object_type, &stale);
        let left = fields.into_iter().filter(|field| !is_deleted(field)).collect();
        crm.schema.insert(object_type, left);
        Ok(Map::new())
    })
}

fn name(field: &Map<String, Value>) -> &str {
    field.get("uniqueName").and_then(Value::as_str).unwrap_or_default()
}

fn is_deleted(field: &Map<String, Value>) -> bool {
    field.get("isDeleted") == Some(&Value::Bool(true))
}

/// The body, which is a bare list.
fn fields(ask: &Ask<'_>) -> Result<Vec<Map<String, Value>>, Problem> {
    if ask.options.strict {
        ask.need_json_type()?;
    }
    let list: Value =
        serde_json::from_slice(ask.body).map_err(|_| Problem::bad_json("unreadable"))?;
    if !list.is_array() {
        return Err(Problem::bad_json("the body is not a list"));
    }
    let body = Map::from_iter([("fields".to_owned(), list)]);
    check(&body, &[needs("fields", List(&FIELD))])?;
    let list = body["fields"].as_array().into_iter().flatten();
    let fields: Vec<_> = list.filter_map(Value::as_object).cloned().collect();
    let mut seen = HashSet::new();
    for field in &fields {
        let name = name(field);
        let problem = if !seen.insert(name) {
            "came before"
        } else if field["type"] == "REFERENCE" && !has(field, "referenceTo") {
            "is a REFERENCE and needs referenceTo"
        } else if field["type"] == "PICKLIST" && !has(field, "orderedValueList") {
            "is a PICKLIST and needs orderedValueList"
        } else {
            continue;
        };
        return Err(Problem::bad_request(format!("Field [{name}] {problem}")));
    }
    Ok(fields)
}

fn has(field: &Map<String, Value>, name: &str) -> bool {
    field.get(name).is_some_and(|value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    })
}

static FIELD: [Rule; 7] = [
    needs("uniqueName", Text),
    needs("label", Text),
    needs("type", OneOf(&TYPES)),
    may("lastModified", DateTime),
    may("isDeleted", Flag),
    may("referenceTo", OneOf(&["ACCOUNT", "CONTACT", "DEAL", "LEAD", "USER"])),
    may("orderedValueList", Texts),
];

static TYPES: [&str; 14] = [
    "DATE",
    "DATETIME",
    "NUMBER",
    "PERCENT",
    "CURRENCY",
    "ID",
    "URL",
    "STRING",
    "BOOLEAN",
    "PHONENUMBER",
    "EMAILADDRESS",
    "PICKLIST",
    "REFERENCE",
    "STRINGARRAY",
];
