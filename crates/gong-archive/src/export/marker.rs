//! Markers: files that say which archive the files of a format at a place are of.
//!
//! The name says it, so that a listing is enough. It begins with `_`, which readers of tables pass
//! over, and has no ending, so that no `*.parquet` finds it.

use std::fmt::Write as _;

use rusqlite::Connection;

use super::ExportFormat;
use crate::tombstones;

/// The kind of the hash that stands for an archive.
const ARCHIVE: &str = "archive";
/// What is in a marker, for whoever opens one.
pub(super) const TEXT: &[u8] =
    b"The name of this file says which archive gong export wrote here.\n";

/// The marker of an archive.
pub(super) struct Marker {
    /// Its name at each place.
    pub(super) name: String,
    /// What the markers of all archives begin with.
    prefix: String,
}

impl Marker {
    pub(super) fn of(snapshot: &Connection, format: ExportFormat) -> rusqlite::Result<Self> {
        let hash = tombstones::hash(snapshot, ARCHIVE, "")?;
        let prefix = format!("_gong-{}-", format.as_str());
        let name = hash[..8].iter().fold(prefix.clone(), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        });
        Ok(Self { name, prefix })
    }

    /// Whether a file is the marker of another archive.
    pub(super) fn is_of_another(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) && name != self.name
    }
}
