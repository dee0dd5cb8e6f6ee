//! Recordings: files of any size whose bytes are computed from their name when they are asked for.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::reply::ReplyBody;

/// How large the chunks are that are sent.
const CHUNK: u64 = 64 << 10;

/// A recording: a WAV or MP4 header, and noise.
#[derive(Debug, Clone)]
pub(super) struct Recording {
    head: Bytes,
    kind: &'static str,
    key: u64,
    length: u64,
    modified: Timestamp,
}

impl Recording {
    /// The file with this name; the same for the same seed and length.
    pub(super) fn new(seed: u64, file: &str, length: u64, modified: Timestamp) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(length.to_le_bytes());
        hash.update(file);
        let key = hash.finalize().iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte));
        let (kind, head) = match file.rsplit_once('.') {
            Some((_, "mp4")) => ("video/mp4", mp4(length)),
            _ => ("audio/x-wav", wav(length)),
        };
        Self { head: Bytes::from(head), kind, key, length, modified }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(super) fn modified(&self) -> Timestamp {
        self.modified
    }

    /// The entity tag, with its quotes.
    pub(super) fn tag(&self) -> String {
        format!("\"{:016x}{:016x}\"", self.key, word(self.key, u64::MAX))
    }

    /// A part of the bytes, made while they are sent.
    pub(super) fn bytes(&self, part: Range<u64>) -> ReplyBody {
        let length = part.end - part.start;
        let recording = self.clone();
        let chunks = stream::unfold(part, move |part| {
            let end = part.end.min((part.start / CHUNK + 1) * CHUNK);
            let chunk = (!part.is_empty()).then(|| recording.chunk(part.start..end));
            async move { chunk.map(|chunk| (Ok(chunk), end..part.end)) }
        });
        ReplyBody::stream(chunks.boxed(), Some(length))
    }

    fn chunk(&self, part: Range<u64>) -> Bytes {
        let first = part.start / 8;
        let mut bytes = Vec::new();
        for number in first..part.end.div_ceil(8) {
            bytes.extend_from_slice(&word(self.key, number).to_le_bytes());
        }
        if first == 0 {
            for (byte, head) in bytes.iter_mut().zip(&self.head) {
                *byte = *head;
            }
        }
        let place = |offset: u64| usize::try_from(offset - first * 8).unwrap_or(usize::MAX);
        Bytes::from(bytes).slice(place(part.start)..place(part.end))
    }
}

/// Eight bytes of noise.
fn word(key: u64, number: u64) -> u64 {
    let mixed = key ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ (mixed >> 32)
}

/// The header of a WAV file of this many bytes: one channel, 8000 samples a second, 8 bits each.
fn wav(length: u64) -> Vec<u8> {
    let mut head = b"RIFF".to_vec();
    head.extend(size(length.saturating_sub(8)).to_le_bytes());
    head.extend(b"WAVEfmt ");
    for number in [16_u32, 0x0001_0001, 8000, 8000, 0x0008_0001] {
        head.extend(number.to_le_bytes());
    }
    head.extend(b"data");
    head.extend(size(length.saturating_sub(44)).to_le_bytes());
    head
}

/// The beginning of an MP4 file of this many bytes.
fn mp4(length: u64) -> Vec<u8> {
    let mut head = 24_u32.to_be_bytes().to_vec();
    head.extend(b"ftypisom\0\0\x02\0isommp42");
    head.extend(size(length.saturating_sub(24)).to_be_bytes());
    head.extend(b"mdat");
    head
}

fn size(length: u64) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
