//! Measures that nothing is lost: syncs that are killed, and histories that syncs must catch up with.

use std::{process::Stdio, time::Instant};

use anyhow::{Context as _, Result, bail};

use super::Figure;
use crate::shell;

/// A test of gong-archive that does more here than in the usual run.
struct Drill {
    test: &'static str,
    /// Says how often it does it.
    variable: &'static str,
    count: &'static str,
    what: &'static str,
}

const DRILLS: [Drill; 2] = [
    Drill {
        test: "kills::a_sync_that_is_killed_at_any_moment_loses_nothing",
        variable: "GONG_ARCHIVE_TEST_KILLS",
        count: "20000",
        what: "syncs killed at random moments, after which something was lost, doubled, or torn",
    },
    Drill {
        test: "convergence::after_a_quiet_time_the_archive_holds_what_gong_holds",
        variable: "GONG_ARCHIVE_TEST_SEEDS",
        count: "10000",
        what: "random histories that an archive did not catch up with",
    },
];

pub(super) fn measure() -> Result<Vec<Figure>> {
    DRILLS.iter().map(Drill::run).collect()
}

impl Drill {
    fn run(&self) -> Result<Figure> {
        let arguments =
            ["test", "--release", "--package", "gong-archive", "--test", "it", "--locked"];
        let mut command = shell::cargo(&arguments);
        command.args(["--", "--exact", self.test]).env(self.variable, self.count);
        let began = Instant::now();
        let output = command.stderr(Stdio::inherit()).output().context("cannot run cargo")?;
        let said = String::from_utf8_lossy(&output.stdout);
        print!("{said}");
        if !output.status.success() {
            bail!("{} failed", self.test);
        }
        // A test by another name would pass without having run.
        if !said.contains("test result: ok. 1 passed") {
            bail!("there is no test {} in gong-archive", self.test);
        }
        Ok(Figure {
            what: format!("{} ({}, {} s)", self.what, self.count, began.elapsed().as_secs()),
            measured: "0".to_owned(),
            target: "0".to_owned(),
            is_met: true,
        })
    }
}
