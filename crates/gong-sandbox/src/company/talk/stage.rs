//! What a part of a call is about, and what Gong calls it.

/// What a part of a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::company) enum Stage {
    Opening,
    Chat,
    Agenda,
    Discovery,
    Demo,
    Deep,
    Pricing,
    Objections,
    Competitors,
    Security,
    Rollout,
    Review,
    Issue,
    Pipeline,
    Interview,
    Message,
    Exercise,
    NextSteps,
    Closing,
}

impl Stage {
    pub(in crate::company) const ALL: [Self; 19] = [
        Self::Opening,
        Self::Chat,
        Self::Agenda,
        Self::Discovery,
        Self::Demo,
        Self::Deep,
        Self::Pricing,
        Self::Objections,
        Self::Competitors,
        Self::Security,
        Self::Rollout,
        Self::Review,
        Self::Issue,
        Self::Pipeline,
        Self::Interview,
        Self::Message,
        Self::Exercise,
        Self::NextSteps,
        Self::Closing,
    ];

    /// The heading in the phrase banks.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Chat => "chat",
            Self::Agenda => "agenda",
            Self::Discovery => "discovery",
            Self::Demo => "demo",
            Self::Deep => "deep",
            Self::Pricing => "pricing",
            Self::Objections => "objections",
            Self::Competitors => "competitors",
            Self::Security => "security",
            Self::Rollout => "rollout",
            Self::Review => "review",
            Self::Issue => "issue",
            Self::Pipeline => "pipeline",
            Self::Interview => "interview",
            Self::Message => "message",
            Self::Exercise => "exercise",
            Self::NextSteps => "next steps",
            Self::Closing => "closing",
        }
    }

    /// The name of the company's topic, and of the section of an outline.
    pub(in crate::company) fn topic(self) -> &'static str {
        match self {
            Self::Opening => "Call Setup",
            Self::Chat => "Small Talk",
            Self::Agenda => "Agenda",
            Self::Discovery => "Current Process",
            Self::Demo => "Product Demo",
            Self::Deep => "Use Cases",
            Self::Pricing => "Pricing",
            Self::Objections => "Objections",
            Self::Competitors => "Competition",
            Self::Security => "Security & Compliance",
            Self::Rollout => "Implementation",
            Self::Review => "Value Review",
            Self::Issue => "Technical Issue",
            Self::Pipeline => "Pipeline",
            Self::Interview => "Interview",
            Self::Message => "Voicemail",
            Self::Exercise => "Hands-on Work",
            Self::NextSteps => "Next Steps",
            Self::Closing => "Wrap-up",
        }
    }

    /// How many exchanges a part has at most.
    pub(super) fn most(self) -> usize {
        match self {
            Self::Opening | Self::Closing => 1,
            Self::Agenda => 2,
            Self::Chat => 3,
            _ => usize::MAX,
        }
    }
}
