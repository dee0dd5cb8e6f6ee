//! How people interacted: the `interaction` block, measured from the talk itself.

use serde_json::{Value, json};

use super::{
    Company, clock,
    language::Language,
    plan::{Channel, Plan},
    random::{Purpose, Random},
    talk::{Line, Talk, Voice},
};

impl Company {
    /// The `interaction` block with everything that any selector asks for.
    pub(super) fn interaction(&self, plan: &Plan, talk: &Talk) -> Value {
        let mut speakers = Vec::new();
        for seat in 0..plan.seats.len() {
            let voice = Voice::Seat(seat);
            let talked = sum(talk, |line| line.voice == voice);
            if plan.is_ours(voice) && talked > 0 {
                speakers.push(json!({
                    "id": self.party_id(plan, seat),
                    "userId": self.user_id(plan, seat),
                    "talkTime": clock::seconds(talked)
                }));
            }
        }
        let asked = |who: &dyn Fn(&Plan, Voice) -> bool| {
            talk.lines
                .iter()
                .filter(|line| Language::is_question(&line.text) && who(plan, line.voice))
                .count()
        };
        json!({
            "speakers": speakers,
            "interactionStats": stats(plan, talk),
            "video": self.video(plan),
            "questions": {
                "companyCount": asked(&Plan::is_ours),
                "nonCompanyCount": asked(&Plan::is_theirs)
            }
        })
    }

    fn video(&self, plan: &Plan) -> Value {
        if plan.channel != Channel::Video {
            return json!([]);
        }
        let mut random = Random::new(self.seed, Purpose::Content, plan.number ^ (1 << 61));
        let mut share = |name: &str, least: u64, most: u64| {
            let milliseconds = plan.duration * random.between(least, most) * 10;
            json!({"name": name, "duration": clock::seconds(milliseconds)})
        };
        json!([
            share("Browser", 0, 20),
            share("Presentation", 10, 40),
            share("WebcamPrimaryUser", 40, 95),
            share("WebcamNonCompany", 20, 80),
            share("Webcam", 50, 98)
        ])
    }
}

fn sum(talk: &Talk, filter: impl Fn(&Line) -> bool) -> u64 {
    talk.lines.iter().filter(|line| filter(line)).map(|line| line.end - line.start).sum()
}

fn stats(plan: &Plan, talk: &Talk) -> Value {
    let ours = sum(talk, |line| plan.is_ours(line.voice));
    let all = sum(talk, |_| true);
    let monologues = talk.monologues();
    let longest = |who: fn(&Plan, Voice) -> bool| {
        monologues
            .iter()
            .filter(|monologue| who(plan, talk.lines[monologue.first].voice))
            .map(|monologue| talk.span(*monologue))
            .max()
            .unwrap_or(0)
    };
    let mut switches = 0;
    let (mut pauses, mut waited) = (0, 0);
    for pair in talk.lines.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        if plan.is_ours(before.voice) != plan.is_ours(after.voice) {
            switches += 1;
        }
        if plan.is_theirs(before.voice) && plan.is_ours(after.voice) {
            pauses += 1;
            waited += after.start.saturating_sub(before.end);
        }
    }
    let ratio = |over: u64, under: u64| {
        let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        if under == 0 { 0.0 } else { clock::single(number(over) / number(under)) }
    };
    json!([
        {"name": "Talk Ratio", "value": ratio(ours, all)},
        {"name": "Longest Monologue", "value": clock::seconds(longest(Plan::is_ours))},
        {"name": "Longest Customer Story", "value": clock::seconds(longest(Plan::is_theirs))},
        {"name": "Interactivity", "value": ratio(switches * 60, plan.duration)},
        {"name": "Patience", "value": ratio(waited, pauses * 1_000)}
    ])
}
