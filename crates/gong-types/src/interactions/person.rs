//! Who did something, and where that person works.

use serde::{Deserialize, Serialize};

use super::InteractionField;
use crate::open_enum::open_enum;

/// A person who did something. One without name, e-mail address, phone number and link must have an
/// id, and the domain of the company.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionPerson {
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The id in the system that tells of it.
    pub person_id: Option<String>,
    /// What the person is in the CRM.
    pub person_business_context: Option<PersonLink>,
    /// Where the person is.
    pub location: Option<Place>,
    /// Where the person works.
    pub company: Option<InteractionCompany>,
    /// More about the person.
    pub person_custom_fields: Option<Vec<InteractionField>>,
}

/// What a person is in the CRM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonLink {
    /// A contact or a lead.
    pub object_type: PersonLinkType,
    /// The id in the CRM.
    pub object_id: String,
    /// The name of the CRM.
    pub system_name: Option<String>,
}

open_enum! {
    /// What a person is in the CRM.
    PersonLinkType {
        /// A contact.
        Contact = "CONTACT",
        /// A lead.
        Lead = "LEAD",
    }
}

/// Where a person is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The country, by its code of ISO 3166 if it has one.
    pub country: Option<String>,
    /// The state, by its code of ISO 3166-2 if it has one.
    pub state: Option<String>,
    /// The region, by its code of ISO 3166-2 if it has one.
    pub region: Option<String>,
    /// The city.
    pub city: Option<String>,
}

/// Where a person works. It has a domain, or a link that says what it is in the CRM.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionCompany {
    /// The id in the system that tells of it.
    pub company_id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The domain, such as `acme.example`.
    pub domain: Option<String>,
    /// What the company is in the CRM.
    pub company_business_contexts: Option<Vec<CompanyLink>>,
}

/// What a company is in the CRM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyLink {
    /// An account or a deal.
    pub object_type: CompanyLinkType,
    /// The id in the CRM.
    pub object_id: String,
    /// The name of the CRM.
    pub system_name: Option<String>,
}

open_enum! {
    /// What a company is in the CRM.
    CompanyLinkType {
        /// An account.
        Account = "ACCOUNT",
        /// A deal.
        Opportunity = "OPPORTUNITY",
    }
}
