//! What Gong says that a call was about: the `content` block, made from the talk itself.

use serde_json::{Value, json};

use super::{
    Company, clock,
    people::COMPANY,
    plan::{Channel, Plan, Scenario},
    random::{Purpose, Random},
    talk::{Part, Talk, stage::Stage},
};

impl Company {
    /// The `content` block with everything that any selector asks for.
    pub(super) fn content(&self, plan: &Plan, talk: &Talk) -> Value {
        let structure: Vec<Value> = talk
            .parts
            .iter()
            .map(|part| json!({"name": part.stage.topic(), "duration": (part.end - part.start) / 1_000}))
            .collect();
        let points: Vec<&str> = talk
            .parts
            .iter()
            .filter(|part| part.stage != Stage::Opening)
            .flat_map(|part| &part.points)
            .map(|point| point.text.as_str())
            .collect();
        let step = points.len().div_ceil(9).max(1);
        let key_points: Vec<Value> =
            points.iter().step_by(step).map(|point| json!({"text": point})).collect();
        let mut content = json!({
            "structure": structure,
            "trackers": self.trackers(plan, talk),
            "topics": topics(talk),
            "brief": self.brief(plan, talk, &points),
            "outline": talk.parts.iter().map(section).collect::<Value>(),
            "highlights": highlights(talk),
            "callOutcome": outcome(plan, self.seed),
            "keyPoints": key_points
        });
        // Gong leaves out what it has not.
        if let Some(members) = content.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        content
    }

    fn brief(&self, plan: &Plan, talk: &Talk, points: &[&str]) -> String {
        let rep = self.first_name(plan, 0);
        let about: Vec<String> = talk
            .parts
            .iter()
            .map(|part| part.stage)
            .filter(|stage| !matches!(stage, Stage::Opening | Stage::Agenda | Stage::Closing))
            .fold(Vec::new(), |mut about, stage| {
                let topic = stage.topic().to_lowercase();
                if !about.contains(&topic) {
                    about.push(topic);
                }
                about
            });
        let about = match about.as_slice() {
            [] => "the call".to_owned(),
            [only] => only.clone(),
            [all @ .., last] => format!("{} and {last}", all.join(", ")),
        };
        let with = match plan.account.map(|account| &self.accounts[account]) {
            Some(account) => format!("{rep} of {COMPANY} and {}", account.name),
            None => format!("{rep} and the other participants"),
        };
        let mut brief = format!("{with} discussed {about}.");
        for point in [points.first(), points.get(points.len() / 2)].into_iter().flatten() {
            brief.push(' ');
            brief.push_str(point);
        }
        brief
    }
}

fn section(part: &Part) -> Value {
    let items: Vec<Value> = if part.points.is_empty() {
        vec![json!({
            "text": format!("They spoke about {}.", part.stage.topic().to_lowercase()),
            "startTime": clock::seconds(part.start)
        })]
    } else {
        part.points
            .iter()
            .map(|point| json!({"text": point.text, "startTime": clock::seconds(point.start)}))
            .collect()
    };
    json!({
        "section": part.stage.topic(),
        "startTime": clock::seconds(part.start),
        "duration": clock::seconds(part.end - part.start),
        "items": items
    })
}

/// All topics of the company; the time is that of the monologues which show the topic.
fn topics(talk: &Talk) -> Value {
    let mut totals = [0; Stage::ALL.len()];
    for monologue in talk.monologues() {
        let line = &talk.lines[monologue.first];
        if line.has_topic {
            let stage = talk.parts[line.part].stage;
            for (total, known) in totals.iter_mut().zip(Stage::ALL) {
                if known == stage {
                    *total += talk.span(monologue);
                }
            }
        }
    }
    Stage::ALL
        .iter()
        .zip(totals)
        .map(|(stage, total)| json!({"name": stage.topic(), "duration": total / 1_000}))
        .collect()
}

fn highlights(talk: &Talk) -> Value {
    let items: Vec<Value> = talk
        .parts
        .iter()
        .filter(|part| part.stage == Stage::NextSteps)
        .flat_map(|part| &part.points)
        .map(|point| json!({"text": point.text, "startTimes": [clock::seconds(point.start)]}))
        .collect();
    if items.is_empty() { Value::Null } else { json!([{"title": "Next steps", "items": items}]) }
}

fn outcome(plan: &Plan, seed: u64) -> Value {
    let mut random = Random::new(seed, Purpose::Content, plan.number ^ (1 << 60));
    let (id, category, name) = match plan.scenario {
        Scenario::Voicemail if plan.channel == Channel::Inbound => {
            ("MESSAGE_RECEIVED", "Not answered", "Message received")
        }
        Scenario::Voicemail => ("LEFT_VOICEMAIL", "Not answered", "Left voicemail"),
        Scenario::Internal | Scenario::Interview | Scenario::Workshop => return Value::Null,
        _ if random.chance(40) => return Value::Null,
        _ => *random.pick(&[
            ("MEETING_BOOKED", "Answered", "Meeting booked"),
            ("FOLLOW_UP", "Answered", "Follow-up agreed"),
            ("NOT_INTERESTED", "Answered", "Not interested now"),
        ]),
    };
    json!({"id": id, "category": category, "name": name})
}
