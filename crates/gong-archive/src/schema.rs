//! The shape of the file: how a new one is made, an old one brought up to date, a strange one told.

use std::path::Path;

use rusqlite::{Connection, config::DbConfig};

use crate::{
    error::{Error, Result},
    tombstones, words,
};

/// What says that a database is an archive: `Gong` in letters.
const APPLICATION_ID: i64 = 0x476F_6E67;
/// The version that this program writes.
pub(crate) const VERSION: i64 = 1;
const SCHEMA: &str = include_str!("sql/schema.sql");
/// Of SQLite: earlier ones can damage a file whose log is begun anew.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Makes the tables of a new archive. Nothing of the file may have been written before.
pub(crate) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    // Before anything is written: these cannot be changed later, or cost a rewrite of the file.
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    // Without it, words of deleted sentences stay in the index until it is merged.
    transaction.execute(
        "INSERT INTO monologue_words (monologue_words, rank) VALUES ('secure-delete', 1)",
        [],
    )?;
    tombstones::make_salt(&transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Whether nothing was ever written to the file.
pub(crate) fn is_new(connection: &Connection) -> rusqlite::Result<bool> {
    let n_pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(n_pages == 0)
}

/// Looks whether the file is one of ours, before anything else of it is used.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<()> {
    let of = |error| Error::of(error, path);
    let pragma = |name: &str| {
        connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(of)
    };
    if pragma("application_id")? != APPLICATION_ID {
        let problem = "it does not have the mark of one".to_owned();
        return Err(Error::Foreign { path: path.to_owned(), problem });
    }
    let found = pragma("user_version")?;
    if found > VERSION {
        return Err(Error::Newer { path: path.to_owned(), found, known: VERSION });
    }
    Ok(())
}

/// What holds for every connection, to read or to write.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    assert!(rusqlite::version_number() >= OLDEST_SQLITE, "SQLite is built in, and new enough");
    words::register(connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What is sorted may be personal: it stays in memory.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
