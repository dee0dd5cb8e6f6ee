//! The models and endpoints of `gong-types`, read from its source text.
//!
//! A small reader of lines is enough because rustfmt lays the code out, and it keeps this crate free
//! of a Rust parser.

use std::collections::BTreeMap;

use crate::{operations::anonymous, workspace::Source};

const CRATE: &str = "gong-types";

/// What `gong-types` declares.
#[derive(Debug, Default)]
pub(crate) struct Models {
    /// The structs by name.
    pub(crate) structs: BTreeMap<String, Model>,
    /// The values that each open enum knows.
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    /// The models that stand beside the items of a page, by the model of the items.
    pub(crate) beside: BTreeMap<String, Vec<String>>,
    /// The endpoints, in order of file and line.
    pub(crate) endpoints: Vec<Endpoint>,
}

/// A struct with named members.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// Its doc comment, a line an item.
    pub(crate) doc: Vec<String>,
    pub(crate) fields: Vec<Field>,
}

/// A member of a struct.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Its name in Rust.
    pub(crate) name: String,
    /// Its name in JSON.
    pub(crate) wire: String,
    /// Its type, as it is written.
    pub(crate) kind: String,
    /// Whether serde leaves it out.
    pub(crate) is_skipped: bool,
}

/// An `impl Endpoint`.
#[derive(Debug, PartialEq)]
pub(crate) struct Endpoint {
    /// The struct that holds the parameters.
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    /// What the answer is decoded as, such as `Page<Call>`.
    pub(crate) response: String,
    pub(crate) method: String,
    /// With unnamed placeholders, such as `/v2/calls/{}`.
    pub(crate) path: String,
    /// The member of the answer that holds what was asked for.
    pub(crate) answer: Option<String>,
    /// Whether the struct's members go into the query.
    pub(crate) has_query: bool,
    /// The parameters that go into the query one by one.
    pub(crate) parameters: Vec<String>,
    /// The members of the body and which of the struct's members fills each; `self` is all of it. A
    /// member without a name is the whole body.
    pub(crate) body: Vec<(String, String)>,
    /// The part of a multipart body.
    pub(crate) part: Option<String>,
}

impl Models {
    /// Reads what the sources of `gong-types` declare.
    pub(crate) fn of(sources: &[Source]) -> Self {
        let mut models = Self::default();
        for source in sources {
            if source.member() == Some(CRATE) && source.is_in_src() && source.is_rust() {
                models.add(source);
            }
        }
        models
    }

    /// The doc comment of a struct in one line, as far as the first empty line.
    pub(crate) fn summary(&self, name: &str) -> Option<String> {
        let doc = &self.structs.get(name)?.doc;
        let lines: Vec<_> = doc.iter().map(String::as_str).take_while(|l| !l.is_empty()).collect();
        Some(lines.join(" "))
    }

    fn add(&mut self, source: &Source) {
        let mut doc = Vec::new();
        let mut attributes = String::new();
        let mut lines = source.code().map(|(number, line)| (number, line.trim_end()));
        while let Some((number, line)) = lines.next() {
            if let Some(text) = line.trim().strip_prefix("///") {
                doc.push(text.trim().to_owned());
                continue;
            }
            if line.trim().starts_with("#[") {
                attributes.push_str(line);
                continue;
            }
            let declared = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("struct ");
            if let Some(rest) = declared {
                let is_camel = attributes.contains("rename_all = \"camelCase\"");
                let mut model = Model { doc: std::mem::take(&mut doc), fields: Vec::new() };
                if rest.ends_with('{') {
                    let block = lines.by_ref().map(|(_, line)| line).take_while(|l| *l != "}");
                    model.fields = fields(block, is_camel);
                }
                self.structs.insert(identifier(rest).to_owned(), model);
            } else if let Some(rest) = line.strip_prefix("impl Endpoint for ") {
                let block = lines.by_ref().map(|(_, line)| line).take_while(|l| *l != "}");
                let body: Vec<_> = block.map(str::trim).collect();
                let name = identifier(rest).to_owned();
                self.endpoints.push(endpoint(name, source, number, &body.concat()));
            } else if let Some(rest) = line.strip_prefix("impl Page<") {
                let block = lines.by_ref().map(|(_, line)| line).take_while(|l| *l != "}");
                let block: Vec<_> = block.collect();
                let returned = block.iter().filter_map(|line| between(line, "-> Result<", ","));
                let taken_from = block.iter().filter_map(|line| between(line, "(|beside: ", "|"));
                let beside = self.beside.entry(identifier(rest).to_owned()).or_default();
                beside.extend(returned.chain(taken_from).map(ToOwned::to_owned));
            } else if line == "open_enum! {" {
                let mut block =
                    lines.by_ref().map(|(_, line)| line.trim()).take_while(|l| *l != "}");
                let name = block.find(|line| line.ends_with(" {")).map(identifier);
                let values = block.filter_map(|line| between(line, " = \"", "\","));
                let values = values.map(ToOwned::to_owned).collect();
                self.enums.insert(name.unwrap_or_default().to_owned(), values);
            }
            doc.clear();
            attributes.clear();
        }
    }
}

fn fields<'a>(block: impl Iterator<Item = &'a str>, is_camel: bool) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut attributes = String::new();
    for line in block.map(str::trim).filter(|line| !line.starts_with("//")) {
        let Some((name, kind)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else {
            attributes.push_str(line);
            continue;
        };
        let name = name.trim_start_matches("pub ").trim_start_matches("r#");
        let wire = match between(&attributes, "rename = \"", "\"") {
            Some(wire) => wire.to_owned(),
            None if is_camel => camel_case(name),
            None => name.to_owned(),
        };
        let is_skipped = attributes.contains("serde(skip)");
        let kind = kind.trim_end_matches(',').to_owned();
        fields.push(Field { name: name.to_owned(), wire, kind, is_skipped });
        attributes.clear();
    }
    fields
}

fn endpoint(name: String, source: &Source, line: usize, body: &str) -> Endpoint {
    let method = match between(body, "Request::new(", ",") {
        Some(method) => method.rsplit("::").next().unwrap_or(method),
        None if body.contains("Request::get(") => "GET",
        None if body.contains("Request::search(") => "POST",
        None => "",
    };
    let path = between(body, "\"/v2/", "\"").unwrap_or_default();
    let parameters = body.split(".parameter(\"").skip(1).filter_map(|call| call.split('"').next());
    Endpoint {
        name,
        file: source.path.clone(),
        line,
        response: between(body, "type Response = ", ";").unwrap_or_default().to_owned(),
        method: method.to_owned(),
        path: anonymous(&format!("/v2/{path}")),
        answer: between(body, ".answer(\"", "\"").map(ToOwned::to_owned),
        has_query: body.contains(".query(self)"),
        parameters: parameters.map(ToOwned::to_owned).collect(),
        body: members(body),
        part: between(body, "part: \"", "\"").map(ToOwned::to_owned),
    }
}

/// What stands in the JSON body: all of `.body(self)` or `.body(&self.x)`, or the members of
/// `wrap("x", self)` and of `json!({ "x": self.x })`.
fn members(body: &str) -> Vec<(String, String)> {
    let mut members = Vec::new();
    for call in body.split("wrap(\"").skip(1) {
        members.extend(call.split_once("\", ").map(|(member, from)| (member, source(from))));
    }
    for member in between(body, "json!({", "})").unwrap_or_default().split(',') {
        let member = member.trim().trim_start_matches('"').split_once("\": ");
        members.extend(member.map(|(member, from)| (member, source(from))));
    }
    let whole = between(body, ".body(", ")")
        .filter(|from| from.trim_start_matches('&').starts_with("self"));
    members.extend(whole.map(|from| ("", source(from))));
    members.into_iter().map(|(member, from)| (member.to_owned(), from.to_owned())).collect()
}

/// The struct's member that an expression names: `x` of `&self.x`, `self` of `self`.
fn source(expression: &str) -> &str {
    let expression = expression.trim_start_matches('&');
    identifier(expression.strip_prefix("self.").unwrap_or(expression))
}

/// The name that `text` begins with.
fn identifier(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests;
