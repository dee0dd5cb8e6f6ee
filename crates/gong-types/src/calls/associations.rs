//! Links between calls and the CRM that people made by hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CallId, UserId,
    endpoint::{Endpoint, Request},
    page::Page,
};

/// `GET /v2/calls/manual-crm-associations`: links between calls and the CRM that people made by
/// hand, in order of time. Scope `api:crm-calls:manual-association:read`.
///
/// Gong's documents had this operation until 2024. Whether Gong still answers is not known; it may
/// say 404 or 405. A call that is linked anew is listed again.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListManualAssociations {
    /// Only links made at or after this moment.
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
}

impl Endpoint for ListManualAssociations {
    type Response = Page<ManualAssociation>;

    fn request(&self) -> Request {
        Request::get("/v2/calls/manual-crm-associations").query(self).answer("associations")
    }
}

/// What somebody linked a call to by hand.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ManualAssociation {
    /// Which call.
    pub call_id: CallId,
    /// Who did it.
    pub user_id: Option<UserId>,
    /// When it was done.
    pub created: Option<Timestamp>,
    /// What the call was linked to.
    pub associated_crm_objects: Option<Vec<AssociatedObjects>>,
}

/// Objects of the CRM that a call was linked to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssociatedObjects {
    /// The id of the account in the CRM.
    pub account_crm_id: Option<String>,
    /// The id of the deal in the CRM.
    pub deal_crm_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_listed_from_a_moment_on() {
        let list = ListManualAssociations { from: Some("2024-06-01T00:00:00Z".parse().unwrap()) };
        let query = list.request().query;
        assert_eq!(query, [("fromDateTime".to_owned(), "2024-06-01T00:00:00Z".to_owned())]);
    }
}
