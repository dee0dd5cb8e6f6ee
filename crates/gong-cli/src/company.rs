//! The company that a command acts on: commands in hints are for the same one when they are pasted.

use std::{borrow::Cow, sync::OnceLock};

use clap::CommandFactory as _;

use crate::args::{Cli, Globals};

/// The options that chose it, as a shell reads them; nothing while none did. What the environment
/// chose, it also chooses for what is pasted.
static OPTIONS: OnceLock<String> = OnceLock::new();

/// What acts on no company.
const FOR_ALL: &[&str] = &["completion", "help", "sandbox"];

/// Takes note of the company, for as long as the process lasts.
pub(crate) fn choose(globals: &Globals) {
    if let Some(options) = options(globals) {
        OPTIONS.get_or_init(|| options);
    }
}

/// The text, with commands that act on the same company.
pub(crate) fn keep(text: &str) -> Cow<'_, str> {
    OPTIONS.get().map_or(Cow::Borrowed(text), |options| Cow::Owned(with(text, options)))
}

fn options(globals: &Globals) -> Option<String> {
    if globals.sandbox {
        return Some("--sandbox".to_owned());
    }
    globals.profile.as_deref().map(|name| format!("--profile {}", quoted(name)))
}

/// A word, as a shell reads it.
pub(crate) fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-+@%/".contains(it);
    if !word.is_empty() && word.chars().all(is_plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

fn with(text: &str, options: &str) -> String {
    const NAME: &str = "gong ";
    let program = Cli::command();
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(NAME) {
        let (before, command) = rest.split_at(at + NAME.len());
        let is_word = |it: char| it.is_alphanumeric() || "/-_.".contains(it);
        let is_other = before[..at].ends_with(is_word);
        let first = command.split([' ', '`']).next().unwrap_or_default();
        let is_known = program.find_subcommand(first).is_some() && !FOR_ALL.contains(&first);
        let command_line = command.split('`').next().unwrap_or_default();
        let says = |option| command_line.contains(option);
        let is_sandboxed = options == "--sandbox";
        let has_company = says("--profile") || says("--sandbox") || says("--help");
        whole.push_str(before);
        let is_login = is_sandboxed && first == "auth";
        if is_known && !is_other && !has_company && !is_login {
            whole.push_str(options);
            whole.push(' ');
        }
        rest = command;
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_act_on_the_company_that_was_chosen() {
        for (text, kept) in [
            (
                "run `gong sync --since 90d` to make one",
                "run `gong --profile eu sync --since 90d` to make one",
            ),
            (
                "if they are gone: gong sync --accept-vanished",
                "if they are gone: gong --profile eu sync --accept-vanished",
            ),
            (
                "gong sql 'x', or gong sql --tables",
                "gong --profile eu sql 'x', or gong --profile eu sql --tables",
            ),
            (
                "run `gong archive rebuild`, then `gong sync`",
                "run `gong --profile eu archive rebuild`, then `gong --profile eu sync`",
            ),
            ("`gong quota` and é", "`gong --profile eu quota` and é"),
            // Nothing that acts on no company, on another one, or is no command.
            ("see `gong help dates`", "see `gong help dates`"),
            ("see gong export --help", "see gong export --help"),
            ("run `gong auth login --profile us`", "run `gong auth login --profile us`"),
            ("run `gong --profile eu sync`", "run `gong --profile eu sync`"),
            ("use the newer gong that made it", "use the newer gong that made it"),
            ("in my-gong search", "in my-gong search"),
        ] {
            assert_eq!(with(text, "--profile eu"), kept);
        }
        let login = "run `gong auth login`, then `gong sync`";
        assert_eq!(with(login, "--sandbox"), "run `gong auth login`, then `gong --sandbox sync`");
    }

    #[test]
    fn a_profile_is_written_as_a_shell_reads_it() {
        let profile =
            |name: &str| options(&Globals { profile: Some(name.to_owned()), ..Globals::default() });
        assert_eq!(profile("eu").unwrap(), "--profile eu");
        assert_eq!(profile("it's eu").unwrap(), r"--profile 'it'\''s eu'");
        assert_eq!(options(&Globals::default()), None);
    }
}
