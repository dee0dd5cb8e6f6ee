//! The examples of the documentation: every command that a reader may copy runs here on the sandbox.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use self::page::Example;
use crate::environment::Environment;

mod list_calls;
mod page;

/// The moment at which the examples run: a Wednesday, so that yesterday was a day of work.
const NOW: &str = "2026-06-17T16:00:00Z";

/// What stands in the pages for a call, a user, the address of a user, and more; each is replaced by
/// one of the sandbox.
const CALL: &str = "7782342274025937895";
const USER: &str = "4297232893451866744";
const ADDRESS: &str = "jane@company.example";
const WORKSPACE: &str = "623457276584334";
const FOLDER: &str = "3843152912968920037";
const PROFILE: &str = "7214736251962341234";

/// What becomes of an example that is not expected to run and end with 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    /// It does not run, for it begins with another program.
    NotRun,
    /// It does not run, for it does not end by itself.
    Serves,
    /// It ends with this code.
    EndsWith(i32),
}

use Instead::{EndsWith, NotRun, Serves};

/// The beginnings of examples that do not run and end with 0, and why.
const EXCEPTIONS: &[(&str, Instead, &str)] = &[
    ("cargo install", NotRun, "installs a program"),
    ("cargo xtask", NotRun, "is what runs this test"),
    ("gong auth login", EndsWith(2), "asks for a secret; tests/it/auth.rs pipes one"),
    ("gong auth profiles", EndsWith(2), "a sandbox has no profiles; tests/it/auth.rs has some"),
    ("gong auth logout", EndsWith(2), "a sandbox has no profiles; tests/it/auth.rs has some"),
    ("pass show", NotRun, "is a program that may not be there"),
    ("gong calls upload", EndsWith(2), "wants a recording; tests/it/calls_add.rs uploads one"),
    (
        "gong tasks update 5482761937264918273 --user jane@company.example --status",
        EndsWith(3),
        "tasks of the sandbox are others; tests/it/tasks.rs changes one",
    ),
    ("gong sandbox serve", Serves, "serves until Ctrl-C; tests/it/streams.rs ends it"),
    ("gong webhooks listen", Serves, "serves until Ctrl-C; tests/it/webhooks.rs sends it some"),
    ("gong webhooks verify", EndsWith(2), "wants a delivery; tests/it/webhooks.rs has some"),
    ("gong crm request", EndsWith(1), "each example has a sandbox of its own; see tests/it/crm.rs"),
    ("gong flows prospects bulk status", EndsWith(3), "the same; tests/it/flows.rs has one"),
    ("gong targets upload", EndsWith(2), "the file is not there; tests/it/targets.rs has one"),
    ("curl", NotRun, "is a program that may not be there, and asks a server"),
    (
        "gong calls list --on yesterday --jq .id | gong calls transcript -",
        EndsWith(7),
        "some calls of the sandbox have no transcript, which is said and not hidden",
    ),
    (
        "gong calls list --on yesterday --jq .id | gong calls media -",
        EndsWith(7),
        "a call of the sandbox has no recording, which is said and not hidden",
    ),
];

/// The way in which a checkout runs `gong`, besides its name.
const FROM_CHECKOUT: [&str; 2] =
    ["cargo run --release -p gong-cli -- ", "cargo run -p gong-cli -- "];

#[test]
fn every_example_of_the_pages_works() {
    let mut examples = Vec::new();
    for file in pages() {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        match page::of_page(&name, &text) {
            Ok(found) => examples.push(found),
            Err(error) => panic!("{error}"),
        }
    }
    let places: Vec<_> = examples.iter().flatten().map(|it| it.place.as_str()).collect();
    assert!(places.iter().any(|place| place.starts_with("README.md")), "{places:?}");
    let report = Report::of(examples.iter().map(Vec::as_slice), ShowsSomething::Always);
    report.check(80);
}

#[test]
fn every_example_of_the_help_works() {
    let reference = String::from_utf8(Environment::empty().run("reference cli").stdout).unwrap();
    let examples = page::of_help(&reference);
    let report = Report::of([examples.as_slice()], ShowsSomething::Perhaps);
    report.check(30);
}

#[test]
fn every_command_that_the_pages_name_exists() {
    let environment = Environment::empty();
    let mut named = BTreeSet::new();
    for file in pages() {
        named.extend(page::named(&fs::read_to_string(&file).unwrap()));
    }
    let exists = |command: &str| environment.run(&format!("{command} --help")).status.success();
    let wrong: Vec<_> = named.iter().filter(|command| !exists(command)).collect();
    assert!(wrong.is_empty() && named.len() > 10, "{wrong:?} of {named:?}");
    assert!(!exists("calls lst"));
}

#[test]
fn every_exception_is_needed() {
    let reference = String::from_utf8(Environment::empty().run("reference cli").stdout).unwrap();
    let mut examples = page::of_help(&reference);
    for file in pages() {
        let text = fs::read_to_string(&file).unwrap();
        examples.extend(page::of_page("", &text).unwrap());
    }
    // Those that run must end as their exceptions say, or the tests above fail.
    for (place, (beginning, instead, _)) in EXCEPTIONS.iter().enumerate() {
        let is_its = |it: &Example| exception(&it.command).is_some_and(|(own, _)| own == place);
        assert!(examples.iter().any(is_its), "no example needs {beginning:?}");
        let is_own = beginning.starts_with("gong ");
        match instead {
            NotRun => assert!(!is_own, "{beginning:?} can run"),
            Serves => assert!(["serve", "listen"].iter().any(|it| beginning.ends_with(it))),
            EndsWith(code) => assert!(is_own && *code != 0, "{beginning:?} is no exception"),
        }
    }
}

/// The exception for a command, and its place.
fn exception(command: &str) -> Option<(usize, Instead)> {
    let place = EXCEPTIONS.iter().position(|(beginning, ..)| command.starts_with(beginning))?;
    Some((place, EXCEPTIONS[place].1))
}

#[test]
fn a_wrong_example_is_found() {
    for (command, found) in [
        ("gong calls lst", "unrecognized subcommand"),
        ("gong calls list --on 15/01", "is no date"),
        ("gong calls list --last 7d --fields idd", "idd"),
        ("gong calls list --frm today | gong calls get - || true", "--frm"),
        ("gong calls list --last 7d --jq empty", "prints nothing"),
        ("frobnicate", "not found"),
    ] {
        let text = format!("```sh\ngong --version\n{command}\n```\n");
        let examples = page::of_page("bad.md", &text).unwrap();
        let report = Report::of([examples.as_slice()], ShowsSomething::Always);
        assert_eq!((report.ran, report.failures.len()), (2, 1), "{:?}", report.failures);
        let failure = &report.failures[0];
        assert!(failure.starts_with("bad.md:3: ") && failure.contains(found), "{failure}");
    }
}

#[test]
fn the_rust_example_of_the_readme_is_the_one_that_runs() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, block) = readme.split_once("```rust\n").unwrap();
    let (block, rest) = block.split_once("```").unwrap();
    assert!(include_str!("examples/list_calls.rs").contains(block), "{block}");
    assert!(!rest.contains("```rust"), "another Rust example, which nothing runs");
}

/// Whether each example has to print or write something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShowsSomething {
    Always,
    Perhaps,
}

/// What came of running examples.
#[derive(Debug, Default)]
struct Report {
    found: usize,
    left_out: usize,
    ran: usize,
    failures: Vec<String>,
}

impl Report {
    /// Runs the examples of several pages.
    fn of<'a>(pages: impl IntoIterator<Item = &'a [Example]>, shows: ShowsSomething) -> Self {
        let stand_ins = StandIns::find();
        let mut report = Self::default();
        for page in pages {
            let blocks = page.chunk_by(|one, next| one.block == next.block);
            for block in blocks {
                let home =
                    if wants_archive(block) { stand_ins.home_with_archive() } else { Home::new() };
                for example in block {
                    report.run(example, &stand_ins, &home, shows);
                }
            }
        }
        report
    }

    fn run(&mut self, example: &Example, real: &StandIns, home: &Home, shows: ShowsSomething) {
        self.found += 1;
        let command = &example.command;
        let expected = match exception(command) {
            Some((_, NotRun | Serves)) => {
                self.left_out += 1;
                return;
            }
            Some((_, EndsWith(code))) => code,
            None => 0,
        };
        let output = home.run(&real.put_into(command));
        self.ran += 1;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let mut failed = |why: String| {
            self.failures.push(format!("{}: `{command}` {why}\n{stderr}", example.place));
        };
        // An error counts also where it is not in the last part of a pipe.
        let is_told = stderr.contains(r#"{"error":"#) && !command.contains("$?");
        let printed = String::from_utf8_lossy(&output.stdout) + stderr.as_ref();
        let missing = example.printed.iter().find(|line| !page::is_in(&printed, line));
        if output.status.code() != Some(expected) {
            failed(format!("ends with {:?}, not {expected}", output.status.code()));
        } else if is_told != (expected != 0) {
            failed("does not end as it says".to_owned());
        } else if let Some(line) = missing {
            failed(format!("does not print {line:?} but\n{printed}"));
        } else if shows == ShowsSomething::Always && printed.is_empty() && is_to_show(command) {
            failed("prints nothing".to_owned());
        }
    }

    /// Fails if an example did, or if fewer ran than there must be.
    fn check(&self, least: usize) {
        let Self { found, left_out, ran, failures } = self;
        assert!(
            failures.is_empty(),
            "{} of {ran} failed:\n{}",
            failures.len(),
            failures.join("\n")
        );
        assert_eq!(*ran, found - left_out, "all that are not left out run");
        assert!(*ran >= least, "only {ran} of {found} ran; are they still found?");
    }
}

/// Whether a block reads an archive and does not make it first.
fn wants_archive(block: &[Example]) -> bool {
    let has = |command: &str| block.iter().any(|it| it.command.contains(command));
    ["search", "sql", "export", "archive"].iter().any(|it| has(&format!("gong {it}")))
        && !has("gong sync")
}

/// Whether a command prints what it does, instead of writing it to a file.
fn is_to_show(command: &str) -> bool {
    command.contains("gong ") && !command.contains('>')
}

/// A home folder with credentials, in which examples run one after the other.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let home = TempDir::new().unwrap();
        let folder = home.path().join(".config/gong");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("credentials.json");
        let login =
            r#""base_url": "https://us-12345.api.gong.io", "access_key": "a", "secret_key": "b""#;
        fs::write(&file, format!(r#"{{ {login}, "profiles": {{ "eu": {{ {login} }} }} }}"#))
            .unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        Self(home)
    }

    fn run(&self, command: &str) -> Output {
        let folder = Path::new(env!("CARGO_BIN_EXE_gong")).parent().unwrap();
        let folders = [folder, Path::new("/usr/bin"), Path::new("/bin")];
        Command::new("/bin/sh")
            .args(["-c", command])
            .env_clear()
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("HOME", self.0.path())
            .env("GONG_SANDBOX", "1")
            .env("GONG_NOW", NOW)
            .env("GONG_TZ", "UTC")
            .env("GONG_REQUESTS_PER_SECOND", "0")
            .env("GONG_REQUESTS_PER_DAY", "0")
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

/// What the sandbox has where the pages have a stand-in, and a home with an archive of it.
struct StandIns {
    names: Vec<(&'static str, String)>,
    home: Home,
}

impl StandIns {
    fn find() -> Self {
        let home = Home::new();
        let lines = |command: &str| {
            let text = String::from_utf8(home.run(command).stdout).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let calls = lines("gong calls list --last 7d --limit 30 --jq .id");
        let has_transcript = |call: &&String| {
            let output = home.run(&format!("gong calls transcript {call}"));
            output.status.success() && output.stdout.len() > 1000
        };
        let call = calls.iter().find(has_transcript).expect("a call with a transcript").clone();
        let users = lines("gong users list --active --limit 1 --jq '.id, .emailAddress'");
        let [user, address] = users.as_slice() else { panic!("{users:?}") };
        let first = |command: &str| lines(command).swap_remove(0);
        let workspace = first("gong workspaces list --jq .id");
        let folder = first(&format!("gong library folders --workspace {workspace} --jq .id"));
        let profiles = format!("gong permissions profiles list --workspace {workspace} --jq .id");
        let synced = home.run("gong sync --since 3d");
        assert!(synced.status.success(), "{synced:?}");
        let names = vec![
            (CALL, call),
            (USER, user.clone()),
            (ADDRESS, address.clone()),
            (PROFILE, first(&profiles)),
            (FOLDER, folder),
            (WORKSPACE, workspace),
        ];
        Self { names, home }
    }

    /// A home of its own with a copy of the archive.
    fn home_with_archive(&self) -> Home {
        let home = Home::new();
        let folder = Path::new(".local/share/gong/@sandbox");
        fs::create_dir_all(home.0.path().join(folder)).unwrap();
        for file in fs::read_dir(self.home.0.path().join(folder)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), home.0.path().join(folder).join(file.file_name())).unwrap();
        }
        home
    }

    fn put_into(&self, command: &str) -> String {
        let mut command = command.to_owned();
        for way in FROM_CHECKOUT {
            command = command.replace(way, "gong ");
        }
        self.names.iter().fold(command, |command, (name, real)| command.replace(name, real))
    }
}

/// The pages that people write; those of the reference are the program's own words.
fn pages() -> BTreeSet<PathBuf> {
    let mut pages = BTreeSet::from([root().join("README.md")]);
    let mut folders = vec![root().join("docs"), root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path != root().join("docs/reference") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                pages.insert(path);
            }
        }
    }
    pages
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
