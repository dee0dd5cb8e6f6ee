//! Settings of the company: its workspaces, trackers, scorecards, and briefs.

use serde::Deserialize;

use crate::{
    WorkspaceId,
    endpoint::{Endpoint, Request},
    page::Page,
};

mod briefs;
mod scorecards;
mod trackers;

pub use briefs::{Brief, BriefStatus, ListBriefs};
pub use scorecards::{ListScorecards, QuestionOption, Scorecard, ScorecardQuestion};
pub use trackers::{
    KeywordTracker, ListTrackers, TrackerAffiliation, TrackerKeywords, TrackerTime, TrackerUnit,
};

/// `GET /v2/workspaces`: the workspaces of the company, all at once. Scope `api:workspaces:read`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListWorkspaces;

impl Endpoint for ListWorkspaces {
    type Response = Page<Workspace>;

    fn request(&self) -> Request {
        Request::get("/v2/workspaces").answer("workspaces")
    }
}

/// A workspace: a part of the company with calls and settings of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}
