//! Outcomes that nobody knows: what shows whether Gong did something whose answer was lost.

use gong_types::{Operation, Resend};
use http::Method;

/// The command that shows what an operation has done; `{id}` is the id in its path, and a word of
/// capitals stands for what only the user knows. What costs and leaves nothing behind has none.
const LOOKS: &[(&str, &str)] = &[
    ("calls-add", "gong calls list --last 7d"),
    ("calls-media-upload", "gong calls get {id}"),
    ("calls-users-access-add", "gong calls access list CALL-ID"),
    ("calls-users-access-remove", "gong calls access list CALL-ID"),
    ("tasks-update", "gong tasks list --user USER"),
    ("flows-prospects-assign", "gong flows prospects list --prospect CRM-ID"),
    ("flows-prospects-assign-cool-off-override", "gong flows prospects list --prospect CRM-ID"),
    ("flows-prospects-unassign-by-instance-id", "gong flows prospects list --prospect CRM-ID"),
    ("flows-prospects-unassign-by-crm-id", "gong flows prospects list --prospect CRM-ID"),
    ("flows-prospects-bulk-assign", "gong flows prospects list --prospect CRM-ID"),
    ("crm-integrations-register", "gong crm integrations list"),
    ("crm-integrations-delete", "gong crm integrations list"),
    ("crm-entity-schema-upload", "gong crm schema list"),
    ("crm-entities-upload", "gong crm request REQUEST-ID --integration ID"),
    ("data-privacy-erase-email", "gong privacy find-email ADDRESS"),
    ("data-privacy-erase-phone", "gong privacy find-phone NUMBER"),
    ("permission-profile-create", "gong permissions profiles list --workspace ID"),
    ("permission-profile-update", "gong permissions profiles list --workspace ID"),
    ("integration-settings-set", "gong integration-settings get"),
    ("targets-assignments-upload", "gong targets list --workspace ID"),
];

/// What a person can do to learn what became of a request, such as `POST /v2/meetings`.
pub(crate) fn look_for(request: &str) -> String {
    let Some((operation, path)) = operation(request) else {
        return "look for what it should have changed".to_owned();
    };
    match LOOKS.iter().find(|(id, _)| *id == operation.id) {
        Some((_, command)) => {
            let id = path.split('/').nth(3).unwrap_or_default();
            format!("look with `{}`", command.replace("{id}", id))
        }
        // No list of Gong's has what was only just arranged.
        None if is_meeting(operation) => "look in the organizer's calendar".to_owned(),
        None if operation.resend() == Resend::WithKey => "no command shows events".to_owned(),
        None => "no command shows it; it may have cost credits".to_owned(),
    }
}

/// What to do after the answer to a request was lost.
pub(crate) fn after_loss(request: &str) -> String {
    let resend = operation(request).map(|(operation, _)| operation.resend());
    match resend {
        Some(Resend::WithKey | Resend::SameState) => {
            "run the same command again: nothing is done twice".to_owned()
        }
        _ => format!("{} before you send it again", look_for(request)),
    }
}

fn is_meeting(operation: &Operation) -> bool {
    operation.id.starts_with("meetings-")
}

/// The operation of a request, and its path.
fn operation(request: &str) -> Option<(&'static Operation, &str)> {
    let (method, path) = request.split_once(' ')?;
    let method: Method = method.parse().ok()?;
    Some((Operation::of(&method, path)?, path))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use gong_types::Effect;

    use super::*;
    use crate::{args::Cli, commands::reference};

    #[test]
    fn every_operation_that_does_something_can_be_looked_after() {
        for operation in Operation::all().iter().filter(|it| it.effect() != Effect::Reads) {
            let look = LOOKS.iter().find(|(id, _)| *id == operation.id);
            let has_none = operation.effect() == Effect::Costs
                || operation.id.contains("engagement")
                || operation.id == "digital-interactions-add"
                || is_meeting(operation);
            assert_eq!(look.is_none(), has_none, "{}", operation.id);
        }
        for (id, look) in LOOKS {
            assert!(Operation::all().iter().any(|it| it.id == *id), "{id}");
            let mut commands = reference::commands().flat_map(|(_, it)| it.split(", "));
            assert!(commands.any(|it| look.starts_with(it)), "{look}");
        }
    }

    #[test]
    fn every_command_to_look_with_can_be_pasted() {
        let is_placeholder = |word: &str| {
            word == "{id}" || word.chars().all(|it| it.is_ascii_uppercase() || it == '-')
        };
        for (id, look) in LOOKS {
            let words = look.split(' ').map(|word| match word {
                "ADDRESS" => "jane@company.example",
                "NUMBER" => "+14155550123",
                word if is_placeholder(word) => "1",
                word => word,
            });
            let parsed = Cli::try_parse_from(words);
            assert!(parsed.is_ok(), "{id}: {look}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn what_to_do_depends_on_the_operation() {
        for (request, says) in [
            ("POST /v2/meetings", "look in the organizer's calendar before you send it again"),
            ("PATCH /v2/tasks/7", "run the same command again: nothing is done twice"),
            ("PUT /v2/calls/71/media", "look with `gong calls get 71` before you send it again"),
            ("DELETE /v2/meetings/7", "run the same command again: nothing is done twice"),
            ("POST /v2/tomorrow", "look for what it should have changed before you send it again"),
        ] {
            assert_eq!(after_loss(request), says);
        }
        assert!(look_for("GET /v2/entities/ask-entity").contains("credits"));
    }
}
