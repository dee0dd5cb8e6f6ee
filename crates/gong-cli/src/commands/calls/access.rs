//! `gong calls access`: who may see a call although their profile does not let them.

use std::iter::repeat_n;

use anyhow::Result;
use clap::{Args, Subcommand};
use gong_types::{
    CallAccess, CallUsers, GrantCallAccess, ListCallAccess, RevokeCallAccess, UserId,
};

use crate::{
    context::{Context, lists::counted},
    ids::{self, IdArg},
    output::{Cell, Look, View},
};

/// Access to single calls.
#[derive(Debug, Subcommand)]
pub(crate) enum Access {
    /// List the users who were given access to calls
    List(List),
    /// Let users see calls
    Grant(Change),
    /// Take back what was granted
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

/// Change who may see calls
///
/// Granting widens who can hear a recording; doing it twice is the same as once. Only what was
/// granted this way can be revoked: everything else stays as it is, without an error.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong calls access grant 7782342274025937895 --user jane@company.example --yes\n  \
    gong calls access revoke 7782342274025937895 --user 4297232893451866744 --dry-run")]
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
            ctx.show_all(&list, "calls").await
        }
        Access::Grant(change) => {
            let Some((call_access_list, what)) = change.meant(ctx).await? else { return Ok(()) };
            let grant = GrantCallAccess { call_access_list };
            if let Some(answer) = ctx.write(&grant, &format!("Let {what}?")).await? {
                ctx.output.one(&answer)?;
                ctx.ui.status("access is granted");
            }
            Ok(())
        }
        Access::Revoke(change) => {
            let Some((call_access_list, what)) = change.meant(ctx).await? else { return Ok(()) };
            let revoke = RevokeCallAccess { call_access_list };
            if let Some(answer) = ctx.write(&revoke, &format!("No longer let {what}?")).await? {
                ctx.output.one(&answer)?;
                ctx.ui.status("what was granted is revoked");
            }
            Ok(())
        }
    }
}

impl Change {
    /// Each call with all of the users, and what that comes to in words; `None` if finding the users
    /// was not sent, for a dry run.
    async fn meant(self, ctx: &mut Context) -> Result<Option<(Vec<CallUsers>, String)>> {
        let ids = ids::collect(self.ids)?;
        let Some(users) = ctx.users_named(&self.user).await? else { return Ok(None) };
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let what = format!(
            "{} see {}",
            counted(count(users.len()), "users"),
            counted(count(ids.len()), "calls")
        );
        let n_calls = ids.len();
        let list = ids.into_iter().zip(repeat_n(users, n_calls));
        let list = list.map(|(call_id, user_ids)| CallUsers { call_id, user_ids });
        Ok(Some((list.collect(), what)))
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
