//! Targets: what people and teams are to reach.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Acknowledgement, WorkspaceId,
    endpoint::{Effect, Endpoint, Request, Upload, segment},
    id::text_or_number,
    page::{Page, Record},
};

/// `GET /v2/targets`: the targets of a workspace, all at once. No scope is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTargets {
    /// Which workspace.
    pub workspace_id: WorkspaceId,
}

impl Endpoint for ListTargets {
    type Response = Page<Target>;

    fn request(&self) -> Request {
        Request::get("/v2/targets").query(self).answer("targets")
    }
}

/// `POST /v2/targets/{targetId}/assignments`: sends a file that says who is to reach how much of a
/// target in which period. No scope is known.
///
/// The file is comma-separated, with the columns `Team member identifier`, `Is Team`, `Period`, and
/// `Value`, and `Currency` for targets of money. Nobody has told what Gong answers, if anything.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadTargetAssignments {
    /// Which target.
    #[serde(skip)]
    pub target_id: String,
    /// The workspace of the target.
    pub workspace_id: WorkspaceId,
    /// Whether to only look for mistakes in the file.
    pub validate_only: Option<bool>,
}

impl Endpoint for UploadTargetAssignments {
    type Response = Option<Record<Acknowledgement>>;

    fn request(&self) -> Request {
        let path = format!("/v2/targets/{}/assignments", segment(&self.target_id));
        let upload = Upload { part: "file", limit: None, media_type: Some("text/csv") };
        Request::new(Method::POST, path, Effect::Erases).query(self).upload(upload)
    }
}

/// A target. Gong documents the names of its members, and nothing more.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Target {
    /// Its id.
    #[serde(deserialize_with = "text_or_number")]
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What kind of target it is.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What it is counted in.
    pub unit: Option<String>,
    /// How the people and teams are ordered that it is set for.
    pub hierarchy_type: Option<String>,
    /// When it was created.
    pub created_date_time: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_to_a_target_of_a_workspace() {
        let upload = UploadTargetAssignments {
            target_id: "7/8".to_owned(),
            workspace_id: "1".parse().unwrap(),
            validate_only: Some(true),
        };
        insta::assert_debug_snapshot!(upload.request());
    }

    #[test]
    fn the_id_of_a_target_may_be_anything() {
        for (json, id) in [(r#""a-b""#, "a-b"), ("12345678901234567890", "12345678901234567890")] {
            let target: Target = serde_json::from_str(&format!(r#"{{"id":{json}}}"#)).unwrap();
            assert_eq!(target.id, id);
        }
    }
}
