//! How a call went: the `interaction` block of the extensive operation.

use serde::Deserialize;

use crate::{PartyId, UserId};

/// How a call went.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Interaction {
    /// How long each speaker of the company talked.
    pub speakers: Option<Vec<SpeakerTime>>,
    /// Figures such as the talk ratio.
    pub interaction_stats: Option<Vec<InteractionStat>>,
    /// How long which picture was shown.
    pub video: Option<Vec<VideoTime>>,
    /// How many questions each side asked.
    pub questions: Option<Questions>,
}

/// How long somebody talked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SpeakerTime {
    /// The party.
    pub id: Option<PartyId>,
    /// The user.
    pub user_id: Option<UserId>,
    /// How long, in seconds.
    pub talk_time: Option<f64>,
}

/// A figure of a call, such as its talk ratio.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct InteractionStat {
    /// What it measures: `Talk Ratio`, `Longest Monologue`, `Longest Customer Story`,
    /// `Interactivity` or `Patience`.
    pub name: Option<String>,
    /// The figure: a ratio, or seconds.
    pub value: Option<f64>,
}

/// How long a picture was shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct VideoTime {
    /// Which picture, such as `Presentation`.
    pub name: Option<String>,
    /// How long, in seconds.
    pub duration: Option<f64>,
}

/// How many questions each side asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Questions {
    /// Those of the company.
    pub company_count: Option<i64>,
    /// Those of the others.
    pub non_company_count: Option<i64>,
}
