//! Who said what: joins Gong transcripts with the names of the speakers and renders them.
//!
//! Gong keeps apart what belongs together: sentences are in one operation, and who spoke them in
//! another. A [`Dialogue`] is both, joined; [`dialogues`] fetches many in few requests, and a
//! [`Renderer`] writes them as text, Markdown, JSON, CSV or subtitles.
#![doc = include_str!("../README.md")]

mod cells;
mod dialogue;
mod fetch;
mod members;
mod render;
mod slug;
mod speakers;

pub use cells::Formulas;
pub use dialogue::{Dialogue, Line, Turn};
pub use fetch::{Fetched, dialogues, dialogues_of};
pub use render::{Format, Look, Renderer, UnknownFormat, markdown_line, markdown_turns};
pub use slug::slug;
pub use speakers::Speaker;
