//! A real terminal: what a person sees there, and that nothing from Gong can drive it.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::Command,
    thread,
};

use gong_sandbox::Options;
use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize},
};
use serde_json::Value;
use tempfile::TempDir;

use crate::environment::{Environment, small};

/// Escape sequences, direction marks and line tricks, each of which has fooled a program.
const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}]52;c;ZXZpbA==\u{1b}\\\u{9b}31m\u{202e}\u{2066}\u{e0041}\u{8}\r\nerror: forged\u{2028}z";

/// Runs `gong` at a terminal of this width; gives all that the terminal got.
fn at_terminal(environment: &Environment, args: &str, columns: u16) -> String {
    answering(environment, args, columns, None).0
}

/// The same, with somebody who types something when a prompt comes; gives the code of the end too.
fn answering(
    environment: &Environment,
    args: &str,
    columns: u16,
    answer: Option<(&str, &str)>,
) -> (String, Option<i32>) {
    let answer = answer.map(|(prompt, typed)| (prompt, Reply::Typed(typed)));
    ended(environment.command(args), columns, answer)
}

/// What comes to a program that asks something.
#[derive(Clone, Copy)]
enum Reply<'a> {
    Typed(&'a str),
    Sent(Signal),
}

/// The same of any command, and any reply.
fn ended(
    mut command: Command,
    columns: u16,
    answer: Option<(&str, Reply<'_>)>,
) -> (String, Option<i32>) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let size = Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&master, size).unwrap();
    // Nobody's terminal has nobody to signal: Ctrl-C comes as what is typed, at any time.
    let mut modes = tcgetattr(&master).unwrap();
    modes.local_modes.remove(LocalModes::ISIG);
    tcsetattr(&master, OptionalActions::Now, &modes).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut child = command
        .stdin(slave.try_clone().unwrap())
        .stdout(slave.try_clone().unwrap())
        .stderr(slave)
        .spawn()
        .unwrap();
    drop(command);
    let mut text = Vec::new();
    let mut chunk = [0; 4096];
    let mut terminal = File::from(master);
    let mut answer = answer;
    let pid = Pid::from_child(&child);
    loop {
        let has_come = |prompt: &str| String::from_utf8_lossy(&text).contains(prompt);
        match answer.take_if(|(prompt, _)| has_come(prompt)).map(|(_, reply)| reply) {
            Some(Reply::Typed(typed)) => terminal.write_all(typed.as_bytes()).unwrap(),
            Some(Reply::Sent(signal)) => {
                // It changes the terminal right after the prompt.
                let is_as_it_was =
                    || tcgetattr(&terminal).unwrap().local_modes == modes.local_modes;
                while is_as_it_was() && child.try_wait().unwrap().is_none() {
                    thread::yield_now();
                }
                kill_process(pid, signal).unwrap();
            }
            None => {}
        }
        match terminal.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => text.extend_from_slice(&chunk[..length]),
            // The last program at the terminal went away.
            Err(error) if error.kind() != ErrorKind::Interrupted => break,
            Err(_) => {}
        }
    }
    let code = child.wait().unwrap().code();
    assert_eq!(tcgetattr(&terminal).unwrap().local_modes, modes.local_modes, "it is as it was");
    (String::from_utf8_lossy(&text).replace("\r\n", "\n"), code)
}

/// What is left when our own colors and the moves of our own progress line are taken away.
fn without_our_own(text: &str) -> String {
    let ours = [
        "\u{1b}[0m",
        "\u{1b}[1m",
        "\u{1b}[2m",
        "\u{1b}[31m",
        "\u{1b}[33m",
        "\u{1b}[36m",
        "\u{1b}[1A",
        "\u{1b}[2K",
        "\u{1b}[1B",
        "\r",
    ];
    ours.iter().fold(text.to_owned(), |text, own| text.replace(own, ""))
}

fn is_harmful(it: char) -> bool {
    (it.is_control() && it != '\n' && it != '\t')
        || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
        || matches!(it, '\u{e0000}'..='\u{e007f}' | '\u{feff}')
}

/// Makes every text of an answer hostile, save for ids and dates, which have forms of their own.
fn poison(value: &mut Value, name: &str, count: &mut usize) {
    let is_kept = name == "id"
        || name.ends_with("Id")
        || ["started", "scheduled", "created"].contains(&name)
        || name == "records";
    match value {
        Value::String(text) if !is_kept => {
            *count += 1;
            *text = format!("{HOSTILE}{text}");
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, name, count)),
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, member)| poison(member, name, count));
        }
        _ => {}
    }
}

/// A folder of the small company in which every text is hostile.
fn hostile_company() -> (TempDir, usize) {
    let folder = TempDir::new().unwrap();
    let mut count = 0;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/company");
    for file in fs::read_dir(source).unwrap() {
        let file = file.unwrap();
        let mut answer: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
        poison(&mut answer, "", &mut count);
        fs::write(folder.path().join(file.file_name()), answer.to_string()).unwrap();
    }
    (folder, count)
}

#[test]
fn nothing_from_gong_drives_the_terminal() {
    let (folder, count) = hostile_company();
    assert!(count > 80, "{count} texts are hostile");
    let environment = Environment::with(Options { import: Some(folder.path().into()), ..small() });
    let id = "18446744073709551615";
    for noun in ["calls list", "calls search", "users list", "users get 302", "workspaces list"] {
        for format in ["auto", "table", "json", "jsonl", "csv"] {
            check(&environment, &format!("{noun} -o {format}"));
        }
        check(&environment, &format!("{noun} --jq ."));
    }
    for format in ["auto", "md", "json", "jsonl", "csv", "srt", "vtt"] {
        check(&environment, &format!("calls transcript {id} -o {format}"));
    }
    for format in ["table", "json"] {
        let include = "interaction,context,comments";
        check(&environment, &format!("calls get {id} --include {include} -o {format}"));
    }
    check(&environment, "calls search --fields metaData.title,parties.name,parties.title -o table");
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    for format in ["auto", "text", "table", "json", "jsonl", "csv", "md"] {
        check(&environment, &format!("search price --context 1 -o {format}"));
    }
    for format in ["auto", "json", "csv"] {
        check(&environment, &format!("sql 'select title, brief from calls' -o {format}"));
    }
    check(&environment, "search price --jq .sentence");
    check(&environment, "meetings list");
    check(&environment, "stats activity --last 7d");
    check(&environment, "api GET /v2/users");
    check(&environment, "calls list --jq .title");
}

fn check(environment: &Environment, args: &str) {
    let text = at_terminal(environment, args, 120);
    let rest = without_our_own(&text);
    let harmful: Vec<_> = rest.chars().filter(|it| is_harmful(*it)).collect();
    assert!(harmful.is_empty(), "{args}: {harmful:?} in {rest:?}");
    // A cell of CSV may hold a line break, and so may what a filter prints.
    let is_of_lines = !args.contains("csv") && !args.contains("--jq");
    let is_forged = rest.lines().any(|line| line.starts_with("error: forged"));
    assert!(!(is_of_lines && is_forged), "{args}: {text}");
    assert!(text.len() > 20, "{args} shows nothing: {text:?}");
}

#[test]
fn the_search_for_escapes_finds_one_where_there_is_one() {
    assert!(without_our_own(HOSTILE).chars().any(is_harmful));
}

#[test]
fn a_terminal_gets_a_table_that_fits() {
    let environment = Environment::small();
    for columns in [40, 80, 200] {
        let text = at_terminal(&environment, "calls list --last 7d --color never", columns);
        insta::assert_snapshot!(format!("a_table_of_{columns}_columns"), text);
    }
}

#[test]
fn what_was_found_stands_out_at_a_terminal() {
    let environment = Environment::small();
    assert!(environment.run("sync --since 2025-01-01 -q").status.success());
    let text = at_terminal(&environment, "search price", 80).replace('\u{1b}', "<ESC>");
    insta::assert_snapshot!(text);
}

#[test]
fn a_terminal_gets_errors_for_people() {
    let environment = Environment::small();
    let text = at_terminal(&environment, "calls get 12345 --color never", 80);
    insta::assert_snapshot!(text);
}

#[test]
fn tables_of_every_noun_fit() {
    let environment = Environment::with(Options::default());
    let workspace = "--workspace 92800920789198065";
    for (name, args) in [
        ("trackers", "settings trackers"),
        ("scorecards", "settings scorecards"),
        ("briefs", "settings briefs"),
        ("folders", &format!("library folders {workspace}")),
        ("folder", "library calls 1285417957763423219"),
        ("logs", "logs list --type call-play --last 2d"),
        ("profiles", &format!("permissions profiles list {workspace}")),
        ("answers", "stats scorecards --last 20d"),
        ("daily", "stats daily --last 7d --limit 3"),
        ("periods", "stats periods --last 14d --limit 3"),
        ("interaction", "stats interaction --last 30d --limit 3"),
        ("tasks", "tasks list --user 7507972121231894971 --limit 3"),
        ("references", "privacy find-email omar.acheson@tidewell.example"),
    ] {
        for columns in [80, 200] {
            let text = at_terminal(&environment, &format!("{args} --color never"), columns);
            insta::assert_snapshot!(format!("{name}_of_{columns}_columns"), text);
        }
    }
}

#[test]
fn an_answer_is_not_cut_at_a_terminal() {
    let environment = Environment::with(Options::default());
    let about = "--workspace 92800920789198065 --type account --id 0015g00000IHqcYQAZ --last 7d";
    let args = format!("entities ask 'Who decides?' {about} --color never");
    let (text, code) = answering(&environment, &args, 80, Some(("[y/N]", "y")));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Asked was: Who decides?"), "{text}");
}

#[test]
fn who_types_the_address_again_erases() {
    let sam = "omar.acheson@tidewell.example";
    let erase = format!("privacy erase-email {sam} --color never");
    for (typed, code, erasures) in [(sam, 0, 1), ("omar.acheson@tidewell", 8, 0), ("y", 8, 0)] {
        let environment = Environment::with(Options::default());
        let answer = format!("{typed}\r");
        let (text, ended) = answering(&environment, &erase, 80, Some(("again to erase", &answer)));
        assert_eq!(ended, Some(code), "{typed}: {text}");
        let log = environment.sandbox().log();
        let erased = log.iter().filter(|it| it.path.contains("erase")).count();
        assert_eq!(erased, erasures, "{typed}: {text}");
        assert!(text.contains("Gong has 7 calls, 3 mails"), "{text}");
    }
}

#[test]
fn an_argument_that_is_no_text_is_wrong_usage() {
    let mut command = Environment::empty().command("calls get 1 never");
    command.current_dir("/").arg(std::ffi::OsStr::from_bytes(b"\xff"));
    let (text, code) = ended(command, 80, None);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("error"), "{text}");
}

#[test]
fn who_says_no_changes_nothing() {
    let environment = Environment::with(Options::default());
    let grant = "calls access grant 3324485558853083359 --user 14029676048425434165";
    let (text, code) = answering(&environment, grant, 80, Some(("[y/N]", "n")));
    assert_eq!((code, environment.requests()), (Some(8), 0), "{text}");
}

#[test]
fn ctrl_c_at_a_question_is_an_interruption() {
    let environment = Environment::with(Options::default());
    for (args, prompt) in [
        ("sync", "How far back"),
        ("privacy erase-email omar.acheson@tidewell.example", "again to erase"),
        ("calls access grant 3324485558853083359 --user 14029676048425434165", "[y/N]"),
    ] {
        let (text, code) = answering(&environment, args, 80, Some((prompt, "\u{3}")));
        assert_eq!(code, Some(130), "{text}");
        assert!(text.contains("interrupted") && !text.contains("read interrupted"), "{text}");
        let (hidden, shown) = (text.rfind("\u{1b}[?25l"), text.rfind("\u{1b}[?25h"));
        assert!(hidden.is_none() || hidden < shown, "the cursor is there again: {text:?}");
    }
}

#[test]
fn a_signal_at_a_question_ends_it_and_leaves_the_terminal_as_it_was() {
    let environment = Environment::with(Options::default());
    for (args, prompt) in [
        ("sync", "How far back"),
        ("calls access grant 3324485558853083359 --user 14029676048425434165", "[y/N]"),
        ("auth login --access-key KEY", "Access key secret"),
    ] {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
            let reply = Some((prompt, Reply::Sent(signal)));
            let (text, ended) = ended(environment.command(args), 80, reply);
            assert_eq!(ended, Some(code), "{args}: {text}");
            assert!(text.contains("interrupted"), "{args}: {text}");
        }
    }
}

#[test]
fn rows_of_a_statement_fit_the_terminal() {
    let environment = Environment::archived();
    for columns in [80, 200] {
        let of_all = at_terminal(&environment, "sql 'select * from calls' --color never", columns);
        assert!(of_all.contains(" more: -o json has all"), "{of_all}");
        let statement =
            "sql 'select title, started, brief from call_overview limit 4' --color never";
        let of_some = at_terminal(&environment, statement, columns);
        assert!(of_some.contains("T1") && !of_some.contains(" more: "), "{of_some}");
        for line in of_all.lines().chain(of_some.lines()) {
            assert!(line.trim_end().chars().count() <= usize::from(columns), "{columns}: {line}");
        }
    }
}
