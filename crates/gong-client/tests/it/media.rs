//! Recordings, from the media host of a sandbox over real sockets.

use std::{
    cell::{Cell, RefCell},
    convert::Infallible,
    fs, io,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _};
use gong_client::{
    Client, DownloadError, Downloaded, Downloads, Event, Existing, Limits, Options, Timeouts,
    TransportErrorKind,
};
use gong_sandbox::{Running, Sandbox};
use gong_types::{Include, SearchCalls};
use proptest::test_runner::{RngSeed, TestRng, TestRunner};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::timeout,
};

use crate::world::{Recorder, credentials_for, sandbox_options};

const LENGTH: u64 = 1_200_077;

/// A sandbox, the addresses of some of its recordings, and a folder.
struct World {
    running: Running,
    addresses: Vec<String>,
    folder: TempDir,
}

impl World {
    async fn new(script: &str) -> Self {
        let options = gong_sandbox::Options { faults: script.parse().unwrap(), ..options() };
        Self::with(options).await
    }

    async fn with(options: gong_sandbox::Options) -> Self {
        let running = Sandbox::start(options).await.unwrap();
        let addresses = addresses(&running).await;
        Self { running, addresses, folder: TempDir::new().unwrap() }
    }

    fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("call.wav")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Fetches the first recording.
    async fn fetch(&self) -> Result<Downloaded, DownloadError> {
        self.fetch_from(&self.addresses[0]).await
    }

    async fn fetch_from(&self, address: &str) -> Result<Downloaded, DownloadError> {
        downloads().to_file(&self.target(), Existing::Keep, always(address)).await
    }

    /// What a server without faults gives.
    async fn whole(&self, address: &str) -> (Vec<u8>, Downloaded) {
        let mut bytes = Vec::new();
        let downloaded = downloads().to_writer(&mut bytes, always(address)).await.unwrap();
        (bytes, downloaded)
    }

    /// The parts that the media host was asked for, and how it answered.
    fn asked(&self) -> Vec<u16> {
        let log = self.sandbox().log();
        let of_media = log.iter().filter(|entry| entry.path.starts_with("/media/"));
        of_media.map(|entry| entry.status.unwrap_or_default()).collect()
    }
}

fn options() -> gong_sandbox::Options {
    gong_sandbox::Options { requests_per_second: 0, media_bytes: LENGTH, ..sandbox_options() }
}

async fn addresses(running: &Running) -> Vec<String> {
    let client_options = Options { limits: Limits::NONE, ..Options::default() };
    let client = Client::new(&credentials_for(&running.url()), client_options).unwrap();
    let search = SearchCalls {
        select: Some([Include::Media].into_iter().collect()),
        ..SearchCalls::default()
    };
    let calls = client.items(&search).take(50);
    let addresses = calls.try_filter_map(async |record| {
        Ok(record.read().unwrap().media.and_then(|media| media.audio_url))
    });
    addresses.try_collect().await.unwrap()
}

fn downloads() -> Downloads {
    Downloads { seed: Some(1), ..Downloads::default() }
}

fn always(address: &str) -> impl AsyncFnMut() -> Result<String, Infallible> {
    async || Ok(address.to_owned())
}

#[tokio::test]
async fn ten_random_disconnects_leave_an_identical_file() {
    for seed in 0..3 {
        let mut runner = TestRunner::new(proptest::test_runner::Config {
            rng_seed: RngSeed::Fixed(seed),
            ..Default::default()
        });
        let faults: Vec<_> = (0..10)
            .map(|_| match random(runner.rng(), 3) {
                0 => format!("truncate@{}", random(runner.rng(), 200_000)),
                _ => format!("reset@{}", random(runner.rng(), 200_000)),
            })
            .collect();
        let world = World::new(&format!("media: {}", faults.join(", "))).await;
        let watch = Arc::new(Recorder::default());
        let downloads = Downloads { watch: Some(watch.clone()), ..downloads() };
        let address = always(&world.addresses[0]);
        let fetched = downloads.to_file(&world.target(), Existing::Keep, address).await.unwrap();
        assert_eq!(world.sandbox().unused_faults(), [""; 0]);
        let (bytes, whole) = world.whole(&world.addresses[0]).await;
        assert!(fs::read(world.target()).unwrap() == bytes, "seed {seed}: {faults:?}");
        assert_eq!(fetched, whole);
        assert_eq!(fetched.bytes, LENGTH);
        assert_eq!(world.names(), ["call.wav"]);
        // Only what was missing was asked for, and nothing that only Gong's API may see.
        assert!(world.asked()[1..11].contains(&206), "{:?}", world.asked());
        assert_eq!(world.sandbox().leaked_credentials(), 0);
        let last = watch.events().into_iter().rfind(|it| matches!(it, Event::Downloading { .. }));
        assert_eq!(last, Some(Event::Downloading { bytes: LENGTH, of: Some(LENGTH) }));
    }
}

fn random(rng: &mut TestRng, below: u64) -> u64 {
    use proptest::prelude::Rng as _;
    rng.next_u64() % below
}

#[tokio::test]
async fn the_next_process_goes_on_where_one_was_stopped() {
    let world = World::new("media: reset@700000").await;
    let stopped = Downloads { retries: 0, ..downloads() };
    let address = always(&world.addresses[0]);
    let error = stopped.to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    let DownloadError::Lost { bytes, of, source, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*of, source.kind), (Some(LENGTH), TransportErrorKind::Body));
    assert!(error.is_retryable());
    assert_eq!(world.names(), ["call.wav.part", "call.wav.part.json"]);
    let held = fs::metadata(world.folder.path().join("call.wav.part")).unwrap().len();
    assert!(held == *bytes && held > 0, "{error}");
    let note = fs::read_to_string(world.folder.path().join("call.wav.part.json")).unwrap();
    assert!(!note.contains("http") && !note.contains("Signature"), "{note}");

    let fetched = world.fetch().await.unwrap();
    let (bytes, whole) = world.whole(&world.addresses[0]).await;
    assert_eq!(fetched, whole);
    assert!(fs::read(world.target()).unwrap() == bytes);
    assert_eq!(world.asked(), [200, 206, 200]);
}

#[tokio::test]
async fn a_part_that_is_whole_only_gets_its_name() {
    let world = World::new("").await;
    let fetched = world.fetch().await.unwrap();
    let part = world.folder.path().join("call.wav.part");
    fs::rename(world.target(), &part).unwrap();
    let note = format!("{{\"tag\":\"\\\"x\\\"\",\"length\":{LENGTH}}}");
    fs::write(world.folder.path().join("call.wav.part.json"), note).unwrap();
    assert_eq!(world.fetch().await.unwrap(), fetched);
    assert_eq!(world.asked(), [200]);
    assert_eq!(world.names(), ["call.wav"]);
}

#[tokio::test]
async fn an_expired_address_is_replaced_and_it_goes_on_at_the_same_byte() {
    let world = World::new("media: reset@700000").await;
    let stopped = Downloads { retries: 0, ..downloads() };
    let address = always(&world.addresses[0]);
    stopped.to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    tokio::time::pause();
    tokio::time::advance(Duration::from_hours(9)).await;
    tokio::time::resume();

    let fresh = addresses(&world.running).await.swap_remove(0);
    let mut asked = vec![fresh.clone(), world.addresses[0].clone()];
    let address = async || Ok::<_, Infallible>(asked.pop().unwrap());
    let fetched = downloads().to_file(&world.target(), Existing::Keep, address).await.unwrap();
    assert_eq!(world.asked(), [200, 403, 206]);
    assert!(asked.is_empty());
    let (bytes, whole) = world.whole(&fresh).await;
    assert_eq!(fetched, whole);
    assert!(fs::read(world.target()).unwrap() == bytes);
}

#[tokio::test]
async fn an_address_that_is_refused_also_when_it_is_fresh_is_an_error() {
    let world = World::new("media: reset@100000, status:403 x9").await;
    let asked = Cell::new(0);
    let address = async || {
        asked.set(asked.get() + 1);
        Ok::<_, Infallible>(world.addresses[0].clone())
    };
    let error = downloads().to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    assert!(matches!(&error, DownloadError::Refused { status, .. } if status.as_u16() == 403));
    assert_eq!(error.to_string(), "127.0.0.1 answered 403");
    assert_eq!(asked.get(), 3);
    assert_eq!(world.names(), ["call.wav.part", "call.wav.part.json"]);
}

#[tokio::test]
async fn a_caller_without_an_address_says_why() {
    let world = World::new("").await;
    let address = async || Err::<String, _>("there is none");
    let error = downloads().to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    let DownloadError::Address { source } = error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "there is none");
}

#[tokio::test]
async fn a_server_without_ranges_begins_anew() {
    let options = options();
    let faults = "media: reset@700000, reset@5, reset@1100000".parse().unwrap();
    let options = gong_sandbox::Options { media_ranges: false, faults, ..options };
    let world = World::with(options).await;
    let fetched = world.fetch().await.unwrap();
    assert_eq!(world.asked(), [200; 4]);
    let (bytes, whole) = world.whole(&world.addresses[0]).await;
    assert_eq!(fetched, whole);
    assert!(fs::read(world.target()).unwrap() == bytes);
}

#[tokio::test]
async fn a_part_of_something_else_is_not_gone_on_with() {
    let world = World::new("media: reset@700000").await;
    let stopped = Downloads { retries: 0, ..downloads() };
    let address = always(&world.addresses[1]);
    stopped.to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    let fetched = world.fetch().await.unwrap();
    let (bytes, whole) = world.whole(&world.addresses[0]).await;
    assert_eq!(fetched, whole);
    assert!(fs::read(world.target()).unwrap() == bytes);
    let (_, other) = world.whole(&world.addresses[1]).await;
    assert_ne!(other.sha256, whole.sha256);
}

#[tokio::test]
async fn a_part_without_a_note_that_can_be_read_is_not_gone_on_with() {
    for note in ["", "{", "{\"tag\":null,\"length\":5}", "{\"tag\":\"\\\"x\\\"\",\"length\":3}"] {
        let world = World::new("").await;
        fs::write(world.folder.path().join("call.wav.part"), "stale").unwrap();
        fs::write(world.folder.path().join("call.wav.part.json"), note).unwrap();
        let fetched = world.fetch().await.unwrap();
        assert_eq!(fetched.bytes, LENGTH, "{note}");
        assert_eq!(world.asked(), [200], "{note}");
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_kept_unless_it_is_to_be_replaced() {
    let world = World::new("").await;
    fs::write(world.target(), "mine").unwrap();
    let error = world.fetch().await.unwrap_err();
    assert!(matches!(&error, DownloadError::Exists { path } if *path == world.target()));
    assert_eq!(fs::read(world.target()).unwrap(), b"mine");
    assert_eq!((world.asked(), world.names()), (vec![], vec!["call.wav".to_owned()]));

    let address = always(&world.addresses[0]);
    downloads().to_file(&world.target(), Existing::Replace, address).await.unwrap();
    assert_eq!(fs::metadata(world.target()).unwrap().len(), LENGTH);
}

#[tokio::test]
async fn a_name_that_is_taken_meanwhile_is_kept() {
    let world = World::new("").await;
    let address = async || {
        fs::write(world.target(), "mine").unwrap();
        Ok::<_, Infallible>(world.addresses[0].clone())
    };
    let error = downloads().to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    assert!(matches!(error, DownloadError::Exists { .. }), "{error:?}");
    assert_eq!(fs::read(world.target()).unwrap(), b"mine");
}

#[tokio::test]
async fn two_do_not_fetch_into_one_file() {
    let world = World::new("").await;
    let inner = RefCell::new(None);
    let address = async || {
        let other = world.fetch().await;
        inner.replace(Some(other));
        Ok::<_, Infallible>(world.addresses[0].clone())
    };
    downloads().to_file(&world.target(), Existing::Keep, address).await.unwrap();
    let other = inner.into_inner().unwrap().unwrap_err();
    assert!(matches!(other, DownloadError::Busy { .. }) && other.is_retryable(), "{other:?}");
}

#[tokio::test]
async fn what_is_no_recording_is_refused() {
    let world = World::new("media: html200, redirect:https://evil.example/x?y, status:404").await;
    let error = world.fetch().await.unwrap_err();
    assert!(matches!(error, DownloadError::NotMedia { .. }), "{error:?}");
    let error = world.fetch().await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 redirected to evil.example");
    let error = world.fetch().await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 answered 404");
    assert!(!error.is_retryable());
    assert_eq!(world.asked().len(), 3);
}

#[tokio::test]
async fn it_gives_up_when_it_gets_no_further() {
    let world = World::new("media: status:503 x99").await;
    let downloads = Downloads { retries: 2, ..downloads() };
    let address = always(&world.addresses[0]);
    let error = downloads.to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 answered 503");
    assert!(error.is_retryable());
    assert_eq!(world.asked(), [503; 3]);
}

#[tokio::test]
async fn a_body_that_stands_still_is_begun_again() {
    let world = World::new("media: stall:600s@300000").await;
    let timeouts = Timeouts { slow_span: Duration::from_secs(1), ..Timeouts::default() };
    let downloads = Downloads { timeouts, ..downloads() };
    let address = always(&world.addresses[0]);
    let fetched = downloads.to_file(&world.target(), Existing::Keep, address).await.unwrap();
    assert_eq!((fetched.bytes, world.asked()), (LENGTH, vec![200, 206]));
}

#[tokio::test]
async fn addresses_that_are_none_are_refused_and_never_shown() {
    let world = World::new("").await;
    for address in [
        "http://media.example/canary",
        "https://user:canary@media.example/",
        "https://canary@media.example/",
        "file:///etc/canary",
        "ftp://media.example/canary",
        "data:text/plain,canary",
        "//media.example/canary",
        "http://127.0.0.1.nip.io/canary",
        "http://localhost.example/canary",
        "canary",
        "",
    ] {
        let error = world.fetch_from(address).await.unwrap_err();
        assert!(matches!(error, DownloadError::Unusable { .. }), "{address}: {error:?}");
        assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
    }
    let nobody = "http://127.0.0.1:1/x?X-Amz-Signature=canary";
    let downloads = Downloads { retries: 0, ..downloads() };
    let error =
        downloads.to_file(&world.target(), Existing::Keep, always(nobody)).await.unwrap_err();
    let DownloadError::Lost { source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(source.kind, TransportErrorKind::Connect);
    assert!(!format!("{error:?} {error} {source}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn a_writer_gets_every_byte_once() {
    let world = World::new("media: reset@700000, truncate@90000").await;
    let (bytes, downloaded) = world.whole(&world.addresses[0]).await;
    assert_eq!(world.asked(), [200, 206, 206]);
    assert_eq!(world.fetch().await.unwrap(), downloaded);
    assert!(fs::read(world.target()).unwrap() == bytes);
}

#[tokio::test]
async fn what_breaks_after_the_last_byte_is_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/call.wav", listener.local_addr().unwrap());
    let server = async {
        for answer in [
            "200 OK\r\nContent-Length: 10\r\n\r\n01234",
            "206 Partial Content\r\nContent-Range: bytes 5-9/10\r\n\
             Transfer-Encoding: chunked\r\n\r\n5\r\n56789\r\n",
        ] {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            let answer = format!("HTTP/1.1 {}", answer.replacen("\r\n", "\r\nETag: \"x\"\r\n", 1));
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        listener
    };
    let mut bytes = Vec::new();
    let downloads = downloads();
    let fetching = downloads.to_writer(&mut bytes, always(&address));
    // The listener lives on: a third try would wait for an answer.
    let (fetched, _listener) = tokio::join!(timeout(Duration::from_secs(20), fetching), server);
    assert_eq!(fetched.unwrap().unwrap().bytes, 10);
    assert_eq!(bytes, b"0123456789");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_open_a_recording() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::new("media: reset@700000").await;
    let stopped = Downloads { retries: 0, ..downloads() };
    let address = always(&world.addresses[0]);
    stopped.to_file(&world.target(), Existing::Keep, address).await.unwrap_err();
    for n_files in [2, 1] {
        assert_eq!(world.names().len(), n_files);
        for name in world.names() {
            let mode = fs::metadata(world.folder.path().join(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        if n_files == 2 {
            world.fetch().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_writer_cannot_begin_anew() {
    let faults = "media: reset@700000".parse().unwrap();
    let options = gong_sandbox::Options { media_ranges: false, faults, ..options() };
    let world = World::with(options).await;
    let mut bytes = Vec::new();
    let address = always(&world.addresses[0]);
    let error = downloads().to_writer(&mut bytes, address).await.unwrap_err();
    let DownloadError::NotResumed { bytes: written } = error else { panic!("{error:?}") };
    assert_eq!(written, u64::try_from(bytes.len()).unwrap());
}

#[tokio::test]
async fn a_disk_that_is_full_says_so_and_keeps_what_is_there() {
    struct Full;

    impl io::Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let world = World::new("").await;
    let address = always(&world.addresses[0]);
    let error = downloads().to_writer(&mut Full, address).await.unwrap_err();
    let DownloadError::Output { source } = error else { panic!("{error:?}") };
    assert_eq!(source.kind(), io::ErrorKind::StorageFull);

    let nowhere = world.folder.path().join("nowhere/call.wav");
    let address = always(&world.addresses[0]);
    let error = downloads().to_file(&nowhere, Existing::Keep, address).await.unwrap_err();
    assert!(matches!(error, DownloadError::File { .. }), "{error:?}");
    assert_eq!(world.asked(), [200]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_part_that_is_a_link_is_not_followed() {
    let world = World::new("").await;
    let mine = world.folder.path().join("mine");
    fs::write(&mine, "mine").unwrap();
    for name in ["call.wav.part.json", "call.wav.part"] {
        let link = world.folder.path().join(name);
        std::os::unix::fs::symlink(&mine, &link).unwrap();
        let error = world.fetch().await.unwrap_err();
        assert!(matches!(error, DownloadError::File { .. }), "{error:?}");
        fs::remove_file(link).unwrap();
    }
    assert_eq!(fs::read(mine).unwrap(), b"mine");
}
