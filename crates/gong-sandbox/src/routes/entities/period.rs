//! Periods: which time a question about a customer is about.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::date};

use super::{Bounds, bounds};
use crate::ask::{Ask, Parameters, Problem};

/// Reads a period by its name, and by its ends if it is a custom one.
pub(super) fn read(
    ask: &Ask<'_>,
    parameters: &Parameters,
    name: &str,
    last_activity: Timestamp,
) -> Result<Bounds, Problem> {
    let now = ask.moment.wall;
    let before = |end: Timestamp, days: i64| {
        let start = end.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(end);
        Ok((Some(start), None))
    };
    let today = ask.data.zone().to_datetime(now).date();
    let tomorrow = today.tomorrow().unwrap_or(today);
    let since = |first| Ok(bounds(ask, first..tomorrow));
    match name {
        "LAST_7DAYS" => before(now, 7),
        "LAST_30DAYS" => before(now, 30),
        "LAST_90DAYS" => before(now, 90),
        "LAST_90_DAYS_SINCE_LAST_ACTIVITY" => before(last_activity, 90),
        "LAST_YEAR_SINCE_LAST_ACTIVITY" => before(last_activity, 365),
        "LAST_YEAR" => before(now, 365),
        "THIS_WEEK" => {
            let gone = i64::from(today.weekday().to_monday_zero_offset());
            since(today.saturating_sub(gone.days()))
        }
        "THIS_MONTH" => since(today.first_of_month()),
        "THIS_QUARTER" => since(date(today.year(), (today.month() - 1) / 3 * 3 + 1, 1)),
        "THIS_YEAR" => since(today.first_of_year()),
        "ALL_CONVERSATIONS" => Ok((None, None)),
        "CUSTOM_RANGE" => {
            let (from, to) = (utc(parameters, "fromDateTime")?, utc(parameters, "toDateTime")?);
            if from >= to {
                return Err(Problem::bad_request("fromDateTime must be before toDateTime"));
            }
            Ok((Some(from), Some(to)))
        }
        _ => Err(Problem::bad_request("timePeriod is unknown")),
    }
}

/// An end of a custom range, which must be in UTC.
fn utc(parameters: &Parameters, name: &str) -> Result<Timestamp, Problem> {
    let moment = parameters.date_time(name)?.filter(|_| {
        parameters.get(name).is_some_and(|text| text.ends_with('Z') || text.ends_with("+00:00"))
    });
    moment.ok_or_else(|| {
        Problem::bad_request(format!("{name} must be given in UTC with CUSTOM_RANGE"))
    })
}
