//! Which endpoint decodes the answer of which operation.

use gong_types::{
    ActivityByPeriod, AddCall, AddInteraction, AggregateActivity, Answer as _, AnsweredScorecards,
    AskEntity, AssignProspects, BulkAssignProspects, CheckMeetingIntegration, CreateMeeting,
    CreatePermissionProfile, CustomAction, DailyActivity, DecodeError, DeleteIntegration,
    DeleteMeeting, Endpoint, EraseEmail, ErasePhone, FindEmail, FindPhone, GenerateBrief,
    GetBulkAssignment, GetCall, GetCoaching, GetCrmObjects, GetFlowSteps, GetIntegrationSettings,
    GetPermissionProfile, GetRequestStatus, GetTranscripts, GetUser, GrantCallAccess,
    InteractionStats, ListAssignedFlows, ListBriefs, ListCallAccess, ListCallOutcomes, ListCalls,
    ListFlowFolders, ListFlows, ListFolderCalls, ListFolders, ListIntegrations, ListLogs,
    ListManualAssociations, ListMeetings, ListPermissionProfiles, ListProfileUsers, ListSchema,
    ListScorecards, ListSettingsHistory, ListTargets, ListTasks, ListTrackers, ListUsers,
    ListWorkspaces, OverrideCoolOff, Page, Record, RegisterIntegration, RevokeCallAccess,
    SearchCalls, SearchUsers, SetIntegrationSettings, ShareContent, UnassignFlows,
    UnassignProspect, UpdateMeeting, UpdatePermissionProfile, UpdateTask, UploadCrmObjects,
    UploadMedia, UploadSchema, UploadTargetAssignments, ViewContent,
};
use serde::de::DeserializeOwned;

use super::Outcome;

/// Decodes the text of an answer, given the member that holds what was asked for.
type Read = fn(&str, Option<&str>) -> Outcome;

/// An answer whose records can all be read.
trait Readable {
    fn read_all(&self) -> Vec<(String, Result<(), DecodeError>)>;
}

impl<T: DeserializeOwned> Readable for Record<T> {
    fn read_all(&self) -> Vec<(String, Result<(), DecodeError>)> {
        vec![(self.text().to_owned(), self.read().map(drop))]
    }
}

impl<T: DeserializeOwned> Readable for Option<Record<T>> {
    fn read_all(&self) -> Vec<(String, Result<(), DecodeError>)> {
        self.as_ref().map(Readable::read_all).unwrap_or_default()
    }
}

impl<T: DeserializeOwned> Readable for Page<T> {
    fn read_all(&self) -> Vec<(String, Result<(), DecodeError>)> {
        // What stands beside the records must not panic either; it may fail to read alone.
        drop(self.envelope.read());
        self.items.iter().flat_map(Readable::read_all).collect()
    }
}

fn read<E: Endpoint<Response: Readable>>(text: &str, member: Option<&str>) -> Outcome {
    E::Response::decode(text, member).map(|answer| answer.read_all())
}

/// Every operation with the reader of its endpoint.
pub(super) const ENDPOINTS: [(&str, Read); 72] = [
    ("calls-list", read::<ListCalls>),
    ("calls-add", read::<AddCall>),
    ("calls-get", read::<GetCall>),
    ("calls-media-upload", read::<UploadMedia>),
    ("calls-extensive", read::<SearchCalls>),
    ("calls-transcript", read::<GetTranscripts>),
    ("calls-users-access-get", read::<ListCallAccess>),
    ("calls-users-access-add", read::<GrantCallAccess>),
    ("calls-users-access-remove", read::<RevokeCallAccess>),
    ("calls-manual-crm-associations", read::<ListManualAssociations>),
    ("users-list", read::<ListUsers>),
    ("users-get", read::<GetUser>),
    ("users-settings-history", read::<ListSettingsHistory>),
    ("users-extensive", read::<SearchUsers>),
    ("stats-interaction", read::<InteractionStats>),
    ("stats-activity-scorecards", read::<AnsweredScorecards>),
    ("stats-activity-day-by-day", read::<DailyActivity>),
    ("stats-activity-aggregate", read::<AggregateActivity>),
    ("stats-activity-aggregate-by-period", read::<ActivityByPeriod>),
    ("settings-trackers", read::<ListTrackers>),
    ("settings-scorecards", read::<ListScorecards>),
    ("settings-briefs", read::<ListBriefs>),
    ("workspaces-list", read::<ListWorkspaces>),
    ("logs-list", read::<ListLogs>),
    ("library-folders", read::<ListFolders>),
    ("library-folder-content", read::<ListFolderCalls>),
    ("coaching-metrics", read::<GetCoaching>),
    ("call-outcomes-list", read::<ListCallOutcomes>),
    ("tasks-list", read::<ListTasks>),
    ("tasks-update", read::<UpdateTask>),
    ("entities-ask", read::<AskEntity>),
    ("entities-get-brief", read::<GenerateBrief>),
    ("flows-list", read::<ListFlows>),
    ("flows-folders", read::<ListFlowFolders>),
    ("flows-steps", read::<GetFlowSteps>),
    ("flows-prospects-list", read::<ListAssignedFlows>),
    ("flows-prospects-assign", read::<AssignProspects>),
    ("flows-prospects-assign-cool-off-override", read::<OverrideCoolOff>),
    ("flows-prospects-unassign-by-instance-id", read::<UnassignFlows>),
    ("flows-prospects-unassign-by-crm-id", read::<UnassignProspect>),
    ("flows-prospects-bulk-assign", read::<BulkAssignProspects>),
    ("flows-prospects-bulk-assignment-get", read::<GetBulkAssignment>),
    ("crm-integrations-list", read::<ListIntegrations>),
    ("crm-integrations-register", read::<RegisterIntegration>),
    ("crm-integrations-delete", read::<DeleteIntegration>),
    ("crm-entity-schema-list", read::<ListSchema>),
    ("crm-entity-schema-upload", read::<UploadSchema>),
    ("crm-entities-get", read::<GetCrmObjects>),
    ("crm-entities-upload", read::<UploadCrmObjects>),
    ("crm-request-status", read::<GetRequestStatus>),
    ("data-privacy-find-email", read::<FindEmail>),
    ("data-privacy-find-phone", read::<FindPhone>),
    ("data-privacy-erase-email", read::<EraseEmail>),
    ("data-privacy-erase-phone", read::<ErasePhone>),
    ("permission-profiles-list", read::<ListPermissionProfiles>),
    ("permission-profile-get", read::<GetPermissionProfile>),
    ("permission-profile-create", read::<CreatePermissionProfile>),
    ("permission-profile-update", read::<UpdatePermissionProfile>),
    ("permission-profile-users", read::<ListProfileUsers>),
    ("meetings-create", read::<CreateMeeting>),
    ("meetings-update", read::<UpdateMeeting>),
    ("meetings-delete", read::<DeleteMeeting>),
    ("meetings-integration-status", read::<CheckMeetingIntegration>),
    ("digital-interactions-add", read::<AddInteraction>),
    ("engagement-content-shared", read::<ShareContent>),
    ("engagement-content-viewed", read::<ViewContent>),
    ("engagement-custom-action", read::<CustomAction>),
    ("integration-settings-set", read::<SetIntegrationSettings>),
    ("targets-list", read::<ListTargets>),
    ("targets-assignments-upload", read::<UploadTargetAssignments>),
    ("integration-settings-get", read::<GetIntegrationSettings>),
    ("meetings-list", read::<ListMeetings>),
];
