//! Whom a task is about: a person of the CRM.

use serde::Deserialize;

use crate::open_enum::open_enum;

/// Somebody whom a task is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskContact {
    /// The id in the CRM.
    pub crm_id: Option<String>,
    /// What the person is in the CRM.
    #[serde(rename = "type")]
    pub kind: Option<ContactType>,
    /// What the CRM knows.
    pub data: Option<ContactDetails>,
}

open_enum! {
    /// What a person is in the CRM.
    ContactType {
        /// A contact.
        Contact = "CONTACT",
        /// A lead.
        Lead = "LEAD",
    }
}

/// What the CRM knows of a person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContactDetails {
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The person's page in the CRM.
    pub crm_url: Option<String>,
    /// Where the person works.
    pub company_name: Option<String>,
    /// Which side the person is on.
    pub affiliation: Option<ContactSide>,
    /// The e-mail addresses.
    pub emails: Option<Vec<ContactEmail>>,
    /// The job title.
    pub title: Option<String>,
    /// The time zone that the person lives in.
    pub timezone: Option<String>,
    /// The phone numbers.
    pub phone_numbers: Option<Vec<ContactPhone>>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// The zip code.
    pub zipcode: Option<String>,
    /// In which ways the person does not want to be reached.
    pub opt_out_channels: Option<Vec<OptOutChannel>>,
    /// The person's page on `LinkedIn`.
    pub linkedin_profile: Option<String>,
}

open_enum! {
    /// Which side somebody is on.
    ContactSide {
        /// The company's.
        Us = "Us",
        /// The other.
        Them = "Them",
        /// Gong does not know.
        Unknown = "Unknown",
    }
}

open_enum! {
    /// A way in which somebody does not want to be reached.
    OptOutChannel {
        /// By phone.
        Calls = "CALLS",
        /// By e-mail.
        Emails = "EMAILS",
        /// By text message.
        SmsMessages = "SMS_MESSAGES",
    }
}

/// An e-mail address of a person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ContactEmail {
    /// The address.
    pub email: Option<String>,
}

/// A phone number of a person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContactPhone {
    /// As it stands in the CRM.
    pub raw: Option<String>,
    /// The extension.
    pub extension: Option<String>,
    /// The calling code of the country.
    pub country_code: Option<i64>,
    /// In international form.
    pub normalized: Option<String>,
    /// What kind of number it is.
    pub label: Option<String>,
    /// Whether somebody made sure that it is right.
    pub is_verified: Option<bool>,
}
