//! A server of ready-made answers, so that what is measured is `gong` and not the other side.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use anyhow::Result;
use serde_json::{Value, json};

const PAGE: u64 = 100;

/// The ids count up from here; they have 19 digits, as Gong's do.
const FIRST_ID: u64 = 7_000_000_000_000_000_000;

/// How many sentences each transcript has.
pub(super) const SENTENCES: u64 = 24;

/// How many pages are made ready; later ones repeat them.
const READY: u64 = 100;

/// Runs until the process ends; a second one may run beside it.
pub(super) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    calls: u64,
    requests: AtomicU64,
    /// The calls of each page that is ready, without the list's brackets.
    pages: Vec<String>,
}

/// A request, as far as answers depend on it.
struct Asked {
    path: String,
    cursor: Option<u64>,
    ids: Option<Vec<u64>>,
}

impl Server {
    /// Serves a company with so many calls, on a free port of this machine.
    pub(super) fn start(calls: u64) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let ready = calls.div_ceil(PAGE).min(READY);
        let pages = (0..ready).map(|page| joined(ids_of(page, calls).map(call))).collect();
        let shared = Arc::new(Shared { calls, requests: AtomicU64::new(0), pages });
        let server = Self { address, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A connection that the other side drops is its own business.
                thread::spawn(move || serve(connection, &shared).ok());
            }
        });
        Ok(server)
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests came since the last time this was asked.
    pub(super) fn take_requests(&self) -> u64 {
        self.shared.requests.swap(0, Ordering::SeqCst)
    }
}

/// The ids of the first calls.
pub(super) fn ids(calls: u64) -> impl Iterator<Item = u64> {
    (0..calls).map(|number| FIRST_ID + number)
}

fn serve(connection: TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut writer = connection.try_clone()?;
    let mut reader = BufReader::new(connection);
    while let Some(asked) = read(&mut reader)? {
        shared.requests.fetch_add(1, Ordering::SeqCst);
        let (status, body) = match answer(&asked, shared) {
            Some(body) => ("200 OK", body),
            None => {
                ("404 Not Found", r#"{"requestId":"bench","errors":["no such path"]}"#.to_owned())
            }
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        writer.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    }
    Ok(())
}

/// The next request of a connection; nothing when the other side is done.
fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Asked>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim().split_once(':') {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or(0);
            }
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let target = first.split(' ').nth(1).unwrap_or_default();
    Ok(Some(Asked::of(target, &serde_json::from_slice(&body).unwrap_or(Value::Null))))
}

impl Asked {
    fn of(target: &str, body: &Value) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let in_query = query.split('&').find_map(|pair| pair.strip_prefix("cursor="));
        let cursor = in_query.or_else(|| body["cursor"].as_str());
        let ids = body["filter"]["callIds"].as_array();
        let ids = ids.map(|ids| ids.iter().filter_map(|id| id.as_str()?.parse().ok()).collect());
        Self {
            path: path.to_owned(),
            cursor: cursor.and_then(|cursor| cursor.rsplit('-').next()?.parse().ok()),
            ids,
        }
    }
}

fn answer(asked: &Asked, shared: &Shared) -> Option<String> {
    let page = asked.cursor.unwrap_or(0);
    let ids = || asked.ids.clone().unwrap_or_else(|| ids_of(page, shared.calls).collect());
    let (member, items) = match asked.path.as_str() {
        "/v2/calls" => {
            let ready = usize::try_from(page % READY).ok()?;
            ("calls", shared.pages.get(ready)?.clone())
        }
        "/v2/calls/extensive" => ("calls", joined(ids().into_iter().map(details))),
        "/v2/calls/transcript" => ("callTranscripts", joined(ids().into_iter().map(transcript))),
        _ => return None,
    };
    let total =
        asked.ids.as_ref().map_or(shared.calls, |ids| u64::try_from(ids.len()).unwrap_or(0));
    let size = total.saturating_sub(page * PAGE).min(PAGE);
    let is_last = (page + 1) * PAGE >= total;
    // As long as Gong's cursors are.
    let cursor = if is_last {
        String::new()
    } else {
        format!(r#","cursor":"{}-{}""#, "e".repeat(120), page + 1)
    };
    Some(format!(
        r#"{{"requestId":"bench","records":{{"totalRecords":{total},"currentPageSize":{size},"currentPageNumber":{page}{cursor}}},"{member}":[{items}]}}"#
    ))
}

fn ids_of(page: u64, calls: u64) -> impl Iterator<Item = u64> {
    ids(calls.min((page + 1) * PAGE)).skip(usize::try_from(page * PAGE).unwrap_or(usize::MAX))
}

fn joined(items: impl Iterator<Item = Value>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}

fn call(id: u64) -> Value {
    json!({
        "id": id.to_string(),
        "url": format!("https://us-12345.app.gong.io/call?id={id}"),
        "title": format!("Pricing and next steps, part {}", id % 97),
        "scheduled": "2025-03-03T15:00:00Z",
        "started": "2025-03-03T15:01:07.123Z",
        "duration": 1834,
        "primaryUserId": "6000000000000000017",
        "direction": "Conference",
        "system": "Zoom",
        "scope": "External",
        "media": "Video",
        "language": "eng",
        "workspaceId": "5000000000000000001",
        "sdrDisposition": null,
        "clientUniqueId": null,
        "customData": null,
        "purpose": null,
        "meetingUrl": format!("https://zoom.example/j/{id}"),
        "isPrivate": false,
        "calendarEventId": format!("event-{id}"),
    })
}

fn details(id: u64) -> Value {
    let party = |number: u64, name: &str, affiliation: &str| {
        json!({
            "id": (id - 1_000_000_000 + number).to_string(),
            "emailAddress": format!("person{number}@acme.example"),
            "name": name,
            "title": "Engineer",
            "userId": null,
            "speakerId": speaker(id, number),
            "affiliation": affiliation,
            "methods": ["Invitee", "Attendee"],
        })
    };
    let parties = [party(1, "Ada Osei", "Internal"), party(2, "Boris Lind", "External")];
    json!({"metaData": call(id), "parties": parties})
}

fn transcript(id: u64) -> Value {
    let monologue = |number: u64| {
        let start = number * 8000;
        json!({
            "speakerId": speaker(id, 1 + number % 2),
            "topic": if number == 0 { json!("Call setup") } else { Value::Null },
            "sentences": [
                {"start": start, "end": start + 3000, "text": "What would the second year cost us?"},
                {"start": start + 3500, "end": start + 7500, "text": "That depends on the seats you keep."},
            ],
        })
    };
    let monologues: Vec<_> = (0..SENTENCES / 2).map(monologue).collect();
    json!({"callId": id.to_string(), "transcript": monologues})
}

fn speaker(id: u64, number: u64) -> String {
    (id - 2_000_000_000 - id % 5 + number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &Server, target: &str, body: &Value) -> Value {
        let asked = Asked::of(target, body);
        let text = answer(&asked, &server.shared).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_list_is_served_in_pages_to_the_end() {
        let server = Server::start(250).unwrap();
        let first = ask(&server, "/v2/calls?x=1", &Value::Null);
        assert_eq!(first["calls"].as_array().unwrap().len(), 100);
        let cursor = first["records"]["cursor"].as_str().unwrap();
        assert_eq!(
            ask(&server, &format!("/v2/calls?cursor={cursor}"), &Value::Null)["calls"][0]["id"],
            (FIRST_ID + 100).to_string()
        );
        let last = ask(&server, "/v2/calls?cursor=e-2", &Value::Null);
        assert_eq!(last["calls"].as_array().unwrap().len(), 50);
        assert_eq!(last["records"]["cursor"], Value::Null);
        assert_eq!(last["records"]["currentPageSize"], 50);
    }

    #[test]
    fn ids_get_their_own_answers_and_names_can_be_found() {
        let server = Server::start(10).unwrap();
        let wanted = json!({"filter": {"callIds": ["7000000000000000003"]}});
        let details = ask(&server, "/v2/calls/extensive", &wanted);
        let transcripts = ask(&server, "/v2/calls/transcript", &wanted);
        let transcript = &transcripts["callTranscripts"][0];
        assert_eq!(details["calls"][0]["metaData"]["id"], transcript["callId"]);
        let speaker = &transcript["transcript"][0]["speakerId"];
        assert_eq!(&details["calls"][0]["parties"][0]["speakerId"], speaker);
        assert_eq!(details["records"]["cursor"], Value::Null);
    }

    #[test]
    fn requests_are_counted_on_one_connection() {
        let server = Server::start(1).unwrap();
        let mut connection = TcpStream::connect(server.address).unwrap();
        let mut reader = BufReader::new(connection.try_clone().unwrap());
        for _ in 0..2 {
            connection.write_all(b"GET /v2/calls HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
            let mut status = String::new();
            reader.read_line(&mut status).unwrap();
            assert_eq!(status, "HTTP/1.1 200 OK\r\n");
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
        }
        assert_eq!((server.take_requests(), server.take_requests()), (2, 0));
    }
}
