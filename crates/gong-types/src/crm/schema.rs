//! The schema: which fields the objects of the CRM have besides those that Gong knows.

use std::collections::BTreeMap;

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::CrmObjectType;
use crate::{
    Acknowledgement, IntegrationId,
    endpoint::{Effect, Endpoint, Request},
    open_enum::open_enum,
    page::{Answer as _, Record},
};

/// `GET /v2/crm/entity-schema`: the fields of the objects, as a map from what the objects are to
/// their fields. Scope `api:crm:schema`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListSchema {
    /// The integration that the objects come from.
    pub integration_id: IntegrationId,
    /// Only objects that are this.
    pub object_type: Option<CrmObjectType>,
}

impl Endpoint for ListSchema {
    type Response = Record<BTreeMap<String, Vec<SchemaField>>>;

    fn request(&self) -> Request {
        Request::get("/v2/crm/entity-schema").query(self).answer("objectTypeToSelectedFields")
    }
}

/// `POST /v2/crm/entity-schema`: says which fields objects have. Scope `api:crm:schema`.
///
/// What objects hold is deleted in a field that gets another type, or that is sent as deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadSchema {
    /// The integration that the objects come from.
    pub integration_id: IntegrationId,
    /// What the objects are.
    pub object_type: CrmObjectType,
    /// All fields: Gong refuses the request if one that it has is not among them.
    pub fields: Vec<SchemaField>,
}

impl Endpoint for UploadSchema {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        let look = ListSchema {
            integration_id: self.integration_id.clone(),
            object_type: Some(self.object_type.clone()),
        };
        Request::new(Method::POST, "/v2/crm/entity-schema", Effect::Erases)
            .parameter("integrationId", &self.integration_id)
            .parameter("objectType", &self.object_type)
            .body(&self.fields)
            .look(look.request(), uploaded)
    }
}

/// A field of the objects of a CRM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaField {
    /// Its name in the CRM. In lists Gong calls it `name`.
    #[serde(alias = "name")]
    pub unique_name: String,
    /// What people see.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: SchemaFieldType,
    /// When it was last changed, in whole seconds.
    pub last_modified: Option<Timestamp>,
    /// Whether to delete it, and what objects hold in it.
    pub is_deleted: Option<bool>,
    /// What it refers to; needed for [`SchemaFieldType::Reference`].
    pub reference_to: Option<String>,
    /// What one can choose from; needed for [`SchemaFieldType::Picklist`].
    pub ordered_value_list: Option<Vec<String>>,
}

open_enum! {
    /// What a field holds.
    SchemaFieldType {
        /// A day.
        Date = "DATE",
        /// A moment.
        DateTime = "DATETIME",
        /// A number.
        Number = "NUMBER",
        /// A number from 0 to 100.
        Percent = "PERCENT",
        /// An amount of money.
        Currency = "CURRENCY",
        /// An id.
        Id = "ID",
        /// An address of the web.
        Url = "URL",
        /// Text.
        Text = "STRING",
        /// Yes or no.
        Boolean = "BOOLEAN",
        /// A phone number.
        PhoneNumber = "PHONENUMBER",
        /// An e-mail address.
        EmailAddress = "EMAILADDRESS",
        /// One of some values.
        Picklist = "PICKLIST",
        /// The id of another object.
        Reference = "REFERENCE",
        /// Texts.
        TextArray = "STRINGARRAY",
    }
}

/// The answer to [`UploadSchema`] if the schema is what it sent.
///
/// A value list that Gong does not show counts as not carried out: sending the same schema again
/// changes nothing, believing that it arrived may lose it.
fn uploaded(sent: &Request, listed: &str) -> Option<String> {
    type Schema = Record<BTreeMap<String, Vec<SchemaField>>>;

    let wanted: Vec<SchemaField> = serde_json::from_str(sent.body.as_ref()?.get()).ok()?;
    let (_, object_type) = sent.query.iter().find(|(name, _)| name == "objectType")?;
    let schema = Schema::decode(listed, Some("objectTypeToSelectedFields")).ok()?.read().ok()?;
    let listed = schema.get(object_type).map_or(&[][..], Vec::as_slice);
    let is_so = wanted.iter().all(|field| {
        let found = listed.iter().find(|it| it.unique_name == field.unique_name && !is_gone(it));
        if is_gone(field) { found.is_none() } else { found.is_some_and(|it| is_same(field, it)) }
    });
    is_so.then(|| r#"{"requestId":null}"#.to_owned())
}

fn is_gone(field: &SchemaField) -> bool {
    field.is_deleted == Some(true)
}

fn is_same(wanted: &SchemaField, listed: &SchemaField) -> bool {
    wanted.label == listed.label
        && wanted.kind == listed.kind
        && (wanted.reference_to.is_none() || wanted.reference_to == listed.reference_to)
        && (wanted.ordered_value_list.is_none()
            || wanted.ordered_value_list == listed.ordered_value_list)
}

#[cfg(test)]
mod tests;
