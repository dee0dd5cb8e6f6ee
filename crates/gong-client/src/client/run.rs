//! The run of one request: its tries, with waits, looks and a renewal of the login between them.

use std::pin::Pin;

use gong_types::{Look, Request};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, sleep};

use super::{
    Chance, Inner,
    judge::{Judgment, Shown},
    tries::Tries,
};
use crate::{
    answer::{self, Raw, Unreadable},
    content::Content,
    error::{Error, Result},
    exchange::exchange,
    retry::Action,
    upload::watched,
    watch::Event,
};

impl Inner {
    /// Sends `request` until `read` can read its answer, or there is no hope.
    pub(super) async fn run<T>(
        &self,
        request: &Request,
        content: Option<&Content>,
        read: impl Fn(&Request, &Raw) -> Result<T, Unreadable>,
    ) -> Result<T> {
        let mut tries = Tries::new(self, request, content)?;
        let outcome = self.run_tries(&mut tries, read).await;
        tries.close(outcome)
    }

    async fn run_tries<T>(
        &self,
        tries: &mut Tries<'_>,
        read: impl Fn(&Request, &Raw) -> Result<T, Unreadable>,
    ) -> Result<T> {
        loop {
            let login = self.session.in_use();
            let prepared = tries.prepare(self, &login)?;
            let line = &tries.line;
            let max_wait = self.options.max_wait;
            let permit = self.limiter.acquire(line, tries.n_sent, max_wait).await?;
            if let Err(error) = tries.sends() {
                permit.unsent();
                return Err(error);
            }
            let (line, attempt) = (tries.line.clone(), tries.n_sent);
            self.tell(|| Event::Sending { request: line.clone(), attempt });
            tracing::debug!(request = line, attempt, "sends");
            let started = Instant::now();
            let (head, body) = prepared.into_parts();
            let (body, sent) = watched(body, &line, self.options.watch.clone());
            let prepared = http::Request::from_parts(head, body);
            let exchanged = exchange(&*self.transport, prepared, sent, permit, &self.options).await;
            tracing::debug!(request = line, attempt, elapsed = ?started.elapsed(), "{}", Shown(&exchanged));
            let (outcome, why, error) = match self.judge(tries, &login, exchanged, &read) {
                Judgment::Done(answer) => return Ok(answer),
                Judgment::AlreadyDone(answer) => {
                    tries.is_done = true;
                    return answer;
                }
                Judgment::Failed(outcome, why, error) => (outcome, why, error),
            };
            if error.status() == Some(StatusCode::UNAUTHORIZED)
                && error.missing_scope().is_none()
                && !tries.is_renewed
            {
                tries.waits()?;
                tries.is_renewed = true;
                match self.session.renew(&login).await {
                    Ok(true) => continue,
                    Ok(false) => return Err(error),
                    Err(source) => return Err(Error::Renewal { request: line, source }),
                }
            }
            let action = {
                let mut chance = self.chance();
                let Chance { tokens, jitter } = &mut *chance;
                tries.retry.next(outcome, tokens, jitter)
            };
            let retrying = |wait| Event::Retrying { request: line.clone(), attempt, why, wait };
            match action {
                Action::Stop => return Err(error),
                Action::Again(wait) => {
                    tries.waits()?;
                    self.tell(|| retrying(wait));
                    sleep(wait).await;
                }
                Action::Pause(wait) => {
                    tries.waits()?;
                    self.tell(|| retrying(wait));
                    self.limiter.pause(wait)?;
                }
                Action::Look(wait) => {
                    sleep(wait).await;
                    let Some(look) = &tries.request.look else { return Err(error) };
                    match self.look(look, tries.request).await {
                        Ok(Some(found)) => {
                            return read(tries.request, &found).map_err(|_| error);
                        }
                        Ok(None) if tries.retry.may_resend_after_look() => {
                            self.tell(|| retrying(wait));
                        }
                        Ok(None) | Err(_) => return Err(error),
                    }
                }
                Action::Exhausted(wait) => {
                    self.limiter.pause(wait)?;
                    return Err(self.limiter.exhausted(line, wait, attempt));
                }
            }
        }
    }

    /// Looks what became of `request`: the answer that it had, or one like it, if it was carried out.
    fn look<'a>(
        &'a self,
        look: &'a Look,
        request: &'a Request,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Raw>>> + Send + 'a>> {
        Box::pin(async move {
            // The page of a proxy shows nothing, and must not be taken for a proof of it.
            let seen = match self.run(&look.request, None, answer::as_json).await {
                // It is not there, which is what there is to see.
                Err(error) if error.is_not_found() => return Ok(None),
                seen => seen?,
            };
            let text = String::from_utf8_lossy(&seen.body);
            let answer = (look.shows)(request, &text);
            Ok(answer.map(|text| Raw {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                body: text.into(),
            }))
        })
    }
}
