//! Who may see a call: the access that was granted to single users.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    CallId, UserId,
    endpoint::{Effect, Endpoint, Request, Resend, wrap},
    page::{Acknowledgement, Page, Record},
};

/// `POST /v2/calls/users-access`: who was given access to calls. Scope
/// `api:call-user-access:read`.
///
/// Only what [`GrantCallAccess`] gave is listed, not what profiles allow. One unknown call fails the
/// whole request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListCallAccess {
    /// The calls.
    pub call_ids: Vec<CallId>,
}

impl Endpoint for ListCallAccess {
    type Response = Page<CallAccess>;

    fn request(&self) -> Request {
        Request::search("/v2/calls/users-access")
            .body(&wrap("filter", self))
            .answer("callAccessList")
    }
}

/// `PUT /v2/calls/users-access`: lets users see calls. Scope `api:call-user-access:write`.
///
/// Who could see a call already is left alone. One unknown call fails the whole request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantCallAccess {
    /// Who may see which call.
    pub call_access_list: Vec<CallUsers>,
}

impl Endpoint for GrantCallAccess {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        Request::new(Method::PUT, "/v2/calls/users-access", Effect::Writes)
            .body(self)
            .resend(Resend::SameState)
    }
}

/// `DELETE /v2/calls/users-access`: takes back what [`GrantCallAccess`] gave. Scope
/// `api:call-user-access:write`.
///
/// Other access is left alone, without an error. The body of the request is JSON, which is unusual
/// for a DELETE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeCallAccess {
    /// Who may no longer see which call.
    pub call_access_list: Vec<CallUsers>,
}

impl Endpoint for RevokeCallAccess {
    type Response = Record<Acknowledgement>;

    fn request(&self) -> Request {
        Request::new(Method::DELETE, "/v2/calls/users-access", Effect::Erases)
            .body(self)
            .resend(Resend::SameState)
    }
}

/// A call and users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallUsers {
    /// Which call.
    pub call_id: CallId,
    /// Which users.
    pub user_ids: Vec<UserId>,
}

/// Who was given access to a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CallAccess {
    /// Which call.
    pub call_id: CallId,
    /// Who was given access.
    pub users: Option<Vec<UserWithAccess>>,
}

/// A user who was given access to a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserWithAccess {
    /// Which user.
    pub user_id: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users() -> Vec<CallUsers> {
        let user_ids = vec!["7".parse().unwrap(), "8".parse().unwrap()];
        vec![CallUsers { call_id: "12".parse().unwrap(), user_ids }]
    }

    #[test]
    fn access_is_granted_and_revoked_by_the_same_body() {
        let granted = GrantCallAccess { call_access_list: users() }.request();
        let revoked = RevokeCallAccess { call_access_list: users() }.request();
        assert_eq!((granted.method, revoked.method), (Method::PUT, Method::DELETE));
        let body = granted.body.unwrap();
        assert_eq!(body.get(), revoked.body.unwrap().get());
        assert_eq!(body.get(), r#"{"callAccessList":[{"callId":"12","userIds":["7","8"]}]}"#);
    }

    #[test]
    fn access_is_listed_by_call() {
        insta::assert_debug_snapshot!(
            ListCallAccess { call_ids: vec!["12".parse().unwrap()] }.request()
        );
    }
}
