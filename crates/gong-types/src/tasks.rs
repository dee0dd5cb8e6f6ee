//! Tasks: what the users of Gong Engage still have to do.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    FlowId, FlowStepId, TaskId, TaskPriorityId, UserId, WorkspaceId,
    endpoint::{Effect, Endpoint, Request, Resend, segment, wrap},
    error::DecodeError,
    open_enum::open_enum,
    page::Page,
};

mod contact;

pub use contact::{
    ContactDetails, ContactEmail, ContactPhone, ContactSide, ContactType, OptOutChannel,
    TaskContact,
};

/// `POST /v2/tasks`: the tasks of a user, all at once. Scope `api:tasks:read`.
///
/// A company without Gong Engage gets a server error.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTasks {
    /// Whose tasks.
    pub user_id: UserId,
    /// Only tasks of this workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// Only tasks that came about in one of these ways.
    pub types: Vec<TaskType>,
    /// Only tasks in which one of these things is to be done.
    #[serde(rename = "taskAction")]
    pub actions: Vec<TaskAction>,
    /// Only tasks that are in one of these states; Gong promises this for open ones only.
    #[serde(rename = "status")]
    pub statuses: Vec<TaskStatus>,
}

impl Endpoint for ListTasks {
    type Response = Page<Task>;

    fn request(&self) -> Request {
        Request::search("/v2/tasks").body(&wrap("filter", self)).answer("tasks")
    }
}

/// `PATCH /v2/tasks/{taskId}`: changes a task. Scope `api:tasks:write`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateTask {
    /// Which task.
    pub id: TaskId,
    /// What becomes of it.
    pub change: TaskChange,
}

impl Endpoint for UpdateTask {
    type Response = Page<Task>;

    fn request(&self) -> Request {
        let path = format!("/v2/tasks/{}", segment(self.id.as_str()));
        Request::new(Method::PATCH, path, Effect::Writes)
            .resend(Resend::SameState)
            .body(&self.change)
            .answer("tasks")
    }
}

/// What becomes of a task; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskChange {
    /// Whose task it is.
    pub user_id: UserId,
    /// Its new state.
    pub status: Option<TaskStatus>,
    /// When it is to be done from now on.
    pub due_date: Option<Timestamp>,
    /// How urgent it is from now on.
    pub priority: Option<String>,
}

/// Something that a user has to do.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Who has to do it.
    pub user_id: Option<UserId>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// Whether it is still to be done.
    pub status: Option<TaskStatus>,
    /// How it came about.
    #[serde(rename = "type")]
    pub kind: Option<TaskType>,
    /// What is to be done.
    pub actions: Option<Vec<TaskAction>>,
    /// The account that it is about.
    pub account: Option<TaskAccount>,
    /// The deal that it is about.
    pub opportunity: Option<TaskDeal>,
    /// When it is to be done.
    pub due_date: Option<Timestamp>,
    /// The flow that it is a step of.
    pub flow: Option<TaskFlow>,
    /// Whom it is about.
    pub contact: Option<TaskContact>,
    /// Whom it is also about.
    pub additional_contacts: Option<Vec<TaskContact>>,
    /// What a user called it; only for [`TaskType::Manual`].
    pub title: Option<String>,
    /// How urgent it is.
    pub priority: Option<TaskPriority>,
}

impl Page<Task> {
    /// The CRM that the contacts, accounts, and deals are in, which stands beside the tasks.
    pub fn crm(&self) -> Result<Option<TaskCrm>, DecodeError> {
        self.beside().map(|beside: BesideTasks| beside.crm_type)
    }
}

/// What stands beside tasks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BesideTasks {
    crm_type: Option<TaskCrm>,
}

open_enum! {
    /// Whether a task is still to be done.
    TaskStatus {
        /// To be done.
        Open = "OPEN",
        /// Done.
        Done = "DONE",
        /// Not to be done anymore.
        Dismissed = "DISMISSED",
    }
}

open_enum! {
    /// How a task came about.
    TaskType {
        /// It is a step of a flow.
        Flow = "FLOW",
        /// A user made it.
        Manual = "MANUAL",
    }
}

open_enum! {
    /// What is to be done in a task.
    TaskAction {
        /// To call somebody.
        Call = "CALL",
    }
}

open_enum! {
    /// The CRM that the contacts of tasks are in.
    TaskCrm {
        /// Salesforce.
        Salesforce = "SALESFORCE",
        /// `HubSpot`.
        HubSpot = "HUBSPOT",
        /// Microsoft Dynamics.
        MicrosoftDynamics = "MICROSOFT_DYNAMICS",
        /// Another one, connected through Gong's API.
        Generic = "GENERIC",
    }
}

/// The account that a task is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskAccount {
    /// Its id in the CRM.
    pub crm_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its page in the CRM.
    pub crm_url: Option<String>,
}

/// The deal that a task is about. All but the name and the address is text of the CRM.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskDeal {
    /// Its id in the CRM.
    pub crm_id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its page in the CRM.
    pub crm_url: Option<String>,
    /// Whether it is open, won, or lost.
    pub status: Option<String>,
    /// How far it is.
    pub stage: Option<String>,
    /// What it is worth.
    pub amount: Option<String>,
    /// How likely it is.
    pub probability: Option<String>,
    /// When it is expected to be closed.
    pub close_date: Option<String>,
}

/// The flow that a task belongs to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TaskFlow {
    /// Its id.
    pub id: Option<FlowId>,
    /// Its name.
    pub name: Option<String>,
    /// The step that the task is.
    pub step: Option<TaskFlowStep>,
}

/// The step of a flow that a task is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskFlowStep {
    /// Its id.
    pub id: Option<FlowStepId>,
    /// Its name.
    pub name: Option<String>,
    /// Its place in the flow.
    pub step_number: Option<i64>,
}

/// How urgent a task is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TaskPriority {
    /// Its id.
    pub id: Option<TaskPriorityId>,
    /// Its name.
    pub name: Option<String>,
    /// How much it weighs; more is more urgent.
    pub weight: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Answer as _;

    #[test]
    fn the_crm_stands_beside_the_tasks() {
        let answer = r#"{"requestId":"x","tasks":[],"crmType":"HUBSPOT"}"#;
        let page = Page::<Task>::decode(answer, Some("tasks")).unwrap();
        assert_eq!(page.crm().unwrap(), Some(TaskCrm::HubSpot));
        let page = Page::<Task>::decode(r#"{"tasks":[]}"#, Some("tasks")).unwrap();
        assert_eq!(page.crm().unwrap(), None);
    }

    #[test]
    fn tasks_are_searched_by_filter() {
        let list = ListTasks {
            user_id: "1".parse().unwrap(),
            workspace_id: None,
            types: vec![TaskType::Manual, TaskType::Flow],
            actions: vec![TaskAction::Call],
            statuses: vec![TaskStatus::Open],
        };
        insta::assert_snapshot!(list.request().body.unwrap().get());
    }

    #[test]
    fn only_what_changes_of_a_task_is_sent() {
        let change = serde_json::from_str(r#"{"userId": 7, "status": "DONE"}"#).unwrap();
        insta::assert_debug_snapshot!(UpdateTask { id: "12".parse().unwrap(), change }.request());
    }

    #[test]
    fn ids_of_a_task_may_be_numbers() {
        let task: Task = serde_json::from_str(
            r#"{"id":9007199254740993,"userId":"2","flow":{"id":3,"step":{"id":4,"stepNumber":1}},
                "priority":{"id":5,"weight":10},"actions":["CALL"]}"#,
        )
        .unwrap();
        assert_eq!(task.id.as_str(), "9007199254740993");
        assert_eq!(task.flow.unwrap().step.unwrap().id.unwrap().as_str(), "4");
        assert_eq!(task.priority.unwrap().id.unwrap().as_str(), "5");
    }
}
