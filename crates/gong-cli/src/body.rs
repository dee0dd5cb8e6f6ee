//! Bodies of requests: what the options say, over what a file says, checked before anything is sent.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use clap::Args;
use jsonc_parser::ParseOptions;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{context::Context, exit::Failure};

/// The options of a command that sends a body with many members.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Body")]
pub(crate) struct BodyArgs {
    /// A file with the body as JSON, or - for stdin; what the options say goes before it
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,

    /// Print an example of such a file, with comments, and do nothing else
    #[arg(long)]
    skeleton: bool,
}

impl Context {
    /// The body that `options` and `--input` make together; `None` if `--skeleton` was asked for and
    /// printed. `options` is an object whose members are null where no option was given.
    ///
    /// A member that `T` does not have is wrong usage, so that no typing error is lost on the way.
    pub(crate) fn body<T>(
        &mut self,
        args: &BodyArgs,
        options: Value,
        skeleton: &str,
    ) -> Result<Option<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        self.body_or(args, options, Value::Null, skeleton)
    }

    /// The same; `otherwise` is what counts where neither the options nor `--input` say anything.
    pub(crate) fn body_or<T>(
        &mut self,
        args: &BodyArgs,
        options: Value,
        otherwise: Value,
        skeleton: &str,
    ) -> Result<Option<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        if args.skeleton {
            self.output.text(skeleton)?;
            return Ok(None);
        }
        let input = args.input()?.unwrap_or(Value::Null);
        check(over(options, over(input, otherwise))).map(Some)
    }
}

impl BodyArgs {
    /// What the file of `--input` holds, if there is one.
    pub(crate) fn input(&self) -> Result<Option<Value>> {
        self.input.as_deref().map(|file| parse(&text(file)?)).transpose()
    }

    /// Whether an example is wanted and nothing else.
    pub(crate) fn wants_skeleton(&self) -> bool {
        self.skeleton
    }
}

/// Reads a file, or stdin for `-`, without a byte order mark.
pub(crate) fn text(file: &Path) -> Result<String> {
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).context("could not read stdin")?;
        text
    } else {
        fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?
    };
    Ok(text.trim_start_matches('\u{FEFF}').to_owned())
}

/// Reads JSON. Comments and commas too many are fine.
fn parse(text: &str) -> Result<Value> {
    let hint = "--skeleton prints an example of a body";
    let value: Option<Value> =
        jsonc_parser::parse_to_serde_value(text, &ParseOptions::default())
            .map_err(|error| Failure::usage(format!("the body is no JSON: {error}"), hint))?;
    value.ok_or_else(|| Failure::usage("the body is empty", hint).into())
}

/// `options` over `input`: objects are merged member by member, anything else of the options goes
/// before what the input has in its place.
fn over(options: Value, input: Value) -> Value {
    match (options, input) {
        (Value::Object(options), Value::Object(mut whole)) => {
            for (name, option) in options {
                let below = whole.remove(&name).unwrap_or(Value::Null);
                match over(option, below) {
                    Value::Null => {}
                    value => _ = whole.insert(name, value),
                }
            }
            Value::Object(whole)
        }
        (Value::Object(options), Value::Null) => {
            match over(options.into(), Value::Object([].into_iter().collect())) {
                // Options that say nothing make no object.
                Value::Object(whole) if whole.is_empty() => Value::Null,
                whole => whole,
            }
        }
        (Value::Null, input) => input,
        (option, _) => option,
    }
}

/// Reads the body as what the operation takes.
pub(crate) fn check<T: Serialize + DeserializeOwned>(whole: Value) -> Result<T> {
    let hint = "--skeleton prints an example of a body";
    let whole = if whole.is_null() { Value::Object([].into_iter().collect()) } else { whole };
    let body: T = serde_path_to_error::deserialize(&whole).map_err(|error| {
        let place = error.path().to_string();
        let inner = error.into_inner();
        let message = match place.as_str() {
            "." => format!("the body cannot be sent: {inner}"),
            place => format!("the body cannot be sent: {place}: {inner}"),
        };
        Failure::usage(message, hint)
    })?;
    let known = serde_json::to_value(&body)?;
    if let Some(place) = unknown(&whole, &known) {
        let message = format!("the operation has no member {place}");
        let hint = "look for it in what --skeleton prints; gong api sends anything";
        return Err(Failure::usage(message, hint).into());
    }
    Ok(body)
}

/// The first member of `given` that `known` does not have.
fn unknown(given: &Value, known: &Value) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| {
            let Some(inner) = known.get(name) else { return Some(name.clone()) };
            unknown(value, inner).map(|rest| format!("{name}.{rest}"))
        }),
        (Value::Array(given), Value::Array(known)) => {
            given.iter().zip(known).enumerate().find_map(|(n, (value, inner))| {
                unknown(value, inner).map(|rest| format!("{n}.{rest}"))
            })
        }
        _ => None,
    }
}

/// Checks that a skeleton is a body that can be sent, and that it has every member.
#[cfg(test)]
pub(crate) fn assert_whole<T: Serialize + DeserializeOwned>(skeleton: &str) {
    fn nulls(value: &Value, place: &str, found: &mut Vec<String>) {
        match value {
            Value::Null => found.push(place.to_owned()),
            Value::Object(members) => {
                members.iter().for_each(|(name, it)| nulls(it, &format!("{place}.{name}"), found));
            }
            Value::Array(items) => items.iter().for_each(|it| nulls(it, place, found)),
            _ => {}
        }
    }
    let body: T = check(parse(skeleton).unwrap()).unwrap();
    let mut missing = Vec::new();
    nulls(&serde_json::to_value(&body).unwrap(), "", &mut missing);
    assert_eq!(missing, [""; 0], "members that the skeleton lacks");
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Body {
        name: String,
        size: Option<u32>,
        parts: Option<Vec<Part>>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Part {
        id: Option<String>,
    }

    fn body(options: Value, input: &str) -> Result<Body> {
        check(over(options, parse(input)?))
    }

    fn error(options: Value, input: &str) -> String {
        format!("{:#}", body(options, input).unwrap_err())
    }

    #[test]
    fn options_go_before_the_file_and_comments_are_fine() {
        let input = "{ // why\n \"name\": \"file\", \"size\": 2, }";
        let expected = Body { name: "option".to_owned(), size: Some(2), parts: None };
        assert_eq!(body(json!({ "name": "option", "size": null }), input).unwrap(), expected);
        assert_eq!(body(Value::Null, input).unwrap().name, "file");
        assert_eq!(over(json!({ "a": { "b": null }, "c": 1 }), Value::Null), json!({ "c": 1 }));
    }

    #[test]
    fn what_nobody_says_is_filled_in() {
        let otherwise = || json!({ "name": "otherwise", "size": 1 });
        let filled =
            over(json!({ "name": null }), over(parse("{\"size\":2}").unwrap(), otherwise()));
        assert_eq!(filled, json!({ "name": "otherwise", "size": 2 }));
        assert_eq!(over(Value::Null, over(Value::Null, otherwise())), otherwise());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        assert!(error(Value::Null, "{}").contains("name"));
        assert!(error(Value::Null, "{\"name\":1}").contains("name"));
        assert!(
            error(Value::Null, "{\"name\":\"\",\"parts\":[{\"id\":[]}]}").contains("parts[0].id")
        );
        assert!(error(Value::Null, "{\"name\"").contains("no JSON"));
        assert!(error(Value::Null, " ").contains("empty"));
    }

    #[test]
    fn a_member_that_is_not_known_is_not_lost_in_silence() {
        assert!(error(Value::Null, "{\"name\":\"\",\"nmae\":1}").ends_with("no member nmae"));
        let input = "{\"name\":\"\",\"parts\":[{},{\"di\":1}]}";
        assert!(error(Value::Null, input).ends_with("no member parts.1.di"));
    }
}
