//! `gong library`: the calls that the company keeps as examples.

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    LibraryCall, LibraryFolder, LibraryFolderId, ListFolderCalls, ListFolders, UserId, WorkspaceId,
};

use crate::{
    context::Context,
    exit::advise,
    output::{Cell, Look, View},
};

/// The library.
#[derive(Debug, Subcommand)]
pub(crate) enum Library {
    Folders(Folders),
    Calls(Calls),
}

/// List the public folders
///
/// A company with several workspaces must say which one it means: gong workspaces list.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong library folders --workspace 623457276584334\n  \
    gong library folders --workspace 623457276584334 --jq '{id, name, parentFolderId}'")]
pub(crate) struct Folders {
    /// Only those of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,
}

/// List the calls and clips in a folder
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong library calls 3843152912968920037\n  \
    gong library calls 3843152912968920037 --jq .id | gong calls transcript -")]
pub(crate) struct Calls {
    /// The id of the folder, as gong library folders lists it
    #[arg(value_name = "FOLDER-ID")]
    folder: LibraryFolderId,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Library) -> Result<()> {
    match args {
        Library::Folders(Folders { workspace: workspace_id }) => {
            let folders = ListFolders { workspace_id };
            ctx.show_all(&folders, "folders").await.map_err(|error| {
                advise(error, 400, "add --workspace ID, which gong workspaces list shows")
            })
        }
        Library::Calls(Calls { folder: folder_id }) => {
            ctx.show_all(&ListFolderCalls { folder_id }, "calls").await
        }
    }
}

impl View for LibraryFolder {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "PARENT", "UPDATED", "CREATED BY"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.name.as_deref()),
            Cell::maybe(self.parent_folder_id.as_ref().map(LibraryFolderId::as_str)),
            look.time(self.updated),
            Cell::maybe(self.created_by.as_ref().map(UserId::as_str)),
        ]
    }
}

impl View for LibraryCall {
    const COLUMNS: &'static [&'static str] =
        &["ID", "TITLE", "NOTE", "CLIP", "ADDED", "URL", "ADDED BY"];
    const FOR_PEOPLE: usize = 6;

    fn cells(&self, look: &Look) -> Vec<Cell> {
        let clip = self.snippet.as_ref().map(|it| {
            let minutes = |at: Option<i64>| {
                let at = at.unwrap_or_default();
                format!("{:02}:{:02}", at / 60, at % 60)
            };
            format!("{} to {}", minutes(it.from_sec), minutes(it.to_sec))
        });
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.title.as_deref()),
            Cell::maybe(self.note.as_deref()),
            Cell::maybe(clip),
            look.time(self.created),
            Cell::maybe(self.url.as_deref()),
            Cell::maybe(self.added_by.as_ref().map(UserId::as_str)),
        ]
    }
}
