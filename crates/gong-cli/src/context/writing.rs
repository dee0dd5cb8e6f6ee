//! Single requests: one that reads, and one that writes, which may have to be asked about first.

use anyhow::Result;
use gong_client::Content;
use gong_types::{Effect, Endpoint, Operation, Record, Request};
use serde::de::DeserializeOwned;

use super::Context;
use crate::{exit::Failure, outcome, output::View};

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
        let work = async {
            Ok(match content {
                Some(content) => {
                    self.ui.progress().start("MB of the upload");
                    client.upload(endpoint, content).await?
                }
                None => client.send(endpoint).await?,
            })
        };
        let sent = self.or_interrupted(work).await;
        self.ui.progress().finish();
        sent.map(Some).map_err(|error| unfinished(error, &request))
    }
}

/// Whether others see, pay or lose by a request, so that a person is asked before it is sent.
pub(crate) fn asks(request: &Request) -> bool {
    let operation = Operation::of(&request.method, &request.path);
    operation.map_or(request.effect == Effect::Erases, |operation| operation.asks)
}

/// Says of an interruption that nobody knows what became of the request.
pub(crate) fn unfinished(error: anyhow::Error, request: &Request) -> anyhow::Error {
    match error.downcast::<Failure>() {
        Ok(failure) => failure
            .resumed_by(|| {
                let what = outcome::after_loss(&request.to_string());
                format!("whether Gong did {request} is not known: {what}")
            })
            .into(),
        Err(error) => error,
    }
}
