//! Briefs: summaries that the company has designed and that Gong writes on demand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    BriefId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

/// `GET /v2/settings/briefs`: the briefs that the company has designed. Scope
/// `api:ai-briefer:read`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListBriefs {
    /// Only briefs of this workspace.
    pub workspace_id: Option<WorkspaceId>,
}

impl Endpoint for ListBriefs {
    type Response = Page<Brief>;

    fn request(&self) -> Request {
        Request::get("/v2/settings/briefs").query(self).answer("briefs")
    }
}

/// A brief.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Brief {
    /// Its id.
    pub brief_id: BriefId,
    /// Its name, by which Gong is asked to write it.
    pub brief_name: Option<String>,
    /// The workspace it belongs to.
    pub workspace_id: Option<WorkspaceId>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it can be written.
    pub status: Option<BriefStatus>,
    /// The name of who designed it.
    pub creator: Option<String>,
    /// Who designed it.
    pub creator_user_id: Option<UserId>,
    /// When it was designed.
    pub created: Option<Timestamp>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
}

open_enum! {
    /// Whether a brief can be written.
    BriefStatus {
        /// It can.
        Published = "Published",
        /// It is still being designed.
        NotPublished = "Not published",
    }
}
