//! Answered scorecards: who reviewed which call by which scorecard, and what the answers were.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{inputs, no_stats, not_after_today, printed, start_of};
use crate::{
    ask::{Answered, Ask, Members, Problem},
    paging::{Listing, page},
    routes::{
        invented,
        settings::{self, Kind, SCORECARDS},
    },
};

/// How long after its start a call is reviewed at the latest.
const LATEST_DAYS: i64 = 10;

/// `POST /v2/stats/activity/scorecards`: the scorecards that were answered. Scope
/// `api:stats:scorecards`.
pub(in super::super) fn answered_scorecards(ask: &Ask<'_>) -> Answered {
    let body = ask.body()?;
    let members = Members::of(&body);
    let filter = Filter::read(ask, members.filter()?)?;
    let reviews = Reviews { ask, reviews: filter.reviews(ask) };
    if reviews.reviews.is_empty() {
        return Err(no_stats());
    }
    let page = page(ask, members.text("cursor")?, &inputs(&body), &reviews)?;
    Ok(page.into_members("answeredScorecards"))
}

struct Filter<'a> {
    called: Bounds,
    reviewed: Bounds,
    manual: bool,
    automatic: bool,
    users: Option<Vec<&'a str>>,
    scorecards: Option<Vec<&'a str>>,
}

/// A range of moments that may be open.
struct Bounds {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Bounds {
    fn read(ask: &Ask<'_>, filter: Members<'_>, from: &str, to: &str) -> Result<Self, Problem> {
        let (first, end) = (filter.date(from)?, filter.date(to)?);
        if let Some(end) = end {
            not_after_today(ask, to, end)?;
        }
        if first.zip(end).is_some_and(|(first, end)| first >= end) {
            return Err(Problem::bad_request(format!("{from} must be before {to}")));
        }
        let start = |date: Option<Date>| date.map(|date| start_of(date, ask.data.zone()));
        Ok(Self { from: start(first).transpose()?, to: start(end).transpose()? })
    }

    fn contains(&self, moment: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= moment) && self.to.is_none_or(|to| moment < to)
    }
}

impl<'a> Filter<'a> {
    fn read(ask: &Ask<'_>, filter: Members<'a>) -> Result<Self, Problem> {
        let (manual, automatic) = match filter.text("reviewMethod")? {
            None | Some("MANUAL") => (true, false),
            Some("AUTOMATIC") => (false, true),
            Some("BOTH") => (true, true),
            Some(_) => {
                let known = "reviewMethod must be AUTOMATIC, MANUAL, or BOTH";
                return Err(Problem::bad_json(known));
            }
        };
        Ok(Self {
            called: Bounds::read(ask, filter, "callFromDate", "callToDate")?,
            reviewed: Bounds::read(ask, filter, "reviewFromDate", "reviewToDate")?,
            manual,
            automatic,
            users: filter.texts("reviewedUserIds")?.filter(|ids| !ids.is_empty()),
            scorecards: filter.texts("scorecardIds")?.filter(|ids| !ids.is_empty()),
        })
    }

    /// The calls that may have been reviewed: none is before it started, and none much later.
    fn calls(&self, ask: &Ask<'_>) -> Range<u64> {
        if !ask.pass.sees_calls() {
            return 0..0;
        }
        let earliest = self.reviewed.from.map(|from| {
            from.checked_sub(SignedDuration::from_hours(24 * LATEST_DAYS)).unwrap_or(from)
        });
        let to = [self.called.to, self.reviewed.to].into_iter().flatten().min();
        ask.data.started(self.called.from.max(earliest), to)
    }

    fn reviews(&self, ask: &Ask<'_>) -> Vec<Review> {
        let mut reviews = Vec::new();
        for number in self.calls(ask) {
            let found = Review::of(ask, number);
            reviews.extend(found.into_iter().flatten().filter(|review| self.passes(ask, review)));
        }
        reviews
    }

    fn passes(&self, ask: &Ask<'_>, review: &Review) -> bool {
        let wants_method = if review.reviewer.is_some() { self.manual } else { self.automatic };
        let user = ask.data.users()[review.reviewed]["id"].as_str().unwrap_or_default();
        let scorecard = settings::scorecard_id(ask, review.scorecard);
        wants_method
            && self.reviewed.contains(review.time)
            && review.time <= ask.moment.wall
            && self.users.as_ref().is_none_or(|users| users.contains(&user))
            && self.scorecards.as_ref().is_none_or(|ids| ids.contains(&scorecard.as_str()))
    }
}

/// One call, reviewed once.
struct Review {
    number: u64,
    started: Timestamp,
    /// The place in `SCORECARDS`.
    scorecard: usize,
    /// The places of users.
    reviewed: usize,
    /// Nobody if it was automatic.
    reviewer: Option<usize>,
    time: Timestamp,
}

impl Review {
    /// The reviews of a call: by a user if the activity of users has it, and perhaps an automatic
    /// one.
    fn of(ask: &Ask<'_>, number: u64) -> [Option<Self>; 2] {
        let deeds = ask.data.deeds(number);
        let user = |counter: &str| deeds.iter().find(|deed| deed.counter == counter);
        let facts = ask.data.facts(number);
        let draw = |below| invented::number(ask, "review", invented::key(facts.started), below);
        let reviewer = user("callsScorecardsFilled").map(|deed| deed.user);
        let by_user = user("callsScorecardsReceived").filter(|_| reviewer.is_some());
        let is_automatic = draw(9) == 0;
        let by_itself = user("callsAsHost").filter(|_| is_automatic);
        if by_user.is_none() && by_itself.is_none() {
            return [None, None];
        }
        let after = |minutes: u64| {
            let minutes = i64::try_from(minutes).unwrap_or(0);
            facts.ready_at.saturating_add(SignedDuration::from_mins(minutes))
        };
        let review = |scorecard: usize, reviewed: usize, reviewer, minutes| {
            let (started, time) = (facts.started, after(minutes).ok()?);
            Some(Self { number, started, scorecard, reviewed, reviewer, time })
        };
        let (by_user, by_itself) = (by_user.map(|deed| deed.user), by_itself.map(|deed| deed.user));
        let manual = usize::from(draw(2) == 0);
        [
            by_user.and_then(|host| review(manual, host, reviewer, 60 + draw(5 * 24 * 60))),
            by_itself.filter(|_| !facts.is_private).and_then(|host| review(2, host, None, 10)),
        ]
    }

    fn record(&self, ask: &Ask<'_>) -> Value {
        let user = |place: usize| ask.data.users()[place].clone();
        let (reviewed, zone) = (user(self.reviewed), ask.data.zone());
        let scorecard = &SCORECARDS[self.scorecard];
        let draw = |what, below| invented::number(ask, what, invented::key(self.started), below);
        let editor = reviewed["managerId"].clone();
        let is_edited = self.reviewer.is_some() && draw("edited", 7) == 0;
        let answers: Vec<_> = (0_u64..)
            .zip(scorecard.questions)
            .map(|(place, question)| {
                let is_left_out = !question.is_overall && draw("left out", 6) == place;
                let score = 1 + draw(question.text, 5);
                let (mut given, mut text, mut options) = (Value::Null, Value::Null, Value::Null);
                match question.kind {
                    _ if is_left_out => {}
                    Kind::Range => given = json!(score),
                    Kind::Options(known) => {
                        let known = u64::try_from(known.len()).unwrap_or(1);
                        options = json!([(1 + draw(question.text, known)).to_string()]);
                    }
                    Kind::Text => text = json!("Asked well, and listened."),
                }
                let (id, revision) = settings::question_ids(ask, self.scorecard, question);
                json!({
                    "questionId": id,
                    "questionRevisionId": revision,
                    "isOverall": question.is_overall,
                    "score": given,
                    "answerText": text,
                    "notApplicable": is_left_out,
                    "selectedOptions": options,
                })
            })
            .collect();
        json!({
            "answeredScorecardId": invented::id(ask, scorecard.name, invented::key(self.started)),
            "scorecardId": settings::scorecard_id(ask, self.scorecard),
            "scorecardName": scorecard.name,
            "callId": ask.data.meta_data(self.number)["id"],
            "callStartTime": printed(self.started, zone),
            "reviewedUserId": reviewed["id"],
            "reviewerUserId": self.reviewer.map(|place| user(place)["id"].take()),
            "reviewMethod": if self.reviewer.is_some() { "MANUAL" } else { "AUTOMATIC" },
            "editorUserId": if is_edited { editor } else { Value::Null },
            "reviewTime": printed(self.time, zone),
            "visibilityType": scorecard.visibility,
            "answers": answers,
        })
    }
}

struct Reviews<'a> {
    ask: &'a Ask<'a>,
    reviews: Vec<Review>,
}

impl Listing for Reviews<'_> {
    fn places(&self) -> Range<u64> {
        0..u64::try_from(self.reviews.len()).unwrap_or(u64::MAX)
    }

    fn has(&self, _place: u64) -> bool {
        true
    }

    fn record(&self, place: u64) -> Option<Value> {
        let review = self.reviews.get(usize::try_from(place).ok()?)?;
        Some(review.record(self.ask))
    }
}
