//! The languages spoken on calls: their codes, and how names and words go in them.

/// A language that the company's people speak on calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
    French,
    Spanish,
    Portuguese,
    Japanese,
    Hebrew,
    Arabic,
}

impl Language {
    /// The three letters that `metaData.language` shows.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::English => "eng",
            Self::German => "deu",
            Self::French => "fra",
            Self::Spanish => "spa",
            Self::Portuguese => "por",
            Self::Japanese => "jpn",
            Self::Hebrew => "heb",
            Self::Arabic => "ara",
        }
    }

    /// A person's names in the order that the language puts them.
    pub(super) fn full_name(self, first: &str, last: &str) -> String {
        match self {
            Self::Japanese => format!("{last} {first}"),
            _ => format!("{first} {last}"),
        }
    }

    /// How long it takes to say a text at the usual pace, in milliseconds.
    pub(super) fn spoken(self, text: &str) -> u64 {
        let (each, units) = match self {
            Self::Japanese => (145, text.chars().count()),
            _ => (400, text.matches(' ').count() + 1),
        };
        each * u64::try_from(units).unwrap_or(0)
    }

    /// What ends a question.
    pub(super) fn is_question(text: &str) -> bool {
        text.ends_with(['?', '？', '؟'])
    }
}
