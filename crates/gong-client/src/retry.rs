//! The retry decision: a pure state machine that says what to do after each try of a request.

mod retry_after;
mod tokens;

use std::time::Duration;

use gong_types::{Request, Resend};
use http::StatusCode;

use crate::{jitter::Jitter, transport::TransportErrorKind};

pub(crate) use self::{retry_after::retry_after, tokens::Tokens};

/// How many failures of one request are made good by sending it again.
const RETRIES: u32 = 3;
/// How many outcomes that leave open whether Gong acted are made good for a request that Gong knows
/// again, or that sets a state.
const WRITE_RETRIES: u32 = 2;
/// The same as the first for answers that are not Gong's: a login page does not go away by asking again.
const NOT_GONG_RETRIES: u32 = 1;
/// How many refusals for a limit one request lives through. They are no failures, but something is
/// wrong with a server that refuses so often.
const REFUSALS: u32 = 10;

const BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
const REFUSED_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_REFUSED_BACKOFF: Duration = Duration::from_mins(1);
/// What is added to the time that Gong names, so that waiting clients do not return as one.
const SPREAD: Duration = Duration::from_millis(250);

/// What may follow an outcome that leaves open whether Gong acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// To send the request again, so many times.
    Resend(u32),
    /// To look what became of it, and to send it again once if the look shows nothing.
    Look,
    /// Nothing.
    Stop,
}

impl Policy {
    pub(crate) fn of(request: &Request) -> Self {
        match request.resend {
            Resend::Freely => Self::Resend(RETRIES),
            Resend::WithKey if request.key.is_some() => Self::Resend(WRITE_RETRIES),
            Resend::SameState => Self::Resend(WRITE_RETRIES),
            Resend::AfterLook if request.look.is_some() => Self::Look,
            Resend::WithKey | Resend::AfterLook | Resend::Never => Self::Stop,
        }
    }
}

/// How one try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With an answer of this status, and the wait that it asks for.
    Status(StatusCode, Option<Duration>),
    /// With no answer, or with part of one.
    Lost { kind: TransportErrorKind, nothing_was_sent: bool },
    /// With an answer whose JSON ends too early.
    CutShort,
    /// With a success whose body is not JSON, or is empty.
    NotGong,
    /// With an answer that is too large.
    TooLarge,
    /// With JSON of another kind than was promised.
    Undecodable,
    /// With no more than a part of an upload, because the rest could not be read.
    Unread,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing: this outcome is the result.
    Stop,
    /// Wait this long and send the same request again.
    Again(Duration),
    /// Nobody may send for this long; then send the same request again.
    Pause(Duration),
    /// Wait this long and look what became of it.
    Look(Duration),
    /// Nobody may send for this long; then look what became of it.
    PauseAndLook(Duration),
    /// Nobody may send for this long, and it is too long to wait for.
    Exhausted(Duration),
}

/// The state of one request over all of its tries.
#[derive(Debug, Clone)]
pub(crate) struct Retry {
    policy: Policy,
    max_wait: Duration,
    failures: u32,
    /// The tries that Gong may have acted on.
    n_unknown: u32,
    refusals: u32,
    waited: Duration,
}

impl Retry {
    pub(crate) fn new(policy: Policy, max_wait: Duration) -> Self {
        Self { policy, max_wait, failures: 0, n_unknown: 0, refusals: 0, waited: Duration::ZERO }
    }

    /// Whether Gong may have acted on a try that failed.
    pub(crate) fn is_unknown(&self) -> bool {
        self.n_unknown > 0
    }

    /// Whether the request may be sent again after a look that showed nothing.
    pub(crate) fn may_resend_after_look(&self) -> bool {
        self.n_unknown <= 1
    }

    /// What to do after `outcome`. `tokens` are shared by all requests of a client.
    pub(crate) fn next(
        &mut self,
        outcome: Outcome,
        tokens: &mut Tokens,
        jitter: &mut Jitter,
    ) -> Action {
        match outcome {
            Outcome::Status(status, wait) => self.after_status(status, wait, tokens, jitter),
            Outcome::Lost { kind: TransportErrorKind::Request, .. } | Outcome::Unread => {
                Action::Stop
            }
            // The same request would have the same answer.
            Outcome::TooLarge | Outcome::Undecodable => {
                self.n_unknown += 1;
                Action::Stop
            }
            Outcome::Lost { kind, nothing_was_sent } => {
                let cost = if kind == TransportErrorKind::Timeout {
                    Tokens::TIMEOUT
                } else {
                    Tokens::TRANSIENT
                };
                if nothing_was_sent {
                    self.again(RETRIES, cost, tokens, jitter)
                } else {
                    self.after_unknown(RETRIES, cost, tokens, jitter)
                }
            }
            Outcome::CutShort => self.after_unknown(RETRIES, Tokens::TRANSIENT, tokens, jitter),
            Outcome::NotGong => {
                self.after_unknown(NOT_GONG_RETRIES, Tokens::TRANSIENT, tokens, jitter)
            }
        }
    }

    fn after_status(
        &mut self,
        status: StatusCode,
        wait: Option<Duration>,
        tokens: &mut Tokens,
        jitter: &mut Jitter,
    ) -> Action {
        if status == StatusCode::TOO_MANY_REQUESTS {
            return self.after_refusal(wait, jitter);
        }
        if !status.is_server_error() && status != StatusCode::REQUEST_TIMEOUT {
            return Action::Stop;
        }
        let again = self.after_unknown(RETRIES, Tokens::TRANSIENT, tokens, jitter);
        match (again, wait) {
            // Gong knows better than we when it will be back, so everybody waits.
            (Action::Again(_), Some(wait)) if status == StatusCode::SERVICE_UNAVAILABLE => {
                self.pause(wait.saturating_add(jitter.up_to(SPREAD)))
            }
            (Action::Look(_), Some(wait)) if status == StatusCode::SERVICE_UNAVAILABLE => {
                match self.pause(wait.saturating_add(jitter.up_to(SPREAD))) {
                    Action::Pause(wait) => Action::PauseAndLook(wait),
                    too_long => too_long,
                }
            }
            _ => again,
        }
    }

    /// A limit: Gong certainly did not act, so every request may be sent again.
    fn after_refusal(&mut self, wait: Option<Duration>, jitter: &mut Jitter) -> Action {
        let wait = match wait {
            Some(wait) => wait.saturating_add(jitter.up_to(SPREAD)),
            None => jitter.up_to(backoff(REFUSED_BACKOFF, LONGEST_REFUSED_BACKOFF, self.refusals)),
        };
        self.refusals += 1;
        if self.refusals > REFUSALS { Action::Exhausted(wait) } else { self.pause(wait) }
    }

    fn pause(&mut self, wait: Duration) -> Action {
        // Several short waits must not add up to what a single one may not be.
        self.waited = self.waited.saturating_add(wait);
        if wait > self.max_wait.saturating_add(SPREAD)
            || self.waited > self.max_wait.saturating_mul(REFUSALS)
        {
            return Action::Exhausted(wait);
        }
        Action::Pause(wait)
    }

    /// Gong may have acted, or not.
    fn after_unknown(
        &mut self,
        retries: u32,
        cost: u32,
        tokens: &mut Tokens,
        jitter: &mut Jitter,
    ) -> Action {
        self.n_unknown += 1;
        match self.policy {
            Policy::Resend(most) if self.n_unknown <= most => {
                self.again(retries, cost, tokens, jitter)
            }
            Policy::Look if tokens.spend(cost) => Action::Look(jitter.up_to(BACKOFF)),
            Policy::Resend(_) | Policy::Look | Policy::Stop => Action::Stop,
        }
    }

    fn again(
        &mut self,
        retries: u32,
        cost: u32,
        tokens: &mut Tokens,
        jitter: &mut Jitter,
    ) -> Action {
        if self.failures >= retries || !tokens.spend(cost) {
            return Action::Stop;
        }
        let wait = jitter.up_to(backoff(BACKOFF, LONGEST_BACKOFF, self.failures));
        self.failures += 1;
        Action::Again(wait)
    }
}

/// Twice as long each time, up to `longest`.
fn backoff(first: Duration, longest: Duration, times: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times)).min(longest)
}

#[cfg(test)]
mod tests;
