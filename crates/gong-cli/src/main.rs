//! The command line `gong`: parses, runs one command, and ends with a code that says how it went.
#![doc = include_str!("../README.md")]

use std::{process::ExitCode, rc::Rc, time::Duration};

use clap::Parser as _;

use crate::{args::Cli, context::Context, env::Env, interrupt::Interrupt, ui::Ui};

mod args;
mod body;
mod choices;
mod commands;
mod company;
mod context;
mod env;
mod exit;
mod filter_args;
mod ids;
mod interrupt;
mod logging;
mod outcome;
mod output;
mod period_args;
mod request_key;
mod ui;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // Not the payload: it may hold what Gong sent.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        ui::say_to_the_last(&format!("error: gong has a bug at {place}; please report it"));
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::report_usage(&error),
    };
    company::choose(&cli.globals);
    let read = Env::read();
    let ui = Rc::new(Context::ui(&cli.globals, read.as_ref().unwrap_or(&Env::default())));
    match read.map_err(Into::into).and_then(|env| run(cli, env, Rc::clone(&ui))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error, &ui),
    }
}

fn run(cli: Cli, env: Env, ui: Rc<Ui>) -> anyhow::Result<()> {
    // A core file would hold the secrets of this process.
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(rustix::process::Resource::Core, none).ok();
    logging::start(&cli.globals, &env)?;
    let Some(command) = cli.command else { return commands::help::welcome() };
    if let Some(done) = commands::offline(&command) {
        return done;
    }
    let context = Context::new(cli.globals, env, ui)?;
    let interrupt = Interrupt::listen(context.ui.is_for_people())?;
    // A second thread, so that permits are given back while the output waits for its reader.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let done = runtime.block_on(commands::run(command, context, interrupt));
    // A request in flight is not waited for, except one whose answer works only once.
    runtime.shutdown_background();
    gong_client::wait_for_tokens(Duration::from_mins(1));
    done
}
