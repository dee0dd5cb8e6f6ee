//! Where the archive is: a folder for each profile, and one for the sandbox that no profile can have.

use std::path::PathBuf;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::Context;
use crate::exit::Failure;

/// The folder of the sandbox: no profile has this character in the name of its own.
const OF_SANDBOX: &str = "@sandbox";
/// Longer names are cut, so that any file system takes them.
const LONGEST: usize = 40;

impl Context {
    /// The folder of this profile's archive, which need not be there.
    pub(crate) fn archive_folder(&self) -> Result<PathBuf> {
        let folder = self.env.data_dir().ok_or_else(|| Failure::Local {
            message: "there is no home folder to keep an archive in".to_owned(),
            hint: "set HOME, or GONG_DATA_DIR to a folder".to_owned(),
        })?;
        let name = if self.is_sandboxed() {
            OF_SANDBOX.to_owned()
        } else {
            folder_of(&self.profile_name())
        };
        Ok(folder.join(name))
    }
}

/// The name of a profile as that of a folder. One that could lead elsewhere, or be the same as
/// another where capitals do not count, gets what tells it apart.
fn folder_of(profile: &str) -> String {
    let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_-".contains(it);
    let plain: String = profile.chars().filter(|it| is_plain(*it)).take(LONGEST).collect();
    if plain == profile && !plain.is_empty() {
        return plain;
    }
    let hash = Sha256::digest(profile.as_bytes());
    let short = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{plain}.{short:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_a_folder_of_its_own() {
        assert_eq!(folder_of("default"), "default");
        assert_eq!(folder_of("eu_2-west"), "eu_2-west");
        let odd =
            ["", ".", "..", "EU", "eu/west", "../eu", "Eu", "@sandbox", "日本", "a\0b", "con."];
        let long = "x".repeat(300);
        let mut folders: Vec<_> = odd.iter().copied().chain([&*long]).map(folder_of).collect();
        for folder in &folders {
            let is_safe =
                |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "._-".contains(it);
            assert!(
                folder.chars().all(is_safe) && folder.len() > 16 && folder.len() < 60,
                "{folder}"
            );
        }
        folders.sort();
        folders.dedup();
        assert_eq!(folders.len(), odd.len() + 1);
    }
}
