//! The plan of a sync: which spans of time are listed, decided from what was listed before.
//!
//! All of it is pure: the moment is Gong's, the windows come from the archive, and nothing is sent.

mod asks;
mod cells;

use jiff::{SignedDuration, Timestamp};

pub(crate) use self::{
    asks::{Awaited, next_ask},
    cells::{Counts, merge, split, start_of_day},
};

/// Calls that started this little ago are left to the next sync: they may be on their way.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What is looked at by every sync.
const EACH_SYNC: SignedDuration = DAY;
/// What is listed every day: calls still change while people work on them.
pub(crate) const EACH_DAY: SignedDuration = SignedDuration::from_hours(14 * 24);
/// In which everything is listed once.
const ROUND: SignedDuration = SignedDuration::from_hours(30 * 24);
/// After which a window is listed out of turn, such as one that a sync of weeks ago did not finish. A
/// sync that runs daily takes a turn up to a day late.
const OVERDUE: SignedDuration = SignedDuration::from_hours(32 * 24);
/// A day, for what is done daily: a sync that runs daily must not miss it by a minute.
const DAILY: SignedDuration = SignedDuration::from_hours(20);
/// Gong had no calls before.
const BEGINNING: Timestamp = Timestamp::constant(1_420_070_400, 0);
/// The most windows that a first sync lists before the last days: each costs a page that is not full.
const FIRST_WINDOWS: i64 = 4;
/// The shortest span that is listed by itself because Gong fails at a longer one.
const SHORTEST: SignedDuration = HOUR;
/// How many calls may vanish without a question.
const HANDFUL: u64 = 5;

/// A span of time whose calls were listed, or are to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) starts: Timestamp,
    pub(crate) ends: Timestamp,
    /// The number of the last listing.
    pub(crate) listing: i64,
    /// How far the listing that is under way has come.
    pub(crate) listed_to: Option<Timestamp>,
    /// When it began.
    pub(crate) began: Option<Timestamp>,
    /// How many calls it has seen that started before that.
    pub(crate) seen: u64,
    /// When the last whole listing began: nothing that happened later need be in it.
    pub(crate) listed: Option<Timestamp>,
    /// How many calls Gong says there are, those that are left out too.
    pub(crate) total: Option<u64>,
    /// Whether the last whole listing had as many.
    pub(crate) is_settled: bool,
}

impl Window {
    pub(crate) fn fresh(starts: Timestamp, ends: Timestamp) -> Self {
        Self {
            starts,
            ends,
            listing: 0,
            listed_to: None,
            began: None,
            seen: 0,
            listed: None,
            total: None,
            is_settled: false,
        }
    }

    /// Has it listed anew. Each listing has a number of its own, also the next one.
    pub(crate) fn forget(&mut self) {
        let listing = self.listing;
        *self = Self { listing, ..Self::fresh(self.starts, self.ends) };
    }

    /// Whether what it holds is known to be complete.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_settled && self.listed.is_some() && self.listed_to.is_none()
    }
}

/// A call that the last listing of its window lacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) started: Timestamp,
    pub(crate) since: Timestamp,
}

/// What the archive knows before a sync.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// In order of time, each beginning where the one before ends.
    pub(crate) windows: Vec<Window>,
    pub(crate) missing: Vec<Missing>,
    /// Up to when the round through the old windows has come.
    pub(crate) rolled: Option<Timestamp>,
}

/// What a sync is to list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Windows that are to be made first, in order of time.
    pub(crate) fresh: Vec<Window>,
    /// In the order in which they are listed: the newest first, as those are asked for most, and at
    /// the end those whose turn it is.
    pub(crate) listings: Vec<Planned>,
    /// When there is no round yet, it begins now.
    pub(crate) begins_round: bool,
}

/// A window that is to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// As the archive has it, or will.
    pub(crate) window: Window,
    /// Where the listing ends, which may be after the window did.
    pub(crate) ends: Timestamp,
    /// Whether one page is enough, if that shows nothing new.
    pub(crate) is_look: bool,
    /// Up to when the round will have come.
    pub(crate) rolled: Option<Timestamp>,
}

impl Planned {
    /// Where the listing begins, or goes on.
    pub(crate) fn from(&self) -> Timestamp {
        let Window { starts, listed_to, .. } = self.window;
        listed_to.map_or(starts, |it| it.max(starts))
    }

    /// Two halves of it, to be listed instead, unless it is too short to be halved.
    pub(crate) fn halves(&self) -> Option<[Self; 2]> {
        let span = self.ends.duration_since(self.window.starts);
        if span < SHORTEST * 2 {
            return None;
        }
        let middle = whole_second(plus(self.window.starts, span / 2));
        Some([(self.window.starts, middle), (middle, self.ends)].map(|(starts, ends)| {
            let mut window = Window { starts, ends, ..self.window.clone() };
            window.is_settled = false;
            (window.listed_to, window.began) = (None, None);
            (window.seen, window.total) = (0, None);
            Self { window, ends, is_look: false, rolled: None }
        }))
    }
}

/// Where the newest window ends: no call that started later is asked for.
pub(crate) fn horizon(now: Timestamp) -> Timestamp {
    whole_second(minus(now, MARGIN))
}

/// Decides what to list. `since` is how far back the user wants calls.
pub(crate) fn plan(known: &Known, since: Option<Timestamp>, now: Timestamp) -> Plan {
    let horizon = horizon(now);
    let mut windows = known.windows.clone();
    let mut plan = Plan::default();
    let first = known.windows.first();
    let since = since.map(whole_second).or_else(|| first.is_none().then_some(BEGINNING));
    if let Some(since) = since {
        plan.fresh = match first {
            None => first_windows(since, horizon, start_of_day(minus(now, EACH_DAY))),
            Some(first) => first_windows(since, first.starts, first.starts),
        };
        windows.splice(0..0, plan.fresh.iter().cloned());
    }
    // What is under way goes on to where it was to end: Gong's number is of the calls up to there.
    if let Some(last) = windows.last().filter(|it| it.listed_to.is_some() && it.ends < horizon) {
        let newest = Window::fresh(last.ends, horizon);
        plan.fresh.push(newest.clone());
        windows.push(newest);
    }
    let stored = windows.clone();
    if let Some(last) = windows.last_mut() {
        last.ends = last.ends.max(horizon);
    }
    let round = round(&windows, known, now);
    plan.begins_round = known.rolled.is_none();
    for (window, stored) in windows.into_iter().zip(stored).rev() {
        let rolled = round.iter().find(|(starts, _)| *starts == window.starts).map(|it| it.1);
        let is_whole = is_due(&window, &known.missing, now) || rolled.is_some();
        if is_whole || window.ends > minus(horizon, EACH_SYNC) {
            let is_look = !is_whole && window.total.is_some();
            plan.listings.push(Planned { window: stored, ends: window.ends, is_look, rolled });
        }
    }
    // The round comes last and turn by turn, so that a sync that stops in it has only the turns
    // behind it that were taken.
    plan.listings.sort_by_key(|it| it.rolled);
    plan
}

/// What a first sync lists: the last days, and a few long spans before them.
fn first_windows(from: Timestamp, to: Timestamp, recent: Timestamp) -> Vec<Window> {
    if from >= to {
        return Vec::new();
    }
    let recent = recent.clamp(from, to);
    let seconds = recent.as_second() - from.as_second();
    let count = (seconds / (31 * DAY.as_secs())).clamp(1, FIRST_WINDOWS);
    let border = |place: i64| match place {
        _ if place == count => recent,
        _ => Timestamp::from_second(from.as_second() + seconds / count * place).unwrap_or(recent),
    };
    let mut windows: Vec<_> =
        (0..count).map(|place| Window::fresh(border(place), border(place + 1))).collect();
    windows.push(Window::fresh(recent, to));
    windows.retain(|window| window.starts < window.ends);
    windows
}

/// Whether a window must be listed whole.
fn is_due(window: &Window, missing: &[Missing], now: Timestamp) -> bool {
    let Some(listed) = window.listed.filter(|_| window.is_sound()) else { return true };
    let is_recent = window.ends > minus(now, EACH_DAY);
    let is_second_look_due = |it: &Missing| {
        let second = plus(it.since, DAY);
        (window.starts..window.ends).contains(&it.started) && listed < second && second <= now
    };
    let is_overdue = now.duration_since(listed) >= OVERDUE;
    (is_recent && is_daily_due(Some(listed), now))
        || is_overdue
        || missing.iter().any(is_second_look_due)
}

/// Whether something that is done daily is due, given when it was done last.
pub(crate) fn is_daily_due(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.duration_since(last) >= DAILY)
}

/// The old windows whose turn has come, with how far the round then is. Everything has its turn once
/// in [`ROUND`], evenly, so that no day costs much more than another.
fn round(windows: &[Window], known: &Known, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let Some(rolled) = known.rolled else { return Vec::new() };
    let is_old = |window: &&Window| window.is_sound() && window.ends <= minus(now, EACH_DAY);
    let mut old: Vec<_> = windows.iter().filter(is_old).collect();
    let Ok(count) = i32::try_from(old.len().max(1)) else { return Vec::new() };
    let turn = ROUND / count;
    old.sort_by_key(|window| (window.listed, window.starts));
    let turns = (1..).map_while(|place| rolled.checked_add(turn * place).ok());
    let due: Vec<_> = old.into_iter().zip(turns).take_while(|(_, at)| *at <= now).collect();
    let left = (1..=due.len()).rev().map(|left| i32::try_from(left).unwrap_or(i32::MAX));
    // After a long pause the round does not have to catch up on what it has just done.
    let far = |left| minus(now, turn * left);
    due.iter().zip(left).map(|((window, at), left)| (window.starts, (*at).max(far(left)))).collect()
}

/// Whether so many of a span's calls are missing that it may be a mistake.
pub(crate) fn is_mass(missing: u64, of: u64) -> bool {
    missing > HANDFUL && missing.saturating_mul(20) > of
}

/// Whether a call has been missing long enough to be asked for by its id: two whole listings a day
/// apart lacked it.
pub(crate) fn is_confirmed(missing: Missing, listed: Timestamp) -> bool {
    listed >= plus(missing.since, DAY)
}

pub(crate) fn minus(moment: Timestamp, span: SignedDuration) -> Timestamp {
    moment.checked_sub(span).unwrap_or(Timestamp::MIN)
}

pub(crate) fn plus(moment: Timestamp, span: SignedDuration) -> Timestamp {
    moment.checked_add(span).unwrap_or(Timestamp::MAX)
}

fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_millisecond().div_euclid(1000)).unwrap_or(moment)
}

#[cfg(test)]
mod tests;
