//! Recordings on this machine: whether Gong takes them, seen before the first byte is sent.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context as _, Result};
use gong_client::Content;
use gong_types::UploadMedia;

use crate::exit::Failure;

/// A recording to upload.
pub(super) fn content(path: &Path) -> Result<Content> {
    let content = Content::file(path)?;
    let shown = path.display();
    let length = content.length();
    if length == 0 {
        return Err(Failure::usage(format!("{shown} is empty"), "name another file").into());
    }
    if length > UploadMedia::LIMIT {
        let message = format!("{shown} has {length} bytes, and Gong takes {}", UploadMedia::LIMIT);
        return Err(Failure::usage(message, "compress it, or cut it in two").into());
    }
    let mut beginning = Vec::new();
    let file = File::open(path).and_then(|file| file.take(12).read_to_end(&mut beginning));
    file.with_context(|| format!("could not read {shown}"))?;
    let ending = path.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
    let named = ending.as_deref().and_then(Kind::of_ending);
    match (named, Kind::of_beginning(&beginning)) {
        (Some(named), Some(is)) if named == is => Ok(content),
        (None, Some(is)) => {
            let message = format!("{shown} is not named as a recording");
            let hint = format!("it begins like {is:?}: give it the ending .{}", is.ending());
            Err(Failure::usage(message, hint).into())
        }
        (Some(named), Some(is)) => {
            let message = format!("{shown} is named as {named:?} but begins like {is:?}");
            Err(Failure::usage(message, format!("give it the ending .{}", is.ending())).into())
        }
        (_, None) => {
            let message = format!("{shown} is no recording that Gong takes");
            Err(Failure::usage(message, "Gong takes WAV, MP3, MP4, MKV and FLAC").into())
        }
    }
}

/// What Gong takes.
#[expect(clippy::upper_case_acronyms, reason = "these are their names, and messages show them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    WAV,
    MP3,
    MP4,
    MKV,
    FLAC,
}

impl Kind {
    fn of_ending(ending: &str) -> Option<Self> {
        let all = [Self::WAV, Self::MP3, Self::MP4, Self::MKV, Self::FLAC];
        all.into_iter().find(|kind| kind.ending() == ending)
    }

    fn ending(self) -> &'static str {
        match self {
            Self::WAV => "wav",
            Self::MP3 => "mp3",
            Self::MP4 => "mp4",
            Self::MKV => "mkv",
            Self::FLAC => "flac",
        }
    }

    fn of_beginning(bytes: &[u8]) -> Option<Self> {
        let has = |at: usize, what: &[u8]| bytes.get(at..).is_some_and(|it| it.starts_with(what));
        // A frame of MPEG sound begins with eleven bits that are set.
        let is_frame = bytes.len() >= 2 && bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0;
        match () {
            () if (has(0, b"RIFF") || has(0, b"RF64")) && has(8, b"WAVE") => Some(Self::WAV),
            () if has(4, b"ftyp") => Some(Self::MP4),
            () if has(0, b"\x1A\x45\xDF\xA3") => Some(Self::MKV),
            () if has(0, b"fLaC") => Some(Self::FLAC),
            () if has(0, b"ID3") || is_frame => Some(Self::MP3),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn checked(name: &str, bytes: &[u8]) -> Result<u64, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let place = format!("{}/", folder.path().display());
        content(&path).map(|it| it.length()).map_err(|error| error.to_string().replace(&place, ""))
    }

    #[test]
    fn the_five_kinds_are_taken() {
        for (name, bytes) in [
            ("a.wav", b"RIFF\0\0\0\0WAVEfmt ".as_slice()),
            ("a.WAV", b"RF64\xFF\xFF\xFF\xFFWAVEds64"),
            ("a.mp3", b"ID3\x04"),
            ("a.mp3", b"\xFF\xFB\x90"),
            ("a.mp4", b"\0\0\0\x20ftypisom"),
            ("a.mkv", b"\x1A\x45\xDF\xA3"),
            ("a.flac", b"fLaC"),
        ] {
            assert!(checked(name, bytes).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_gong_does_not_take_says_why() {
        let wav = b"RIFF\0\0\0\0WAVEfmt ".as_slice();
        for (name, bytes, said) in [
            ("a.wav", b"".as_slice(), "a.wav is empty"),
            ("a.wav", b"RIFF\0\0\0\0AVI ", "a.wav is no recording that Gong takes"),
            ("a.mp3", b"<html>", "a.mp3 is no recording that Gong takes"),
            ("a.mp3", wav, "a.mp3 is named as MP3 but begins like WAV"),
            ("a.ogg", wav, "a.ogg is not named as a recording"),
            ("a", wav, "a is not named as a recording"),
        ] {
            assert_eq!(checked(name, bytes), Err(said.to_owned()));
        }
    }

    #[test]
    fn a_recording_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        File::create(&path).unwrap().set_len(UploadMedia::LIMIT + 1).unwrap();
        let error = content(&path).unwrap_err().to_string();
        assert!(error.contains("1500000001 bytes"), "{error}");
    }
}
