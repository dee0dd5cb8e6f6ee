//! The content selector of the extensive operation: which blocks of a call are shown.

use serde_json::{Map, Value};

use crate::ask::{Members, Problem};

/// Which blocks of a call are shown, and what of each.
#[derive(Debug, Default)]
pub(super) struct Selector {
    context: Context,
    parties: bool,
    media: bool,
    /// Members of a block to keep, by the names they have in the answer.
    parts: Vec<(&'static str, &'static str)>,
    tracker_occurrences: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Context {
    #[default]
    None,
    Basic,
    Extended {
        timings: Vec<&'static str>,
    },
}

/// Block, flag in the selector, name in the answer.
const FLAGS: [(&str, &str, &str); 13] = [
    ("content", "structure", "structure"),
    ("content", "topics", "topics"),
    ("content", "trackers", "trackers"),
    ("content", "brief", "brief"),
    ("content", "outline", "outline"),
    ("content", "highlights", "highlights"),
    ("content", "callOutcome", "callOutcome"),
    ("content", "keyPoints", "keyPoints"),
    ("interaction", "speakers", "speakers"),
    ("interaction", "video", "video"),
    ("interaction", "personInteractionStats", "interactionStats"),
    ("interaction", "questions", "questions"),
    ("collaboration", "publicComments", "publicComments"),
];

impl Selector {
    pub(super) fn read(members: Option<Members<'_>>) -> Result<Self, Problem> {
        let Some(members) = members else { return Ok(Self::default()) };
        let mut selector = Self { context: context(members)?, ..Self::default() };
        let Some(fields) = members.object("exposedFields")? else { return Ok(selector) };
        selector.parties = fields.flag("parties")?;
        selector.media = fields.flag("media")?;
        for (block, flag, name) in FLAGS {
            if let Some(flags) = fields.object(block)?
                && flags.flag(flag)?
            {
                selector.parts.push((block, name));
            }
        }
        if let Some(content) = fields.object("content")? {
            selector.tracker_occurrences = content.flag("trackerOccurrences")?;
            content.flag("pointsOfInterest")?;
        }
        Ok(selector)
    }

    pub(super) fn wants_media(&self) -> bool {
        self.media
    }

    /// Whether nothing but the metadata is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.context == Context::None && !self.parties && !self.media && self.parts.is_empty()
    }

    /// Moves what was asked for from the blocks to the call.
    pub(super) fn choose(&self, mut blocks: Value, call: &mut Value) {
        if self.context != Context::None
            && let Some(mut context) = take(&mut blocks, "context")
        {
            self.trim_context(&mut context);
            call["context"] = context;
        }
        if self.parties
            && let Some(mut parties) = take(&mut blocks, "parties")
        {
            for party in parties.as_array_mut().into_iter().flatten() {
                self.trim_party(party);
            }
            call["parties"] = parties;
        }
        for name in ["content", "interaction", "collaboration"] {
            if let Some(block) = take(&mut blocks, name)
                && let Some(chosen) = self.parts_of(name, block)
            {
                call[name] = chosen;
            }
        }
        if self.media
            && let Some(media) = take(&mut blocks, "media")
        {
            call["media"] = media;
        }
    }

    fn parts_of(&self, block: &str, mut value: Value) -> Option<Value> {
        let mut chosen = Map::new();
        for (_, name) in self.parts.iter().filter(|(its_block, _)| *its_block == block) {
            if let Some(mut part) = take(&mut value, name) {
                if *name == "trackers" && !self.tracker_occurrences {
                    hide_occurrences(&mut part);
                }
                chosen.insert((*name).to_owned(), part);
            }
        }
        (!chosen.is_empty()).then_some(Value::Object(chosen))
    }

    fn trim_party(&self, party: &mut Value) {
        if self.context == Context::None {
            take(party, "context");
        } else if let Some(context) = party.get_mut("context") {
            self.trim_context(context);
        }
    }

    /// Keeps the CRM objects of the timings asked for, with their fields only if extended.
    fn trim_context(&self, context: &mut Value) {
        let now = ["Now"];
        let timings = match &self.context {
            Context::Extended { timings } => timings.as_slice(),
            Context::Basic | Context::None => &now,
        };
        for system in context.as_array_mut().into_iter().flatten() {
            let Some(objects) = system.get_mut("objects").and_then(Value::as_array_mut) else {
                continue;
            };
            objects.retain(|object| {
                object["timing"].as_str().is_none_or(|timing| timings.contains(&timing))
            });
            if self.context == Context::Basic {
                for object in objects {
                    take(object, "fields");
                }
            }
        }
    }
}

fn context(members: Members<'_>) -> Result<Context, Problem> {
    let timings = members.texts("contextTiming")?.unwrap_or_default();
    let known = timings.iter().map(|timing| match *timing {
        "Now" => Ok("Now"),
        "TimeOfCall" => Ok("TimeOfCall"),
        _ => Err(Problem::bad_json("contextTiming must be of Now, TimeOfCall")),
    });
    let mut timings: Vec<_> = known.collect::<Result<_, _>>()?;
    let context = match members.text("context")? {
        Some("Extended") => {
            if timings.is_empty() {
                timings.push("Now");
            }
            return Ok(Context::Extended { timings });
        }
        None | Some("None") => Context::None,
        Some("Basic") => Context::Basic,
        Some(_) => return Err(Problem::bad_json("context must be one of None, Basic, Extended")),
    };
    if timings.is_empty() {
        return Ok(context);
    }
    Err(Problem::bad_request("contextTiming is allowed only with context Extended"))
}

fn hide_occurrences(trackers: &mut Value) {
    for tracker in trackers.as_array_mut().into_iter().flatten() {
        empty_occurrences(tracker);
        for phrase in tracker["phrases"].as_array_mut().into_iter().flatten() {
            empty_occurrences(phrase);
        }
    }
}

fn empty_occurrences(holder: &mut Value) {
    if let Some(occurrences) = holder.get_mut("occurrences") {
        *occurrences = Value::Array(Vec::new());
    }
}

fn take(value: &mut Value, name: &str) -> Option<Value> {
    value.as_object_mut()?.shift_remove(name)
}
