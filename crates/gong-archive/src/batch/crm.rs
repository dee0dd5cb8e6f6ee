//! What a call is linked to: accounts and opportunities of the CRM, and trackers that hit it.

use std::collections::BTreeSet;

use gong_types::{CallDetails, CrmContext, CrmObject, LinkedObjectType, Timing};
use rusqlite::{Connection, params};

use super::{
    record::{maybe, plain},
    shared::{ACCOUNTS, OPPORTUNITIES, TRACKERS},
};

/// What calls are linked to, by id: what nothing else refers to goes with them.
#[derive(Default)]
pub(super) struct Linked {
    accounts: BTreeSet<String>,
    opportunities: BTreeSet<String>,
    trackers: BTreeSet<String>,
}

impl Linked {
    /// What a call is linked to now.
    pub(super) fn of(connection: &Connection, call_id: &str) -> rusqlite::Result<Self> {
        let ids = |sql: &str| {
            let mut select = connection.prepare_cached(sql)?;
            let ids = select.query_map([call_id], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<BTreeSet<String>>>()
        };
        Ok(Self {
            accounts: ids("SELECT account_id FROM call_accounts WHERE call_id = ?1")?,
            opportunities: ids("SELECT opportunity_id FROM call_opportunities WHERE call_id = ?1")?,
            trackers: ids("SELECT DISTINCT tracker_id FROM tracker_hits WHERE call_id = ?1")?,
        })
    }

    /// Takes in what other calls are linked to.
    pub(super) fn extend(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.opportunities.extend(other.opportunities);
        self.trackers.extend(other.trackers);
    }

    /// Has them no longer say what only calls said that were removed.
    pub(super) fn forget(self, connection: &Connection) -> rusqlite::Result<()> {
        for (shared, ids) in [(ACCOUNTS, &self.accounts), (OPPORTUNITIES, &self.opportunities)] {
            ids.iter().try_for_each(|id| shared.write_anew(connection, id))?;
        }
        let mut is_set_up =
            connection.prepare_cached("SELECT 1 FROM kept WHERE kind = 'trackers' AND id = ?1")?;
        for id in &self.trackers {
            if !is_set_up.exists([id])? {
                TRACKERS.write_anew(connection, id)?;
            }
        }
        self.remove_orphans(connection)
    }

    /// Removes of them what no call is linked to any more.
    pub(super) fn remove_orphans(self, connection: &Connection) -> rusqlite::Result<()> {
        let remove = |ids: BTreeSet<String>, sql: &str| {
            let mut delete = connection.prepare_cached(sql)?;
            ids.iter().try_for_each(|id| delete.execute([id]).map(drop))
        };
        remove(
            self.accounts,
            "DELETE FROM accounts WHERE account_id = ?1 AND NOT EXISTS (
               SELECT 1 FROM call_accounts WHERE account_id = ?1)",
        )?;
        remove(
            self.opportunities,
            "DELETE FROM opportunities WHERE opportunity_id = ?1 AND NOT EXISTS (
               SELECT 1 FROM call_opportunities WHERE opportunity_id = ?1)",
        )?;
        remove(
            self.trackers,
            "DELETE FROM trackers WHERE tracker_id = ?1 AND NOT EXISTS (
               SELECT 1 FROM tracker_hits WHERE tracker_id = ?1)
             AND NOT EXISTS (SELECT 1 FROM kept WHERE kind = 'trackers' AND id = ?1)",
        )
    }
}

/// Writes the accounts and opportunities that a call and its parties are linked to.
pub(super) fn write(
    connection: &Connection,
    id: &str,
    details: &CallDetails,
) -> rusqlite::Result<()> {
    for table in ["call_accounts", "call_opportunities"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE call_id = ?1"))?
            .execute([id])?;
    }
    for (context, object) in objects(details) {
        say(connection, context, object, is_of_now(object))?;
        let table = match object.object_type {
            Some(LinkedObjectType::Account) => "call_accounts",
            Some(LinkedObjectType::Opportunity) => "call_opportunities",
            _ => continue,
        };
        let Some(object) = object_id(object) else { continue };
        connection
            .prepare_cached(&format!("INSERT OR IGNORE INTO {table} VALUES (?1, ?2)"))?
            .execute([id, &object])?;
    }
    Ok(())
}

/// Writes of them what nothing says yet.
pub(super) fn fill(connection: &Connection, details: &CallDetails) -> rusqlite::Result<()> {
    objects(details)
        .into_iter()
        .try_for_each(|(context, object)| say(connection, context, object, false))
}

/// The objects that a call and its parties are linked to, those as of now first.
fn objects(details: &CallDetails) -> Vec<(&CrmContext, &CrmObject)> {
    let of_parties = details.parties.iter().flatten().flat_map(|it| it.context.iter().flatten());
    let contexts = details.context.iter().flatten().chain(of_parties);
    let mut objects: Vec<(&CrmContext, &CrmObject)> = contexts
        .flat_map(|context| context.objects.iter().flatten().map(move |object| (context, object)))
        .collect();
    objects.sort_by_key(|(_, object)| !is_of_now(object));
    objects
}

/// Writes what is said of an object: if it `takes_over`, in place of what was said before.
fn say(
    connection: &Connection,
    context: &CrmContext,
    object: &CrmObject,
    takes_over: bool,
) -> rusqlite::Result<()> {
    let Some(id) = object_id(object) else { return Ok(()) };
    match object.object_type {
        Some(LinkedObjectType::Account) => account(connection, &id, context, object, takes_over),
        Some(LinkedObjectType::Opportunity) => {
            opportunity(connection, &id, context, object, takes_over)
        }
        _ => Ok(()),
    }
}

fn account(
    connection: &Connection,
    id: &str,
    context: &CrmContext,
    object: &CrmObject,
    takes_over: bool,
) -> rusqlite::Result<()> {
    let fields: [&[&str]; 3] =
        [&["Name"], &["Industry", "industrycode"], &["Website", "domain", "websiteurl"]];
    let [name, industry, website] = fields.map(|names| field(object, names));
    connection
        .prepare_cached(
            "INSERT INTO accounts (account_id, name, system, industry, website)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account_id) DO UPDATE SET
               name = iif(?6, coalesce(excluded.name, name), coalesce(name, excluded.name)),
               system = iif(?6, coalesce(excluded.system, system), coalesce(system, excluded.system)),
               industry =
                 iif(?6, coalesce(excluded.industry, industry), coalesce(industry, excluded.industry)),
               website =
                 iif(?6, coalesce(excluded.website, website), coalesce(website, excluded.website))",
        )?
        .execute(params![id, name, system(context), industry, website, takes_over])?;
    Ok(())
}

fn opportunity(
    connection: &Connection,
    id: &str,
    context: &CrmContext,
    object: &CrmObject,
    takes_over: bool,
) -> rusqlite::Result<()> {
    let fields: [&[&str]; 4] = [
        &["Name", "dealname"],
        &["StageName", "dealstage", "stepname"],
        &["Amount", "estimatedvalue"],
        &["CloseDate", "estimatedclosedate"],
    ];
    let [name, stage, amount, close_date] = fields.map(|names| field(object, names));
    connection
        .prepare_cached(
            "INSERT INTO opportunities (opportunity_id, name, system, stage, amount, close_date)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (opportunity_id) DO UPDATE SET
               name = iif(?7, coalesce(excluded.name, name), coalesce(name, excluded.name)),
               system = iif(?7, coalesce(excluded.system, system), coalesce(system, excluded.system)),
               stage = iif(?7, coalesce(excluded.stage, stage), coalesce(stage, excluded.stage)),
               amount = iif(?7, coalesce(excluded.amount, amount), coalesce(amount, excluded.amount)),
               close_date = iif(?7, coalesce(excluded.close_date, close_date),
                 coalesce(close_date, excluded.close_date))",
        )?
        .execute(params![
            id,
            name,
            system(context),
            stage,
            amount,
            close_date,
            takes_over
        ])?;
    Ok(())
}

fn object_id(object: &CrmObject) -> Option<String> {
    maybe(object.object_id.as_deref()).filter(|id| !id.is_empty()).map(Into::into)
}

fn system(context: &CrmContext) -> Option<String> {
    context.system.as_ref().map(|it| plain(it.as_str()).into())
}

/// Fields as of the call do not take the place of newer ones.
fn is_of_now(object: &CrmObject) -> bool {
    object.timing != Some(Timing::TimeOfCall)
}

/// The first of these fields that says something, as text; CRMs differ in how they write them.
fn field(object: &CrmObject, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let has_name = |it: &str| it.eq_ignore_ascii_case(name);
        let fields = object.fields.iter().flatten();
        let mut fields = fields.filter(|field| field.name.as_deref().is_some_and(has_name));
        fields.find_map(|field| match field.value.as_ref()? {
            serde_json::Value::String(text) if text.is_empty() => None,
            serde_json::Value::String(text) => Some(plain(text).into()),
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                Some(value.to_string())
            }
            _ => None,
        })
    })
}
