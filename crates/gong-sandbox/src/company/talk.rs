//! The talk of a call: a scenario's stages filled with exchanges from the phrase banks, on a clock.

mod agenda;
mod bank;
mod script;
pub(super) mod stage;
mod words;

pub(super) use bank::Banks;

use super::{
    Company,
    hazard::Hazard,
    ids::{Ids, Kind},
    plan::{Plan, Who},
    random::{Purpose, Random},
};
use script::Script;
use stage::Stage;

/// Everything said on a call.
#[derive(Debug)]
pub(super) struct Talk {
    /// In order of their start.
    pub(super) lines: Vec<Line>,
    /// In order of time, without gaps or overlaps.
    pub(super) parts: Vec<Part>,
}

/// One sentence.
#[derive(Debug)]
pub(super) struct Line {
    /// In milliseconds.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) voice: Voice,
    pub(super) text: String,
    /// Index of the part it belongs to.
    pub(super) part: usize,
    /// Whether its monologue shows the topic.
    pub(super) has_topic: bool,
}

/// Whose voice Gong believes it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// Index of a seat.
    Seat(usize),
    /// Gong could not tell.
    Nobody,
    /// A speaker that no party is.
    Stranger,
}

/// A stretch of the call about one thing.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) stage: Stage,
    /// In milliseconds.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) points: Vec<Point>,
}

/// Something worth remembering.
#[derive(Debug)]
pub(super) struct Point {
    /// In milliseconds.
    pub(super) start: u64,
    pub(super) text: String,
}

/// Monologues of one voice, as ranges of `Talk::lines`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Monologue {
    pub(super) first: usize,
    /// One past the last.
    pub(super) end: usize,
}

impl Company {
    /// Everything said on a call; nothing if too little was said to tell.
    pub(super) fn talk(&self, plan: &Plan) -> Talk {
        if plan.language_code == "zxx" {
            return Talk { lines: Vec::new(), parts: Vec::new() };
        }
        let mut talk = Script::new(self, plan).run();
        let mut random = Random::new(self.seed, Purpose::Content, plan.number);
        match plan.hazard {
            Some(Hazard::NullSpeaker) => talk.mishear(Voice::Nobody, &mut random),
            Some(Hazard::StrangerSpeaker) => talk.mishear(Voice::Stranger, &mut random),
            Some(Hazard::HostileTalk) => talk.poison(),
            _ => {}
        }
        talk.label(&mut random);
        talk
    }

    /// The speaker id of a voice on a call.
    pub(super) fn speaker_id(&self, plan: &Plan, voice: Voice) -> Option<String> {
        let ids = Ids::new(self.seed, Kind::Speaker);
        match voice {
            Voice::Seat(seat) => {
                Some(ids.text(plan.number * 64 + u64::try_from(seat).unwrap_or(0)))
            }
            Voice::Stranger => Some(ids.text(plan.number * 64 + 63)),
            Voice::Nobody => None,
        }
    }
}

impl Plan {
    /// Whether a voice is one of the company's own people.
    pub(super) fn is_ours(&self, voice: Voice) -> bool {
        matches!(voice, Voice::Seat(seat) if matches!(self.seats[seat].who, Who::User(_)))
    }

    /// Whether a voice is somebody else whom Gong knows.
    pub(super) fn is_theirs(&self, voice: Voice) -> bool {
        matches!(voice, Voice::Seat(_)) && !self.is_ours(voice)
    }
}

impl Talk {
    /// When the last sentence ends, in milliseconds.
    #[cfg(test)]
    pub(super) fn end(&self) -> u64 {
        self.lines.iter().map(|line| line.end).max().unwrap_or(0)
    }

    /// Splits the lines into monologues: a new one for every change of voice or topic.
    pub(super) fn monologues(&self) -> Vec<Monologue> {
        let mut monologues: Vec<Monologue> = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            if let Some(last) = monologues.last_mut() {
                let before = &self.lines[last.end - 1];
                let is_same = before.voice == line.voice
                    && before.has_topic == line.has_topic
                    && before.part == line.part
                    && line.start < before.end + 4_000;
                if is_same {
                    last.end = index + 1;
                    continue;
                }
            }
            monologues.push(Monologue { first: index, end: index + 1 });
        }
        monologues
    }

    /// The milliseconds from the start of a monologue to its end.
    pub(super) fn span(&self, monologue: Monologue) -> u64 {
        let lines = &self.lines[monologue.first..monologue.end];
        let end = lines.iter().map(|line| line.end).max().unwrap_or(0);
        end.saturating_sub(lines.first().map_or(0, |line| line.start))
    }

    /// Gives some monologues another voice, the second one at least.
    fn mishear(&mut self, voice: Voice, random: &mut Random) {
        for (index, monologue) in self.monologues().into_iter().enumerate() {
            if index == 1 || random.chance(12) {
                for line in &mut self.lines[monologue.first..monologue.end] {
                    line.voice = voice;
                }
            }
        }
    }

    /// Puts what terminals obey into one sentence.
    fn poison(&mut self) {
        let middle = self.lines.len() / 2;
        if let Some(line) = self.lines.get_mut(middle) {
            line.text = format!(
                "\u{1b}]8;;https://evil.example\u{7}{}\u{1b}[2J \u{9b}5m\u{202e}",
                line.text
            );
        }
    }

    /// Shows the topic of about one monologue in four, as Gong does: in runs.
    fn label(&mut self, random: &mut Random) {
        let shown: Vec<Option<u64>> = self
            .parts
            .iter()
            .map(|part| {
                let share = random.between(35, 70);
                random.chance(48).then(|| part.start + (part.end - part.start) * share / 100)
            })
            .collect();
        for line in &mut self.lines {
            line.has_topic = shown[line.part].is_some_and(|until| line.start < until);
        }
    }
}
