//! Compares the members of models with those of the schemas in Gong's description of its API.

use std::fmt;

use serde_json::Value;

use crate::models::{Endpoint, Field, Models};

/// A member on which the models and the description do not agree.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    pub(super) operation: String,
    /// Where it is, such as `response.calls[].title`.
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
    /// One has a list or an object where the other has none.
    Shape,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, member, kind } = self;
        let word = match kind {
            Kind::Missing => "missing",
            Kind::Extra => "extra",
            Kind::Shape => "shape",
        };
        write!(f, "{operation}: {member}: {word}")
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
    /// How many members were looked at.
    pub(super) members: usize,
}

impl<'a> Comparison<'a> {
    /// Compares the parameters and the body that `endpoint` sends with those that Gong takes.
    pub(super) fn request(&mut self, endpoint: &Endpoint, described: &'a Value) {
        let fields = self.fields_of(&endpoint.name);
        let parameters: Vec<_> = described["parameters"].as_array().into_iter().flatten().collect();
        let in_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let wanted: Vec<_> = in_query.filter_map(|parameter| parameter["name"].as_str()).collect();
        let sent = if endpoint.has_query { fields } else { &[] };
        for name in &wanted {
            let is_sent = sent.iter().any(|field| field.wire == *name);
            self.note(is_sent, "query", name, Kind::Missing);
        }
        for field in sent.iter().filter(|field| !field.is_skipped) {
            self.note(wanted.contains(&field.wire.as_str()), "query", &field.wire, Kind::Extra);
        }
        let schema = json_schema(&described["requestBody"]);
        let body: Vec<_> = endpoint.body.iter().map(|(member, from)| (&**member, from)).collect();
        if let [("", _)] = body[..] {
            self.object("body", fields, schema);
            return;
        }
        for (name, property) in self.properties(schema) {
            let part = body.iter().find(|(member, _)| member == name);
            self.note(part.is_some(), "body", name, Kind::Missing);
            let Some((_, from)) = part else { continue };
            let place = format!("body.{name}");
            if *from == "self" {
                self.object(&place, fields, property);
            } else if let Some(field) = fields.iter().find(|field| field.name == **from) {
                self.value(&place, &field.kind, property);
            }
        }
        let properties = self.properties(schema);
        for (member, _) in body {
            let is_known = properties.iter().any(|(name, _)| *name == member);
            self.note(is_known, "body", member, Kind::Extra);
        }
    }

    /// Compares what `endpoint` reads with what Gong answers.
    pub(super) fn response(&mut self, endpoint: &Endpoint, described: &'a Value) {
        let successes = described["responses"].as_object().into_iter().flatten();
        let mut successes = successes.filter(|(status, _)| status.starts_with('2'));
        let schema = successes.next().map_or(&Value::Null, |(_, answer)| json_schema(answer));
        let (wrapper, kind) = inner(&endpoint.response).unwrap_or(("", &endpoint.response));
        let Some(answer) = &endpoint.answer else {
            self.value("response", kind, schema);
            return;
        };
        let mut beside = Vec::new();
        if wrapper == "Page" {
            beside.extend(self.fields_of("Envelope").iter().cloned());
            beside.extend(self.fields_of("Page").iter().filter(|f| f.wire == "records").cloned());
        }
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

    /// Compares a type as it is written with a schema.
    fn value(&mut self, place: &str, kind: &str, schema: &'a Value) {
        let schema = self.resolved(schema);
        let is_list = schema["type"] == "array";
        match inner(kind) {
            Some(("Option" | "Box", kind)) => self.value(place, kind, schema),
            Some(("Vec", kind)) if is_list => {
                self.value(&format!("{place}[]"), kind, &schema["items"]);
            }
            _ => {
                let name = kind.rsplit("::").next().unwrap_or(kind);
                let fields = self.models.structs.get(name).map(|model| &model.fields[..]);
                let is_object = !self.properties(schema).is_empty();
                // An untyped value reads whatever comes.
                let agrees = name == "Value" || (is_object == fields.is_some() && !is_list);
                if !agrees || kind.starts_with("Vec<") {
                    self.found(place.to_owned(), Kind::Shape);
                } else if let Some(fields) = fields {
                    self.object(place, fields, schema);
                }
            }
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

/// The schema of a body that is JSON.
fn json_schema(body: &Value) -> &Value {
    &body["content"]["application/json"]["schema"]
}

/// `Page<Call>` as `Page` and `Call`.
fn inner(kind: &str) -> Option<(&str, &str)> {
    let (wrapper, rest) = kind.split_once('<')?;
    Some((wrapper, rest.strip_suffix('>')?))
}

#[cfg(test)]
mod tests;
