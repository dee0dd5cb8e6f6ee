//! What people write without `gong`: a loop of curl and jq over the cursor.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Result, bail};

use crate::shell;

/// A curl and a jq for each page, and a jq for its cursor.
const LOOP: &str = r#"
set -eu
range='fromDateTime=2025-01-01T00:00:00Z&toDateTime=2025-07-01T00:00:00Z'
cursor=
while :; do
  page=$(curl --silent --user bench:bench "$BASE_URL/v2/calls?$range${cursor:+&cursor=$cursor}")
  jq --compact-output '.calls[]' <<< "$page"
  cursor=$(jq --raw-output '.records.cursor // empty' <<< "$page")
  [ -n "$cursor" ] || break
done
"#;

/// How long the loop takes, the middle one of three; nothing if a part of it is missing here.
pub(super) fn millis(base_url: &str) -> Result<Option<f64>> {
    if !["bash", "curl", "jq"].iter().all(|program| shell::has(program)) {
        return Ok(None);
    }
    let mut millis = Vec::new();
    for _ in 0..3 {
        let begin = Instant::now();
        let mut command = Command::new("bash");
        command.args(["-c", LOOP]).env("BASE_URL", base_url);
        if !command.stdout(Stdio::null()).status()?.success() {
            bail!("the loop of curl and jq failed");
        }
        millis.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    millis.sort_by(f64::total_cmp);
    Ok(Some(millis[millis.len() / 2]))
}
