//! Why an answer could not be read.

use std::fmt;

/// An answer that is not what the operation promises.
///
/// It says where and what kind of thing was wrong, and quotes no value: answers are full of names,
/// addresses and what people said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    place: String,
    problem: String,
}

impl DecodeError {
    pub(crate) fn missing(member: &str) -> Self {
        Self { place: String::new(), problem: format!("the answer has no \"{member}\"") }
    }

    pub(crate) fn kind(place: &str, problem: &str) -> Self {
        Self { place: place.to_owned(), problem: problem.to_owned() }
    }

    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::at(".", error)
    }

    pub(crate) fn at(place: &str, error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        let kind = match error.classify() {
            Category::Io => "it could not be read",
            Category::Syntax => "it is not JSON",
            Category::Eof => "it is cut short",
            Category::Data => "a value has an unexpected type or is missing",
        };
        let problem = format!("{kind} (line {}, column {})", error.line(), error.column());
        let place = if place == "." { String::new() } else { place.to_owned() };
        Self { place, problem }
    }

    pub(crate) fn within(mut self, member: &str) -> Self {
        self.place = if self.place.is_empty() {
            member.to_owned()
        } else {
            format!("{member}.{}", self.place)
        };
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.place, self.problem)
        }
    }
}

impl std::error::Error for DecodeError {}
