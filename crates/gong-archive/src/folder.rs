//! The folder of an archive: for its owner alone, on a disk of this machine, and no link in it.

use std::{
    fs::{self, File, Metadata, Permissions},
    io,
    os::{
        fd::OwnedFd,
        unix::fs::{
            DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
        },
    },
    path::{Path, PathBuf},
};

use crate::error::{Error, Result};

/// The name of the database in the folder of an archive.
pub(crate) const DATABASE: &str = "archive.db";
/// The lock of a writer. It is never removed: another process may wait for it.
pub(crate) const LOCK: &str = "archive.lock";
/// What SQLite sets behind the name of the database.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// Makes the folder if there is none, and closes it and its files to others.
///
/// Refused are links, what belongs to somebody else, and file systems of the network.
pub(crate) fn make(folder: &Path) -> Result<()> {
    let of = |source| Error::io(folder, source);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(of)?;
    refuse_network(folder)?;
    close(folder, &folder.metadata().map_err(of)?, 0o700)?;
    for path in files(folder) {
        if let Some(metadata) = look(&path)? {
            close(&path, &metadata, 0o600)?;
        }
    }
    Ok(())
}

/// Makes the database if there is none. SQLite gives its files the mode of that.
pub(crate) fn make_file(path: &Path) -> Result<()> {
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(|source| Error::io(path, source))
}

/// Looks whether a reader may trust the folder: nobody else may have changed what is in it.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let metadata = folder.metadata().map_err(|source| Error::reading(folder, source))?;
    let mut found = vec![(folder.to_owned(), metadata)];
    for path in files(folder) {
        found.extend(look(&path)?.map(|metadata| (path, metadata)));
    }
    for (path, metadata) in found {
        check_owner(&path, &metadata)?;
        if metadata.mode() & 0o022 != 0 {
            let problem = format!("others may write it (mode {:o})", metadata.mode() & 0o7777);
            return Err(Error::Unsafe { path, problem });
        }
    }
    Ok(())
}

/// How large the database and what SQLite sets beside it are, in bytes.
pub(crate) fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for path in files(folder) {
        bytes += look(&path)?.map_or(0, |metadata| metadata.len());
    }
    Ok(bytes)
}

/// Every file that is opened by name.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let companions = COMPANIONS.map(|end| format!("{DATABASE}{end}"));
    let names = [DATABASE.to_owned(), LOCK.to_owned()].into_iter().chain(companions);
    let folder = folder.to_owned();
    names.map(move |name| folder.join(name))
}

/// What is there under this name; nothing if nothing is. Refused is what is no file.
fn look(path: &Path) -> Result<Option<Metadata>> {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::reading(path, source)),
    };
    let problem = if metadata.is_symlink() {
        "it is a link"
    } else if !metadata.is_file() {
        "it is no file"
    } else {
        return Ok(Some(metadata));
    };
    Err(Error::Unsafe { path: path.to_owned(), problem: problem.to_owned() })
}

fn close(path: &Path, metadata: &Metadata, mode: u32) -> Result<()> {
    check_owner(path, metadata)?;
    if metadata.mode().trailing_zeros() >= 6 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(|source| Error::io(path, source))
}

fn check_owner(path: &Path, metadata: &Metadata) -> Result<()> {
    let own = own_uid().map_err(|source| Error::io(path, source))?;
    // What belongs to root, root could have changed anyway.
    if [own, 0].contains(&metadata.uid()) {
        return Ok(());
    }
    let problem = format!("it belongs to another user ({})", metadata.uid());
    Err(Error::Unsafe { path: path.to_owned(), problem })
}

/// The user we run as. The standard library cannot say so, but a new pipe belongs to us.
fn own_uid() -> io::Result<u32> {
    let (reader, _writer) = io::pipe()?;
    Ok(File::from(OwnedFd::from(reader)).metadata()?.uid())
}

/// Readers and writers meet in shared memory, which machines do not share.
#[cfg(target_os = "linux")]
fn refuse_network(folder: &Path) -> Result<()> {
    let found = rustix::fs::statfs(folder).map_err(|error| Error::io(folder, error.into()))?;
    match u64::try_from(found.f_type).ok().and_then(network) {
        Some(name) => {
            let problem = format!("it is on {name}, where a database cannot be shared safely");
            Err(Error::Unsafe { path: folder.to_owned(), problem })
        }
        None => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_: &Path) -> Result<()> {
    Ok(())
}

/// The name of the file system with this mark, if it is one of the network.
#[cfg(target_os = "linux")]
fn network(mark: u64) -> Option<&'static str> {
    Some(match mark {
        0x6969 => "NFS",
        0x517B | 0xFE53_4D42 | 0xFF53_4D42 => "SMB",
        0x5346_414F => "AFS",
        0x7375_7245 => "Coda",
        0x00C3_6400 => "Ceph",
        _ => return None,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn file_systems_of_the_network_are_told() {
        assert_eq!(network(0x6969), Some("NFS"));
        assert_eq!(network(0xFF53_4D42), Some("SMB"));
        let local = [0xEF53, 0x9123_683E, 0x5846_5342, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1];
        assert_eq!(local.map(network), [None; 6]);
    }
}
