//! A story: what happens in a company over weeks, drawn from a seed.

use std::collections::BTreeSet;

use gong_sandbox::{HeldCall, Sandbox};
use jiff::SignedDuration;
use serde_json::json;

use super::wire::Moves;
use crate::random::Random;

const DAY: u64 = 24 * 60;

/// A company to which things happen.
pub(super) struct Story {
    pub(super) random: Random,
    pub(super) sandbox: Sandbox,
    /// Calls that are there, by id.
    here: Vec<String>,
    /// Calls that vanished, and may come back.
    gone: Vec<HeldCall>,
    n_calls: u64,
    n_words: u64,
    /// The words that were ever said, each in one version of one call only.
    pub(super) words: BTreeSet<String>,
    /// How much happens while a sync goes on.
    pub(super) moves: Moves,
    /// What happened, to be read when it ends badly.
    pub(super) told: Vec<String>,
}

impl Story {
    pub(super) fn new(sandbox: Sandbox, random: Random) -> Self {
        let words = BTreeSet::new();
        let (here, gone, told) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            random,
            sandbox,
            here,
            gone,
            n_calls: 0,
            n_words: 0,
            words,
            moves: Moves::None,
            told,
        }
    }

    /// Something happens.
    pub(super) fn happen(&mut self) {
        let what = self.random.below(100);
        let known = (!self.here.is_empty()).then(|| self.random.index(self.here.len()));
        let title = match (what, known) {
            (50..70, Some(place)) => self.change(place),
            (70..78, Some(place)) => self.vanish(place),
            (78..84, Some(place)) => self.toggle(place),
            (84..89, Some(place)) => self.move_start(place),
            (89.., _) if !self.gone.is_empty() => self.come_back(),
            _ => self.arrive(),
        };
        self.told.push(format!("{}: {title}", self.sandbox.now()));
    }

    /// A call can be read that started some time ago, mostly not long.
    fn arrive(&mut self) -> String {
        let late = match self.random.below(20) {
            0..12 => self.random.minutes(60),
            12..16 => self.random.minutes(DAY),
            16..19 => self.random.minutes(13 * DAY),
            _ => self.random.minutes(25 * DAY),
        };
        self.n_calls += 1;
        let id = format!("7{:018}", self.n_calls);
        let sentences = self.sentences();
        let sentences: Vec<_> = sentences.iter().map(String::as_str).collect();
        // Gong's moments have milliseconds.
        let started = self.sandbox.now() - late;
        let mut call = HeldCall::new(&id, started, "A call", &sentences);
        self.transcribe(&mut call);
        let says = format!("{id} arrives, {late:#} late, transcript at {}", call.transcribed_at);
        self.sandbox.put_call(call);
        self.here.push(id);
        says
    }

    /// Its transcript comes at once, soon, up to 20 days late, or never.
    fn transcribe(&mut self, call: &mut HeldCall) {
        let wait = match self.random.below(20) {
            0..8 => SignedDuration::ZERO,
            8..14 => self.random.minutes(DAY),
            14..19 => self.random.minutes(20 * DAY),
            _ => {
                call.transcript = None;
                return;
            }
        };
        call.transcribed_at = (call.started() + wait).max(self.sandbox.now());
    }

    fn sentences(&mut self) -> Vec<String> {
        let n_sentences = self.random.below(4);
        let words: Vec<_> = (0..=n_sentences).map(|place| self.n_words + place).collect();
        self.n_words += n_sentences + 1;
        let words = words.iter().map(|number| format!("word{number}"));
        self.words.extend(words.clone());
        words.map(|word| format!("We say {word} now.")).collect()
    }

    fn held(&self, place: usize) -> HeldCall {
        self.sandbox.call(&self.here[place]).unwrap()
    }

    /// A call changes: its title, who took part, or with the title what was said.
    fn change(&mut self, place: usize) -> String {
        let mut call = self.held(place);
        let version = self.random.below(1_000_000);
        let what = match self.random.below(4) {
            0 | 1 => "title",
            2 => "parties",
            _ => "transcript",
        };
        if what == "parties" {
            call.blocks["parties"][1]["name"] = json!(format!("Person {version}"));
        } else {
            call.meta_data["title"] = json!(format!("Version {version}"));
        }
        if what == "transcript" {
            for monologue in call.transcript.iter_mut().flat_map(|it| it.as_array_mut().unwrap()) {
                let word = format!("word{}", self.n_words);
                self.n_words += 1;
                monologue["sentences"][0]["text"] = json!(format!("Now we say {word}."));
                self.words.insert(word);
            }
        }
        self.sandbox.put_call(call);
        format!("{} changes: {what}", self.here[place])
    }

    fn vanish(&mut self, place: usize) -> String {
        self.gone.push(self.held(place));
        let id = self.here.swap_remove(place);
        self.sandbox.remove_call(&id);
        format!("{id} vanishes")
    }

    fn come_back(&mut self) -> String {
        let place = self.random.index(self.gone.len());
        let call = self.gone.swap_remove(place);
        let says = format!("{} comes back", call.id());
        self.here.push(call.id().to_owned());
        self.sandbox.put_call(call);
        says
    }

    /// A call turns private, or everybody may see it again.
    fn toggle(&mut self, place: usize) -> String {
        let mut call = self.held(place);
        let is_private = !call.is_private();
        call.meta_data["isPrivate"] = json!(is_private);
        self.sandbox.put_call(call);
        format!("{} is private: {is_private}", self.here[place])
    }

    /// Gong finds that a call started at another time.
    fn move_start(&mut self, place: usize) -> String {
        let mut call = self.held(place);
        let most = if self.random.chance(50) { 30 } else { 3 * DAY };
        let by = self.random.minutes(most);
        let later = (call.started() + by).min(self.sandbox.now());
        let started = if self.random.chance(50) { later } else { call.started() - by };
        call.meta_data["started"] = json!(started.to_string());
        self.sandbox.put_call(call);
        format!("{} started at {started}", self.here[place])
    }
}
