//! `cargo xtask spec`: which operation has a type, a command, a route, and a line in the reference,
//! and whether the models have the members that Gong describes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{
    docs,
    models::Models,
    operations::{self, Operation},
    shell,
    workspace::{self, Source},
};

mod compare;
mod exceptions;
mod openapi;
mod routes;

/// What to compare.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Fail if an operation lacks one of the four, or a difference is not explained
    #[arg(long)]
    check: bool,
    /// Compare the models with this description instead, in the format `OpenAPI`
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let outcome = if let Some(file) = &args.openapi {
        // It needs no program, so that it can be asked for while the workspace does not build.
        openapi::check(file)
    } else {
        shell::build()?;
        let matrix = Matrix::read(&shell::gong("debug")?)?;
        println!("{}", matrix.table());
        matrix.verdict()
    };
    match outcome {
        Err(error) if !args.check => {
            println!("{error:#}");
            Ok(())
        }
        outcome => outcome,
    }
}

/// Fails if an operation lacks something that it should have.
pub(crate) fn check(gong: &Path) -> Result<()> {
    Matrix::read(gong)?.verdict()
}

/// The page that lists every operation.
const REFERENCE: &str = "docs/reference/operations.md";

/// What each operation should have.
const PARTS: [&str; 4] = ["type", "command", "route", "line in the reference"];

/// What each operation has.
struct Matrix {
    operations: Vec<Operation>,
    models: Models,
    /// The command of each operation that has one.
    commands: BTreeMap<String, String>,
    /// The operations that the sandbox answers.
    routes: BTreeMap<String, String>,
    /// The operations that have a line in the reference.
    lines: BTreeSet<String>,
    /// Where two places say different things.
    disputes: Vec<String>,
}

impl Matrix {
    fn read(gong: &Path) -> Result<Self> {
        let sources = workspace::sources()?;
        let page = docs::reference(gong, "operations")?;
        let mut matrix = Self::of(operations::all()?, &sources, &page);
        let known = docs::reference(gong, "cli")?;
        matrix.disputes.extend(unknown_commands(&matrix.commands, &known));
        Ok(matrix)
    }

    fn of(operations: Vec<Operation>, sources: &[Source], page: &str) -> Self {
        Self {
            models: Models::of(sources),
            commands: commands(page),
            routes: routes::answered(sources),
            lines: lines(sources),
            disputes: routes::disputes(sources, &operations),
            operations,
        }
    }

    fn type_of(&self, operation: &Operation) -> Option<&str> {
        let mut endpoints = self.models.endpoints.iter();
        let found = endpoints.find(|endpoint| operation.is_at(&endpoint.method, &endpoint.path));
        found.map(|endpoint| endpoint.name.as_str())
    }

    /// What the operation has of [`PARTS`].
    fn parts(&self, operation: &Operation) -> [Option<&str>; 4] {
        [
            self.type_of(operation),
            self.commands.get(&operation.id).map(String::as_str),
            self.routes.get(&operation.id).map(String::as_str),
            self.lines.contains(&operation.id).then_some("yes"),
        ]
    }

    fn has_hole(&self, operation: &Operation) -> bool {
        self.parts(operation).contains(&None)
    }

    fn table(&self) -> String {
        let mut rows =
            vec![["operation", "type", "command", "route", "line"].map(ToOwned::to_owned)];
        for operation in &self.operations {
            let [kind, command, route, line] =
                self.parts(operation).map(|part| part.unwrap_or("-").to_owned());
            let note = if self.has_hole(operation) { " (hole)" } else { "" };
            rows.push([format!("{}{note}", operation.id), kind, command, route, line]);
        }
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let [first, second, third, fourth] = [0, 1, 2, 3].map(width);
        let lines = rows.iter().map(|[operation, kind, command, route, line]| {
            format!("{operation:first$}  {kind:second$}  {command:third$}  {route:fourth$}  {line}")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn verdict(&self) -> Result<()> {
        let holes: Vec<_> = self.operations.iter().filter(|it| self.has_hole(it)).collect();
        let (all, lacking) = (self.operations.len(), holes.len());
        println!("{all} operations: {} built, {lacking} with a hole", all - lacking);
        let mut faults = self.disputes.clone();
        for operation in holes {
            let parts = self.parts(operation);
            let lacking = PARTS.iter().zip(parts).filter(|(_, part)| part.is_none());
            let lacking: Vec<_> = lacking.map(|(name, _)| format!("no {name}")).collect();
            faults.push(format!("{} has {}", operation.id, lacking.join(" and ")));
        }
        for id in self.commands.keys().chain(self.routes.keys()) {
            if !self.operations.iter().any(|operation| operation.id == *id) {
                faults.push(format!("{id} is not in the table of operations"));
            }
        }
        if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
    }
}

/// The command of each operation, from the page that `gong` writes: operation, method and path,
/// command, and more, with `-` where there is no command yet.
fn commands(page: &str) -> BTreeMap<String, String> {
    let rows = page.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = rows.map(|row| {
        row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned())
    });
    let commands = cells.filter_map(|mut cells| Some((cells.next()?, cells.nth(1)?)));
    commands.filter(|(_, command)| command != "-").collect()
}

/// The operations that have a row in the reference.
fn lines(sources: &[Source]) -> BTreeSet<String> {
    let pages = sources.iter().filter(|source| source.path == REFERENCE);
    let rows = pages.flat_map(|page| page.text.lines()).filter_map(|line| line.strip_prefix('|'));
    rows.filter_map(|row| row.split('|').next())
        .map(|cell| cell.trim().trim_matches('`').to_owned())
        .collect()
}

/// Commands that an operation is said to have, but that have no heading in the page of commands.
fn unknown_commands(commands: &BTreeMap<String, String>, page: &str) -> Vec<String> {
    let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix('#')).collect();
    let mut unknown = Vec::new();
    for (id, list) in commands {
        for command in list.split(", ") {
            let words = command.split(' ').take_while(|word| !word.starts_with(['-', '<', '[']));
            let name = words.collect::<Vec<_>>().join(" ");
            if !headings.iter().any(|heading| heading.trim_start_matches('#').trim() == name) {
                unknown.push(format!("{id} has the command `{name}`, which gong does not know"));
            }
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Operations\n\n| operation | method and path | command | scope | risk |\n\
        |---|---|---|---|---|\n\
        | `calls-list` | `GET /v2/calls` | `gong calls list` | `a` | read |\n\
        | `calls-add` | `POST /v2/calls` | - | `b` | write |\n\
        | `users-list` | `GET /v2/users` | `gong users list` | `c` | read |\n";

    fn operation(id: &str, method: &str, path: &str) -> Operation {
        Operation {
            id: id.to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            scopes: Vec::new(),
            answer: None,
        }
    }

    fn matrix() -> Matrix {
        let types = "//! x\nimpl Endpoint for ListCalls {\n    Request::get(\"/v2/calls\")\n}\n";
        let routes = "//! x\n    \"calls-list\" => calls::list(ask),\n\
            operation(\"calls-list\", Method::GET, \"/v2/calls\", None),\n";
        let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [
            file("crates/gong-types/src/calls.rs", types),
            file("crates/gong-sandbox/src/routes.rs", routes),
            file(REFERENCE, PAGE),
        ];
        let operations = vec![
            operation("calls-list", "GET", "/v2/calls"),
            operation("calls-add", "POST", "/v2/calls"),
            operation("users-list", "GET", "/v2/users"),
        ];
        Matrix::of(operations, &sources, PAGE)
    }

    #[test]
    fn an_operation_that_lacks_something_is_found() {
        let matrix = matrix();
        let holes: Vec<_> = matrix.operations.iter().map(|o| matrix.has_hole(o)).collect();
        assert_eq!(holes, [false, true, true]);
        let error = matrix.verdict().unwrap_err().to_string();
        assert_eq!(
            error,
            "calls-add has no type and no command and no route\nusers-list has no type and no route"
        );
    }

    #[test]
    fn an_operation_without_a_line_in_the_reference_is_found() {
        let mut matrix = matrix();
        matrix.lines.remove("calls-list");
        let error = matrix.verdict().unwrap_err().to_string();
        assert!(error.contains("calls-list has no line in the reference"), "{error}");
    }

    #[test]
    fn the_table_shows_what_is_there() {
        let table = matrix().table();
        let cells = |line: &str| -> Vec<_> {
            let cells = line.split("  ").map(|cell| cell.trim().to_owned());
            cells.filter(|cell| !cell.is_empty()).collect()
        };
        let rows: Vec<_> = table.lines().map(cells).collect();
        assert_eq!(rows[1], ["calls-list", "ListCalls", "gong calls list", "calls::list", "yes"]);
        assert_eq!(rows[3][0], "users-list (hole)");
    }

    #[test]
    fn a_command_that_gong_does_not_know_is_found() {
        let commands = |text: &str| BTreeMap::from([("calls-get".to_owned(), text.to_owned())]);
        let page = "# Commands\n\n### gong calls\n\n#### gong calls get\n";
        assert_eq!(unknown_commands(&commands("gong calls get --basic"), page), [""; 0]);
        assert_eq!(
            unknown_commands(&commands("gong calls get, gong calls show"), page),
            ["calls-get has the command `gong calls show`, which gong does not know"]
        );
    }

    #[test]
    fn a_command_for_no_operation_is_found() {
        let mut matrix = matrix();
        matrix.operations.truncate(1);
        let error = matrix.verdict().unwrap_err().to_string();
        assert_eq!(error, "users-list is not in the table of operations");
    }
}
