//! Where recordings go: names that are safe whatever a title says.

use std::{
    fs,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use anyhow::{Context as _, Result};
use gong_transcript::slug;
use gong_types::CallId;

use super::Kind;
use crate::exit::Failure;

/// Where recordings go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To whoever reads stdout.
    Stdout,
    /// Into this file.
    File(PathBuf),
    /// Into a file of this folder, named after the call.
    Folder(PathBuf),
}

impl Place {
    /// What `--to` means.
    pub(super) fn of(to: Option<&Path>, is_list: bool, is_terminal: bool) -> Result<Self> {
        let Some(to) = to else { return Ok(Self::Folder(PathBuf::new())) };
        let several = "for several recordings, name a folder, with a / at its end";
        if to.as_os_str() == "-" {
            if is_list {
                return Err(Failure::usage("stdout is for one recording", several).into());
            }
            if is_terminal {
                let message = "a recording is nothing for a terminal";
                return Err(Failure::usage(message, "add > FILE, or leave out --to -").into());
            }
            return Ok(Self::Stdout);
        }
        let is_folder = to.to_string_lossy().ends_with(MAIN_SEPARATOR) || to.is_dir();
        match (is_folder, is_list) {
            (true, _) => Ok(Self::Folder(to.to_owned())),
            (false, false) => Ok(Self::File(to.to_owned())),
            (false, true) => {
                let message = format!("{} is no folder", to.display());
                Err(Failure::usage(message, several).into())
            }
        }
    }

    /// Makes the folder, if it is not there.
    pub(super) fn prepare(&self) -> Result<()> {
        match self {
            Self::Folder(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder)
                .with_context(|| format!("could not make the folder {}", folder.display())),
            _ => Ok(()),
        }
    }

    /// The file of a recording.
    pub(super) fn path(
        &self,
        id: &CallId,
        title: Option<&str>,
        kind: Kind,
        address: &str,
    ) -> PathBuf {
        match self {
            Self::Stdout => PathBuf::from("-"),
            Self::File(path) => path.clone(),
            Self::Folder(folder) => folder.join(name(id.as_str(), title, kind, address)),
        }
    }
}

/// Endings that a recording may have.
const ENDINGS: &[&str] = &["mp4", "mp3", "wav", "m4a", "mkv", "webm", "flac", "ogg"];

/// A safe file name of letters, digits and hyphens, whatever the title is.
fn name(id: &str, title: Option<&str>, kind: Kind, address: &str) -> String {
    let slug = slug(title.unwrap_or_default());
    let hyphen = if slug.is_empty() { "" } else { "-" };
    format!("{id}{hyphen}{slug}.{}", ending(kind, address))
}

/// The ending that the address has, if it is one of a recording.
fn ending(kind: Kind, address: &str) -> &'static str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let given = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = ENDINGS.iter().find(|ending| ending.eq_ignore_ascii_case(given));
    known.copied().unwrap_or(match kind {
        Kind::Audio => "mp3",
        Kind::Video => "mp4",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(title: &str) -> String {
        name("77", Some(title), Kind::Audio, "https://host.example/a/b.wav?X-Sig=c.exe")
    }

    #[test]
    fn a_name_has_the_id_and_the_words_of_the_title() {
        assert_eq!(
            named("Acme <> Kestrel: Pricing, 2nd call!"),
            "77-acme-kestrel-pricing-2nd-call.wav"
        );
        assert_eq!(name("77", None, Kind::Video, "https://host.example/a"), "77.mp4");
        assert_eq!(name("77", None, Kind::Audio, "https://host.example/a.exe"), "77.mp3");
    }

    #[test]
    fn a_hostile_title_is_a_safe_name() {
        for title in [
            "../../etc/passwd",
            "..",
            ".",
            "/",
            "\\\\host\\share",
            "CON",
            "aux.txt",
            "a\0b",
            "-rf",
            "a\nb",
            "\u{202e}gpj.exe",
            "e\u{301}",
            "é",
            "trailing. ",
            "~",
            "$(rm -rf /)",
            "%00",
            "{}",
            "nul:",
            " ",
            "",
        ] {
            let name = named(title);
            let slug = name.strip_prefix("77").unwrap().strip_suffix(".wav").unwrap();
            let is_plain =
                slug.bytes().all(|it| b"abcdefghijklmnopqrstuvwxyz0123456789-".contains(&it));
            assert!(is_plain && !slug.ends_with('-') && slug.len() <= 61, "{title:?} is {name}");
        }
        assert_eq!(named("x".repeat(300).as_str()).len(), 2 + 1 + 60 + 4);
    }

    proptest! {
        #[test]
        fn no_title_leaves_its_folder(title in "\\PC*") {
            let place = Place::Folder(PathBuf::from("folder"));
            let id = "77".parse().unwrap();
            let path = place.path(&id, Some(&title), Kind::Video, "https://host.example/");
            prop_assert_eq!(path.parent(), Some(Path::new("folder")));
            prop_assert!(path.file_name().unwrap().len() <= 107);
        }
    }

    #[test]
    fn several_recordings_go_into_a_folder() {
        let place = |to: &str, is_list| Place::of(Some(Path::new(to)), is_list, false);
        assert_eq!(place("a/", true).unwrap(), Place::Folder("a/".into()));
        assert_eq!(place("a.mp4", false).unwrap(), Place::File("a.mp4".into()));
        assert!(place("a.mp4", true).is_err() && place("-", true).is_err());
        assert!(Place::of(Some(Path::new("-")), false, true).is_err());
        assert_eq!(Place::of(None, true, true).unwrap(), Place::Folder(PathBuf::new()));
    }
}
