-- The shape of the archive, version 1. Ids are TEXT: they have up to 20 digits, which no number of
-- SQLite holds. Moments are TEXT in UTC, always as 2026-06-01T10:00:00.000Z, so that they sort.
--
-- Other programs bring their own SQLite, and one that does not know a word of this opens nothing of
-- the file: nothing here may need a newer one than STRICT does, which is 3.37.

-- What the archive knows about itself.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Gong's own text of every record, compressed with zstd. `kind` is the table it was read into. The
-- text of a transcript lacks its sentences, which stand in `spoken`; see `kept.rs`.
CREATE TABLE kept (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  hash BLOB NOT NULL,
  -- When this text was fetched first; of collections that are listed whole, when it was last there.
  fetched TEXT NOT NULL,
  -- What of it could not be read, and is missing from the tables; mostly nothing.
  problem TEXT,
  text BLOB NOT NULL,
  UNIQUE (kind, id)
) STRICT;

-- Records that could not be read, so that nothing is lost.
CREATE TABLE quarantine (
  kind TEXT NOT NULL,
  hash BLOB NOT NULL,
  seen TEXT NOT NULL,
  problem TEXT NOT NULL,
  text BLOB NOT NULL,
  UNIQUE (kind, hash)
) STRICT;

CREATE TABLE workspaces (
  workspace_id TEXT PRIMARY KEY,
  name TEXT,
  description TEXT
) STRICT;

CREATE TABLE users (
  user_id TEXT PRIMARY KEY,
  email TEXT,
  name TEXT,
  title TEXT,
  phone TEXT,
  is_active INTEGER,
  manager_id TEXT,
  created TEXT
) STRICT;

-- `number` is ours: calls in order of their start, with room for 4,096 in a minute. A sentence has
-- the number of its call in its own. `transcript` is `expected`, `present`, or `unavailable`.
CREATE TABLE calls (
  number INTEGER PRIMARY KEY,
  call_id TEXT NOT NULL UNIQUE,
  title TEXT,
  started TEXT,
  scheduled TEXT,
  duration_seconds INTEGER,
  host_user_id TEXT,
  workspace_id TEXT,
  direction TEXT,
  scope TEXT,
  system TEXT,
  media TEXT,
  language TEXT,
  purpose TEXT,
  meeting_url TEXT,
  url TEXT,
  is_private INTEGER,
  outcome TEXT,
  brief TEXT,
  transcript TEXT NOT NULL DEFAULT 'expected'
) STRICT;
CREATE INDEX calls_started ON calls (started);
CREATE INDEX calls_expected ON calls (transcript) WHERE transcript = 'expected';

CREATE TABLE parties (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  position INTEGER NOT NULL,
  party_id TEXT,
  speaker_id TEXT,
  user_id TEXT,
  name TEXT,
  email TEXT,
  phone TEXT,
  title TEXT,
  affiliation TEXT,
  was_invited INTEGER,
  attended INTEGER,
  PRIMARY KEY (call_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX parties_email ON parties (email);

CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY,
  name TEXT,
  system TEXT,
  industry TEXT,
  website TEXT
) STRICT;

CREATE TABLE opportunities (
  opportunity_id TEXT PRIMARY KEY,
  name TEXT,
  system TEXT,
  stage TEXT,
  amount TEXT,
  close_date TEXT
) STRICT;

CREATE TABLE call_accounts (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
  PRIMARY KEY (call_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_accounts_account ON call_accounts (account_id);

CREATE TABLE call_opportunities (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  opportunity_id TEXT NOT NULL REFERENCES opportunities (opportunity_id) ON DELETE CASCADE,
  PRIMARY KEY (call_id, opportunity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_opportunities_opportunity ON call_opportunities (opportunity_id);

CREATE TABLE trackers (
  tracker_id TEXT PRIMARY KEY,
  name TEXT,
  kind TEXT
) STRICT;

CREATE TABLE tracker_hits (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  tracker_id TEXT NOT NULL REFERENCES trackers (tracker_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  phrase TEXT,
  start_seconds REAL,
  speaker_id TEXT,
  hits INTEGER NOT NULL,
  PRIMARY KEY (call_id, tracker_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX tracker_hits_tracker ON tracker_hits (tracker_id);

CREATE TABLE topics (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  position INTEGER NOT NULL,
  name TEXT,
  duration_seconds REAL,
  PRIMARY KEY (call_id, position)
) STRICT, WITHOUT ROWID;

-- What Gong wrote about a call: what stood out, such as next steps, by section.
CREATE TABLE highlights (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  position INTEGER NOT NULL,
  section TEXT,
  text TEXT,
  start_seconds REAL,
  PRIMARY KEY (call_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_points (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  position INTEGER NOT NULL,
  text TEXT,
  PRIMARY KEY (call_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE outline (
  call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE ON UPDATE CASCADE,
  position INTEGER NOT NULL,
  section TEXT,
  text TEXT,
  start_seconds REAL,
  PRIMARY KEY (call_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE scorecards (
  scorecard_id TEXT PRIMARY KEY,
  name TEXT,
  workspace_id TEXT,
  is_enabled INTEGER
) STRICT;

CREATE TABLE scorecard_questions (
  scorecard_id TEXT NOT NULL REFERENCES scorecards (scorecard_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  question_id TEXT,
  question TEXT,
  kind TEXT,
  is_overall INTEGER,
  PRIMARY KEY (scorecard_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE answered_scorecards (
  answered_scorecard_id TEXT PRIMARY KEY,
  scorecard_id TEXT REFERENCES scorecards (scorecard_id) ON DELETE CASCADE,
  call_id TEXT,
  call_started TEXT,
  reviewed_user_id TEXT,
  reviewer_user_id TEXT,
  review_method TEXT,
  reviewed TEXT,
  average_score REAL
) STRICT;
CREATE INDEX answered_scorecards_call ON answered_scorecards (call_id);
CREATE INDEX answered_scorecards_scorecard ON answered_scorecards (scorecard_id);

CREATE TABLE scorecard_answers (
  answered_scorecard_id TEXT NOT NULL
    REFERENCES answered_scorecards (answered_scorecard_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  question_id TEXT,
  is_overall INTEGER,
  score INTEGER,
  answer TEXT,
  not_applicable INTEGER,
  PRIMARY KEY (answered_scorecard_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity_days (
  user_id TEXT NOT NULL,
  day TEXT NOT NULL,
  user_email TEXT,
  calls_as_host INTEGER NOT NULL DEFAULT 0,
  calls_attended INTEGER NOT NULL DEFAULT 0,
  calls_gave_feedback INTEGER NOT NULL DEFAULT 0,
  calls_requested_feedback INTEGER NOT NULL DEFAULT 0,
  calls_received_feedback INTEGER NOT NULL DEFAULT 0,
  own_calls_listened_to INTEGER NOT NULL DEFAULT 0,
  others_calls_listened_to INTEGER NOT NULL DEFAULT 0,
  calls_shared_internally INTEGER NOT NULL DEFAULT 0,
  calls_shared_externally INTEGER NOT NULL DEFAULT 0,
  scorecards_filled INTEGER NOT NULL DEFAULT 0,
  scorecards_received INTEGER NOT NULL DEFAULT 0,
  comments_given INTEGER NOT NULL DEFAULT 0,
  comments_received INTEGER NOT NULL DEFAULT 0,
  feedback_marked_given INTEGER NOT NULL DEFAULT 0,
  feedback_marked_received INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_days_day ON activity_days (day);

-- Who speaks in a call, with the names that the parties give them. `speaker` counts from 0.
CREATE TABLE speakers (
  call_number INTEGER NOT NULL REFERENCES calls (number) ON DELETE CASCADE ON UPDATE CASCADE,
  speaker INTEGER NOT NULL,
  speaker_id TEXT,
  name TEXT NOT NULL,
  affiliation TEXT,
  user_id TEXT,
  email TEXT,
  PRIMARY KEY (call_number, speaker)
) STRICT, WITHOUT ROWID;

-- The sentences, as small as they can be: `id` is the number of the call times 2^18 plus the place
-- of the sentence in it. The view `sentences` is what to read.
CREATE TABLE spoken (
  id INTEGER PRIMARY KEY,
  speaker INTEGER NOT NULL,
  monologue INTEGER NOT NULL,
  start_ms INTEGER,
  end_ms INTEGER,
  topic TEXT,
  text TEXT NOT NULL
) STRICT;

-- The `+` keeps SQLite from making an index of all sentences by speaker.
CREATE VIEW sentences AS
SELECT
  calls.call_id,
  spoken.id & 262143 AS position,
  spoken.monologue,
  speakers.speaker_id,
  speakers.name AS speaker_name,
  speakers.affiliation,
  spoken.start_ms / 1000.0 AS start_seconds,
  spoken.end_ms / 1000.0 AS end_seconds,
  spoken.topic,
  spoken.text
FROM spoken
JOIN calls
  ON calls.number = spoken.id >> 18
  AND spoken.id BETWEEN calls.number << 18 AND (calls.number << 18) + 262143
JOIN speakers ON speakers.call_number = calls.number AND speakers.speaker = +spoken.speaker;

-- What the index holds: a row for each monologue, numbered as its first sentence. `index_text`
-- (`words.rs`) sets scripts without spaces apart, so that each character is a word, and takes accents
-- off.
CREATE VIEW monologues AS
SELECT min(id) AS id, index_text(group_concat(text, ' ')) AS text
FROM (SELECT id, monologue, text FROM spoken ORDER BY id)
GROUP BY id >> 18, monologue;

-- Nothing asks how long a text is: `columnsize` would be a row more for each.
CREATE VIRTUAL TABLE monologue_words USING fts5 (
  text,
  content = 'monologues',
  content_rowid = 'id',
  columnsize = 0,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

CREATE VIEW call_overview AS
SELECT
  calls.call_id,
  calls.started,
  calls.title,
  round(calls.duration_seconds / 60.0, 1) AS minutes,
  users.name AS host,
  calls.language,
  calls.transcript,
  (SELECT count(*) FROM parties WHERE parties.call_id = calls.call_id) AS parties,
  (
    SELECT group_concat(name, ', ') FROM (
      SELECT accounts.name FROM call_accounts JOIN accounts USING (account_id)
      WHERE call_accounts.call_id = calls.call_id ORDER BY accounts.name
    )
  ) AS accounts,
  calls.brief,
  calls.url
FROM calls LEFT JOIN users ON users.user_id = calls.host_user_id;

CREATE VIEW who_talked_when AS
SELECT
  calls.call_id,
  calls.started,
  calls.title,
  spoken.start_ms / 1000.0 AS start_seconds,
  spoken.end_ms / 1000.0 AS end_seconds,
  speakers.name AS speaker_name,
  speakers.affiliation,
  spoken.text
FROM spoken
JOIN calls
  ON calls.number = spoken.id >> 18
  AND spoken.id BETWEEN calls.number << 18 AND (calls.number << 18) + 262143
JOIN speakers ON speakers.call_number = calls.number AND speakers.speaker = +spoken.speaker;

CREATE VIEW account_timeline AS
SELECT
  accounts.account_id,
  accounts.name AS account,
  calls.started,
  calls.call_id,
  calls.title,
  calls.duration_seconds,
  users.name AS host,
  calls.brief
FROM accounts
JOIN call_accounts USING (account_id)
JOIN calls USING (call_id)
LEFT JOIN users ON users.user_id = calls.host_user_id;

-- A row for each name: who joins twice has two speaker ids and one name.
CREATE VIEW talk_ratio AS
SELECT
  calls.call_id,
  calls.started,
  calls.title,
  speakers.name AS speaker_name,
  max(speakers.affiliation) AS affiliation,
  sum((spoken.end_ms - spoken.start_ms) / 1000.0) AS seconds,
  sum((spoken.end_ms - spoken.start_ms) / 1000.0)
    / nullif(sum(sum((spoken.end_ms - spoken.start_ms) / 1000.0)) OVER (PARTITION BY calls.call_id), 0)
    AS share
FROM calls
CROSS JOIN spoken ON spoken.id BETWEEN calls.number << 18 AND (calls.number << 18) + 262143
CROSS JOIN speakers ON speakers.call_number = calls.number AND speakers.speaker = spoken.speaker
GROUP BY calls.call_id, speakers.name;

-- What a sync goes by, a row a call: when it was last listed and when its transcript is asked for.
CREATE TABLE call_states (
  number INTEGER PRIMARY KEY REFERENCES calls (number) ON DELETE CASCADE ON UPDATE CASCADE,
  -- The listing that had it last, a number of `windows.listing`.
  listing INTEGER NOT NULL DEFAULT 0,
  -- When a listing first lacked it; nothing while it is there.
  missing_since TEXT,
  -- When its transcript may be asked for; nothing when there is nothing to ask.
  ask_after TEXT,
  asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX call_states_ask ON call_states (ask_after) WHERE ask_after IS NOT NULL;
CREATE INDEX call_states_missing ON call_states (missing_since) WHERE missing_since IS NOT NULL;

-- The spans of time that calls were listed in; together they are what the archive covers.
CREATE TABLE windows (
  starts TEXT PRIMARY KEY,
  ends TEXT NOT NULL,
  -- Counts listings up. A call that was in this one has the number in its state.
  listing INTEGER NOT NULL,
  -- How far the listing that is under way has come, and when it began; nothing when it is done.
  listed_to TEXT,
  began TEXT,
  -- How many calls it has seen that started before that.
  seen INTEGER NOT NULL DEFAULT 0,
  -- When the last whole listing began; nothing before the first.
  listed TEXT,
  -- How many calls Gong said there are, those that are left out too.
  total INTEGER,
  -- Whether the listing had as many as Gong said.
  is_settled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- When each other collection was last fetched whole, and which days, if it has days.
CREATE TABLE collections (
  name TEXT PRIMARY KEY,
  fetched TEXT,
  covered_from TEXT,
  covered_to TEXT,
  problem TEXT
) STRICT, WITHOUT ROWID;

-- What was purged and must not come back: salted hashes, from which nothing can be read.
CREATE TABLE tombstones (
  hash BLOB PRIMARY KEY,
  purged TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where copies went, so that a purge can say which of them still hold what it removed.
CREATE TABLE exports (
  export_id INTEGER PRIMARY KEY,
  place TEXT NOT NULL,
  format TEXT NOT NULL,
  started TEXT NOT NULL,
  -- Nothing if it did not come to its end: some of it may be there.
  finished TEXT,
  -- Stands for the filters of the last one that came to its end.
  filters BLOB,
  UNIQUE (place, format)
) STRICT;

CREATE TABLE exported_calls (
  export_id INTEGER NOT NULL REFERENCES exports (export_id) ON DELETE CASCADE,
  -- As in `tombstones`.
  call_hash BLOB NOT NULL,
  PRIMARY KEY (export_id, call_hash)
) STRICT, WITHOUT ROWID;

-- What the next export of the format to the place need not write again, and what it removes. Names
-- of files, which have words of titles in them, are hashes as well.
CREATE TABLE exported_files (
  export_id INTEGER NOT NULL REFERENCES exports (export_id) ON DELETE CASCADE,
  file_hash BLOB NOT NULL,
  -- Changes with what is in it; nothing until it is written.
  digest BLOB,
  bytes INTEGER,
  -- Whose file it is, if it is that of one call.
  call_hash BLOB,
  PRIMARY KEY (export_id, file_hash)
) STRICT, WITHOUT ROWID;
