//! What calls are called: one of a few patterns for each scenario, so that titles repeat.

use super::{
    Company,
    hazard::{self, Hazard},
    people::COMPANY,
    plan::{Channel, Plan, Scenario, Who},
    random::{Purpose, Random},
};

impl Company {
    /// The title of a call; `None` if it has none.
    pub(super) fn title(&self, plan: &Plan) -> Option<String> {
        match plan.hazard {
            Some(Hazard::Title(index)) => return Some(hazard::TITLES[index].to_owned()),
            Some(Hazard::NullTitle) => return None,
            _ => {}
        }
        let mut random = Random::new(self.seed, Purpose::Content, plan.number ^ (1 << 62));
        let account = plan.account.map_or("", |account| self.accounts[account].name);
        let guest = plan
            .seats
            .iter()
            .position(|seat| !matches!(seat.who, Who::User(_)))
            .map_or_else(String::new, |seat| self.full_name(plan, seat));
        let patterns: &[&str] = match plan.scenario {
            Scenario::Discovery => &[
                "@ <> # - intro",
                "# / @: first conversation",
                "Intro call: @",
                "@ - discovery",
                "# + @: planning for next year",
            ],
            Scenario::Demo => {
                &["@ <> # - product demo", "Demo: # for @", "@ - deep-dive demo", "# demo | @"]
            }
            Scenario::Pricing => {
                &["@ <> # - pricing review", "Pricing: @", "@ - proposal walkthrough"]
            }
            Scenario::Negotiation => {
                &["@ <> # - contract terms", "@: commercial follow-up", "Redlines @ / #"]
            }
            Scenario::Renewal => {
                &["@ QBR", "@ <> # - renewal", "Quarterly business review: @", "@ - value review"]
            }
            Scenario::Support => &["Support: @", "@ - escalation", "Troubleshooting session | @"],
            Scenario::Internal => &[
                "Weekly pipeline review",
                "Forecast call",
                "Sales standup",
                "Deal desk",
                "Team sync",
                "Product feedback round",
                "Win/loss review",
                "1:1",
            ],
            Scenario::Interview => {
                &["Interview: %", "% - hiring manager interview", "Phone screen %"]
            }
            Scenario::CheckIn => {
                &["@ check-in", "# x @ - sync", "@ <> # - status", "Quick call with %"]
            }
            Scenario::Workshop => &[
                "@ - implementation workshop",
                "Workshop: @ process mapping",
                "@ <> # - onboarding day",
            ],
            Scenario::Voicemail if plan.channel == Channel::Inbound => {
                &["Missed call from %", "Voicemail from %"]
            }
            Scenario::Voicemail => &["Call with %", "Call to %", "%"],
        };
        let pattern = *random.pick(patterns);
        let title = pattern.replace('@', account).replace('#', COMPANY).replace('%', &guest);
        Some(if title.is_empty() { "Call with an unknown number".to_owned() } else { title })
    }
}
