//! The help topics. Those made of tables are made here, once for the terminal and the reference.

use std::fmt::Write as _;

use crate::{commands::reference::commands, env::Var, exit::CODES};

/// The topics, in the order in which they are listed.
pub(super) const NAMES: &[&str] =
    &["dates", "output", "exit-codes", "environment", "limits", "sandbox", "operations"];

/// The text of a topic.
pub(super) fn text(topic: &str) -> Option<String> {
    Some(match topic {
        "dates" => DATES.to_owned(),
        "output" => OUTPUT.to_owned(),
        "exit-codes" => exit_codes(),
        "environment" => environment(),
        "limits" => LIMITS.to_owned(),
        "sandbox" => SANDBOX.to_owned(),
        "operations" => operations(),
        _ => return None,
    })
}

/// The exit codes, one a line.
pub(crate) fn exit_codes() -> String {
    let mut text = "Exit codes\n\n".to_owned();
    for (code, meaning) in CODES {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {code:>3}  {meaning}");
    }
    text.push_str(
        "\nWhen stderr is no terminal, an error is one line of JSON:\n  \
         {\"error\":{\"code\":\"auth.missing_scope\",\"message\":\"…\",\"hint\":\"…\",\"status\":401,\
         \"request_id\":\"…\",\"retryable\":false,\"retry_at\":null}}\n",
    );
    text
}

/// The variables, each with what it is for.
fn environment() -> String {
    let mut text = "Environment variables\n\n".to_owned();
    for (var, doc) in Var::ALL {
        let _ = writeln!(text, "  {}\n      {doc}", var.name());
    }
    text
}

/// The operations, each with its command, what it takes, and how dangerous it is.
fn operations() -> String {
    let mut text = "Operations of Gong's API, and the commands for them\n".to_owned();
    for (operation, command) in commands() {
        let scopes = match operation.scopes.as_slice() {
            [] => "no scope stated".to_owned(),
            scopes => scopes.join(", "),
        };
        let asks = if operation.asks { ", asks first" } else { "" };
        let _ = write!(
            text,
            "\n  {command}\n      {} {} ({})\n      {scopes}; {}{asks}\n",
            operation.method(),
            operation.path,
            operation.id,
            operation.risk,
        );
    }
    text
}

const DATES: &str = "\
Dates

Wherever a date goes:
  2026-01-15                  that day
  2026-01-15T10:00            that moment in the zone; with Z or +01:00 in that one
  now, today, yesterday, tomorrow
  monday … sunday             the last one
  7d, 2w, 36h, 1mo, 1y        so long ago
  this-week, last-week        also month, quarter and year; weeks begin on Monday

Options:
  --from WHEN --to WHEN       a day as --to is included whole
  --last 7d                   from 7 days ago until now
  --on last-month             one day or one span

The zone is --tz, else GONG_TZ, else that of the company once Gong told it, else the machine's.
-v and --dry-run show what the words came to.

Statistics are counted by Gong in whole days of the company's zone, up to yesterday.
";

const OUTPUT: &str = "\
Output

Data goes to stdout, everything else to stderr.

  -o auto     a table on a terminal, JSON elsewhere; transcripts are text in both
  -o table    columns for people
  -o json     one array, each record as Gong sent it; one object for a single record
  -o jsonl    a record a line
  -o csv      the columns of the table; formulas are defused unless --csv-raw is given
  -o text     transcripts: Name: what they said
  -o md       transcripts as Markdown; also srt and vtt

  --fields id,metaData.title  only these members, in any format
  --jq PROGRAM                runs a jq program on each record; text comes out without quotes
  --limit N                   stop after N records; without it a list fetches everything

JSON is Gong's own text: members that gong does not know and ids of 20 digits come through as they
are. On a terminal, control characters in what came from Gong are made visible.
";

const LIMITS: &str = "\
Limits

Gong allows a company 3 requests a second and 10,000 a day, all keys and programs together. gong
keeps to both over all its processes of this user: a small file remembers what was sent.

  gong quota                  what is left
  --rps N, --daily N          for a company with other limits; 0 is no limit
  --max-wait SECONDS          how long to wait when Gong asks for a pause, 60 unless said otherwise

A list of N calls costs one request for 100 calls; N transcripts with names cost two for 100.
When the day is used up, gong stops with exit code 5 and says when to come back.
";

const SANDBOX: &str = "\
The sandbox

A fake Gong with one made-up company, as strict as the real one. --sandbox (or GONG_SANDBOX=1) runs
any command on one inside the process; gong sandbox serve serves one to other programs.

Faults, for tests of your own program: an operation (or *), a colon, and what happens to its next
requests, each once and in order:
  GET /v2/calls: status:503;ra=7, reset@0, truncate@100, html200
  POST /v2/calls/extensive: ok, cursor-expire@1
  *: stall:5s@0

What is sent is in GET /sandbox/log, faults that were not used in GET /sandbox/faults.
";
