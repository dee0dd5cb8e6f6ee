//! Flows: sequences of steps in which Gong Engage reaches out to prospects.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    FlowFolderId, FlowId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    open_enum::open_enum,
    page::Page,
};

mod bulk;
mod prospects;
mod steps;
mod unassign;

pub use bulk::{
    BulkAssignProspects, BulkAssignment, BulkProspect, BulkResult, BulkResultStatus, BulkStatus,
    GetBulkAssignment,
};
pub use prospects::{
    AssignOverrides, AssignProspects, AssignedFlow, Assignment, AssignmentErrorCode,
    AssignmentFailure, FlowInstanceStatus, ListAssignedFlows, OverrideCoolOff, StepOverride,
    VariableOverride,
};
pub use steps::{FlowStep, FlowStepAction, FlowWithSteps, GetFlowSteps};
pub use unassign::{UnassignFlows, UnassignProspect, UnassignedFlows};

/// `GET /v2/flows`: the flows of the company, and those that a user owns or was given. Scope
/// `api:flows:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListFlows {
    /// The e-mail address of the user.
    #[serde(rename = "flowOwnerEmail")]
    pub owner_email: String,
    /// Only flows of this workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// Only flows in this folder.
    pub folder_id: Option<FlowFolderId>,
    /// Whether to list the flows instead that the user assigned last, 20 at most.
    pub most_recently_assigned: Option<bool>,
}

impl Endpoint for ListFlows {
    type Response = Page<Flow>;

    fn request(&self) -> Request {
        Request::get("/v2/flows").query(self).answer("flows")
    }
}

/// `GET /v2/flows/folders`: the folders of the company's flows, and those that a user owns or was
/// given. Scope `api:flows:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListFlowFolders {
    /// The e-mail address of the user.
    #[serde(rename = "flowFolderOwnerEmail")]
    pub owner_email: String,
    /// Only this folder and those in it.
    pub parent_id: Option<FlowFolderId>,
    /// Only folders of this workspace.
    pub workspace_id: Option<WorkspaceId>,
}

impl Endpoint for ListFlowFolders {
    type Response = Page<FlowFolder>;

    fn request(&self) -> Request {
        Request::get("/v2/flows/folders").query(self).answer("flowsFolders")
    }
}

/// A flow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Its name.
    pub name: Option<String>,
    /// The folder that it is in.
    pub folder_id: Option<FlowFolderId>,
    /// The name of that folder.
    pub folder_name: Option<String>,
    /// Who can use it.
    pub visibility: Option<FlowVisibility>,
    /// When it was created.
    pub creation_date: Option<Timestamp>,
    /// Whether a prospect in it cannot be in another flow.
    pub exclusive: Option<bool>,
}

open_enum! {
    /// Who can use a flow or a folder.
    FlowVisibility {
        /// Everybody.
        Company = "Company",
        /// Its owner.
        Personal = "Personal",
        /// Its owner and whom it was shared with.
        Shared = "Shared",
    }
}

/// A folder of flows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlowFolder {
    /// Its id.
    pub id: FlowFolderId,
    /// Its name.
    pub name: Option<String>,
    /// The folder that it is in; `None` at the top.
    #[serde(default, deserialize_with = "crate::id::none_if_null_text")]
    pub parent_folder_id: Option<FlowFolderId>,
    /// Who made it; `None` for those that Gong made.
    #[serde(default, deserialize_with = "crate::id::none_if_null_text")]
    pub created_by_id: Option<UserId>,
    /// Who can use it.
    pub visibility: Option<FlowVisibility>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Answer as _;

    #[test]
    fn flows_are_those_of_a_user() {
        let list = ListFlows {
            owner_email: "ada+1@acme.example".to_owned(),
            workspace_id: None,
            folder_id: Some("5".parse().unwrap()),
            most_recently_assigned: Some(true),
        };
        insta::assert_debug_snapshot!(list.request());
    }

    #[test]
    fn folders_are_those_of_a_user() {
        let list = ListFlowFolders {
            owner_email: "ada@acme.example".to_owned(),
            parent_id: Some("5".parse().unwrap()),
            workspace_id: Some("6".parse().unwrap()),
        };
        insta::assert_debug_snapshot!(list.request());
    }

    #[test]
    fn folders_are_read_under_the_name_on_the_wire_and_the_described_one() {
        let member = "flowsFolders";
        for name in [member, "flows"] {
            let text = format!(r#"{{"records":{{"totalRecords":1}},"{name}":[{{"id":"1"}}]}}"#);
            let page = Page::<FlowFolder>::decode(&text, Some(member)).unwrap();
            assert_eq!(page.items[0].read().unwrap().id.as_str(), "1");
            assert!(!page.envelope.text().contains(name));
        }
        let both = r#"{"flows":[],"flowsFolders":[{"id":"1"}]}"#;
        assert_eq!(Page::<FlowFolder>::decode(both, Some(member)).unwrap().items.len(), 1);
        assert!(Page::<FlowFolder>::decode(r#"{"folders":[]}"#, Some(member)).is_err());
        assert!(Page::<Flow>::decode(r#"{"flowsFolders":[]}"#, Some("flows")).is_err());
    }

    #[test]
    fn the_text_null_is_no_id() {
        for none in [r#""null""#, "null"] {
            let text = format!(r#"{{"id":"1","parentFolderId":{none},"createdById":{none}}}"#);
            let folder: FlowFolder = serde_json::from_str(&text).unwrap();
            assert_eq!((folder.parent_folder_id, folder.created_by_id), (None, None));
        }
        let text = r#"{"id":"1","parentFolderId":"2","createdById":3}"#;
        let folder: FlowFolder = serde_json::from_str(text).unwrap();
        assert_eq!(folder.parent_folder_id.unwrap().as_str(), "2");
        assert_eq!(folder.created_by_id.unwrap().as_str(), "3");
        assert!(serde_json::from_str::<FlowFolder>(r#"{"id":"1"}"#).is_ok());
    }
}
