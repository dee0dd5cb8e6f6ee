//! The library: calls that the company keeps in folders as examples.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CallId, LibraryFolderId, UserId, WorkspaceId,
    endpoint::{Endpoint, Request},
    error::DecodeError,
    page::Page,
};

/// `GET /v2/library/folders`: the folders of the library that everybody may see. Scope
/// `api:library:read`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListFolders {
    /// The workspace. Gong wants to know it if the company has several.
    pub workspace_id: Option<WorkspaceId>,
}

impl Endpoint for ListFolders {
    type Response = Page<LibraryFolder>;

    fn request(&self) -> Request {
        Request::get("/v2/library/folders").query(self).answer("folders")
    }
}

/// `GET /v2/library/folder-content`: the calls in a folder of the library. Scope
/// `api:library:read`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListFolderCalls {
    /// Which folder.
    pub folder_id: LibraryFolderId,
}

impl Endpoint for ListFolderCalls {
    type Response = Page<LibraryCall>;

    fn request(&self) -> Request {
        Request::get("/v2/library/folder-content").query(self).answer("calls")
    }
}

/// A folder of the library.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LibraryFolder {
    /// Its id.
    pub id: LibraryFolderId,
    /// Its name.
    pub name: Option<String>,
    /// The folder that it is in; null if it is in none, absent beside the calls of a folder.
    pub parent_folder_id: Option<LibraryFolderId>,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
}

/// A call in a folder of the library, or a part of one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LibraryCall {
    /// The id of the call.
    pub id: CallId,
    /// The title of the call.
    pub title: Option<String>,
    /// What somebody noted on it.
    pub note: Option<String>,
    /// Who put it there.
    pub added_by: Option<UserId>,
    /// When it was put there.
    pub created: Option<Timestamp>,
    /// The address of its page in Gong.
    pub url: Option<String>,
    /// Which part of the call it is; absent if it is all of it.
    pub snippet: Option<Snippet>,
}

impl Page<LibraryCall> {
    /// The folder that the calls are in.
    pub fn folder(&self) -> Result<LibraryFolder, DecodeError> {
        self.beside()
    }
}

/// A part of a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Snippet {
    /// Where it begins, in seconds.
    pub from_sec: Option<i64>,
    /// Where it ends, in seconds.
    pub to_sec: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Answer as _;

    #[test]
    fn a_folder_is_asked_for_in_the_query() {
        let list = ListFolderCalls { folder_id: "3843152912968920037".parse().unwrap() };
        insta::assert_debug_snapshot!(list.request());
    }

    #[test]
    fn the_folder_stands_beside_its_calls() {
        let answer = r#"{"requestId":"x","id":"3","name":"Onboarding","createdBy":null,
            "updated":"2020-03-14T05:30:00-08:00","calls":[{"id":"7","snippet":{"fromSec":21}}]}"#;
        let page = Page::<LibraryCall>::decode(answer, Some("calls")).unwrap();
        let folder = page.folder().unwrap();
        assert_eq!((folder.id.as_str(), folder.name.as_deref()), ("3", Some("Onboarding")));
        assert_eq!(page.items[0].read().unwrap().snippet.unwrap().from_sec, Some(21));
    }
}
