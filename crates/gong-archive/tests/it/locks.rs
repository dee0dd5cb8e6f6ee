//! One writer at a time: starts at the same moment, and holders that are killed.

use std::{
    env,
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use gong_archive::{Error, Writer};

/// How many processes want to write at once, and how often.
const STARTS: usize = 50;
const ROUNDS: usize = 20;
/// Tells a process of this test where the archive is.
const CHILD_VARIABLE: &str = "GONG_ARCHIVE_TEST_OPENS";

/// A process that opens an archive to write, and lets it go, when it is told to.
struct Opener {
    child: Child,
    told: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
}

impl Opener {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "locks::opens_when_it_is_told_to", "--nocapture"])
            .env(CHILD_VARIABLE, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = child.stdin.take().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut opener = Self { child, told, says };
        assert_eq!(opener.hear(), "ready");
        opener
    }

    fn tell(&mut self) {
        self.told.write_all(b"\n").unwrap();
    }

    /// The next line that it says, past those of the test runner.
    fn hear(&mut self) -> String {
        loop {
            let line = self.says.next().unwrap().unwrap();
            if let Some((_, said)) = line.split_once('>') {
                return said.to_owned();
            }
        }
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Run by the tests below in a process of its own.
#[test]
fn opens_when_it_is_told_to() {
    let Some(folder) = env::var_os(CHILD_VARIABLE) else { return };
    let mut lines = std::io::stdin().lines();
    let say = |what: &str| {
        let mut output = std::io::stdout();
        output.write_all(format!(">{what}\n").as_bytes()).unwrap();
        output.flush().unwrap();
    };
    say("ready");
    let mut kept = None;
    while let Some(Ok(_)) = lines.next() {
        // The second word to the winner of a round is to let go.
        if kept.take().is_some() {
            say("free");
            continue;
        }
        match Writer::open(Path::new(&folder)) {
            Ok(writer) => {
                kept = Some(writer);
                say("won");
            }
            Err(Error::Locked { holder }) => say(&format!("locked by {holder:?}")),
            Err(error) => say(&format!("failed: {error}")),
        }
    }
}

#[test]
fn of_fifty_that_start_at_once_one_writes_and_the_others_are_told_who() {
    let folder = tempfile::tempdir().unwrap();
    let mut openers: Vec<_> = (0..STARTS).map(|_| Opener::start(folder.path())).collect();
    for round in 0..ROUNDS {
        for opener in &mut openers {
            opener.tell();
        }
        let said: Vec<_> = openers.iter_mut().map(Opener::hear).collect();
        let winners: Vec<_> = (0..STARTS).filter(|place| said[*place] == "won").collect();
        let [winner] = winners[..] else { panic!("round {round}: {said:?}") };
        let expected = format!("locked by {:?}", Some(openers[winner].child.id()));
        let others = said.iter().filter(|it| *it != "won");
        for other in others {
            assert_eq!(*other, expected, "round {round}");
        }
        openers[winner].tell();
        assert_eq!(openers[winner].hear(), "free");
    }
}

#[test]
fn who_holds_an_archive_and_is_killed_frees_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let mut holder = Opener::start(folder.path());
        holder.tell();
        assert_eq!(holder.hear(), "won");
        let locked = Writer::open(folder.path()).unwrap_err();
        let pid = holder.child.id();
        assert!(matches!(locked, Error::Locked { holder: Some(it) } if it == pid), "{locked}");
        holder.child.kill().unwrap();
        holder.child.wait().unwrap();
        Writer::open(folder.path()).unwrap();
    }
}
