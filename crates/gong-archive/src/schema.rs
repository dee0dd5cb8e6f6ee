//! The shape of the file: how a new one is made, and a strange one told from ours.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, config::DbConfig};

use crate::{
    error::{Error, Result},
    migrations::{self, Shape},
    tombstones, words,
};

/// What says that a database is an archive: `Gong` in letters.
const APPLICATION_ID: i64 = 0x476F_6E67;
/// The shape that this program knows.
pub(crate) const SHAPE: Shape =
    Shape { schema: include_str!("sql/schema.sql"), version: 1, steps: &[] };
/// How the index of words is kept.
const INDEX_OPTIONS: [(&str, i64); 3] = [
    // Without it, words of deleted sentences stay in the index until it is merged.
    ("secure-delete", 1),
    // In bytes: what a batch adds is sorted in memory and written once.
    ("hashsize", 16 * 1024 * 1024),
    // Merging twice as many segments at once rewrites words less often as the archive grows.
    ("automerge", 8),
];
/// Of SQLite: earlier ones can damage a file whose log is begun anew.
const OLDEST_SQLITE: i32 = 3_051_003;
/// The largest that the log stays when it is empty, in bytes.
const LOG_LIMIT: i64 = 64 << 20;

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing was ever written to it, or nobody came to the end of it.
    Nothing,
    /// An archive of this version.
    Current,
    /// An archive of an older version.
    Older(i64),
}

/// Looks whether the file is one of ours, before anything else of it is used.
pub(crate) fn check(connection: &Connection, path: &Path, shape: &Shape) -> Result<Found> {
    let of = |error| Error::of(error, path);
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(of);
    let mark = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    if mark == 0 && found == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 {
        return Ok(Found::Nothing);
    }
    if mark != APPLICATION_ID {
        let problem = "it does not have the mark of one".to_owned();
        return Err(Error::Foreign { path: path.to_owned(), problem });
    }
    if found > shape.version {
        return Err(Error::Newer { path: path.to_owned(), found, known: shape.version });
    }
    if found < shape.version {
        return Ok(Found::Older(found));
    }
    check_tables(connection, path, shape)?;
    Ok(Found::Current)
}

/// Refuses tables, views, triggers, and indexes that are not ours: some run when ours are used.
pub(crate) fn check_tables(connection: &Connection, path: &Path, shape: &Shape) -> Result<()> {
    let ours = made(shape).and_then(|fresh| tables(&fresh)).map_err(Error::Sqlite)?;
    let found = tables(connection).map_err(|error| Error::of(error, path))?;
    if ours == found {
        return Ok(());
    }
    let of = |name: &str| Error::Foreign {
        path: path.to_owned(),
        problem: format!("{name} in it is not as gong makes it"),
    };
    let strange = found.iter().find(|it| !ours.contains(it));
    let odd = strange.or_else(|| ours.iter().find(|it| !found.contains(it)));
    // The name is the stranger's own choice, unless it is one of ours.
    let name = odd.map(|it| &it[1]).filter(|name| ours.iter().any(|it| it[1] == **name));
    Err(of(&name.map_or_else(|| "something".to_owned(), |it| format!("`{it}`"))))
}

/// An empty archive in memory, to read records into.
pub(crate) fn in_memory() -> rusqlite::Result<Connection> {
    let fresh = made(&SHAPE)?;
    tombstones::make_salt(&fresh)?;
    fresh.set_prepared_statement_cache_capacity(64);
    Ok(fresh)
}

fn made(shape: &Shape) -> rusqlite::Result<Connection> {
    let fresh = Connection::open_in_memory()?;
    words::register(&fresh)?;
    fresh.execute_batch(shape.schema)?;
    Ok(fresh)
}

/// All that the schema holds, in one order. What `ANALYZE` writes is no matter.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<[String; 4]>> {
    connection
        .prepare(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema
             WHERE name NOT IN ('sqlite_stat1', 'sqlite_stat4') ORDER BY 1, 2",
        )?
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?
        .collect()
}

/// Refuses a file with triggers, which no version has.
pub(crate) fn refuse_triggers(connection: &Connection, path: &Path) -> Result<()> {
    let has_some: bool = connection
        .query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger')", [], |it| {
            it.get(0)
        })
        .map_err(|error| Error::of(error, path))?;
    if has_some {
        let problem = "it has triggers".to_owned();
        return Err(Error::Foreign { path: path.to_owned(), problem });
    }
    Ok(())
}

/// Makes the file one of this shape, if it is none yet.
pub(crate) fn bring_up(connection: &mut Connection, path: &Path, shape: &Shape) -> Result<()> {
    match check(connection, path, shape)? {
        Found::Current => Ok(()),
        Found::Older(found) => migrations::migrate(connection, path, found, shape),
        Found::Nothing => create(connection, shape).map_err(|error| Error::of(error, path)),
    }
}

/// Makes the tables of a new archive: all of them, or none.
fn create(connection: &mut Connection, shape: &Shape) -> rusqlite::Result<()> {
    // Before anything is written: these cannot be changed later, or cost a rewrite of the file.
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(shape.schema)?;
    for (option, value) in INDEX_OPTIONS {
        transaction.execute(
            "INSERT INTO monologue_words (monologue_words, rank) VALUES (?1, ?2)",
            (option, value),
        )?;
    }
    tombstones::make_salt(&transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", shape.version)?;
    transaction.commit()
}

/// What holds for every connection, to read or to write. Nothing of the file is read.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    assert!(rusqlite::version_number() >= OLDEST_SQLITE, "SQLite is built in, and new enough");
    words::register(connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What is sorted may be personal: it stays in memory.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// What holds for the one connection that writes.
pub(crate) fn prepare_to_write(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", true)?;
    // A power cut may cost the last batches, which Gong has still.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)
}
