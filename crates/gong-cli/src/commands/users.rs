//! `gong users`: the people of the company.

use anyhow::Result;
use clap::{Args, Subcommand};
use futures_util::TryStreamExt as _;
use gong_types::{
    Endpoint as _, GetUser, ListSettingsHistory, ListUsers, Record, SearchUsers, SettingChange,
    User, UserId,
};

use crate::{
    context::Context,
    exit::Failure,
    output::{Cell, Look, Mark, View},
    period_args::Dates,
};

/// Users.
#[expect(clippy::large_enum_variant, reason = "there is one in a process")]
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    List(List),
    Get(Get),
    Search(Search),
    History(History),
}

/// List all users, inactive ones too: id, e-mail address and name
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong users list\n  \
    gong users list --active -o csv --fields id,emailAddress,firstName,lastName")]
pub(crate) struct List {
    /// Only active users
    #[arg(long, conflicts_with = "inactive")]
    active: bool,

    /// Only inactive users
    #[arg(long)]
    inactive: bool,

    /// Also the synthetic users that stand for Gong's own staff
    #[arg(long)]
    avatars: bool,
}

/// Show one user
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong users get jane@company.example\n  \
    gong users get 4297232893451866744 --jq .managerId")]
pub(crate) struct Get {
    /// The id or an e-mail address of the user
    #[arg(value_name = "ID|EMAIL")]
    user: String,
}

/// Find users by name, address, title, or when they were created
///
/// Dates are those on which users were created.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong users search 'account executive'\n  \
    gong users search --from this-year")]
pub(crate) struct Search {
    /// Text that is in the name, an e-mail address or the title
    text: Option<String>,

    /// Only these users, by id
    #[arg(long, value_name = "ID")]
    id: Vec<UserId>,

    /// Also the synthetic users that stand for Gong's own staff
    #[arg(long)]
    avatars: bool,

    #[command(flatten)]
    dates: Dates,
}

/// Show when settings of a user were switched on and off
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong users history jane@company.example\n  \
    gong users history 4297232893451866744 --jq 'select(.setting == \"active\")'")]
pub(crate) struct History {
    /// The id or an e-mail address of the user
    #[arg(value_name = "ID|EMAIL")]
    user: String,
}

/// Runs one of them.
pub(crate) async fn run(ctx: &mut Context, args: Users) -> Result<()> {
    match args {
        Users::List(args) => list(ctx, &args).await,
        Users::Get(args) => get(ctx, &args.user).await,
        Users::Search(args) => search(ctx, args).await,
        Users::History(args) => history(ctx, args.user).await,
    }
}

async fn list(ctx: &mut Context, args: &List) -> Result<()> {
    let users = ListUsers { include_avatars: args.avatars.then_some(true) };
    let wanted = match (args.active, args.inactive) {
        (true, _) => true,
        (_, true) => false,
        _ => return ctx.show_all(&users, "users").await,
    };
    let keep = |user: &User| user.active.unwrap_or(true) == wanted;
    ctx.show_those(&users, "users", Some(keep)).await
}

async fn get(ctx: &mut Context, given: &str) -> Result<()> {
    if !given.contains('@') {
        return ctx.show_one(&GetUser { id: given.parse()? }).await;
    }
    if ctx.is_dry_run(&[ListUsers::default().request()])? {
        return Ok(());
    }
    let all = ctx.all_users().await?;
    let (_, found) = at_address(&all, given)?;
    Ok(ctx.output.one(found)?)
}

async fn search(ctx: &mut Context, args: Search) -> Result<()> {
    let period = ctx.period(args.dates)?;
    let users = SearchUsers {
        created_from: period.from,
        created_to: period.to,
        include_avatars: args.avatars.then_some(true),
        user_ids: (!args.id.is_empty()).then_some(args.id),
    };
    let Some(text) = args.text else { return ctx.show_all(&users, "users").await };
    let lower = text.trim().to_lowercase();
    let keep = |user: &User| {
        let aliases = user.email_aliases.iter().flatten();
        [&user.email_address, &user.title, &Some(user.name())]
            .into_iter()
            .flatten()
            .chain(aliases)
            .any(|it| it.to_lowercase().contains(&lower))
    };
    ctx.show_those(&users, "users", Some(keep)).await
}

async fn history(ctx: &mut Context, user: String) -> Result<()> {
    for id in ctx.users_named(&[user]).await? {
        ctx.show_all(&ListSettingsHistory { id }, "changes").await?;
    }
    Ok(())
}

impl View for SettingChange {
    const COLUMNS: &'static [&'static str] = &["TIME", "SETTING", "VALUE"];

    fn cells(&self, look: &Look) -> Vec<Cell> {
        vec![
            look.time(self.time),
            Cell::maybe(self.setting.as_ref().map(gong_types::UserSetting::as_str)),
            Cell::maybe(self.value.map(|it| if it { "on" } else { "off" })),
        ]
    }
}

impl Context {
    /// All users who can be read, and what Gong sent of them.
    async fn all_users(&mut self) -> Result<Vec<(User, Record<User>)>> {
        let client = self.client().await?;
        let all = client.items(&ListUsers::default()).map_err(anyhow::Error::from);
        let all = all.try_filter_map(async |record| {
            let user = record.read();
            Ok(user.ok().map(|user| (user, record)))
        });
        self.or_interrupted(all.try_collect()).await
    }

    /// The ids of users who are given by id or by address. All addresses cost one list of users; in a
    /// dry run that is not sent, and an address stands for the id.
    pub(crate) async fn users_named(&mut self, given: &[String]) -> Result<Vec<UserId>> {
        if given.iter().all(|it| !it.contains('@')) {
            return given.iter().map(|it| Ok(it.parse()?)).collect();
        }
        if self.globals.dry_run {
            self.show_requests(&[ListUsers::default().request()])?;
            self.ui.status("the answer tells the ids of users; below, addresses stand for them");
            let stand_in = |it: &String| {
                let is_address = it.contains('@');
                Ok(if is_address { serde_json::from_value(it.trim().into())? } else { it.parse()? })
            };
            return given.iter().map(stand_in).collect();
        }
        let all = self.all_users().await?;
        let ids = given
            .iter()
            .map(|it| {
                if !it.contains('@') {
                    return Ok(it.parse()?);
                }
                let (user, _) = at_address(&all, it)?;
                Ok(user.id.clone())
            })
            .collect::<Result<_>>()?;
        Ok(ids)
    }
}

/// The user at an address. One who has it as an alias is meant only if it is nobody's own.
fn at_address<'a>(
    users: &'a [(User, Record<User>)],
    address: &str,
) -> Result<&'a (User, Record<User>), Failure> {
    let address = address.trim();
    let is_it = |it: &String| it.eq_ignore_ascii_case(address);
    let own = users.iter().filter(|(user, _)| user.email_address.iter().any(is_it));
    let mut found: Vec<_> = own.collect();
    if found.is_empty() {
        let aliases = |user: &User| user.email_aliases.iter().flatten().any(is_it);
        found = users.iter().filter(|(user, _)| aliases(user)).collect();
    }
    // A list that changes while it is read may have somebody twice.
    found.dedup_by(|(one, _), (other, _)| one.id == other.id);
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::NotFound(format!("there is no user with the address {address}"))),
        several => {
            let ids: Vec<_> = several.iter().map(|(user, _)| user.id.as_str()).collect();
            let message = format!("several users have the address {address}: {}", ids.join(", "));
            Err(Failure::usage(message, "say by the id who is meant"))
        }
    }
}

impl View for User {
    const COLUMNS: &'static [&'static str] = &["ID", "EMAIL", "NAME", "TITLE", "ACTIVE"];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let is_active = self.active.unwrap_or(true);
        let mark = if is_active { Mark::None } else { Mark::Dim };
        [
            Cell::text(self.id.as_str()),
            Cell::maybe(self.email_address.as_deref()),
            Cell::text(self.name()),
            Cell::maybe(self.title.as_deref()),
            Cell::text(if is_active { "yes" } else { "inactive" }),
        ]
        .map(|cell| cell.marked(mark))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(given: &[(&str, &str, &[&str])]) -> Vec<(User, Record<User>)> {
        let user = |(id, address, aliases): &(&str, &str, &[&str])| {
            let user = serde_json::json!({
                "id": id, "emailAddress": address, "emailAliases": aliases,
            });
            let record = Record::from(serde_json::value::to_raw_value(&user).unwrap());
            (record.read().unwrap(), record)
        };
        given.iter().map(user).collect()
    }

    #[test]
    fn an_address_of_somebodys_own_goes_before_an_alias() {
        let all = users(&[
            ("1", "old@a.example", &["jane@a.example", "both@a.example"]),
            ("2", "jane@a.example", &["both@a.example"]),
            ("3", "jo@a.example", &["j@a.example"]),
            ("3", "jo@a.example", &["j@a.example"]),
        ]);
        let at = |address: &str| {
            let found = at_address(&all, address);
            found.map(|(user, _)| user.id.to_string()).map_err(|error| error.to_string())
        };
        assert_eq!(at(" Jane@A.example").unwrap(), "2");
        assert_eq!(at("old@a.example").unwrap(), "1");
        assert_eq!(at("j@a.example").unwrap(), "3");
        assert_eq!(
            at("both@a.example").unwrap_err(),
            "several users have the address both@a.example: 1, 2"
        );
        assert!(at("no@a.example").unwrap_err().contains("no user"));
    }
}
