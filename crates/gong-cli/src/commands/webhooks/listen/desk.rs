//! The desk where deliveries arrive: verifies each, passes genuine ones on once, refuses the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use axum::{
    body::{HttpBody as _, to_bytes},
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use gong_types::{CallDetails, Record};
use http::{Method, StatusCode, header};
use sha2::{Digest as _, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::super::{
    LEEWAY, Rule,
    delivery::{LARGEST_BODY, call_of},
    explain,
};

/// What the desk tells.
pub(super) enum News {
    /// A genuine delivery, which is answered when `printed` is told.
    Call { call: Record<CallDetails>, is_test: bool, printed: oneshot::Sender<()> },
    /// A genuine one that was there before.
    Repeated,
    /// Any other, and what is wrong with it.
    Refused(String),
}

/// Where deliveries for one rule arrive.
pub(super) struct Desk {
    rule: Rule,
    path: String,
    /// The moment that it pretends to be, if any.
    pretended: Option<SystemTime>,
    news: mpsc::Sender<News>,
    /// The hashes of the bodies that were passed on, and until when they are remembered.
    seen: Mutex<HashMap<[u8; 32], SystemTime>>,
}

/// Answers a request, and ends its connection.
pub(super) async fn handle(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (status, text) = desk.receive(request).await;
    (status, [(header::CONNECTION, "close")], format!("{text}\n")).into_response()
}

impl Desk {
    pub(super) fn new(
        rule: Rule,
        path: String,
        pretended: Option<SystemTime>,
        news: mpsc::Sender<News>,
    ) -> Self {
        Self { rule, path, pretended, news, seen: Mutex::default() }
    }

    async fn receive(&self, request: Request) -> (StatusCode, &'static str) {
        if request.uri().path() != self.path {
            return (StatusCode::NOT_FOUND, "path");
        }
        if request.method() != Method::POST {
            return (StatusCode::METHOD_NOT_ALLOWED, "method");
        }
        let authorization = request.headers().get(header::AUTHORIZATION).cloned();
        let Some(Ok(authorization)) = authorization.as_ref().map(|it| it.to_str()) else {
            self.tell(News::Refused("there is no token".to_owned())).await;
            return (StatusCode::UNAUTHORIZED, "token");
        };
        let body = request.into_body();
        let is_large =
            u64::try_from(LARGEST_BODY).is_ok_and(|most| body.size_hint().lower() > most);
        let read = async { if is_large { None } else { to_bytes(body, LARGEST_BODY).await.ok() } };
        let Some(body) = read.await else {
            self.tell(News::Refused("the body is too large, or did not arrive".to_owned())).await;
            return (StatusCode::PAYLOAD_TOO_LARGE, "size");
        };
        let now = self.pretended.unwrap_or_else(SystemTime::now);
        let delivery = self.rule.delivery(authorization, &body);
        let claims = match self.rule.key.verify(&delivery, now, LEEWAY) {
            Ok(claims) => claims,
            Err(error) => {
                self.tell(News::Refused(error.to_string())).await;
                let (code, _) = explain(error);
                let check = code.rsplit('.').next().unwrap_or(code);
                return (StatusCode::UNAUTHORIZED, check);
            }
        };
        let (call, is_test) = match call_of(&body) {
            Ok(call) => call,
            Err(error) => {
                self.tell(News::Refused(error.to_string())).await;
                return (StatusCode::UNPROCESSABLE_ENTITY, "call");
            }
        };
        let until = claims.expires.checked_add(LEEWAY).unwrap_or(claims.expires);
        if !self.is_new(&body, now, until) {
            self.tell(News::Repeated).await;
            return (StatusCode::OK, "again");
        }
        let (printed, is_printed) = oneshot::channel();
        self.tell(News::Call { call, is_test, printed }).await;
        match is_printed.await {
            Ok(()) => (StatusCode::OK, "ok"),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        }
    }

    /// Whether this body comes for the first time in the life of its token.
    fn is_new(&self, body: &[u8], now: SystemTime, until: SystemTime) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, until| *until > now);
        seen.insert(Sha256::digest(body).into(), until).is_none()
    }

    async fn tell(&self, news: News) {
        // Nobody listens any more when it stops.
        let _ = self.news.send(news).await;
    }
}
