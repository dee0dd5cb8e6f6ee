//! The wire between a sync and a company, in memory: much happens between two requests.

use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt as _;
use gong_client::{
    Body, Client, Clock, Limits, Payload, Sending, Transport, TransportError, TransportErrorKind,
};
use http::Request;
use jiff::{SignedDuration, Timestamp};

use super::story::Story;
use crate::company::credentials;

/// How much happens while a sync goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moves {
    None,
    Many,
}

/// A client whose own clock is wrong by `skew`.
pub(super) fn client(story: &Arc<Mutex<Story>>, skew: SignedDuration) -> Client {
    let options = gong_client::Options {
        limits: Limits::NONE,
        clock: Some(Arc::new(Skewed { story: Arc::clone(story), skew })),
        seed: Some(1),
        ..gong_client::Options::default()
    };
    let wire = Wire { story: Arc::clone(story) };
    Client::with_transport(&credentials("http://127.0.0.1:9"), options, wire).unwrap()
}

struct Skewed {
    story: Arc<Mutex<Story>>,
    skew: SignedDuration,
}

impl Clock for Skewed {
    fn now(&self) -> Timestamp {
        self.story.lock().unwrap().sandbox.now() + self.skew
    }
}

struct Wire {
    story: Arc<Mutex<Story>>,
}

impl Wire {
    /// Calls come and go before a request arrives; now and then it takes hours, and cursors die.
    fn meanwhile(&self) {
        let mut story = self.story.lock().unwrap();
        if story.moves == Moves::None {
            return;
        }
        if story.random.chance(15) {
            story.happen();
        }
        if story.random.chance(2) {
            let later = story.sandbox.now() + SignedDuration::from_hours(2);
            story.sandbox.set_now(later);
            story.told.push(format!("{later}: cursors died"));
        }
    }
}

impl Transport for Wire {
    fn send(&self, request: Request<Payload>) -> Sending<'_> {
        Box::pin(async move {
            let lost =
                |kind| move |error: std::io::Error| TransportError::new(kind).caused_by(error);
            self.meanwhile();
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(lost(TransportErrorKind::Reset))?;
            let sandbox = self.story.lock().unwrap().sandbox.clone();
            let reply = sandbox.answer(Request::from_parts(head, body)).await;
            let response = reply.into_response().map_err(lost(TransportErrorKind::Reset))?;
            Ok(response
                .map(|body| -> Body { Box::pin(body.map_err(lost(TransportErrorKind::Body))) }))
        })
    }
}
