//! CRM: data of a CRM that Gong has no connection of its own for.

use serde::Deserialize;

use crate::open_enum::open_enum;

mod integrations;
mod objects;
mod request;
mod schema;

pub use integrations::{
    DeleteIntegration, Integration, ListIntegrations, RegisterIntegration, RegisteredIntegration,
};
pub use objects::{CrmUploadType, GetCrmObjects, UploadCrmObjects};
pub use request::{CrmRequest, GetRequestStatus, LineError, RequestStatus};
pub use schema::{ListSchema, SchemaField, SchemaFieldType, UploadSchema};

open_enum! {
    /// What an object of the CRM is.
    CrmObjectType {
        /// A company.
        Account = "ACCOUNT",
        /// A person.
        Contact = "CONTACT",
        /// A deal, also called an opportunity.
        Deal = "DEAL",
        /// A person who may become a contact.
        Lead = "LEAD",
    }
}

/// What Gong took in to deal with it later; [`GetRequestStatus`] says how far it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AcceptedCrmRequest {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// The sender's name for the request.
    pub client_request_id: Option<String>,
}
