//! What users did with calls: comments, feedback, listening.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Company, clock,
    hazard::Hazard,
    ids::{Ids, Kind},
    people::Role,
    plan::{Plan, Scenario, Who},
    random::{Purpose, Random},
};
use crate::data::Deed;

const REMARKS: [&str; 10] = [
    "Great question, it opened the whole topic.",
    "Let them finish here, they were about to say the number.",
    "Good moment to bring in a reference customer.",
    "Can we get this answer into the playbook?",
    "Nice recap.",
    "Pause after the price next time.",
    "This is the third time I hear this objection this month.",
    "Who is the person they mention here? Not in the CRM yet.",
    "Strong close.",
    "We owe them a document, please add a task.",
];

/// A comment on a call.
pub(super) struct Comment {
    /// Index of a user.
    author: usize,
    /// In seconds from the start of the call.
    second: u64,
    remark: &'static str,
    answers: bool,
}

impl Company {
    /// The comments on a call.
    pub(super) fn comments(&self, plan: &Plan) -> Vec<Comment> {
        let mut random = Random::new(self.seed, Purpose::Comments, plan.number);
        let is_quiet = plan.is_private || plan.scenario == Scenario::Voicemail;
        if is_quiet || hides(plan) || !random.chance(16) {
            return Vec::new();
        }
        let remarks = random.order(REMARKS.len());
        (0..random.between(1, 3))
            .zip(remarks)
            .map(|(index, remark)| Comment {
                author: match random.below(3) {
                    0 => plan.host,
                    _ => *random.pick(self.having(Role::SalesManager)),
                },
                second: random.between(10, plan.duration - 10),
                remark: REMARKS[remark],
                answers: index > 0 && random.chance(40),
            })
            .collect()
    }

    /// The `collaboration` block; `None` if nobody has commented.
    pub(super) fn collaboration(&self, plan: &Plan) -> Option<Value> {
        let ids = Ids::new(self.seed, Kind::Comment);
        let id = |index: usize| ids.text(plan.number * 8 + u64::try_from(index).unwrap_or(0));
        let comments: Vec<Value> = self
            .comments(plan)
            .into_iter()
            .enumerate()
            .map(|(index, comment)| {
                let author = &self.users[comment.author];
                let host = &self.users[plan.host];
                let text = if index == 0 && comment.author != plan.host {
                    format!("@[{}]({}) {}", host.name(), host.id, comment.remark)
                } else {
                    comment.remark.to_owned()
                };
                let delay = 3_600 + 4_000 * i64::try_from(index).unwrap_or(0);
                let posted = plan.ready_at + SignedDuration::from_secs(delay);
                json!({
                    "id": id(index),
                    "audioStartTime": clock::seconds(comment.second * 1_000),
                    "audioEndTime": clock::seconds(comment.second * 1_000 + 6_000),
                    "commenterUserId": author.id,
                    "comment": text,
                    "posted": clock::text(posted, self.calendar.zone()),
                    "inReplyTo": if comment.answers { json!(id(index - 1)) } else { Value::Null },
                    "duringCall": false
                })
            })
            .collect();
        (!comments.is_empty()).then(|| json!({"publicComments": comments}))
    }

    /// What users did with a call.
    pub(super) fn deeds_of(&self, plan: &Plan) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let mut add = |user: usize, counter| deeds.push(Deed { user, counter });
        let host = plan.host;
        add(host, "callsAsHost");
        if !hides(plan) {
            for seat in &plan.seats {
                match seat.who {
                    Who::User(user) if user != host && seat.is_present => {
                        add(user, "callsAttended");
                    }
                    _ => {}
                }
            }
        }
        let mut authors: Vec<usize> =
            self.comments(plan).iter().map(|comment| comment.author).collect();
        authors.sort_unstable();
        authors.dedup();
        if authors.iter().any(|author| *author != host) {
            add(host, "callsCommentsReceived");
        }
        for author in authors {
            add(author, "callsCommentsGiven");
        }
        let mut random = Random::new(self.seed, Purpose::Activity, plan.number);
        if random.chance(18) {
            add(host, "ownCallsListenedTo");
        }
        if plan.is_private {
            return deeds;
        }
        let coach = *random.pick(self.having(Role::SalesManager));
        let listener = random.index(self.users.len());
        for (percent, done) in [
            (8, [(coach, "callsGaveFeedback"), (host, "callsReceivedFeedback")].as_slice()),
            (5, &[(host, "callsRequestedFeedback")]),
            (10, &[(host, "callsSharedInternally")]),
            (4, &[(host, "callsSharedExternally")]),
            (9, &[(coach, "callsScorecardsFilled"), (host, "callsScorecardsReceived")]),
            (6, &[(coach, "callsMarkedAsFeedbackGiven"), (host, "callsMarkedAsFeedbackReceived")]),
            (30, &[(listener, "othersCallsListenedTo")]),
        ] {
            let happens = random.chance(percent);
            for (user, counter) in done {
                let is_own = *user == host && *counter == "othersCallsListenedTo";
                if happens && !is_own && (self.users[*user].active || *user == host) {
                    add(*user, counter);
                }
            }
        }
        deeds
    }
}

/// Whether Gong does not know who took part, and so nothing about them.
fn hides(plan: &Plan) -> bool {
    plan.hazard.is_some_and(Hazard::hides_parties)
}
