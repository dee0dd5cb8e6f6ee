//! What users did, a row a day.

use gong_types::{PeriodActivity, Record, UserId, UserPeriodActivity};
use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Saved, delete,
    record::{self, Incoming, NO_ID, is_id, maybe, quarantine},
};
use crate::tombstones;

pub(super) const KIND: &str = "activity_days";

/// The record with the text of each day, of which each is kept for itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "Gong calls them so")]
struct Days {
    user_id: UserId,
    user_email_address: Option<String>,
    user_aggregate_activity: Option<Vec<Box<RawValue>>>,
}

/// Which day it is: the model knows the moment, but the company's day stands in the text.
#[derive(Deserialize)]
struct Which {
    #[serde(rename = "fromDate")]
    from: String,
}

pub(super) fn save(
    connection: &Connection,
    record: &Record<UserPeriodActivity>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let text = record.text();
    let aside = |problem: &str| quarantine(connection, KIND, text, problem, now);
    let days = match record::read(&record.clone().cast::<Days>()) {
        Ok((days, _)) => days,
        Err(error) => return aside(&error.to_string()),
    };
    if !is_id(days.user_id.as_str()) {
        return aside(NO_ID);
    }
    let user = days.user_id.as_str();
    if tombstones::is_buried(connection, tombstones::USER, user)? {
        return Ok(Saved::LeftOut);
    }
    if tombstones::names_buried(connection, text)? {
        // As if the address had been known when it was purged.
        tombstones::bury(connection, tombstones::USER, user, now)?;
        delete::days_of(connection, user)?;
        return Ok(Saved::LeftOut);
    }
    let email = days.user_email_address.as_deref();
    let mut worst = Saved::Same;
    for day in days.user_aggregate_activity.into_iter().flatten() {
        let saved = one(connection, user, email, &Record::from(day), now)?;
        worst = match (worst, saved) {
            (worst, Saved::Same) => worst,
            (Saved::Quarantined, _) => Saved::Quarantined,
            (_, saved) => saved,
        };
    }
    Ok(worst)
}

fn one(
    connection: &Connection,
    user: &str,
    email: Option<&str>,
    record: &Record<PeriodActivity>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let text = record.text();
    let aside = |problem: &str| quarantine(connection, KIND, text, problem, now);
    let which = record::read(&record.clone().cast::<Which>());
    let (activity, problem, which) = match (record::read(record), which) {
        (Ok((activity, problem)), Ok((which, _))) => (activity, problem, which),
        (Err(error), _) | (_, Err(error)) => return aside(&error.to_string()),
    };
    let Some(day) = which.from.get(..10).and_then(|day| day.parse::<Date>().ok()) else {
        return aside("it is of no day");
    };
    let (id, day) = (format!("{user}/{day}"), day.to_string());
    if tombstones::kept_from(connection)?.is_some_and(|from| from.get(..10) > Some(&*day)) {
        return Ok(Saved::LeftOut);
    }
    record::save_as(
        connection,
        &Incoming { kind: KIND, id: &id, text, problem: problem.as_deref(), now },
        || write(connection, user, email, &day, &activity),
    )
}

fn write(
    connection: &Connection,
    user: &str,
    email: Option<&str>,
    day: &str,
    activity: &PeriodActivity,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO activity_days
               (user_id, user_email, day, calls_as_host, calls_attended, calls_gave_feedback,
                calls_requested_feedback, calls_received_feedback, own_calls_listened_to,
                others_calls_listened_to, calls_shared_internally, calls_shared_externally,
                scorecards_filled, scorecards_received, comments_given, comments_received,
                feedback_marked_given, feedback_marked_received)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18)",
        )?
        .execute(params![
            user,
            maybe(email),
            day,
            activity.calls_as_host.unwrap_or(0),
            activity.calls_attended.unwrap_or(0),
            activity.calls_gave_feedback.unwrap_or(0),
            activity.calls_requested_feedback.unwrap_or(0),
            activity.calls_received_feedback.unwrap_or(0),
            activity.own_calls_listened_to.unwrap_or(0),
            activity.others_calls_listened_to.unwrap_or(0),
            activity.calls_shared_internally.unwrap_or(0),
            activity.calls_shared_externally.unwrap_or(0),
            activity.calls_scorecards_filled.unwrap_or(0),
            activity.calls_scorecards_received.unwrap_or(0),
            activity.calls_comments_given.unwrap_or(0),
            activity.calls_comments_received.unwrap_or(0),
            activity.calls_marked_as_feedback_given.unwrap_or(0),
            activity.calls_marked_as_feedback_received.unwrap_or(0),
        ])?;
    Ok(())
}
