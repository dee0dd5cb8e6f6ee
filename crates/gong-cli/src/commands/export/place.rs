//! Where an export goes: a folder, or a store whose key stands in the environment.

use std::path::Path;

use anyhow::Result;
use gong_archive::ExportPlace;

use crate::{env::Env, exit::Failure};

/// What `--out` means.
pub(super) fn of(env: &Env, out: &Path) -> Result<ExportPlace> {
    if out.as_os_str() == "-" {
        let message = "an export is files, and cannot go to stdout";
        let hint = "give a folder, or s3://BUCKET/PREFIX; `gong sql` writes rows to stdout";
        return Err(Failure::usage(message, hint).into());
    }
    let url = out.to_str().and_then(|it| it.split_once("://"));
    let Some((scheme, rest)) = url.filter(|(scheme, _)| is_scheme(scheme)) else {
        return Ok(ExportPlace::Folder(out.to_owned()));
    };
    if !scheme.eq_ignore_ascii_case("s3") {
        let message = format!("an export cannot go to {scheme}://");
        return Err(Failure::usage(message, "give a folder, or s3://BUCKET/PREFIX").into());
    }
    store(env, format!("s3://{rest}"))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"+.-".contains(&it))
}

#[cfg(feature = "export")]
fn store(env: &Env, url: String) -> Result<ExportPlace> {
    use crate::env::Var;

    const HINT: &str = "export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…; see `gong help \
                        environment`";

    let text = |var: Var| env.get(var).map(str::to_owned);
    let needed = |var: Var| {
        text(var).ok_or_else(|| {
            let message = format!("{} is not set, and a store wants a key", var.name());
            Failure::usage(message, HINT)
        })
    };
    Ok(ExportPlace::S3(gong_archive::S3 {
        url,
        endpoint: text(Var::AWS_ENDPOINT_URL),
        region: text(Var::AWS_REGION),
        access_key_id: needed(Var::AWS_ACCESS_KEY_ID)?,
        secret_access_key: needed(Var::AWS_SECRET_ACCESS_KEY)?.into(),
        session_token: text(Var::AWS_SESSION_TOKEN).map(Into::into),
    }))
}

#[cfg(not(feature = "export"))]
fn store(_env: &Env, _url: String) -> Result<ExportPlace> {
    let hint = "install gong with its feature export";
    Err(Failure::usage("this gong knows no stores", hint).into())
}
