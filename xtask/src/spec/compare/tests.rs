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
        let body = json!({ "filter": self, "selector": self.select });
        Request::search("/v2/calls").body(&body).answer("calls")
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
    pub counts: Option<BTreeMap<String, Vec<i64>>>,
    pub seconds: Option<f64>,
    pub direction: Option<Direction>,
}

open_enum! {
    /// Who called.
    Direction {
        Inbound = "Inbound",
        Outbound = "Outbound",
    }
}

impl Page<Call> {
    pub fn folder(&self) -> Result<Folder, DecodeError> {
        self.beside()
    }
}

pub struct Folder {
    pub folder: Option<String>,
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
                "folder": text,
            })),
            "Call": object(json!({
                "id": text,
                "parties": list(refer("Party")),
                "custom": object(json!({"anything": text})),
                "counts": {"type": "object", "additionalProperties": list(json!({"type": "integer"}))},
                "seconds": {"type": "number"},
                "direction": {"type": "string", "enum": ["Inbound", "Outbound", "Inbound,Outbound"]},
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
        with_types("\"filter\": self", "\"where\": self"),
        ["calls: body.filter: missing", "calls: body.where: extra"]
    );
}

#[test]
fn parameters_of_the_query_are_compared() {
    let query =
        with_types("Request::search(\"/v2/calls\")", "Request::get(\"/v2/calls\").query(self)");
    assert_eq!(query, ["calls: query.callIds: extra"]);
}

#[test]
fn parameters_that_stand_alone_are_compared() {
    let alone = with_types(".answer(", ".parameter(\"dry\", true).answer(");
    assert_eq!(alone, ["calls: query.dry: extra"]);
}

#[test]
fn a_body_or_a_part_that_only_one_side_has_is_found() {
    assert_eq!(
        with_types("let body = json!({ \"filter\": self, \"selector\": self.select });", ""),
        ["calls: body: missing"]
    );
    let body = "/paths/~1v2~1calls/post/requestBody";
    assert_eq!(with_description(body, Value::Null), ["calls: body: extra"]);
    let part = with_types(".answer(", ".upload(Upload { part: \"file\", limit: None }).answer(");
    assert_eq!(part, ["calls: part.file: extra"]);
}

#[test]
fn what_a_map_holds_is_compared() {
    let kind = "BTreeMap<String, Vec<i64>>";
    let place = "calls: response.calls[].counts";
    assert_eq!(with_types(kind, "BTreeMap<String, i64>"), [format!("{place}{{}}: shape")]);
    assert_eq!(with_types(kind, "Vec<i64>"), [format!("{place}: shape")]);
    assert_eq!(with_types(kind, "Party"), [format!("{place}: shape")]);
}

#[test]
fn a_type_that_cannot_hold_what_comes_is_found() {
    let place = "calls: response.calls[].seconds";
    assert_eq!(
        with_types("seconds: Option<f64>", "seconds: Option<i64>"),
        [format!("{place}: type")]
    );
    let whole = json!({"type": "integer"});
    let seconds = "/components/schemas/Call/properties/seconds";
    assert_eq!(with_description(seconds, whole), [""; 0]);
    assert_eq!(with_description(seconds, json!({"type": "string"})), [format!("{place}: type")]);
}

#[test]
fn values_that_an_enum_does_not_know_are_found() {
    let place = "calls: response.calls[].direction";
    assert_eq!(
        with_types("        Outbound = \"Outbound\",\n", ""),
        [format!("{place}.\"Outbound\": missing")]
    );
    assert_eq!(with_types("Option<Direction>", "Option<String>"), [format!("{place}: type")]);
}

#[test]
fn members_beside_the_items_may_have_a_model_of_their_own() {
    assert_eq!(with_types("", ""), [""; 0]);
    assert_eq!(
        with_types("-> Result<Folder", "-> Option<Folder"),
        ["calls: response.folder: missing"]
    );
}
