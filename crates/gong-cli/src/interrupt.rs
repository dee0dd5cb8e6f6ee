//! Ctrl-C: the first one asks the command to stop in good order, the second one ends it at once.

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::{
    process::Signal,
    termios::{OptionalActions, Termios, tcgetattr, tcsetattr},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    exit::{self, Failure},
    ui,
};

/// How long a command may take to stop in good order.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Tells whether the user wants the command to stop.
#[derive(Clone)]
pub(crate) struct Interrupt {
    signal: Arc<watch::Receiver<Option<u8>>>,
    ending: Arc<Ending>,
}

/// How a command is ended that does not end by itself.
#[derive(Default)]
struct Ending {
    /// Whether nothing has to be put in order, so that nothing is waited for.
    is_at_once: AtomicBool,
    /// What resumes the command; nothing is the same command again.
    resume: OnceLock<&'static str>,
}

impl Interrupt {
    /// Listens from now on, on a thread of its own, so that it works while a command computes.
    pub(crate) fn listen(is_for_people: bool) -> io::Result<Self> {
        let (sender, receiver) = watch::channel(None);
        let ending = Arc::<Ending>::default();
        let shared = Arc::clone(&ending);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Before the thread runs, so that no signal comes too early to be heard.
        let (mut interrupts, mut terminations, mut hangups) = {
            let _entered = runtime.enter();
            // A file that may not grow is an error of the writing then, and no end of the process.
            drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?);
            (
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
            )
        };
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(async {
                let mut next = async || {
                    // A question that any signal ended sends the one of Ctrl-C after it.
                    tokio::select! {
                        biased;
                        _ = terminations.recv() => 15,
                        _ = hangups.recv() => 1,
                        _ = interrupts.recv() => 2,
                    }
                };
                let first = next().await;
                // Nobody listens any more: the command is about to end by itself.
                let _ = sender.send(Some(first));
                let is_at_once = shared.is_at_once.load(Ordering::Relaxed) || Asking::is_going_on();
                let last = if is_at_once {
                    first
                } else {
                    tokio::time::timeout(PATIENCE, next()).await.unwrap_or(first)
                };
                end(last, shared.resume.get().copied(), is_for_people);
            });
        })?;
        Ok(Self { signal: Arc::new(receiver), ending })
    }

    /// Whether the command, which only reads and computes now, may be ended at any time.
    pub(crate) fn set_at_once(&self, is_at_once: bool) {
        self.ending.is_at_once.store(is_at_once, Ordering::Relaxed);
    }

    /// Says what resumes the command if it has to be ended. Only the first word counts.
    pub(crate) fn set_resume(&self, how: &'static str) {
        self.ending.resume.get_or_init(|| how);
    }

    /// Waits until the user wants the command to stop.
    pub(crate) async fn wait(&self) -> Failure {
        let mut receiver = (*self.signal).clone();
        match receiver.wait_for(Option::is_some).await.map(|signal| *signal) {
            Ok(Some(signal)) => Failure::Interrupted { signal, hint: None },
            // Without a listener there are no interrupts either.
            _ => std::future::pending().await,
        }
    }
}

/// How the terminal was before a question changed it; nothing while nobody is asked.
static TERMINAL: Mutex<Option<Termios>> = Mutex::new(None);

/// Lasts as long as a question is asked. Whoever ends the process then leaves the terminal as it was,
/// and waits for nothing: what reads the answer cannot be woken.
pub(crate) struct Asking(());

impl Asking {
    pub(crate) fn begin() -> Self {
        *terminal() = tcgetattr(io::stdin()).ok();
        Self(())
    }

    fn is_going_on() -> bool {
        terminal().is_some()
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        *terminal() = None;
    }
}

fn terminal() -> MutexGuard<'static, Option<Termios>> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::exit, reason = "the command did not stop in time, or the user is in a hurry")]
fn end(signal: u8, resume: Option<&str>, is_for_people: bool) -> ! {
    if let Some(before) = terminal().take() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        // The question stands in the line, and may have hidden the cursor.
        ui::leave_question();
    }
    let failure = Failure::Interrupted { signal, hint: resume.map(str::to_owned) };
    exit::report_to_the_last(&failure.into(), is_for_people);
    std::process::exit(128 + i32::from(signal))
}
