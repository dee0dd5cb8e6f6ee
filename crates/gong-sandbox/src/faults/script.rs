//! Fault scripts: what goes wrong, and when, as text.

use std::{str::FromStr, time::Duration};

use http::{Method, StatusCode};

use crate::{
    Error,
    routes::{self, Match},
};

mod parse;

/// What goes wrong, and when; read from text.
///
/// A line names an operation (`GET /v2/calls`, `calls-list`, a path, a path that ends in `*`, or
/// `*` for all) and, after a colon, the steps that its requests meet one after the other:
///
/// ```
/// use gong_sandbox::Script;
///
/// // The first request is told to wait, the second gets no answer, the third is well.
/// let mut script: Script = "GET /v2/calls: status:429;ra=7, reset@0, ok".parse()?;
/// script.extend("calls-transcript: truncate@100 x3".parse()?);
/// # Ok::<(), gong_sandbox::Error>(())
/// ```
///
/// The README of this crate lists the steps.
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub(super) rules: Vec<Rule>,
}

impl Script {
    /// Adds the rules of another script after the own ones.
    pub fn extend(&mut self, other: Self) {
        self.rules.extend(other.rules);
    }
}

impl FromStr for Script {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let lines = text.lines().map(str::trim);
        let rules = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(Self { rules: rules.map(parse::rule).collect::<Result<_, _>>()? })
    }
}

/// A line of a script.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) target: Target,
    pub(super) steps: Vec<Step>,
}

/// Which requests a rule is for.
#[derive(Debug, Clone)]
pub(super) struct Target {
    method: Option<Method>,
    path: Path,
}

#[derive(Debug, Clone)]
enum Path {
    Any,
    Exact(String),
    Prefix(String),
}

impl Target {
    /// Whether it means a request, given the path of the operation, with braces, and its own.
    pub(super) fn matches(&self, method: &Method, template: Option<&str>, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method)
            && match &self.path {
                Path::Any => true,
                Path::Exact(own) => own == path || template == Some(own.as_str()),
                Path::Prefix(own) => path.starts_with(own.as_str()),
            }
    }

    /// Whether there is an operation that it can mean.
    fn is_known(&self) -> bool {
        routes::all().any(|operation| match &self.path {
            Path::Exact(path) if operation.matches(path) != Match::No => {
                self.matches(&operation.method, Some(path), path)
            }
            _ => self.matches(&operation.method, Some(operation.path), operation.path),
        })
    }
}

/// A step of a rule.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// As it was written.
    pub(super) text: String,
    pub(super) fault: Fault,
    pub(super) when: When,
    pub(super) times: u32,
}

/// When a step is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// By the next request, after the steps before it.
    InTurn,
    /// By the next request for this page, from 0.
    Page(u64),
    /// By this request that the rule is for, from 1.
    Request(u64),
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Ok,
    Status {
        status: StatusCode,
        retry_after: Vec<RetryAfter>,
        skew: i64,
    },
    Reset {
        after: u64,
    },
    /// The request is served, but the connection is reset before any of the answer is sent.
    Lost,
    Truncate {
        after: u64,
    },
    /// The connection is reset when so much of the request's body has come.
    Cut {
        after: u64,
    },
    Stall {
        wait: Duration,
        after: u64,
    },
    Drip {
        bytes: usize,
        wait: Duration,
    },
    Html {
        status: StatusCode,
    },
    Empty,
    GzipBomb {
        size: u64,
    },
    Huge {
        size: u64,
    },
    Depth {
        levels: usize,
    },
    Surrogate,
    BadUtf8,
    Bom,
    DuplicateKey,
    Enum {
        value: String,
    },
    Null {
        member: Option<String>,
    },
    Extra {
        member: Option<String>,
    },
    CursorExpire,
    CursorLoop,
    CursorEmptyPage,
    Total {
        change: i64,
    },
    Insert,
    Delete,
    DateSkew {
        seconds: i64,
    },
    Redirect {
        status: StatusCode,
        location: String,
    },
    DayExhausted,
    TokenExpire,
    Unauthorized,
    MissingScope {
        scope: String,
    },
}

/// What `Retry-After` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    /// This text, sense or nonsense.
    Text(String),
    /// The `Date` of the answer and so many seconds.
    Date(i64),
}
