//! A store that speaks S3 as a place: an object is there whole, or not at all.

use std::{fmt, io, time::Duration};

use futures_util::TryStreamExt as _;
use object_store::{
    ClientOptions, MultipartUpload, ObjectStore as _, ObjectStoreExt as _, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::place::There;

/// What is uploaded at once: no part of an object may be smaller, but for the last.
const PART: usize = 8 << 20;
/// How long one request may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long a request is tried again.
const RETRIES: RetryConfig = RetryConfig {
    backoff: object_store::BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(15),
        base: 2.0,
    },
    max_retries: 6,
    retry_timeout: Duration::from_mins(3),
};
const UPLOAD: &str = "the upload";
const USUAL_REGION: &str = "us-east-1";

/// A store that speaks S3, and who may write to it.
#[derive(Clone, Default)]
pub struct S3 {
    /// `s3://bucket` or `s3://bucket/prefix`.
    pub url: String,
    /// Where the store is, if it is not Amazon's: `https`, or `http` on this machine.
    pub endpoint: Option<String>,
    /// Its region; `us-east-1` if none is given.
    pub region: Option<String>,
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret that belongs to it.
    pub secret_access_key: SecretString,
    /// What goes with a key that is only lent.
    pub session_token: Option<SecretString>,
}

/// Without credentials, and without what may be some that were put into an address.
impl fmt::Display for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bucket_and_prefix() {
            Ok(_) => f.write_str(self.url.trim_end_matches('/'))?,
            Err(_) => f.write_str("s3://…")?,
        }
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        match Url::parse(endpoint) {
            Ok(url) if is_bare(&url) => write!(f, " at {}", endpoint.trim_end_matches('/')),
            _ => f.write_str(" at …"),
        }
    }
}

/// As it is displayed.
impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3({self})")
    }
}

impl S3 {
    fn bucket_and_prefix(&self) -> io::Result<(&str, &str)> {
        let path = self.url.strip_prefix("s3://");
        let path = path.ok_or_else(|| invalid("it must begin with s3://"))?;
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        let is_named = |it: u8| it.is_ascii_alphanumeric() || b".-_".contains(&it);
        if bucket.contains('@') {
            return Err(invalid("its address has credentials in it"));
        }
        if bucket.len() < 3 || bucket.len() > 63 || !bucket.bytes().all(is_named) {
            return Err(invalid("its bucket has a name that no bucket can have"));
        }
        Ok((bucket, prefix))
    }
}

fn invalid(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}

/// Whether an address is one of a host, and of a path, and nothing else.
fn is_bare(url: &Url) -> bool {
    let has_user = !url.username().is_empty() || url.password().is_some();
    !has_user && url.query().is_none() && url.fragment().is_none()
}

/// Says in our own words that something failed: a store may answer with what it was sent, secrets
/// and all.
fn failed(what: &str) -> impl FnOnce(object_store::Error) -> io::Error {
    move |error| {
        use object_store::Error::{NotFound, PermissionDenied, Unauthenticated};
        let text = error.to_string();
        let kind = match (&error, status(&text)) {
            (NotFound { .. }, _) | (_, Some("404")) => io::ErrorKind::NotFound,
            (PermissionDenied { .. } | Unauthenticated { .. }, _) | (_, Some("401" | "403")) => {
                io::ErrorKind::PermissionDenied
            }
            (_, None) => io::ErrorKind::NotConnected,
            (_, Some(status)) if status.starts_with('5') => io::ErrorKind::NotConnected,
            _ => io::ErrorKind::Other,
        };
        let words: Vec<&str> = [status(&text), code(&text)].into_iter().flatten().collect();
        let answer = match &*words {
            [] => "the store did not answer".to_owned(),
            words => words.join(" "),
        };
        io::Error::new(kind, format!("{what} failed: {answer}"))
    }
}

/// The status of HTTP in the text of an error.
fn status(text: &str) -> Option<&str> {
    let status = text.split_once("status code: ")?.1.get(..3)?;
    status.bytes().all(|it| it.is_ascii_digit()).then_some(status)
}

/// The name that S3 has for an error, in the text of one.
fn code(text: &str) -> Option<&str> {
    let code = text.split_once("<Code>")?.1.split_once("</Code>")?.0;
    let is_name = (1..=64).contains(&code.len()) && code.bytes().all(|it| it.is_ascii_alphabetic());
    is_name.then_some(code)
}

/// A bucket, and the part of it that is ours.
pub(super) struct Bucket {
    store: AmazonS3,
    prefix: Path,
}

impl Bucket {
    /// Fails with [`io::ErrorKind::InvalidInput`] if what is given cannot be a store.
    pub(super) fn open(s3: &S3) -> io::Result<Self> {
        let (bucket, prefix) = s3.bucket_and_prefix()?;
        let prefix = Path::parse(prefix.trim_end_matches('/'))
            .map_err(|_| invalid("its path has parts that no object can have"))?;
        if s3.access_key_id.is_empty() || s3.secret_access_key.expose_secret().is_empty() {
            return Err(invalid("there are no credentials for it"));
        }
        let client = ClientOptions::new()
            .with_timeout(PATIENCE)
            .with_connect_timeout(Duration::from_secs(15));
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(s3.region.as_deref().unwrap_or(USUAL_REGION))
            .with_access_key_id(&s3.access_key_id)
            .with_secret_access_key(s3.secret_access_key.expose_secret())
            .with_client_options(client)
            .with_retry(RETRIES);
        if let Some(token) = &s3.session_token {
            builder = builder.with_token(token.expose_secret());
        }
        if let Some(endpoint) = &s3.endpoint {
            let url = Url::parse(endpoint).map_err(|_| invalid("its endpoint is no address"))?;
            if !is_bare(&url) {
                return Err(invalid("its endpoint has credentials or a query in it"));
            }
            let is_plain = url.scheme() == "http" && is_this_machine(&url);
            if !is_plain && url.scheme() != "https" {
                return Err(invalid("its endpoint must be https, but on this machine"));
            }
            builder =
                builder.with_endpoint(endpoint.trim_end_matches('/')).with_allow_http(is_plain);
        }
        Ok(Self {
            store: builder.build().map_err(|_| invalid("its settings are none that work"))?,
            prefix,
        })
    }

    pub(super) fn create(&self, name: &str) -> io::Result<Upload> {
        let path = self.path(name)?;
        Ok(Upload { store: self.store.clone(), path, waiting: Vec::new(), parts: None })
    }

    pub(super) async fn files(&self) -> io::Result<Vec<There>> {
        let mut files = Vec::new();
        let mut objects = self.store.list(Some(&self.prefix));
        while let Some(object) = objects.try_next().await.map_err(failed("listing"))? {
            let Some(parts) = object.location.prefix_match(&self.prefix) else { continue };
            let name = parts.map(|it| it.as_ref().to_owned()).collect::<Vec<_>>().join("/");
            files.push(There { name, bytes: object.size });
        }
        Ok(files)
    }

    pub(super) async fn remove(&self, name: &str) -> io::Result<()> {
        self.store.delete(&self.path(name)?).await.map_err(failed("removing"))
    }

    fn path(&self, name: &str) -> io::Result<Path> {
        let path = match self.prefix.as_ref() {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        };
        Path::parse(path).map_err(io::Error::other)
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// An object that is not there yet. A small one is sent at once, a large one in parts, which the
/// store puts together in the end.
pub(super) struct Upload {
    store: AmazonS3,
    path: Path,
    waiting: Vec<u8>,
    parts: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    pub(super) async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        // Some stores want all parts but the last to be of one size.
        while let Some((part, rest)) = bytes.split_at_checked(PART - self.waiting.len()) {
            self.waiting.extend_from_slice(part);
            self.send_part().await?;
            bytes = rest;
        }
        self.waiting.extend_from_slice(bytes);
        Ok(())
    }

    async fn send_part(&mut self) -> io::Result<()> {
        let part = std::mem::take(&mut self.waiting);
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => {
                none.insert(self.store.put_multipart(&self.path).await.map_err(failed(UPLOAD))?)
            }
        };
        parts.put_part(part.into()).await.map_err(failed(UPLOAD))
    }

    pub(super) async fn finish(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.waiting);
        let Some(parts) = &mut self.parts else {
            self.store.put(&self.path, rest.into()).await.map_err(failed(UPLOAD))?;
            return Ok(());
        };
        if !rest.is_empty() {
            parts.put_part(rest.into()).await.map_err(failed(UPLOAD))?;
        }
        parts.complete().await.map_err(failed(UPLOAD))?;
        Ok(())
    }

    /// Lets the store forget the parts that it has.
    pub(super) async fn discard(mut self) {
        if let Some(parts) = &mut self.parts {
            // Nobody sees them; the store may be set to remove them by itself.
            let _ = parts.abort().await;
        }
    }
}
