//! `gong workspaces`: the parts of the company that have calls and settings of their own.

use anyhow::Result;
use clap::Subcommand;
use gong_types::{ListWorkspaces, Workspace};

use crate::{
    context::Context,
    output::{Cell, Look, View},
};

/// Workspaces.
#[derive(Debug, Subcommand)]
pub(crate) enum Workspaces {
    /// List the workspaces of the company
    #[command(after_help = "Examples:\n  gong workspaces list\n  gong workspaces list --jq .id")]
    List,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Workspaces) -> Result<()> {
    match args {
        Workspaces::List => ctx.show_all(&ListWorkspaces, "workspaces").await,
    }
}

impl View for Workspace {
    const COLUMNS: &'static [&'static str] = &["ID", "NAME", "DESCRIPTION"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![
            Cell::text(self.id.as_str()),
            Cell::maybe(self.name.as_deref()),
            Cell::maybe(self.description.as_deref()),
        ]
    }
}
