//! Ctrl-C: the first one asks the command to stop in good order, the second one ends it at once.

use std::{io, sync::Arc, thread, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::exit::Failure;

/// How long a command may take to stop in good order.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells whether the user wants the command to stop.
#[derive(Clone)]
pub(crate) struct Interrupt(Arc<watch::Receiver<Option<u8>>>);

impl Interrupt {
    /// Listens from now on, on a thread of its own, so that it works while a command computes.
    pub(crate) fn listen() -> io::Result<Self> {
        let (sender, receiver) = watch::channel(None);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Before the thread runs, so that no signal comes too early to be heard.
        let (mut interrupts, mut terminations, mut hangups) = {
            let _entered = runtime.enter();
            (
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
            )
        };
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(async {
                let mut next = async || {
                    tokio::select! {
                        _ = interrupts.recv() => 2,
                        _ = terminations.recv() => 15,
                        _ = hangups.recv() => 1,
                    }
                };
                let first = next().await;
                // Nobody listens any more: the command is about to end by itself.
                let _ = sender.send(Some(first));
                let last = tokio::time::timeout(PATIENCE, next()).await.unwrap_or(first);
                end(last);
            });
        })?;
        Ok(Self(Arc::new(receiver)))
    }

    /// Waits until the user wants the command to stop.
    pub(crate) async fn wait(&self) -> Failure {
        let mut receiver = (*self.0).clone();
        match receiver.wait_for(Option::is_some).await.map(|signal| *signal) {
            Ok(Some(signal)) => Failure::Interrupted { signal, hint: None },
            // Without a listener there are no interrupts either.
            _ => std::future::pending().await,
        }
    }
}

#[expect(clippy::exit, reason = "the command did not stop in time, or the user is in a hurry")]
fn end(signal: u8) -> ! {
    std::process::exit(128 + i32::from(signal))
}
