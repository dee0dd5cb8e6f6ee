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
    /// The members of the body and which of the struct's members fills each; `self` is all of it.
    pub(crate) body: Vec<(String, String)>,
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
            if let Some(rest) = line.strip_prefix("pub struct ") {
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
    let method = if body.contains("Request::get(") {
        "GET"
    } else if body.contains("Request::search(") {
        "POST"
    } else {
        between(body, "Method::", ",").unwrap_or_default()
    };
    let path = between(body, "\"/v2/", "\"").unwrap_or_default();
    let mut members = Vec::new();
    for call in body.split("wrap(\"").skip(1) {
        let Some((member, rest)) = call.split_once("\", ") else { continue };
        members.push((member.to_owned(), identifier(rest.trim_start_matches('&')).to_owned()));
    }
    if body.contains(".body(self)") {
        members.push((String::new(), "self".to_owned()));
    }
    Endpoint {
        name,
        file: source.path.clone(),
        line,
        response: between(body, "type Response = ", ";").unwrap_or_default().to_owned(),
        method: method.to_owned(),
        path: anonymous(&format!("/v2/{path}")),
        answer: between(body, ".answer(\"", "\"").map(ToOwned::to_owned),
        has_query: body.contains(".query(self)"),
        body: members,
    }
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
mod tests {
    use super::*;

    const TEXT: &str = r#"//! Calls.

/// `POST /v2/calls/extensive`: calls with their
/// parties. Scope `a`.
///
/// More.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchCalls {
    /// From when.
    #[serde(rename = "fromDateTime")]
    pub from: Option<Timestamp>,
    /// Only of this workspace.
    pub workspace_id: Option<WorkspaceId>,
    #[serde(skip)]
    pub select: Option<ContentSelector>,
}

impl Endpoint for SearchCalls {
    type Response = Page<CallDetails>;

    fn request(&self) -> Request {
        let body = wrap("filter", self);
        let select = self.select.as_ref().map(|select| wrap("contentSelector", select));
        Request::search("/v2/calls/extensive").body(&body).answer("calls")
    }
}

impl Endpoint for GetCall {
    type Response = Record<Call>;

    fn request(&self) -> Request {
        Request::get(format!("/v2/calls/{}", segment(self.id.as_str()))).answer("call")
    }
}

#[cfg(test)]
mod tests {
    pub struct NotAModel;
}
"#;

    fn models() -> Models {
        let path = "crates/gong-types/src/calls.rs".to_owned();
        Models::of(&[Source { path, text: TEXT.to_owned() }])
    }

    #[test]
    fn members_have_the_names_that_they_have_in_json() {
        let models = models();
        let fields = &models.structs["SearchCalls"].fields;
        let wires: Vec<_> = fields.iter().map(|field| field.wire.as_str()).collect();
        assert_eq!(wires, ["fromDateTime", "workspaceId", "select"]);
        assert_eq!(fields[1].kind, "Option<WorkspaceId>");
        let skipped: Vec<_> = fields.iter().map(|field| field.is_skipped).collect();
        assert_eq!(skipped, [false, false, true]);
    }

    #[test]
    fn what_stands_in_unit_tests_is_no_model() {
        assert_eq!(models().structs.keys().collect::<Vec<_>>(), ["SearchCalls"]);
    }

    #[test]
    fn the_summary_is_the_first_paragraph() {
        assert_eq!(
            models().summary("SearchCalls").unwrap(),
            "`POST /v2/calls/extensive`: calls with their parties. Scope `a`."
        );
    }

    #[test]
    fn an_endpoint_says_where_it_goes() {
        let models = models();
        let [search, get] = &models.endpoints[..] else { panic!("{:?}", models.endpoints) };
        assert_eq!((search.method.as_str(), search.path.as_str()), ("POST", "/v2/calls/extensive"));
        assert_eq!(search.answer.as_deref(), Some("calls"));
        assert_eq!(search.response, "Page<CallDetails>");
        let body = [("filter", "self"), ("contentSelector", "select")];
        assert_eq!(search.body, body.map(|(member, from)| (member.to_owned(), from.to_owned())));
        assert_eq!((get.method.as_str(), get.path.as_str()), ("GET", "/v2/calls/{}"));
        assert_eq!((get.line, get.has_query, get.body.len()), (29, false, 0));
    }
}
