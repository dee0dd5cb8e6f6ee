//! Webhooks: signed deliveries of calls, as Gong posts them where an automation rule says.

use std::{sync::OnceLock, time::Duration};

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header, request::Parts};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use url::{Host, Url};

use crate::{
    Error, Reply, Sandbox, ask::parameters, clock::later, data::Data, media, sandbox::lock,
};

/// A delivery to be made.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where it goes: http on a loopback address.
    pub url: String,
    /// The id of the call that it tells of; the newest call that is ready when absent.
    pub call_id: Option<String>,
    /// Whether it says of itself that it is a test.
    pub is_test: bool,
    /// Whether `Bearer ` stands before the token; Gong does both.
    pub has_bearer: bool,
}

impl Sandbox {
    /// The public key that webhooks are signed for, as Gong shows it: a `SubjectPublicKeyInfo` in
    /// base64. It is another in each sandbox.
    pub fn webhook_key(&self) -> String {
        self.state.webhook_key.public()
    }

    /// A webhook as Gong sends it, signed and not yet sent.
    pub fn webhook(&self, webhook: &Webhook) -> Result<Request<Bytes>, Error> {
        let state = &*self.state;
        let now = state.clock.read().wall;
        let mut call = {
            let data = lock(&state.store.calls).over(&*state.data, now);
            webhook.call(&data, now)?
        };
        let life = state.options.media_life;
        let stamp = media::Stamp { host: &state.media, signer: &state.signer, life, now };
        media::sign(&stamp, &mut call);
        webhook.request(call, &state.webhook_key, now)
    }

    /// Sends a webhook to this machine, and gives the status of the answer. A redirect is not
    /// followed.
    pub async fn fire(&self, webhook: &Webhook) -> Result<StatusCode, Error> {
        webhook.send(self.webhook(webhook)?).await
    }

    /// `POST /sandbox/webhook?url=…&call=…&test=true`.
    pub(crate) async fn deliver(&self, head: &Parts) -> Reply {
        let query = parameters(head.uri.query().unwrap_or_default());
        let webhook = Webhook {
            url: query.get("url").unwrap_or_default().to_owned(),
            call_id: query.get("call").map(str::to_owned),
            is_test: query.get("test") == Some("true"),
            has_bearer: query.get("bearer") == Some("true"),
        };
        let text = |text: String| json!({ "errors": [text] });
        let (status, shown) = if head.method == Method::POST {
            match self.fire(&webhook).await {
                Ok(status) => (StatusCode::OK, json!({ "status": status.as_u16() })),
                Err(error @ Error::Undelivered { .. }) => {
                    (StatusCode::BAD_GATEWAY, text(error.to_string()))
                }
                Err(error) => (StatusCode::BAD_REQUEST, text(error.to_string())),
            }
        } else {
            (StatusCode::METHOD_NOT_ALLOWED, text("Method Not Allowed".to_owned()))
        };
        Reply::new(status, "application/json", Bytes::from(shown.to_string()).into())
    }
}

impl Webhook {
    /// A delivery of the newest call.
    pub fn to(url: impl Into<String>) -> Self {
        Self { url: url.into(), call_id: None, is_test: false, has_bearer: false }
    }

    /// The signed request that tells of a call.
    fn request(&self, call: Value, key: &Key, now: Timestamp) -> Result<Request<Bytes>, Error> {
        let mut body = json!({ "callData": null, "isTest": self.is_test });
        body["callData"] = call;
        let body = Bytes::from(body.to_string());
        let token = key.sign(&json!({
            "webhook_url": self.url,
            "body_sha256": hex(&Sha256::digest(&body)),
            "exp": later(now, TOKEN_LIFE).as_second(),
        }));
        let shown = if self.has_bearer { format!("Bearer {token}") } else { token };
        let shown = HeaderValue::from_str(&shown).map_err(|_| self.bad_url())?;
        let request = Request::post(self.url.as_str())
            .header(header::AUTHORIZATION, shown)
            .header(header::CONTENT_TYPE, "application/json");
        request.body(body).map_err(|_| self.bad_url())
    }

    /// The call with all that Gong knows of it; of a private one, little.
    fn call(&self, data: &dyn Data, now: Timestamp) -> Result<Value, Error> {
        let number = match &self.call_id {
            Some(id) => data.find(id),
            None => data.started(None, Some(now)).rev().find(|number| is_ready(data, *number, now)),
        };
        let number = number.filter(|number| is_ready(data, *number, now));
        let number = number.ok_or_else(|| Error::UnknownCall {
            id: self.call_id.clone().unwrap_or_else(|| "newest".to_owned()),
        })?;
        let mut call = json!({ "metaData": data.meta_data(number) });
        if !data.facts(number).is_private
            && let (Value::Object(blocks), Some(call)) = (data.blocks(number), call.as_object_mut())
        {
            call.extend(blocks);
        }
        Ok(call)
    }

    /// Sends the request, and gives the status of the answer, which is followed nowhere.
    async fn send(&self, request: Request<Bytes>) -> Result<StatusCode, Error> {
        let (url, host, port) = self.target().ok_or_else(|| self.bad_url())?;
        let path = url
            .query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let headers: Vec<_> = request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or_default()))
            .collect();
        let body = request.into_body();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\n{}\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            headers.join("\r\n"),
            body.len(),
        );
        let exchange = async {
            let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            let mut line = [0; 12];
            stream.read_exact(&mut line).await?;
            let status =
                line.strip_prefix(b"HTTP/1.1 ").and_then(|code| StatusCode::from_bytes(code).ok());
            status.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidData))
        };
        let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut));
        let status = timeout(PATIENCE, exchange).await.unwrap_or_else(late);
        status.map_err(|source| Error::Undelivered { url: self.url.clone(), source })
    }

    /// Where to connect to, if that is on this machine.
    fn target(&self) -> Option<(Url, String, u16)> {
        let url = Url::parse(&self.url).ok()?;
        let is_loopback = match url.host()? {
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
            Host::Domain(name) => name == "localhost",
        };
        if url.scheme() != "http" || !is_loopback {
            return None;
        }
        let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
        Some((url, host, port))
    }

    fn bad_url(&self) -> Error {
        Error::NotALoopbackUrl { url: self.url.clone() }
    }
}

/// How long a token is good.
const TOKEN_LIFE: Duration = Duration::from_mins(5);

/// How long a delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The key that deliveries are signed with, made when it is first used.
#[derive(Debug, Default)]
pub(crate) struct Key {
    pair: OnceLock<KeyPair>,
}

impl Key {
    /// The public half as Gong shows it: a `SubjectPublicKeyInfo` in base64, without PEM lines.
    pub(crate) fn public(&self) -> String {
        let der: PublicKeyX509Der<'_> =
            self.pair().public_key().as_der().expect("a fresh key can be written");
        BASE64_STANDARD.encode(der.as_ref())
    }

    /// A JSON web token that says this.
    fn sign(&self, claims: &Value) -> String {
        let pair = self.pair();
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"RS256","typ":"JWT"}"#);
        token.push('.');
        token.push_str(&BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .expect("a fresh key signs");
        token.push('.');
        token.push_str(&BASE64_URL_SAFE_NO_PAD.encode(signature));
        token
    }

    fn pair(&self) -> &KeyPair {
        let make = || KeyPair::generate(KeySize::Rsa2048).expect("there are random numbers");
        self.pair.get_or_init(make)
    }
}

fn is_ready(data: &dyn Data, number: u64, now: Timestamp) -> bool {
    data.facts(number).ready_at <= now
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
