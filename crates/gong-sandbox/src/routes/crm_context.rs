//! The CRM records that requests name: which systems and kinds of objects there are.

use crate::rules::{
    Kind::{Any, List, OneOf, Text},
    Rule, may, needs,
};

/// What a call, or an event, may name of the CRM.
pub(super) static CALL_CONTEXT: [Rule; 2] =
    [needs("system", OneOf(&SYSTEMS)), may("objects", List(&CALL_OBJECT))];

/// What a person may be in the CRM.
pub(super) static PERSON_CONTEXT: [Rule; 2] =
    [needs("system", OneOf(&SYSTEMS)), may("objects", List(&PERSON_OBJECT))];

static CALL_OBJECT: [Rule; 3] = [
    needs("objectType", OneOf(&["Opportunity", "Account", "Lead", "Contact", "User"])),
    needs("objectId", Text),
    may("fields", List(&FIELD)),
];

static PERSON_OBJECT: [Rule; 3] = [
    needs("objectType", OneOf(&["Lead", "Contact", "Account", "Opportunity", "User"])),
    needs("objectId", Text),
    may("fields", List(&FIELD)),
];

static FIELD: [Rule; 2] = [may("name", Text), may("value", Any)];

static SYSTEMS: [&str; 4] = ["Salesforce", "HubSpot", "MicrosoftDynamic", "Generic"];
