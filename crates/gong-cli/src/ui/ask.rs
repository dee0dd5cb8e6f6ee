//! Questions to the user: only when somebody is there to answer.

use std::{io, thread};

use anyhow::Result;
use dialoguer::console::Term;
use gong_auth::Secret;

use super::Ui;
use crate::{
    exit::Failure,
    interrupt::{Asking, PATIENCE},
    output::clean_line,
};

/// What came of a question with two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Go on.
    Confirmed,
    /// Do not.
    Refused(Refusal),
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The user said no.
    #[error("it was not confirmed")]
    Declined,
    /// There is nobody to ask; `--yes` would have confirmed it.
    #[error("there is no terminal to ask at")]
    NoTerminal,
}

impl Ui {
    /// Asks a question that is answered with yes or no. `--yes` answers it, and without a terminal
    /// the answer is no. Ctrl-C is an interruption, here and at the other questions.
    pub(crate) fn confirm(&self, question: &str) -> Result<Answer> {
        if let Some(answer) = self.unasked() {
            return Ok(answer);
        }
        let prompt = clean_line(question).into_owned();
        let _asking = Asking::begin();
        let asked = dialoguer::Confirm::new().with_prompt(prompt).default(false).interact();
        let said = asked.map_err(unanswered)?;
        Ok(if said { Answer::Confirmed } else { Answer::Refused(Refusal::Declined) })
    }

    /// Asks for a line of text. Fails without a terminal.
    pub(crate) fn ask(&self, prompt: &str) -> Result<String> {
        self.need_terminal()?;
        let prompt = clean_line(prompt).into_owned();
        let _asking = Asking::begin();
        dialoguer::Input::new().with_prompt(prompt).interact_text().map_err(unanswered)
    }

    /// Asks for a secret, which is not shown while it is typed. Fails without a terminal.
    pub(crate) fn ask_secret(&self, prompt: &str) -> Result<Secret> {
        self.need_terminal()?;
        let prompt = clean_line(prompt).into_owned();
        let _asking = Asking::begin();
        let asked = dialoguer::Password::new().with_prompt(prompt).interact();
        asked.map(Secret::from).map_err(unanswered)
    }

    /// Whether somebody can be asked: both ends of a conversation are a terminal.
    pub(crate) fn can_ask(&self) -> bool {
        self.settings.stdin_is_terminal && self.settings.stderr_is_terminal
    }

    fn unasked(&self) -> Option<Answer> {
        if self.settings.assume_yes {
            Some(Answer::Confirmed)
        } else if self.can_ask() {
            None
        } else {
            Some(Answer::Refused(Refusal::NoTerminal))
        }
    }

    fn need_terminal(&self) -> io::Result<()> {
        if self.can_ask() {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::NotConnected, Refusal::NoTerminal))
    }
}

/// Leaves a question without an answer: it may have hidden the cursor, and what is said next would
/// stand behind it.
pub(crate) fn leave_question() {
    let terminal = Term::stderr();
    let _ = terminal.show_cursor().and_then(|()| terminal.write_line(""));
}

/// Why there is no answer.
fn unanswered(dialoguer::Error::IO(error): dialoguer::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::Interrupted {
        // By a signal, and who hears it knows which: that ends the process.
        thread::sleep(PATIENCE);
        return Failure::Interrupted { signal: 2, hint: None }.into();
    }
    leave_question();
    error.into()
}

#[cfg(test)]
mod tests {
    use super::{super::UiSettings, *};

    #[test]
    fn without_a_terminal_only_yes_is_yes() {
        let nobody = UiSettings::default();
        let refused = Answer::Refused(Refusal::NoTerminal);
        for (settings, answer) in [
            (nobody, refused),
            (UiSettings { stdin_is_terminal: true, ..nobody }, refused),
            (UiSettings { stderr_is_terminal: true, ..nobody }, refused),
            (UiSettings { assume_yes: true, ..nobody }, Answer::Confirmed),
        ] {
            assert_eq!(Ui::new(settings).confirm("Erase all?").unwrap(), answer);
        }
        assert!(Ui::new(nobody).ask_secret("Key").is_err() && Ui::new(nobody).ask("Key").is_err());
    }
}
