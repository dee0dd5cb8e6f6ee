//! The order of a call: which parts a scenario has, and what share of the time each takes.

use super::stage::Stage;
use crate::company::{
    language::Language,
    plan::{Plan, Scenario},
    random::Random,
};

/// The parts of a call, each with its share.
pub(super) fn stages(plan: &Plan, random: &mut Random) -> Vec<(Stage, u64)> {
    let mut stages = parse(shares(plan.scenario, plan.language));
    // No two calls of a kind run in the same order.
    if stages.len() > 7 {
        let place = 4 + random.index(stages.len() - 7);
        if random.chance(50) {
            stages.swap(place, place + 1);
        }
        if random.chance(30) {
            stages.remove(place);
        }
    }
    stages
}

fn shares(scenario: Scenario, language: Language) -> &'static str {
    match (scenario, language) {
        (Scenario::Voicemail, _) => "opening 15, message 70, closing 15",
        (Scenario::CheckIn, Language::English) => {
            "opening 2, chat 7, review 36, deep 24, rollout 12, next steps 15, closing 4"
        }
        (Scenario::CheckIn, _) => "opening 10, discovery 66, next steps 18, closing 6",
        (Scenario::Discovery, _) => {
            "opening 1, chat 5, agenda 4, discovery 42, demo 10, deep 10, competitors 6, \
             pricing 6, security 5, next steps 9, closing 2"
        }
        (Scenario::Demo, _) => {
            "opening 1, chat 3, agenda 3, discovery 8, demo 44, deep 18, security 7, \
             competitors 4, pricing 4, next steps 6, closing 2"
        }
        (Scenario::Pricing, _) => {
            "opening 1, chat 4, agenda 4, pricing 36, objections 20, competitors 8, rollout 11, \
             next steps 13, closing 3"
        }
        (Scenario::Negotiation, _) => {
            "opening 1, chat 3, agenda 4, objections 42, pricing 15, security 14, rollout 9, \
             next steps 10, closing 2"
        }
        (Scenario::Renewal, _) => {
            "opening 1, chat 4, agenda 4, review 38, deep 20, rollout 6, competitors 5, \
             pricing 9, next steps 11, closing 2"
        }
        (Scenario::Support, _) => "opening 6, issue 74, next steps 14, closing 6",
        (Scenario::Internal, _) => {
            "opening 1, chat 5, agenda 4, pipeline 76, next steps 10, closing 4"
        }
        (Scenario::Interview, _) => {
            "opening 1, chat 5, agenda 5, interview 77, next steps 8, closing 4"
        }
        (Scenario::Workshop, _) => {
            "opening 1, chat 2, agenda 3, exercise 22, deep 22, demo 17, exercise 12, rollout 8, \
             security 5, next steps 7, closing 2"
        }
    }
}

fn parse(shares: &str) -> Vec<(Stage, u64)> {
    shares
        .split(", ")
        .filter_map(|share| {
            let (key, weight) = share.rsplit_once(' ')?;
            let stage = Stage::ALL.into_iter().find(|stage| stage.key() == key)?;
            Some((stage, weight.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_is_read() {
        for scenario in Scenario::ALL {
            let shares = shares(scenario, Language::English);
            assert_eq!(parse(shares).len(), shares.split(", ").count(), "{shares}");
            assert_eq!(parse(shares).last().map(|last| last.0), Some(Stage::Closing));
        }
    }
}
