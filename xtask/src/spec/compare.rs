//! Compares the members of models with those of the schemas in Gong's description of its API.

use std::fmt;

use serde_json::Value;

use crate::models::{Endpoint, Field, Models};

mod types;

/// A member on which the models and the description do not agree.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    pub(super) operation: String,
    /// Where it is, such as `response.calls[].title`; empty for the operation itself.
    pub(super) member: String,
    pub(super) kind: Kind,
}

/// How they do not agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Gong describes it, the models do not have it.
    Missing,
    /// The models have it, Gong does not describe it.
    Extra,
    /// One has a list, a map, or an object where the other has none.
    Shape,
    /// The model cannot hold what Gong describes, such as a fraction.
    Type,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Missing, Self::Extra, Self::Shape, Self::Type];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Shape => "shape",
            Self::Type => "type",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, member, kind } = self;
        let member = if member.is_empty() { "the operation" } else { member };
        write!(f, "{operation}: {member}: {}", kind.word())
    }
}

/// Compares one operation.
pub(super) struct Comparison<'a> {
    /// The whole description, which the references of its schemas point into.
    pub(super) description: &'a Value,
    pub(super) models: &'a Models,
    pub(super) operation: &'a str,
    /// What was found so far.
    pub(super) differences: Vec<Difference>,
    /// How many parameters and members were looked at.
    pub(super) members: usize,
}

impl<'a> Comparison<'a> {
    /// Compares the parameters and the body that `endpoint` sends with those that Gong takes.
    pub(super) fn request(&mut self, endpoint: &Endpoint, described: &'a Value) {
        self.parameters(endpoint, described);
        let content = &described["requestBody"]["content"];
        self.part(endpoint, &content["multipart/form-data"]["schema"]);
        self.body(endpoint, &content["application/json"]["schema"]);
    }

    /// Placeholders of the path were compared when the operation was found by it.
    fn parameters(&mut self, endpoint: &Endpoint, described: &'a Value) {
        let fields = if endpoint.has_query { self.fields_of(&endpoint.name) } else { &[] };
        let fields: Vec<_> = fields.iter().filter(|field| !field.is_skipped).collect();
        let alone = endpoint.parameters.iter().map(String::as_str);
        let sent: Vec<_> = fields.iter().map(|field| field.wire.as_str()).chain(alone).collect();
        let parameters: Vec<_> = described["parameters"].as_array().into_iter().flatten().collect();
        self.members += parameters.iter().filter(|parameter| parameter["in"] == "path").count();
        let mut wanted = Vec::new();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let Some(name) = parameter["name"].as_str() else { continue };
            wanted.push(name);
            self.note(sent.contains(&name), "query", name, Kind::Missing);
            if let Some(field) = fields.iter().find(|field| field.wire == name) {
                self.value(&format!("query.{name}"), &field.kind, &parameter["schema"]);
            }
        }
        for name in sent {
            self.note(wanted.contains(&name), "query", name, Kind::Extra);
        }
    }

    fn part(&mut self, endpoint: &Endpoint, schema: &'a Value) {
        let described: Vec<_> = self.properties(schema).iter().map(|(name, _)| *name).collect();
        let sent = endpoint.part.as_ref();
        for name in &described {
            self.note(sent == Some(*name), "part", name, Kind::Missing);
        }
        if let Some(name) = sent {
            self.note(described.contains(&name), "part", name, Kind::Extra);
        }
    }

    fn body(&mut self, endpoint: &Endpoint, schema: &'a Value) {
        if schema.is_null() != endpoint.body.is_empty() {
            let kind = if schema.is_null() { Kind::Extra } else { Kind::Missing };
            self.found("body".to_owned(), kind);
            return;
        }
        if endpoint.body.iter().all(|(member, _)| !member.is_empty()) {
            for (name, _) in self.properties(schema) {
                let is_sent = endpoint.body.iter().any(|(member, _)| member == name);
                self.note(is_sent, "body", name, Kind::Missing);
            }
        }
        let fields = self.fields_of(&endpoint.name);
        for (member, from) in &endpoint.body {
            let place =
                if member.is_empty() { "body".to_owned() } else { format!("body.{member}") };
            let properties = self.properties(schema);
            let property = properties.iter().find(|(name, _)| *name == member);
            let target = if member.is_empty() { Some(schema) } else { property.map(|(_, it)| *it) };
            let Some(target) = target else {
                self.note(false, "body", member, Kind::Extra);
                continue;
            };
            if from == "self" {
                self.object(&place, fields, target);
            } else if let Some(field) = fields.iter().find(|field| field.name == *from) {
                self.value(&place, &field.kind, target);
            }
        }
    }

    /// Compares what `endpoint` reads with what Gong answers.
    pub(super) fn response(&mut self, endpoint: &Endpoint, described: &'a Value) {
        let successes = described["responses"].as_object().into_iter().flatten();
        let mut successes = successes.filter(|(status, _)| status.starts_with('2'));
        let content = successes.next().map_or(&Value::Null, |(_, answer)| &answer["content"]);
        let any_type = content.as_object().and_then(|types| types.values().next());
        let schema = any_type.map_or(&Value::Null, |content| &content["schema"]);
        let mut response = endpoint.response.as_str();
        if let Some(("Option", inside)) = inner(response) {
            response = inside;
        }
        let (wrapper, kind) = inner(response).unwrap_or(("", response));
        let Some(answer) = &endpoint.answer else {
            self.value("response", kind, schema);
            return;
        };
        let beside = if wrapper == "Page" { self.beside(kind) } else { Vec::new() };
        for (name, property) in self.properties(schema) {
            if name == answer {
                self.members += 1;
                let list = if wrapper == "Page" { format!("Vec<{kind}>") } else { kind.to_owned() };
                self.value(&format!("response.{name}"), &list, property);
                continue;
            }
            let field = beside.iter().find(|field| field.wire == *name);
            self.note(field.is_some(), "response", name, Kind::Missing);
            if let Some(field) = field {
                self.value(&format!("response.{name}"), &field.kind, property);
            }
        }
        if !self.properties(schema).iter().any(|(name, _)| *name == answer) {
            self.note(false, "response", answer, Kind::Extra);
        }
    }

    /// What can be read beside the items of a page.
    fn beside(&self, items: &str) -> Vec<&'a Field> {
        let mut beside: Vec<_> = self.fields_of("Envelope").iter().collect();
        beside.extend(self.fields_of("Page").iter().filter(|field| field.wire == "records"));
        for model in self.models.beside.get(items).into_iter().flatten() {
            beside.extend(self.fields_of(model));
        }
        beside
    }

    /// Compares the members of an object.
    fn object(&mut self, place: &str, fields: &[Field], schema: &'a Value) {
        let properties = self.properties(schema);
        for (name, property) in &properties {
            let field = fields.iter().find(|field| field.wire == **name && !field.is_skipped);
            self.note(field.is_some(), place, name, Kind::Missing);
            if let Some(field) = field {
                self.value(&format!("{place}.{name}"), &field.kind, property);
            }
        }
        for field in fields.iter().filter(|field| !field.is_skipped) {
            let is_described = properties.iter().any(|(name, _)| **name == field.wire);
            self.note(is_described, place, &field.wire, Kind::Extra);
        }
    }

    fn note(&mut self, agrees: bool, place: &str, name: &str, kind: Kind) {
        // What is extra was counted when the described members were.
        self.members += usize::from(kind == Kind::Missing || !agrees);
        if !agrees {
            self.found(format!("{place}.{name}"), kind);
        }
    }

    fn found(&mut self, member: String, kind: Kind) {
        self.differences.push(Difference { operation: self.operation.to_owned(), member, kind });
    }

    fn fields_of(&self, name: &str) -> &'a [Field] {
        self.models.structs.get(name).map_or(&[], |model| &model.fields)
    }

    fn properties(&self, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
        self.resolved(schema)["properties"].as_object().into_iter().flatten().collect()
    }

    /// The schema itself, or the one that it refers to.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let reference = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        let target = reference.and_then(|pointer| self.description.pointer(pointer));
        target.map_or(schema, |target| self.resolved(target))
    }
}

/// `Page<Call>` as `Page` and `Call`.
fn inner(kind: &str) -> Option<(&str, &str)> {
    let (wrapper, rest) = kind.split_once('<')?;
    Some((wrapper, rest.strip_suffix('>')?))
}

#[cfg(test)]
mod tests;
