//! What commands ask of their surroundings: dates, a yes, and to be stopped in good order.

use std::future::Future;

use anyhow::Result;
use gong_types::{DateRange, Period, PeriodArgs, Record, When};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use super::{Context, zone};
use crate::{
    company::quoted, exit::Failure, interrupt::Interrupt, output::View, period_args::Dates,
    ui::Answer,
};

impl Context {
    /// The instants that the dates mean; `-v` shows them.
    pub(crate) fn period(&self, dates: Dates) -> Result<Period> {
        let period = dates.resolve(self.now, &self.zone)?;
        let show = |at: Option<Timestamp>, open: &str| {
            at.map_or(open.to_owned(), |at| at.to_zoned(self.zone.clone()).to_string())
        };
        if period != Period::default() {
            let from = show(period.from, "the beginning");
            self.detail(&format!("from {from} to before {}", show(period.to, "the end")));
        }
        Ok(period)
    }

    /// The moment that somebody means; of a day its beginning.
    pub(crate) fn moment(&self, when: Option<&When>) -> Result<Option<Timestamp>> {
        let args = PeriodArgs { from: when.cloned(), ..PeriodArgs::default() };
        Ok(args.resolve(self.now, &self.zone)?.from)
    }

    /// A moment for people, to the minute.
    pub(crate) fn minute(&self, moment: Timestamp) -> String {
        moment.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The moment that somebody means with an option for what is to come; `-v` shows it. Words such
    /// as `7d` mean the past, so what is over is wrong usage.
    pub(crate) fn coming(&self, option: &str, when: Option<&When>) -> Result<Option<Timestamp>> {
        let (Some(said), Some(moment)) = (when, self.moment(when)?) else { return Ok(None) };
        let shown = |at: Timestamp| at.to_zoned(self.zone.clone()).strftime("%Y-%m-%dT%H:%M");
        if moment < self.now {
            let as_far_ahead = self.now.checked_add(self.now.duration_since(moment));
            let example = shown(as_far_ahead.unwrap_or(self.now));
            let message = format!("{option} {said} means {}, which is over", shown(moment));
            let hint = format!("write what is to come as a date, such as {example}");
            return Err(Failure::usage(message, hint).into());
        }
        self.detail(&format!("{option} is {}", moment.to_zoned(self.zone.clone())));
        Ok(Some(moment))
    }

    /// The days that the dates mean in the zone of the company; `-v` shows them.
    pub(crate) async fn company_days(&mut self, dates: Dates) -> Result<DateRange> {
        let zone = self.company_zone().await?;
        self.output.count_days_in(zone.clone());
        if !zone::is_said(&self.globals, &self.env) {
            // The days begin and end there, whatever was known before.
            self.output.show_times_in(zone.clone());
        }
        // What a person says about days is about the company's days.
        let period = dates.resolve(self.now, &zone)?;
        let range = period.dates(self.now, &zone)?;
        let name = zone.iana_name().unwrap_or("the zone of the machine");
        self.detail(&format!("from {} to before {} in {name}", range.from, range.to));
        Ok(range)
    }

    /// Says something that only `-v` shows.
    pub(crate) fn detail(&self, message: &str) {
        if self.globals.verbose > 0 {
            self.ui.status(message);
        }
    }

    /// Asks whether to go on. Without a terminal only `--yes` is a yes.
    pub(crate) fn confirm(&self, question: &str) -> Result<()> {
        let refusal = match self.ui.confirm(question)? {
            Answer::Confirmed => return Ok(()),
            Answer::Refused(refusal) => refusal,
        };
        let message = format!("nothing was sent: {refusal}");
        let hint = "add --yes if you are sure, or --dry-run to see what would be sent".to_owned();
        Err(Failure::Unconfirmed { message, hint }.into())
    }

    /// Wants an address or a number again before everything on that person is erased. `--yes` is not
    /// enough: `again` is what `--confirm` says, and without it somebody must type it.
    pub(crate) fn confirm_erasing(&self, whom: &str, again: Option<&str>) -> Result<()> {
        let refused = |message: String| {
            let hint = format!("to erase it for good: --confirm {}", quoted(whom));
            Err(Failure::Unconfirmed { message, hint }.into())
        };
        let is_same = |given: &str| !plain(whom).is_empty() && plain(given) == plain(whom);
        match again {
            Some(given) if is_same(given) => Ok(()),
            Some(given) => refused(format!("nothing was erased: --confirm {given} is not {whom}")),
            None if !self.ui.can_ask() => {
                refused("nothing was erased: there is no terminal to confirm it at".to_owned())
            }
            None if is_same(&self.ui.ask(&format!("Type {whom} again to erase it for good"))?) => {
                Ok(())
            }
            None => refused("nothing was erased: that is not the same".to_owned()),
        }
    }

    /// What tells that the user wants the command to stop.
    pub(crate) fn interrupt(&self) -> Option<Interrupt> {
        self.interrupt.clone()
    }

    /// Says whether Ctrl-C may end the process at once: while it computes, and has nothing to put in
    /// order.
    pub(crate) fn may_end_at_once(&self, is_at_once: bool) {
        if let Some(interrupt) = &self.interrupt {
            interrupt.set_at_once(is_at_once);
        }
    }

    /// Says what goes on with the work if Ctrl-C has to end the process.
    pub(crate) fn goes_on_with(&self, how: &'static str) {
        if let Some(interrupt) = &self.interrupt {
            interrupt.set_resume(how);
        }
    }

    /// Does the work unless the user wants the command to stop first.
    pub(crate) async fn or_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        Self::stopped_by(self.interrupt(), work).await
    }

    /// The same, for work that uses the context.
    pub(crate) async fn stopped_by<T>(
        interrupt: Option<Interrupt>,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::select! {
            outcome = work => outcome,
            failure = Self::interrupted(interrupt) => Err(failure.into()),
        }
    }

    /// Shows something of our own, which is no record of Gong's.
    pub(crate) fn show_own<T>(&mut self, own: &T) -> Result<()>
    where
        T: View + Serialize + DeserializeOwned,
    {
        let text = serde_json::value::to_raw_value(own)?;
        Ok(self.output.one(&Record::<T>::from(text))?)
    }

    /// Shows a list of our own.
    pub(crate) fn show_own_list<T>(&mut self, own: &[T]) -> Result<()>
    where
        T: View + Serialize + DeserializeOwned,
    {
        let mut list = self.output.list::<T>();
        let mut push_all = || {
            for item in own {
                list.push(&Record::from(serde_json::value::to_raw_value(item)?))?;
            }
            anyhow::Ok(())
        };
        let pushed = push_all();
        let finished = list.finish();
        pushed?;
        finished?;
        Ok(())
    }
}

/// What it is as it is, but of a phone number the digits.
fn plain(whom: &str) -> String {
    let whom = whom.trim();
    if !whom.starts_with('+') || whom.contains('@') {
        return whom.to_owned();
    }
    whom.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_erased_is_the_same_to_the_letter_and_numbers_to_the_digit() {
        assert_eq!(plain("+1 (415) 555-0123"), plain("+14155550123"));
        for (one, other) in [
            ("sam@a.example", "Sam@a.example"),
            ("+1@a.example", "+1@b.example"),
            ("+14155550123", "+14155550124"),
            ("15@a.example", "15"),
            ("0015g00000IHqcYQAZ", "0015g00000IHqcYQAA"),
        ] {
            assert_ne!(plain(one), plain(other));
        }
        assert_eq!(plain(" "), "");
    }
}
