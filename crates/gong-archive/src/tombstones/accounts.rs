//! Accounts: of which accounts of a CRM a record says that it is about them.

use serde_json::Value;

/// What a field is called that holds the id of an account, in small letters and digits alone.
const FIELD: &str = "accountid";

/// The ids of the accounts that stand in a record of JSON as objects of a CRM, and of those that its
/// other objects are of. The same letters elsewhere, such as in a title, are none.
pub(crate) fn accounts(text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    // What has no objects is most of what there is.
    if (text.contains("objectType") || text.contains('\\'))
        && let Ok(value) = serde_json::from_str(text)
    {
        collect(&value, &mut ids);
    }
    ids
}

fn collect(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, ids)),
        Value::Object(object) => {
            if let Some(kind) = object.get("objectType") {
                let is_account = kind.as_str().is_some_and(|it| it.eq_ignore_ascii_case("account"));
                ids.extend(object.get("objectId").filter(|_| is_account).and_then(id));
                let fields = object.get("fields").and_then(Value::as_array).into_iter().flatten();
                ids.extend(fields.filter(|field| is_of_account(field)).filter_map(of_field));
            }
            object.values().for_each(|value| collect(value, ids));
        }
        _ => {}
    }
}

fn is_of_account(field: &Value) -> bool {
    let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|it| it.to_ascii_lowercase()).eq(FIELD.chars())
}

fn of_field(field: &Value) -> Option<String> {
    field.get("value").and_then(id)
}

fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn accounts_are_told_from_what_is_only_written_alike() {
        let text = json!({
            "metaData": {"id": "1", "title": "11"},
            "context": [{"system": "HubSpot", "objects": [
                {"objectType": "Account", "objectId": "12",
                    "fields": [{"name": "NumberOfEmployees", "value": 13}]},
                {"objectType": "Opportunity", "objectId": "14",
                    "fields": [{"name": "Account ID", "value": 15}]},
            ]}],
            "parties": [{"name": "16", "context": [{"objects": [
                {"objectType": "Contact", "objectId": "17",
                    "fields": [{"name": "AccountId", "value": "18"}]},
            ]}]}],
        });
        assert_eq!(accounts(&text.to_string()), ["12", "15", "18"]);
        assert_eq!(accounts(r#"{"\u006fbjectType":"Account","\u006fbjectId":"1\u0039"}"#), ["19"]);
        assert_eq!(accounts("no object"), Vec::<String>::new());
    }
}
