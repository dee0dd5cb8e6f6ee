//! Zones: the one that a person means, and the company's, which Gong tells with its statistics.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::Result;
use gong_auth::DEFAULT_PROFILE;
use gong_types::{AggregateActivity, Endpoint as _, Page, UserActivity};
use jiff::{ToSpan as _, tz::TimeZone};

use super::{
    Context,
    login::{given, is_sandboxed, store},
};
use crate::{
    args::Globals,
    env::{Env, Var},
    exit::Failure,
};

impl Context {
    /// The zone that statistics count days in. If it is not known yet, one small question to Gong
    /// tells; the answer is kept.
    pub(crate) async fn company_zone(&mut self) -> Result<TimeZone> {
        if let Some(zone) = self.known_zone() {
            return Ok(zone);
        }
        if self.globals.dry_run {
            self.ui
                .warn("the time zone of the company is not known yet; days are counted in yours");
            return Ok(self.zone.clone());
        }
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let question = AggregateActivity {
            from: today.checked_sub(3.days())?,
            to: today.checked_sub(2.days())?,
            user_ids: None,
        };
        let answer: Result<Page<UserActivity>, _> =
            self.client().await?.call(&question.request()).await;
        match answer {
            Ok(page) => {
                let envelope = page.envelope.read().ok();
                if let Some(name) = envelope.and_then(|envelope| envelope.time_zone) {
                    self.learn_zone(&name);
                }
            }
            // Nobody did anything on that day, so there is no zone to learn.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
        Ok(self.known_zone().unwrap_or_else(|| {
            self.ui
                .warn("Gong did not tell the time zone of the company; days are counted in yours");
            self.zone.clone()
        }))
    }

    /// Shows times in the zone of the company from now on, for what is shown are its days.
    pub(crate) fn look_in_company_zone(&mut self) {
        if let Some(zone) = self.known_zone() {
            self.output.look_in(zone);
        }
    }

    fn known_zone(&self) -> Option<TimeZone> {
        self.company_zone.clone().or_else(|| of_company(&self.globals, &self.env))
    }

    /// Keeps the zone that Gong told with statistics.
    pub(crate) fn learn_zone(&mut self, name: &str) {
        let Some(zone) = named(name) else { return };
        let is_other = |known: TimeZone| known.iana_name() != zone.iana_name();
        if self.known_zone().is_some_and(is_other) {
            self.ui.warn(&format!(
                "Gong counts days in {name}, which was not known; run it again for the right days"
            ));
        }
        self.company_zone = Some(zone);
        if let Some((file, _)) = place(&self.globals, &self.env) {
            // What cannot be kept is asked again next time.
            let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
            let _ = folder.and_then(|()| fs::write(file, name));
        }
    }
}

/// Whether the person said in which zone.
pub(super) fn is_said(globals: &Globals, env: &Env) -> bool {
    globals.tz.is_some() || env.get(Var::GONG_TZ).is_some()
}

/// `--tz`, else `GONG_TZ`, else the company's zone if it is known, else the machine's.
pub(super) fn of_person(globals: &Globals, env: &Env) -> Result<TimeZone> {
    if let Some(name) = globals.tz.as_deref().or_else(|| env.get(Var::GONG_TZ)) {
        return named(name).ok_or_else(|| {
            let hint = "name it as Europe/Berlin, America/New_York, or UTC";
            Failure::usage(format!("{name:?} is no time zone"), hint).into()
        });
    }
    Ok(of_company(globals, env).unwrap_or_else(TimeZone::system))
}

/// The company's zone, if it is known.
fn of_company(globals: &Globals, env: &Env) -> Option<TimeZone> {
    let (file, profiled) = place(globals, env)?;
    profiled.or_else(|| kept(&file))
}

/// Where the zone of the company is kept, and the one that its profile names. A sandbox has
/// neither. No secret is fetched for this.
fn place(globals: &Globals, env: &Env) -> Option<(PathBuf, Option<TimeZone>)> {
    if is_sandboxed(globals, env) {
        return None;
    }
    let given = given(globals, env);
    let name = given.profile.map_or_else(|| DEFAULT_PROFILE.to_owned(), |it| it.value);
    // What is wrong with the file is told when credentials are needed.
    let profile = store(env).ok()?.profile(&name).ok()?.unwrap_or_default();
    let host = given.base_url.map(|it| it.value).or(profile.base_url).unwrap_or_default();
    // A key of the environment may belong to another company than the profile.
    let key = given.access_key.map(|it| it.value).unwrap_or_default();
    let file = format!("time-zone-{}-{}{}", plain(&name), plain(&host), plain(&hash(&key)));
    Some((env.state_dir()?.join(file), profile.time_zone.as_deref().and_then(named)))
}

/// The zone with this name.
fn named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name.trim()).ok()
}

/// The zone that an earlier command kept.
fn kept(file: &Path) -> Option<TimeZone> {
    named(&fs::read_to_string(file).ok()?)
}

/// A few characters that stand for a key and do not tell it.
fn hash(key: &str) -> String {
    if key.is_empty() {
        return String::new();
    }
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    format!("-{:x}", hasher.finish())
}

/// The text with nothing in it that means something in a file name.
fn plain(text: &str) -> String {
    text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).take(80).collect()
}
