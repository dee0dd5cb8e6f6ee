//! What became of a request about the CRM that Gong deals with later.

use serde::{Deserialize, Serialize};

use crate::{
    IntegrationId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Record,
};

/// `GET /v2/crm/request-status`: what became of an upload of objects, or of the deletion of an
/// integration. Scope `api:crm:upload`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetRequestStatus {
    /// The integration that it is about.
    pub integration_id: IntegrationId,
    /// The name that the request was given.
    pub client_request_id: String,
}

impl Endpoint for GetRequestStatus {
    type Response = Record<CrmRequest>;

    fn request(&self) -> Request {
        Request::get("/v2/crm/request-status").query(self)
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmRequest {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// Whether it is over.
    pub status: Option<RequestStatus>,
    /// What was wrong with the file, 20 things at most.
    pub errors: Option<Vec<LineError>>,
    /// How many objects were refused.
    pub total_error_count: Option<i64>,
    /// How many objects were taken, also if others were refused.
    pub total_success_count: Option<i64>,
}

open_enum! {
    /// Whether a request is over.
    RequestStatus {
        /// Not begun.
        Pending = "PENDING",
        /// Gong is at it.
        InProgress = "IN_PROGRESS",
        /// Over, and all went well.
        Done = "DONE",
        /// Over, and not all went well.
        Failed = "FAILED",
    }
}

/// What was wrong with a line of a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LineError {
    /// Which line, counted from 1; 0 is the file as a whole.
    pub line: Option<i64>,
    /// What was wrong.
    pub description: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_asked_for_by_its_name() {
        let get = GetRequestStatus {
            integration_id: "6286478263646".parse().unwrap(),
            client_request_id: "users-1".to_owned(),
        };
        insta::assert_debug_snapshot!(get.request());
    }

    #[test]
    fn the_errors_of_a_file_are_read() {
        let request: CrmRequest = serde_json::from_str(
            r#"{"requestId":"x","status":"FAILED","errors":[{"line":0,"description":"empty"}],
                "totalErrorCount":1,"totalSuccessCount":0}"#,
        )
        .unwrap();
        assert_eq!(request.status, Some(RequestStatus::Failed));
        assert_eq!(request.errors.unwrap()[0].line, Some(0));
    }
}
