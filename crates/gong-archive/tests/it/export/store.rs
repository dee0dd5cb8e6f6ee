//! Exports to a store that speaks S3: a small one, on this machine.

use std::{
    collections::{BTreeMap, HashMap},
    future::pending,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, StatusCode, Uri},
};
use gong_archive::{Error, Export, ExportFormat, ExportPlace, ExportScope, Partition, S3};
use tokio::{net::TcpListener, sync::Notify};

use super::made::{World, call, files, now, transcript};

/// What the store holds, and what it was asked.
#[derive(Debug, Default)]
struct Held {
    objects: BTreeMap<String, Vec<u8>>,
    uploads: HashMap<String, BTreeMap<u32, Vec<u8>>>,
    /// Method and path of each request that it answered.
    requests: Vec<String>,
    /// Requests whose lines contain this fail with this, as often as this.
    fails: Option<(&'static str, StatusCode, u32)>,
    /// Requests whose lines contain this are never answered; that one came is told.
    stalls: Option<&'static str>,
    stalled: Arc<Notify>,
}

/// What a store says that repeats what it was sent.
const ECHO: &str =
    "<Error><Code>InvalidToken</Code><Message>bad</Message><Token-0>lent-token</Token-0></Error>";

type Shared = Arc<Mutex<Held>>;

/// Starts a store; it ends with the test.
async fn store() -> (String, Shared) {
    let held = Shared::default();
    let router = Router::new().fallback(answer).with_state(Arc::clone(&held));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (endpoint, held)
}

async fn answer(
    State(held): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let say = |status: StatusCode, text: String| {
        let mut answer = Response::new(Body::from(text));
        *answer.status_mut() = status;
        answer.headers_mut().insert("etag", "\"e\"".parse().unwrap());
        answer
    };
    let signed = headers.get("authorization").map(|it| it.to_str().unwrap().to_owned());
    let is_signed = signed.is_some_and(|it| {
        it.starts_with("AWS4-HMAC-SHA256 Credential=key-id/") && it.contains("/eu-test-1/s3/")
    });
    if !is_signed || headers.get("x-amz-security-token").is_none_or(|it| it != "lent") {
        return say(StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>".to_owned());
    }
    let line = format!("{method} {uri}");
    if held.lock().unwrap().stalls.is_some_and(|it| line.contains(it)) {
        held.lock().unwrap().stalled.notify_one();
        return pending().await;
    }
    let mut held = held.lock().unwrap();
    if let Some((what, status, times)) = &mut held.fails
        && line.contains(*what)
        && *times > 0
    {
        *times -= 1;
        return say(*status, ECHO.to_owned());
    }
    held.requests.push(line);
    respond(&mut held, &method, &uri, &body)
        .map_or_else(|| say(StatusCode::NOT_FOUND, String::new()), |text| say(StatusCode::OK, text))
}

fn respond(held: &mut Held, method: &Method, uri: &Uri, body: &Bytes) -> Option<String> {
    let key = decoded(uri.path().strip_prefix("/bucket")?).trim_start_matches('/').to_owned();
    let query: HashMap<&str, String> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|it| it.split_once('=').unwrap_or((it, "")))
        .map(|(name, value)| (name, decoded(value)))
        .collect();
    match (method.as_str(), query.get("uploadId"), query.contains_key("uploads")) {
        ("POST", None, true) => {
            held.uploads.insert(key.clone(), BTreeMap::new());
            let answer = "<InitiateMultipartUploadResult><UploadId>ID</UploadId>\
                          </InitiateMultipartUploadResult>";
            Some(answer.to_owned())
        }
        ("PUT", Some(_), _) => {
            let number = query["partNumber"].parse().unwrap();
            held.uploads.get_mut(&key)?.insert(number, body.to_vec());
            Some(String::new())
        }
        ("POST", Some(_), _) => {
            let parts = held.uploads.remove(&key)?;
            let mut lengths = parts.values().rev().map(Vec::len);
            let last = lengths.next()?;
            let one = lengths.next().unwrap_or(last);
            if last > one || lengths.any(|it| it != one) {
                return None;
            }
            held.objects.insert(key, parts.into_values().flatten().collect());
            let answer = "<CompleteMultipartUploadResult><ETag>e</ETag>\
                          </CompleteMultipartUploadResult>";
            Some(answer.to_owned())
        }
        ("DELETE", Some(_), _) => held.uploads.remove(&key).map(|_| String::new()),
        ("PUT", None, _) => {
            held.objects.insert(key, body.to_vec());
            Some(String::new())
        }
        ("DELETE", None, _) => held.objects.remove(&key).map(|_| String::new()),
        // What is deleted together: object_store does so even for one.
        ("POST", None, false) if query.contains_key("delete") => {
            let body = String::from_utf8(body.to_vec()).unwrap();
            let mut answer = "<DeleteResult>".to_owned();
            for key in body.split("<Key>").skip(1).map(|it| it.split("</Key>").next().unwrap()) {
                held.objects.remove(key);
                answer += &["<Deleted><Key>", key, "</Key></Deleted>"].concat();
            }
            Some(answer + "</DeleteResult>")
        }
        ("GET", None, _) if query.contains_key("list-type") => {
            let prefix = query.get("prefix").cloned().unwrap_or_default();
            let held = held.objects.iter().filter(|it| it.0.starts_with(&prefix));
            let contents: Vec<String> = held
                .map(|(key, bytes)| {
                    format!(
                        "<Contents><Key>{key}</Key><Size>{}</Size><ETag>e</ETag>\
                         <LastModified>2026-06-01T12:00:00.000Z</LastModified></Contents>",
                        bytes.len()
                    )
                })
                .collect();
            Some(format!("<ListBucketResult>{}</ListBucketResult>", contents.concat()))
        }
        _ => None,
    }
}

/// Text in which `%` and two digits stand for a byte.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn to_store(world: &World, endpoint: &str, format: ExportFormat, partition: Partition) -> Export {
    let s3 = S3 {
        url: "s3://bucket/gong/calls/".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        region: Some("eu-test-1".to_owned()),
        access_key_id: "key-id".to_owned(),
        secret_access_key: "very secret".into(),
        session_token: Some("lent".into()),
    };
    let place = ExportPlace::S3(s3);
    Export { place, scope: ExportScope::SinceLast, ..world.whole(format, partition) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_gets_the_same_files_as_a_folder() {
    let (endpoint, held) = store().await;
    let world = World::of_company(10).await;
    world.keep(&call("1", "2020-01-19T10:30:46Z", "One", &["a b/c", "001A", "é"]), None);
    for &format in ExportFormat::ALL {
        for partition in [Partition::Month, Partition::Account] {
            let export = to_store(&world, &endpoint, format, partition);
            let exported = world.export(&export).await.unwrap();
            world.exported(format, partition).await;
            let ending = format!(".{}", format.as_str());
            let here: BTreeMap<String, Vec<u8>> = files(&world.out())
                .into_iter()
                .filter(|it| it.ends_with(&ending))
                .map(|it| {
                    (format!("gong/calls/{it}"), std::fs::read(world.out().join(it)).unwrap())
                })
                .collect();
            let mut there = held.lock().unwrap().objects.clone();
            there.retain(|it, _| it.ends_with(&ending));
            assert_eq!(u64::try_from(there.len()).unwrap(), exported.written);
            assert!(there == here, "{:?}\n{:?}", there.keys(), here.keys());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_export_to_a_store_writes_and_removes_what_changed() {
    let (endpoint, held) = store().await;
    let world = World::new();
    world.keep(&call("1", "2026-05-19T10:30:46Z", "One", &[]), None);
    world.keep(&call("2", "2026-06-01T10:30:46Z", "Two", &[]), None);
    let export = to_store(&world, &endpoint, ExportFormat::Jsonl, Partition::Month);
    world.export(&export).await.unwrap();
    world.delete("1");
    let exported = world.export(&export).await.unwrap();
    assert_eq!((exported.written, exported.unchanged, exported.removed), (0, 1, 1));
    let keys: Vec<_> = held.lock().unwrap().objects.keys().cloned().collect();
    let [marker, june] = &keys[..] else { panic!("{keys:?}") };
    assert!(marker.starts_with("gong/calls/_gong-jsonl-"), "{marker}");
    assert_eq!(june, "gong/calls/calls/month=2026-06/part-0.jsonl");
    // One that was cut off is made up for.
    held.lock().unwrap().objects.get_mut(june).unwrap().pop();
    assert_eq!(world.export(&export).await.unwrap().written, 1);
    // Another archive takes the place if it may.
    let other = World::new();
    other.keep(&call("1", "2026-05-19T10:30:46Z", "One", &[]), None);
    let export = to_store(&other, &endpoint, ExportFormat::Jsonl, Partition::Month);
    let error = other.export(&export).await.unwrap_err();
    assert!(matches!(error, Error::OthersPlace { .. }), "{error:?}");
    let taken = other.export(&Export { may_take_over: true, ..export }).await.unwrap();
    assert_eq!((taken.written, taken.removed), (1, 1));
    let left: Vec<_> = held.lock().unwrap().objects.keys().cloned().collect();
    assert!(left.len() == 2 && !left.contains(marker) && !left.contains(june), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_no_export_wrote_is_not_replaced_unasked() {
    let (endpoint, held) = store().await;
    let world = World::new();
    world.keep(&call("1", "2026-05-19T10:30:46Z", "One", &[]), None);
    let key = "gong/calls/calls/month=2026-05/part-0.jsonl";
    held.lock().unwrap().objects.insert(key.to_owned(), b"mine".to_vec());
    let export = to_store(&world, &endpoint, ExportFormat::Jsonl, Partition::Month);
    let error = world.export(&export).await.unwrap_err();
    assert!(matches!(&error, Error::OthersFile { name, .. } if key.ends_with(name)), "{error:?}");
    assert_eq!(held.lock().unwrap().objects.get(key).unwrap(), b"mine");
    let replacing = Export { may_take_over: true, ..export.clone() };
    assert_eq!(world.export(&replacing).await.unwrap().written, 1);
    assert_eq!(world.export(&export).await.unwrap().unchanged, 1);
}

/// A world whose JSON Lines need several parts.
fn large() -> World {
    let world = World::new();
    // Each of another length, so that parts do not become equal by chance.
    let lengths = [60_000, 61_000, 59_000, 62_000, 57_000, 63_000, 60_000];
    for (id, n_words) in ["1", "2", "3", "4", "5", "6", "7"].into_iter().zip(lengths) {
        let text = (0..n_words).map(|it| it.to_string()).collect::<Vec<_>>().join(" ");
        let said = transcript(id, &[&*text; 10]);
        world.keep(&call(id, "2026-05-19T10:30:46Z", "One", &[]), Some(&said));
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_object_goes_in_parts_and_is_there_whole_or_not_at_all() {
    let (endpoint, held) = store().await;
    let world = large();
    let export = to_store(&world, &endpoint, ExportFormat::Jsonl, Partition::None);
    let export = Export { may_take_over: true, ..export };
    let key = "gong/calls/calls.jsonl";
    held.lock().unwrap().objects.insert(key.to_owned(), b"old".to_vec());
    let together = "POST /bucket/gong/calls/calls.jsonl?uploadId";
    held.lock().unwrap().fails = Some((together, StatusCode::FORBIDDEN, u32::MAX));
    let error = world.export(&export).await.unwrap_err();
    assert!(matches!(error, Error::Place { .. }), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("very secret"));
    {
        let mut held = held.lock().unwrap();
        assert_eq!(held.objects[key], b"old");
        assert!(held.uploads.is_empty(), "the parts are gone");
        // A store that fails for a while is asked again.
        held.fails = Some(("PUT", StatusCode::SERVICE_UNAVAILABLE, 2));
    }
    let exported = world.export(&export).await.unwrap();
    world.exported(ExportFormat::Jsonl, Partition::None).await;
    let held = held.lock().unwrap();
    let parts = held.requests.iter().filter(|it| it.contains("partNumber")).count();
    assert!(parts >= 3, "{parts} parts");
    assert!(held.objects[key] == std::fs::read(world.out().join("calls.jsonl")).unwrap());
    assert_eq!(u64::try_from(held.objects[key].len()).unwrap(), exported.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_stopped_takes_its_parts_back() {
    let (endpoint, held) = store().await;
    let world = large();
    let export = to_store(&world, &endpoint, ExportFormat::Jsonl, Partition::None);
    let export = Export { may_take_over: true, ..export };
    let key = "gong/calls/calls.jsonl";
    held.lock().unwrap().objects.insert(key.to_owned(), b"old".to_vec());
    let stalled = Arc::clone(&held.lock().unwrap().stalled);
    // While the second part is on its way, while the parts are put together, before the first one.
    for (stalls, is_begun) in [
        ("partNumber=2", true),
        ("POST /bucket/gong/calls/calls.jsonl?uploadId", true),
        ("GET", false),
    ] {
        let n_before = {
            let mut held = held.lock().unwrap();
            held.stalls = Some(stalls);
            held.requests.len()
        };
        let stop = stalled.notified();
        let stopped = world.archive().export(&export, now(), &mut |_| {}, stop).await;
        assert!(matches!(stopped, Err(Error::Stopped)), "{stalls}: {stopped:?}");
        let held = held.lock().unwrap();
        let has_come = |what: &str| held.requests[n_before..].iter().any(|it| it.contains(what));
        assert_eq!(has_come("partNumber=1"), is_begun, "{stalls}: {:?}", held.requests);
        assert_eq!(has_come("DELETE"), is_begun, "{stalls}: {:?}", held.requests);
        assert!(held.uploads.is_empty(), "{stalls}: the parts are gone");
        assert_eq!(held.objects[key], b"old", "{stalls}");
    }
    held.lock().unwrap().stalls = None;
    assert_eq!(world.export(&export).await.unwrap().written, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_store_answers_is_not_repeated() {
    let (endpoint, held) = store().await;
    let world = World::new();
    world.keep(&call("1", "2026-05-19T10:30:46Z", "One", &[]), None);
    let export = to_store(&world, &endpoint, ExportFormat::Jsonl, Partition::None);
    for (method, what) in [("PUT", "the upload"), ("GET", "listing")] {
        held.lock().unwrap().fails = Some((method, StatusCode::FORBIDDEN, u32::MAX));
        let error = world.export(&export).await.unwrap_err();
        assert!(!format!("{error:?} {error:#}").contains("lent-token"), "{error:?}");
        let Error::Place { source, .. } = error else { panic!("{error:?}") };
        assert_eq!(source.to_string(), format!("{what} failed: 403 InvalidToken"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_store_is_refused_before_anything_is_sent() {
    let world = World::new();
    let good = to_store(&world, "http://127.0.0.1:9", ExportFormat::Csv, Partition::None);
    let ExportPlace::S3(good) = good.place else { panic!("it is a store") };
    let mut problems = Vec::new();
    for bad in [
        S3 { url: "https://bucket/".to_owned(), ..good.clone() },
        S3 { url: "s3://".to_owned(), ..good.clone() },
        S3 { url: "s3://buc ket/x".to_owned(), ..good.clone() },
        S3 { url: "s3://bucket/../x".to_owned(), ..good.clone() },
        S3 { endpoint: Some("http://store.example".to_owned()), ..good.clone() },
        S3 { endpoint: Some("http://127.0.0.1.store.example".to_owned()), ..good.clone() },
        S3 { endpoint: Some("ftp://127.0.0.1".to_owned()), ..good.clone() },
        S3 { endpoint: Some("here".to_owned()), ..good.clone() },
        S3 { url: "s3://AKIA:sec@bucket/x".to_owned(), ..good.clone() },
        S3 { endpoint: Some("https://user:pa55@host".to_owned()), ..good.clone() },
        S3 { endpoint: Some("https://host/?key=pa55".to_owned()), ..good.clone() },
        S3 { access_key_id: String::new(), ..good.clone() },
        S3 { secret_access_key: "".into(), ..good.clone() },
    ] {
        let shown = format!("{bad:?} {bad}");
        for secret in ["AKIA", "pa55", "key-id", "very secret"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        let place = ExportPlace::S3(bad);
        let export = Export { place, ..world.whole(ExportFormat::Csv, Partition::None) };
        let error = world.export(&export).await.unwrap_err();
        assert!(matches!(error, Error::NoPlace { .. }), "{error:?}");
        problems.push(error.to_string());
    }
    insta::assert_snapshot!(problems.join("\n"));
}
