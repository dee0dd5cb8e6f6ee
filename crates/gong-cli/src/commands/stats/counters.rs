//! The look of counters of activity: the same fifteen columns wherever they stand.

use gong_types::{CallId, UserActivity, UserDailyActivity, UserPeriodActivity};

use crate::output::{Cell, Look, View};

/// Columns of one's own, then those of the counters. The seven most telling ones come first.
macro_rules! columns {
    ($($own:literal),*) => {
        &[
            $($own,)*
            "HOSTED",
            "ATTENDED",
            "LISTENED",
            "COMMENTED",
            "FEEDBACK",
            "SCORED",
            "LISTENED OWN",
            "COMMENTS GOT",
            "FEEDBACK GOT",
            "FEEDBACK ASKED",
            "SCORECARDS GOT",
            "SHARED INTERNALLY",
            "SHARED EXTERNALLY",
            "MARKED GIVEN",
            "MARKED GOT",
            "USER ID",
        ]
    };
}

/// The counters of anything that has them, in the order of the columns.
macro_rules! counts {
    ($of:expr, $count:expr) => {
        [
            $count(&$of.calls_as_host),
            $count(&$of.calls_attended),
            $count(&$of.others_calls_listened_to),
            $count(&$of.calls_comments_given),
            $count(&$of.calls_gave_feedback),
            $count(&$of.calls_scorecards_filled),
            $count(&$of.own_calls_listened_to),
            $count(&$of.calls_comments_received),
            $count(&$of.calls_received_feedback),
            $count(&$of.calls_requested_feedback),
            $count(&$of.calls_scorecards_received),
            $count(&$of.calls_shared_internally),
            $count(&$of.calls_shared_externally),
            $count(&$of.calls_marked_as_feedback_given),
            $count(&$of.calls_marked_as_feedback_received),
        ]
    };
}

impl View for UserActivity {
    const COLUMNS: &'static [&'static str] = columns!("USER");
    const FOR_PEOPLE: usize = 7;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        let user = self.user_email_address.as_deref().unwrap_or(self.user_id.as_str());
        let counters = self.user_aggregate_activity_stats.as_ref();
        let counts = counters.map(|it| counts!(it, number));
        let counts = counts.unwrap_or_else(|| std::array::from_fn(|_| Cell::number("")));
        row([Cell::text(user)], counts, self.user_id.as_str())
    }
}

impl View for UserPeriodActivity {
    const COLUMNS: &'static [&'static str] = columns!("FROM", "TO", "USER");
    const FOR_PEOPLE: usize = 9;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let user = self.user_email_address.as_deref().unwrap_or(self.user_id.as_str());
        let of_part = |part: &gong_types::PeriodActivity| {
            let own = [look.day(part.from), look.day_before(part.to), Cell::text(user)];
            row(own, counts!(part, number), self.user_id.as_str())
        };
        self.user_aggregate_activity.iter().flatten().map(of_part).collect()
    }
}

impl View for UserDailyActivity {
    const COLUMNS: &'static [&'static str] = columns!("DAY", "USER");
    const FOR_PEOPLE: usize = 8;

    fn cells(&self, _look: &Look) -> Vec<Cell> {
        vec![Cell::empty(); Self::COLUMNS.len()]
    }

    fn rows(&self, look: &Look) -> Vec<Vec<Cell>> {
        let user = self.user_email_address.as_deref().unwrap_or(self.user_id.as_str());
        let of_day = |day: &gong_types::DayActivity| {
            row([look.day(day.from), Cell::text(user)], counts!(day, calls), self.user_id.as_str())
        };
        self.user_daily_activity_stats.iter().flatten().map(of_day).collect()
    }
}

fn row<const N: usize>(own: [Cell; N], counts: [Cell; 15], user_id: &str) -> Vec<Cell> {
    own.into_iter().chain(counts).chain([Cell::text(user_id)]).collect()
}

#[expect(clippy::ref_option, reason = "members are given as they are")]
fn number(count: &Option<i64>) -> Cell {
    count.map_or_else(|| Cell::number(""), Cell::number)
}

#[expect(clippy::ref_option, reason = "members are given as they are")]
fn calls(calls: &Option<Vec<CallId>>) -> Cell {
    calls.as_ref().map_or_else(|| Cell::number(""), |calls| Cell::number(calls.len()))
}
