//! Where an export goes: a folder, or a store whose key stands in the environment.

use std::path::Path;

use anyhow::Result;
use gong_archive::ExportPlace;

use crate::env::Env;

/// What `--out` means.
#[cfg(feature = "export")]
pub(super) fn of(env: &Env, out: &Path) -> Result<ExportPlace> {
    use crate::{env::Var, exit::Failure};

    let Some(url) = out.to_str().filter(|it| it.starts_with("s3://")) else {
        return Ok(ExportPlace::Folder(out.to_owned()));
    };
    let text = |var: Var| env.get(var).map(str::to_owned);
    let needed = |var: Var| {
        text(var).ok_or_else(|| {
            let message = format!("{} is not set, and {url} wants a key", var.name());
            Failure::usage(message, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        })
    };
    Ok(ExportPlace::S3(gong_archive::S3 {
        url: url.to_owned(),
        endpoint: text(Var::AWS_ENDPOINT_URL),
        region: text(Var::AWS_REGION),
        access_key_id: needed(Var::AWS_ACCESS_KEY_ID)?,
        secret_access_key: needed(Var::AWS_SECRET_ACCESS_KEY)?.into(),
        session_token: text(Var::AWS_SESSION_TOKEN).map(Into::into),
    }))
}

/// What `--out` means.
#[cfg(not(feature = "export"))]
pub(super) fn of(_env: &Env, out: &Path) -> Result<ExportPlace> {
    if out.starts_with("s3:") {
        let hint = "install gong with its feature export";
        return Err(crate::exit::Failure::usage("this gong knows no stores", hint).into());
    }
    Ok(ExportPlace::Folder(out.to_owned()))
}
