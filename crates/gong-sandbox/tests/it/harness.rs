//! Asking a sandbox in memory, and reading what it answers.

use bytes::Bytes;
use gong_sandbox::{Options, Reply, Sandbox};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};

/// `key:secret`
pub(crate) const BASIC: &str = "Basic a2V5OnNlY3JldA==";

/// Where the history of the made-up company ends.
pub(crate) const NOW: &str = "2026-11-20T18:00:00Z";

/// A company without limits, the same in each test.
pub(crate) fn options() -> Options {
    Options {
        seed: 7,
        calls: 250,
        now: Some(NOW.parse().unwrap()),
        requests_per_second: 0,
        requests_per_day: 0,
        ..Options::default()
    }
}

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::new(options()).unwrap()
}

/// A sandbox with this fault script.
pub(crate) fn faulty(script: &str) -> Sandbox {
    Sandbox::new(Options { faults: script.parse().unwrap(), ..options() }).unwrap()
}

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The status and the only error text.
    pub(crate) fn error(&self) -> (u16, String) {
        let json = self.json();
        let errors = json["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1);
        (self.status.as_u16(), errors[0].as_str().unwrap().to_owned())
    }

    /// The records of a list that was answered well.
    pub(crate) fn items(&self, key: &str) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()[key].as_array().unwrap().clone()
    }

    pub(crate) fn cursor(&self) -> Option<String> {
        self.json()["records"].get("cursor").map(|cursor| cursor.as_str().unwrap().to_owned())
    }
}

pub(crate) fn request(method: Method, path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, BASIC)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .unwrap()
}

pub(crate) async fn send(sandbox: &Sandbox, request: Request<Bytes>) -> Answer {
    whole(sandbox.answer(request).await).await
}

pub(crate) async fn whole(reply: Reply) -> Answer {
    let Reply { status, headers, body, .. } = reply;
    Answer { status, headers, bytes: body.collect().await.unwrap() }
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    send(sandbox, request(Method::GET, path, "")).await
}

pub(crate) async fn post(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    send(sandbox, request(Method::POST, path, body.to_string())).await
}

/// All records of a `POST` list, page by page.
pub(crate) async fn all(sandbox: &Sandbox, path: &str, key: &str, body: Value) -> Vec<Value> {
    let mut records = Vec::new();
    let mut body = body;
    loop {
        let answer = post(sandbox, path, body.clone()).await;
        records.extend(answer.items(key));
        let Some(cursor) = answer.cursor() else { return records };
        body["cursor"] = json!(cursor);
    }
}

/// All records of a `GET` list, page by page. The path must have a query.
pub(crate) async fn all_of(sandbox: &Sandbox, path: &str, key: &str) -> Vec<Value> {
    let mut records = Vec::new();
    let mut page = path.to_owned();
    loop {
        let answer = get(sandbox, &page).await;
        records.extend(answer.items(key));
        let Some(cursor) = answer.cursor() else { return records };
        page = format!("{path}&cursor={cursor}");
    }
}

/// The ids of flat or extensive calls.
pub(crate) fn ids(records: &[Value]) -> Vec<String> {
    let id = |record: &Value| {
        let flat = record.get("metaData").unwrap_or(record);
        flat["id"].as_str().unwrap().to_owned()
    };
    records.iter().map(id).collect()
}

/// A request with one file, as a multipart body.
pub(crate) fn file(method: Method, path: &str, part: &str, content: &[u8]) -> Request<Bytes> {
    let body = multipart(&[(part, content)]);
    let mut request = request(method, path, body);
    request.headers_mut().insert(header::CONTENT_TYPE, MULTIPART.parse().unwrap());
    request
}

pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=b0und";

/// A multipart body of files.
pub(crate) fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in parts {
        body.extend_from_slice(
            format!(
                "--b0und\r\nContent-Disposition: form-data; name=\"{name}\"; \
                 filename=\"{name}.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b0und--\r\n");
    body
}
