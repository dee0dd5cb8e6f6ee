//! The guard of a statement: what it may do, and how much of it.

use std::{collections::HashSet, time::Instant};

use rusqlite::{
    Connection, Statement,
    config::DbConfig,
    ffi,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
};

use super::SqlLimits;
use crate::error::{Error, Result};

/// How many steps a statement takes before the clock is looked at: each may go through a long text.
const STEPS: i32 = 100;
/// How long a value may be, in bytes, and a row of a table: all that was said in the calls of an
/// account, say. Gong's own text of one record is far from it.
pub(super) const LONGEST_VALUE: i32 = 16 << 20;
/// How long the statement may be, in bytes.
pub(super) const LONGEST_STATEMENT: i32 = 256 << 10;
/// What is put before a statement to see what it does.
const EXPLAIN: &str = "EXPLAIN ";
const EXPLAIN_LENGTH: i32 = 8;
/// What SQLite says when the authorizer denies something.
pub(super) const DENIED: &str = "not authorized";
/// The tables from which could be guessed what was purged.
pub(super) const CLOSED: [&str; 2] = ["settings", "tombstones"];
/// What may be asked of the shape of the archive. `data_version` is what the index asks.
const PRAGMAS: [&str; 7] = [
    "data_version",
    "foreign_key_list",
    "index_info",
    "index_list",
    "table_info",
    "table_list",
    "table_xinfo",
];
/// The functions that only compute, and none that makes much of little or tells of the machine.
const FUNCTIONS: [&str; 127] = [
    "->",
    "->>",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "bm25",
    "ceil",
    "ceiling",
    "changes",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "highlight",
    "if",
    "ifnull",
    "iif",
    "index_text",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_each",
    "json_error_position",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_pretty",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_tree",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "match",
    "max",
    "median",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "percentile",
    "percentile_cont",
    "percentile_disc",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "random",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "says",
    "sign",
    "sin",
    "sinh",
    "snippet",
    "sqrt",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "subtype",
    "sum",
    "tan",
    "tanh",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unhex",
    "unicode",
    "unistr",
    "unixepoch",
    "unlikely",
    "upper",
];

/// A connection under guard. It cannot be taken off again.
pub(super) struct Guarded {
    pub(super) connection: Connection,
    /// The first pages of what stands in the closed tables, for as long as the connection reads.
    closed: HashSet<i64>,
}

/// Puts a connection that is open to read under guard.
pub(super) fn guarded(
    mut connection: Connection,
    limits: &SqlLimits,
    ends: Instant,
) -> rusqlite::Result<Guarded> {
    // The pages of a table are others once the file is written anew.
    connection.execute_batch("BEGIN")?;
    let closed = connection
        .prepare("SELECT rootpage FROM sqlite_schema WHERE tbl_name IN (?1, ?2)")?
        .query_map(CLOSED, |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // The index is opened by its first use, with statements of its own.
    connection.prepare("SELECT rowid FROM monologue_words")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false)?;
    if let Some(memory) = limits.memory {
        connection.pragma_update(None, "hard_heap_limit", memory)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_COLUMN, 500),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 250),
        // What is said must be explained, too.
        (Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_STATEMENT + EXPLAIN_LENGTH),
        (Limit::SQLITE_LIMIT_VDBE_OP, 100_000),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    connection.progress_handler(STEPS, Some(move || Instant::now() >= ends))?;
    connection.authorizer(Some(authorize))?;
    Ok(Guarded { connection, closed })
}

impl Guarded {
    /// Fails if a statement opens a closed table. The authorizer is not asked about each: not for the
    /// columns of a `USING`.
    pub(super) fn check_tables(
        &self,
        prepared: &Statement<'_>,
        statement: &str,
    ) -> rusqlite::Result<()> {
        if prepared.is_explain() != 0 {
            return Ok(());
        }
        let mut steps = self.connection.prepare(&format!("{EXPLAIN}{statement}"))?;
        let mut steps = steps.query([])?;
        while let Some(step) = steps.next()? {
            let opens = matches!(step.get_ref("opcode")?.as_str()?, "OpenRead" | "ReopenIdx");
            if opens && step.get::<_, i64>("p3")? == 0 && self.closed.contains(&step.get("p2")?) {
                let denied = ffi::Error::new(ffi::SQLITE_AUTH);
                return Err(rusqlite::Error::SqliteFailure(denied, Some(DENIED.to_owned())));
            }
        }
        Ok(())
    }
}

/// What must hold for a statement that the authorizer let pass.
pub(super) fn check(prepared: &Statement<'_>) -> Result<()> {
    let (problem, hint) = if !prepared.readonly() {
        ("the statement does something else than read", "begin it with select")
    } else if prepared.column_count() == 0 {
        ("there is no statement", "write one, such as: select * from call_overview")
    } else if prepared.parameter_count() > 0 {
        let hint = "write the value itself; a text stands between single quotes";
        ("the statement has a parameter, such as ?1", hint)
    } else {
        return Ok(());
    };
    Err(Error::Statement { problem: problem.to_owned(), hint: Some(hint.to_owned()) })
}

fn authorize(context: AuthContext<'_>) -> Authorization {
    let is_allowed = match context.action {
        AuthAction::Select | AuthAction::Recursive => true,
        AuthAction::Read { table_name, .. } => {
            !CLOSED.iter().any(|closed| closed.eq_ignore_ascii_case(table_name))
        }
        AuthAction::Function { function_name } => {
            let name = function_name.to_ascii_lowercase();
            FUNCTIONS.binary_search(&&*name).is_ok()
        }
        AuthAction::Pragma { pragma_name, .. } => {
            PRAGMAS.contains(&&*pragma_name.to_ascii_lowercase())
        }
        _ => false,
    };
    if is_allowed { Authorization::Allow } else { Authorization::Deny }
}
