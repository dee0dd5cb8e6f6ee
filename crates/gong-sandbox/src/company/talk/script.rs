//! Puts exchanges on a clock: who speaks when, how fast, and who interrupts whom.

use std::collections::BTreeSet;

use super::{
    Line, Part, Point, Talk, Voice, agenda,
    bank::{self, Exchange, Turn},
    stage::Stage,
    words::Words,
};
use crate::company::{
    Company,
    plan::{Plan, Scenario, Who},
    random::{Purpose, Random},
};

/// The longest silence that is put between two exchanges, in milliseconds.
const LONGEST_PAUSE: u64 = 24_000;

pub(super) struct Script<'a> {
    company: &'a Company,
    plan: &'a Plan,
    random: Random,
    words: Words,
    /// Indices of seats.
    colleagues: Vec<usize>,
    guests: Vec<usize>,
    /// How slowly each seat speaks, in percent.
    paces: Vec<u64>,
    nods: Vec<&'static str>,
    used: BTreeSet<String>,
    decks: Vec<Deck<'a>>,
    /// The times between exchanges, where silence can be put in.
    seams: Vec<u64>,
    /// In milliseconds.
    clock: u64,
    end: u64,
    talk: Talk,
}

impl<'a> Script<'a> {
    pub(super) fn new(company: &'a Company, plan: &'a Plan) -> Self {
        let mut random = Random::new(company.seed, Purpose::Talk, plan.number);
        let mut words = Words::new(company, plan, &mut random);
        let present = |ours: bool| -> Vec<usize> {
            (1..plan.seats.len())
                .filter(|seat| plan.seats[*seat].is_present)
                .filter(|seat| matches!(plan.seats[*seat].who, Who::User(_)) == ours)
                .collect()
        };
        let (colleagues, mut guests) = (present(true), present(false));
        if plan.scenario == Scenario::Internal {
            guests.clone_from(&colleagues);
        }
        words.set("rep", company.first_name(plan, 0));
        let other = plan.seats.iter().position(|seat| !matches!(seat.who, Who::User(_)));
        let guest = guests.first().copied().or(other).unwrap_or(0);
        words.set("cust", company.first_name(plan, guest));
        let colleague = colleagues.first().map(|seat| company.first_name(plan, *seat));
        words.set("se", colleague.unwrap_or_else(|| "our solutions team".to_owned()));
        let paces = plan.seats.iter().map(|_| random.between(84, 116)).collect();
        let first = random.between(120, 2_800);
        let end = plan.duration * 1_000 - random.between(200, 3_000);
        Self {
            company,
            plan,
            random,
            words,
            colleagues,
            guests,
            paces,
            nods: company.banks.words(plan.language, "nods"),
            used: BTreeSet::new(),
            decks: Vec::new(),
            seams: Vec::new(),
            clock: first,
            end,
            talk: Talk { lines: Vec::new(), parts: Vec::new() },
        }
    }

    pub(super) fn run(mut self) -> Talk {
        let stages = agenda::stages(self.plan, &mut self.random);
        let total: u64 = stages.iter().map(|(_, weight)| weight).sum();
        let reserve = if self.end > 240_000 { 14_000 } else { 5_000 };
        let (first, length) = (self.clock, self.end.saturating_sub(reserve + self.clock));
        let mut sum = 0;
        for (stage, weight) in stages {
            sum += weight;
            if stage == Stage::Closing {
                self.stage(stage, self.end, self.end);
            } else {
                self.stage(stage, first + length * sum / total, first + length);
            }
        }
        self.spread();
        self.talk.lines.sort_by_key(|line| line.start);
        self.talk
    }

    /// Fills a part of the call until `goal`; what is begun may go on until `limit`.
    fn stage(&mut self, stage: Stage, goal: u64, limit: u64) {
        let start = self.talk.parts.last().map_or(0, |part| part.end);
        self.talk.parts.push(Part { stage, start, end: start, points: Vec::new() });
        let lines_before = self.talk.lines.len();
        let more = (stage.most() == usize::MAX).then_some(Stage::Deep);
        let mut count = 0;
        for stage in [stage].into_iter().chain(more) {
            if stage == Stage::Deep && !self.may_go_deep() {
                break;
            }
            let mut misses = 0;
            while self.clock < goal && misses < 12 && count < stage.most() {
                let Some(exchange) = self.draw(stage) else { break };
                let room = if count == 0 { limit } else { limit.min(goal + 12_000) };
                if self.clock + exchange.length > room || !self.perform(exchange, limit) {
                    misses += 1;
                    continue;
                }
                count += 1;
            }
        }
        let end = self.clock;
        if self.talk.lines.len() == lines_before {
            self.talk.parts.pop();
        } else if let Some(part) = self.talk.parts.last_mut() {
            part.end = end;
        }
    }

    /// Whether time left over may be filled with talk about how the customer works.
    fn may_go_deep(&self) -> bool {
        !matches!(
            self.plan.scenario,
            Scenario::Voicemail | Scenario::Support | Scenario::Internal | Scenario::Interview
        ) && self.clock + 40_000 < self.end
    }

    /// The next exchange of a stage that this call has not had; deep ones may come again about
    /// something else.
    fn draw(&mut self, stage: Stage) -> Option<&'a Exchange> {
        let rounds = if stage == Stage::Deep { 4 } else { 1 };
        let deck = self.decks.iter().position(|deck| deck.stage == stage);
        let deck = deck.unwrap_or_else(|| {
            let exchanges = self.company.banks.exchanges(
                self.plan.language,
                stage,
                self.plan.scenario.key(self.plan.channel),
            );
            let order = self.random.order(exchanges.len());
            self.decks.push(Deck { stage, exchanges, order, drawn: 0 });
            self.decks.len() - 1
        });
        let deck = &mut self.decks[deck];
        if deck.drawn >= deck.order.len() * rounds {
            return None;
        }
        let exchange = &deck.exchanges[deck.order[deck.drawn % deck.order.len()]];
        deck.drawn += 1;
        Some(exchange)
    }

    /// Says an exchange, unless it would repeat what was said; true if it was said.
    fn perform(&mut self, exchange: &Exchange, limit: u64) -> bool {
        self.words.start_exchange();
        let other = match self.guests.get(1..) {
            Some([]) | None => None,
            Some(others) => Some(*self.random.pick(others)),
        };
        let name = other.map(|seat| self.company.first_name(self.plan, seat));
        self.words.set("cust2", name.unwrap_or_else(|| "my team".to_owned()));
        let mut said = Vec::new();
        for turn in &exchange.turns {
            said.push(match turn {
                Turn::Says(part, phrase) => {
                    let sentences = sentences(&self.words.fill(phrase, &mut self.random));
                    Said::Turn(self.seat(*part, other), sentences)
                }
                Turn::Point(phrase) => Said::Point(self.words.fill(phrase, &mut self.random)),
                Turn::Silence(seconds) => Said::Silence(seconds * 1_000),
            });
        }
        if self.has_heard(&said) {
            return false;
        }
        if self.clock > 0 {
            self.seams.push(self.clock);
        }
        let start = self.clock;
        for said in said {
            match said {
                Said::Turn(seat, sentences) => self.turn(seat, sentences, limit),
                Said::Point(text) => {
                    if let Some(part) = self.talk.parts.last_mut() {
                        part.points.push(Point { start, text: capital(&text) });
                    }
                }
                Said::Silence(milliseconds) => self.clock = (self.clock + milliseconds).min(limit),
            }
        }
        true
    }

    /// Whether most of it was said before.
    fn has_heard(&self, said: &[Said]) -> bool {
        let (mut known, mut new) = (0, 0);
        for text in said.iter().flat_map(Said::sentences).filter(|text| is_memorable(text)) {
            if self.used.contains(text) {
                known += 1;
            } else {
                new += 1;
            }
        }
        known > new
    }

    fn seat(&self, part: bank::Part, other: Option<usize>) -> usize {
        let guest = self.guests.first().copied().unwrap_or(0);
        match part {
            bank::Part::Host => 0,
            bank::Part::Colleague => self.colleagues.last().copied().unwrap_or(0),
            bank::Part::Guest => guest,
            bank::Part::OtherGuest => other.unwrap_or(guest),
        }
    }

    fn turn(&mut self, seat: usize, sentences: Vec<String>, limit: u64) {
        let last = self.talk.lines.last();
        let is_change = last.is_some_and(|line| line.voice != Voice::Seat(seat));
        let last_length = last.map_or(0, |line| line.end - line.start);
        if is_change && last_length > 2_400 && self.random.chance(7) {
            self.clock -= self.random.between(250, 1_100);
        } else {
            self.clock += match self.random.below(100) {
                0..4 => self.random.between(1_800, 5_500),
                4..30 => self.random.between(20, 180),
                _ => self.random.between(180, 1_100),
            };
        }
        let count = sentences.len();
        for (index, text) in sentences.into_iter().enumerate() {
            let pace = self.paces[seat] * self.random.between(92, 109) / 100;
            let length = (self.plan.language.spoken(&text) * pace / 100).max(280);
            let (start, end) = (self.clock, self.clock + length);
            if end > limit {
                return;
            }
            if is_memorable(&text) {
                self.used.insert(text.clone());
            }
            self.push(seat, start, end, text);
            self.clock = end;
            if index + 1 < count {
                if count > 2 && self.random.chance(16) {
                    self.nod(seat, end);
                }
                self.clock += match self.random.below(10) {
                    0 => self.random.between(500, 1_600),
                    _ => self.random.between(20, 260),
                };
            }
        }
    }

    /// Somebody else agrees while the speaker goes on.
    fn nod(&mut self, speaker: usize, moment: u64) {
        let listeners: Vec<usize> = self
            .guests
            .iter()
            .copied()
            .take(2)
            .chain([0])
            .filter(|seat| *seat != speaker)
            .collect();
        if listeners.is_empty() || self.nods.is_empty() || self.plan.scenario == Scenario::Voicemail
        {
            return;
        }
        let seat = *self.random.pick(&listeners);
        let text = (*self.random.pick(&self.nods)).to_owned();
        let start = moment - self.random.between(10, 240);
        let end = start + self.random.between(240, 640);
        self.push(seat, start, end.min(self.end), text);
    }

    fn push(&mut self, seat: usize, start: u64, end: u64, text: String) {
        let part = self.talk.parts.len() - 1;
        let voice = Voice::Seat(seat);
        self.talk.lines.push(Line { start, end, voice, text, part, has_topic: false });
    }

    /// Spreads the time left over between exchanges: people look things up, or wait for a screen.
    fn spread(&mut self) {
        let left = self.end.saturating_sub(self.clock);
        let count = u64::try_from(self.seams.len().saturating_sub(1)).unwrap_or(0);
        if left < 6_000 || count == 0 {
            return;
        }
        let wanted = (left / 14_000).clamp(1, count);
        let longest = match self.plan.scenario {
            Scenario::Workshop => LONGEST_PAUSE * 3,
            _ => LONGEST_PAUSE,
        };
        let pause = (left / wanted).min(longest);
        let mut order = self.random.order(self.seams.len() - 1);
        order.truncate(usize::try_from(wanted).unwrap_or(0));
        let mut chosen: Vec<u64> = order.into_iter().map(|index| self.seams[index + 1]).collect();
        chosen.sort_unstable();
        let shift = |moment: u64| {
            let before = chosen.partition_point(|seam| *seam <= moment);
            u64::try_from(before).unwrap_or(0) * pause
        };
        for line in &mut self.talk.lines {
            let by = shift(line.start);
            line.start += by;
            line.end += by;
        }
        for part in &mut self.talk.parts {
            part.start += shift(part.start.saturating_sub(1));
            part.end += shift(part.end.saturating_sub(1));
            for point in &mut part.points {
                point.start += shift(point.start);
            }
        }
    }
}

/// The exchanges of a stage in the order of one call.
struct Deck<'a> {
    stage: Stage,
    exchanges: &'a [Exchange],
    order: Vec<usize>,
    drawn: usize,
}

enum Said {
    Turn(usize, Vec<String>),
    Point(String),
    Silence(u64),
}

impl Said {
    fn sentences(&self) -> &[String] {
        match self {
            Self::Turn(_, sentences) => sentences,
            _ => &[],
        }
    }
}

/// Whether hearing a sentence twice on a call would be noticed.
fn is_memorable(text: &str) -> bool {
    text.chars().count() > 22
}

/// Splits a turn into sentences, each with a capital first letter.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut from = 0;
    for (space, _) in text.match_indices(' ') {
        if space > from && text[..space].ends_with(['.', '?', '!', '؟']) {
            sentences.push(capital(&text[from..space]));
            from = space + 1;
        }
    }
    // Japanese has no spaces.
    for sentence in text[from..].split_inclusive('。') {
        sentences.push(capital(sentence));
    }
    sentences
}

fn capital(text: &str) -> String {
    let Some(first) = text.chars().next() else { return String::new() };
    let mut sentence = String::with_capacity(text.len());
    sentence.extend(first.to_uppercase());
    sentence.push_str(&text[first.len_utf8()..]);
    sentence
}
