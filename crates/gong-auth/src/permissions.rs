//! Reading a file that nobody else may read: who owns it, who can open it, what it is.

use std::{
    fs::{File, Metadata},
    io::{self, Read as _},
    path::Path,
};

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Result};

/// More than any credentials file has.
const LARGEST: u64 = 1 << 20;
/// More often than a file is replaced by chance while it is opened.
const ATTEMPTS: usize = 100;

/// The bytes of a private file; `None` if there is no such file.
///
/// Refused are: a link, anything but a file, a file of another user, one that others may open, and
/// one over 1 MiB.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    // Another process may put a new file in its place in between; somebody else, a link.
    for _ in 0..ATTEMPTS {
        let named = match path.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        if named.is_symlink() {
            return Err(Error::Symlink { path: path.to_owned() });
        }
        if !named.is_file() {
            return Err(Error::NotAFile { path: path.to_owned() });
        }
        // Before the opening, which fails on a foreign file without saying whose it is.
        check(path, &named)?;
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(error)),
        };
        let opened = file.metadata().map_err(unreadable)?;
        if !is_same_file(&named, &opened) {
            continue;
        }
        check(path, &opened)?;
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if u64::try_from(bytes.len()).is_ok_and(|it| it > LARGEST) {
            return Err(Error::TooLarge { path: path.to_owned() });
        }
        return Ok(Some(bytes));
    }
    Err(Error::Symlink { path: path.to_owned() })
}

#[cfg(unix)]
fn is_same_file(named: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    (named.dev(), named.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same_file(named: &Metadata, opened: &Metadata) -> bool {
    named.is_file() && opened.is_file()
}

#[cfg(unix)]
fn check(path: &Path, metadata: &Metadata) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    let own = own_uid().map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    // What belongs to root, such as a mounted secret, root could have changed anyway.
    if ![own, 0].contains(&metadata.uid()) {
        return Err(Error::ForeignOwner { path: path.to_owned(), owner: metadata.uid() });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Error::TooOpen { path: path.to_owned(), mode });
    }
    Ok(())
}

/// The user we run as. The standard library cannot say so, but a new pipe belongs to us.
#[cfg(unix)]
fn own_uid() -> io::Result<u32> {
    use std::os::{fd::OwnedFd, unix::fs::MetadataExt as _};

    let (reader, _writer) = io::pipe()?;
    Ok(File::from(OwnedFd::from(reader)).metadata()?.uid())
}

/// Elsewhere a user's profile directory is private already.
#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata) -> Result<()> {
    Ok(())
}
