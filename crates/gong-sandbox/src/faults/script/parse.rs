//! The grammar of fault scripts.

use std::time::Duration;

use http::{Method, StatusCode};

use super::{Fault, Path, RetryAfter, Rule, Step, Target, When};
use crate::{Error, routes};

/// Every fault as it is written.
const KNOWN: &str = "ok, status:CODE, status:CODE;ra=N;skew=N, reset@N, lost, truncate@N, cut@N, \
    stall:TIME@N, drip:BYTES/TIME, html200, html:CODE, empty200, gzipbomb:SIZE, huge:SIZE, depth:N, surrogate, \
    badutf8, bom, dupkey, enum:VALUE, null:*, null:MEMBER, extra:*, extra:MEMBER, \
    cursor-expire@PAGE, cursor-loop, cursor-empty-page, total+N, total-N, insert@PAGE, \
    delete@PAGE, date-skew:SECONDS, redirect:URL, redirect:CODE:URL, day-exhausted, token-expire@REQUEST, 401, \
    401@REQUEST, scope:SCOPE";

/// `target: step, step`.
pub(super) fn rule(line: &str) -> Result<Rule, Error> {
    let unknown = || Error::UnknownOperation { target: line.to_owned() };
    let (target, steps) = line.split_once(':').ok_or_else(unknown)?;
    let target = self::target(target.trim())?;
    let steps = split(steps).map(str::trim).filter(|text| !text.is_empty());
    Ok(Rule { target, steps: steps.map(step).collect::<Result<_, _>>()? })
}

fn target(text: &str) -> Result<Target, Error> {
    if let Some(operation) = routes::all().find(|operation| operation.id == text) {
        let path = Path::Exact(operation.path.to_owned());
        return Ok(Target { method: Some(operation.method.clone()), path });
    }
    let unknown = || Error::UnknownOperation { target: text.to_owned() };
    let (method, path) = match text.split_once(char::is_whitespace) {
        Some((method, path)) => {
            let method = method.parse::<Method>().map_err(|_| unknown())?;
            (Some(method), path.trim())
        }
        None => (None, text),
    };
    let path = match path.strip_suffix('*') {
        Some("") => Path::Any,
        Some(prefix) => Path::Prefix(prefix.to_owned()),
        None => Path::Exact(path.to_owned()),
    };
    let target = Target { method, path };
    if target.is_known() { Ok(target) } else { Err(unknown()) }
}

/// The parts between commas that are not within quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |letter| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    })
}

/// `name`, `name:argument`, `name@number`, or both, and how often.
fn step(text: &str) -> Result<Step, Error> {
    let repeat = text.rsplit_once(char::is_whitespace).and_then(|(rest, last)| {
        let times = last.strip_prefix('x')?.parse().ok().filter(|times| *times > 0)?;
        Some((rest.trim_end(), times))
    });
    let (written, times) = repeat.unwrap_or((text, 1));
    let word = Word { text: written };
    let (fault, when) = word.fault()?;
    if times > 1 && matches!(when, When::Request(_)) {
        return Err(word.bad("there is only one such request, so `x` makes no sense"));
    }
    Ok(Step { text: written.to_owned(), fault, when, times })
}

/// A fault as it is written.
struct Word<'a> {
    text: &'a str,
}

impl Word<'_> {
    fn fault(&self) -> Result<(Fault, When), Error> {
        if let Some(change) = self.text.strip_prefix("total").filter(|rest| !rest.is_empty()) {
            let change = self.number(Some(change.replace('±', "+").as_str()))?;
            return Ok((Fault::Total { change }, When::InTurn));
        }
        let (name, argument) = match self.text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (self.text, None),
        };
        let (name, place) = match name.split_once('@') {
            Some((name, place)) => (name, Some(place)),
            None => (name, None),
        };
        let fault = match name {
            "ok" => Fault::Ok,
            "status" => return Ok((self.status(argument)?, When::InTurn)),
            "reset" => Fault::Reset { after: self.number(place)? },
            "lost" => Fault::Lost,
            "truncate" => Fault::Truncate { after: self.number(place)? },
            "cut" => Fault::Cut { after: self.number(place)? },
            "stall" => return Ok((self.stall(argument)?, When::InTurn)),
            "drip" => return Ok((self.drip(argument)?, When::InTurn)),
            "html200" => Fault::Html { status: StatusCode::OK },
            "html" => Fault::Html { status: self.code(argument)? },
            "empty200" => Fault::Empty,
            "gzipbomb" => Fault::GzipBomb { size: self.size(argument)? },
            "huge" => Fault::Huge { size: self.size(argument)? },
            "depth" => Fault::Depth { levels: self.number(argument)? },
            "surrogate" => Fault::Surrogate,
            "badutf8" => Fault::BadUtf8,
            "bom" => Fault::Bom,
            "dupkey" => Fault::DuplicateKey,
            "enum" => Fault::Enum { value: self.needed(argument)?.to_owned() },
            "null" => Fault::Null { member: self.member(argument)? },
            "extra" => Fault::Extra { member: self.member(argument)? },
            "cursor-expire" => return Ok((Fault::CursorExpire, self.page(place)?)),
            "cursor-loop" => Fault::CursorLoop,
            "cursor-empty-page" => Fault::CursorEmptyPage,
            "insert" => return Ok((Fault::Insert, self.page(place)?)),
            "delete" => return Ok((Fault::Delete, self.page(place)?)),
            "date-skew" => Fault::DateSkew { seconds: self.number(argument)? },
            "redirect" => self.redirect(argument)?,
            "day-exhausted" => Fault::DayExhausted,
            "token-expire" => return Ok((Fault::TokenExpire, self.request(place)?)),
            "401" => return Ok((Fault::Unauthorized, self.request(place)?)),
            "scope" => Fault::MissingScope { scope: self.needed(argument)?.to_owned() },
            _ => {
                return Err(Error::UnknownFault { word: self.text.to_owned(), known: KNOWN });
            }
        };
        let takes_place =
            matches!(fault, Fault::Reset { .. } | Fault::Truncate { .. } | Fault::Cut { .. });
        if place.is_some() && !takes_place {
            return Err(self.bad("takes no `@`"));
        }
        let takes_argument = !matches!(
            name,
            "ok" | "reset"
                | "lost"
                | "truncate"
                | "cut"
                | "html200"
                | "empty200"
                | "surrogate"
                | "badutf8"
                | "bom"
                | "dupkey"
                | "cursor-loop"
                | "cursor-empty-page"
                | "day-exhausted"
        );
        if argument.is_some() && !takes_argument {
            return Err(self.bad("takes no `:`"));
        }
        Ok((fault, When::InTurn))
    }

    /// `CODE;ra=…;skew=…`.
    fn status(&self, argument: Option<&str>) -> Result<Fault, Error> {
        let mut parts = self.needed(argument)?.split(';');
        let status = self.code(parts.next())?;
        let (mut retry_after, mut skew) = (Vec::new(), 0);
        for part in parts {
            match part.split_once('=') {
                Some(("ra", text)) => {
                    let text = text.trim_matches('"');
                    retry_after.push(match text.strip_prefix("date") {
                        Some(seconds) if !seconds.is_empty() => {
                            RetryAfter::Date(self.number(Some(seconds))?)
                        }
                        _ => RetryAfter::Text(text.to_owned()),
                    });
                }
                Some(("skew", seconds)) => skew = self.number(Some(seconds))?,
                _ => return Err(self.bad("after the status only `ra=` and `skew=` may stand")),
            }
        }
        Ok(Fault::Status { status, retry_after, skew })
    }

    /// `URL`, `CODE:URL`.
    fn redirect(&self, argument: Option<&str>) -> Result<Fault, Error> {
        let argument = self.needed(argument)?;
        let (status, location) = match argument.split_once(':') {
            Some((code, location)) if code.starts_with('3') => (self.code(Some(code))?, location),
            _ => (StatusCode::FOUND, argument),
        };
        Ok(Fault::Redirect { status, location: location.to_owned() })
    }

    /// `TIME@N`, `TIME`.
    fn stall(&self, argument: Option<&str>) -> Result<Fault, Error> {
        let argument = self.needed(argument)?;
        let (wait, after) = argument.split_once('@').unwrap_or((argument, "0"));
        Ok(Fault::Stall { wait: self.time(wait)?, after: self.number(Some(after))? })
    }

    /// `BYTES/TIME`.
    fn drip(&self, argument: Option<&str>) -> Result<Fault, Error> {
        let (bytes, wait) = self
            .needed(argument)?
            .split_once('/')
            .ok_or_else(|| self.bad("wants bytes and time, such as `drip:1B/9s`"))?;
        let bytes = usize::try_from(self.size(Some(bytes))?).unwrap_or(usize::MAX);
        if bytes == 0 {
            return Err(self.bad("no bytes are no drip"));
        }
        Ok(Fault::Drip { bytes, wait: self.time(wait)? })
    }

    fn page(&self, place: Option<&str>) -> Result<When, Error> {
        Ok(When::Page(self.number(place)?))
    }

    fn request(&self, place: Option<&str>) -> Result<When, Error> {
        match place {
            None => Ok(When::InTurn),
            Some(_) => Ok(When::Request(self.number(place)?)),
        }
    }

    fn member(&self, argument: Option<&str>) -> Result<Option<String>, Error> {
        let name = self.needed(argument)?;
        Ok((name != "*").then(|| name.to_owned()))
    }

    fn code(&self, text: Option<&str>) -> Result<StatusCode, Error> {
        let code = self.needed(text)?.parse();
        let code = code.ok().filter(|code: &StatusCode| code.as_u16() >= 200);
        code.ok_or_else(|| self.bad("wants an HTTP status from 200"))
    }

    /// A time such as `300ms`, `9s`, `2m`, `1h`; seconds without a unit.
    fn time(&self, text: &str) -> Result<Duration, Error> {
        let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let number: u32 = self.number(Some(digits))?;
        match &text[digits.len()..] {
            "ms" => Ok(Duration::from_millis(u64::from(number))),
            "s" | "" => Ok(Duration::from_secs(u64::from(number))),
            "m" => Ok(Duration::from_mins(u64::from(number))),
            "h" => Ok(Duration::from_hours(u64::from(number))),
            _ => Err(self.bad("wants a time such as 300ms, 9s, 2m, 1h")),
        }
    }

    /// A number of bytes such as `10`, `10B`, `64K`, `10M`, `1G`.
    fn size(&self, text: Option<&str>) -> Result<u64, Error> {
        let text = self.needed(text)?;
        let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let number: u64 = self.number(Some(digits))?;
        let unit = match &text[digits.len()..] {
            "" | "B" => 1,
            "K" | "KB" | "KiB" => 1 << 10,
            "M" | "MB" | "MiB" => 1 << 20,
            "G" | "GB" | "GiB" => 1 << 30,
            _ => return Err(self.bad("wants a size such as 100, 64K, 10M, 1G")),
        };
        number.checked_mul(unit).ok_or_else(|| self.bad("is larger than any body"))
    }

    fn number<T: std::str::FromStr>(&self, text: Option<&str>) -> Result<T, Error> {
        self.needed(text)?.parse().map_err(|_| self.bad("wants a number"))
    }

    fn needed<'t>(&self, text: Option<&'t str>) -> Result<&'t str, Error> {
        text.filter(|text| !text.is_empty()).ok_or_else(|| self.bad("lacks a part"))
    }

    fn bad(&self, problem: &str) -> Error {
        Error::BadFault {
            word: self.text.to_owned(),
            problem: format!("{problem}; known are {KNOWN}"),
        }
    }
}
