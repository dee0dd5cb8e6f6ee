//! The `metaData` of a call: twenty members, always present, null where unknown.

use serde_json::{Map, Value, json};

use super::{
    Company, clock,
    hazard::Hazard,
    ids::{Ids, Kind},
    plan::{Channel, Plan, Scenario, Who},
    random::{Purpose, Random},
};

impl Company {
    /// The `metaData` object of a call.
    pub(super) fn meta(&self, plan: &Plan) -> Value {
        let mut random = Random::new(self.seed, Purpose::Context, plan.number);
        let id = Ids::new(self.seed, Kind::Call).text(plan.number);
        let (system, site) = if plan.channel.is_conference() {
            *random.pick(&[
                ("Zoom", "zoom"),
                ("Zoom", "zoom"),
                ("Google Meet", "meet"),
                ("Microsoft Teams", "teams"),
            ])
        } else {
            *random.pick(&[("Outreach", ""), ("Gong Connect", ""), ("Gong Mobile App", "")])
        };
        let room = random.next();
        let meeting_url = plan
            .channel
            .is_conference()
            .then(|| format!("https://{site}.example/j/{:010}", room % 10_000_000_000));
        let calendar = Ids::new(self.seed, Kind::Calendar);
        let calendar_event_id = (plan.channel.is_conference() && !random.chance(9)).then(|| {
            let part = |step: u64| calendar.text(plan.number * 4 + step);
            format!("{}{}{}", part(0), part(1), part(2))
        });
        let is_dialed = !plan.channel.is_conference();
        let disposition = (is_dialed && plan.scenario == Scenario::Voicemail && random.chance(80))
            .then_some("Left voicemail");
        let unique_id = (is_dialed && random.chance(60)).then(|| format!("CA{room:016x}"));
        let custom_data = random.chance(4).then(|| format!("{{\"queue\":\"{}\"}}", room % 9));
        let purpose = (is_dialed && random.chance(50)).then_some(match plan.scenario {
            Scenario::Support => "Support",
            _ => "Outbound prospecting",
        });
        let zone = self.calendar.zone();
        let mut meta = json!({
            "id": id,
            "url": format!("https://us-12345.app.gong.io/call?id={id}"),
            "title": self.title(plan),
            "scheduled": plan.scheduled.map(|scheduled| clock::text(scheduled, zone)),
            "started": clock::text(plan.started, zone),
            "duration": plan.duration,
            "primaryUserId": self.users[plan.host].id,
            "direction": direction(plan),
            "system": system,
            "scope": scope(plan),
            "media": if plan.channel == Channel::Video { "Video" } else { "Audio" },
            "language": plan.language_code,
            "workspaceId": self.workspace_ids[plan.workspace],
            "sdrDisposition": disposition,
            "clientUniqueId": unique_id,
            "customData": custom_data,
            "purpose": purpose,
            "meetingUrl": meeting_url,
            "isPrivate": plan.is_private,
            "calendarEventId": calendar_event_id
        });
        if let Some(members) = meta.as_object_mut() {
            distort(members, plan.hazard);
        }
        meta
    }
}

fn direction(plan: &Plan) -> &'static str {
    match plan.channel {
        _ if plan.hazard == Some(Hazard::EmptyParties) => "Unknown",
        Channel::Video | Channel::Audio => "Conference",
        Channel::Inbound => "Inbound",
        Channel::Outbound => "Outbound",
    }
}

fn scope(plan: &Plan) -> &'static str {
    match plan.hazard {
        Some(hazard) if hazard.hides_parties() => "Unknown",
        _ if plan.seats.iter().all(|seat| matches!(seat.who, Who::User(_))) => "Internal",
        _ => "External",
    }
}

/// Makes members odd as the hazard says.
fn distort(members: &mut Map<String, Value>, hazard: Option<Hazard>) {
    match hazard {
        Some(Hazard::UnknownMembers) => {
            members.insert("aiScore".into(), json!(0.5));
            members.insert("recordingPolicy".into(), json!({"region": "us-1", "retention": null}));
        }
        Some(Hazard::NullMembers) => {
            for name in [
                "url",
                "scheduled",
                "system",
                "sdrDisposition",
                "clientUniqueId",
                "customData",
                "purpose",
                "meetingUrl",
                "calendarEventId",
            ] {
                members.insert(name.into(), Value::Null);
            }
        }
        _ => {}
    }
}
