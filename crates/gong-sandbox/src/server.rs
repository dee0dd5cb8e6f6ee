//! The server: the sandbox behind a loopback socket.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    response::{IntoResponse as _, Response},
    serve::{IncomingStream, Listener},
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use http::{StatusCode, header};
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    Error, Options, Reply, ReplyBody, Sandbox, answer::has_no_body, guard, reply::reset,
    upload::Sent,
};

/// The largest request body that is read.
const LARGEST_BODY: usize = 8 << 20;

/// How long answers in progress may take when the server is stopped.
const GRACE: Duration = Duration::from_secs(2);

/// A sandbox that serves. It stops when it is dropped.
pub struct Running {
    sandbox: Sandbox,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// The base address for clients, such as `http://127.0.0.1:4664`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is served.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Stops listening, and waits for answers in progress, but not long.
    pub async fn stop(self) {
        let Self { stop, mut task, .. } = self;
        // The receiver is gone only if the server has ended already.
        let _ = stop.send(());
        if timeout(GRACE, &mut task).await.is_err() {
            task.abort();
        }
    }
}

pub(crate) async fn start(options: Options) -> Result<Running, Error> {
    let (address, port) = (options.address, options.port);
    if !address.is_loopback() {
        return Err(Error::NotLoopback { address });
    }
    let sandbox = Sandbox::new(options)?;
    let cannot = |source| Error::Listen { port, source };
    let listener = TcpListener::bind((address, port)).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    sandbox.serve_media_at(format!("http://{address}"));
    let router = Router::new()
        .fallback(handle)
        .with_state(Served { sandbox: sandbox.clone(), port: address.port() });
    let service = router.into_make_service_with_connect_info::<Wire>();
    let (stop, stopped) = oneshot::channel();
    let server = axum::serve(Wires { listener }, service).with_graceful_shutdown(async {
        // Told to stop, or dropped: both end it.
        let _ = stopped.await;
    });
    let task = tokio::spawn(server.into_future());
    tracing::debug!(%address, "sandbox serves");
    Ok(Running { sandbox, address, stop, task })
}

#[derive(Clone)]
struct Served {
    sandbox: Sandbox,
    port: u16,
}

async fn handle(
    State(served): State<Served>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
) -> Response {
    if !guard::is_for_us(request.headers(), served.port) {
        return refuse(StatusCode::FORBIDDEN, "This host is not the sandbox");
    }
    let (head, body) = request.into_parts();
    let sent = if Sandbox::brings_file(&head) {
        Sent::Stream(body.into_data_stream().map_err(io::Error::other).boxed())
    } else {
        let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large");
        };
        Sent::Whole(body)
    };
    send(served.sandbox.answer_to(head, sent).await, wire)
}

fn refuse(status: StatusCode, text: &str) -> Response {
    let envelope = json!({ "errors": [text] }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], envelope).into_response()
}

fn send(reply: Reply, wire: Wire) -> Response {
    if reply.is_no_answer() {
        wire.tear();
        return Response::new(Body::empty());
    }
    let Reply { status, headers, body } = reply;
    let promised = body.promised();
    let body = match body.whole() {
        Some(bytes) => Body::from(bytes.clone()),
        None => Body::from_stream(torn_with(body, wire)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    if let Some(length) = promised.filter(|_| !has_no_body(status)) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

/// The body, whose error of a reset also resets the connection.
fn torn_with(
    body: ReplyBody,
    wire: Wire,
) -> impl futures_util::Stream<Item = io::Result<bytes::Bytes>> {
    body.then(move |chunk| {
        let wire = wire.clone();
        async move {
            if let Err(error) = &chunk {
                // What was sent before should arrive before the end does.
                sleep(Duration::from_millis(20)).await;
                if error.kind() == io::ErrorKind::ConnectionReset {
                    wire.tear();
                }
            }
            chunk
        }
    })
}

/// Accepts connections that can be torn.
struct Wires {
    listener: TcpListener,
}

impl Listener for Wires {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::trace!(%error, "small packets will wait");
        }
        (Connection { stream, wire: Wire::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A handle to tear a connection with.
#[derive(Debug, Clone, Default)]
struct Wire {
    is_torn: Arc<AtomicBool>,
}

impl Wire {
    /// Nothing more is written, and the other side sees a reset.
    fn tear(&self) {
        self.is_torn.store(true, Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, Wires>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Self {
        stream.io().wire.clone()
    }
}

/// A connection that ends in a reset once it is torn.
struct Connection {
    stream: TcpStream,
    wire: Wire,
}

impl Connection {
    fn check(&self) -> io::Result<()> {
        if self.wire.is_torn.load(Ordering::SeqCst) { Err(reset()) } else { Ok(()) }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A connection that is closed without lingering is reset.
        if self.wire.is_torn.load(Ordering::SeqCst)
            && let Err(error) = self.stream.set_zero_linger()
        {
            tracing::trace!(%error, "the connection will end without a reset");
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
