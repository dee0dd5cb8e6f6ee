//! `gong sql`: one statement that reads, over the archive.

use std::{
    io::{IsTerminal as _, Read as _},
    ops::ControlFlow,
    time::Duration,
};

use anyhow::Result;
use clap::Args;
use gong_archive::{Archive, Cut, SqlLimits};
use gong_types::Record;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    context::{Context, lists::counted, waiting::duration},
    exit::Failure,
    output::{Cell, Look, View},
};

/// Says what there is to select from.
const TABLES: &str = "\
select m.name as \"table\", c.name as \"column\", c.type as type
from sqlite_schema m join pragma_table_info(m.name) c
where m.type in ('table', 'view') and m.name not like 'sqlite_%' and m.name not like 'monologue%'
  and m.name not in ('settings', 'tombstones')
order by m.type, m.name, c.cid";

/// Ask the archive in SQL
///
/// One statement of SQLite that reads; all others are refused. Ids are text, moments are text in UTC,
/// and --tables lists what there is to select from. The tables are explained in docs/guide/archive.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong sql 'select title, started from calls order by started desc limit 5'\n  \
    gong sql 'select * from talk_ratio limit 10' -o csv\n  \
    echo 'select count(*) as calls from calls' | gong sql\n  \
    gong sql --tables")]
pub(crate) struct Sql {
    /// The statement, or - to read it from stdin
    #[arg(value_name = "STATEMENT", conflicts_with = "tables")]
    statement: Option<String>,

    /// List the tables with their columns
    #[arg(long)]
    tables: bool,

    /// How long it may take
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = timeout)]
    timeout: Duration,
}

/// Reads how long it may take.
fn timeout(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if time.is_zero() {
        return Err("it needs some time, such as 5s".to_owned());
    }
    Ok(time)
}

/// How much memory a statement may take, in bytes.
const MEMORY: u32 = 128 << 20;

/// Runs it.
pub(crate) fn run(ctx: &mut Context, args: Sql) -> Result<()> {
    let statement = if args.tables { TABLES.to_owned() } else { statement(args.statement)? };
    let usual = SqlLimits::default();
    let limits = SqlLimits {
        time: args.timeout,
        rows: ctx.globals.limit.unwrap_or(usual.rows),
        memory: Some(MEMORY),
        ..usual
    };
    ctx.may_end_at_once(true);
    let archive = Archive::open(&ctx.archive_folder()?)?;
    let mut list = ctx.output.list::<Row>();
    let mut failed = None;
    let answer = archive.sql(&statement, &limits, |row| {
        if list.is_empty()
            && let Err(error) = list.show_members(row.keys().cloned().collect())
        {
            failed = Some(error);
            return ControlFlow::Break(());
        }
        let text = serde_json::value::to_raw_value(&row).expect("what is JSON can be written");
        match list.push(&Record::from(text)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    match &answer {
        Ok(answer) if list.is_empty() && failed.is_none() => {
            failed = list.show_members(answer.columns.clone()).err();
        }
        Ok(_) => {}
        Err(_) => list.refuse(),
    }
    let finished = list.finish();
    let answer = answer?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    finished?;
    let shown = counted(answer.n_rows, "rows");
    match answer.cut {
        Some(Cut::Bytes) => ctx.ui.warn(&format!("only {shown}: more is too much at a time")),
        Some(_) if ctx.globals.limit.is_some() => ctx.ui.status(&format!("only {shown}")),
        Some(_) => ctx.ui.warn(&format!("only {shown}; --limit asks for more")),
        None => ctx.ui.note(&shown),
    }
    Ok(())
}

/// The statement, as it was given or piped.
fn statement(given: Option<String>) -> Result<String> {
    match given {
        Some(statement) if statement != "-" => return Ok(statement),
        None if std::io::stdin().is_terminal() => {
            let hint = "gong sql 'select title, started from calls limit 5', or gong sql --tables";
            return Err(Failure::usage("there is no statement", hint).into());
        }
        _ => {}
    }
    let mut statement = Vec::new();
    std::io::stdin().lock().read_to_end(&mut statement)?;
    String::from_utf8(statement)
        .map_err(|_| Failure::usage("the statement is no text in UTF-8", "save it as UTF-8").into())
}

/// A row, whose columns are those of the statement.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Row(Map<String, Value>);

impl View for Row {
    const COLUMNS: &'static [&'static str] = &[];

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        debug_assert!(self.0.is_empty(), "the statement says what there is");
        Vec::new()
    }
}
