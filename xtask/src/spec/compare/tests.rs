//! Tests of the comparison, on a description of one operation.

use serde_json::json;

use super::*;
use crate::workspace::Source;

const TYPES: &str = r#"//! Calls.

#[serde(rename_all = "camelCase")]
pub struct SearchCalls {
    pub call_ids: Option<Vec<CallId>>,
    #[serde(skip)]
    pub select: Option<Selector>,
}

impl Endpoint for SearchCalls {
    type Response = Page<Call>;

    fn request(&self) -> Request {
        Request::search("/v2/calls").body(&[wrap("filter", self), wrap("selector", select)]).answer("calls")
    }
}

pub struct Selector {
    pub parties: Option<bool>,
}

#[serde(rename_all = "camelCase")]
pub struct Call {
    pub id: CallId,
    pub parties: Option<Vec<Party>>,
    pub custom: Option<Value>,
}

pub struct Party {
    pub name: Option<String>,
}

pub struct Page<T> {
    pub records: Option<Records>,
    pub items: Vec<T>,
}

pub struct Records {
    pub cursor: Option<String>,
}

#[serde(rename_all = "camelCase")]
pub struct Envelope {
    pub request_id: Option<String>,
}
"#;

fn description() -> Value {
    let text = json!({"type": "string"});
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let list = |items: Value| json!({"type": "array", "items": items});
    let refer = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let json_of = |schema: Value| json!({"content": {"application/json": {"schema": schema}}});
    json!({
        "paths": {"/v2/calls": {"post": {
            "requestBody": json_of(object(json!({
                "filter": object(json!({"callIds": list(text.clone())})),
                "selector": object(json!({"parties": {"type": "boolean"}})),
            }))),
            "responses": {"200": json_of(refer("Calls"))},
        }}},
        "components": {"schemas": {
            "Calls": object(json!({
                "requestId": text,
                "records": object(json!({"cursor": text})),
                "calls": list(refer("Call")),
            })),
            "Call": object(json!({
                "id": text,
                "parties": list(refer("Party")),
                "custom": object(json!({"anything": text})),
            })),
            "Party": object(json!({"name": text})),
        }},
    })
}

/// The differences between the types and the description, both with a change.
fn differences(change_types: (&str, &str), pointer: &str, value: Value) -> Vec<String> {
    let text = TYPES.replace(change_types.0, change_types.1);
    let path = "crates/gong-types/src/calls.rs".to_owned();
    let models = Models::of(&[Source { path, text }]);
    let mut description = description();
    if let Some(place) = description.pointer_mut(pointer) {
        *place = value;
    }
    let described = &description["paths"]["/v2/calls"]["post"];
    let mut comparison = Comparison {
        description: &description,
        models: &models,
        operation: "calls",
        differences: Vec::new(),
        members: 0,
    };
    comparison.request(&models.endpoints[0], described);
    comparison.response(&models.endpoints[0], described);
    comparison.differences.iter().map(ToString::to_string).collect()
}

fn with_types(from: &str, to: &str) -> Vec<String> {
    differences((from, to), "/none", Value::Null)
}

fn with_description(pointer: &str, value: Value) -> Vec<String> {
    differences(("", ""), pointer, value)
}

#[test]
fn what_agrees_has_no_differences() {
    assert_eq!(with_types("", ""), [""; 0]);
}

#[test]
fn a_member_that_a_model_lacks_is_found() {
    assert_eq!(
        with_types("    pub name: Option<String>,\n", ""),
        ["calls: response.calls[].parties[].name: missing"]
    );
    assert_eq!(
        with_types("pub parties: Option<bool>", "pub people: Option<bool>"),
        ["calls: body.selector.parties: missing", "calls: body.selector.people: extra"]
    );
}

#[test]
fn a_member_that_gong_does_not_describe_is_found() {
    let more = "    pub id: CallId,\n    pub mood: Option<String>,\n";
    assert_eq!(with_types("    pub id: CallId,\n", more), ["calls: response.calls[].mood: extra"]);
}

#[test]
fn a_list_where_there_is_none_is_found() {
    let party = json!({"$ref": "#/components/schemas/Party"});
    assert_eq!(
        with_description("/components/schemas/Call/properties/parties", party),
        ["calls: response.calls[].parties: shape"]
    );
    let parties = "pub parties: Option<Party>";
    assert_eq!(
        with_types("pub parties: Option<Vec<Party>>", parties),
        ["calls: response.calls[].parties: shape"]
    );
}

#[test]
fn what_stands_beside_the_items_is_compared_too() {
    let beside = with_types("pub request_id", "pub request_no");
    assert_eq!(beside, ["calls: response.requestId: missing"]);
    let cursor = with_types("pub cursor", "pub kursor");
    assert_eq!(
        cursor,
        ["calls: response.records.cursor: missing", "calls: response.records.kursor: extra"]
    );
}

#[test]
fn an_answer_or_a_body_of_another_name_is_found() {
    assert_eq!(
        with_types("answer(\"calls\")", "answer(\"items\")"),
        ["calls: response.calls: missing", "calls: response.items: extra"]
    );
    assert_eq!(
        with_types("wrap(\"filter\"", "wrap(\"where\""),
        ["calls: body.filter: missing", "calls: body.where: extra"]
    );
}

#[test]
fn parameters_of_the_query_are_compared() {
    let query =
        with_types("Request::search(\"/v2/calls\")", "Request::get(\"/v2/calls\").query(self)");
    assert_eq!(query, ["calls: query.callIds: extra"]);
}
