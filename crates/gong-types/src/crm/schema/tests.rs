//! Tests of the schema: how it is sent, and when a look shows that it was.

use super::*;

fn upload(fields: &str) -> Request {
    let upload = UploadSchema {
        integration_id: "6286478263646123456".parse().unwrap(),
        object_type: CrmObjectType::Account,
        fields: serde_json::from_str(fields).unwrap(),
    };
    upload.request()
}

fn look(fields: &str, listed: &str) -> Option<String> {
    let sent = upload(fields);
    let answer = format!(r#"{{"requestId":"x","objectTypeToSelectedFields":{listed}}}"#);
    (sent.look.as_ref().unwrap().shows)(&sent, &answer)
}

const REGION: &str = r#"[{"uniqueName": "region", "label": "Region", "type": "STRING"}]"#;

const LISTED: &str = r#"{"ACCOUNT":[
    {"name":"region","label":"Region","type":"STRING","lastModified":null,"isDeleted":false,
     "referenceTo":null,"orderedValueList":null}]}"#;

#[test]
fn the_fields_are_a_list_in_the_body() {
    let mut request = upload(REGION);
    let look = request.look.take().unwrap();
    assert_eq!((&look.request.path, &look.request.query), (&request.path, &request.query));
    insta::assert_debug_snapshot!(request);
}

#[test]
fn one_or_all_types_of_objects_are_listed() {
    let mut list = ListSchema { integration_id: "1".parse().unwrap(), object_type: None };
    assert_eq!(list.request().query.len(), 1);
    list.object_type = Some(CrmObjectType::Lead);
    let query = list.request().query;
    assert_eq!(query[1], ("objectType".to_owned(), "LEAD".to_owned()));
}

#[test]
fn a_field_has_one_name_in_two_spellings() {
    for name in ["name", "uniqueName"] {
        let text = format!(r#"{{"{name}":"region","label":"Region","type":"STRING"}}"#);
        let field: SchemaField = serde_json::from_str(&text).unwrap();
        assert_eq!(field.unique_name, "region");
    }
}

#[test]
fn what_is_sent_has_the_name_that_gong_wants() {
    let body = upload(r#"[{"name": "region", "label": "Region", "type": "STRING"}]"#).body.unwrap();
    assert_eq!(body.get(), r#"[{"uniqueName":"region","label":"Region","type":"STRING"}]"#);
}

#[test]
fn a_schema_that_has_what_was_sent_is_the_lost_answer() {
    let answer = look(REGION, LISTED).unwrap();
    let read: Acknowledgement = serde_json::from_str(&answer).unwrap();
    assert_eq!(read.request_id, None);
}

#[test]
fn a_schema_that_differs_shows_nothing() {
    for (sent, listed) in [
        (REGION, "{}"),
        (REGION, r#"{"CONTACT":[{"name":"region","label":"Region","type":"STRING"}]}"#),
        (REGION, r#"{"ACCOUNT":[{"name":"region","label":"Area","type":"STRING"}]}"#),
        (REGION, r#"{"ACCOUNT":[{"name":"region","label":"Region","type":"URL"}]}"#),
        (REGION, r#"{"ACCOUNT":[{"name":"area","label":"Region","type":"STRING"}]}"#),
        (REGION, "null"),
        (r#"[{"uniqueName":"region","label":"Region","type":"STRING","isDeleted":true}]"#, LISTED),
        (
            r#"[{"uniqueName":"region","label":"Region","type":"STRING","orderedValueList":["a"]}]"#,
            LISTED,
        ),
    ] {
        assert_eq!(look(sent, listed), None, "{sent} {listed}");
    }
    let sent = upload(REGION);
    assert_eq!((sent.look.as_ref().unwrap().shows)(&sent, "no JSON"), None);
}

#[test]
fn a_deleted_field_that_is_not_listed_is_the_lost_answer() {
    let gone = r#"[{"uniqueName":"old","label":"Old","type":"STRING","isDeleted":true},
        {"uniqueName":"region","label":"Region","type":"STRING"}]"#;
    assert!(look(gone, LISTED).is_some());
    let marked = LISTED.replace(
        r#"{"ACCOUNT":["#,
        r#"{"ACCOUNT":[{"name":"old","label":"Old","type":"STRING","isDeleted":true},"#,
    );
    assert!(look(gone, &marked).is_some());
}

#[test]
fn all_fields_deleted_leave_no_type_behind() {
    let gone = r#"[{"uniqueName":"old","label":"Old","type":"STRING","isDeleted":true}]"#;
    assert!(look(gone, "{}").is_some());
}
