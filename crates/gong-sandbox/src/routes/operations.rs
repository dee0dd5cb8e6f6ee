//! The operations of Gong's API: method, path, and scope of each, so that a wrong method can be told
//! from a wrong path.

use http::{Method, StatusCode};

/// One operation of Gong's API.
#[derive(Debug)]
pub(crate) struct Operation {
    /// A short name, such as `calls-list`.
    pub(crate) id: &'static str,
    /// Its method.
    pub(crate) method: Method,
    /// Its path, with a member in braces where an id goes.
    pub(crate) path: &'static str,
    /// The scope that a token needs.
    pub(crate) scope: Option<&'static str>,
}

impl Operation {
    /// The status that it answers with when all is well.
    pub(crate) fn success(&self) -> StatusCode {
        match self.id {
            "calls-media-upload" | "crm-entities-upload" | "crm-integrations-delete" => {
                StatusCode::CREATED
            }
            "flows-prospects-bulk-assign" => StatusCode::ACCEPTED,
            _ => StatusCode::OK,
        }
    }

    /// The part of a multipart body that it wants; absent from operations that take no file.
    pub(crate) fn file(&self) -> Option<FilePart> {
        match self.id {
            "calls-media-upload" => Some(FilePart { name: "mediaFile", most_bytes: 1_500_000_000 }),
            "crm-entities-upload" => Some(FilePart { name: "dataFile", most_bytes: 200_000_000 }),
            "targets-assignments-upload" => Some(FilePart { name: "file", most_bytes: 8_000_000 }),
            _ => None,
        }
    }

    /// Whether a path is this operation's.
    pub(crate) fn matches<'a>(&self, path: &'a str) -> Match<'a> {
        let Some((before, rest)) = self.path.split_once('{') else {
            return if self.path == path { Match::Literal } else { Match::No };
        };
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let id = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        match id {
            Some(id) if !id.is_empty() && !id.contains('/') => Match::WithId(id),
            _ => Match::No,
        }
    }
}

/// The part of a multipart body that holds a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilePart {
    pub(crate) name: &'static str,
    pub(crate) most_bytes: u64,
}

/// How a path fits the one of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match<'a> {
    /// Not at all.
    No,
    /// Letter by letter.
    Literal,
    /// With this where the operation has braces.
    WithId(&'a str),
}

const fn operation(
    id: &'static str,
    method: Method,
    path: &'static str,
    scope: Option<&'static str>,
) -> Operation {
    Operation { id, method, path, scope }
}

/// All operations, `GET /v2/meetings` among them, which Gong does not have but people ask for.
#[rustfmt::skip]
pub(crate) static OPERATIONS: [Operation; 72] = [
    operation("calls-list", Method::GET, "/v2/calls", Some("api:calls:read:basic")),
    operation("calls-add", Method::POST, "/v2/calls", Some("api:calls:create")),
    operation("calls-get", Method::GET, "/v2/calls/{id}", Some("api:calls:read:basic")),
    operation("calls-media-upload", Method::PUT, "/v2/calls/{id}/media", Some("api:calls:create")),
    operation("calls-extensive", Method::POST, "/v2/calls/extensive", Some("api:calls:read:extensive")),
    operation("calls-transcript", Method::POST, "/v2/calls/transcript", Some("api:calls:read:transcript")),
    operation("calls-manual-crm-associations", Method::GET, "/v2/calls/manual-crm-associations", Some("api:crm-calls:manual-association:read")),
    operation("calls-users-access-get", Method::POST, "/v2/calls/users-access", Some("api:call-user-access:read")),
    operation("calls-users-access-add", Method::PUT, "/v2/calls/users-access", Some("api:call-user-access:write")),
    operation("calls-users-access-remove", Method::DELETE, "/v2/calls/users-access", Some("api:call-user-access:write")),
    operation("users-list", Method::GET, "/v2/users", Some("api:users:read")),
    operation("users-get", Method::GET, "/v2/users/{id}", Some("api:users:read")),
    operation("users-settings-history", Method::GET, "/v2/users/{id}/settings-history", Some("api:users:read")),
    operation("users-extensive", Method::POST, "/v2/users/extensive", Some("api:users:read")),
    operation("stats-interaction", Method::POST, "/v2/stats/interaction", Some("api:stats:interaction")),
    operation("stats-activity-scorecards", Method::POST, "/v2/stats/activity/scorecards", Some("api:stats:scorecards")),
    operation("stats-activity-day-by-day", Method::POST, "/v2/stats/activity/day-by-day", Some("api:stats:user-actions:detailed")),
    operation("stats-activity-aggregate", Method::POST, "/v2/stats/activity/aggregate", Some("api:stats:user-actions")),
    operation("stats-activity-aggregate-by-period", Method::POST, "/v2/stats/activity/aggregate-by-period", Some("api:stats:user-actions")),
    operation("settings-trackers", Method::GET, "/v2/settings/trackers", Some("api:settings:trackers:read")),
    operation("settings-scorecards", Method::GET, "/v2/settings/scorecards", Some("api:settings:scorecards:read")),
    operation("settings-briefs", Method::GET, "/v2/settings/briefs", Some("api:ai-briefer:read")),
    operation("workspaces-list", Method::GET, "/v2/workspaces", Some("api:workspaces:read")),
    operation("logs-list", Method::GET, "/v2/logs", Some("api:logs:read")),
    operation("library-folders", Method::GET, "/v2/library/folders", Some("api:library:read")),
    operation("library-folder-content", Method::GET, "/v2/library/folder-content", Some("api:library:read")),
    operation("coaching-metrics", Method::GET, "/v2/coaching", Some("api:coaching:read")),
    operation("call-outcomes-list", Method::GET, "/v2/call-outcomes", Some("api:call-outcomes:read")),
    operation("tasks-list", Method::POST, "/v2/tasks", Some("api:tasks:read")),
    operation("tasks-update", Method::PATCH, "/v2/tasks/{taskId}", Some("api:tasks:write")),
    operation("entities-ask", Method::GET, "/v2/entities/ask-entity", Some("api:ai-ask:read")),
    operation("entities-get-brief", Method::GET, "/v2/entities/get-brief", Some("api:ai-briefer:read")),
    operation("flows-list", Method::GET, "/v2/flows", Some("api:flows:read")),
    operation("flows-folders", Method::GET, "/v2/flows/folders", Some("api:flows:read")),
    operation("flows-steps", Method::POST, "/v2/flows/steps", Some("api:flows:read")),
    operation("flows-prospects-list", Method::POST, "/v2/flows/prospects", Some("api:flows:read")),
    operation("flows-prospects-assign", Method::POST, "/v2/flows/prospects/assign", Some("api:flows:write")),
    operation("flows-prospects-assign-cool-off-override", Method::POST, "/v2/flows/prospects/assign/cool-off-override", Some("api:flows:write")),
    operation("flows-prospects-unassign-by-instance-id", Method::POST, "/v2/flows/prospects/unassign-flows-by-instance-id", Some("api:flows:write")),
    operation("flows-prospects-unassign-by-crm-id", Method::POST, "/v2/flows/prospects/unassign-flows-by-crm-id", Some("api:flows:write")),
    operation("flows-prospects-bulk-assign", Method::POST, "/v2/flows/prospects/bulk-assignments", Some("api:flows:write")),
    operation("flows-prospects-bulk-assignment-get", Method::GET, "/v2/flows/prospects/bulk-assignments/{id}", Some("api:flows:read")),
    operation("crm-integrations-list", Method::GET, "/v2/crm/integrations", Some("api:crm:integrations:read")),
    operation("crm-integrations-register", Method::PUT, "/v2/crm/integrations", Some("api:crm:integration:register")),
    operation("crm-integrations-delete", Method::DELETE, "/v2/crm/integrations", Some("api:crm:integration:delete")),
    operation("crm-entity-schema-list", Method::GET, "/v2/crm/entity-schema", Some("api:crm:schema")),
    operation("crm-entity-schema-upload", Method::POST, "/v2/crm/entity-schema", Some("api:crm:schema")),
    operation("crm-entities-get", Method::GET, "/v2/crm/entities", Some("api:crm:get-objects")),
    operation("crm-entities-upload", Method::POST, "/v2/crm/entities", Some("api:crm:upload")),
    operation("crm-request-status", Method::GET, "/v2/crm/request-status", Some("api:crm:upload")),
    operation("data-privacy-find-email", Method::GET, "/v2/data-privacy/data-for-email-address", Some("api:data-privacy:read")),
    operation("data-privacy-find-phone", Method::GET, "/v2/data-privacy/data-for-phone-number", Some("api:data-privacy:read")),
    operation("data-privacy-erase-email", Method::POST, "/v2/data-privacy/erase-data-for-email-address", Some("api:data-privacy:delete")),
    operation("data-privacy-erase-phone", Method::POST, "/v2/data-privacy/erase-data-for-phone-number", Some("api:data-privacy:delete")),
    operation("permission-profiles-list", Method::GET, "/v2/all-permission-profiles", None),
    operation("permission-profile-get", Method::GET, "/v2/permission-profile", None),
    operation("permission-profile-create", Method::POST, "/v2/permission-profile", None),
    operation("permission-profile-update", Method::PUT, "/v2/permission-profile", None),
    operation("permission-profile-users", Method::GET, "/v2/permission-profile/users", Some("api:users:read")),
    operation("meetings-create", Method::POST, "/v2/meetings", Some("api:meetings:user:create")),
    operation("meetings-update", Method::PUT, "/v2/meetings/{meetingId}", Some("api:meetings:user:update")),
    operation("meetings-delete", Method::DELETE, "/v2/meetings/{meetingId}", Some("api:meetings:user:delete")),
    operation("meetings-integration-status", Method::POST, "/v2/meetings/integration/status", Some("api:meetings:integration:status")),
    operation("digital-interactions-add", Method::POST, "/v2/digital-interaction", Some("api:digital-interactions:write")),
    operation("engagement-content-shared", Method::PUT, "/v2/customer-engagement/content/shared", Some("api:engagement-data:write")),
    operation("engagement-content-viewed", Method::PUT, "/v2/customer-engagement/content/viewed", Some("api:engagement-data:write")),
    operation("engagement-custom-action", Method::PUT, "/v2/customer-engagement/action", Some("api:engagement-data:write")),
    operation("integration-settings-set", Method::POST, "/v2/integration-settings", Some("api:integration-settings:write")),
    operation("targets-list", Method::GET, "/v2/targets", None),
    operation("targets-assignments-upload", Method::POST, "/v2/targets/{targetId}/assignments", None),
    operation("integration-settings-get", Method::GET, "/v2/integration-settings", None),
    operation("meetings-list", Method::GET, "/v2/meetings", None),
];
