//! The tests of `gong-transcript`, in one binary.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod always;
mod examples;
mod fetch;
mod fetch_from_sandbox;
mod render;
mod speakers;

use gong_transcript::{Dialogue, Format, Look, Renderer};
use gong_types::{CallDetails, Record};
use serde_json::value::RawValue;

/// Joins a transcript with the details of its call, both as JSON.
fn joined(transcript: &str, details: Option<&str>) -> Dialogue {
    let record = RawValue::from_string(transcript.to_owned()).unwrap().into();
    let details = details.map(|details| {
        let record: Record<CallDetails> = RawValue::from_string(details.to_owned()).unwrap().into();
        record.read().unwrap()
    });
    Dialogue::new(record, details.as_ref()).unwrap()
}

/// Reads a fixture: an object of `transcript` and `details`.
fn fixture(json: &str) -> Dialogue {
    let parts: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(json).unwrap();
    let details = parts["details"].get();
    joined(parts["transcript"].get(), (details != "null").then_some(details))
}

fn rendered(dialogues: &[Dialogue], format: Format, look: Look) -> String {
    let mut renderer = Renderer::new(Vec::new(), format, look);
    for dialogue in dialogues {
        renderer.push(dialogue).unwrap();
    }
    String::from_utf8(renderer.finish().unwrap()).unwrap()
}
