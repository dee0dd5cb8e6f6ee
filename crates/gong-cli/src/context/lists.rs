//! Lists: from an endpoint to rows on stdout, a page at a time.

use std::{pin::pin, rc::Rc};

use anyhow::Result;
use futures_util::{StreamExt as _, stream};
use gong_types::{Endpoint, Page, Record};
use serde::de::DeserializeOwned;

use super::Context;
use crate::{
    exit::Failure,
    output::{List, View},
    ui::{Ui, grouped},
};

/// What a list came to.
#[derive(Debug, Default)]
struct Tally {
    /// How many there are by Gong's count, filters of our own aside.
    total: Option<u64>,
    shown: u64,
    /// Records that could not be read.
    odd: u64,
    /// Whether the limit cut it.
    is_cut: bool,
    /// Whether a filter of our own chose from what Gong sent.
    is_filtered: bool,
    /// Whether Gong sent anything.
    has_begun: bool,
    /// The zone of the company, if Gong told it.
    zone: Option<String>,
}

impl Context {
    /// Shows everything that `endpoint` matches, up to `--limit`.
    pub(crate) async fn show_all<E, T>(&mut self, endpoint: &E, noun: &str) -> Result<()>
    where
        E: Endpoint<Response = Page<T>>,
        T: View + DeserializeOwned,
    {
        self.show_those(endpoint, noun, None::<fn(&T) -> bool>).await
    }

    /// Shows what `endpoint` matches and `keep` keeps, up to `--limit`.
    pub(crate) async fn show_those<E, T>(
        &mut self,
        endpoint: &E,
        noun: &str,
        keep: Option<impl FnMut(&T) -> bool>,
    ) -> Result<()>
    where
        E: Endpoint<Response = Page<T>>,
        T: View + DeserializeOwned,
    {
        self.show_as::<E, T, T>(endpoint, noun, keep).await
    }

    /// Shows everything that the endpoints match, one after the other, as one list.
    pub(crate) async fn show_each<E, T>(&mut self, endpoints: &[E], noun: &str) -> Result<()>
    where
        E: Endpoint<Response = Page<T>>,
        T: View + DeserializeOwned,
    {
        self.show_lists::<E, T, T>(endpoints, noun, None::<fn(&T) -> bool>).await
    }

    /// The same as [`Self::show_those`], with the records seen as another model.
    pub(crate) async fn show_as<E, T, V>(
        &mut self,
        endpoint: &E,
        noun: &str,
        keep: Option<impl FnMut(&V) -> bool>,
    ) -> Result<()>
    where
        E: Endpoint<Response = Page<T>>,
        V: View + DeserializeOwned,
    {
        self.show_lists(std::slice::from_ref(endpoint), noun, keep).await
    }

    async fn show_lists<E, T, V>(
        &mut self,
        endpoints: &[E],
        noun: &str,
        keep: Option<impl FnMut(&V) -> bool>,
    ) -> Result<()>
    where
        E: Endpoint<Response = Page<T>>,
        V: View + DeserializeOwned,
    {
        let requests: Vec<_> = endpoints.iter().map(Endpoint::request).collect();
        if self.is_dry_run(&requests)? {
            return Ok(());
        }
        let client = self.client().await?;
        let interrupt = self.interrupt.clone();
        let ui = Rc::clone(&self.ui);
        let limit = self.globals.limit;
        let mut tally = Tally { is_filtered: keep.is_some(), ..Tally::default() };

        let mut list = self.output.list::<V>();
        let outcome: Result<()> = {
            let progress = ui.progress();
            progress.start(noun);
            let lists = stream::iter(endpoints).flat_map(|endpoint| client.pages(endpoint));
            let pages = pin!(lists);
            let mut keep = keep;
            let mut push =
                |record: Record<V>, list: &mut List<'_, V>, tally: &mut Tally| -> Result<()> {
                    if let Some(keep) = &mut keep {
                        match record.read() {
                            Ok(model) if !keep(&model) => return Ok(()),
                            Ok(_) => {}
                            Err(error) => {
                                tally.odd += 1;
                                if tally.odd <= MOST_WARNINGS {
                                    ui.warn(&format!("a record cannot be filtered: {error}"));
                                }
                                return Ok(());
                            }
                        }
                    }
                    if limit.is_some_and(|limit| tally.shown >= limit) {
                        tally.is_cut = true;
                        return Ok(());
                    }
                    if push_or_warn(list, &record, &ui, &mut tally.odd)? {
                        tally.shown += 1;
                    }
                    Ok(())
                };
            let work = async {
                let mut pages = pages;
                while let Some(page) = pages.next().await {
                    let page = page?;
                    if !tally.has_begun {
                        tally.zone = page.envelope.read().ok().and_then(|it| it.time_zone);
                    }
                    tally.has_begun = true;
                    let records = page.records.unwrap_or_default();
                    let size = u64::try_from(page.items.len()).unwrap_or_default();
                    tally.total = match records.total_records {
                        Some(total) => tally.total.or(Some(total)),
                        // Without pages, what came is all there is.
                        None => Some(tally.total.unwrap_or(0).saturating_add(size)),
                    };
                    progress.set_total(tally.total.unwrap_or(size));
                    for record in page.items {
                        push(record.cast(), &mut list, &mut tally)?;
                        if tally.is_cut {
                            return Ok(());
                        }
                    }
                    list.flush()?;
                    progress.add(size);
                    let is_full = limit.is_some_and(|limit| tally.shown >= limit);
                    if is_full && records.next().is_some() {
                        tally.is_cut = true;
                        return Ok(());
                    }
                }
                anyhow::Ok(())
            };
            tokio::select! {
                outcome = work => outcome,
                failure = Self::interrupted(interrupt) => Err(failure.into()),
            }
        };
        let outcome = outcome.map_err(|error| match error.downcast::<Failure>() {
            Ok(failure) => failure.resumed_by(|| resume(tally.shown, noun)).into(),
            Err(error) => error,
        });
        self.ui.progress().finish();
        if outcome.is_ok() || tally.has_begun {
            // Also after an error, so that what was written is whole.
            let finished = list.finish();
            outcome?;
            finished?;
        } else {
            // An empty list would say that there is nothing.
            drop(list);
            outcome?;
        }
        if let Some(zone) = tally.zone.take() {
            self.learn_zone(&zone);
        }
        self.tell(&tally, noun)
    }

    /// Says how many there were, and whether any are missing.
    fn tell(&self, tally: &Tally, noun: &str) -> Result<()> {
        let Tally { total, shown, odd, is_cut, is_filtered, has_begun, .. } = tally;
        let things = counted(*shown, noun);
        match total {
            Some(_) if *is_cut && *is_filtered => self.ui.status(&format!(
                "showing the first {things} that match; raise or leave out --limit for more"
            )),
            Some(total) if *is_cut => self.ui.status(&format!(
                "showing {shown} of {}; raise or leave out --limit for more",
                counted(*total, noun)
            )),
            Some(total) if total != shown => {
                self.ui.note(&format!("{shown} of {}", counted(*total, noun)));
            }
            _ => self.ui.note(&things),
        }
        if !has_begun && noun == "calls" {
            // Gong answers both with the same words.
            self.ui.hint("Gong found none; a key that may not see calls finds none either");
        }
        missing(*odd, noun)
    }
}

/// So many of them, in words.
pub(crate) fn counted(count: u64, nouns: &str) -> String {
    let noun = if count == 1 { nouns.strip_suffix('s').unwrap_or(nouns) } else { nouns };
    format!("{} {noun}", grouped(count))
}

/// What to do after Ctrl-C in a list.
fn resume(shown: u64, noun: &str) -> String {
    format!(
        "{} came out whole; run the same command again, for calls with --from at the last one to go \
         on there",
        counted(shown, noun)
    )
}

/// After so many warnings about records, they are only counted.
const MOST_WARNINGS: u64 = 3;

/// Shows a record and says whether it could; one that cannot be shown is counted as odd, for the
/// others are still to be had.
pub(crate) fn push_or_warn<T: View + DeserializeOwned>(
    list: &mut List<'_, T>,
    record: &Record<T>,
    ui: &Ui,
    odd: &mut u64,
) -> Result<bool> {
    match list.push(record) {
        Ok(()) => Ok(true),
        Err(error) if error.is_of_one_record() => {
            *odd += 1;
            if *odd <= MOST_WARNINGS {
                ui.warn(&format!("{:#}", anyhow::Error::from(error)));
            }
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Done in part if records could not be shown.
pub(crate) fn missing(odd: u64, noun: &str) -> Result<()> {
    if odd == 0 {
        return Ok(());
    }
    let message = format!("not readable and missing: {}", counted(odd, noun));
    let hint = Some("use -o jsonl, which passes on what Gong sent".to_owned());
    Err(Failure::Partial { message, hint }.into())
}
