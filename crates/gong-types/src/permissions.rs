//! Permission profiles: what users may see and do, and who has which profile.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    PermissionProfileId, UserId, WorkspaceId,
    endpoint::{Effect, Endpoint, Request, Resend},
    page::{Page, Record},
};

mod profile;

pub use profile::{
    ForecastPermissions, LibraryAccess, LibraryLevel, PermissionLevel, PermissionProfile,
    ProfileAccess,
};

/// `GET /v2/all-permission-profiles`: the profiles of a workspace, in order of name. Gong names no
/// scope.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListPermissionProfiles {
    /// Which workspace.
    pub workspace_id: WorkspaceId,
}

impl Endpoint for ListPermissionProfiles {
    type Response = Page<PermissionProfile>;

    fn request(&self) -> Request {
        Request::get("/v2/all-permission-profiles").query(self).answer("profiles")
    }
}

/// `GET /v2/permission-profile`: one profile. Gong names no scope.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetPermissionProfile {
    /// Which profile.
    pub profile_id: PermissionProfileId,
}

impl Endpoint for GetPermissionProfile {
    type Response = Record<PermissionProfile>;

    fn request(&self) -> Request {
        Request::get("/v2/permission-profile").query(self).answer("profile")
    }
}

/// `POST /v2/permission-profile`: makes a profile. Gong names no scope.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePermissionProfile {
    /// The workspace it belongs to.
    pub workspace_id: WorkspaceId,
    /// The profile; what is not set is `none` or false.
    pub profile: PermissionProfile,
}

impl Endpoint for CreatePermissionProfile {
    type Response = Record<PermissionProfile>;

    fn request(&self) -> Request {
        Request::new(Method::POST, "/v2/permission-profile", Effect::Writes)
            .parameter("workspaceId", &self.workspace_id)
            .body(&self.profile)
            .answer("profile")
    }
}

/// `PUT /v2/permission-profile`: changes a profile, and so what its users may see and do. Gong names
/// no scope.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdatePermissionProfile {
    /// Which profile.
    pub profile_id: PermissionProfileId,
    /// What to change; Gong leaves alone what is not set.
    pub profile: PermissionProfile,
}

impl Endpoint for UpdatePermissionProfile {
    type Response = Record<PermissionProfile>;

    fn request(&self) -> Request {
        Request::new(Method::PUT, "/v2/permission-profile", Effect::Writes)
            .parameter("profileId", &self.profile_id)
            .body(&self.profile)
            .answer("profile")
            .resend(Resend::SameState)
    }
}

/// `GET /v2/permission-profile/users`: the users who have a profile. Scope `api:users:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListProfileUsers {
    /// Which profile.
    pub profile_id: PermissionProfileId,
}

impl Endpoint for ListProfileUsers {
    type Response = Page<ProfileUser>;

    fn request(&self) -> Request {
        Request::get("/v2/permission-profile/users").query(self).answer("users")
    }
}

/// A user who has a profile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProfileUser {
    /// Which user.
    pub id: UserId,
    /// The name.
    pub full_name: Option<String>,
    /// The e-mail address.
    pub email_address: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_sends_only_what_is_set() {
        let profile = PermissionProfile {
            name: Some("Sales".to_owned()),
            delete_calls: Some(false),
            calls_access: Some(ProfileAccess {
                permission_level: Some(PermissionLevel::Own),
                team_lead_ids: None,
            }),
            ..PermissionProfile::default()
        };
        let update = UpdatePermissionProfile { profile_id: "3".parse().unwrap(), profile };
        insta::assert_debug_snapshot!(update.request());
    }

    #[test]
    fn a_new_profile_names_its_workspace_in_the_query() {
        let profile = PermissionProfile::default();
        let create = CreatePermissionProfile { workspace_id: "5".parse().unwrap(), profile };
        let request = create.request();
        assert_eq!(request.query, [("workspaceId".to_owned(), "5".to_owned())]);
        assert_eq!(request.body.unwrap().get(), "{}");
    }
}
