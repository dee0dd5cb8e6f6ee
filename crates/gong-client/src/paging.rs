//! Paging: follows the cursors of a list to its end, once for every list there will ever be.

mod key;
mod seen;
mod walk;

use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use gong_types::{Answer, Endpoint, Page, Paged, Record, Records, Request};

use crate::{
    client::Client,
    error::{Error, Result},
    paging::{seen::Seen, walk::Walk},
    watch::Event,
};

impl Client {
    /// Everything that `endpoint` matches, a page at a time. If nothing matches there is no page.
    ///
    /// A record that comes again is dropped, as [`Client::items`] says.
    pub fn pages<E, T>(&self, endpoint: &E) -> impl Stream<Item = Result<Page<T>>> + use<E, T>
    where
        E: Endpoint<Response = Page<T>>,
    {
        let run = Run::new(self, endpoint.request());
        stream::try_unfold((run, Seen::default()), |(mut run, mut seen)| async move {
            let mut page: Page<T> = loop {
                match run.fetch().await {
                    Ok(Some(page)) => break page,
                    Ok(None) if seen.is_complete() => return Ok(None),
                    Ok(None) => return Err(run.stuck("read again, it lacks what it had before")),
                    Err(error) if run.walk.may_restart(&error) => {
                        seen.restart();
                        run.restart();
                    }
                    Err(error) => return Err(error),
                }
            };
            let n_items = page.items.len();
            page.items.retain(|item| seen.is_new(item.text()));
            run.advance(page.records.as_ref(), n_items, page.items.len())?;
            Ok(Some((page, (run, seen))))
        })
    }

    /// Everything that `endpoint` matches, a record at a time. Pages are fetched when they are
    /// needed.
    ///
    /// Records that come again, because others arrived meanwhile or because Gong refused the cursor
    /// and the list had to be read again, are dropped: in any order among the last 20,000, and beyond
    /// those as long as Gong keeps the order of the list.
    pub fn items<E, T>(&self, endpoint: &E) -> impl Stream<Item = Result<Record<T>>> + use<E, T>
    where
        E: Endpoint<Response = Page<T>>,
    {
        self.pages(endpoint).map_ok(|page| stream::iter(page.items).map(Ok)).try_flatten()
    }

    /// The pages of any request, as they are. Nothing is dropped, so a cursor that Gong refuses is an
    /// error here.
    pub fn pages_of<A>(&self, request: Request) -> impl Stream<Item = Result<A>> + use<A>
    where
        A: Answer + Paged,
    {
        stream::try_unfold(Run::new(self, request), |mut run| async move {
            let Some(page) = run.fetch::<A>().await? else { return Ok(None) };
            let n_items = page.records().and_then(|records| records.current_page_size);
            let n_items = n_items.map_or(0, |it| usize::try_from(it).unwrap_or(usize::MAX));
            run.advance(page.records(), n_items, n_items)?;
            Ok(Some((page, run)))
        })
    }
}

/// One run over the pages of a list.
struct Run {
    client: Client,
    walk: Walk,
}

impl Run {
    fn new(client: &Client, request: Request) -> Self {
        Self { client: client.clone(), walk: Walk::new(request) }
    }

    /// The next page; `None` after the last one, and if nothing matches.
    async fn fetch<A: Answer>(&self) -> Result<Option<A>> {
        let Some(request) = self.walk.request() else { return Ok(None) };
        match self.client.call(request).await {
            // Of a later page it would mean a list cut short.
            Err(error) if error.is_no_match() && self.walk.may_be_empty() => Ok(None),
            answer => answer.map(Some),
        }
    }

    fn advance(&mut self, records: Option<&Records>, n_items: usize, n_new: usize) -> Result<()> {
        self.walk.advance(records, n_items, n_new).map_err(|problem| self.stuck(problem))
    }

    fn restart(&mut self) {
        let times = self.walk.restart();
        let request = self.walk.first().to_string();
        tracing::debug!(request, times, "the cursor was refused; reads the list again");
        self.client.tell(|| Event::Restarted { request, times });
    }

    fn stuck(&self, problem: &'static str) -> Error {
        Error::Stuck { request: self.walk.first().to_string(), problem }
    }
}
