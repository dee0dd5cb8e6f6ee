//! Tables of an export: their columns, what those mean, and where they come from.

/// A table of an export as CSV or Parquet.
#[derive(Debug)]
#[non_exhaustive]
pub struct ExportedTable {
    /// Its name, which begins the names of its files.
    pub name: &'static str,
    /// What a row of it is.
    pub about: &'static str,
    /// Its columns, in order.
    pub columns: &'static [ExportedColumn],
    /// Gives the rows of the call with the number `?1`, or of the days from `?1` to `?2`.
    pub(super) sql: &'static str,
}

/// A column of an exported table.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ExportedColumn {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: ColumnKind,
    /// What they mean, and in what unit.
    pub about: &'static str,
}

/// What the values of a column are. Any of them may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Text; all ids are.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A number with a fraction.
    Real,
    /// True or false.
    Boolean,
    /// A moment in UTC, to the millisecond.
    Timestamp,
    /// A day.
    Date,
}

impl ColumnKind {
    /// What the column is in Parquet.
    pub fn parquet(self) -> &'static str {
        match self {
            Self::Text => "STRING",
            Self::Integer => "INT64",
            Self::Real => "DOUBLE",
            Self::Boolean => "BOOLEAN",
            Self::Timestamp => "TIMESTAMP(ms, UTC)",
            Self::Date => "DATE",
        }
    }

    /// What the column is in CSV.
    pub fn csv(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Real => "number",
            Self::Boolean => "`true` or `false`",
            Self::Timestamp => "`2026-05-19T10:30:46.814Z`",
            Self::Date => "`2026-05-19`",
        }
    }
}

const fn column(name: &'static str, kind: ColumnKind, about: &'static str) -> ExportedColumn {
    ExportedColumn { name, kind, about }
}

/// The tables of an export as CSV or Parquet.
pub const EXPORTED_TABLES: &[ExportedTable] = &[CALLS, PARTIES, SENTENCES, ACTIVITY];

pub(super) const CALLS: ExportedTable = ExportedTable {
    name: "calls",
    about: "A call.",
    columns: &[
        column("call_id", ColumnKind::Text, "Which call"),
        column("title", ColumnKind::Text, "Its title"),
        column("started", ColumnKind::Timestamp, "When it started"),
        column("scheduled", ColumnKind::Timestamp, "When it was to start"),
        column("duration_seconds", ColumnKind::Integer, "How long it lasted, in seconds"),
        column("host_user_id", ColumnKind::Text, "The user whose call it is"),
        column("host_name", ColumnKind::Text, "The name of that user"),
        column("workspace_id", ColumnKind::Text, "Its workspace"),
        column("direction", ColumnKind::Text, "`Inbound`, `Outbound`, `Conference`, and the like"),
        column("scope", ColumnKind::Text, "`Internal`, `External`, or `Unknown`"),
        column("system", ColumnKind::Text, "What it was held with, such as `Zoom`"),
        column("media", ColumnKind::Text, "`Video` or `Audio`"),
        column("language", ColumnKind::Text, "Its language, in three letters"),
        column("purpose", ColumnKind::Text, "What it was for"),
        column("meeting_url", ColumnKind::Text, "Where the meeting was"),
        column("url", ColumnKind::Text, "Its page in Gong"),
        column("is_private", ColumnKind::Boolean, "Whether it is private"),
        column("outcome", ColumnKind::Text, "How it ended"),
        column("brief", ColumnKind::Text, "Gong's summary of it"),
        column("transcript", ColumnKind::Text, "`present`, `expected`, or `unavailable`"),
        column("account_ids", ColumnKind::Text, "Its accounts, as a JSON array of texts, by id"),
        column("account_names", ColumnKind::Text, "Their names, as a JSON array in the same order"),
        column("opportunity_ids", ColumnKind::Text, "Its opportunities, as a JSON array of texts"),
    ],
    sql: "
        SELECT
          call_id, calls.title, started, scheduled, duration_seconds, host_user_id, users.name,
          workspace_id, direction, scope, system, media, language, purpose, meeting_url, url,
          is_private, outcome, brief, transcript,
          (SELECT json_group_array(account_id ORDER BY account_id) FROM call_accounts
           WHERE call_accounts.call_id = calls.call_id),
          (SELECT json_group_array(accounts.name ORDER BY account_id)
           FROM call_accounts JOIN accounts USING (account_id)
           WHERE call_accounts.call_id = calls.call_id),
          (SELECT json_group_array(opportunity_id ORDER BY opportunity_id) FROM call_opportunities
           WHERE call_opportunities.call_id = calls.call_id)
        FROM calls LEFT JOIN users ON users.user_id = calls.host_user_id
        WHERE number = ?1",
};

pub(super) const PARTIES: ExportedTable = ExportedTable {
    name: "parties",
    about: "Somebody who took part in a call or was invited.",
    columns: &[
        column("call_id", ColumnKind::Text, "Which call"),
        column("position", ColumnKind::Integer, "The place among the parties of the call, from 0"),
        column("party_id", ColumnKind::Text, "The id of the party in this call"),
        column(
            "speaker_id",
            ColumnKind::Text,
            "What ties the party to sentences; nothing for the silent",
        ),
        column("user_id", ColumnKind::Text, "Which user of the company it is, if one"),
        column("name", ColumnKind::Text, "The name"),
        column("email", ColumnKind::Text, "The e-mail address"),
        column("phone", ColumnKind::Text, "The phone number"),
        column("title", ColumnKind::Text, "The job title"),
        column("affiliation", ColumnKind::Text, "`Internal`, `External`, or `Unknown`"),
        column("was_invited", ColumnKind::Boolean, "Whether the party was invited"),
        column("attended", ColumnKind::Boolean, "Whether the party was there"),
    ],
    sql: "
        SELECT
          parties.call_id, position, party_id, speaker_id, user_id, name, email, phone,
          parties.title, affiliation, was_invited, attended
        FROM calls JOIN parties ON parties.call_id = calls.call_id
        WHERE number = ?1 ORDER BY position",
};

pub(super) const SENTENCES: ExportedTable = ExportedTable {
    name: "sentences",
    about: "A sentence that was said.",
    columns: &[
        column("call_id", ColumnKind::Text, "Which call"),
        column("position", ColumnKind::Integer, "The place in the call, from 0"),
        column(
            "monologue",
            ColumnKind::Integer,
            "At which stretch of one speaker it was said, from 0",
        ),
        column("speaker_id", ColumnKind::Text, "Who spoke, as in `parties`"),
        column("speaker_name", ColumnKind::Text, "The name, or `Speaker 1 (unknown)` and so on"),
        column("affiliation", ColumnKind::Text, "`Internal`, `External`, or `Unknown`"),
        column("start_seconds", ColumnKind::Real, "Where it begins in the recording, in seconds"),
        column("end_seconds", ColumnKind::Real, "Where it ends in the recording, in seconds"),
        column("topic", ColumnKind::Text, "What the stretch was about"),
        column("text", ColumnKind::Text, "What was said"),
    ],
    sql: "
        SELECT
          calls.call_id, spoken.id & 262143, monologue, speaker_id, speakers.name, affiliation,
          start_ms / 1000.0, end_ms / 1000.0, topic, text
        FROM calls
        JOIN spoken ON spoken.id BETWEEN ?1 << 18 AND (?1 << 18) + 262143
        JOIN speakers ON speakers.call_number = number AND speakers.speaker = spoken.speaker
        WHERE number = ?1 ORDER BY spoken.id",
};

const fn counter(name: &'static str, about: &'static str) -> ExportedColumn {
    column(name, ColumnKind::Integer, about)
}

pub(super) const ACTIVITY: ExportedTable = ExportedTable {
    name: "activity",
    about: "What a user did on a day of the company's zone.",
    columns: &[
        column("user_id", ColumnKind::Text, "Which user"),
        column("day", ColumnKind::Date, "Which day"),
        counter("calls_as_host", "Calls that the user hosted"),
        counter("calls_attended", "Calls that the user was in"),
        counter("calls_gave_feedback", "Calls that the user gave feedback on"),
        counter("calls_requested_feedback", "Calls that the user asked for feedback on"),
        counter("calls_received_feedback", "Calls that the user got feedback on"),
        counter("own_calls_listened_to", "Own calls that the user listened to"),
        counter("others_calls_listened_to", "Calls of others that the user listened to"),
        counter("calls_shared_internally", "Calls that the user shared with colleagues"),
        counter("calls_shared_externally", "Calls that the user shared with others"),
        counter("scorecards_filled", "Scorecards that the user filled in"),
        counter("scorecards_received", "Scorecards that were filled in about the user"),
        counter("comments_given", "Comments that the user made"),
        counter("comments_received", "Comments that the user got"),
        counter("feedback_marked_given", "Times that the user marked feedback as given"),
        counter("feedback_marked_received", "Times that feedback for the user was marked as given"),
    ],
    sql: "
        SELECT
          user_id, day, calls_as_host, calls_attended, calls_gave_feedback,
          calls_requested_feedback, calls_received_feedback, own_calls_listened_to,
          others_calls_listened_to, calls_shared_internally, calls_shared_externally,
          scorecards_filled, scorecards_received, comments_given, comments_received,
          feedback_marked_given, feedback_marked_received
        FROM activity_days WHERE day >= ?1 AND day < ?2 ORDER BY user_id, day",
};
