//! Migrations: how the file of an older version becomes one of this version, or stays as it was.

use std::{
    fs,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, TransactionBehavior};

use crate::{
    error::{Error, Result},
    folder, schema,
};

/// The shape that files shall have, and the road to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// What makes a new file.
    pub(crate) schema: &'static str,
    /// The version that it has.
    pub(crate) version: i64,
    /// What leads from each older version to the next one, the oldest first.
    pub(crate) steps: &'static [Step],
}

/// What leads from one version to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The version that it begins with.
    pub(crate) from: i64,
    /// What is done.
    pub(crate) sql: &'static str,
}

/// Brings a file of the version `found` to the version of `shape`, in one transaction, after a copy
/// was set beside it.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    found: i64,
    shape: &Shape,
) -> Result<()> {
    let of = |error| Error::of(error, path);
    let steps: Vec<&Step> = shape.steps.iter().filter(|it| it.from >= found).collect();
    let is_known = (found..shape.version).eq(steps.iter().map(|it| it.from));
    if !is_known {
        let problem = format!("it has version {found}, which there never was");
        return Err(Error::Foreign { path: path.to_owned(), problem });
    }
    schema::refuse_triggers(connection, path)?;
    back_up(connection, &backup(path, found))?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(of)?;
    for step in steps {
        transaction.execute_batch(step.sql).map_err(of)?;
    }
    // Also shows that nothing strange came along.
    schema::check_tables(&transaction, path, shape)?;
    transaction.pragma_update(None, "user_version", shape.version).map_err(of)?;
    transaction.commit().map_err(of)
}

/// Where the copy of a file of this version is set before it is changed.
pub(crate) fn backup(path: &Path, version: i64) -> PathBuf {
    path.with_file_name(format!("{}.version-{version}", folder::DATABASE))
}

/// Copies the file whole. What an earlier try left is written anew.
fn back_up(connection: &Connection, to: &Path) -> Result<()> {
    let file = |source| Error::io(to, source);
    if let Err(error) = fs::remove_file(to)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(file(error));
    }
    // SQLite writes into an empty file as it is, and this one is closed to others.
    let empty = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let empty = empty.map_err(file)?;
    let name = to.to_str().ok_or_else(|| file(std::io::ErrorKind::InvalidFilename.into()))?;
    let copied = connection.execute("VACUUM INTO ?1", [name]);
    if let Err(error) = copied {
        // Half a copy is of no use, and takes the room that is short.
        let _ = fs::remove_file(to);
        return Err(Error::of(error, to));
    }
    empty.sync_all().map_err(file)
}
