//! Tests of the reader, on a file with a few endpoints and models.

use super::*;

const TEXT: &str = r#"//! Calls.

/// `POST /v2/calls/extensive`: calls with their
/// parties. Scope `a`.
///
/// More.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchCalls {
    /// From when.
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only of this workspace.
    pub workspace_id: Option<WorkspaceId>,
    #[serde(skip)]
    pub select: Option<ContentSelector>,
}

impl Endpoint for SearchCalls {
    type Response = Page<CallDetails>;

    fn request(&self) -> Request {
        let body = json!({ "filter": self, "contentSelector": self.select });
        Request::search("/v2/calls/extensive").body(&body).answer("calls")
    }
}

impl Endpoint for GetCall {
    type Response = Record<Call>;

    fn request(&self) -> Request {
        Request::get(format!("/v2/calls/{}", segment(self.id.as_str()))).answer("call")
    }
}

impl Endpoint for UploadMedia {
    type Response = Record<UploadedMedia>;

    fn request(&self) -> Request {
        let path = format!("/v2/calls/{}/media", segment(self.id.as_str()));
        let part = Upload { part: "mediaFile", limit: None, media_type: None };
        Request::new(Method::PUT, path, Effect::Writes)
            .upload(part)
            .look(Request::get("/v2/calls"), shows)
    }
}

impl Endpoint for UpdateProfile {
    type Response = Record<Profile>;

    fn request(&self) -> Request {
        Request::new(Method::PUT, "/v2/profile", Effect::Writes)
            .parameter("profileId", &self.profile_id)
            .parameter("dry", true)
            .body(&self.profile)
    }
}

impl Page<CallDetails> {
    /// The folder.
    pub fn folder(&self) -> Result<Folder, DecodeError> {
        self.beside()
    }

    /// The CRM.
    pub fn crm(&self) -> Result<Option<Crm>, DecodeError> {
        self.beside().map(|beside: BesideCalls| beside.crm)
    }
}

struct BesideCalls {
    crm: Option<Crm>,
}

open_enum! {
    /// Who called whom.
    Direction {
        /// Somebody called the company.
        Inbound = "Inbound",
        /// The company called.
        Outbound = "Outbound",
    }
}

#[cfg(test)]
mod tests {
    pub struct NotAModel;
}
"#;

fn models() -> Models {
    let path = "crates/gong-types/src/calls.rs".to_owned();
    Models::of(&[Source { path, text: TEXT.to_owned() }])
}

#[test]
fn members_have_the_names_that_they_have_in_json() {
    let models = models();
    let fields = &models.structs["SearchCalls"].fields;
    let wires: Vec<_> = fields.iter().map(|field| field.wire.as_str()).collect();
    assert_eq!(wires, ["fromDateTime", "workspaceId", "select"]);
    assert_eq!(fields[1].kind, "Option<WorkspaceId>");
    let skipped: Vec<_> = fields.iter().map(|field| field.is_skipped).collect();
    assert_eq!(skipped, [false, false, true]);
}

#[test]
fn what_stands_in_unit_tests_is_no_model() {
    assert_eq!(models().structs.keys().collect::<Vec<_>>(), ["BesideCalls", "SearchCalls"]);
}

#[test]
fn the_summary_is_the_first_paragraph() {
    assert_eq!(
        models().summary("SearchCalls").unwrap(),
        "`POST /v2/calls/extensive`: calls with their parties. Scope `a`."
    );
}

#[test]
fn an_endpoint_says_where_it_goes() {
    let models = models();
    let [search, get, ..] = &models.endpoints[..] else { panic!("{:?}", models.endpoints) };
    assert_eq!((search.method.as_str(), search.path.as_str()), ("POST", "/v2/calls/extensive"));
    assert_eq!(search.answer.as_deref(), Some("calls"));
    assert_eq!(search.response, "Page<CallDetails>");
    assert_eq!((get.method.as_str(), get.path.as_str()), ("GET", "/v2/calls/{}"));
    assert_eq!((get.line, get.has_query, get.body.len()), (28, false, 0));
}

#[test]
fn a_body_is_made_of_members_or_is_a_member() {
    let models = models();
    let body = |index: usize| -> Vec<_> {
        let body = models.endpoints[index].body.iter();
        body.map(|(member, from)| (member.as_str(), from.as_str())).collect()
    };
    assert_eq!(body(0), [("filter", "self"), ("contentSelector", "select")]);
    assert_eq!(body(3), [("", "profile")]);
    assert_eq!(members(".body(self).answer(\"x\")"), [(String::new(), "self".to_owned())]);
    assert_eq!(
        members(".body(&wrap(\"filter\", self))"),
        [("filter".to_owned(), "self".to_owned())]
    );
}

#[test]
fn a_look_and_a_part_do_not_hide_where_a_request_goes() {
    let models = models();
    let upload = &models.endpoints[2];
    assert_eq!((upload.method.as_str(), upload.path.as_str()), ("PUT", "/v2/calls/{}/media"));
    assert_eq!(upload.part.as_deref(), Some("mediaFile"));
    assert_eq!(models.endpoints[3].parameters, ["profileId", "dry"]);
}

#[test]
fn what_stands_beside_items_and_what_an_enum_knows_is_read() {
    let models = models();
    assert!(models.beside["CallDetails"].contains(&"Folder".to_owned()));
    assert!(models.beside["CallDetails"].contains(&"BesideCalls".to_owned()));
    assert_eq!(models.structs["BesideCalls"].fields.len(), 1);
    assert_eq!(models.enums["Direction"], ["Inbound", "Outbound"]);
}
