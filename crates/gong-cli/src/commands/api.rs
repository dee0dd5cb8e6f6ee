//! `gong api`: any request of the API, also one that Gong adds tomorrow.

use std::{path::PathBuf, pin::pin, str::FromStr};

use anyhow::Result;
use clap::Args;
use futures_util::StreamExt as _;
use gong_types::{Effect, Operation, Request, Resend, Whole};
use http::Method;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    body,
    context::{
        Context,
        writing::{asks, unfinished},
    },
    exit::Failure,
};

/// Send any request of the API
///
/// Prints Gong's answer as it is. What spends credits, sends mail to people, changes who may see
/// what, or erases asks first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    gong api GET /v2/calls -f fromDateTime=2026-01-01T00:00:00Z --paginate --jq '.calls[].title'\n  \
    gong api GET /v2/workspaces --include\n  \
    echo '{\"filter\":{}}' | gong api POST /v2/users/extensive --input -")]
pub(crate) struct Api {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_parser = method)]
    method: Method,

    /// The path, such as /v2/calls; a query may be part of it
    #[arg(value_parser = path)]
    path: String,

    #[arg(
        short,
        long = "field",
        value_name = "KEY=VALUE",
        help = "A parameter: goes into the query of a GET, else into the body; filter[callIds][]=1 \
                makes objects and lists"
    )]
    field: Vec<Field>,

    /// The body: a file with JSON, or - for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "field")]
    input: Option<PathBuf>,

    /// Ask for all pages, or as many as --limit; they are printed one after the other
    #[arg(long, conflicts_with = "include")]
    paginate: bool,

    /// Print the status and the headers too
    #[arg(short, long)]
    include: bool,

    /// The address or number that is to be erased, again
    #[arg(long, value_name = "ADDRESS")]
    confirm: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone)]
struct Field {
    key: String,
    value: String,
}

impl FromStr for Field {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        match given.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                Ok(Self { key: key.to_owned(), value: value.to_owned() })
            }
            _ => Err("write it as key=value".to_owned()),
        }
    }
}

fn method(given: &str) -> Result<Method, String> {
    match given.to_uppercase().as_str() {
        known @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE") => {
            known.parse().map_err(|_| "no method".to_owned())
        }
        _ => Err("choose from GET, POST, PUT, PATCH and DELETE".to_owned()),
    }
}

/// A path on Gong's host, and nothing that could lead elsewhere.
fn path(given: &str) -> Result<String, String> {
    let path = if given.starts_with("v2/") { format!("/{given}") } else { given.to_owned() };
    let (place, query) = path.split_once('?').unwrap_or((&path, ""));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    let stays = place.bytes().all(is_plain)
        && !place.contains("//")
        && !place.split('/').any(|it| it == "." || it == "..");
    let is_query = query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if path.starts_with("/v2/") && stays && is_query {
        Ok(path)
    } else {
        Err("write the path alone, from /v2/ on, such as /v2/calls".to_owned())
    }
}

/// Runs it.
pub(crate) async fn run(ctx: &mut Context, args: Api) -> Result<()> {
    let request = request(&args)?;
    if ctx.is_dry_run(std::slice::from_ref(&request))? {
        return Ok(());
    }
    confirm(ctx, &request, args.confirm.as_deref())?;
    let client = ctx.client().await?;
    let interrupt = ctx.interrupt();
    if args.paginate {
        let limit = ctx.globals.limit.unwrap_or(u64::MAX);
        let work = async {
            let mut pages = pin!(client.pages_of::<Whole>(request.clone()));
            let mut shown = 0;
            while shown < limit
                && let Some(page) = pages.next().await
            {
                let page = page?;
                ctx.remember(&request, page.text.get());
                ctx.output.raw_json(page.text.get())?;
                ctx.output.flush()?;
                shown += 1;
                if shown == limit && page.records.as_ref().is_some_and(|it| it.next().is_some()) {
                    ctx.ui.status("there are more pages; raise or leave out --limit for them");
                }
            }
            Ok(())
        };
        let shown = Context::stopped_by(interrupt, work).await;
        return shown.map_err(|error| unfinished(error, &request));
    }
    let answer = client.raw(&request);
    let answer = Context::stopped_by(interrupt, async { Ok(answer.await?) }).await;
    let answer = answer.map_err(|error| unfinished(error, &request))?;
    ctx.remember(&request, &String::from_utf8_lossy(&answer.body));
    if args.include {
        ctx.output.text(&format!("HTTP {}\n", answer.status))?;
        for (name, value) in &answer.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            ctx.output.text(&format!("{name}: {value}\n"))?;
        }
        ctx.output.text("\n")?;
    }
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        return Ok(ctx.output.raw_json(text)?);
    }
    let is_wanted = ctx.globals.jq.is_some() || !ctx.globals.fields.is_empty();
    if text.starts_with('<') || is_wanted {
        return Err(gong_client::Error::NotGong {
            request: request.to_string(),
            status: answer.status,
            host: "the server".to_owned(),
            beginning: text.chars().filter(char::is_ascii_graphic).take(80).collect(),
            attempts: 1,
        }
        .into());
    }
    Ok(ctx.output.text(text)?)
}

fn request(args: &Api) -> Result<Request> {
    let (path, query) = args.path.split_once('?').unwrap_or((&args.path, ""));
    let operation = Operation::of(&args.method, path);
    let effect = match (operation, &args.method) {
        (Some(operation), _) => operation.effect(),
        (None, &Method::GET) => Effect::Reads,
        (None, &Method::DELETE) => Effect::Erases,
        (None, _) => Effect::Writes,
    };
    let mut request = Request::new(args.method.clone(), path, effect);
    if operation.is_some_and(|operation| operation.resend() == Resend::SameState) {
        request = request.resend(Resend::SameState);
    }
    request.query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if args.method == Method::GET {
        let fields = args.field.iter().map(|field| (field.key.clone(), field.value.clone()));
        request.query.extend(fields);
    } else if !args.field.is_empty() {
        let mut body = Value::Object(Map::new());
        for field in &args.field {
            put(&mut body, &field.key, &field.value)?;
        }
        request = request.body(&body);
    }
    if let Some(file) = &args.input {
        request.body = Some(raw(&body::text(file)?)?);
    }
    Ok(request)
}

/// Puts `value` where `filter[callIds][]` says.
fn put(body: &mut Value, key: &str, value: &str) -> Result<()> {
    let wrong = || {
        Failure::usage(
            format!("{key:?} is no place in a body"),
            "write it as name=value, filter[name]=value or filter[names][]=value",
        )
    };
    let mut place = body;
    let (first, rest) =
        key.split_once('[').map_or((key, None), |(first, rest)| (first, Some(rest)));
    let mut names = vec![first];
    if let Some(rest) = rest {
        names.extend(rest.strip_suffix(']').ok_or_else(wrong)?.split("]["));
    }
    for name in names {
        place = if name.is_empty() {
            if place.is_null() {
                *place = Value::Array(Vec::new());
            }
            let items = place.as_array_mut().ok_or_else(wrong)?;
            items.push(Value::Null);
            items.last_mut().ok_or_else(wrong)?
        } else {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            let members = place.as_object_mut().ok_or_else(wrong)?;
            members.entry(name).or_insert(Value::Null)
        };
    }
    if !place.is_null() {
        return Err(wrong().into());
    }
    *place = Value::String(value.to_owned());
    Ok(())
}

fn raw(text: &str) -> Result<Box<RawValue>> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let message = format!("the body is no JSON ({place})");
        Failure::usage(message, "a body looks like {\"filter\": {}}").into()
    })
}

/// Asks about what cannot be taken back, costs money, or is seen by others.
fn confirm(ctx: &Context, request: &Request, again: Option<&str>) -> Result<()> {
    if request.path.starts_with("/v2/data-privacy/erase") {
        let [(_, whom)] = request.query.as_slice() else {
            let hint = "write it as /v2/data-privacy/erase-…?emailAddress=sam@customer.example";
            return Err(Failure::usage("nobody, or more than one, is to be erased", hint).into());
        };
        return ctx.confirm_erasing(whom, again);
    }
    if asks(request) {
        ctx.confirm(&format!("{request} changes things at Gong for others. Send it?"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(fields: &[&str]) -> Result<String> {
        let mut body = Value::Object(Map::new());
        for field in fields {
            let field: Field = field.parse().map_err(anyhow::Error::msg)?;
            put(&mut body, &field.key, &field.value)?;
        }
        Ok(body.to_string())
    }

    #[test]
    fn brackets_make_objects_and_lists() {
        let fields = ["filter[callIds][]=1", "filter[callIds][]=2", "filter[a][b]=x=y", "c="];
        let expected = r#"{"filter":{"callIds":["1","2"],"a":{"b":"x=y"}},"c":""}"#;
        assert_eq!(body(&fields).unwrap(), expected);
    }

    #[test]
    fn what_fits_nowhere_is_an_error() {
        for fields in [&["a=1", "a[b]=2"][..], &["a=1", "a=2"], &["a[b=1"], &["a[]=1", "a[b]=2"]] {
            assert!(body(fields).is_err(), "{fields:?}");
        }
    }

    #[test]
    fn a_path_cannot_leave_the_host() {
        for given in [
            "https://evil.example/v2/calls",
            "//evil.example/v2/",
            "/v2/../x",
            "/v2//x",
            "/v1/calls",
            "/v2/calls\r\nX: y",
            "/v2/ä",
            "/v2/x\\y",
            "/v2/./x",
            "/v2/%65rase",
            "/v2/%2e%2e/x",
            "/v2/x;y",
            "/v2/x#y",
            "/v2/x?y#z",
            "@evil.example/v2/",
        ] {
            assert!(path(given).is_err(), "{given}");
        }
        assert_eq!(path("v2/calls").unwrap(), "/v2/calls");
    }
}
