//! The objects of the CRM: sending them, and looking up what Gong made of them.

use std::collections::BTreeMap;

use http::Method;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{AcceptedCrmRequest, CrmObjectType};
use crate::{
    IntegrationId,
    endpoint::{Effect, Endpoint, Request, Upload},
    open_enum::open_enum,
    page::Record,
};

/// `GET /v2/crm/entities`: objects by their ids in the CRM, to see what Gong made of them. Scope
/// `api:crm:get-objects`.
///
/// The answer is a map from the id to the object's fields; `None` is an object that Gong does not
/// have. The fields are text of Gong's, since companies make them up.
#[derive(Debug, Clone, PartialEq)]
pub struct GetCrmObjects {
    /// The integration that they came from.
    pub integration_id: IntegrationId,
    /// What they are.
    pub object_type: CrmObjectType,
    /// Their ids in the CRM.
    pub ids: Vec<String>,
}

impl GetCrmObjects {
    /// How many ids Gong takes at once; it ignores the rest.
    pub const MOST_IDS: usize = 100;
}

impl Endpoint for GetCrmObjects {
    type Response = Record<BTreeMap<String, Option<Box<RawValue>>>>;

    fn request(&self) -> Request {
        Request::get("/v2/crm/entities")
            .parameter("integrationId", &self.integration_id)
            .parameter("objectType", &self.object_type)
            .body(&self.ids)
            .answer("crmObjectsMap")
    }
}

/// `POST /v2/crm/entities`: sends a file of objects, one in JSON on each line, to create, change, or
/// delete them. Scope `api:crm:upload`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadCrmObjects {
    /// The integration that they come from.
    pub integration_id: IntegrationId,
    /// What they all are.
    pub object_type: CrmUploadType,
    /// A name for this request: letters, digits, `-` and `_`, never used before.
    pub client_request_id: String,
}

impl UploadCrmObjects {
    /// The most bytes that Gong takes at once.
    pub const LIMIT: u64 = 200_000_000;
}

impl Endpoint for UploadCrmObjects {
    type Response = Record<AcceptedCrmRequest>;

    fn request(&self) -> Request {
        let upload = Upload {
            part: "dataFile",
            limit: Some(Self::LIMIT),
            media_type: Some("application/x-ndjson"),
        };
        Request::new(Method::POST, "/v2/crm/entities", Effect::Erases)
            .query(self)
            .key(&self.client_request_id)
            .upload(upload)
    }
}

open_enum! {
    /// What the objects of a file are.
    CrmUploadType {
        /// Companies.
        Account = "ACCOUNT",
        /// People.
        Contact = "CONTACT",
        /// Deals, also called opportunities.
        Deal = "DEAL",
        /// People who may become contacts.
        Lead = "LEAD",
        /// The company's own people, whom deals belong to.
        BusinessUser = "BUSINESS_USER",
        /// How far deals can be.
        Stage = "STAGE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Answer as _;

    #[test]
    fn ids_are_a_list_in_the_body_of_a_get() {
        let get = GetCrmObjects {
            integration_id: "6286478263646".parse().unwrap(),
            object_type: CrmObjectType::Deal,
            ids: vec!["1234".to_owned(), "8765".to_owned()],
        };
        insta::assert_debug_snapshot!(get.request());
    }

    #[test]
    fn an_object_that_is_not_there_is_none_and_the_others_keep_their_text() {
        let text = r#"{"crmObjectsMap":{"8765":null,"1234":{"amount":12345678901234567890.10}}}"#;
        let answer = <GetCrmObjects as Endpoint>::Response::decode(text, Some("crmObjectsMap"));
        let objects = answer.unwrap().read().unwrap();
        assert!(objects["8765"].is_none());
        let object = objects["1234"].as_ref().unwrap();
        assert_eq!(object.get(), r#"{"amount":12345678901234567890.10}"#);
    }

    #[test]
    fn a_file_of_objects_is_known_by_the_name_of_its_request() {
        let upload = UploadCrmObjects {
            integration_id: "6286478263646".parse().unwrap(),
            object_type: CrmUploadType::BusinessUser,
            client_request_id: "users-1".to_owned(),
        };
        insta::assert_debug_snapshot!(upload.request());
    }
}
