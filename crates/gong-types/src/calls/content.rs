//! What a call was about: the `content` block of the extensive operation.

use serde::Deserialize;

use crate::{CallOutcomeId, SpeakerId, TrackerId, open_enum::open_enum};

/// What a call was about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Content {
    /// The phases of the call.
    pub structure: Option<Vec<Structure>>,
    /// The trackers, also those that were not hit.
    pub trackers: Option<Vec<Tracker>>,
    /// What was talked about.
    pub topics: Option<Vec<Topic>>,
    /// A summary in a few sentences.
    pub brief: Option<String>,
    /// A summary in sections.
    pub outline: Option<Vec<OutlineSection>>,
    /// What stood out, such as next steps.
    pub highlights: Option<Vec<HighlightSection>>,
    /// How it ended.
    pub call_outcome: Option<CallOutcome>,
    /// The key points.
    pub key_points: Option<Vec<KeyPoint>>,
    /// Action items; only in answers before January 2025, now see `highlights`.
    pub points_of_interest: Option<PointsOfInterest>,
}

/// A phase of a call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Structure {
    /// Its name.
    pub name: Option<String>,
    /// How long it lasted, in seconds.
    pub duration: Option<f64>,
}

/// A tracker and how often it was hit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Tracker {
    /// Its id.
    pub id: Option<TrackerId>,
    /// Its name.
    pub name: Option<String>,
    /// How often it was hit.
    pub count: Option<i64>,
    /// How it looks for things.
    #[serde(rename = "type")]
    pub kind: Option<TrackerType>,
    /// Where it was hit.
    pub occurrences: Option<Vec<Occurrence>>,
    /// Its phrases, each with its own hits.
    pub phrases: Option<Vec<TrackerPhrase>>,
}

open_enum! {
    /// How a tracker looks for things.
    TrackerType {
        /// By words.
        Keyword = "KEYWORD",
        /// By meaning.
        Smart = "SMART",
    }
}

/// A phrase of a tracker.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TrackerPhrase {
    /// How often it was said.
    pub count: Option<i64>,
    /// Where it was said.
    pub occurrences: Option<Vec<Occurrence>>,
    /// The words.
    pub phrase: Option<String>,
}

/// A place in a call where a tracker was hit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Occurrence {
    /// Where in the recording, in seconds.
    pub start_time: Option<f64>,
    /// Who was speaking.
    pub speaker_id: Option<SpeakerId>,
}

/// Something that was talked about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Topic {
    /// Its name.
    pub name: Option<String>,
    /// How long, in seconds; topics of 0 seconds are listed too.
    pub duration: Option<f64>,
}

/// A section of the outline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutlineSection {
    /// Its heading.
    pub section: Option<String>,
    /// Where it begins, in seconds.
    pub start_time: Option<f64>,
    /// How long it is, in seconds.
    pub duration: Option<f64>,
    /// What it holds.
    pub items: Option<Vec<OutlineItem>>,
}

/// A line of an outline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutlineItem {
    /// The text.
    pub text: Option<String>,
    /// Where in the recording, in seconds.
    pub start_time: Option<f64>,
}

/// A group of highlights, such as next steps.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct HighlightSection {
    /// Its heading.
    pub title: Option<String>,
    /// The highlights.
    pub items: Option<Vec<Highlight>>,
}

/// Something that stood out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Highlight {
    /// The text.
    pub text: Option<String>,
    /// Where in the recording, in seconds.
    pub start_times: Option<Vec<f64>>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct CallOutcome {
    /// Its id.
    pub id: Option<CallOutcomeId>,
    /// What kind of outcome it is.
    pub category: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A key point.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct KeyPoint {
    /// The text.
    pub text: Option<String>,
}

/// Action items, as they stood in answers before January 2025.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PointsOfInterest {
    /// The action items.
    pub action_items: Option<Vec<ActionItem>>,
}

/// Something that somebody said they would do.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActionItem {
    /// Where it begins in the recording, in seconds.
    pub snippet_start_time: Option<f64>,
    /// Where it ends in the recording, in seconds.
    pub snippet_end_time: Option<f64>,
    /// Who said it.
    #[serde(rename = "speakerID")]
    pub speaker_id: Option<SpeakerId>,
    /// What was said.
    pub snippet: Option<String>,
}
