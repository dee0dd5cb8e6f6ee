//! `Retry-After`: reads how long a server asks to wait, from whatever it sent.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

use crate::answer::sent_at;

/// How long the server asks to wait: seconds, or a date, which counts from the date of the answer
/// and not from our clock (`now` is used if the answer has none). Of several the longest counts.
/// What cannot be read is as if it were not there; more seconds than fit are as many as fit.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let sent = sent_at(headers).map_or(now, SystemTime::from);
    let values = headers.get_all(header::RETRY_AFTER).iter();
    values.filter_map(|value| wait(value.to_str().ok()?.trim(), sent)).max()
}

fn wait(value: &str, sent: SystemTime) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) {
        // Only a number that is too large fails to parse.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(sent).unwrap_or(Duration::ZERO))
}
