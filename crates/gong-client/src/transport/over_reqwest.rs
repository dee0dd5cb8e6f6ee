//! The built-in transport: reqwest, told to do nothing on its own.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::OnceLock,
};

use futures_util::TryStreamExt as _;
use gong_auth::BaseUrl;
use http::{Request, Response};
use reqwest::{Client, redirect, retry};

use crate::{
    options::Timeouts,
    transport::{Body, Payload, Sending, Transport, TransportError, TransportErrorKind},
};

/// Sends with reqwest. Its client is built with the first request, for it reads the certificates of
/// the system.
pub(crate) struct OverReqwest {
    base_url: BaseUrl,
    timeouts: Timeouts,
    client: OnceLock<Client>,
}

impl OverReqwest {
    pub(crate) fn new(base_url: BaseUrl, timeouts: Timeouts) -> Self {
        Self { base_url, timeouts, client: OnceLock::new() }
    }

    fn client(&self) -> Result<&Client, TransportError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = self.build().map_err(failure)?;
        Ok(self.client.get_or_init(|| client))
    }

    fn build(&self) -> reqwest::Result<Client> {
        let is_plain = self.base_url.to_string().starts_with("http://");
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(retry::never())
            .connect_timeout(self.timeouts.connect)
            .gzip(true)
            .zstd(true)
            .https_only(!self.base_url.is_loopback());
        if self.base_url.is_loopback() {
            // A proxy would be handed the key.
            builder = builder.no_proxy();
            // The name is trusted like the address, so nobody else may say where it leads.
            let here: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            builder = builder
                .resolve_to_addrs("localhost", &here.map(|address| SocketAddr::new(address, 0)));
        }
        if is_plain {
            // Without TLS no certificates are needed, and reading them takes longer than all the rest.
            builder = builder.tls_certs_only([]);
        }
        builder.build()
    }
}

impl Transport for OverReqwest {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let client = self.client()?;
            let request = request.map(body).try_into().map_err(failure)?;
            let answer = client.execute(request).await.map_err(failure)?;
            let mut response = Response::new(());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            let body: Body = Box::pin(answer.bytes_stream().map_err(|error| {
                TransportError::new(TransportErrorKind::Body).caused_by(error.without_url())
            }));
            Ok(response.map(|()| body))
        })
    }
}

fn body(payload: Payload) -> reqwest::Body {
    match payload {
        Payload::Bytes(bytes) => bytes.into(),
        // Its length stands in the headers, so it is not chunked.
        Payload::Stream { pieces, .. } => reqwest::Body::wrap_stream(pieces),
    }
}

fn failure(error: reqwest::Error) -> TransportError {
    let kind = if error.is_builder() {
        TransportErrorKind::Request
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Reset
    };
    TransportError::new(kind).caused_by(error.without_url())
}
