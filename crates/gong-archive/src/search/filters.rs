//! Filters: which calls to look in, and whose words to look at.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use rusqlite::{Connection, params_from_iter, types::Value};

use crate::{
    archive::Archive,
    error::{Error, Result},
    moment, number,
};

/// Which calls are meant, and whose words in them. Names may be given in part; upper and lower case
/// are the same. An empty filter means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Who speaks: a part of the name, or of the e-mail address.
    pub speaker: Option<String>,
    /// On which side the speaker is.
    pub side: Option<Side>,
    /// An account that the call belongs to: its id, or a part of its name.
    pub account: Option<String>,
    /// Who takes part: a part of the name or the e-mail address, a phone number in whatever
    /// form, or the id of a user.
    pub participant: Option<String>,
    /// Who hosts the call: a part of the name or the e-mail address, or the id of the user.
    pub host: Option<String>,
    /// Only calls that started at or after this moment.
    pub from: Option<Timestamp>,
    /// Only calls that started before this moment.
    pub to: Option<Timestamp>,
    /// A tracker that found something in the call: its id, or a part of its name.
    pub tracker: Option<String>,
    /// A part of the title.
    pub title: Option<String>,
    /// The language of the call, as Gong writes it (`eng`), or the beginning of that.
    pub language: Option<String>,
}

/// On which side of the table somebody sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// People of the company.
    Internal,
    /// Everybody whom Gong knows to be of another company.
    External,
}

impl Side {
    /// As Gong writes it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "Internal",
            Self::External => "External",
        }
    }
}

/// The column of a speaker or party has the text `?`, or a part of it.
const PERSON: &str = "says(PERSON.name, ?) OR says(PERSON.email, ?)";

impl Filters {
    /// The ids of the calls that are meant, the oldest first. Of whose words are meant, at least one
    /// speaks in each.
    pub fn calls(&self, archive: &Archive) -> Result<Vec<String>> {
        let of = |error| Error::of(error, &archive.path());
        let (condition, values) = self.condition();
        let sql = format!("SELECT call_id FROM calls WHERE {condition} ORDER BY number");
        let mut statement = archive.connection.prepare(&sql).map_err(of)?;
        let ids = statement.query_map(params_from_iter(values), |row| row.get(0)).map_err(of)?;
        ids.collect::<rusqlite::Result<_>>().map_err(of)
    }

    /// What must hold for a row of `calls`, as SQL with values.
    pub(crate) fn condition(&self) -> (String, Vec<Value>) {
        let mut all = self.of_calls();
        if self.speaker.is_none()
            && let Some(side) = self.side
        {
            all.push(
                "EXISTS (SELECT 1 FROM speakers WHERE call_number = number AND affiliation = ?)",
                [side.as_str().to_owned()],
            );
        }
        (all.sql, all.values)
    }

    /// Whether the calls must be looked at to know which are meant, for more than their start.
    pub(super) fn are_of_calls(&self) -> bool {
        let Self { speaker, account, participant, host, tracker, title, language, .. } = self;
        let texts = [speaker, account, participant, host, tracker, title, language];
        texts.iter().any(|it| it.is_some())
    }

    /// Whether the speakers must be looked at.
    pub(super) fn are_of_speakers(&self) -> bool {
        self.speaker.is_some() || self.side.is_some()
    }

    /// Between which ids the sentences stand.
    pub(super) fn ids(&self) -> (i64, i64) {
        let lowest = self.from.map(|from| number::sentences_of(number::first_of(Some(from))).0);
        let highest = self.to.map(|to| number::sentences_of(number::first_after(to)).0 - 1);
        (lowest.unwrap_or(i64::MIN), highest.unwrap_or(i64::MAX))
    }

    /// Whether a call between the ids started when it should: numbers tell that to the hour, and calls
    /// of which nobody knows when they started have the first.
    pub(super) fn fit_start(&self, connection: &Connection, call: i64) -> rusqlite::Result<bool> {
        let mut moments = [self.from, self.to].into_iter().flatten().peekable();
        let is_asked = moments.peek().is_some();
        let mut moments = moments.chain(is_asked.then_some(Timestamp::UNIX_EPOCH));
        if !moments.any(|it| number::is_around(call, it)) {
            return Ok(true);
        }
        let mut all = Conditions::default();
        all.push("number = ?", [call]);
        self.of_start(&mut all);
        let sql = format!("SELECT 1 FROM calls WHERE {}", all.sql);
        connection.prepare_cached(&sql)?.exists(params_from_iter(all.values))
    }

    /// The numbers of the calls that are meant, in order, whoever speaks in them.
    pub(super) fn numbers(
        &self,
        connection: &Connection,
        within: RangeInclusive<i64>,
    ) -> rusqlite::Result<Vec<i64>> {
        let mut all = self.of_calls();
        all.push("number BETWEEN ? AND ?", [*within.start(), *within.end()]);
        let sql = format!("SELECT number FROM calls WHERE {} ORDER BY number", all.sql);
        let mut statement = connection.prepare_cached(&sql)?;
        statement.query_map(params_from_iter(all.values), |row| row.get(0))?.collect()
    }

    /// Whether a speaker of a call is meant.
    pub(super) fn fit_speaker(
        &self,
        connection: &Connection,
        call: i64,
        speaker: i64,
    ) -> rusqlite::Result<bool> {
        let mut all = Conditions::default();
        all.push("call_number = ? AND speaker = ?", [call, speaker]);
        self.of_speakers(&mut all);
        let sql = format!("SELECT 1 FROM speakers WHERE {}", all.sql);
        connection.prepare_cached(&sql)?.exists(params_from_iter(all.values))
    }

    fn of_speakers(&self, all: &mut Conditions) {
        if let Some(speaker) = &self.speaker {
            let person = PERSON.replace("PERSON", "speakers");
            all.push(&format!("({person})"), [speaker.clone(), speaker.clone()]);
        }
        if let Some(side) = self.side {
            all.push("affiliation = ?", [side.as_str().to_owned()]);
        }
    }

    fn of_start(&self, all: &mut Conditions) {
        if let Some(from) = self.from {
            all.push("started >= ?", [moment::text(from)]);
        }
        if let Some(to) = self.to {
            all.push("started < ?", [moment::text(to)]);
        }
    }

    fn of_calls(&self) -> Conditions {
        let mut all = Conditions::default();
        self.of_start(&mut all);
        if self.speaker.is_some() {
            let mut of_speakers = Conditions::default();
            self.of_speakers(&mut of_speakers);
            let Conditions { sql, values } = of_speakers;
            all.push(&format!("number IN (SELECT call_number FROM speakers WHERE {sql})"), values);
        }
        if let Some(account) = &self.account {
            all.push(
                "call_id IN (
                   SELECT call_id FROM call_accounts JOIN accounts USING (account_id)
                   WHERE account_id = ? OR says(name, ?))",
                [account.clone(), account.clone()],
            );
        }
        if let Some(participant) = &self.participant {
            let person = PERSON.replace("PERSON", "parties");
            let sql = format!(
                "call_id IN (SELECT call_id FROM parties
                 WHERE {person} OR phone = ? OR reaches(phone, ?) OR user_id = ?)",
            );
            all.push(&sql, vec![participant.clone(); 5]);
        }
        if let Some(host) = &self.host {
            let (party, user) =
                (PERSON.replace("PERSON", "parties"), PERSON.replace("PERSON", "users"));
            let sql = format!(
                "(host_user_id = ?
                  OR host_user_id IN (SELECT user_id FROM users WHERE {user})
                  OR call_id IN (SELECT call_id FROM parties
                    WHERE parties.user_id = host_user_id AND ({party})))",
            );
            all.push(&sql, vec![host.clone(); 5]);
        }
        if let Some(tracker) = &self.tracker {
            all.push(
                "call_id IN (
                   SELECT call_id FROM tracker_hits JOIN trackers USING (tracker_id)
                   WHERE hits > 0 AND (tracker_id = ? OR says(name, ?)))",
                [tracker.clone(), tracker.clone()],
            );
        }
        if let Some(title) = &self.title {
            all.push("says(title, ?)", [title.clone()]);
        }
        if let Some(language) = &self.language {
            all.push(
                "lower(substr(language, 1, length(?))) = lower(?)",
                [language.clone(), language.clone()],
            );
        }
        all
    }
}

impl Archive {
    /// The ids of the accounts that [`Filters::account`] means by this: an id, or a part of a name.
    pub fn accounts(&self, account: &str) -> Result<Vec<String>> {
        let sql = "SELECT account_id FROM accounts WHERE account_id = ?1 OR says(name, ?1)
                   ORDER BY account_id";
        let read = || {
            let mut accounts = self.connection.prepare_cached(sql)?;
            accounts.query_map([account], |row| row.get(0))?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| Error::of(error, &self.path()))
    }
}

/// Conditions that hold together.
#[derive(Debug)]
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Default for Conditions {
    fn default() -> Self {
        Self { sql: "TRUE".to_owned(), values: Vec::new() }
    }
}

impl Conditions {
    fn push(&mut self, sql: &str, values: impl IntoIterator<Item = impl Into<Value>>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values.into_iter().map(Into::into));
    }
}
