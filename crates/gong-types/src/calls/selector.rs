//! What the extensive operation is asked to send of each call.

use serde::Serialize;

use crate::open_enum::open_enum;

/// Which blocks of a call come back. The members are objects of flags; Gong refuses `true` in their
/// place. Without a selector only `metaData` comes back.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentSelector {
    /// How much of the CRM comes along.
    pub context: Option<ContextLevel>,
    /// As of when; legal only with [`ContextLevel::Extended`].
    pub context_timing: Option<Vec<Timing>>,
    /// The blocks.
    pub exposed_fields: Option<ExposedFields>,
}

/// The blocks of a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExposedFields {
    /// Who took part: `parties`.
    pub parties: Option<bool>,
    /// What it was about: `content`.
    pub content: Option<ContentFields>,
    /// How it went: `interaction`.
    pub interaction: Option<InteractionFields>,
    /// What colleagues said about it: `collaboration`.
    pub collaboration: Option<CollaborationFields>,
    /// Addresses of the recordings: `media`. Needs the scope `api:calls:read:media-url` as well.
    pub media: Option<bool>,
}

/// The members of `content`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentFields {
    /// The phases of the call.
    pub structure: Option<bool>,
    /// What was talked about, and how long.
    pub topics: Option<bool>,
    /// Which trackers were hit.
    pub trackers: Option<bool>,
    /// Where they were hit; works only together with `trackers`.
    pub tracker_occurrences: Option<bool>,
    /// Accepted by Gong, but brings nothing since January 2025; use `highlights`.
    pub points_of_interest: Option<bool>,
    /// A summary in a few sentences.
    pub brief: Option<bool>,
    /// A summary in sections.
    pub outline: Option<bool>,
    /// What stood out, such as next steps.
    pub highlights: Option<bool>,
    /// How it ended.
    pub call_outcome: Option<bool>,
    /// The key points.
    pub key_points: Option<bool>,
}

/// The members of `interaction`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionFields {
    /// How long each speaker of the company talked.
    pub speakers: Option<bool>,
    /// How long which picture was shown.
    pub video: Option<bool>,
    /// Figures such as the talk ratio; they come back as `interactionStats`.
    pub person_interaction_stats: Option<bool>,
    /// How many questions each side asked.
    pub questions: Option<bool>,
}

/// The members of `collaboration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollaborationFields {
    /// Comments that everybody in the company can see.
    pub public_comments: Option<bool>,
}

open_enum! {
    /// How much of the CRM comes along with a call.
    ContextLevel {
        /// Nothing; what Gong does when nothing is said.
        None = "None",
        /// Which objects.
        Basic = "Basic",
        /// Their fields too; this can triple the size of a page.
        Extended = "Extended",
    }
}

open_enum! {
    /// As of when the fields of the CRM are.
    Timing {
        /// As they are now.
        Now = "Now",
        /// As they were when the call was held.
        TimeOfCall = "TimeOfCall",
    }
}

impl ContentSelector {
    /// Everything that a key without the media scope may see.
    pub fn everything() -> Self {
        let mut selector = Self::default();
        for include in Include::ALL {
            if *include != Include::Media {
                selector.add(*include);
            }
        }
        selector
    }

    /// Who took part, and nothing else.
    pub fn parties() -> Self {
        let mut selector = Self::default();
        selector.add(Include::Parties);
        selector
    }

    /// Turns on one more block, or one member of a block.
    pub fn add(&mut self, include: Include) {
        let exposed = self.exposed_fields.get_or_insert_default();
        match include {
            Include::Context => self.context = Some(ContextLevel::Extended),
            Include::Parties => exposed.parties = Some(true),
            Include::Media => exposed.media = Some(true),
            Include::Comments => {
                exposed.collaboration.get_or_insert_default().public_comments = Some(true);
            }
            Include::Interaction => {
                exposed.interaction = Some(InteractionFields {
                    speakers: Some(true),
                    video: Some(true),
                    person_interaction_stats: Some(true),
                    questions: Some(true),
                });
            }
            Include::Content => {
                exposed.content = Some(ContentFields {
                    structure: Some(true),
                    topics: Some(true),
                    trackers: Some(true),
                    tracker_occurrences: Some(true),
                    points_of_interest: None,
                    brief: Some(true),
                    outline: Some(true),
                    highlights: Some(true),
                    call_outcome: Some(true),
                    key_points: Some(true),
                });
            }
            member => {
                let content = exposed.content.get_or_insert_default();
                match member {
                    Include::Structure => content.structure = Some(true),
                    Include::Topics => content.topics = Some(true),
                    Include::Brief => content.brief = Some(true),
                    Include::Outline => content.outline = Some(true),
                    Include::Highlights => content.highlights = Some(true),
                    Include::Outcome => content.call_outcome = Some(true),
                    Include::KeyPoints => content.key_points = Some(true),
                    _ => {
                        content.trackers = Some(true);
                        content.tracker_occurrences = Some(true);
                    }
                }
            }
        }
    }
}

impl FromIterator<Include> for ContentSelector {
    fn from_iter<I: IntoIterator<Item = Include>>(includes: I) -> Self {
        let mut selector = Self::default();
        includes.into_iter().for_each(|include| selector.add(include));
        selector
    }
}

/// Declares the words for blocks, in one place with their texts.
macro_rules! includes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A block of a call, or one member of a block, in the word that a person would use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Include { $($(#[$doc])* $name,)* }

        impl Include {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

includes! {
    /// Who took part.
    Parties = "parties",
    /// All of `content`.
    Content = "content",
    /// All of `interaction`.
    Interaction = "interaction",
    /// Linked CRM objects with their fields.
    Context = "context",
    /// Public comments.
    Comments = "comments",
    /// Addresses of the recordings.
    Media = "media",
    /// Trackers and where they were hit.
    Trackers = "trackers",
    /// Topics.
    Topics = "topics",
    /// The brief.
    Brief = "brief",
    /// The outline.
    Outline = "outline",
    /// Highlights.
    Highlights = "highlights",
    /// Key points.
    KeyPoints = "key-points",
    /// The outcome.
    Outcome = "outcome",
    /// The phases of the call.
    Structure = "structure",
}

impl std::str::FromStr for Include {
    type Err = UnknownInclude;

    fn from_str(given: &str) -> Result<Self, UnknownInclude> {
        let wanted = given.trim();
        Self::ALL
            .iter()
            .copied()
            .find(|include| include.as_str().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownInclude(given.to_owned()))
    }
}

/// A word that names no block of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownInclude(String);

impl std::fmt::Display for UnknownInclude {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known: Vec<_> = Include::ALL.iter().map(|include| include.as_str()).collect();
        write!(f, "{:?} is no part of a call; choose from {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownInclude {}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(words: &[&str]) -> String {
        let selector: ContentSelector = words.iter().map(|word| word.parse().unwrap()).collect();
        crate::endpoint::wrap("selector", &selector).to_string()
    }

    #[test]
    fn blocks_are_objects_of_flags_and_never_true() {
        insta::assert_snapshot!(selected(&["parties", "content"]));
    }

    #[test]
    fn members_can_be_asked_for_alone() {
        insta::assert_snapshot!(selected(&["trackers", "Brief", "media", "context"]));
    }

    #[test]
    fn everything_leaves_media_out_because_it_wants_another_scope() {
        let exposed = ContentSelector::everything().exposed_fields.unwrap();
        assert_eq!((exposed.media, exposed.parties), (None, Some(true)));
    }

    #[test]
    fn an_unknown_word_lists_the_known_ones() {
        let message = "transcript".parse::<Include>().unwrap_err().to_string();
        assert!(message.contains("key-points"), "{message}");
    }
}
