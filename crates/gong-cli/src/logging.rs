//! The log on stderr: off unless asked for, as text or as a JSON object a line.

use anyhow::Result;
use tracing_subscriber::EnvFilter;

use crate::{
    args::Globals,
    env::{Env, Var},
    exit::Failure,
    ui::LogFormat,
};

/// Starts logging if `GONG_LOG` or `-vv` ask for it.
pub(crate) fn start(globals: &Globals, env: &Env) -> Result<()> {
    let wanted = match (env.get(Var::GONG_LOG), globals.verbose) {
        (Some(wanted), _) => wanted.to_owned(),
        (None, 0 | 1) => return Ok(()),
        (None, 2) => "gong=debug,gong_client=debug,gong_sandbox=info".to_owned(),
        (None, _) => "trace".to_owned(),
    };
    let filter = EnvFilter::builder().parse(&wanted).map_err(|_| {
        Failure::usage(
            format!("{wanted:?} in GONG_LOG says not what to log"),
            "write a level, such as debug, or crate=level, such as gong_client=trace",
        )
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match globals.log_format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
