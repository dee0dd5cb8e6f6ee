//! Scorecards that were filled in: who scored which call, and how.

use gong_types::{AnsweredScorecard, CallId, Record, UserId};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    Saved,
    record::{self, Incoming, maybe, quarantine, shown},
};
use crate::{moment, tombstones};

pub(super) const KIND: &str = "answered_scorecards";

pub(super) fn save(
    connection: &Connection,
    record: &Record<AnsweredScorecard>,
    now: Timestamp,
) -> rusqlite::Result<Saved> {
    let text = record.text();
    let (review, problem) = match record::read(record) {
        Ok(read) => read,
        Err(error) => return quarantine(connection, KIND, text, &error.to_string(), now),
    };
    for (kind, value) in [
        (tombstones::CALL, review.call_id.as_ref().map(CallId::as_str)),
        (tombstones::USER, review.reviewed_user_id.as_ref().map(UserId::as_str)),
        (tombstones::USER, review.reviewer_user_id.as_ref().map(UserId::as_str)),
    ] {
        if tombstones::is_buried(connection, kind, value.unwrap_or_default())? {
            return Ok(Saved::LeftOut);
        }
    }
    if tombstones::is_too_old(connection, review.call_start_time.or(review.review_time))? {
        return Ok(Saved::LeftOut);
    }
    if lacks_call(connection, &review)? {
        return Ok(Saved::LeftOut);
    }
    let id = review.answered_scorecard_id.as_str();
    record::save(
        connection,
        &Incoming { kind: KIND, id, text, problem: problem.as_deref(), now },
        || {
            write(connection, id, &review)?;
            answers(connection, id, &review)
        },
    )
}

/// Whether the call was not among those that were listed at its time: it is private, or was removed.
fn lacks_call(connection: &Connection, review: &AnsweredScorecard) -> rusqlite::Result<bool> {
    let (Some(call), Some(started)) = (&review.call_id, review.call_start_time) else {
        return Ok(false);
    };
    connection
        .prepare_cached(
            "SELECT EXISTS (
               SELECT 1 FROM windows WHERE listed IS NOT NULL
               AND starts <= ?2 AND coalesce(listed_to, ends) > ?2)
             AND NOT EXISTS (SELECT 1 FROM calls WHERE call_id = ?1)",
        )?
        .query_row(params![call.as_str(), moment::text(started)], |row| row.get(0))
}

fn write(connection: &Connection, id: &str, review: &AnsweredScorecard) -> rusqlite::Result<()> {
    let scorecard = shown(review.scorecard_id.as_ref());
    if let Some(scorecard) = &scorecard {
        // The settings no longer list scorecards that were deleted.
        connection
            .prepare_cached(
                "INSERT INTO scorecards (scorecard_id, name) VALUES (?1, ?2)
                 ON CONFLICT (scorecard_id) DO NOTHING",
            )?
            .execute(params![scorecard, maybe(review.scorecard_name.as_deref())])?;
    }
    let scores = || review.answers.iter().flatten().filter_map(|answer| answer.score);
    // Scores go to 50; what is out of all reason is left to the answers.
    let scores: Vec<f64> =
        scores().filter_map(|it| i32::try_from(it).ok()).map(f64::from).collect();
    let n_scores = u32::try_from(scores.len()).ok().filter(|it| *it > 0);
    let average = n_scores.map(|n_scores| scores.iter().sum::<f64>() / f64::from(n_scores));
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO answered_scorecards
               (answered_scorecard_id, scorecard_id, call_id, call_started, reviewed_user_id,
                reviewer_user_id, review_method, reviewed, average_score)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id,
            scorecard,
            shown(review.call_id.as_ref()),
            review.call_start_time.map(moment::text),
            shown(review.reviewed_user_id.as_ref()),
            shown(review.reviewer_user_id.as_ref()),
            shown(review.review_method.as_ref()),
            review.review_time.map(moment::text),
            average,
        ])?;
    Ok(())
}

fn answers(connection: &Connection, id: &str, review: &AnsweredScorecard) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO scorecard_answers
           (answered_scorecard_id, position, question_id, is_overall, score, answer, not_applicable)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, answer) in (0_i64..).zip(review.answers.iter().flatten()) {
        insert.execute(params![
            id,
            position,
            shown(answer.question_id.as_ref()),
            answer.is_overall,
            answer.score,
            maybe(answer.answer_text.as_deref()),
            answer.not_applicable,
        ])?;
    }
    Ok(())
}
