//! One writer at a time: starts at the same moment, and holders that are killed.

use std::{env, path::Path};

use gong_archive::{Error, Writer};

use crate::process::{Process, say};

/// How many processes want to write at once, and how often.
const STARTS: usize = 50;
const ROUNDS: usize = 20;
/// Tells a process of this test where the archive is.
const CHILD_VARIABLE: &str = "GONG_ARCHIVE_TEST_OPENS";

fn start(folder: &Path) -> Process {
    let process =
        Process::start("locks::opens_when_it_is_told_to", [(CHILD_VARIABLE, folder.as_os_str())]);
    assert_eq!(process.hear().as_deref(), Some("ready"));
    process
}

/// Run by the tests below in a process of its own.
#[test]
fn opens_when_it_is_told_to() {
    let Some(folder) = env::var_os(CHILD_VARIABLE) else { return };
    let mut lines = std::io::stdin().lines();
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
    let mut openers: Vec<_> = (0..STARTS).map(|_| start(folder.path())).collect();
    for round in 0..ROUNDS {
        for opener in &mut openers {
            opener.tell();
        }
        let said: Vec<_> = openers.iter().map(|it| it.hear().unwrap()).collect();
        let winners: Vec<_> = (0..STARTS).filter(|place| said[*place] == "won").collect();
        let [winner] = winners[..] else { panic!("round {round}: {said:?}") };
        let expected = format!("locked by {:?}", Some(openers[winner].id()));
        let others = said.iter().filter(|it| *it != "won");
        for other in others {
            assert_eq!(*other, expected, "round {round}");
        }
        openers[winner].tell();
        assert_eq!(openers[winner].hear().as_deref(), Some("free"));
    }
}

#[test]
fn who_holds_an_archive_and_is_killed_frees_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let (mut holder, mut other) = (start(folder.path()), start(folder.path()));
        holder.tell();
        assert_eq!(holder.hear().as_deref(), Some("won"));
        let pid = holder.id();
        other.tell();
        assert_eq!(other.hear(), Some(format!("locked by {:?}", Some(pid))));
        holder.kill();
        other.tell();
        assert_eq!(other.hear().as_deref(), Some("won"));
        other.tell();
        assert_eq!(other.hear().as_deref(), Some("free"));
    }
}
