//! History: what a test makes happen in the company while the sandbox runs, and what is true of it.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Sandbox,
    changes::Added,
    data::{Data, Facts, outsiders},
    sandbox::lock,
};

/// A call as the company holds it, whether it can be read or not.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldCall {
    /// The `metaData` of the extensive operation. Its `id` is the call; its `started`,
    /// `workspaceId`, `primaryUserId`, and `isPrivate` are what calls are filtered by.
    pub meta_data: Value,
    /// Every other block of the extensive operation, an object.
    pub blocks: Value,
    /// The monologues of its transcript, if it ever gets one.
    pub transcript: Option<Value>,
    /// From when on it can be read.
    pub ready_at: Timestamp,
    /// From when on its transcript can be read, which is never before the call can.
    pub transcribed_at: Timestamp,
}

impl HeldCall {
    /// A call with a host and a customer and a transcript of these sentences, said in turn. It can be
    /// read from its start on, which has milliseconds; change what should be otherwise.
    pub fn new(id: &str, started: Timestamp, title: &str, sentences: &[&str]) -> Self {
        let started = Timestamp::from_millisecond(started.as_millisecond()).unwrap_or(started);
        let party = |place: usize| {
            json!({
                "id": format!("{id}{place}"),
                "emailAddress": format!("person{place}@example.com"),
                "name": format!("Person {place}"),
                "speakerId": format!("{id}{place}"),
                "affiliation": if place == 0 { "Internal" } else { "External" },
                "methods": ["Invitee", "Attendee"],
            })
        };
        let monologue = |(place, text): (usize, &&str)| {
            json!({
                "speakerId": format!("{id}{}", place % 2),
                "topic": null,
                "sentences": [{ "start": 4000 * place, "end": 4000 * place + 3000, "text": text }],
            })
        };
        Self {
            meta_data: json!({
                "id": id,
                "url": format!("https://us-12345.app.gong.io/call?id={id}"),
                "title": title,
                "scheduled": null,
                "started": started.to_string(),
                "duration": 1800,
                "primaryUserId": null,
                "direction": "Conference",
                "system": "Zoom",
                "scope": "External",
                "media": "Video",
                "language": "eng",
                "workspaceId": null,
                "isPrivate": false,
            }),
            blocks: json!({ "parties": [party(0), party(1)] }),
            transcript: Some(sentences.iter().enumerate().map(monologue).collect()),
            ready_at: started,
            transcribed_at: started,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.meta_data["id"].as_str().unwrap_or_default()
    }

    /// When it started; the beginning of time if `meta_data` says no moment.
    pub fn started(&self) -> Timestamp {
        let started = self.meta_data["started"].as_str();
        started.and_then(|it| it.parse().ok()).unwrap_or(Timestamp::MIN)
    }

    /// Whether only its owner may see more of it than `meta_data`.
    pub fn is_private(&self) -> bool {
        self.meta_data["isPrivate"] == true
    }

    fn of(data: &dyn Data, number: u64) -> Self {
        let facts = data.facts(number);
        Self {
            meta_data: data.meta_data(number),
            blocks: data.blocks(number),
            transcript: data.transcript(number),
            ready_at: facts.ready_at,
            transcribed_at: facts.transcribed_at,
        }
    }

    fn into_added(self) -> Added {
        let text = |name: &str| self.meta_data[name].as_str().map(str::to_owned);
        let started = self.started();
        let scheduled = self.meta_data["scheduled"].as_str().and_then(|it| it.parse().ok());
        let is_conference = self.meta_data["direction"] == "Conference";
        let has_transcript = self.transcript.is_some();
        Added {
            id: self.id().to_owned(),
            client_unique_id: self.id().to_owned(),
            media_url: None,
            facts: Facts {
                started,
                listed_at: scheduled.filter(|_| is_conference).unwrap_or(started),
                ready_at: self.ready_at,
                transcribed_at: if has_transcript { self.transcribed_at } else { Timestamp::MAX },
                workspace_id: text("workspaceId").unwrap_or_default(),
                host_user_id: text("primaryUserId"),
                is_private: self.is_private(),
            },
            outsiders: outsiders(&self.blocks["parties"]),
            transcript: self.transcript.unwrap_or_else(|| json!([])),
            meta_data: self.meta_data,
            blocks: self.blocks,
            erased_at: None,
        }
    }
}

/// A test can change history between any two requests, also between two pages of a list.
impl Sandbox {
    /// What time it is in the sandbox.
    pub fn now(&self) -> Timestamp {
        self.state.clock.read().wall
    }

    /// Puts the clock of the sandbox forward or back. A company that was made up to end at
    /// [`Options::now`](crate::Options::now) grows call by call when its clock is put back first.
    pub fn set_now(&self, now: Timestamp) {
        self.state.clock.put(now);
    }

    /// The call with this id, whether it can be read yet or not.
    pub fn call(&self, id: &str) -> Option<HeldCall> {
        self.look(|data| Some(HeldCall::of(data, data.find(id)?)))
    }

    /// Adds a call, which may have started long ago, or changes the one with its id. Calls in
    /// lists after it move, as those of Gong may.
    pub fn put_call(&self, call: HeldCall) {
        self.remove_call(call.id());
        lock(&self.state.store.calls).add(call.into_added());
    }

    /// Removes a call, as if it never was. [`put_call`](Self::put_call) brings it back.
    pub fn remove_call(&self, id: &str) {
        let number = self.state.data.find(id);
        lock(&self.state.store.calls).remove(id, number);
    }

    /// The truth: all calls that can be read now, in order of start, each without what of it cannot
    /// be read now.
    pub fn readable_calls(&self) -> Vec<HeldCall> {
        let now = self.now();
        let readable = |data: &dyn Data, number| {
            let facts = data.facts(number);
            if facts.ready_at > now {
                return None;
            }
            let mut call = HeldCall::of(data, number);
            if facts.is_private {
                call.blocks = json!({});
            }
            if facts.is_private || facts.transcribed_at > now {
                call.transcript = None;
            }
            Some(call)
        };
        self.look(|data| (0..data.len()).filter_map(|number| readable(data, number)).collect())
    }

    /// Looks at what the company holds now.
    fn look<T>(&self, look: impl FnOnce(&dyn Data) -> T) -> T {
        let state = &*self.state;
        look(&lock(&state.store.calls).over(&*state.data, self.now()))
    }
}
