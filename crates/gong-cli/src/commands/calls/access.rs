//! `gong calls access`: who may see a call although their profile does not let them.

use std::iter::repeat_n;

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    CallAccess, CallUsers, GrantCallAccess, ListCallAccess, RevokeCallAccess, UserId,
};

use crate::{
    context::{Context, lists::counted},
    exit::advise,
    ids::{self, IdArg},
    output::{Cell, Look, View},
};

/// Access to single calls.
#[derive(Debug, Subcommand)]
pub(crate) enum Access {
    List(List),
    /// Let users see calls
    ///
    /// This widens who can hear a recording. Doing it twice is the same as once. One call that does
    /// not exist fails them all.
    #[command(after_help = "Examples:\n  \
        gong calls access grant 7782342274025937895 --user jane@company.example --yes\n  \
        gong calls list --on yesterday --jq .id \\\n      \
          | gong calls access grant - --user jane@company.example --dry-run")]
    Grant(Change),
    /// Take back what was granted
    ///
    /// Only what gong calls access grant gave can be taken back: who may see a call for another
    /// reason still sees it, without an error.
    #[command(after_help = "Examples:\n  \
        gong calls access revoke 7782342274025937895 --user jane@company.example --yes\n  \
        gong calls access revoke 7782342274025937895 --user 4297232893451866744 --dry-run")]
    Revoke(Change),
}

/// List the users who were given access to calls
///
/// Only access that was given to single users through the API is listed. One call that does not
/// exist fails them all.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls access list 7782342274025937895\n  \
    gong calls list --on yesterday --jq .id | gong calls access list - -o csv")]
pub(crate) struct List {
    /// Ids or addresses of calls, or - to read them from stdin
    #[arg(required = true, value_name = "ID")]
    ids: Vec<IdArg>,
}

/// Which calls, and whose access to them changes.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Ids or addresses of calls, or - to read them from stdin
    #[arg(required = true, value_name = "ID")]
    ids: Vec<IdArg>,

    /// A user: an id or an e-mail address
    #[arg(long, value_name = "USER", required = true)]
    user: Vec<String>,
}

/// Runs one of them.
pub(super) async fn run(ctx: &mut Context, args: Access) -> Result<()> {
    match args {
        Access::List(List { ids }) => {
            let list = ListCallAccess { call_ids: ids::collect(ids)? };
            ctx.show_all(&list, "calls").await.map_err(unknown)
        }
        Access::Grant(change) => {
            let (call_access_list, what) = change.meant(ctx).await?;
            let grant = GrantCallAccess { call_access_list };
            let granted = ctx.write(&grant, &format!("Let {what}?")).await;
            if let Some(answer) = granted.map_err(unknown)? {
                ctx.output.one(&answer)?;
                ctx.ui.status("access is granted");
            }
            Ok(())
        }
        Access::Revoke(change) => {
            let (call_access_list, what) = change.meant(ctx).await?;
            let revoke = RevokeCallAccess { call_access_list };
            let revoked = ctx.write(&revoke, &format!("No longer let {what}?")).await;
            if let Some(answer) = revoked.map_err(unknown)? {
                ctx.output.one(&answer)?;
                ctx.ui.status("what was granted is revoked");
            }
            Ok(())
        }
    }
}

/// Gong does not say which call it does not know.
fn unknown(error: anyhow::Error) -> anyhow::Error {
    advise(error, 400, "gong calls get with the same ids names those that Gong does not know")
}

impl Change {
    /// Each call with all of the users, and what that comes to in words.
    async fn meant(self, ctx: &mut Context) -> Result<(Vec<CallUsers>, String)> {
        let ids = ids::collect(self.ids)?;
        let users = ctx.users_named(&self.user).await?;
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let what = format!(
            "{} see {}",
            counted(count(users.len()), "users"),
            counted(count(ids.len()), "calls")
        );
        let n_calls = ids.len();
        let list = ids.into_iter().zip(repeat_n(users, n_calls));
        let list = list.map(|(call_id, user_ids)| CallUsers { call_id, user_ids });
        Ok((list.collect(), what))
    }
}

impl View for CallAccess {
    const COLUMNS: &'static [&'static str] = &["CALL", "USER"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::text(self.call_id.as_str()), Cell::empty()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let users = self.users.iter().flatten().filter_map(|it| it.user_id.as_ref());
        let rows: Vec<_> = users
            .map(|user| vec![Cell::text(self.call_id.as_str()), Cell::text(UserId::as_str(user))])
            .collect();
        if rows.is_empty() { vec![self.cells(look)] } else { rows }
    }
}
