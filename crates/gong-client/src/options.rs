//! What a client can be told: limits, waits, and where the ledger is.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use crate::{clock::Clock, limits::Limits, renewal::Renew, watch::Watch};

/// What a client can be told. The default keeps to Gong's own limits.
#[derive(Clone)]
pub struct Options {
    /// How many requests the company allows.
    pub limits: Limits,
    /// The file in which all processes of this company count their requests, made when it is not
    /// there. Beside it lie lock files whose names begin with its own. Without one the client counts
    /// alone, together with its clones.
    pub ledger: Option<PathBuf>,
    /// The file that says what was sent and not yet answered, for everything but reads; made when it
    /// is not there, with lock files beside it. It is written before the first byte of such a request,
    /// so that a process that was killed leaves word; see [`Journal`](crate::Journal).
    pub journal: Option<PathBuf>,
    /// Whether to send what the journal says may have been done already, or whose journal is damaged.
    /// A person decides that, not a program: it may do something twice.
    pub resend: bool,
    /// Who renews a login that Gong no longer accepts.
    pub renew: Option<Arc<dyn Renew>>,
    /// The longest that the client waits because of a limit; beyond that it gives up with
    /// [`Error::Exhausted`](crate::Error::Exhausted).
    pub max_wait: Duration,
    /// The largest answer that is read, in bytes after decompression.
    pub max_body: u64,
    /// How long parts of an exchange may take.
    pub timeouts: Timeouts,
    /// Who is told about progress.
    pub watch: Option<Arc<dyn Watch>>,
    /// How the client names itself.
    pub user_agent: String,
    /// The wall clock, if not the system's.
    pub clock: Option<Arc<dyn Clock>>,
    /// Makes the random part of waits the same each time.
    pub seed: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            ledger: None,
            journal: None,
            resend: false,
            renew: None,
            max_wait: Duration::from_mins(1),
            max_body: 64 * 1024 * 1024,
            timeouts: Timeouts::default(),
            watch: None,
            user_agent: concat!("gong/", env!("CARGO_PKG_VERSION")).to_owned(),
            clock: None,
            seed: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("limits", &self.limits)
            .field("ledger", &self.ledger)
            .field("journal", &self.journal)
            .field("resend", &self.resend)
            .field("max_wait", &self.max_wait)
            .field("max_body", &self.max_body)
            .field("timeouts", &self.timeouts)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// How long parts of an exchange may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the headers of the answer are there, the connection included. The answer to an upload
    /// has `total` from the end of the upload on.
    pub headers: Duration,
    /// Until all of the answer is there. An upload may take longer: it is too slow if `slow_rate` is
    /// not kept over a span of this length.
    pub total: Duration,
    /// The span over which the speed of a body is measured.
    pub slow_span: Duration,
    /// The fewest bytes a second, over that span, that are not too slow.
    pub slow_rate: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            headers: Duration::from_secs(30),
            total: Duration::from_mins(2),
            slow_span: Duration::from_secs(20),
            slow_rate: 1024,
        }
    }
}
