//! What Gong's AI knows of an account, a contact, a deal, or a lead.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CrmObjectType, WorkspaceId,
    endpoint::{Effect, Endpoint, Request},
    open_enum::open_enum,
    page::Record,
};

mod findings;

pub use findings::{CallFinding, CitedCall, CitedEmail, EmailFinding, WebFinding};

/// `GET /v2/entities/ask-entity`: the answer to a question about an entity. Scope `api:ai-ask:read`.
///
/// It spends credits. Gong looks at 60 calls and 500 e-mails at most.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AskEntity {
    /// The workspace of the calls and e-mails.
    pub workspace_id: WorkspaceId,
    /// What the entity is.
    pub crm_entity_type: CrmObjectType,
    /// The id of the entity in the CRM.
    pub crm_entity_id: String,
    /// Which calls and e-mails to look at.
    pub time_period: EntityPeriod,
    /// Only what was held or sent at or after this moment; for [`EntityPeriod::CustomRange`].
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only what was held or sent before this moment; for [`EntityPeriod::CustomRange`].
    #[serde(rename = "toDateTime")]
    pub to: Option<Timestamp>,
    /// The question.
    pub question: String,
}

impl Endpoint for AskEntity {
    type Response = Record<EntityAnswer>;

    fn request(&self) -> Request {
        Request::new(Method::GET, "/v2/entities/ask-entity", Effect::Costs).query(self)
    }
}

/// `GET /v2/entities/get-brief`: a summary of an entity, made in the way that a brief of the company
/// says. Scope `api:ai-briefer:read`.
///
/// It spends credits. The brief must be published.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateBrief {
    /// The workspace of the brief.
    pub workspace_id: WorkspaceId,
    /// The name of the brief.
    pub brief_name: String,
    /// What the entity is.
    pub crm_entity_type: CrmObjectType,
    /// The id of the entity in the CRM.
    pub crm_entity_id: String,
    /// Which calls and e-mails to look at.
    pub time_period: EntityPeriod,
    /// Only what was held or sent at or after this moment; for [`EntityPeriod::CustomRange`].
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only what was held or sent before this moment; for [`EntityPeriod::CustomRange`].
    #[serde(rename = "toDateTime")]
    pub to: Option<Timestamp>,
}

impl Endpoint for GenerateBrief {
    type Response = Record<EntityBrief>;

    fn request(&self) -> Request {
        Request::new(Method::GET, "/v2/entities/get-brief", Effect::Costs).query(self)
    }
}

open_enum! {
    /// Which calls and e-mails of an entity to look at.
    EntityPeriod {
        /// Of the last 7 days.
        Last7Days = "LAST_7DAYS",
        /// Of the last 30 days.
        Last30Days = "LAST_30DAYS",
        /// Of the last 90 days.
        Last90Days = "LAST_90DAYS",
        /// Of the 90 days before the last of them.
        Last90DaysSinceLastActivity = "LAST_90_DAYS_SINCE_LAST_ACTIVITY",
        /// Of the year before the last of them.
        LastYearSinceLastActivity = "LAST_YEAR_SINCE_LAST_ACTIVITY",
        /// Of the last year.
        LastYear = "LAST_YEAR",
        /// Of this week.
        ThisWeek = "THIS_WEEK",
        /// Of this month.
        ThisMonth = "THIS_MONTH",
        /// Of this year.
        ThisYear = "THIS_YEAR",
        /// Of this quarter.
        ThisQuarter = "THIS_QUARTER",
        /// From one moment to another.
        CustomRange = "CUSTOM_RANGE",
        /// All.
        AllConversations = "ALL_CONVERSATIONS",
    }
}

/// The answer to a question about an entity.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EntityAnswer {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// How many calls Gong looked at.
    pub num_of_calls_searched: Option<i64>,
    /// How many e-mails Gong looked at.
    pub num_of_emails_searched: Option<i64>,
    /// The answer in parts.
    pub answer: Option<Vec<AnswerSection>>,
}

/// A part of an answer, and what it was drawn from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AnswerSection {
    /// The text, in paragraphs.
    pub answer_items: Option<Vec<String>>,
    /// The e-mails that it was drawn from.
    pub email_findings: Option<Vec<EmailFinding>>,
    /// The calls that it was drawn from.
    pub call_findings: Option<Vec<CallFinding>>,
}

/// A summary of an entity.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EntityBrief {
    /// Gong's name for this answer.
    pub request_id: Option<String>,
    /// How many calls Gong looked at.
    pub num_of_calls_searched: Option<i64>,
    /// How many e-mails Gong looked at.
    pub num_of_emails_searched: Option<i64>,
    /// The sections that the brief has.
    pub brief_sections: Option<Vec<BriefSection>>,
}

/// A section of a summary.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BriefSection {
    /// Its heading.
    pub title: Option<String>,
    /// The text, in paragraphs.
    pub section_summary: Option<Vec<String>>,
    /// What it was drawn from, for [`BriefSectionType::Conversations`].
    pub conversation_findings: Option<ConversationFindings>,
    /// Where it was drawn from.
    pub brief_section_type: Option<BriefSectionType>,
    /// What it was drawn from, for [`BriefSectionType::Web`].
    pub web_findings: Option<Vec<WebFinding>>,
    /// How asking went, for [`BriefSectionType::McpConnection`].
    pub mcp_result: Option<McpResult>,
}

open_enum! {
    /// Where a section of a summary was drawn from.
    BriefSectionType {
        /// Calls and e-mails.
        Conversations = "Conversations",
        /// The web.
        Web = "Web",
        /// The CRM, or what Gong knows besides.
        CrmOrGongData = "CrmOrGongData",
        /// Servers that speak the Model Context Protocol.
        McpConnection = "McpConnection",
    }
}

/// The calls and e-mails that a section of a summary was drawn from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConversationFindings {
    /// The calls.
    pub call_findings: Option<Vec<CallFinding>>,
    /// The e-mails.
    pub email_findings: Option<Vec<EmailFinding>>,
}

/// How asking the servers that speak the Model Context Protocol went.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct McpResult {
    /// Each of them.
    pub connections: Option<Vec<McpConnection>>,
    /// The names of those that were asked.
    pub servers: Option<Vec<String>>,
    /// How it went on the whole.
    pub mcp_status: Option<McpStatus>,
    /// What went wrong.
    pub error_message: Option<String>,
}

open_enum! {
    /// How asking the servers went on the whole.
    McpStatus {
        /// Well.
        Success = "SUCCESS",
        /// Not well.
        Failure = "FAILURE",
        /// They could not be reached.
        ConnectionError = "CONNECTION_ERROR",
    }
}

/// How asking one server went.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct McpConnection {
    /// Its name in Gong.
    pub name: Option<String>,
    /// How it went.
    pub status: Option<McpConnectionStatus>,
}

open_enum! {
    /// How asking one server went.
    McpConnectionStatus {
        /// Well.
        Success = "SUCCESS",
        /// It wants somebody to log in.
        AuthRequired = "AUTH_REQUIRED",
        /// It failed.
        Failed = "FAILED",
        /// It is not connected.
        NotConnected = "NOT_CONNECTED",
        /// It has nothing that would help.
        NoMatchingTools = "NO_MATCHING_TOOLS",
        /// It would have to know for whom.
        NoUserContext = "NO_USER_CONTEXT",
        /// Gong does not know.
        Unknown = "UNKNOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_goes_into_the_query_and_costs() {
        let ask = AskEntity {
            workspace_id: "1".parse().unwrap(),
            crm_entity_type: CrmObjectType::Deal,
            crm_entity_id: "006D".to_owned(),
            time_period: EntityPeriod::CustomRange,
            from: Some("2026-06-01T02:00:00+02:00".parse().unwrap()),
            to: None,
            question: "Who decides & when?".to_owned(),
        };
        insta::assert_debug_snapshot!(ask.request());
    }

    #[test]
    fn a_brief_is_named_in_the_query_and_costs() {
        let brief = GenerateBrief {
            workspace_id: "1".parse().unwrap(),
            brief_name: "Handover".to_owned(),
            crm_entity_type: CrmObjectType::Account,
            crm_entity_id: "001A".to_owned(),
            time_period: EntityPeriod::Last90DaysSinceLastActivity,
            from: None,
            to: None,
        };
        insta::assert_debug_snapshot!(brief.request());
    }
}
