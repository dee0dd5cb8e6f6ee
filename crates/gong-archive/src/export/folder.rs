//! A folder as a place: files are written beside their place and renamed, and no link is followed.

use std::{
    fs::File,
    io::{self, Write as _},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::fs::DirBuilderExt as _,
    },
    path::Path,
    sync::Arc,
};

use rustix::{
    fs::{
        AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, flock, fsync, mkdirat, openat,
        renameat, unlinkat,
    },
    io::Errno,
};

/// What the names of files begin with that are not finished.
const DRAFT: &str = ".gong-export-";
const FOLDERS: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
/// How deep files are looked for: deeper than they are put.
const DEEPEST: usize = 4;

/// An open folder that no other export writes to.
pub(super) struct Folder {
    root: Arc<OwnedFd>,
}

impl Folder {
    /// Opens the folder, makes it if there is none, and removes what a killed export left in it.
    ///
    /// Fails with [`io::ErrorKind::ResourceBusy`] if another export has it open.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let root = openat(CWD, path, FOLDERS, Mode::empty())?;
        // Not every file system has locks: another error does not matter.
        if flock(&root, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        for entry in Dir::read_from(&root)? {
            let entry = entry?;
            if entry.file_name().to_bytes().starts_with(DRAFT.as_bytes()) {
                unlinkat(&root, entry.file_name(), AtFlags::empty())?;
            }
        }
        Ok(Self { root: Arc::new(root) })
    }

    pub(super) fn create(&self, name: &str) -> io::Result<Draft> {
        let (folder, name) = self.parent(name)?;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let draft = format!("{DRAFT}{:016x}", u64::from_ne_bytes(random));
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.root, &draft, flags, Mode::RUSR | Mode::WUSR)?;
        let root = Arc::clone(&self.root);
        let name = name.to_owned();
        Ok(Draft { file: File::from(file), own_name: Some(draft), root, folder, name })
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        let (folder, last) = self.parent(name)?;
        unlinkat(&folder, last, AtFlags::empty())?;
        // The folders of a partition go with its last file; a folder that is not empty stays.
        let mut rest = name;
        while let Some((above, _)) = rest.rsplit_once('/') {
            let (folder, last) = self.parent(above)?;
            if unlinkat(&folder, last, AtFlags::REMOVEDIR).is_err() {
                break;
            }
            rest = above;
        }
        Ok(())
    }

    /// All files, with `/` between folders. Links are none.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        list(&self.root, "", 0, &mut names)?;
        Ok(names)
    }

    /// The folder that a file is in, made if it is not there, and the last part of its name.
    fn parent<'a>(&self, name: &'a str) -> io::Result<(OwnedFd, &'a str)> {
        let mut folder = self.root.as_fd().try_clone_to_owned()?;
        let mut rest = name;
        while let Some((first, others)) = rest.split_once('/') {
            match mkdirat(&folder, first, Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            folder = openat(&folder, first, FOLDERS | OFlags::NOFOLLOW, Mode::empty())?;
            rest = others;
        }
        Ok((folder, rest))
    }
}

fn list(folder: &OwnedFd, before: &str, depth: usize, names: &mut Vec<String>) -> io::Result<()> {
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        // Names that are no text are none of ours.
        let Ok(name) = entry.file_name().to_str() else { continue };
        if name == "." || name == ".." {
            continue;
        }
        let whole = format!("{before}{name}");
        let flags = FOLDERS | OFlags::NOFOLLOW;
        match entry.file_type() {
            FileType::RegularFile => names.push(whole),
            FileType::Directory | FileType::Unknown if depth < DEEPEST => {
                match openat(folder, name, flags, Mode::empty()) {
                    Ok(inner) => list(&inner, &format!("{whole}/"), depth + 1, names)?,
                    Err(Errno::NOTDIR) => names.push(whole),
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file that is not in its place yet.
pub(super) struct Draft {
    file: File,
    /// Its name in the root, as long as there is something to remove.
    own_name: Option<String>,
    root: Arc<OwnedFd>,
    folder: OwnedFd,
    name: String,
}

impl Draft {
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(draft) = &self.own_name {
            renameat(&self.root, draft, &self.folder, &self.name)?;
        }
        self.own_name = None;
        fsync(&self.folder)?;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(draft) = &self.own_name {
            // The next export removes what could not be removed now.
            let _ = unlinkat(&self.root, draft, AtFlags::empty());
        }
    }
}
