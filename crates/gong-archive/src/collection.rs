//! Collections: what is copied from Gong, each with its name on the command line and in the archive.

use std::{fmt, str::FromStr};

/// What is copied from Gong, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Collection {
    /// The workspaces of the company.
    Workspaces,
    /// The people of the company.
    Users,
    /// What the company listens for.
    Trackers,
    /// The questions by which calls are scored.
    Scorecards,
    /// Calls, with everything but their media and transcripts.
    Calls,
    /// What was said in calls. Of no use without calls.
    Transcripts,
    /// The scorecards that were filled in.
    AnsweredScorecards,
    /// What users did on each day.
    Activity,
}

impl Collection {
    /// All of them, in the order in which they are fetched.
    pub const ALL: [Self; 8] = [
        Self::Workspaces,
        Self::Users,
        Self::Trackers,
        Self::Scorecards,
        Self::Calls,
        Self::Transcripts,
        Self::AnsweredScorecards,
        Self::Activity,
    ];

    /// Its name, such as `answered-scorecards`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Users => "users",
            Self::Trackers => "trackers",
            Self::Scorecards => "scorecards",
            Self::Calls => "calls",
            Self::Transcripts => "transcripts",
            Self::AnsweredScorecards => "answered-scorecards",
            Self::Activity => "activity",
        }
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// No collection has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no collection is called {name:?}")]
pub struct UnknownCollection {
    /// The name.
    pub name: String,
}

impl FromStr for Collection {
    type Err = UnknownCollection;

    fn from_str(text: &str) -> Result<Self, UnknownCollection> {
        let found = Self::ALL.into_iter().find(|it| it.name() == text);
        found.ok_or_else(|| UnknownCollection { name: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_read_as_it_is_written() {
        for collection in Collection::ALL {
            assert_eq!(collection.to_string().parse(), Ok(collection));
        }
        assert!("call".parse::<Collection>().is_err());
    }
}
