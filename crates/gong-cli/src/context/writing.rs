//! Single requests: one that reads, and one that writes, which may have to be asked about first.

use anyhow::Result;
use gong_client::Content;
use gong_types::{Answer, DecodeError, Effect, Endpoint, Operation, Record, Request};
use serde::de::DeserializeOwned;

use super::Context;
use crate::{
    exit::{Failure, resumed_by},
    outcome,
    output::{self, View},
};

/// The last request of a command that did something.
pub(super) struct Written {
    request: String,
    answer: String,
}

impl Context {
    /// Sends a request that reads and shows the one record that it answers.
    pub(crate) async fn show_one<E, T>(&mut self, endpoint: &E) -> Result<()>
    where
        E: Endpoint<Response = Record<T>>,
        T: View + DeserializeOwned,
    {
        match self.read(endpoint).await? {
            Some(record) => Ok(self.output.one(&record)?),
            None => Ok(()),
        }
    }

    /// Sends a request that reads; `None` for a dry run.
    pub(crate) async fn read<E: Endpoint>(&mut self, endpoint: &E) -> Result<Option<E::Response>> {
        if self.is_dry_run(&[endpoint.request()])? {
            return Ok(None);
        }
        let client = self.client().await?;
        self.or_interrupted(async { Ok(client.send(endpoint).await?) }).await.map(Some)
    }

    /// Sends a request that writes, after a question if others see, pay or lose by it; `None` for a
    /// dry run. `question` says what is about to happen, such as `Delete meeting 17?`.
    pub(crate) async fn write<E: Endpoint>(
        &mut self,
        endpoint: &E,
        question: &str,
    ) -> Result<Option<E::Response>> {
        self.write_with(endpoint, None, question).await
    }

    /// The same, with the file that the request uploads.
    pub(crate) async fn write_with<E: Endpoint>(
        &mut self,
        endpoint: &E,
        content: Option<&Content>,
        question: &str,
    ) -> Result<Option<E::Response>> {
        if !self.globals.dry_run && asks(&endpoint.request()) {
            self.confirm(question)?;
        }
        self.write_unasked(endpoint, content).await
    }

    /// The same without a question, for what nobody else sees, pays or loses by.
    pub(crate) async fn write_unasked<E: Endpoint>(
        &mut self,
        endpoint: &E,
        content: Option<&Content>,
    ) -> Result<Option<E::Response>> {
        let request = endpoint.request();
        if self.is_dry_run(std::slice::from_ref(&request))? {
            return Ok(None);
        }
        let client = self.client().await?;
        let endpoint = WithText(endpoint);
        let work = async {
            Ok(match content {
                Some(content) => {
                    self.ui.progress().start("MB of the upload");
                    client.upload(&endpoint, content).await?
                }
                None => client.send(&endpoint).await?,
            })
        };
        let sent = self.or_interrupted(work).await;
        self.ui.progress().finish();
        let Texted { text, answer } = sent.map_err(|error| unfinished(error, &request))?;
        self.remember(&request, &text);
        Ok(Some(answer))
    }

    /// Remembers that Gong did a request, should its answer be lost on the way to the user.
    pub(crate) fn remember(&mut self, request: &Request, answer: &str) {
        if request.effect != Effect::Reads {
            let (request, answer) = (request.to_string(), answer.trim().to_owned());
            self.written = Some(Written { request, answer });
        }
    }

    /// After a request that did something, says so if the command ends because the answer could not
    /// be shown or nobody waits any more: it looks like nothing happened, and must not be repeated.
    pub(crate) fn done_before(&self, error: anyhow::Error) -> anyhow::Error {
        let Some(Written { request, answer }) = &self.written else { return error };
        let is_unshown = match error.downcast_ref::<output::Error>() {
            Some(error) => !error.is_closed_pipe(),
            None => error.is::<DecodeError>(),
        };
        if !is_unshown {
            return resumed_by(error, || format!("Gong did {request}; do not send it again"));
        }
        if !answer.is_empty() {
            self.ui.needs(&format!("Gong answered: {answer}"));
        }
        let message = format!("Gong did {request}; its answer could not be shown: {error:#}");
        Failure::Partial { message, hint: Some("do not send it again".to_owned()) }.into()
    }
}

/// An endpoint whose answer comes with its text.
struct WithText<'a, E>(&'a E);

/// An answer and its text.
struct Texted<A> {
    text: String,
    answer: A,
}

impl<E: Endpoint> Endpoint for WithText<'_, E> {
    type Response = Texted<E::Response>;

    fn request(&self) -> Request {
        self.0.request()
    }
}

impl<A: Answer> Answer for Texted<A> {
    fn decode(text: &str, member: Option<&str>) -> Result<Self, DecodeError> {
        Ok(Self { text: text.to_owned(), answer: A::decode(text, member)? })
    }
}

/// Whether others see, pay or lose by a request, so that a person is asked before it is sent.
pub(crate) fn asks(request: &Request) -> bool {
    let operation = Operation::of(&request.method, &request.path);
    operation.map_or(request.effect == Effect::Erases, |operation| operation.asks)
}

/// Says of an interruption that nobody knows what became of the request, if it does something.
pub(crate) fn unfinished(error: anyhow::Error, request: &Request) -> anyhow::Error {
    if request.effect == Effect::Reads {
        return error;
    }
    resumed_by(error, || {
        let what = outcome::after_loss(&request.to_string());
        format!("whether Gong did {request} is not known: {what}")
    })
}
