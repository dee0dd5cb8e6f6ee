//! Ids: large integers that are kept as text, one type for each kind of thing.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

/// Text that cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    given: String,
    kind: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.given.chars().take(60).collect();
        write!(
            f,
            "{shown:?} is not a {} id: expected up to 20 digits, such as 7782342274025937895",
            self.kind
        )?;
        if self.kind == "call" {
            f.write_str(", or the address of its page in Gong")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidId {}

/// Declares ids. What Gong sends is taken as it is, text or number; what a person types must be
/// digits.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as Gong writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(given: &str) -> Result<Self, InvalidId> {
                digits(given.trim(), $kind).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                text_or_number(deserializer).map(Self)
            }
        }
    )*};
}

ids! {
    /// The id of a call. Also read from the address of its page in Gong.
    CallId = "call";
    /// The id of a user of the company.
    UserId = "user";
    /// The id of a workspace.
    WorkspaceId = "workspace";
    /// The id of a speaker, which ties what was said to a party of the call.
    SpeakerId = "speaker";
    /// The id of a party of a call.
    PartyId = "party";
    /// The id of a tracker.
    TrackerId = "tracker";
    /// The id of a comment.
    CommentId = "comment";
    /// The id of a call outcome.
    CallOutcomeId = "call outcome";
    /// The id of a meeting.
    MeetingId = "meeting";
    /// The id of a scorecard.
    ScorecardId = "scorecard";
    /// The id of a scorecard that was filled in.
    AnsweredScorecardId = "answered scorecard";
    /// The id of a question of a scorecard.
    QuestionId = "question";
    /// The id of one wording of a question.
    QuestionRevisionId = "question revision";
    /// The id of an option to answer a question with.
    AnswerOptionId = "answer option";
    /// The id of a folder of the library.
    LibraryFolderId = "library folder";
    /// The id of a brief.
    BriefId = "brief";
    /// The id of a lead or a contact in Gong.
    CustomerRecordId = "customer record";
    /// The id of a company that uses Gong.
    CompanyId = "company";
    /// The id of a permission profile.
    PermissionProfileId = "permission profile";
    /// The id of a task.
    TaskId = "task";
    /// The id of a priority of tasks.
    TaskPriorityId = "priority";
    /// The id of a flow.
    FlowId = "flow";
    /// The id of a folder of flows.
    FlowFolderId = "flow folder";
    /// The id of one prospect's way through a flow.
    FlowInstanceId = "flow instance";
    /// The id of a step of a flow.
    FlowStepId = "flow step";
    /// The id of a CRM integration. Gong writes it as a number that is too large for a float.
    IntegrationId = "integration";
}

fn digits(given: &str, kind: &'static str) -> Result<String, InvalidId> {
    let invalid = || InvalidId { given: given.to_owned(), kind };
    let id = if kind == "call" && given.contains("://") {
        id_of_address(given).ok_or_else(invalid)?
    } else {
        given
    };
    let is_id = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { Ok(id.to_owned()) } else { Err(invalid()) }
}

/// The id in `https://app.gong.io/call?id=123&…` or `…/call/123`.
fn id_of_address(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    if scheme != "https" {
        return None;
    }
    let address = rest.split('#').next()?;
    let (place, query) = address.split_once('?').unwrap_or((address, ""));
    let (host, path) = place.split_once('/')?;
    if !(host == "gong.io" || host.ends_with(".gong.io")) {
        return None;
    }
    if let Some(id) = path.strip_prefix("call/") {
        return Some(id.trim_end_matches('/'));
    }
    query.split('&').find_map(|pair| pair.strip_prefix("id="))
}

/// Reads an id for which Gong writes the text `null` where there is none.
pub(crate) fn none_if_null_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + fmt::Display,
{
    let id = Option::<T>::deserialize(deserializer)?;
    Ok(id.filter(|id| id.to_string() != "null"))
}

/// Reads text or a number of any size without going through a float.
pub(crate) fn text_or_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map_err(|_| de::Error::custom("not an id")),
        Some(b'0'..=b'9' | b'-') if text.bytes().skip(1).all(|byte| byte.is_ascii_digit()) => {
            Ok(text.to_owned())
        }
        _ => Err(de::Error::custom("an id is text or a whole number")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn twenty_digits_survive_as_text_and_as_number() {
        for text in ["18446744073709551615", "18446744073709551616", "99999999999999999999", "-1"] {
            let from_number: CallId = serde_json::from_str(text).unwrap();
            let from_text: CallId = serde_json::from_str(&format!("\"{text}\"")).unwrap();
            assert_eq!((from_number.as_str(), from_text.as_str()), (text, text));
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for json in ["1.5", "1e3", "true", "null", "{}", "[]"] {
            assert!(serde_json::from_str::<CallId>(json).is_err(), "{json}");
        }
        for given in ["", "abc", "12a", "-1", "1.0", "123456789012345678901", "１２"] {
            assert!(given.parse::<CallId>().is_err(), "{given}");
        }
    }

    #[test]
    fn the_address_of_a_call_is_an_id() {
        for address in [
            "https://app.gong.io/call?id=7782342274025937895",
            "https://us-12345.app.gong.io/call?account-id=4&id=7782342274025937895&xp=1#t",
            "https://example.gong.io/call/7782342274025937895",
            " https://app.gong.io/call?id=7782342274025937895\n",
        ] {
            assert_eq!(address.parse::<CallId>().unwrap().as_str(), "7782342274025937895");
        }
    }

    #[test]
    fn other_addresses_are_not() {
        for address in [
            "https://evil.example/call?id=7782342274025937895",
            "https://gong.io.evil.example/call?id=1",
            "https://evilgong.io/call?id=1",
            "http://app.gong.io/call?id=1",
            "https://app.gong.io/call",
            "https://app.gong.io/call?id=abc",
        ] {
            assert!(address.parse::<CallId>().is_err(), "{address}");
        }
        assert!("https://app.gong.io/call?id=1".parse::<UserId>().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_an_id_of_digits_or_an_error(given in ".*") {
            if let Ok(id) = given.parse::<CallId>() {
                prop_assert!(id.as_str().bytes().all(|byte| byte.is_ascii_digit()));
            }
        }

        #[test]
        fn numbers_and_texts_are_the_same_id(number: u64) {
            let from_number: UserId = serde_json::from_str(&number.to_string()).unwrap();
            prop_assert_eq!(serde_json::to_string(&from_number).unwrap(), format!("\"{number}\""));
        }
    }
}
