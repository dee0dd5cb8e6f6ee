//! A delivery: a request that was kept in a file, and the call in its body.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use anyhow::{Context as _, Result};
use gong_types::{CallDetails, Record};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::exit::Failure;

/// The largest body that is read, in bytes.
pub(super) const LARGEST_BODY: usize = 64 << 20;
/// The largest headers.
const LARGEST_HEAD: usize = 64 << 10;

/// What came, as far as it is verified.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    /// The header `Authorization`.
    pub(super) authorization: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Delivery {
    /// Reads a whole request; with a file of headers, `file` is the body.
    pub(super) fn read(file: &Path, headers: Option<&Path>) -> Result<Self> {
        match headers {
            Some(headers) => {
                let head = bytes(headers)?;
                let head = String::from_utf8_lossy(&head);
                let authorization = header(&head, "authorization").map(str::to_owned);
                Ok(Self { authorization, body: bytes(file)? })
            }
            None => Self::parse(bytes(file)?),
        }
    }

    fn parse(mut request: Vec<u8>) -> Result<Self> {
        let wrong = |message: &str| {
            let hint = "give headers, an empty line, and the body; or the body with --headers FILE";
            Failure::usage(message, hint)
        };
        let limit = request.len().min(LARGEST_HEAD);
        let ends = |mark: &[u8]| {
            let place = request[..limit].windows(mark.len()).position(|it| it == mark)?;
            Some((place, place + mark.len()))
        };
        let end = [ends(b"\r\n\r\n"), ends(b"\n\n")].into_iter().flatten().min();
        let (end, start) = end.ok_or_else(|| wrong("this is no request with headers"))?;
        let mut body = request.split_off(start);
        request.truncate(end);
        let head = String::from_utf8_lossy(&request);
        if header(&head, "transfer-encoding").is_some_and(|it| it.contains("chunked")) {
            return Err(wrong("the body of the request is in chunks").into());
        }
        if let Some(length) = header(&head, "content-length") {
            let length = length.parse().ok().filter(|it| *it <= body.len());
            let length = length.ok_or_else(|| wrong("the body of the request is cut short"))?;
            // What an editor or a shell has added is not of the body.
            body.truncate(length);
        }
        Ok(Self { authorization: header(&head, "authorization").map(str::to_owned), body })
    }
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    values.next().map(|(_, value)| value.trim())
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    let most = u64::try_from(LARGEST_BODY + LARGEST_HEAD)?;
    let mut bytes = Vec::new();
    let from: Box<dyn io::Read> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let opened = fs::File::open(file);
        Box::new(opened.with_context(|| format!("could not read {}", file.display()))?)
    };
    let read = from.take(most + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("could not read {}", file.display()))?;
    if bytes.len() > LARGEST_BODY + LARGEST_HEAD {
        return Err(Failure::usage("this is larger than a webhook of Gong's", "look at it").into());
    }
    Ok(bytes)
}

/// The call in a body, and whether the delivery is a test. Gong's documents show the call both below
/// `callData` and without it.
pub(super) fn call_of(body: &[u8]) -> Result<(Record<CallDetails>, bool)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Whole<'a> {
        #[serde(borrow)]
        call_data: Option<&'a RawValue>,
        #[serde(borrow)]
        meta_data: Option<&'a RawValue>,
        is_test: Option<bool>,
    }
    let whole: &RawValue = serde_json::from_slice(body).context("the body is no JSON")?;
    let parts: Whole<'_> = serde_json::from_str(whole.get()).context("the body is no call")?;
    let call =
        parts.call_data.or(parts.meta_data.map(|_| whole)).context("the body has no call")?;
    Ok((Record::from(call.to_owned()), parts.is_test.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(request: &str) -> Result<Delivery> {
        Delivery::parse(request.as_bytes().to_vec())
    }

    #[test]
    fn a_request_is_split_where_its_headers_end() {
        for (request, body) in [
            ("POST / HTTP/1.1\r\nauthorization: Bearer a.b.c\r\n\r\n{}\n\n", "{}\n\n"),
            ("AUTHORIZATION:Bearer a.b.c\n\n{}\r\n\r\n", "{}\r\n\r\n"),
            ("Authorization: Bearer a.b.c\nContent-Length: 2\n\n{}\n", "{}"),
        ] {
            let delivery = parsed(request).unwrap();
            assert_eq!(delivery.authorization.as_deref(), Some("Bearer a.b.c"), "{request}");
            assert_eq!(delivery.body, body.as_bytes(), "{request}");
        }
        assert_eq!(parsed("Host: a\n\n").unwrap().authorization, None);
    }

    #[test]
    fn what_is_no_whole_request_is_wrong_usage() {
        for request in [
            "",
            "{}",
            "Content-Length: 9\n\n{}",
            "Content-Length: x\n\n{}",
            "Transfer-Encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n",
        ] {
            assert!(parsed(request).unwrap_err().is::<Failure>(), "{request:?}");
        }
    }

    #[test]
    fn a_call_is_found_with_and_without_its_cover() {
        for (body, call, is_test) in [
            (
                r#"{"callData": {"metaData":{"id":"1"}}, "isTest":true}"#,
                r#"{"metaData":{"id":"1"}}"#,
                true,
            ),
            (r#"{"metaData":{"id":"1"}}"#, r#"{"metaData":{"id":"1"}}"#, false),
        ] {
            let (found, test) = call_of(body.as_bytes()).unwrap();
            assert_eq!((found.text(), test), (call, is_test));
        }
        for body in ["", "[]", "{}", "{\"callData\":null}", "\u{FEFF}{}"] {
            assert!(call_of(body.as_bytes()).is_err(), "{body}");
        }
    }
}
