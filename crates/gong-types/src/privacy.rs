//! Data privacy: what Gong holds on a person, and erasing it.

use http::Method;
use serde::Serialize;

use crate::{
    endpoint::{Effect, Endpoint, Request},
    page::{Acknowledgement, Record},
};

mod references;

pub use references::{
    CustomerData, CustomerEngagement, CustomerRecord, CustomerRecordType, EmailReferences,
    EngagementType, ExternalObject, ExternalObjectType, ExternalSystem, FoundCall, FoundEmail,
    FoundMeeting, PhoneReferences,
};

/// `GET /v2/data-privacy/data-for-email-address`: what Gong holds on an e-mail address. Scope
/// `api:data-privacy:read`.
///
/// For an address that Gong does not know all lists are empty. Addresses of users are refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindEmail {
    /// The address.
    pub email_address: String,
}

impl Endpoint for FindEmail {
    type Response = Record<EmailReferences>;

    fn request(&self) -> Request {
        Request::get("/v2/data-privacy/data-for-email-address").query(self)
    }
}

/// `GET /v2/data-privacy/data-for-phone-number`: what Gong holds on a phone number. Scope
/// `api:data-privacy:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindPhone {
    /// The number, beginning with `+` and the code of the country.
    pub phone_number: String,
}

impl Endpoint for FindPhone {
    type Response = Record<PhoneReferences>;

    fn request(&self) -> Request {
        Request::get("/v2/data-privacy/data-for-phone-number").query(self)
    }
}

/// `POST /v2/data-privacy/erase-data-for-email-address`: erases all that Gong holds on an e-mail
/// address, for ever. Scope `api:data-privacy:delete`.
///
/// Every call with that person goes, every mail from or to them, and their leads and contacts. It
/// takes hours, nothing tells how far it is, and the answer is the same for an unknown address.
/// [`FindEmail`] shows what would go.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EraseEmail {
    /// The address.
    pub email_address: String,
}

impl Endpoint for EraseEmail {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        let path = "/v2/data-privacy/erase-data-for-email-address";
        Request::new(Method::POST, path, Effect::Erases).query(self)
    }
}

/// `POST /v2/data-privacy/erase-data-for-phone-number`: erases all that Gong holds on the leads and
/// contacts with a phone number, for ever. Scope `api:data-privacy:delete`.
///
/// As [`EraseEmail`]. [`FindPhone`] shows what would go.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasePhone {
    /// The number, beginning with `+` and the code of the country.
    pub phone_number: String,
}

impl Endpoint for ErasePhone {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        let path = "/v2/data-privacy/erase-data-for-phone-number";
        Request::new(Method::POST, path, Effect::Erases).query(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resend;

    #[test]
    fn whom_to_erase_stands_in_the_query_and_there_is_no_body() {
        let email = EraseEmail { email_address: "jane@example.com".to_owned() }.request();
        insta::assert_debug_snapshot!(email);
        let phone = ErasePhone { phone_number: "+15550100".to_owned() }.request();
        assert_eq!(phone.query, [("phoneNumber".to_owned(), "+15550100".to_owned())]);
        assert!(phone.body.is_none());
    }

    #[test]
    fn nothing_is_erased_twice() {
        let email = EraseEmail { email_address: "jane@example.com".to_owned() }.request();
        let phone = ErasePhone { phone_number: "+15550100".to_owned() }.request();
        assert_eq!((email.resend, phone.resend), (Resend::Never, Resend::Never));
    }

    #[test]
    fn finding_is_a_read() {
        let email = FindEmail { email_address: "jane@example.com".to_owned() }.request();
        assert_eq!((email.method.as_str(), email.effect), ("GET", Effect::Reads));
        let phone = FindPhone { phone_number: "+15550100".to_owned() }.request();
        assert_eq!((phone.method.as_str(), phone.effect), ("GET", Effect::Reads));
    }
}
