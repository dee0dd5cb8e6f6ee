//! Findings: what an answer of Gong's AI was drawn from.

use jiff::Timestamp;
use serde::Deserialize;

use crate::CallId;

/// A call that something was found in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CallFinding {
    /// Which one.
    pub call: Option<CitedCall>,
}

/// A call that something was found in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CitedCall {
    /// Its id.
    pub id: Option<CallId>,
    /// Its title.
    pub title: Option<String>,
    /// When it started.
    pub started: Option<Timestamp>,
    /// Its page in Gong.
    pub url: Option<String>,
}

/// E-mails that something was found in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EmailFinding {
    /// Which ones.
    pub emails: Option<Vec<CitedEmail>>,
}

/// An e-mail that something was found in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CitedEmail {
    /// Its id in Gong.
    pub id: Option<String>,
    /// Its subject.
    pub title: Option<String>,
    /// When it was sent.
    pub sent_date_time: Option<Timestamp>,
}

/// A page of the web that something was found on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct WebFinding {
    /// The domain, which may be one that only leads to the page.
    pub domain: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
}
