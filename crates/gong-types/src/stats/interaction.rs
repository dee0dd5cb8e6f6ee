//! How users talk: figures such as the longest monologue, averaged over calls.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::CountedPeriod;
use crate::{
    InteractionStat, UserId,
    endpoint::{Endpoint, Request, wrap},
    error::DecodeError,
    page::Page,
};

/// `POST /v2/stats/interaction`: how users talked in the calls of a period. Scope
/// `api:stats:interaction`.
///
/// Only calls with Gong's Whisper count, and only users of the company. The dates are days in the
/// time zone of the company, which stands in the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionStats {
    /// The first day.
    #[serde(rename = "fromDate")]
    pub from: Date,
    /// The day after the last one; Gong refuses days after today.
    #[serde(rename = "toDate")]
    pub to: Date,
    /// Only these users.
    pub user_ids: Option<Vec<UserId>>,
}

impl Endpoint for InteractionStats {
    type Response = Page<UserInteraction>;

    fn request(&self) -> Request {
        Request::search("/v2/stats/interaction")
            .body(&wrap("filter", self))
            .answer("peopleInteractionStats")
    }
}

/// How one user talked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserInteraction {
    /// Which user.
    pub user_id: UserId,
    /// The user's e-mail address.
    pub user_email_address: Option<String>,
    /// The figures: `Longest Monologue`, `Longest Customer Story`, `Interactivity`, `Patience`, and
    /// `Question Rate`.
    pub person_interaction_stats: Option<Vec<InteractionStat>>,
}

impl Page<UserInteraction> {
    /// The period that was counted.
    pub fn counted(&self) -> Result<CountedPeriod, DecodeError> {
        self.beside()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_stand_in_the_filter() {
        let stats = InteractionStats {
            from: "2026-06-01".parse().unwrap(),
            to: "2026-07-01".parse().unwrap(),
            user_ids: Some(vec!["7".parse().unwrap()]),
        };
        insta::assert_snapshot!(stats.request().body.unwrap().get());
    }
}
